// French stands in the scripts. A page of another language brings its words along
// (`home.languages.SCRIPT_WORDS`), so that French pages load nothing more.

const island = document.getElementById("mots");
const words = island ? JSON.parse(island.textContent) : {};
export const language = document.documentElement.lang || "fr";

// `t("à {km} km", { km })`: the sentence in the language of the page, with its values.
export function t(text, values = {}) {
  const said = words[text] ?? text;
  return said.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
