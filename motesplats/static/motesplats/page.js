// What every page gets. Without it everything still works: the summary stands first, the link leaves.
const summary = document.querySelector("[data-errors]");
if (summary) summary.focus();

// "Leave this page quickly": hide at once, and put the other page in place of this one, so that Back does not show it.
for (const link of document.querySelectorAll("[data-leave]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    location.replace(link.href);
  });
}

// A page from the browser's own memory must not come back after that.
addEventListener("pageshow", (event) => {
  if (event.persisted && document.documentElement.hidden) location.reload();
});

// Menus that fold: a press outside or Escape closes them.
for (const menu of document.querySelectorAll("details.lang")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
