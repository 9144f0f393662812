// Suggestions of places under the field « Où ? ». The server understands what was typed, chosen or
// not.

import { combobox } from "./combobox.js";
import { t } from "./words.js";

export function start(input) {
  combobox(input, {
    label: t("Lieux proposés"),
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
      if (!count) return t("Aucun lieu proposé.");
      if (count === 1) return t("1 lieu proposé. Flèches pour choisir.");
      return t("{count} lieux proposés. Flèches pour choisir.", { count });
    },
  });
}
