"""Transcripts: WebVTT and plain text read, checked with their line, printed again."""

from __future__ import annotations

import itertools
import re
from contextlib import suppress

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from podcasts.times import clock, iso_duration, parse_clock, spoken
from podcasts.transcripts import (
    BadTranscript,
    Cue,
    decode,
    in_sections,
    parse,
    plain,
    to_vtt,
)

VTT = """WEBVTT - un titre

NOTE un commentaire

1
00:00.400 --> 00:02.000 align:start
<v.loud Alix>Bonjour &amp; <i>bienvenue</i> ?

00:02.500 --> 01:05.000
<v Alix>Oui.
<v Bao>Non.
"""


def test_cues_are_read():
    assert parse(VTT) == [
        Cue(0.4, 2.0, "Alix", "Bonjour & bienvenue\u00a0?"),
        Cue(2.5, 65.0, "Alix", "Oui."),
        Cue(2.5, 65.0, "Bao", "Non."),
    ]
    assert plain(parse(VTT)) == "Bonjour & bienvenue\u00a0? Oui. Non."


def test_line_ends_and_marks_of_windows():
    data = b"\xef\xbb\xbf" + VTT.replace("\n", "\r\n").encode()
    assert parse(decode(data)) == parse(VTT)
    assert decode("Été".encode("cp1252")) == "Été"
    with pytest.raises(BadTranscript, match="n’est pas un texte"):
        decode(b"\0\1\2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("WEBVTTx\n\n00:01.000 --> 00:02.000\nOui", "Ligne 1"),
        ("WEBVTT\n\n00:01.000 --> 00:2.000\nOui", "Ligne 3 .*n’est pas un moment"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nOui", "Ligne 3 .*n’est pas un moment"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nOui", "Ligne 3 .*finit avant"),
        (
            "WEBVTT\n\n00:05.000 --> 00:06.000\nOui\n\n00:01.000 --> 00:02.000\nNon",
            "Ligne 6 .*commence avant",
        ),
        ("WEBVTT\n\nRien d’autre", "aucune phrase"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", "se perdent"),
        ("x" * 600_001, "trop longue"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, message):
    with pytest.raises(BadTranscript, match=message):
        parse(text)


def test_plain_text_gets_estimated_times():
    cues = parse("Alix : Bonjour.\n\nUne chose encore : merci à toutes.\nFin.", 60)
    assert [cue.speaker for cue in cues] == ["Alix", "Une chose encore", ""]
    assert (cues[0].start, cues[-1].end) == (0.0, 60.0)
    assert all(a.end == b.start for a, b in itertools.pairwise(cues))
    assert parse("  \n ") == []


def test_a_sentence_with_a_colon_has_no_speaker():
    (cue,) = parse("Il faut dire deux choses simples : merci et bravo.", 10)
    assert (cue.speaker, cue.text[:7]) == ("", "Il faut")


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]),
    min_size=1,
    max_size=90,
).filter(lambda word: "-->" not in word)


@given(
    st.lists(words, min_size=1, max_size=30),
    st.sampled_from(["", "Alix", "Une très longue voix & Co"]),
)
def test_what_is_printed_is_short_and_says_the_same(texts, speaker):
    printed = to_vtt([Cue(1.0, 2.5, speaker, " ".join(texts))], "Un commentaire.")
    assert max(map(len, printed.splitlines())) <= 65
    (caption,) = webvtt.from_string(printed)
    assert (caption.start, caption.end) == ("00:00:01.000", "00:00:02.500")
    (again,) = parse(printed)
    assert again.speaker == speaker
    # A word that no line can hold is cut: blanks aside, nothing is lost.
    squeeze = re.compile(r"\s+")
    assert squeeze.sub("", again.text) == squeeze.sub("", " ".join(texts))


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text):
    for each in (text, f"WEBVTT\n\n{text}", f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}"):
        with suppress(BadTranscript):
            assert to_vtt(parse(each, 30)).startswith("WEBVTT")


def test_sections_follow_the_chapters():
    cues = [Cue(at, at + 4, "A" if at < 20 else "B", f"à {at}") for at in range(0, 40, 5)]
    sections = in_sections(cues, [(10.0, "Deux"), (25.0, "Trois"), (90.0, "Vide")])
    assert [each.title for each in sections] == ["Début", "Deux", "Trois"]
    assert [cue.start for part in sections[1].paragraphs for cue in part.cues] == [10, 15, 20]
    assert [part.speaker for part in sections[1].paragraphs] == ["A", "B"]
    assert [each.title for each in in_sections(cues, [])] == [""]
    assert in_sections([], []) == []


def test_a_long_turn_is_cut():
    cues = [Cue(at, at + 5, "A", "mot") for at in range(0, 100, 5)]
    (section,) = in_sections(cues, [])
    assert len(section.paragraphs) == 3


@pytest.mark.parametrize(
    ("text", "seconds"), [("0:00", 0), ("1:35", 95), ("75:00", 4500), ("1:02:03", 3723)]
)
def test_clock(text, seconds):
    assert parse_clock(text) == seconds
    assert parse_clock(clock(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "95", "1:60", "1:75:00", "a:bc", "1:5", "-1:00"])
def test_no_clock(text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        parse_clock(text)


@pytest.mark.parametrize(
    ("seconds", "label", "iso"),
    [
        (0.4, "1\u00a0s", "PT0S"),
        (35, "35\u00a0s", "PT35S"),
        (95, "2\u00a0min", "PT1M35S"),
        (3720, "1\u00a0h\u00a002\u00a0min", "PT1H2M"),
    ],
)
def test_lengths(seconds, label, iso):
    assert (spoken(seconds), iso_duration(seconds)) == (label, iso)
