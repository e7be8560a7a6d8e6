// Notices on this device. The browser is asked for leave only after a press on our own button, beside our own words.
const box = document.querySelector("[data-push]");
if (box) start();

async function start() {
  box.hidden = false;
  const isIphone = /iPhone|iPad/.test(navigator.userAgent), isInstalled = matchMedia("(display-mode: standalone)").matches;
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    return say(isIphone && !isInstalled ? "install" : "");
  }
  if (Notification.permission === "denied") return say("denied");
  const worker = await navigator.serviceWorker.getRegistration("/");
  const known = await worker?.pushManager.getSubscription();
  if (known && Notification.permission === "granted" && await tell(known)) return say("on");
  say("ask");
  box.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); turnOn(); });
}

async function turnOn() {
  try {
    if (await Notification.requestPermission() !== "granted") return say("denied");
    await navigator.serviceWorker.register(box.dataset.worker, { scope: "/" });
    const worker = await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) };
    const known = await worker.pushManager.getSubscription();
    const found = known || await worker.pushManager.subscribe(options);
    if (!await tell(found)) return say("failed");
    location.reload();
  } catch {
    say("failed");
  }
}

async function tell(subscription) {
  const { endpoint, keys } = subscription.toJSON(), form = new FormData(box.querySelector("form"));
  for (const [name, value] of Object.entries({ endpoint, p256dh: keys.p256dh, auth: keys.auth, device: device() })) form.set(name, value);
  const answer = await fetch(box.dataset.push, { method: "POST", body: form }).catch(() => null);
  return answer?.status === 204;
}

// What its owner knows the device by: "Chrome, Android".
function device() {
  const agent = navigator.userAgent, first = (names) => names.find(([mark]) => agent.includes(mark))?.[1];
  const browser = first([["Firefox", "Firefox"], ["Edg", "Edge"], ["SamsungBrowser", "Samsung"], ["Chrome", "Chrome"], ["Safari", "Safari"]]);
  const system = first([["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac", "Mac"], ["Linux", "Linux"]]);
  return [browser, system].filter(Boolean).join(", ");
}

function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

function say(what) {
  for (const one of box.querySelectorAll("[data-say]")) one.hidden = one.dataset.say !== what;
}
