"""Addresses that a database may refuse: every site answers 4xx, on every database."""

import pytest

from tests.support import PublicClient

PATHS = (
    "/%00/",
    "/a%00b/",
    "/publications/%00/",
    "/publications/%00.xml",
    "/publications/projets/%00/",
    "/publications/lessor/%00/",
    "/publications/lessor/flux.xml?rubrique=%00",
    "/publications/flux.xml?theme=%00",
    "/podcasts/%00/",
    "/formations/%00/",
    "/formations/carte/%00/",
    "/catalogue/%00/",
    "/catalogue/rubriques/%00/",
    "/catalogue/reperes/theme/%00/",
    "/glossaire/%00/",
    "/media/%00",
    "/media/images/%00.jpg",
    "/documents/1/%00.pdf",
    "/activites/1/x/%00",
    "/espaces/%00/",
    "/e/%00",
    "/%ff%fe/",
    "/" + "a" * 5000 + "/",
)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
@pytest.mark.parametrize("site", ["cisp", "interfede", "pedatech"])
def test_is_refused_and_never_breaks(demo, clients: dict[str, PublicClient], site: str, path: str):
    assert 400 <= clients[site].get(path).status_code < 500
