// Guided writing: counts as one types, saves every few seconds and when the page is left. Without it there is a button.
const PAUSE = 2500, LATER = 15000, WORDS_PER_SECOND = 2.2;
const form = document.querySelector("[data-writing]");
if (form && document.querySelector("[name=show]")) start();

function start() {
  const part = (name) => form.querySelector(`[data-${name}]`), boxes = [...form.querySelectorAll("textarea")];
  let timer, kept = typed(), saving = false, stopped = false;

  form.addEventListener("input", () => { count(); plan(PAUSE); });
  form.addEventListener("submit", () => { stopped = true; clearTimeout(timer); });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());
  addEventListener("pagehide", () => save());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // its text may be old

  function typed() { return JSON.stringify(boxes.map((box) => box.value)); }

  function plan(pause) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, pause);
  }

  function count() {
    const written = boxes.filter((box) => box.value.trim());
    const words = written.reduce((sum, box) => sum + wordsIn(box.value) + Number(box.parentNode.querySelector("[data-words]").dataset.words), 0);
    const seconds = words ? Math.max(5, 5 * Math.round(words / WORDS_PER_SECOND / 5)) : 0;
    part("count").textContent = words ? form.dataset.saysAbout.replace("%(words)s", words).replace("%(seconds)s", seconds) : "";
    part("nothing").hidden = words > 0;
  }

  async function save() {
    const now = typed();
    if (saving || stopped || now === kept) return;
    saving = true;
    clearTimeout(timer);
    const answer = await fetch(location.pathname, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, keepalive: true }).catch(() => null);
    const said = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    saving = false;
    if (answer?.ok && said) saved(now, said);
    else if (said?.is_other) { stopped = true; form.elements.save.click(); } // the page that shows both texts
    else { part("saved").textContent = said?.said || form.dataset.saysAgain; plan(LATER); }
  }

  function saved(what, { based_on, said, text }) {
    kept = what;
    form.elements.based_on.value = based_on;
    part("saved").textContent = said;
    part("text").textContent = text;
    if (typed() !== kept) plan(PAUSE);
  }
}

function wordsIn(text) { return (text.match(/[\p{L}\p{N}_]+(?:[-'’:/.@][\p{L}\p{N}_]+)*/gu) || []).length; }
