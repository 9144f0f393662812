"""Lost addresses: counted by day, without anything that tells who (S-07)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from home import counters
from home.desk import missing
from home.models import DailyCount


@pytest.fixture(autouse=True)
def fresh_minute():
    missing.forget()


def counted():
    counters.flush()
    return dict(DailyCount.objects.filter(kind=missing.MISSING).values_list("key", "count"))


def test_a_lost_address_is_counted_without_parameters(sites, interfede_client):
    interfede_client.get("/perdue/?q=quelqu-un@example.org")
    interfede_client.get("/perdue/")
    assert counted() == {"/perdue/": 2}
    assert DailyCount.objects.get().site == sites["interfede"].pk


@pytest.mark.parametrize(
    "path",
    [
        "/jean.dupont@example.org/",
        "/dossier/0470123456/",
        "/dossier/0470-12-34-56/",
        "/85.07.30-123.45/",
        "/" + "a" * 200 + "/",
        "/a\nb/",
    ],
)
def test_what_may_tell_who_is_not_kept(path):
    assert missing.kept_path(path) == missing.WITHHELD


@pytest.mark.parametrize(
    "path",
    [
        "/wp-content/uploads/2024/02/2024-02-02_Carte-blanche.pdf",
        "/lessor-107/",
        "/programme-2024-2025/",
        "/été/",
    ],
)
def test_old_addresses_are_kept(path):
    assert missing.kept_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["/wp-login.php", "/.env", "/media/x.jpg", "/gestion/x/", "/static/x.css", "/xmlrpc.php"],
)
def test_files_and_probes_are_not_counted(sites, interfede_client, path):
    interfede_client.get(path)
    assert counted() == {}


def test_other_methods_are_not_counted(sites, interfede_client):
    interfede_client.head("/perdue/")
    interfede_client.post("/perdue/")
    assert counted() == {}


def test_a_script_fills_neither_memory_nor_table(sites, interfede_client, monkeypatch):
    monkeypatch.setattr(missing, "PER_MINUTE", 5)
    for number in range(8):
        interfede_client.get(f"/perdue-{number}/")
    assert sum(counted().values()) == 5


def test_past_the_paths_of_a_day_the_path_is_left_out(sites, interfede_client, monkeypatch):
    monkeypatch.setattr(missing, "PER_DAY", 2)
    for path in ("/a/", "/b/", "/c/", "/a/"):
        interfede_client.get(path)
    assert counted() == {"/a/": 2, "/b/": 1, missing.WITHHELD: 1}


def test_counts_go_after_thirty_days(db):
    today = timezone.localdate()
    for days in (0, 29, 31):
        DailyCount.objects.create(
            day=today - timedelta(days=days), kind=missing.MISSING, key="/a/", site=1, count=1
        )
    DailyCount.objects.create(day=date(2020, 1, 1), kind="autre", key="/a/", site=1, count=1)
    assert missing.purge() == 1
    assert DailyCount.objects.count() == 3
