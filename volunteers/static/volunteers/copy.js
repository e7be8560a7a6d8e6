// "Copy": takes the words of a field along; shown only where the browser lets us (not on plain http).
const button = document.querySelector("[data-copy-from]");

if (button && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copyFrom).value);
    button.textContent = button.dataset.copied;
  });
}
