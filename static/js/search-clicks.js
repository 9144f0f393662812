// Tells our own server that a result of this page was opened: the words and the page, nothing that
// tells who. Once per page of results; without JavaScript nothing is told and nothing is missing.

const list = document.querySelector("[data-clicks]");

function tell(event) {
  const link = event.target.closest("a[data-page]");
  if (!link || event.button > 1) return;
  const words = new URLSearchParams({ mots: list.dataset.words, page: link.dataset.page });
  navigator.sendBeacon(list.dataset.clicks, words);
  list.removeEventListener("click", tell);
  list.removeEventListener("auxclick", tell);
}

list?.addEventListener("click", tell);
list?.addEventListener("auxclick", tell); // the middle button opens a tab
