// The screens of the yearly listing: what is said without this script is said a little sooner.

const SECONDS = 1.5;

// --- A file that is too large is told before it is sent. ---
for (const form of document.querySelectorAll("[data-listing-upload]")) {
  const input = form.querySelector("input[type=file]");
  const error = form.querySelector("#file-error");
  const button = form.querySelector("button[type=submit]");
  input.addEventListener("change", () => {
    const tooLarge = [...input.files].some((file) => file.size > Number(input.dataset.maxSize));
    error.hidden = !tooLarge;
    error.textContent = tooLarge ? error.dataset.tooLarge : "";
    button.disabled = tooLarge;
  });
}

// --- Progress: the part that moves is fetched; the page is read anew when the state changes. ---
for (const box of document.querySelectorAll("[data-listing-progress]")) {
  const state = () => box.querySelector("[data-listing-state]")?.dataset.listingState;
  const first = state();
  const look = async () => {
    try {
      const answer = await fetch(box.dataset.listingProgress, { credentials: "same-origin" });
      if (answer.redirected) return location.reload();
      if (answer.ok) {
        const text = await answer.text();
        const part = new DOMParser().parseFromString(text, "text/html");
        const fresh = part.querySelector("[data-listing-state]");
        if (!fresh || fresh.dataset.listingState !== first) return location.reload();
        update(box, fresh);
      }
    } catch {
      // The server is away for a moment: ask again.
    }
    setTimeout(look, SECONDS * 1000);
  };
  setTimeout(look, SECONDS * 1000);
}

/** Keep what somebody may be about to press: only words and the bar change. */
function update(box, fresh) {
  const heading = (root) => root.querySelector("h2")?.textContent;
  const late = (root) => Boolean(root.querySelector(".listing-late"));
  if (heading(box) !== heading(fresh) || late(box) !== late(fresh)) {
    box.querySelector("[data-listing-state]").replaceWith(document.importNode(fresh, true));
    return;
  }
  const words = fresh.querySelector("p");
  const bar = fresh.querySelector("progress");
  if (words) box.querySelector("p").textContent = words.textContent;
  if (bar?.hasAttribute("value")) box.querySelector("progress").value = Number(bar.value);
}

// --- Tick all, tick none. ---
for (const group of document.querySelectorAll("[data-listing-ticks]")) {
  const ticks = [...group.querySelectorAll("input[type=checkbox]")];
  if (ticks.length < 3) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-secondary button-small";
  const name = () => {
    button.textContent = ticks.every((tick) => tick.checked) ? "Tout décocher" : "Tout cocher";
  };
  button.addEventListener("click", () => {
    const wanted = !ticks.every((tick) => tick.checked);
    for (const tick of ticks) tick.checked = wanted;
    name();
  });
  group.addEventListener("change", name);
  name();
  group.querySelector("legend + p")?.append(" ", button);
}

// --- The map beside the list of points. ---
async function drawMap(root) {
  const { leaflet, style, outlines } = root.dataset;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
  const script = Object.assign(document.createElement("script"), { src: leaflet });
  const [shapes] = await Promise.all([
    fetch(outlines).then((answer) => answer.json()),
    new Promise((resolve) => link.addEventListener("load", resolve)),
    new Promise((resolve) => script.addEventListener("load", resolve)),
    document.head.append(link, script),
  ]);
  const { L } = window;
  root.replaceChildren();
  const map = L.map(root, { maxZoom: 13, minZoom: 6, attributionControl: false });
  const places = JSON.parse(document.getElementById("listing-markers").textContent);
  const bounds = L.latLngBounds(places.map((place) => [place.lat, place.lng]));
  // Before anything is drawn: circles need a view.
  map.fitBounds(bounds.pad(0.2), { maxZoom: 11 });
  L.geoJSON(shapes, {
    interactive: false,
    filter: (feature) => feature.geometry.type !== "Point",
    style: { color: "#4a6a70", weight: 1, fillColor: "#e9efe8", fillOpacity: 1 },
  }).addTo(map);
  const rows = new Map(
    [...document.querySelectorAll("[data-listing-point]")].map((row) => [
      Number(row.dataset.listingPoint),
      row,
    ]),
  );
  const show = (id) => {
    for (const [key, row] of rows) row.classList.toggle("is-shown", key === id);
  };
  for (const place of places) {
    const marker = L.circleMarker([place.lat, place.lng], {
      radius: 8,
      weight: 2,
      color: "#fff",
      fillColor: "#b45309",
      fillOpacity: 1,
    }).addTo(map);
    // An element, because Leaflet takes a string for HTML.
    marker.bindTooltip(
      Object.assign(document.createElement("span"), { textContent: place.title }),
    );
    marker.on("click", () => {
      show(place.id);
      rows.get(place.id)?.scrollIntoView({ block: "center" });
    });
    const row = rows.get(place.id);
    row?.addEventListener("pointerenter", () => marker.openTooltip());
    row?.addEventListener("pointerleave", () => marker.closeTooltip());
    row?.addEventListener("focusin", () => {
      show(place.id);
      map.panTo(marker.getLatLng());
      marker.openTooltip();
    });
  }
  root.dataset.ready = "true";
}

for (const root of document.querySelectorAll("[data-listing-map]")) drawMap(root);
