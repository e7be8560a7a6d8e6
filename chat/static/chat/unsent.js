// What was written and not yet stored: in order, one in flight, the same id each time, kept in this tab only.
const RESEND_AFTER = 4000;

export class Unsent {
  /** send(item) -> bool; changed(item, state) with state "sending", "failed"; both given by the page. */
  constructor(key, { send, changed }) {
    Object.assign(this, { key, send, changed });
    try { this.items = JSON.parse(sessionStorage.getItem(key)) || []; } catch { this.items = []; }
  }

  keep() {
    try { sessionStorage.setItem(this.key, JSON.stringify(this.items)); } catch { /* a full or forbidden store: memory is enough */ }
  }

  add(body) {
    const item = { cid: newId(), body };
    this.items.push(item);
    this.keep();
    this.changed(item, "sending");
    this.next();
  }

  /** Send the first in line, unless it is on its way. */
  next() {
    const item = this.items[0];
    if (!item || this.flying === item.cid) return;
    if (!this.send(item)) return;
    this.flying = item.cid;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), RESEND_AFTER);
  }

  /** The line broke or was silent: the same item once more. */
  again() {
    clearTimeout(this.timer);
    this.flying = null;
    this.next();
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), ms);
  }

  /** Stored, or refused for good: out of the line. */
  done(cid) {
    const item = this.items.find((one) => one.cid === cid);
    this.items = this.items.filter((one) => one.cid !== cid);
    this.keep();
    if (this.flying === cid) this.again();
    return item;
  }
}

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // plain http on an office network
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
