// Copies the text of an element, and says so. Loaded at the first click on the button.

async function write(source) {
  const text = source.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission or no secure context: the text is selected, Ctrl+C does the rest.
    getSelection().selectAllChildren(source);
    return false;
  }
}

export function start(button) {
  const source = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[data-copied]");
  const copy = async () => {
    status.textContent = (await write(source)) ? "Copié." : "Sélectionné : copiez avec Ctrl+C.";
  };
  button.addEventListener("click", copy);
  copy();
}
