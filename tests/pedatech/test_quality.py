"""The quality label: six processes, twenty criteria, a sheet that sends nothing (P-09)."""

from __future__ import annotations

from pedatech.models import QualityCriterion, QualityProcess
from tests.support import Html


def test_six_processes_and_twenty_criteria_each_with_its_address(demo, pedatech_client):
    assert (QualityProcess.objects.count(), QualityCriterion.objects.count()) == (6, 20)
    html = Html(pedatech_client.get("/label-qualite/"))
    links = [each.attrs["href"] for each in html.all("a") if "/criteres/" in each.attrs["href"]]
    assert len(set(links)) == 20
    for link in links:
        page = Html(pedatech_client.get(link))
        assert page.one("h1").text.startswith("Critère ")
    assert pedatech_client.get("/label-qualite/criteres/9-9/").status_code == 404
    assert "démonstration" in html.one("main").text


def test_the_sheet_has_no_form_that_could_send_something(demo, pedatech_client):
    html = Html(pedatech_client.get("/label-qualite/auto-evaluation/"))
    in_main = [each for each in html.all("form") if any(p.tag == "main" for p in each.parents)]
    assert not in_main
    assert len(html.all("fieldset", "sheet__criterion")) == 20
    assert len(html.all("input", type="radio")) == 60
