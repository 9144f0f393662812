// The map of the finder. Leaflet and markercluster are fetched at the first click; without a tile
// server the map is drawn on the outlines of the provinces, with no request to anybody else.
// The list says the same things: the map adds where they lie.

import { language, t } from "./words.js";

// Furthest zoom: with streets, and without (closer in, outlines show nothing more). markercluster
// needs an end when there is no tile layer.
const FURTHEST_WITH_TILES = 17;
const FURTHEST_WITHOUT = 13;
const TOWNS_FROM = { 1: 0, 2: 8.5, 3: 9.5 }; // zoom by rank of the town in outlines.geojson
const NAMES_FROM = 11; // zoom at which every pin carries the name of its locality
const PER_PAGE = 500; // the most that /api/formations.geojson gives at once
const MOST_PAGES = 20;

/** @returns {Promise<void>} when the script has run; the same script is fetched once. */
function loadScript(src) {
  if (document.querySelector(`script[src="${src}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = resolve;
    script.onerror = () => reject(new Error(src));
    document.head.append(script);
  });
}

function loadStyle(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = resolve;
    link.onerror = () => reject(new Error(href));
    document.head.append(link);
  });
}

async function loadJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response.json();
}

/** Every place of the list, whatever page of it is shown. */
async function loadPlaces(address) {
  const url = new URL(address, location.href);
  url.searchParams.set("par_page", PER_PAGE);
  url.searchParams.delete("page");
  const first = await loadJson(url);
  const features = [...first.features];
  for (let page = 2; features.length < first.total && page <= MOST_PAGES; page += 1) {
    url.searchParams.set("page", page);
    const next = await loadJson(url);
    if (next.features.length === 0) break;
    features.push(...next.features);
  }
  return { ...first, features };
}

function kilometres(distance) {
  if (distance === null || distance === undefined) return "";
  if (distance < 1) return t("à moins de 1 km");
  const km = distance.toLocaleString(language === "en" ? "en-GB" : `${language}-BE`, {
    maximumFractionDigits: 1,
  });
  return t("à {km} km", { km });
}

function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
}

/** What the popup says, in the order of the cards: what, where and how far, who, what next. */
function popup(feature) {
  const { titre, centre, filieres, localite, distance_km: distance, url } = feature.properties;
  const box = element("div", "", "map-popup");
  const what = filieres.slice(0, 3).join(", ") + (filieres.length > 3 ? "…" : "");
  box.append(element("p", what || titre, "map-popup__what"));
  box.append(element("p", [localite, kilometres(distance)].filter(Boolean).join(", ")));
  box.append(element("p", titre === centre || !centre ? titre : `${titre} – ${centre}`));
  const link = element("a", t("Voir ce lieu"));
  link.href = url;
  link.setAttribute("aria-label", `${t("Voir ce lieu")} : ${titre}, ${localite}`);
  box.append(link);
  return box;
}

/** A name for every marker, all different: several sites of a centre share title and town. */
function uniqueNames(features) {
  const seen = new Map();
  return features.map(({ properties }) => {
    const { titre, adresse, localite } = properties;
    let name = `${titre}, ${localite}`;
    if (seen.has(name) && adresse) name = `${titre}, ${adresse}, ${localite}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times > 1 ? `${name} (${times})` : name;
  });
}

const PIN =
  '<svg viewBox="0 0 32 44" aria-hidden="true">' +
  '<path d="M16 1.5A14.5 14.5 0 0 0 1.5 16C1.5 26.5 16 42 16 42s14.5-15.5 14.5-26A14.5 14.5 0 0 0 16 1.5Z"/>' +
  '<circle cx="16" cy="16" r="5.5"/></svg>';

/** An icon of its own for each marker: it carries the name of the place. */
function pinIcon(L, localite) {
  const drawing = element("div");
  drawing.innerHTML = PIN;
  drawing.append(element("span", localite));
  return L.divIcon({
    className: "map-pin",
    html: drawing,
    iconSize: [32, 44],
    iconAnchor: [16, 42],
    popupAnchor: [0, -36],
  });
}

function clusterIcon(L, cluster) {
  const count = cluster.getChildCount();
  const size = count < 10 ? 48 : count < 50 ? 54 : 60;
  const bubble = element("span", String(count));
  return L.divIcon({ className: "map-cluster", html: bubble, iconSize: [size, size] });
}

