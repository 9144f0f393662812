"""Sound of the demo episodes, made at load time: no recording is kept in the repository.

It has the rhythm of speech and no words: a syllable is a vowel (harmonics shaped by two formants)
after a breath of noise. The same text always gives the same bytes.
"""

import math
import random
import re
from array import array
from dataclasses import dataclass

import lameenc

RATE = 24_000  # samples a second, mono
BIT_RATE = 48  # kilobits a second
SYLLABLE = 0.17  # seconds
PAUSES = {",": 0.18, ";": 0.25, ":": 0.25, ".": 0.5, "?": 0.5, "!": 0.5}
VOICES = (118.0, 196.0)
"""pitch of each speaker, hertz"""
# First and second formant of the vowels of French, hertz.
FORMANTS = {
    "a": (700, 1300),
    "e": (480, 1750),
    "i": (280, 2250),
    "o": (430, 900),
    "u": (290, 1900),
}
_PLAIN = str.maketrans("àâäéèêëîïôöùûüÿy", "aaaeeeeiioouuuii")
LOUDNESS = 9_000  # of 32,767


@dataclass(frozen=True)
class Spoken:
    """A sentence in the sound."""

    start: float
    """seconds"""
    end: float
    speaker: str
    text: str


def _syllables(text: str) -> list[str]:
    """A vowel for each syllable, and the signs that make a pause."""
    words = text.lower().translate(_PLAIN)
    return [each[0] for each in re.findall(r"[aeiou]+|[,;:.?!]", words)]


def _vowel(letter: str, pitch: float, noise: random.Random) -> array:
    """One syllable, 16-bit samples."""
    first, second = FORMANTS[letter]
    length = round(RATE * SYLLABLE)
    period = round(RATE / pitch)
    harmonics = [
        (
            number,
            math.exp(-(((number * pitch - first) / 170) ** 2))
            + 0.45 * math.exp(-(((number * pitch - second) / 260) ** 2))
            + 0.04,
        )
        for number in range(1, int(3200 / pitch))
    ]
    wave = [
        sum(gain * math.sin(2 * math.pi * number * at / period) for number, gain in harmonics)
        for at in range(period)
    ]
    top = max(map(abs, wave))
    breath = round(length * 0.18)
    samples = array("h")
    for at in range(length):
        swell = math.sin(math.pi * at / length) ** 0.6
        value = wave[at % period] / top
        if at < breath:
            value = 0.5 * value + 0.25 * noise.uniform(-1, 1)
        samples.append(round(LOUDNESS * swell * value))
    return samples


def _silence(seconds: float) -> array:
    return array("h", bytes(2 * round(RATE * seconds)))


class Speaker:
    """Says sentences one after the other, and remembers when."""

    def __init__(self, seed: int = 0) -> None:
        self.noise = random.Random(seed)  # noqa: S311 (a sound, no secret)
        self.samples = _silence(0.4)
        self.spoken: list[Spoken] = []
        self._vowels: dict[tuple[str, int, int], array] = {}
        self._voices: dict[str, int] = {}

    @property
    def now(self) -> float:
        """Length so far, in seconds."""
        return len(self.samples) / RATE

    def say(self, speaker: str, text: str) -> None:
        """Add a sentence."""
        voice = self._voices.setdefault(speaker, len(self._voices) % len(VOICES))
        start = self.now
        sounds = _syllables(text)
        for position, sound in enumerate(sounds):
            if sound in PAUSES:
                self.samples.extend(_silence(PAUSES[sound]))
                continue
            fall = 2 - min(2, 3 * position // max(len(sounds), 1))  # the voice falls to the end
            key = (sound, voice, fall)
            if key not in self._vowels:
                pitch = VOICES[voice] * (1 + 0.09 * fall)
                self._vowels[key] = _vowel(sound, pitch, self.noise)
            self.samples.extend(self._vowels[key])
        self.spoken.append(Spoken(start, self.now, speaker, text))

    def loudness(self, parts: int) -> list[float]:
        """How loud each of `parts` equal parts is, 0 to 1: the outline of the sound."""
        step = max(len(self.samples) // parts, 1)
        means = [
            sum(map(abs, self.samples[at * step : (at + 1) * step : 16])) / (step / 16)
            for at in range(parts)
        ]
        top = max(means) or 1.0
        return [each / top for each in means]

    def mp3(self) -> bytes:
        """All of it as MP3."""
        encoder = lameenc.Encoder()
        encoder.set_bit_rate(BIT_RATE)
        encoder.set_in_sample_rate(RATE)
        encoder.set_channels(1)
        encoder.set_quality(7)
        encoder.silence()
        return bytes(encoder.encode(self.samples.tobytes()) + encoder.flush())
