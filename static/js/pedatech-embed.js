// Contents of other hosts: the frame is made by the click, never before.

for (const button of document.querySelectorAll("[data-embed-load]")) {
  button.addEventListener("click", () => {
    const figure = button.closest("[data-embed]");
    const frame = document.createElement("iframe");
    frame.src = figure.dataset.embed;
    frame.title = figure.dataset.embedTitle;
    frame.className = "embed__frame";
    frame.allow = "fullscreen; gyroscope; accelerometer; xr-spatial-tracking";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.setAttribute("allowfullscreen", "");
    // No way to our own pages: a content of another host cannot lead the visitor away.
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups allow-forms");
    frame.tabIndex = 0;
    figure.querySelector(".embed__panel").replaceWith(frame);
    frame.focus();
  });
}
