// A page of comments that keeps itself fresh: where the chat's line says that something changed, its parts are fetched anew.
import { Line } from "./line.js";

/** root: data-live the socket, data-version what is shown, data-url the page; its [data-part] are put in place. */
export function live(root, { onPlaced = () => {} } = {}) {
  if (!root?.dataset.live || !("WebSocket" in window)) return;
  const told = root.querySelector("[data-told]");
  let wanted = root.dataset.version, busy = false, late = null;

  const line = new Line(root.dataset.live, {
    onFrame: ({ t, version }) => {
      if (t !== "ready" && t !== "state") return;
      wanted = String(version);
      if (wanted !== root.dataset.version) refresh();
    },
    onEnd: ended,
    after: () => 2 ** 31 - 1, // no messages here
  });
  root.addEventListener("focusout", () => late && setTimeout(() => late && place(late)));

  async function refresh() {
    if (busy) return;
    busy = true;
    const asked = wanted;
    try {
      const answer = await fetch(root.dataset.url, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.status === 404) return ended();
      if (answer.ok) {
        place(new DOMParser().parseFromString(await answer.text(), "text/html"));
        root.dataset.version = asked;
      }
    } catch { /* no net: the line comes back and says the version again */ } finally { busy = false; }
    if (wanted !== asked) refresh();
  }

  /** Never under somebody's fingers: what has the focus is put in place when the focus has gone. */
  function place(page) {
    late = null;
    const news = words(page) !== words(root);
    for (const part of page.querySelectorAll("[data-part]")) {
      const old = root.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!old || old.outerHTML === part.outerHTML) continue;
      if (old.contains(document.activeElement)) late = page;
      else old.replaceWith(document.importNode(part, true));
    }
    if (news && told) { told.textContent = ""; setTimeout(() => { told.textContent = root.dataset.saysNew; }, 100); }
    onPlaced();
  }

  function words(page) { return [...page.querySelectorAll("[data-news]")].map((part) => part.dataset.news).join(); }

  /** The right to be here has ended. What was typed is still there to copy. */
  function ended() {
    line.end();
    if (!root.dataset.saysEnded) return location.assign(root.dataset.url);
    const note = document.createElement("p");
    note.className = "note bad";
    note.setAttribute("role", "alert");
    note.textContent = root.dataset.saysEnded;
    root.prepend(note);
  }
}

const page = document.querySelector("[data-live]:not(.review)");
if (page) live(page);
