// The desk keeps itself fresh: the socket says that something changed, the page fetches its list.
import { Line } from "./line.js";
import { badge, ring } from "./ring.js";

const root = document.querySelector("[data-desk]");
if (root && "WebSocket" in window) start();

function start() {
  const banner = document.querySelector("[data-banner]"), title = document.title.replace(/^\(\d+\) /, "");
  let etag = "", busy = false, again = false, bannerTimer;

  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    const answer = await fetch(root.dataset.listUrl, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" }).catch(() => null);
    busy = false;
    if (answer?.redirected || answer?.status === 404) return location.reload();
    if (answer?.status === 200) {
      etag = answer.headers.get("ETag") || "";
      show(await answer.text());
    }
    if (again) { again = false; refresh(); }
  }

  function show(html) {
    if (root.querySelector(":active")) return setTimeout(() => show(html), 100); // a press must end where it began
    const focused = document.activeElement?.closest("[data-card]")?.dataset.card, value = document.activeElement?.value;
    root.replaceChildren(...document.importNode(new DOMParser().parseFromString(html, "text/html").body, true).childNodes);
    if (focused) root.querySelector(`[data-card="${CSS.escape(focused)}"] button[value="${CSS.escape(value)}"]`)?.focus();
    tell(false);
  }

  function tell(isFirst) {
    const { count, rang } = root.querySelector("[data-count]").dataset;
    document.title = Number(count) ? `(${count}) ${title}` : title;
    badge(Number(count));
    ring(Number(rang), isFirst);
  }

  tell(true);

  new Line(root.dataset.desk, {
    onFrame: refresh,
    onUp() { clearTimeout(bannerTimer); banner.hidden = true; },
    onDown() { clearTimeout(bannerTimer); bannerTimer = setTimeout(() => { banner.hidden = false; }, 3000); },
    onEnd() { location.reload(); },
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
  setInterval(refresh, 30000);
}
