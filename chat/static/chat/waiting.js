// While a document is being prepared: look now and then, and show the page anew when it is done.
const state = (page) => page.querySelector("[data-waits]")?.dataset.waits;

setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || state(page) !== state(document)) location.reload();
  } catch { /* no connection: look again later */ }
}, 2500);
