// The chat page. The form works without this; here the same messages go by socket, and the page keeps itself fresh.
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Unsent } from "./unsent.js";

const root = document.querySelector("[data-chat]");
if (root && !("old" in root.dataset) && "WebSocket" in window) start();

function start() {
  const log = new Log(root), form = root.querySelector("[data-compose]"), box = form.elements.body;
  const banner = root.querySelector("[data-banner]"), typing = root.querySelector("[data-typing]");
  const title = document.title;
  let readSent = 0, unseen = 0, typedAt = 0, typingTimer, bannerTimer;

  const line = new Line(root.dataset.chat, {
    onFrame: (frame) => hear[frame.t]?.(frame),
    onUp() { line.send({ t: "resume", after: log.lastSeq }); unsent.again(); },
    onDown() { clearTimeout(bannerTimer); bannerTimer = setTimeout(() => { banner.hidden = line.isUp; }, 1500); },
    onEnd() { location.href = root.dataset.afterEnd; },
    heartbeat: () => ({ t: "resume", after: log.lastSeq }),
  });
  const unsent = new Unsent(`unsent:${root.dataset.chat}`, {
    send: ({ cid, body }) => line.send({ t: "send", cid, body }),
    changed: (item) => { log.pending(item); toEnd(); },
  });
  for (const item of unsent.items) log.find(item.cid) ? unsent.done(item.cid) : log.pending(item);

  const hear = {
    ready({ version }) { banner.hidden = true; clearTimeout(bannerTimer); if (root.dataset.version !== undefined && root.dataset.version !== String(version)) refresh(); root.dataset.version = version; },
    ack({ cid }) { unsent.done(cid); },
    msg(frame) {
      if (frame.side === root.dataset.side) unsent.done(frame.cid);
      const atEnd = isAtEnd();
      if (log.show(frame)) { typing.textContent = ""; if (document.hidden && frame.kind !== "system") document.title = `(${++unseen}) ${title}`; }
      if (atEnd) toEnd();
      tellRead();
    },
    read({ side, seq }) { if (side !== root.dataset.side) log.readUpTo(seq); },
    typing({ side }) {
      if (side === root.dataset.side) return;
      typing.textContent = typing.dataset.words;
      clearTimeout(typingTimer);
      typingTimer = setTimeout(() => { typing.textContent = ""; }, 4000);
    },
    presence({ side, here }) { if (side !== root.dataset.side && side !== "system" && String(Number(here)) !== root.querySelector("[data-part=head]").dataset.here) refresh(); },
    state({ version }) { root.dataset.version = version; refresh(); },
    err({ cid, code, retry }) {
      if (code === "reopen") return reopen();
      if (retry) return unsent.later(code === "slow" ? 3000 : 1500);
      if (!cid) return;
      const item = unsent.done(cid);
      log.failed(cid, code);
      if (item && !box.value) box.value = item.body; // nothing typed is lost
      refresh();
    },
  };

  form.addEventListener("submit", (event) => {
    if (!line.isUp && line.failures > 4 && navigator.onLine) return; // no socket gets through here: the plain form does
    event.preventDefault();
    if (!box.value.trim()) return box.focus();
    unsent.add(box.value.replace(/\r\n/g, "\n").trim());
    box.value = "";
    form.querySelector(".error")?.remove();
    box.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches) { event.preventDefault(); form.requestSubmit(); }
  });
  box.addEventListener("input", () => {
    if (Date.now() - typedAt > 2500 && line.send({ t: "typing" })) typedAt = Date.now();
    if (!CSS.supports("field-sizing", "content")) { box.rows = Math.min(6, box.value.split("\n").length + Math.floor(box.value.length / 40)); }
  });
  for (const event of ["focus", "visibilitychange"]) addEventListener(event, tellRead, true);
  box.addEventListener("focus", () => setTimeout(toEnd, 300)); // when the keyboard has come
  addEventListener("resize", () => { if (document.activeElement === box) toEnd(); });

  function tellRead() {
    if (document.hidden) return;
    unseen = 0;
    document.title = title;
    if (log.lastSeq > readSent && line.send({ t: "read", seq: log.lastSeq })) readSent = log.lastSeq;
  }

  async function reopen() {
    const token = form.elements.csrfmiddlewaretoken.value;
    await fetch(root.dataset.reopenUrl, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "manual" }).catch(() => {});
    unsent.later(300);
  }

  /** Fetch what stands around the messages and put it in place, but never under somebody's fingers. */
  async function refresh() {
    const answer = await fetch(root.dataset.stateUrl, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer) return;
    if (answer.status === 404) return onEnded();
    if (!answer.ok) return;
    const parts = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[data-part]");
    for (const part of parts) {
      const old = root.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!old || old.contains(document.activeElement) || old.querySelector("details[open]")) continue;
      if (old.outerHTML !== part.outerHTML) old.replaceWith(document.importNode(part, true));
    }
    form.hidden = root.querySelector("[data-part=head]").dataset.mayWrite !== "1";
  }
  function onEnded() { location.href = root.dataset.afterEnd; }

  function isAtEnd() { return innerHeight + scrollY >= root.querySelector(".talk").getBoundingClientRect().bottom + scrollY - 120; }
  function toEnd() { document.getElementById("slut").scrollIntoView({ block: "end" }); }
  toEnd();
  tellRead();
}