/** Clusters are buttons: named, reached by Tab, opened by Enter or Space. */
function makeClustersReachable(group) {
  function dress(cluster) {
    const icon = cluster.getElement?.();
    if (!icon || !cluster.getChildCount) return;
    icon.tabIndex = 0;
    icon.setAttribute("role", "button");
    const names = cluster.getAllChildMarkers().map((marker) => marker.options.alt);
    icon.setAttribute(
      "aria-label",
      t("{count} lieux groupés : {names}. Agrandir.", {
        count: cluster.getChildCount(),
        names: `${names.slice(0, 3).join(" ; ")}${names.length > 3 ? "…" : ""}`,
      }),
    );
    if (icon.dataset.keys) return;
    icon.dataset.keys = "true";
    icon.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      const inside = cluster.getAllChildMarkers();
      const map = cluster._map ?? group._map;
      const focusInside = () => {
        // The cluster is gone: the focus goes on to the first of its places that shows.
        const shown = inside.map((marker) => group.getVisibleParent(marker)?.getElement?.());
        (shown.find(Boolean) ?? map.getContainer()).focus();
      };
      // Listen to the one that follows: the other would take the focus at some later gesture.
      if (map.getZoom() >= map.getMaxZoom() || sameSpot(inside)) {
        group.once("spiderfied", focusInside);
        cluster.spiderfy();
      } else {
        map.once("zoomend", () => setTimeout(focusInside, 300));
        cluster.zoomToBounds({ padding: [30, 30] });
      }
    });
  }
  const all = () => group._featureGroup?.eachLayer(dress);
  group.on("animationend spiderfied unspiderfied layeradd", all);
  group._map.on("zoomend moveend layeradd", () => requestAnimationFrame(all));
  all();
}

/** A marker that Tab reaches comes into view at once. Leaflet would glide there, and markercluster, at the
 *  end of the glide, takes away what lies far from the view: the next marker too, if Tab has reached it. */
function showFocused(group) {
  const map = group._map;
  map.getContainer().addEventListener("focusin", ({ target }) => {
    if (!target.matches(":focus-visible")) return; // under a pointer nothing may move
    group._featureGroup.eachLayer((layer) => {
      if (layer.getElement?.() !== target) return;
      map.panInside(layer.getLatLng(), { padding: [40, 60], animate: false });
    });
  });
}

const sameSpot = (markers) =>
  markers.every((marker) => marker.getLatLng().equals(markers[0].getLatLng(), 1e-7));

function drawOutlines(L, map, outlines) {
  const towns = [];
  L.geoJSON(outlines, {
    interactive: false,
    style: { className: "map-outline", weight: 1.5 },
    pointToLayer(feature, position) {
      const { name, rank } = feature.properties;
      const label = element("span", name);
      const marker = L.marker(position, {
        interactive: false,
        keyboard: false,
        alt: "",
        zIndexOffset: -1000,
        icon: L.divIcon({ className: "map-town", html: label, iconSize: [0, 0] }),
      });
      towns.push({ marker, rank });
      return marker;
    },
  }).addTo(map);
  // Fewer names from afar, so that they never lie on one another.
  const sort = () => {
    for (const { marker, rank } of towns) {
      marker.getElement()?.classList.toggle("map-town--far", map.getZoom() < TOWNS_FROM[rank]);
      marker.getElement()?.setAttribute("aria-hidden", "true");
    }
  };
  map.on("zoomend", sort);
  map.whenReady(sort); // the labels are drawn once the map has a view
}

