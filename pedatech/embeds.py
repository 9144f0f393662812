"""Content of other hosts, shown on a click only: which hosts, and their address in a frame."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

YOUTUBE_ID = re.compile(r"^[A-Za-z0-9_-]{6,20}$")
VIMEO_ID = re.compile(r"^\d{5,12}$")
GENIALLY_ID = re.compile(r"^[A-Za-z0-9-]{8,40}$")

GENIALLY_HOSTS = {"view.genially.com", "view.genial.ly", "www.genially.com", "view.genially.ly"}
YOUTUBE_HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com"}
VIMEO_HOSTS = {"vimeo.com", "www.vimeo.com", "player.vimeo.com"}

WRONG_HOST = (
    "Ce site n’est pas dans la liste. Collez l’adresse d’un contenu Genially, YouTube ou Vimeo."
)


@dataclass(frozen=True)
class Frame:
    """A content of another host: where it opens, and how it shows inside a page."""

    host_name: str
    """what people call the host: «Genially»"""
    frame_url: str
    page_url: str

    @property
    def origin(self) -> str:
        """What the content security policy must allow."""
        parts = urlsplit(self.frame_url)
        return f"{parts.scheme}://{parts.netloc}"


def frame_for(url: str) -> Frame | None:
    """How `url` shows in a frame; None for another host or an unreadable address."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme != "https":
        return None
    steps = [step for step in parts.path.split("/") if step]
    if host in GENIALLY_HOSTS and steps and GENIALLY_ID.match(steps[0]):
        page = f"https://view.genially.com/{steps[0]}"
        return Frame("Genially", page, page)
    if host in VIMEO_HOSTS and steps and VIMEO_ID.match(steps[-1]):
        return Frame(
            "Vimeo",
            f"https://player.vimeo.com/video/{steps[-1]}?dnt=1",
            f"https://vimeo.com/{steps[-1]}",
        )
    video = ""
    if host == "youtu.be" and steps:
        video = steps[0]
    elif host in YOUTUBE_HOSTS and steps[:1] == ["watch"]:
        video = parse_qs(parts.query).get("v", [""])[0]
    elif host in YOUTUBE_HOSTS and steps[:1] in (["embed"], ["shorts"]) and len(steps) > 1:
        video = steps[1]
    if YOUTUBE_ID.match(video):
        return Frame(
            "YouTube",
            f"https://www.youtube-nocookie.com/embed/{video}?rel=0",
            f"https://www.youtube.com/watch?v={video}",
        )
    return None
