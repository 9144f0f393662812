// The location field of the admin: our icons, our map, our address look-up.
(function () {
  "use strict";
  const { icon, icon2x, shadow, outlines, geocode } = document.currentScript.dataset;

  // Leaflet guesses the folder of its icons from the style sheet, which hashed names defeat.
  L.Icon.Default.mergeOptions({ iconUrl: icon, iconRetinaUrl: icon2x, shadowUrl: shadow });
  L.Icon.Default.imagePath = "";
  delete L.Icon.Default.prototype._getIconUrl;

  const shapes = fetch(outlines).then((answer) => answer.json());
  L.Map.addInitHook(function () {
    shapes.then((data) => {
      const areas = data.features.filter((feature) => feature.geometry.type !== "Point");
      L.geoJSON(areas, {
        interactive: false,
        style: { color: "#4a6a70", weight: 1, fillColor: "#e9efe8", fillOpacity: 1 },
      }).addTo(this);
      data.features
        .filter((feature) => feature.geometry.type === "Point")
        .forEach(({ geometry, properties }) => {
          const [lng, lat] = geometry.coordinates;
          L.tooltip({ permanent: true, direction: "center", className: "map-town" })
            .setLatLng([lat, lng])
            .setContent(document.createTextNode(properties.name).textContent)
            .addTo(this);
        });
    });
  });

  // The address moves the marker; the answer comes from our own server.
  document.addEventListener("DOMContentLoaded", () => {
    const address = document.getElementById("id_address");
    const locality = document.getElementById("id_locality");
    if (!address) return;
    let timer;
    address.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        if (!address.value.trim()) return;
        const query = new URLSearchParams({ adresse: address.value });
        if (locality && locality.value) query.set("localite", locality.value);
        const answer = await fetch(`${geocode}?${query}`);
        if (!answer.ok) return;
        const point = await answer.json();
        window.$(address).trigger("searchGeocoded", [{ lat: point.lat, lng: point.lon }]);
      }, 1000);
    });
  });
})();
