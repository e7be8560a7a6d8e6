// Boxes over what is private, drawn by finger, mouse or keyboard. Without this one taps parts of the picture.
const form = document.querySelector("[data-boxes]");
if (form) start();

function start() {
  const canvas = form.querySelector("[data-canvas]"), value = form.querySelector("[data-value]"), count = form.querySelector("[data-count]");
  const says = (key, number) => form.dataset[`says${key}`].replace("{number}", number);
  const past = [], SIZE = 1000, SMALLEST = 12;
  let boxes = JSON.parse(value.dataset.drawn).map((box) => box.map((part) => part * SIZE)), draw = null;

  for (const part of document.querySelectorAll("[data-only-script]")) part.hidden = false;
  document.querySelector("[data-without-script]").hidden = true;
  form.querySelector(".zones").remove();
  canvas.removeAttribute("hidden");

  const clamp = (number, most = SIZE) => Math.min(most, Math.max(0, number));
  const remember = () => past.push(boxes.map((box) => [...box]));

  function show(focused) {
    canvas.replaceChildren(...boxes.map(([x, y, width, height], place) => {
      const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const given = { x, y, width, height, tabindex: 0, role: "button", "aria-label": says("Box", place + 1), "data-place": place };
      for (const [name, said] of Object.entries(given)) rect.setAttribute(name, said);
      return rect;
    }));
    value.value = JSON.stringify(boxes.map((box) => box.map((part) => Math.round(part * 10) / 10 / SIZE)));
    count.textContent = boxes.length ? says("Count", boxes.length) : ""; // what the house found is black too, and not counted
    if (focused !== undefined) canvas.children[focused]?.focus();
  }

  /** Where on the picture, 0–1000 each way. */
  function at(event) {
    const edge = canvas.getBoundingClientRect();
    return [clamp((event.clientX - edge.left) / edge.width * SIZE), clamp((event.clientY - edge.top) / edge.height * SIZE)];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [x, y] = at(event), place = event.target.dataset?.place;
    remember();
    draw = place === undefined ? { place: boxes.push([x, y, 0, 0]) - 1, x, y } : { place: Number(place), x, y, from: [...boxes[place]] };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!draw) return;
    const [x, y] = at(event);
    boxes[draw.place] = draw.from ? moved(draw.from, x - draw.x, y - draw.y)
      : [Math.min(x, draw.x), Math.min(y, draw.y), Math.abs(x - draw.x), Math.abs(y - draw.y)];
    show();
  });
  for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => {
    if (!draw) return;
    const { place, from } = draw, [, , width, height] = boxes[place];
    draw = null;
    if (!from && (width < SMALLEST || height < SMALLEST / 2)) { boxes.splice(place, 1); past.pop(); return show(); } // a tap is no box
    show(place);
  });

  function moved([x, y, width, height], right, down) {
    return [clamp(x + right, SIZE - width), clamp(y + down, SIZE - height), width, height];
  }

  canvas.addEventListener("keydown", (event) => {
    const place = Number(event.target.dataset.place);
    const [right, down] = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] }[event.key] || [];
    const removes = event.key === "Delete" || event.key === "Backspace";
    if (right === undefined && !removes) return;
    event.preventDefault();
    remember();
    const [x, y, width, height] = boxes[place];
    if (removes) { boxes.splice(place, 1); show(); form.querySelector("[data-add]").focus(); return; }
    boxes[place] = event.shiftKey ? [x, y, Math.max(SMALLEST, clamp(width + right, SIZE - x)), Math.max(SMALLEST, clamp(height + down, SIZE - y))] : moved(boxes[place], right, down);
    show(place);
  });
  form.querySelector("[data-add]").addEventListener("click", () => { remember(); show(boxes.push([300, 80, 400, 60]) - 1); });
  form.querySelector("[data-undo]").addEventListener("click", () => { if (past.length) boxes = past.pop(); show(); });
  show();
}
