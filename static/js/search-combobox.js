// Suggestions under the search field: choosing one goes to its page; Enter alone searches.

import { combobox } from "./combobox.js";

export function start(input) {
  combobox(input, {
    label: "Pages et mots proposés",
    fill(option, item) {
      const kind = document.createElement("span");
      kind.className = "suggestions__kind";
      kind.textContent = item.site ? `${item.kind}, ${item.site}` : item.kind;
      option.append(item.label, " ", kind);
    },
    choose(item) {
      location.assign(item.url);
    },
    status(count) {
      const many = count > 1 ? "s" : "";
      return count ? `${count} proposition${many}. Flèches pour choisir.` : "Aucune proposition.";
    },
  });
}
