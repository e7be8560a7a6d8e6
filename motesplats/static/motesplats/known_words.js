// Known words (occupations, towns) while one writes: the browser's own list of suggestions. Without this the page asks after one has sent.
for (const input of document.querySelectorAll("input[data-known-words]")) suggest(input);

function suggest(input) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-list`;
  input.after(list);
  input.setAttribute("list", list.id);
  let timer, asked = "";
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 200); });

  async function look() {
    const words = input.value.trim();
    if (words.length < 2 || words === asked) return;
    asked = words;
    try {
      const answer = await fetch(`${input.dataset.knownWords}?q=${encodeURIComponent(words)}`);
      if (!answer.ok || asked !== words) return;
      const { names } = await answer.json();
      list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    } catch { /* no net: the page asks after one has sent */ }
  }
}
