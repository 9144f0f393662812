"""`python -m config.sbom` (`make sbom`): the software bill of materials, CycloneDX 1.6, from the lock.

What is listed is what the lock pins, with every hash that an installation would accept; licences
come from the packages that are installed. The same lock gives the same bytes: the serial number is
made of its content, and there is no date.
"""

import hashlib
import json
import re
import sys
import uuid
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
VENDORED = ROOT / "static" / "vendor"
PINNED = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\\n]+?))?\s*\\?$"
)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
FOLDER = re.compile(r"^(?P<name>.+?)-(?P<version>\d[\w.]*)$")


def locked(text: str) -> list[dict[str, Any]]:
    """`[{"name", "version", "marker", "hashes"}]` of a lock file, in its order."""
    found: list[dict[str, Any]] = []
    for line in text.splitlines():
        if pinned := PINNED.match(line):
            found.append({**pinned.groupdict(default=""), "hashes": []})
        elif (digest := HASH.search(line)) and found:
            found[-1]["hashes"].append(digest[1])
    return found


def bill(lock: Path = LOCK) -> dict[str, Any]:
    """The document, as a dictionary."""
    text = lock.read_text(encoding="utf-8")
    components = [*map(_component, locked(text)), *_vendored()]
    seed = hashlib.sha256(json.dumps(components, sort_keys=True).encode()).hexdigest()
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, seed)}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "interfede-sites", "bom-ref": "sites"}
        },
        "components": components,
        "dependencies": [{"ref": "sites", "dependsOn": [each["bom-ref"] for each in components]}],
    }


def _component(package: dict[str, Any]) -> dict[str, Any]:
    name = re.sub(r"[-_.]+", "-", package["name"]).lower()
    address = f"pkg:pypi/{name}@{package['version']}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": package["version"],
        "purl": address,
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{name}/{package['version']}/",
                "hashes": [{"alg": "SHA-256", "content": each} for each in package["hashes"]],
            }
        ],
    }
    if licence := _licence(name):
        component["licenses"] = [{"license": {"name": licence}}]
    if package["marker"]:
        component["scope"] = "optional"
        component["properties"] = [{"name": "python:marker", "value": package["marker"]}]
    return component


def _licence(name: str) -> str:
    """What the installed package says; "" when it is not installed here or says nothing short."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ""
    for text in [
        each for field in ("License-Expression", "License") for each in said.get_all(field, [])
    ]:
        if text and len(text) < 100 and "\n" not in text:
            return text
    kinds = [each for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    return kinds[0].rpartition(" :: ")[2] if kinds else ""


def _vendored() -> list[dict[str, Any]]:
    """What lies in static/vendor under its name and version, with a hash over its files."""
    components = []
    for folder in sorted(VENDORED.iterdir()):
        if not folder.is_dir() or not (found := FOLDER.match(folder.name)):
            continue
        digest = hashlib.sha256()
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
        address = f"pkg:npm/{found['name']}@{found['version']}"
        components.append(
            {
                "type": "library",
                "bom-ref": address,
                "name": found["name"],
                "version": found["version"],
                "purl": address,
                "hashes": [{"alg": "SHA-256", "content": digest.hexdigest()}],
            }
        )
    return components


def main() -> None:
    """Print it."""
    sys.stdout.write(json.dumps(bill(), ensure_ascii=False, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
