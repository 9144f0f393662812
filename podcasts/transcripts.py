"""Transcripts: WebVTT or plain text in, sentences with their times out, WebVTT for podcast apps."""

import html
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from podcasts.times import clock

LINE_LENGTH = 65  # what Apple and the namespace podcast ask of a line
SPEAKER_LENGTH = 40
LONGEST = 600_000  # characters: ten hours of speech
PARAGRAPH_SECONDS = 40.0  # a turn that lasts longer is cut, so that its times stay near
_TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re.compile(r"<[^>]*>")
# «Nom : …»: three words at most, or any sentence with a colon would have a speaker.
_SPEAKER = re.compile(r"(?P<speaker>[^\W\d_][^\s:.!?]*(?: [^\s:.!?]+){0,2})\s?: (?P<text>.+)")


class BadTranscript(ValueError):
    """A transcript that cannot be read; the message is French and names the line."""


@dataclass(frozen=True)
class Cue:
    """One sentence (what WebVTT calls a cue)."""

    start: float
    """seconds"""
    end: float
    speaker: str
    """"" when nobody is named"""
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Sentences of one speaker that follow each other."""

    speaker: str
    cues: list[Cue]

    @property
    def start(self) -> float:
        """Seconds."""
        return self.cues[0].start

    @property
    def seconds(self) -> int:
        """Whole seconds, for an address."""
        return int(self.start)

    @property
    def clock(self) -> str:
        """«1:35»."""
        return clock(self.start)


@dataclass(frozen=True)
class Section:
    """A chapter with what is said in it; the title is "" when there are no chapters."""

    title: str
    start: float
    paragraphs: list[Paragraph] = field(default_factory=list)


def decode(data: bytes) -> str:
    """The text of an uploaded file: UTF-8, or what Windows writes. Raises BadTranscript."""
    if b"\0" in data:
        raise BadTranscript("Ce fichier n’est pas un texte. Choisissez un fichier .vtt ou .txt.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def is_timed(text: str) -> bool:
    """True for WebVTT, False for plain text."""
    return text.lstrip("\ufeff \r\n\t").startswith("WEBVTT")


def normalise(text: str) -> str:
    """The same transcript with one kind of line end and nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff \n\t")


def parse(text: str, duration: float = 0.0) -> list[Cue]:
    """Sentences of a transcript, in order.

    Plain text has no times: its paragraphs are spread over `duration` (seconds) by their length.
    Raises BadTranscript, with the line, when WebVTT is wrong; an empty text gives an empty list.
    """
    text = normalise(text)
    if len(text) > LONGEST:
        raise BadTranscript("Cette transcription est trop longue (600 000 signes au plus).")
    if not text:
        return []
    return _timed(text) if is_timed(text) else _spread(text, duration)


