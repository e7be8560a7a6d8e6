// Speaking aloud: the clock that counts down, and the recorder. Without this the text way and a file stay.
import { Recorder } from "./recorder.js";

const SAID_AT = [30, 15, 5];
const timerBox = document.querySelector("[data-timer]");
const timer = timerBox && startTimer(timerBox);
for (const box of document.querySelectorAll("[data-recorder]")) new Recorder(box, { onStart: () => timer?.begin() });
for (const words of document.querySelectorAll("[data-without-script]")) words.hidden = true;

function startTimer(box) {
  const part = (name) => box.querySelector(`[data-${name}]`), whole = Number(box.dataset.timer);
  let ticking, ends, shown = whole;
  box.hidden = false;
  part("start").addEventListener("click", () => { begin(); part("halt").focus(); });
  part("halt").addEventListener("click", () => { halt(); part("start").focus(); });

  function begin() {
    clearInterval(ticking);
    ends = performance.now() + whole * 1000;
    ticking = setInterval(tick, 200);
    running(true);
    part("left").textContent = "";
    tick();
  }

  function halt() { clearInterval(ticking); running(false); }

  function running(is) { part("start").hidden = is; part("halt").hidden = !is; }

  function tick() {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    if (left === shown) return;
    part("clock").textContent = shown = left;
    if (SAID_AT.includes(left)) part("left").textContent = box.dataset.saysLeft.replace("%(seconds)s", left);
    if (left) return;
    part("left").textContent = box.dataset.saysOver;
    halt();
  }

  return { begin };
}
