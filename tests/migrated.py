"""An empty database on which all migrations ran, made once for every run of the tests.

Wagtail's 250 migrations cost more than many hundred tests. The file is SQLite's; it is kept in the
project's folder of data under the fingerprint of what the migrations come from.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "tests"


def migrated_database() -> Path:
    """The file; whoever comes first makes it, others wait for it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = FOLDER / f"migrated-{_fingerprint()}.sqlite3"
    with (FOLDER / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in FOLDER.glob("migrated-*"):
                old.unlink()
            making = made.with_suffix(".making")
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "-v", "0"],
                cwd=ROOT,
                env=os.environ
                | {
                    "DATABASE_URL": f"sqlite:///{making}",
                    "DJANGO_SETTINGS_MODULE": "config.settings.test",
                    "SEARCH_URL": "",
                },
                check=True,
            )
            making.rename(made)
    return made


def _fingerprint() -> str:
    """Of the packages and of our migrations, by name and content."""
    digest = hashlib.sha256()
    for path in [ROOT / "requirements-dev.lock", *sorted(ROOT.glob("*/migrations/*.py"))]:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]
