"""The bill of materials lists what the lock pins: all of it, and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from config import sbom
from tests.support import ROOT


def pinned(name: str) -> dict[str, set[str]]:
    """Package → its hashes, read another way than the bill does."""
    found: dict[str, set[str]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text(), flags=re.IGNORECASE):
        if match := re.match(r"([\w.-]+)==([^ \\;]+)", block):
            found[f"{match[1].lower()}@{match[2]}"] = set(re.findall(r"sha256:(\w{64})", block))
    return found


def test_every_locked_package_with_every_hash():
    wanted = pinned("requirements.lock")
    listed = {
        f"{each['name']}@{each['version']}": {
            digest["content"] for digest in each["externalReferences"][0]["hashes"]
        }
        for each in sbom.bill()["components"]
        if each["purl"].startswith("pkg:pypi/")
    }
    assert listed == wanted
    assert len(listed) > 50
    assert all(listed.values())


def test_what_is_vendored_is_listed_too():
    listed = {each["name"] for each in sbom.bill()["components"] if "pkg:npm" in each["purl"]}
    assert any("htmx" in name for name in listed)
    folders = [each for each in (ROOT / "static" / "vendor").iterdir() if each.is_dir()]
    assert len(listed) == len(folders)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_never_names_a_package_without_its_hashes(lock):
    assert all(each["hashes"] for each in sbom.locked((ROOT / lock).read_text()))


def test_the_same_lock_gives_the_same_bytes():
    command = [sys.executable, "-m", "config.sbom"]
    first, second = (
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout for _ in range(2)
    )
    assert first == second
    said = json.loads(first)
    assert (said["bomFormat"], said["specVersion"]) == ("CycloneDX", "1.6")
    references = [each["bom-ref"] for each in said["components"]]
    assert len(references) == len(set(references))
    assert said["dependencies"][0]["dependsOn"] == references
