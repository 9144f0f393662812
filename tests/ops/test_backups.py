"""A backup is whole or not there; what is restored is counted and compared."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.backups import archive
from home.backups.databases import BackupError
from tests.support import ROOT

# --- The drill: another process, another place, as an operator does it ---------------------------


def environment(var: Path, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "VAR_DIR": str(var),
        "DEBUG": "1",  # static files need not be collected
        **more,
    }


def manage(env: dict[str, str], *arguments: str, fails: bool = False) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode != 0) is fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def python(env: dict[str, str], code: str) -> str:
    return manage(env, "shell", "-v", "0", "-c", code).strip()


FILL = """
from django.contrib.auth import get_user_model
from django.conf import settings
from wagtail.models import Site
from home.models import StandardPage
import pathlib
root = Site.objects.get(hostname='cisp.localhost').root_page
page = StandardPage(title='Été à Liège', slug='ete')
root.add_child(instance=page); page.save_revision().publish()
for name in ('MEDIA_ROOT', 'PACKAGES_ROOT', 'PRIVATE_ROOT'):
    folder = pathlib.Path(getattr(settings, name)) / 'sous dossier'
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'é.bin').write_bytes(name.encode() * 5000)
"""
SMOKE = """
from django.test import Client
answer = Client(headers={'host': 'cisp.localhost'}).get('/ete/')
print(answer.status_code, 'Été à Liège' in answer.content.decode())
"""


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    """DATABASE_URL of the original and of the empty place it is restored to: the engine of the run."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}, {}
        return
    import psycopg

    base = url.rpartition("/")[0]
    names = [f"drill_{os.getpid()}_{end}" for end in ("from", "to")]
    with psycopg.connect(url, autocommit=True) as admin:
        for name in names:
            admin.execute(f"CREATE DATABASE {name}")
        yield tuple({"DATABASE_URL": f"{base}/{name}"} for name in names)
        for name in names:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def drill(tmp_path_factory, databases):
    """A site with a page and files, and a sealed backup of it."""
    place = tmp_path_factory.mktemp("drill")
    env = environment(place / "from", **databases[0])
    said = manage(env, "backup", "--new-key", str(place / "key.txt"))
    env["BACKUP_RECIPIENT"] = said.partition("BACKUP_RECIPIENT=")[2].split()[0]
    manage(env, "release", "-v", "0")
    manage(env, "bootstrap_sites")
    python(env, FILL)
    said = manage(env, "backup", "--to", str(place / "backups"))
    (backup,) = (place / "backups").iterdir()
    return place, env, environment(place / "to", **databases[1]), backup, said


def test_backup_empty_place_restore_smoke(drill):
    place, _original, empty, backup, said = drill
    assert backup.name in said
    assert backup.stat().st_mode & 0o077 == 0
    told = manage(empty, "restore", str(backup), "--key", str(place / "key.txt"))
    assert "lignes et empreintes égales" in told
    # «NNN tables, NNN lignes, 3 fichiers»: the same figures at both ends.
    assert said.partition(": ")[2].rpartition(",")[0] in told.replace(", état", ",")
    assert python(empty, SMOKE) == "200 True"
    for folder in ("media", "packages", "private"):
        before, after = (archive.fingerprints(place / end / folder) for end in ("from", "to"))
        assert before == after != {}


def test_a_place_that_is_not_empty_is_left_alone_unless_told(drill):
    place, original, _empty, backup, _said = drill
    python(
        original,
        "from home.models import StandardPage; StandardPage.objects.filter(slug='ete').update(title='Plus récent')",
    )
    key = str(place / "key.txt")
    told = manage(original, "restore", str(backup), "--key", key, fails=True)
    assert "Pas vide : la base de données" in told
    manage(original, "restore", str(backup), "--key", key, "--replace")
    assert python(original, SMOKE) == "200 True"
    assert list((place / "from").glob("media.before-restore-*"))


