// A list without account: it stands in the address. On a click it is also kept in this browser.

const KEY = "pedatech.liste";
const MAX = 60;

function read() {
  try {
    const ids = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(ids) ? ids.filter((id) => Number.isInteger(id) && id > 0) : [];
  } catch {
    return [];
  }
}

function write(ids) {
  try {
    localStorage.setItem(KEY, JSON.stringify(ids.slice(0, MAX)));
    return true;
  } catch {
    return false;
  }
}

// On a resource: the click adds it to the list of this browser, then shows the whole list.
for (const link of document.querySelectorAll("[data-add-to-list]")) {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    const id = Number(link.dataset.addToList);
    const ids = [...new Set([...read(), id])].slice(0, MAX);
    write(ids);
    event.preventDefault();
    location.assign(`${new URL(link.href).pathname}?ids=${ids.join(",")}`);
  });
}

const list = document.querySelector("[data-list]");

if (list) {
  const shown = list.dataset.list.split(",").filter(Boolean).map(Number);
  const status = list.querySelector("[data-list-status]");
  const keep = list.querySelector("[data-list-keep]");
  const forget = list.querySelector("[data-list-forget]");
  const restore = list.querySelector("[data-list-restore]");

  const show = () => {
    const kept = read();
    if (forget) forget.hidden = kept.length === 0;
    if (restore && kept.length) {
      restore.hidden = false;
      const link = restore.querySelector("a");
      link.href = `${new URL(link.href).pathname}?ids=${kept.join(",")}`;
    }
  };

  keep?.addEventListener("click", () => {
    status.textContent = write(shown)
      ? "La liste est gardée dans ce navigateur, sur cet appareil."
      : "Ce navigateur ne garde rien. L’adresse de la page, elle, garde la liste.";
    show();
  });

  forget?.addEventListener("click", () => {
    localStorage.removeItem(KEY);
    status.textContent = "Cet appareil a oublié la liste.";
    forget.hidden = true;
    keep.focus();
  });

  show();
}
