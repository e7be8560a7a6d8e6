// Ready sentences without leaving the page; number keys choose in the open list.
import { newId } from "./unsent.js";

const list = document.querySelector("[data-phrases]"), form = list?.querySelector("form");
let busy = false;

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy || !event.submitter) return;
  const data = new FormData(form), { name, value } = event.submitter, failed = form.querySelector("[data-failed]");
  data.set(name, value);
  busy = true;
  const answer = await fetch(form.action, { method: "POST", body: data, redirect: "manual" }).catch(() => null);
  busy = false;
  failed.hidden = Boolean(answer);
  if (!answer) return;
  if (answer.type !== "opaqueredirect") {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    return form.submit();
  }
  form.elements.client_id.value = newId();
  list.open = false;
  list.firstElementChild.focus();
});
list?.addEventListener("keydown", (event) => {
  if (/^[1-9]$/.test(event.key) && list.open && !event.ctrlKey && !event.metaKey && !event.altKey) form.querySelectorAll("button")[event.key - 1]?.click();
});
