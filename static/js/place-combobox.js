// Suggestions of places under the field « Où ? ». The server understands what was typed, chosen or
// not.

import { combobox } from "./combobox.js";

export function start(input) {
  combobox(input, {
    label: "Lieux proposés",
    fill(option, place) {
      option.dataset.value = place.label;
      option.textContent = place.label;
    },
    choose(place) {
      input.value = place.label;
      // The hidden position of an earlier « Autour de moi » is dropped by this event (site.js).
      input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "chosen" }));
    },
    status(count) {
      const many = count > 1 ? "s" : "";
      return count
        ? `${count} lieu${count > 1 ? "x" : ""} proposé${many}. Flèches pour choisir.`
        : "Aucun lieu proposé.";
    },
  });
}
