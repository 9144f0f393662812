"""A report of 500 pages is read in bounded memory, in another process than a visitor's."""

from __future__ import annotations

import subprocess
import sys

from tests.files import make_pdf
from tests.support import ROOT

PAGES = 500
LIMIT_MB = 60
"""How much more than for two pages; the pages of the test hold half a megabyte of text."""

SCRIPT = """
import os, resource, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
import django
django.setup()
from home.documents import read_pdf
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
with open(sys.argv[1], "rb") as file:
    read_pdf(file)
before = peak()
with open(sys.argv[2], "rb") as file:
    reading = read_pdf(file)
print(peak() - before, len(reading.pages), reading.language, "499 " in reading.pages[-1])
"""


def test_500_pages_need_little_more_memory_than_two(tmp_path):
    sentence = "Les centres forment des adultes éloignés de l’emploi, en petit groupe. " * 14
    small, big = tmp_path / "small.pdf", tmp_path / "big.pdf"
    small.write_bytes(make_pdf([sentence] * 2))
    big.write_bytes(make_pdf(f"{number} {sentence}" for number in range(PAGES)))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(small), str(big)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    grown, pages, language, last = done.stdout.split()
    assert (pages, language, last) == ("500", "fr", "True")
    assert int(grown) <= LIMIT_MB
