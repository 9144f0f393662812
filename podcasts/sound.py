"""What a sound file really is, read from its content: its name is only a claim."""

from dataclasses import dataclass
from typing import IO, Any

from mutagen import MutagenError
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4

MP3_TYPE = "audio/mpeg"
M4A_TYPE = "audio/x-m4a"
EXTENSIONS = {MP3_TYPE: "mp3", M4A_TYPE: "m4a"}
"""MIME type → the only extension that goes with it; the two that every podcast app plays."""
SHORTEST = 1.0  # seconds
PROBE = 12  # bytes that tell the container


class NotASound(ValueError):
    """A file that cannot be an episode; the message is French and says what to do."""


@dataclass(frozen=True)
class Sound:
    """What a feed says of a file."""

    mime_type: str
    seconds: float
    size: int
    """bytes"""

    @property
    def extension(self) -> str:
        """The end of its name: `mp3` or `m4a`."""
        return EXTENSIONS[self.mime_type]


def read_sound(file: IO[bytes], name: str) -> Sound:
    """Measure an MP3 or M4A file; tags are not needed.

    `name` is the name it was sent with. Raises NotASound when the file is empty, broken, of
    another kind, or when its name claims another kind. The position in the file is put back to 0.
    """
    file.seek(0, 2)
    size = file.tell()
    if not size:
        raise NotASound("Ce fichier est vide (0 octet). Exportez le son à nouveau.")
    file.seek(0)
    head = file.read(PROBE)
    file.seek(0)
    try:
        mime_type, seconds = _measure(file, head)
    except (MutagenError, EOFError, OverflowError, ValueError, ZeroDivisionError) as error:
        if isinstance(error, NotASound):
            raise
        raise NotASound(
            "Ce fichier est abîmé : le son ne peut pas être lu. Exportez-le à nouveau."
        ) from error
    finally:
        file.seek(0)
    if not seconds >= SHORTEST:
        raise NotASound("Ce son dure moins d’une seconde. Exportez-le à nouveau.")
    sound = Sound(mime_type, round(seconds, 3), size)
    claimed = name.rpartition(".")[2].lower() if "." in name else ""
    if claimed != sound.extension:
        real = sound.extension.upper()
        raise NotASound(
            f"Ce fichier contient du {real}, mais son nom finit par « .{claimed} ». "
            f"Renommez-le en « .{sound.extension} » ou exportez-le à nouveau."
        )
    return sound


def _measure(file: IO[bytes], head: bytes) -> tuple[str, float]:
    """MIME type and length in seconds."""
    info: Any
    if head[4:8] == b"ftyp":
        info = MP4(file).info
        if not info.codec.startswith(("mp4a", "alac")):
            raise NotASound("Ce fichier M4A ne contient pas de son AAC. Exportez-le en MP3.")
        return M4A_TYPE, info.length
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        info = MP3(file).info
        if info.sketchy:
            raise NotASound(
                "Ce fichier est abîmé : le son ne peut pas être lu. Exportez-le à nouveau."
            )
        return MP3_TYPE, info.length
    raise NotASound(
        "Ce fichier n’est pas un son MP3 ou M4A. Exportez le son dans un de ces formats."
    )
