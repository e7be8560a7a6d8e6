// The helper's page: press or draw on the picture, mark words, or choose a line. The form works without this.
import { live } from "./things.js";

const EDGE = 4; // as in chat/sheets.py: the line stands around the words, not on them
const FINGER = 22; // half of one, CSS pixels
const root = document.querySelector(".review"), form = root.querySelector("#new-comment");
const hasPlaces = Boolean(form?.elements.box); // a recording has seconds instead
live(root, { onPlaced: () => hasPlaces && showBox() });
if (hasPlaces) start();

function field(name) { return form.elements[name]; }
function lines() { return [...root.querySelectorAll("input[name=place]")]; }

function start() {
  const chosen = form.querySelector("[data-chosen]");
  for (const sheet of root.querySelectorAll("[data-sheet]")) drawOn(sheet);
  root.addEventListener("change", ({ target }) => { if (target.name === "place") choose({ line: target }); });
  root.addEventListener("keydown", (event) => {
    if (event.target.name === "place" && event.key === "Enter") { event.preventDefault(); toForm(); }
  });
  document.addEventListener("mouseup", () => setTimeout(marked));
  document.addEventListener("touchend", () => setTimeout(marked));
  const before = lines().find((line) => line.checked);
  if (field("box").value) showBox(); else if (before) choose({ line: before, first: field("first").value, last: field("last").value });

  /** One place at a time: a line, words of it, or a box on a page. */
  function choose({ line = null, first = "", last = "", page = "", box = "" }) {
    for (const one of lines()) one.checked = one === line;
    for (const [name, value] of Object.entries({ first, last, page, box })) field(name).value = value;
    const words = line ? letters(wordsOf(line)).slice(first || 0, last || undefined).join("") : "";
    chosen.textContent = words;
    chosen.hidden = !words;
    showBox();
  }

  /** A press takes the line there; a drawn box stands as it was drawn. */
  function drawOn(sheet) {
    const svg = () => sheet.querySelector("svg");
    let from = null, drawn = false;
    const at = (event) => {
      const frame = sheet.getBoundingClientRect();
      return [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height].map((part) => Math.min(1, Math.max(0, part)));
    };
    const between = ([x, y], [z, w]) => [Math.min(x, z), Math.min(y, w), Math.max(0.01, Math.abs(x - z)), Math.max(0.01, Math.abs(y - w))];
    sheet.addEventListener("pointerdown", (event) => {
      drawn = false;
      if (event.pointerType !== "mouse" || event.button || event.target.closest(".pin")) return; // a finger scrolls
      from = at(event);
      event.preventDefault();
    });
    sheet.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = at(event);
      if (!drawn && Math.abs(x - from[0]) < 0.02 && Math.abs(y - from[1]) < 0.01) return;
      if (!drawn) sheet.setPointerCapture(event.pointerId);
      drawn = true;
      show(svg(), between(from, [x, y]));
    });
    sheet.addEventListener("pointercancel", () => { from = null; });
    sheet.addEventListener("pointerup", (event) => {
      if (from && drawn) { choose({ page: sheet.dataset.sheet, box: text(between(from, at(event))) }); toForm(); }
      from = null;
    });
    sheet.addEventListener("click", (event) => {
      if (drawn || event.target.closest(".pin")) return;
      const [x, y] = at(event), line = lineAt(sheet.dataset.sheet, x, y, reachOf(event, sheet));
      choose(line ? { line } : { page: sheet.dataset.sheet, box: text(around(x, y)) });
      toForm();
    });
  }

  /** Words marked in a text: they, and not the whole line. */
  function marked() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0), words = range.startContainer.parentElement?.closest("[data-text] label span");
    if (!words || !words.contains(range.endContainer)) return;
    const before = document.createRange();
    before.selectNodeContents(words);
    before.setEnd(range.startContainer, range.startOffset);
    const first = letters(before.toString()).length, last = first + letters(range.toString()).length;
    choose({ line: words.parentElement.querySelector("input"), first, last });
  }

  function toForm() {
    form.scrollIntoView({ block: "nearest" });
    (form.querySelector("[name=reason]:checked") || form.elements.reason[0]).focus();
  }
}

/** The server counts letters, not halves of them. */
function letters(words) { return [...words]; }
function wordsOf(line) { return line.parentElement.querySelector("span").textContent; }
function boxOf(line) { return line.dataset.at?.split(" ").map((part) => part / 1000); }
function text(box) {
  const [x, y] = box.map((part) => Math.min(0.998, part));
  return [x, y, Math.min(box[2], 1 - x), Math.min(box[3], 1 - y)].map((part) => part.toFixed(4)).join(" ");
}
function around(x, y) { return [Math.max(0, x - 0.15), Math.max(0, y - 0.02), 0.3, 0.04]; }

/** How far from a line a press may be, as parts of the page: a finger is broader than a mouse, and the page small. */
function reachOf({ pointerType }, { clientWidth, clientHeight }) {
  return pointerType === "touch" ? [FINGER / clientWidth, FINGER / clientHeight] : [0.02, 0.015];
}

/** The line under a press, or the nearest within reach. */
function lineAt(page, x, y, [across, least]) {
  let found = null;
  for (const line of lines()) {
    const box = line.value.startsWith(`${page}.`) && boxOf(line);
    if (!box || x < box[0] - across || x > box[0] + box[2] + across) continue;
    const away = Math.max(0, box[1] - y, y - box[1] - box[3]);
    if (away < least) { least = away || 1e-9; found = line; }
  }
  return found;
}

/** Draw the place that is chosen now; nothing else. */
function showBox() {
  for (const old of root.querySelectorAll("[data-new]")) old.remove();
  const line = lines().find((one) => one.checked), page = field("box").value ? field("page").value : line?.value.split(".")[0];
  const box = field("box").value ? field("box").value.split(" ").map(Number) : line && boxOf(line), svg = root.querySelector(`[data-sheet="${page}"] svg`);
  if (box && svg) show(svg, box);
}

function show(svg, [x, y, width, height]) {
  const { width: across, height: down } = svg.viewBox.baseVal;
  const rect = svg.querySelector("[data-new]") || svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "rect"));
  rect.dataset.new = "";
  for (const [name, value] of Object.entries({ x: x * across - EDGE, y: y * down - EDGE, width: width * across + 2 * EDGE, height: height * down + 2 * EDGE })) rect.setAttribute(name, value);
}
