// An ad is kept while one writes: the form is sent to its own address a moment after the last key. Without this, "Save" does it.
const form = document.querySelector("form[data-autosave]");
if (form) {
  const said = form.querySelector("[data-autosave-said]");
  let timer, flight = null, pause = 1500, isChanged = false, isStopped = false;

  form.addEventListener("input", () => { isChanged = true; plan(1500); });
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!flight) { isStopped = true; return; }
    event.preventDefault(); // two saves at once would look like two windows
    await flight;
    isStopped = true;
    form.requestSubmit(event.submitter);
  });
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && isChanged) save(); });
  addEventListener("online", () => plan(0));

  function plan(milliseconds) {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(save, milliseconds);
  }

  function save() {
    if (flight || isStopped || !isChanged) return;
    isChanged = false;
    flight = send().finally(() => { flight = null; if (isChanged) plan(pause); });
  }

  async function send() {
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, keepalive: true, redirect: "error",
      });
      const told = await answer.json();
      if (told.seen) form.elements.seen.value = told.seen;
      isStopped = answer.status === 409; // somebody else has written: a person decides, by "Save"
      said.textContent = told.said;
      pause = 1500;
    } catch { // no net, or logged out: the text is still in the form
      said.textContent = said.dataset.notSaved;
      isChanged = true;
      pause = 10000;
    }
  }
}
