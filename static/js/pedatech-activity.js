// An activity starts on a click, in a frame that knows nothing of this site: scripts run, but with
// an origin of their own (no allow-same-origin): no cookie, no storage, no page of ours.
// Where a person who is signed in stands is kept (data-progress): the frame tells it by messages.

const DELAY = 800;

export function start(button) {
  const activity = button.closest("[data-activity]");
  const frame = document.createElement("iframe");
  frame.className = "activity__frame";
  frame.title = activity.dataset.title;
  frame.setAttribute("sandbox", "allow-scripts");
  frame.setAttribute("referrerpolicy", "no-referrer");
  frame.setAttribute("allow", "fullscreen");
  frame.allowFullscreen = true;
  frame.src = activity.dataset.src;
  button.replaceWith(frame);
  frame.focus();
  keepProgress(activity, frame);
}

function keepProgress(activity, frame) {
  const address = activity.dataset.progress;
  if (!address) return;
  let told = {};
  let timer;

  function send() {
    clearTimeout(timer);
    if (!Object.keys(told).length) return;
    const body = JSON.stringify(told);
    told = {};
    fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": activity.dataset.token },
      body,
      keepalive: true,
    }).catch(() => {});
  }

  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || typeof event.data?.activity !== "object") return;
    Object.assign(told, event.data.activity);
    clearTimeout(timer);
    timer = setTimeout(send, DELAY);
  });
  addEventListener("pagehide", send);
}

// A page of its own has its frame from the start.
for (const activity of document.querySelectorAll("[data-activity-page]")) {
  keepProgress(activity, activity.querySelector("iframe"));
}