async function draw(root, canvas, status) {
  const { leafletJs, leafletCss, clusterJs, mapCss, geojson, outlines, tilesUrl } = root.dataset;
  const [places, shapes] = await Promise.all([
    loadPlaces(geojson),
    outlines ? loadJson(outlines).catch(() => null) : null,
    loadStyle(leafletCss).then(() => loadStyle(mapCss)),
    loadScript(leafletJs).then(() => loadScript(clusterJs)),
  ]);
  const L = window.L;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const map = L.map(canvas, {
    zoomControl: false,
    attributionControl: Boolean(tilesUrl),
    maxZoom: tilesUrl ? FURTHEST_WITH_TILES : FURTHEST_WITHOUT,
    minZoom: 6,
    zoomSnap: 0.5,
    fadeAnimation: !still,
    zoomAnimation: !still,
    markerZoomAnimation: !still,
    inertia: !still,
  });
  // Below, where a popup, which opens above its pin, does not hide behind the buttons.
  L.control
    .zoom({
      position: "bottomright",
      zoomInTitle: t("Agrandir la carte"),
      zoomOutTitle: t("Réduire la carte"),
    })
    .addTo(map);
  if (tilesUrl) {
    map.attributionControl.setPrefix("");
    L.tileLayer(tilesUrl, { attribution: root.dataset.tilesAttribution, maxZoom: 19 }).addTo(map);
  }
  if (shapes) drawOutlines(L, map, shapes);

  const onMap = places.features.filter((feature) => feature.geometry);
  const names = uniqueNames(onMap);
  L.MarkerCluster.mergeOptions({ autoPanOnFocus: false }); // see showFocused
  const group = L.markerClusterGroup({
    animate: !still,
    showCoverageOnHover: false,
    spiderLegPolylineOptions: { className: "map-leg", weight: 2 },
    maxClusterRadius: 56,
    iconCreateFunction: (cluster) => clusterIcon(L, cluster),
  });
  // On a phone the map is hardly wider than a popup: 40 px of it are the popup's own margins.
  const widest = Math.min(280, canvas.clientWidth - 64);
  const popupSize = {
    minWidth: Math.min(220, widest),
    maxWidth: widest,
    autoPanPaddingTopLeft: [10, 10],
    autoPanPaddingBottomRight: [10, 116], // above the buttons
  };
  const bounds = L.latLngBounds([]);
  onMap.forEach((feature, index) => {
    const [lng, lat] = feature.geometry.coordinates;
    const icon = pinIcon(L, feature.properties.localite);
    const name = names[index];
    const marker = L.marker([lat, lng], { icon, alt: name, title: name, autoPanOnFocus: false });
    marker.placeId = feature.id;
    marker.on("add", () => {
      const node = marker.getElement();
      // Leaflet gives `alt` to images only: a drawn icon is named by hand.
      node.setAttribute("aria-label", name);
      node.dataset.placeId = feature.id;
    });
    marker.bindPopup(() => popup(feature), popupSize);
    marker.on("popupopen", ({ popup: opened }) => {
      const box = opened.getElement();
      box.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", t("Fermer"));
      box.querySelector("a[href]:not([role=button])")?.focus();
    });
    marker.on("popupclose", () => marker.getElement()?.focus({ preventScroll: true }));
    group.addLayer(marker);
    bounds.extend([lat, lng]);
  });

  if (places.origine) {
    const { lat, lon, label } = places.origine;
    L.marker([lat, lon], {
      interactive: false,
      keyboard: false,
      alt: "",
      zIndexOffset: -500, // below the pins: it must not hide their numbers
      icon: L.divIcon({ className: "map-origin", html: element("span", label), iconSize: [20, 20] }),
    }).addTo(map);
    bounds.extend([lat, lon]);
  }
  map.fitBounds(bounds.isValid() ? bounds : [[49.5, 2.8], [50.85, 6.4]], {
    paddingTopLeft: [30, 52], // a pin stands above its point
    paddingBottomRight: [84, 24], // and never below the buttons
    maxZoom: 13,
    animate: false,
  });
  const nameWhenNear = () =>
    canvas.classList.toggle("map__canvas--near", map.getZoom() >= NAMES_FROM);
  map.on("zoomend", nameWhenNear);
  nameWhenNear();
  map.addLayer(group);
  makeClustersReachable(group);
  showFocused(group);

  const missing = places.features.length - onMap.length;
  const count = onMap.length;
  const shown =
    count > 1 ? t("{count} lieux sur la carte.", { count }) : t("{count} lieu sur la carte.", { count });
  status.textContent =
    shown + (missing > 0 ? ` ${t("{count} sans adresse exacte : voir la liste.", { count: missing })}` : "");
  canvas.dataset.ready = "true";
  canvas.dataset.placeIds = places.features.map((feature) => feature.id).join(",");
  return map;
}

export function start(root, event) {
  const opener = root.querySelector("[data-map-open]");
  const panel = root.querySelector("[data-map-panel]");
  const closer = root.querySelector("[data-map-close]");
  const canvas = root.querySelector("[data-map-canvas]");
  const status = root.querySelector("[data-map-status]");
  let map = null;
  let drawing = false;

  async function open() {
    panel.hidden = false;
    opener.hidden = true;
    opener.setAttribute("aria-expanded", "true");
    closer.focus();
    if (map) {
      map.invalidateSize();
      return;
    }
    if (drawing) return;
    drawing = true;
    canvas.setAttribute("aria-busy", "true");
    status.textContent = t("La carte arrive…");
    try {
      map = await draw(root, canvas, status);
    } catch (error) {
      console.error(error);
      status.textContent = t("La carte ne s’affiche pas. La liste montre les mêmes lieux.");
    } finally {
      drawing = false;
      canvas.removeAttribute("aria-busy");
    }
  }

  function close() {
    panel.hidden = true;
    opener.hidden = false;
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  }

  opener.addEventListener("click", open);
  closer.addEventListener("click", close);
  panel.addEventListener("keydown", (key) => {
    if (key.key !== "Escape") return;
    // A first Escape closes an open popup, the next one the map.
    if (panel.querySelector(".leaflet-popup")) map.closePopup();
    else close();
  });
  if (event.target.closest("[data-map-open]")) open();
}
