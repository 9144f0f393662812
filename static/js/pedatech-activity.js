// An activity starts on a click, in a frame that knows nothing of this site: scripts run, but with
// an origin of their own (no allow-same-origin): no cookie, no storage, no page of ours.

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
}
