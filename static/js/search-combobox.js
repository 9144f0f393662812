// Suggestions under the search field: choosing one goes to its page; Enter alone searches.

import { combobox } from "./combobox.js";
import { t } from "./words.js";

export function start(input) {
  combobox(input, {
    label: t("Pages et mots proposés"),
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
      if (!count) return t("Aucune proposition.");
      if (count === 1) return t("1 proposition. Flèches pour choisir.");
      return t("{count} propositions. Flèches pour choisir.", { count });
    },
  });
}
