// What colleagues ask each other keeps itself fresh: the desk's socket says that something changed.
import { Line } from "./line.js";

const root = document.querySelector("[data-colleagues]");
if (root && "WebSocket" in window) {
  let late = false;
  const refresh = async () => {
    late = root.contains(document.activeElement); // never under somebody's fingers
    if (late) return;
    const answer = await fetch(root.dataset.listUrl, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    root.replaceChildren(...document.importNode(page.body, true).childNodes);
  };
  root.addEventListener("focusout", () => late && setTimeout(refresh));
  new Line(root.dataset.colleagues, { onFrame: refresh, onEnd() { location.reload(); } });
}
