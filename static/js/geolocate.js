// « Autour de moi »: the position is asked for on a click, never before, rounded to three
// decimals (about 100 m) and sent with the form. A refusal says how to go on by hand.

import { t } from "./words.js";

const TIME_OUT = 10_000; // milliseconds
const OPTIONS = { enableHighAccuracy: false, maximumAge: 5 * 60_000, timeout: TIME_OUT };

const REFUSED = "Nous ne voyons pas où vous êtes. Écrivez votre commune ou votre code postal.";
const TOO_LONG = "Votre téléphone met trop de temps. Écrivez votre commune ou votre code postal.";

/** The position, or an error of the Geolocation API; a device that stays silent is a time-out. */
function locate() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) {
      reject(new Error("no geolocation"));
      return;
    }
    // The API's own time-out does not run while the browser waits for the permission.
    const clock = setTimeout(() => reject({ code: 3 }), TIME_OUT);
    const settle = (then) => (value) => {
      clearTimeout(clock);
      then(value);
    };
    navigator.geolocation.getCurrentPosition(settle(resolve), settle(reject), OPTIONS);
  });
}

export function start(button) {
  const form = button.closest("form");
  const place = form.querySelector("[data-place]");
  const status = form.querySelector("[data-geolocate-status]");
  const lat = form.querySelector("[data-lat]");
  const lon = form.querySelector("[data-lon]");

  async function ask() {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    status.textContent = t("Nous cherchons où vous êtes…");
    try {
      const { coords } = await locate();
      lat.value = coords.latitude.toFixed(3);
      lon.value = coords.longitude.toFixed(3);
      lat.disabled = lon.disabled = false;
      place.value = "";
      place.placeholder = t("Ma position");
      status.textContent = t("Position trouvée.");
      form.requestSubmit();
    } catch (error) {
      status.textContent = t(error.code === 3 ? TOO_LONG : REFUSED);
      place.focus();
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  button.addEventListener("click", ask);
  ask();
}
