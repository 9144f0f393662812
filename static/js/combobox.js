// A field with suggestions: an ARIA combobox with a list. Enter without a choice submits the form
// as it is; without suggestions the field is still a field.

const WAIT = 180; // milliseconds after the last key
const SHORTEST = 2; // letters

// options: label (name of the list), fill(option, item) draws one, choose(item, input) takes it,
// status(number of items) says what came.
export function combobox(input, { label, fill, choose, status: tell }) {
  const list = document.createElement("ul");
  list.id = `${input.id}_suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  list.hidden = true;

  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.after(list, status);

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.autocomplete = "off";

  let active = -1;
  let items = [];
  let timer;
  let request;

  const options = () => [...list.children];

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function activate(index) {
    const all = options();
    active = index;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", all[index].id);
    all[index].scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    status.textContent = `${items[index].label} choisi.`;
    close();
    choose(items[index], input);
  }

  function show(results) {
    items = results;
    list.replaceChildren(
      ...results.map((item, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}_${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        fill(option, item);
        return option;
      }),
    );
    active = -1;
    list.hidden = results.length === 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    input.removeAttribute("aria-activedescendant");
    status.textContent = tell(results.length);
  }

  async function suggest() {
    const text = input.value.trim();
    request?.abort();
    if (text.length < SHORTEST) {
      close();
      return;
    }
    request = new AbortController();
    const url = new URL(input.dataset.suggest, location.href);
    url.searchParams.set("q", text.slice(0, 100));
    try {
      const response = await fetch(url, { signal: request.signal });
      if (!response.ok) throw new Error(String(response.status));
      const { results } = await response.json();
      if (document.activeElement === input) show(results);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.detail !== "chosen") timer = setTimeout(suggest, WAIT);
  });

  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (list.hidden || count === 0) {
      if (event.key === "ArrowDown" && input.value.trim().length >= SHORTEST) {
        event.preventDefault();
        suggest();
      }
      return;
    }
    if (event.key === "ArrowDown") {
      event.preventDefault();
      activate((active + 1) % count);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      activate(active <= 0 ? count - 1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Tab") {
      close();
    }
  });

  // pointerdown, not click: the field must not lose the focus before the choice is taken.
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      event.preventDefault();
      take(options().indexOf(option));
    }
  });

  input.addEventListener("blur", () => {
    clearTimeout(timer);
    request?.abort();
    close();
  });

  if (input.value.trim() && document.activeElement === input) timer = setTimeout(suggest, WAIT);
}
