"""The demo of trees, packages and spaces."""

import re
from io import StringIO

from django.core.management import call_command

from home.models import HomePage
from pedatech.demo import spaces as spaces_demo
from pedatech.models import DecisionTreePage, InteractivePackage, Membership, SpacePage
from pedatech.trees.walk import walk
from tests.support import PublicClient


def home() -> HomePage:
    return HomePage.objects.get(sites_rooted_here__sitebranding__theme="pedatech")


def test_every_path_of_every_tree_ends_in_a_resource(demo, pedatech_client):
    pages = DecisionTreePage.objects.live()
    assert pages.count() == 2
    walked = 0
    for page in pages:
        assert page.problems() == []
        for path, _answer in page.tree.paths():
            address = ".".join(map(str, path))
            assert walk(page.tree, address).last_answer.targets
            text = pedatech_client.get(page.get_url(), {"chemin": address}).content.decode()
            assert re.search(r'class="tree__result ', text), (page.title, address)
            walked += 1
    assert walked >= 12
    call_command("check_trees", stdout=StringIO())


def test_two_spaces_and_two_packages(demo):
    assert sorted(each.state for each in SpacePage.objects.live()) == ["lecture", "ouvert"]
    kinds = InteractivePackage.objects.values_list("kind", flat=True)
    assert sorted(kinds) == ["h5p", "html"]


def test_again_changes_nothing(demo, settings):
    before = (
        SpacePage.objects.count(),
        DecisionTreePage.objects.count(),
        InteractivePackage.objects.count(),
    )
    assert spaces_demo.load(home()) == 0
    after = (
        SpacePage.objects.count(),
        DecisionTreePage.objects.count(),
        InteractivePackage.objects.count(),
    )
    assert before == after


def test_demo_accounts_exist_only_with_a_demo_login(demo, settings):
    assert not Membership.objects.exists()
    settings.DEMO_LOGIN = ("demo", "demo-interfede")
    spaces_demo.load(home())
    assert Membership.objects.count() == 4
    client = PublicClient("pedatech.localhost")
    answer = client.post(
        "/connexion/", {"username": "participant-demo", "password": "demo-interfede"}
    )
    assert answer["Location"] == "/espaces/"
    text = client.get("/espaces/").content.decode()
    assert "Prendre en main la démarche référentielle" in text
    space = SpacePage.objects.get(title="Prendre en main la démarche référentielle")
    assert client.get(space.get_url()).status_code == 200
