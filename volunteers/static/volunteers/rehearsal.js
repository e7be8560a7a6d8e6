// The practice chat without reloading: sends the form, shows what is new. The page works without this.
const root = document.querySelector("[data-rehearsal]");
const part = (page, name) => page.querySelector(`[data-rehearsal] ${name}`);
let busy = false;

root?.addEventListener("click", (event) => {
  const fill = event.target.closest("[data-fill]"), box = root.querySelector("textarea");
  if (!fill || !box) return;
  event.preventDefault();
  box.value = fill.dataset.fill;
  box.focus();
});

root?.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.elements.deed) return; // to begin again, and what leads on: an ordinary page
  event.preventDefault();
  if (busy) return;
  busy = true;
  const typing = root.querySelector("[data-typing]"), pause = new Promise((done) => setTimeout(done, 600));
  typing.textContent = typing.dataset.words;
  try {
    const answer = await fetch(location.pathname, { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!part(page, "[data-log]")) throw new Error("no practice");
    await pause;
    show(page);
    typing.textContent = "";
  } catch {
    typing.textContent = root.dataset.saysFailed;
  }
  busy = false;
});

function show(page) {
  const log = root.querySelector("[data-log]"), fresh = part(page, "[data-log]").children;
  const isNew = fresh.length < log.children.length;
  if (isNew) log.replaceChildren();
  log.append(...[...fresh].slice(log.children.length));
  root.querySelector("[data-part=below]").replaceChildren(...part(page, "[data-part=below]").childNodes);
  const writes = root.querySelectorAll("form").length === 1 ? ", .compose textarea" : ""; // else there is something to tap
  root.querySelector(`[data-end], [aria-invalid]${writes}`)?.focus({ preventScroll: true });
  (log.lastElementChild || root).scrollIntoView({ block: "start" });
}
