// The catalogue with JavaScript: htmx swaps list and counts together at each choice. Here: what
// must survive the swap (unfolded facets), what is said to those who do not see it, and a way out
// when the server does not answer. Back and forward reload the address, which is the state.

const status = document.querySelector("[data-catalogue-status]");
const view = () => document.querySelector("[data-catalogue]");

function dress() {
  for (const note of document.querySelectorAll("[data-catalogue-live]")) note.hidden = false;
}

// A choice is asked at once; words are asked when they are sent.
document.addEventListener("change", (event) => {
  if (event.target.form?.id === "catalogue" && event.target.matches("[type=checkbox], select")) {
    event.target.form.requestSubmit();
  }
});

let unfolded = null;

document.body.addEventListener("htmx:beforeRequest", () => {
  view()?.setAttribute("aria-busy", "true");
});

document.body.addEventListener("htmx:beforeSwap", () => {
  unfolded = new Map(
    [...document.querySelectorAll("[data-facet]")].map((each) => [each.dataset.facet, each.open]),
  );
});

document.body.addEventListener("htmx:afterSwap", () => {
  for (const details of document.querySelectorAll("[data-facet]")) {
    if (unfolded?.get(details.dataset.facet)) details.open = true;
  }
  dress();
});

document.body.addEventListener("htmx:afterSettle", () => {
  // A text that changes is read out; the focus stays where it was (htmx keeps it by its id).
  status.textContent = document.querySelector("[data-catalogue-headline]")?.textContent ?? "";
});

for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(failure, () => {
    view()?.removeAttribute("aria-busy");
    status.textContent = "La liste n’a pas pu être mise à jour. Nous rechargeons la page.";
    document.querySelector("#catalogue")?.submit();
  });
}

dress();