def test_a_folder_that_cannot_be_moved_leaves_everything_in_place(tmp_path, monkeypatch):
    """As a volume of a container: the database is not touched before all of them are aside."""
    places = [tmp_path / name for name in ("media", "packages")]
    for place in places:
        place.mkdir()
        (place / "a.txt").write_text(place.name)
    rename = Path.rename

    def busy(self, target):
        if self.name == "packages":
            raise OSError(errno.EBUSY, "Device or resource busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", busy)
    with pytest.raises(BackupError, match="volume monté"):
        archive._set_aside(places)
    assert [(place / "a.txt").read_text() for place in places] == ["media", "packages"]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_wrong_key_a_cut_and_a_changed_file_are_refused_before_anything_is_touched(
    drill, tmp_path
):
    place, _original, _empty, backup, _said = drill
    target = environment(tmp_path / "var")
    archive.new_key(tmp_path / "other.txt")
    told = manage(target, "restore", str(backup), "--key", str(tmp_path / "other.txt"), fails=True)
    assert "La clé n’ouvre pas" in told
    content = backup.read_bytes()
    for broken in (content[: len(content) // 2], content[:-40] + b"x" * 40, b"", b"no age"):
        path = tmp_path / "broken.age"
        path.write_bytes(broken)
        (tmp_path / "into").mkdir()
        with pytest.raises(BackupError):
            archive.unpack(path, archive.identities(place / "key.txt"), tmp_path / "into")
        shutil.rmtree(tmp_path / "into")
    assert "Traceback" not in told


# --- The archive ---------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path):
    public = archive.new_key(tmp_path / "key.txt")
    return archive.recipients(public), archive.identities(tmp_path / "key.txt")


def sealed(tmp_path, keys, members: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    """An archive made by hand."""
    import io

    plain = tmp_path / "plain.tar.gz"
    with tarfile.open(plain, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    path = tmp_path / "made.age"
    path.write_bytes(pyrage.encrypt(plain.read_bytes(), keys[0]))
    return path


def manifest(**changes) -> bytes:
    base = {
        "created": "2026-11-24T00:00:00+00:00", "vendor": "sqlite", "rows": {}, "files": {},
        "migrations": [], "format": 1,
    }  # fmt: skip
    return json.dumps(base | changes).encode()


@pytest.mark.parametrize(
    ("members", "links", "said"),
    [
        ({"a": b"1"}, {}, "sa liste manque"),
        ({"manifest.json": b"{"}, {}, "illisible"),
        ({"manifest.json": manifest(format=9)}, {}, "Format de sauvegarde 9"),
        ({"manifest.json": manifest(files={"a": [1, "x"]})}, {}, "« a » manque"),
        ({"a": b"1", "manifest.json": manifest()}, {}, "n’est pas dans la liste"),
        ({"a": b"1", "manifest.json": manifest(files={"a": [1, "x"]})}, {}, "empreinte"),
        ({"../out": b"1", "manifest.json": manifest()}, {}, "ne se déballe pas"),
        ({"/etc/out": b"1", "manifest.json": manifest()}, {}, "n’est pas dans la liste"),
        ({"manifest.json": manifest()}, {"link": "/etc/passwd"}, "ne se déballe pas"),
    ],
)
def test_an_archive_that_is_not_what_it_says_is_refused(tmp_path, keys, members, links, said):
    path = sealed(tmp_path, keys, members, links)
    (tmp_path / "into").mkdir()
    with pytest.raises(BackupError, match=said):
        archive.unpack(path, keys[1], tmp_path / "into")


def test_a_full_disk_leaves_nothing_behind(tmp_path, keys, monkeypatch, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "big").write_bytes(os.urandom(3_000_000))
    monkeypatch.setattr(archive.databases, "dump", lambda target: target.write_bytes(b"x") and {})
    monkeypatch.setattr(archive.databases, "vendor", lambda: "sqlite")
    monkeypatch.setattr(
        archive.MigrationRecorder.Migration.objects, "values_list", lambda *names: [], raising=False
    )

    def full(source, target, recipients):
        source.read(1000)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.pyrage, "encrypt_io", full)
    with pytest.raises(BackupError, match="ne peut pas être écrite"):
        archive.create(tmp_path / "backups", keys[0])
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize("text", ["", " , ", "AGE-SECRET-KEY-1x", "age1nothing"])
def test_without_a_public_key_nothing_is_written(text):
    with pytest.raises(BackupError, match="BACKUP_RECIPIENT"):
        archive.recipients(text)


def test_a_key_is_never_written_over(tmp_path):
    archive.new_key(tmp_path / "key.txt")
    assert (tmp_path / "key.txt").stat().st_mode & 0o077 == 0
    with pytest.raises(BackupError, match="existe déjà"):
        archive.new_key(tmp_path / "key.txt")


# --- Retention -----------------------------------------------------------------------------------

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


def test_a_year_of_nights_thins_out():
    nights = [NOW - timedelta(days=days) for days in range(400)]
    kept = sorted(set(nights) - set(archive.superfluous(nights, 7, 5, 12)), reverse=True)
    assert kept[:7] == nights[:7]
    assert len(kept) <= 7 + 5 + 12
    assert kept[-1].month == 12
    assert kept[-1].year == 2025


@given(
    st.lists(st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)), max_size=60),
    st.integers(0, 8), st.integers(0, 6), st.integers(0, 13),
)  # fmt: skip
def test_thinning_out_again_deletes_nothing_and_the_newest_stays(moments, daily, weekly, monthly):
    gone = archive.superfluous(moments, daily, weekly, monthly)
    kept = set(moments) - set(gone)
    assert archive.superfluous(list(kept), daily, weekly, monthly) == []
    assert not moments or max(moments) in kept
    assert len(kept) <= max(1, daily + weekly + monthly) + 1


def test_only_backups_are_deleted(tmp_path):
    for days in range(3):
        stamp = (NOW - timedelta(days=days)).strftime(archive.STAMP)
        (tmp_path / f"sites-{stamp}.tar.gz.age").touch()
    for name in ("key.txt", "sites-hier.tar.gz.age", "sites.sql"):
        (tmp_path / name).touch()
    gone = archive.prune(tmp_path, 1, 0, 0)
    assert len(gone) == 2
    assert {path.name for path in tmp_path.iterdir()} >= {
        "key.txt",
        "sites-hier.tar.gz.age",
        "sites.sql",
    }
