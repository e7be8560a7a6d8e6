// Shows notices, and opens the desk when one is pressed. Nothing else: it keeps no page and answers no fetch.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* a notice without words still must be shown */ }
  const { title = "Mötesplats", body = "", tag = "waiting", url = "/jour/", dir = "auto" } = said;
  event.waitUntil(registration.showNotification(title, { body, tag, dir, renotify: true, data: { url } }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});

async function open(path) {
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) return;
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const found = pages.find((page) => new URL(page.url).pathname === url.pathname);
  return found ? found.focus() : clients.openWindow(url.href);
}
