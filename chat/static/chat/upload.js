// Sending documents: several photos in order, files dropped on the page, how far it has come, and Cancel.
// The form works without this.
const start = (form, chosen = []) => {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const says = (key, values = {}) => form.dataset[`says${key}`].replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
  const list = find("chosen"), drop = find("drop"), sending = find("sending"), bar = sending.querySelector("progress"), status = find("status"), cancel = find("cancel");
  const button = form.querySelector("button:not([type])"), inputs = [...form.querySelectorAll("input[type=file]")];

  const isPhoto = (file) => /^image\//.test(file.type);

  /** Photos are added one after the other; any other file stands alone. */
  function add(files) {
    for (const file of files) {
      if (file.size > form.dataset.maxBytes) { say(`${file.name}: ${says("Large")}`); continue; }
      if (!isPhoto(file) || !chosen.every(isPhoto)) chosen.length = 0;
      chosen.push(file);
      forgive();
    }
    show();
  }

  /** Something is chosen: what was wrong before is no more. */
  function forgive() {
    say("");
    for (const old of document.querySelectorAll("[data-errors], [data-upload] .error")) old.remove();
    form.querySelector("[data-wrong]")?.removeAttribute("data-wrong");
  }

  function show() {
    list.hidden = !chosen.length;
    find("only-script").hidden = false;
    list.replaceChildren(...chosen.map((file, place) => {
      const line = document.createElement("li"), name = document.createElement("bdi"), remove = document.createElement("button");
      name.textContent = file.name;
      remove.type = "button";
      remove.className = "button bare small";
      remove.textContent = "×";
      remove.setAttribute("aria-label", says("Remove", { name: file.name }));
      remove.addEventListener("click", () => { chosen.splice(place, 1); show(); inputs[0].focus(); });
      line.append(name, " ", remove);
      return line;
    }));
  }

  function say(words) {
    sending.hidden = !words;
    bar.hidden = cancel.hidden = true;
    status.textContent = words;
    if (words) sending.scrollIntoView({ block: "nearest" }); // below the fold of a small phone
  }

  function send() {
    const data = new FormData(form), request = new XMLHttpRequest();
    data.delete("files");
    for (const file of chosen) data.append("files", file, file.name);
    sending.hidden = bar.hidden = cancel.hidden = false;
    bar.value = 0;
    button.disabled = true;
    status.textContent = "";
    let told = 0;
    request.upload.addEventListener("progress", (event) => {
      const percent = Math.floor(100 * event.loaded / event.total);
      bar.value = percent;
      if (percent - told >= 10) { told = percent; status.textContent = says("Progress", { percent }); } // a screen reader hears ten words, not a hundred
    });
    request.upload.addEventListener("load", () => { cancel.hidden = true; status.textContent = says("Wait"); }); // all is there: too late to stop
    request.addEventListener("load", () => answered(request));
    request.addEventListener("error", () => ended("Failed"));
    request.addEventListener("abort", () => ended("Stopped"));
    cancel.onclick = () => request.abort();
    request.open("POST", form.action);
    request.send(data);
  }

  function ended(key) {
    button.disabled = false;
    say(says(key));
    button.focus();
  }

  function answered(request) {
    if (request.status === 413) return ended("Large");
    if (request.status < 400) { location.href = request.responseURL; return; }
    const page = new DOMParser().parseFromString(request.responseText, "text/html"), main = page.querySelector("main"), again = main?.querySelector("[data-upload]");
    if (!again) return ended("Failed");
    document.querySelector("main").replaceChildren(...main.childNodes);
    document.querySelector("[data-errors]")?.focus();
    start(document.querySelector("[data-upload]"), chosen);
  }

  for (const input of inputs) input.addEventListener("change", () => { add([...input.files]); input.value = ""; });
  for (const kind of ["dragover", "dragleave", "drop"]) drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind === "drop") add([...event.dataTransfer.files]);
  });
  form.addEventListener("submit", (event) => {
    if (!chosen.length) return; // a text: the form itself
    event.preventDefault();
    send();
  });
  show();
};

const form = document.querySelector("[data-upload]");
if (form) start(form);
