"""The image and what runs it, read as text: no container engine is needed."""

from __future__ import annotations

import fnmatch
import re

import pytest

from tests.support import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def instructions(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split(None, 1)[1] for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_every_base_image_is_pinned_to_a_release():
    stages = set()
    for line in instructions("FROM"):
        image, _, stage = line.partition(" AS ")
        assert image in stages or (":" in image and not image.endswith(":latest"))
        stages.add(stage)
    for image in re.findall(r"^\s+image: (\S+)", COMPOSE, re.MULTILINE):
        assert ":" in image
        assert ":latest" not in image


def test_dependencies_come_from_the_lock_and_root_does_not_run_the_server():
    text = " ".join(instructions("RUN"))
    assert "--require-hashes -r requirements.lock" in text
    assert "rm -rf /var/lib/apt/lists" in text
    assert "--no-install-recommends" in text
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER app$", last_stage, re.MULTILINE)
    assert last_stage.index("USER app") < last_stage.index("CMD")
    for name in ("HEALTHCHECK", "LABEL", "CMD"):
        assert instructions(name)
    assert all(line.startswith("[") for line in instructions("CMD"))


def test_the_image_holds_no_data_no_history_and_no_key():
    patterns = [
        line
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line and line[0] != "#"
    ]
    for path in (".git", "var", ".env", "backup.tar.gz.age", "key.pem", "var/db.sqlite3", "tests"):
        assert any(
            fnmatch.fnmatch(path, pattern.removeprefix("**/")) or path.startswith(f"{pattern}/")
            for pattern in patterns
        ), path


def test_the_code_needs_nothing_that_the_image_leaves_out():
    """What .dockerignore names is nowhere imported by the code that runs."""
    for room in ("home", "search", "cisp_map", "essor", "podcasts", "pedatech", "site"):
        for path in (ROOT / room).rglob("*.py"):
            assert not re.search(r"^\s*(from|import) tests\b", path.read_text(), re.MULTILINE), path


def test_no_secret_stands_in_the_files_of_deployment():
    for path in (ROOT / "deploy").rglob("*"):
        if path.is_file():
            assert not re.search(r"AGE-SECRET|BEGIN .*PRIVATE", path.read_text()), path
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert f"{name}:?" in COMPOSE
        assert re.search(rf"^{name}=$", (ROOT / "deploy" / "example.env").read_text(), re.MULTILINE)


# --- Every variable is described -----------------------------------------------------------------

READ = re.compile(
    r"""(?:\benv\.(?:str|int|bool|float|db_url)|os\.environ(?:\.get)?[(\[]|environment\.get)\(?\s*["']([A-Z][A-Z_]+)["']"""
)
SOURCES = [
    *sorted((ROOT / "site" / "config" / "settings").glob("*.py")),
    ROOT / "site" / "config" / "wsgi.py",
    ROOT / "site" / "config" / "worker.py",
    ROOT / "gunicorn.conf.py",
    ROOT / "search" / "addresses.py",
]


def variables() -> set[str]:
    found = {name for path in SOURCES for name in READ.findall(path.read_text())}
    found |= set(
        re.findall(r'["\'](SEARCH_[A-Z_]+)["\']', (ROOT / "search/addresses.py").read_text())
    )
    return found


def test_every_variable_of_the_environment_is_described():
    described = set(re.findall(r"`([A-Z][A-Z_]{3,})`", OPERATIONS))
    assert {"SECRET_KEY", "DATABASE_URL", "CACHE_URL", "WORKERS", "SEARCH_URL"} <= variables()
    assert variables() <= described


def test_every_variable_of_compose_and_of_the_example_is_read():
    known = variables() | {"POSTGRES_PASSWORD", "VERSION", "REVISION"}
    named = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    named |= set(
        re.findall(r"^([A-Z_]+)=", (ROOT / "deploy/example.env").read_text(), re.MULTILINE)
    )
    assert named <= known


def test_nothing_is_described_that_nobody_reads():
    table = OPERATIONS.partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    described = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert described <= variables() | {"DJANGO_SETTINGS_MODULE"}


# --- The release ---------------------------------------------------------------------------------


def test_two_releases_at_once_wait_for_each_other(db, settings, tmp_path, monkeypatch):
    from django.core.management import CommandError

    from config.management.commands import release

    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(release, "LOOK_SECONDS", 0.01)
    with release.locked(1), pytest.raises(CommandError, match="verrou"), release.locked(0.05):
        raise AssertionError("both hold the lock")
    with release.locked(0):
        pass


def test_a_release_leaves_nothing_to_migrate(db, settings, tmp_path):
    from io import StringIO

    from django.core.management import call_command

    from home import content

    settings.VAR_DIR = tmp_path
    content.changed()
    before = content.current()
    out = StringIO()
    call_command("release", verbosity=0, stdout=out)
    assert "à jour" in out.getvalue()
    assert content.current() != before


def test_compose_is_valid_yaml_with_limits():
    yaml = pytest.importorskip("yaml")
    data = yaml.safe_load(COMPOSE)
    assert set(data["services"]) == {"proxy", "release", "app", "worker", "database"}
    for name in ("proxy", "app", "worker", "database"):
        service = data["services"][name]
        assert service["mem_limit"], name
        assert service["cpus"], name
        assert service["restart"] == "unless-stopped", name
    assert data["services"]["app"]["depends_on"]["release"]["condition"].endswith("successfully")
    assert data["networks"]["inside"]["internal"] is True
    assert "ports" not in data["services"]["database"]
