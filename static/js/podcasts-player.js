// Adds to the browser's player: chapters and sentences that play, the sentence that is heard,
// addresses of a moment (#t=95), speed. Without it everything still reads and plays.

const root = document.querySelector("[data-episode]");
const audio = root?.querySelector("[data-audio]");
if (audio) start();

function start() {
  const status = root.querySelector("[data-status]");
  const follow = root.querySelector("[data-follow]");
  const transcript = root.querySelector("[data-transcript]");
  const cues = [...root.querySelectorAll("[data-start]")].map((element) => ({
    element,
    start: Number(element.dataset.start),
    end: Number(element.dataset.end),
  }));
  const chapters = [...root.querySelectorAll(".chapters [data-seek]")].map((element) => ({
    element,
    start: Number(element.dataset.seek),
  }));
  let current = null;
  let chapter = null;

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };

  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const minutes = Math.floor(whole / 60);
    const rest = String(whole % 60).padStart(2, "0");
    if (minutes < 60) return `${minutes}:${rest}`;
    return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
  };

  // Before its first byte the element keeps a position as the one to start from.
  const goTo = (seconds) => {
    audio.currentTime = seconds;
    mark(seconds);
  };

  const playFrom = async (seconds) => {
    goTo(seconds);
    history.replaceState(history.state, "", `#t=${Math.floor(seconds)}`);
    try {
      await audio.play();
      say(`Lecture à partir de ${clock(seconds)}.`);
    } catch (error) {
      // A second gesture before the first sound is no failure.
      if (error.name !== "AbortError") say("Le navigateur n’a pas lancé la lecture. Appuyez sur Lecture.");
    }
  };

  const last = (list, seconds) => list.findLast((each) => each.start <= seconds + 0.05) ?? null;

  // The focus never moves: a mark, and a scroll only for who is reading the transcript.
  const mark = (seconds) => {
    const now = last(cues, seconds);
    if (now !== current) {
      current?.element.removeAttribute("aria-current");
      current = now;
      if (now) {
        now.element.setAttribute("aria-current", "true");
        keepInView(now.element);
      }
    }
    const here = last(chapters, seconds);
    if (here !== chapter) {
      chapter?.element.removeAttribute("aria-current");
      here?.element.setAttribute("aria-current", "true");
      chapter = here;
    }
  };

  const keepInView = (element) => {
    if (!follow?.checked) return;
    const pane = transcript.getBoundingClientRect();
    if (pane.bottom < 0 || pane.top > innerHeight) return;
    const section = element.closest("details");
    if (!section.open) section.open = true;
    const box = element.getBoundingClientRect();
    if (box.top < 0 || box.bottom > innerHeight) element.scrollIntoView({ block: "center" });
  };

  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-seek]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      playFrom(Number(link.dataset.seek));
      return;
    }
    const cue = event.target.closest("[data-start]");
    // Who selects words wants to copy them.
    if (cue && getSelection().isCollapsed) playFrom(Number(cue.dataset.start));
  });

  for (const button of root.querySelectorAll("[data-skip]")) {
    button.addEventListener("click", () => {
      const end = Number.isFinite(audio.duration) ? audio.duration : Infinity;
      const seconds = Math.min(Math.max(audio.currentTime + Number(button.dataset.skip), 0), end);
      goTo(seconds);
      say(`Position : ${clock(seconds)}.`);
    });
  }

  const speed = root.querySelector("[data-speed]");
  speed.addEventListener("change", () => {
    audio.defaultPlaybackRate = audio.playbackRate = Number(speed.value);
    say(`Vitesse : ${speed.selectedOptions[0].textContent}.`);
  });

  audio.addEventListener("timeupdate", () => mark(audio.currentTime));
  audio.addEventListener("seeked", () => mark(audio.currentTime));
  // While the sound comes, the status says so; then it says again what it said before.
  let before = null;
  audio.addEventListener("waiting", () => {
    before ??= status.textContent;
    say("Chargement du son…");
  });
  audio.addEventListener("playing", () => {
    if (before !== null) say(before);
    before = null;
  });
  audio.addEventListener("ended", () => say("Fin de l’épisode."));
  // The error of a <source> does not bubble.
  audio.addEventListener(
    "error",
    () => say("Le son ne peut pas être lu. Téléchargez-le, ou lisez la transcription."),
    true,
  );

  const fromAddress = () => {
    const found = /^#t=(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)$/.exec(location.hash);
    if (!found) return;
    const seconds = Number(found[1] ?? 0) * 3600 + Number(found[2] ?? 0) * 60 + Number(found[3]);
    goTo(seconds);
    say(`Prêt à partir de ${clock(seconds)} : appuyez sur Lecture.`);
  };
  addEventListener("hashchange", fromAddress);
  fromAddress();
}
