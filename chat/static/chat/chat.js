// The chat page. The form works without this; here the same messages go by socket, and the page keeps itself fresh.
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Unsent } from "./unsent.js";

const root = document.querySelector("[data-chat]");
if (root && !("old" in root.dataset) && "WebSocket" in window) start();

function start() {
  const log = new Log(root), head = () => root.querySelector("[data-part=head]"), form = root.querySelector("[data-compose]"), box = form.elements.body;
  const banner = root.querySelector("[data-banner]"), typing = root.querySelector("[data-typing]");
  const title = document.title;
  let readSent = 0, unseen = 0, typedAt = 0, reopened = 0, version = root.dataset.version, typingTimer, bannerTimer;
  let leaving = false, busy = false, again = false, late = false, posting = false, reached = false;

  const unsent = new Unsent(`unsent:${root.dataset.chat}`, {
    send: (item) => isBlocked() ? post(item) : line.send({ t: "send", ...item }),
    changed: (item) => { log.pending(item); toEnd(); },
  });
  for (const item of [...unsent.items]) log.find(item.cid) ? unsent.done(item.cid) : log.pending(item);
  if (head().dataset.socket !== "1") { over(); return toEnd(); }

  const line = new Line(root.dataset.chat, {
    onFrame: (frame) => hear[frame.t]?.(frame),
    onUp() { readSent = 0; tellRead(); unsent.again(); },
    onDown() {
      clearTimeout(bannerTimer);
      bannerTimer = setTimeout(() => { banner.hidden = line.isUp || line.ended || reached; }, 1500);
      if (line.failures === 4) look();
      if (isBlocked()) unsent.again();
    },
    onEnd: onEnded,
    after: () => log.lastSeq,
  });

  const hear = {
    ready(frame) { banner.hidden = true; reached = false; clearTimeout(bannerTimer); hear.state(frame); },
    ack({ cid }) { reopened = 0; unsent.done(cid); },
    msg(frame) {
      if (frame.side === root.dataset.side) unsent.done(frame.cid);
      const atEnd = isAtEnd();
      if (log.show(frame)) { typing.textContent = ""; if (document.hidden && frame.kind !== "system") document.title = `(${++unseen}) ${title}`; }
      if (atEnd) toEnd();
      tellRead();
    },
    read({ side, seq }) { if (isOther(side)) log.readUpTo(seq); },
    typing({ side, name }) {
      if (!isOther(side)) return;
      const words = head().dataset.typingWords || "", title = head().querySelector("h1").textContent;
      typing.textContent = name ? words.replace(title, () => name) : words;
      clearTimeout(typingTimer);
      typingTimer = setTimeout(() => { typing.textContent = ""; }, 4000);
    },
    presence({ side, here }) { if (isOther(side) && String(Number(here)) !== head().dataset.here) refresh(); },
    state(frame) { version = String(frame.version); if (version !== root.dataset.version) refresh(); },
    err({ cid, code, retry }) {
      if (code === "reopen") return reopen(cid);
      if (retry) return unsent.later(code === "slow" ? 3000 : 1500);
      if (cid) refused(cid, log.says(code));
    },
  };

  root.addEventListener("submit", ({ target }) => { leaving = target !== form; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!box.value.trim()) return box.focus();
    if (!line.isUp) line.wake();
    unsent.add(box.value.replace(/\r\n/g, "\n").trim());
    box.value = "";
    form.querySelector(".error")?.remove();
    root.querySelector(".pad > [data-fill]")?.parentNode.remove();
    box.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches) { event.preventDefault(); form.requestSubmit(); }
  });
  box.addEventListener("input", () => {
    if (Date.now() - typedAt > 2500 && line.send({ t: "typing" })) typedAt = Date.now();
    if (!CSS.supports("field-sizing", "content")) { box.rows = Math.min(6, box.value.split("\n").length + Math.floor(box.value.length / 40)); }
  });
  root.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]"), fill = event.target.closest("[data-fill]");
    if (fill) {
      event.preventDefault();
      if (!box.value.includes(fill.dataset.fill)) box.value = `${fill.dataset.fill} ${box.value}`.trim();
      box.focus();
    }
    if (!copy) return;
    await navigator.clipboard.writeText(copy.dataset.copy);
    copy.textContent = copy.dataset.copied;
  });
  root.toggleAttribute("data-can-copy", Boolean(navigator.clipboard)); // not on plain http
  for (const event of ["focus", "visibilitychange"]) addEventListener(event, tellRead, true);
  for (const event of ["focusout", "toggle"]) root.addEventListener(event, () => late && setTimeout(refresh), true);
  setInterval(look, 10000);
  box.addEventListener("focus", () => setTimeout(toEnd, 300)); // when the keyboard has come
  addEventListener("resize", () => { if (document.activeElement === box) toEnd(); });

  function tellRead() {
    if (document.hidden) return;
    unseen = 0;
    document.title = title;
    if (log.lastSeq > readSent && line.send({ t: "read", seq: log.lastSeq })) readSent = log.lastSeq;
  }

  /** The server refused it for good: nothing typed is lost. */
  function refused(cid, words) {
    const item = unsent.done(cid);
    log.failed(cid, words);
    if (item && !box.value) box.value = item.body;
    refresh();
  }

  /** The question is done: open it again, then send once more; slower each time, and not for ever. */
  async function reopen(cid) {
    if (++reopened > 5) { reopened = 0; return refused(cid); }
    unsent.later(15000); // not while we ask
    const token = form.elements.csrfmiddlewaretoken.value;
    const answer = await fetch(root.dataset.reopenUrl, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" }).catch(() => null);
    if (answer?.status === 404) return onEnded();
    unsent.later(answer?.type === "opaqueredirect" && reopened === 1 ? 300 : 500 * 2 ** reopened);
  }

  // --- where no socket gets through, forms do

  function isBlocked() { return line.failures > 3 && !line.ended && navigator.onLine; }

  /** -> true: on its way. */
  function post({ cid, body }) {
    if (!posting) carry(cid, body);
    return true;
  }

  async function carry(cid, body) {
    const data = new FormData(form);
    data.set("client_id", cid);
    data.set("body", body);
    posting = true;
    const [answer, page] = await get(form.action, { method: "POST", body: data });
    posting = false;
    if (answer?.ok && show(page)) return unsent.done(cid);
    if (answer?.status === 404) return onEnded();
    if (answer?.status >= 400 && answer.status < 500 && answer.status !== 429) return refused(cid, page.querySelector("#wrong")?.textContent);
    unsent.later(5000);
  }

  /** Ask for the page itself, and take over what is new on it. Not unseen: who fetches the page has read it. */
  async function look() {
    if (!isBlocked() || document.hidden) return;
    const [answer, page] = await get(location.pathname);
    if (answer?.status === 404) onEnded();
    else if (answer?.ok) show(page);
  }

  function show(page) {
    if (!page.querySelector("[data-chat]")) return false; // somebody else's page: a gate of the network
    const atEnd = isAtEnd();
    banner.hidden = reached = true;
    log.adopt(page);
    place(page);
    if (atEnd) toEnd();
    return true;
  }

  /** -> [answer, its page]; [null] when nothing came. */
  async function get(url, options) {
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout?.(20000), ...options });
      return [answer, new DOMParser().parseFromString(await answer.text(), "text/html")];
    } catch { reached = false; return [null]; }
  }

  // --- what stands around the messages

  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    const asked = version, [answer, page] = await get(root.dataset.stateUrl);
    busy = false;
    if (answer?.status === 404) return onEnded();
    if (answer?.ok) { place(page); root.dataset.version = asked; }
    if (again) { again = false; refresh(); }
  }

  /** Put the parts in place, but never under somebody's fingers: those come when the fingers are gone. */
  function place(page) {
    late = false;
    for (const part of page.querySelectorAll("[data-part]")) {
      const old = root.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!old) continue;
      if (old.contains(document.activeElement) || old.querySelector("details[open]")) late = true;
      else if (old.outerHTML !== part.outerHTML) old.replaceWith(document.importNode(part, true));
    }
    form.hidden = head().dataset.mayWrite !== "1";
    if (head().dataset.socket !== "1") { line.end(); over(); }
  }

  /** Closed: nothing goes out any more. What was not sent is still here to read. */
  function over() {
    banner.hidden = true;
    for (const { cid } of unsent.items) log.failed(cid, log.says("closed"));
  }

  /** Not while a form of this page is on its way: it may itself be what ended the old links, and knows where to go. */
  function onEnded() { if (!leaving) location.href = root.dataset.afterEnd; }

  /** Asker and helpers (volunteer, IM) are the two ends of a chat. */
  function isOther(side) { return side !== "system" && (side === "seeker") !== (root.dataset.side === "seeker"); }
  function isAtEnd() { return innerHeight + scrollY >= root.querySelector(".talk").getBoundingClientRect().bottom + scrollY - 120; }
  function toEnd() { document.getElementById("slut").scrollIntoView({ block: "end" }); }
  /** Nobody has answered yet and there is something to do first, or something to put right: that is shown, not the end. */
  function hasFirst() {
    const asks = root.querySelector("[data-part=asks]");
    return asks.querySelector(".error") || (asks.querySelector("[data-first]") && !root.querySelector(".msg:not(.mine)"));
  }
  if (!hasFirst() || location.hash) toEnd();
  tellRead();
}
