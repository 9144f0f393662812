// The only script of a first view. It shows what needs JavaScript, and fetches a module at the
// first gesture that asks for it: the page weighs nothing more until then.

const wide = matchMedia("(min-width: 62rem)");

for (const element of document.querySelectorAll("[data-needs-js]")) {
  element.hidden = false;
}

// <… data-module="address" data-module-on="event">: the module exports start(element, event).
for (const element of document.querySelectorAll("[data-module]")) {
  element.addEventListener(
    element.dataset.moduleOn,
    async (event) => {
      const module = await import(element.dataset.module);
      module.start(element, event);
    },
    { once: true },
  );
}

// Browsers that cannot lay open a closed <details> by CSS get it opened here on a wide screen.
if (!CSS.supports("selector(::details-content)") && wide.matches) {
  for (const details of document.querySelectorAll("[data-open-when-wide]")) {
    details.open = true;
  }
}

// Back and forward: the address is the state. A browser would bring back what was last ticked in
// the form, beside a list that does not know of it.
addEventListener("pageshow", (event) => {
  const [navigation] = performance.getEntriesByType("navigation");
  if (!event.persisted && navigation?.type !== "back_forward") return;
  for (const form of document.querySelectorAll("[data-ask]")) {
    form.reset();
    for (const hidden of form.querySelectorAll("[data-lat], [data-lon]")) {
      hidden.disabled = !hidden.defaultValue;
    }
  }
});

// A position is no longer meant once a place is typed.
for (const form of document.querySelectorAll("[data-ask]")) {
  form.querySelector("[data-place]")?.addEventListener("input", () => {
    for (const hidden of form.querySelectorAll("[data-lat], [data-lon]")) {
      hidden.disabled = true;
    }
  });
}

// A telephone number that is pressed is counted by our own server: on which page, not who, not which.
addEventListener("click", ({ target }) => {
  if (target.closest?.('a[href^="tel:"]')) {
    navigator.sendBeacon?.("/api/appel/", new URLSearchParams({ page: location.pathname }));
  }
});

document.querySelector("[data-print]")?.addEventListener("click", () => print());
