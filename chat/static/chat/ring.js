// How the desk makes itself heard and seen in another tab: a tone (off until chosen), a dot on the tab's icon.
const box = document.querySelector("[data-tone]"), button = box?.querySelector("button"), KEY = "desk-sound";
const tone = box && new Audio(box.dataset.tone);
const icon = document.querySelector("link[rel=icon]"), plain = icon?.href;
let dotted, rang = 0;

if (box) {
  box.hidden = false;
  show(isOn());
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, isOn() ? "" : "on");
    show(isOn());
    if (isOn()) play(); // so that one hears what it is, and the browser lets us play the next
  });
}

function isOn() {
  return localStorage.getItem(KEY) === "on";
}

function show(on) {
  button.textContent = on ? button.dataset.on : button.dataset.off;
}

function play() {
  tone.currentTime = 0;
  tone.play().catch(() => show(false)); // a browser that wants a press first: the button says that it is silent
}

// `at`: when the house last told this volunteer by the page, in seconds. What the page opened with makes no sound.
export function ring(at, isFirst) {
  if (at > rang && !isFirst && box && isOn()) play();
  rang = Math.max(rang, at);
}

export async function badge(count) {
  if (navigator.setAppBadge) (count ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => {});
  if (!icon) return;
  if (count && !dotted) {
    const drawn = await fetch(plain).then((answer) => answer.text()).catch(() => "");
    dotted = `data:image/svg+xml,${encodeURIComponent(drawn.replace("</svg>", '<circle cx="31" cy="9" r="9" fill="#c01f1f"/></svg>'))}`;
  }
  icon.href = count ? dotted : plain;
}
