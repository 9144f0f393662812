"""Rules of the layout that no linter knows."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tests.support import ROOT

ROOMS = ("home", "search", "cisp_map", "essor", "podcasts", "pedatech")
OPERATIONS = ROOT / "docs" / "operations.md"
SETTINGS = ROOT / "site" / "config" / "settings"
TEXT = {".py", ".md", ".html", ".css", ".js", ".toml", ".yaml", ".yml", ".txt", ".csv", ".json", ""}


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file of the repository, as git knows them (those of the folder without git)."""
    found = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.skip("ce n’est pas une copie de travail de git : les fichiers ne sont pas relus")
    paths = [ROOT / name for name in found.stdout.split("\0") if name]
    assert len(paths) > 100
    return [path for path in paths if path.is_file()]


def test_site_is_a_folder_and_no_package(tracked):
    assert not (ROOT / "site" / "__init__.py").exists()
    import site

    assert not Path(site.__file__).is_relative_to(ROOT)


def test_nothing_points_outside_the_repository(tracked):
    outside = re.compile(r"\.\./shared|(?<![\w.])/(?:work|home|root|Users)/[\w.-]+/|/tmp/(?:wt|s)/")
    offending = []
    for path in tracked:
        if path.suffix in TEXT and path != Path(__file__):
            text = path.read_text("utf-8", errors="replace")
            offending += [f"{path.relative_to(ROOT)}: {hit}" for hit in outside.findall(text)]
    assert offending == []


def test_nothing_of_the_reference_is_copied(tracked):
    names = {path.name for path in tracked}
    assert "localites.csv" not in names


def test_git_ignores_no_code(tracked):
    for folder in ("site", "tests", *ROOMS):
        code = {path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts}
        ignored = subprocess.run(
            ["git", "check-ignore", *map(str, code)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ignored.stdout == "", folder


def test_every_room_is_installed_and_named_like_its_folder():
    labels = {config.label for config in apps.get_app_configs()}
    assert set(ROOMS) <= labels
    for room in ROOMS:
        assert (ROOT / room / "apps.py").is_file()


def variables() -> set[str]:
    """Environment variables that the settings read."""
    reads = re.compile(r"env\.\w+\(\s*\"([A-Z_0-9]+)\"")
    return {
        name for path in SETTINGS.glob("*.py") for name in reads.findall(path.read_text("utf-8"))
    }


def test_every_variable_of_the_settings_is_described():
    names = variables()
    assert {"CISP_HOST", "DATABASE_URL", "SECRET_KEY", "MAP_TILES_URL", "VAR_DIR"} <= names
    text = OPERATIONS.read_text("utf-8")
    missing = sorted(name for name in names if not re.search(rf"`{name}`", text))
    assert missing == []


def test_only_the_settings_read_the_environment(tracked):
    reading = re.compile(r"\bos\.(?:environ|getenv)\b|\benviron\.Env\b")
    rooms = [path for path in tracked if path.relative_to(ROOT).parts[0] in (*ROOMS, "site")]
    found = {
        str(path.relative_to(ROOT))
        for path in rooms
        if path.suffix == ".py" and reading.search(path.read_text("utf-8"))
    }
    assert found <= {
        "site/config/settings/base.py",
        "site/config/wsgi.py",
        "site/config/worker.py",  # the name of the settings, as wsgi.py
        "site/config/addresses.py",  # reads no variable: environ.Env takes an address apart
    }


def test_production_refuses_to_start_without_its_secret():
    import os
    import sys

    for secret, starts in (("", False), ("short", False), ("x" * 50, True)):
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "SECRET_KEY": secret,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        }
        done = subprocess.run(
            [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is starts, done.stderr
        if not starts:
            assert "SECRET_KEY" in done.stderr


def test_the_settings_are_strict():
    assert settings.DEBUG is False
    assert "*" not in settings.ALLOWED_HOSTS
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert policy["default-src"] == ["'self'"]
    assert not [
        value
        for values in policy.values()
        for value in map(str, values)
        if "unsafe" in value or value in {"*", "https:", "http:"}
    ]
    assert settings.SECURE_REFERRER_POLICY == "strict-origin-when-cross-origin"
    assert settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None
    assert settings.WAGTAIL_ENABLE_UPDATE_CHECK is False


def test_no_migration_is_missing(db):
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_checks_of_django_find_nothing(db):
    from django.core.checks import run_checks

    ours = [each for each in run_checks() if each.level >= 30]
    assert ours == []


def test_user_stands_alone_in_the_first_migration_of_home():
    text = (ROOT / "home" / "migrations" / "0001_user.py").read_text("utf-8")
    assert text.count("CreateModel(") == 1
    assert "name='User'" in text
