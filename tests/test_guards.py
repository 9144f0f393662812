"""The guards of the suite bite: a guard that never fails guards nothing."""

import pytest
from django.template import Context, engines
from wagtail.models import Site

from tests.factories import TrainingSitePageFactory
from tests.support import ROOT, PublicClient, writes


def test_an_undefined_variable_of_our_templates_is_remembered(undefined_variables):
    engine = engines["django"].engine
    template = engine.get_template("components/message.html")
    rendered = template.render(Context({"level": "info"}))
    assert undefined_variables.found == ["{{ text }} dans site/templates/components/message.html"]
    assert "%s" not in rendered
    undefined_variables.found.clear()


def test_a_question_about_a_missing_name_is_no_mistake(undefined_variables):
    template = engines["django"].from_string("{% if absent %}oui{% else %}non{% endif %}")
    assert template.render({}) == "non"
    assert undefined_variables.found == []


def test_a_default_of_other_peoples_templates_is_used(undefined_variables):
    template = engines["django"].from_string("{{ absent|default:'rien' }}")
    assert template.render({}) == "rien"
    assert undefined_variables.found == []


def test_other_peoples_templates_may_print_nothing(undefined_variables):
    engine = engines["django"].engine
    template = engine.get_template("wagtailadmin/shared/header.html")
    template.render(Context({"title": "Titre"}))
    assert undefined_variables.found == []


class WritingMiddleware:
    """What a view must never do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        Site.objects.update(port=81)
        return self.get_response(request)


def test_a_get_that_writes_fails(settings, db):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.test_guards.WritingMiddleware"]
    with pytest.raises(AssertionError, match="/healthz écrit"):
        PublicClient("cisp.localhost").get("/healthz")


@pytest.mark.parametrize(
    ("sql", "is_write"),
    [
        ('INSERT INTO "x" VALUES (1)', True),
        ('  update "x" SET a=1', True),
        ('DELETE FROM "x"', True),
        ('SELECT "updated" FROM "x"', False),
        ("SAVEPOINT s1", False),
    ],
)
def test_what_counts_as_a_write(sql, is_write):
    assert bool(writes([{"sql": sql}])) is is_write


def test_the_factory_makes_a_site_with_its_town(finder):
    page = TrainingSitePageFactory(title="Atelier", at="5100-jambes")
    assert (page.slug, page.lat is None) == ("atelier-jambes", False)
    assert PublicClient("cisp.localhost").get(page.get_url()).status_code == 200


def test_the_root_is_the_repository():
    assert (ROOT / "pyproject.toml").is_file()