def _seconds(found: re.Match[str]) -> float:
    hours, minutes, seconds, thousandths = (int(each or 0) for each in found.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _check_times(lines: Sequence[str]) -> int:
    """Number of cues; BadTranscript on the first line of times that is wrong."""
    cues = 0
    before = 0.0
    for number, line in enumerate(lines, start=1):
        if "-->" not in line:
            continue
        left, _, right = line.partition("-->")
        start = _TIME.fullmatch(left.strip())
        end = _TIME.fullmatch((right.split() or [""])[0])
        if not start or not end:
            raise BadTranscript(
                f"Ligne {number} : « {line.strip()[:60]} » n’est pas un moment. "
                "Il faut par exemple 00:01:35.000 --> 00:01:38.500."
            )
        if _seconds(end) <= _seconds(start):
            raise BadTranscript(f"Ligne {number} : la phrase finit avant de commencer.")
        if _seconds(start) < before:
            raise BadTranscript(f"Ligne {number} : la phrase commence avant celle d’avant.")
        before = _seconds(start)
        cues += 1
    return cues


def _timed(text: str) -> list[Cue]:
    lines = text.split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise BadTranscript("Ligne 1 : un fichier VTT commence par « WEBVTT » seul sur sa ligne.")
    expected = _check_times(lines)
    if not expected:
        raise BadTranscript("Ce fichier VTT ne contient aucune phrase.")
    try:
        captions: list[webvtt.Caption] = webvtt.from_string(f"{text}\n").captions
    except (MalformedFileError, MalformedCaptionError) as error:
        raise BadTranscript(f"Ce fichier VTT ne peut pas être lu : {error}") from error
    cues = [cue for caption in captions for cue in _sentences(caption)]
    if len(captions) != expected or not cues:
        raise BadTranscript(
            "Des phrases de ce fichier VTT se perdent : laissez une ligne vide entre elles, "
            "et un texte sous chaque moment."
        )
    return cues


def _sentences(caption: webvtt.Caption) -> Iterator[Cue]:
    """The parts of a cue, one per voice."""
    start, end = (
        _seconds(found)
        for found in (_TIME.fullmatch(caption.start), _TIME.fullmatch(caption.end))
        if found
    )
    before, *rest = _VOICE.split(caption.raw_text)
    for speaker, raw in [("", before), *zip(rest[::2], rest[1::2], strict=True)]:
        words = _typeset(html.unescape(_TAG.sub("", raw)))
        if words:
            name = " ".join(html.unescape(speaker).split())[:SPEAKER_LENGTH]
            yield Cue(start, end, name, words)


def _typeset(text: str) -> str:
    """One blank between words, and none that breaks before « ? » or inside « … »."""
    words = re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()
    return re.sub(r"(?<=«) | (?=[?!:;»])", "\u00a0", words)


def _spread(text: str, duration: float) -> list[Cue]:
    """Paragraphs of plain text with estimated times. «Nom : …» names the speaker."""
    paragraphs = [_typeset(each) for each in text.split("\n") if each.strip()]
    total = sum(map(len, paragraphs))
    duration = duration or total / 15  # about fifteen signs a second are spoken
    cues = []
    at = 0.0
    for paragraph in paragraphs:
        end = at + duration * len(paragraph) / total
        found = _SPEAKER.fullmatch(paragraph)
        speaker, words = (found["speaker"], found["text"]) if found else ("", paragraph)
        cues.append(Cue(round(at, 3), round(end, 3), speaker, words))
        at = end
    return cues


def plain(cues: Sequence[Cue]) -> str:
    """What is said, for the search index: neither times nor names."""
    return " ".join(cue.text for cue in cues)


def _vtt_time(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def to_vtt(cues: Sequence[Cue], note: str = "") -> str:
    """WebVTT with lines of at most 65 characters, the speaker in `<v …>`."""
    blocks = ["WEBVTT"]
    if note:
        blocks.append("NOTE\n" + "\n".join(textwrap.wrap(note, LINE_LENGTH)))
    for cue in cues:
        # An escaped sign is never cut in two: it holds no blank, and words are wrapped whole.
        voice = f"<v {html.escape(cue.speaker, quote=False)}>" if cue.speaker else ""
        lines = _wrap(cue.text, LINE_LENGTH - len(voice)) if voice else _wrap(cue.text, LINE_LENGTH)
        times = f"{_vtt_time(cue.start)} --> {_vtt_time(cue.end)}"
        blocks.append("\n".join([times, voice + lines[0], *lines[1:]]))
    return "\n\n".join(blocks) + "\n"


def _wrap(text: str, first: int) -> list[str]:
    """Lines of at most `first` signs, then of LINE_LENGTH, with the signs of WebVTT escaped."""
    lines: list[str] = []
    line, room = "", first
    for word in text.split(" "):
        for piece in _pieces(word):
            longer = f"{line} {piece}" if line else piece
            if len(longer) > room and line:
                lines.append(line)
                line, room = piece, LINE_LENGTH
            else:
                line = longer
    return [*lines, line]


def _pieces(word: str) -> list[str]:
    """A word, escaped; one that no line can hold is cut."""
    shortest = LINE_LENGTH - SPEAKER_LENGTH - len("<v >")
    escaped = html.escape(word, quote=False)
    if len(escaped) <= shortest:
        return [escaped]
    step = shortest // len("&amp;") if escaped != word else shortest
    return [html.escape(word[at : at + step], quote=False) for at in range(0, len(word), step)]


def in_sections(cues: Sequence[Cue], chapters: Sequence[tuple[float, str]]) -> list[Section]:
    """Sentences by chapter (`[(seconds, title)]`, ascending) and by turn of a speaker."""
    sections = [Section(title, start) for start, title in chapters]
    if not sections or (cues and cues[0].start < sections[0].start):
        sections.insert(0, Section("Début" if sections else "", 0.0))
    for cue in cues:
        begun = [each for each in sections if each.start <= cue.start + 0.001]
        section = begun[-1] if begun else sections[0]
        last = section.paragraphs[-1] if section.paragraphs else None
        if last and last.speaker == cue.speaker and cue.end - last.start <= PARAGRAPH_SECONDS:
            last.cues.append(cue)
        else:
            section.paragraphs.append(Paragraph(cue.speaker, [cue]))
    return [each for each in sections if each.paragraphs]
