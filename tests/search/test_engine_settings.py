"""From the environment to what the clients are given, and what is said when an engine refuses."""

import http.server
import ssl
import threading
from pathlib import Path

import pytest
from django.core.checks import Warning

from search import health
from search.addresses import BadSearchUrl, backends
from search.checks import check_engine
from search.health import reason
from tests.factories import StandardPageFactory

EXPIRED = Path(__file__).parent / "data" / "expired.pem"
"""A certificate of 127.0.0.1 that ended in 2021, with its key: for these tests only."""
KINDS = ("elasticsearch", "opensearch")


def engine(url: str, **environment: str) -> dict:
    return backends(url, environment)["default"]


def test_without_an_address_the_database_is_the_search():
    assert list(backends("", {})) == ["default"]
    assert engine("  ")["BACKEND"] == "search.backends.database"


def test_the_database_stays_beside_an_engine():
    both = backends("opensearch://a", {})
    assert both["default"]["BACKEND"] == "search.backends.opensearch"
    assert both["database"]["BACKEND"] == "search.backends.database"
    assert both["default"]["TIMEOUT"] == 2


@pytest.mark.parametrize(
    ("url", "urls"),
    [
        ("opensearch://a", ["http://a:9200"]),
        ("elasticsearch://a:9271,b:9272,c:9273", [f"http://{x}:927{n}" for n, x in enumerate("abc", 1)]),
        ("elasticsearch://a:1, elasticsearch://b:2", ["http://a:1", "http://b:2"]),
        ("opensearch+https://a:1,b:2", ["https://a:1", "https://b:2"]),
        ("opensearch://[::1]:9251", ["http://[::1]:9251"]),
    ],
)  # fmt: skip
def test_addresses(url, urls):
    assert engine(url)["URLS"] == urls


@pytest.mark.parametrize(
    "url",
    ["a:9200", "http://a:9200", "solr://a", "opensearch://", "opensearch://a:x",
     "opensearch://a,elasticsearch://b", "opensearch+tls://a"],
)  # fmt: skip
def test_a_bad_address_says_what_is_expected(url):
    with pytest.raises(BadSearchUrl, match="attendu elasticsearch://hôte:port"):
        engine(url)


def test_log_in_and_trust_in_the_words_of_each_client():
    user = {"SEARCH_USER": "site", "SEARCH_PASSWORD": "p:w"}
    assert engine("elasticsearch://a", **user)["OPTIONS"] == {"basic_auth": ("site", "p:w")}
    assert engine("opensearch://a", **user)["OPTIONS"] == {"http_auth": ("site", "p:w")}
    key = {"SEARCH_API_KEY": "abc="} | user
    assert engine("elasticsearch://a", **key)["OPTIONS"] == {"api_key": "abc="}
    assert engine("opensearch://a", **key)["OPTIONS"] == {
        "headers": {"Authorization": "ApiKey abc="}
    }
    trusting = engine("elasticsearch://a", SEARCH_CA_CERTS="ca.pem")
    assert trusting["OPTIONS"] == {"ca_certs": "ca.pem"}
    assert trusting["URLS"] == ["https://a:9200"]
    assert engine("opensearch://a", SEARCH_INDEX_PREFIX="x_")["INDEX_PREFIX"] == "x_"


class Refuses(http.server.BaseHTTPRequestHandler):
    """The answer of an engine to a wrong password. What was sent is kept."""

    seen: list[str] = []

    def _refuse(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append(self.headers.get("Authorization", ""))
        body = b'{"error":{"type":"security_exception","reason":"unable to authenticate"},"status":401}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_HEAD = _refuse

    def log_message(self, *args):
        """Quiet."""


class QuietServer(http.server.ThreadingHTTPServer):
    """A handshake that fails is what is tested."""

    def handle_error(self, request, client_address):
        """Quiet."""


@pytest.fixture
def server():
    made = QuietServer(("127.0.0.1", 0), Refuses)
    Refuses.seen.clear()
    thread = threading.Thread(target=made.serve_forever, daemon=True)

    def start(*, tls=False):
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(EXPIRED)
            made.socket = context.wrap_socket(
                made.socket, server_side=True, do_handshake_on_connect=False
            )
        thread.start()
        return made.server_address[1]

    yield start
    if thread.is_alive():
        made.shutdown()
    made.server_close()


@pytest.fixture
def names(settings):
    def use(url, **environment):
        settings.WAGTAILSEARCH_BACKENDS = backends(url, environment)

    return use


def said() -> str:
    (found,) = check_engine(None)
    assert isinstance(found, Warning)
    assert found.msg.count("\n") == 0
    return found.msg


@pytest.mark.own_engine
@pytest.mark.engine_down
@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_password_is_said_in_one_line(kind, server, names):
    names(f"{kind}://127.0.0.1:{server()}", SEARCH_USER="site", SEARCH_PASSWORD="faux")
    assert said() == ("Moteur de recherche : identifiants refusés (SEARCH_USER, SEARCH_API_KEY).")
    assert Refuses.seen
    assert all(each.startswith("Basic ") for each in Refuses.seen)


@pytest.mark.own_engine
@pytest.mark.engine_down
@pytest.mark.parametrize("kind", KINDS)
def test_an_api_key_is_sent(kind, server, names):
    names(f"{kind}://127.0.0.1:{server()}", SEARCH_API_KEY="YWJj")
    said()
    assert set(Refuses.seen) == {"ApiKey YWJj"}


@pytest.mark.own_engine
@pytest.mark.engine_down
@pytest.mark.parametrize("kind", KINDS)
def test_an_expired_certificate_is_said_in_one_line(kind, server, names):
    names(f"{kind}+https://127.0.0.1:{server(tls=True)}", SEARCH_CA_CERTS=str(EXPIRED))
    assert said() == ("Moteur de recherche : certificat refusé ou périmé (SEARCH_CA_CERTS).")
    assert Refuses.seen == []


@pytest.mark.own_engine
@pytest.mark.engine_down
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_at_the_address_is_said_in_one_line(kind, names):
    names(f"{kind}://127.0.0.1:1")
    assert said() == "Moteur de recherche : connexion impossible (SEARCH_URL)."


@pytest.mark.own_engine
@pytest.mark.engine_down
@pytest.mark.parametrize("kind", KINDS)
def test_the_database_answers_meanwhile(kind, server, names, sites, interfede_client, caplog):
    names(f"{kind}://127.0.0.1:{server()}", SEARCH_USER="site", SEARCH_PASSWORD="faux")
    StandardPageFactory(title="Lanterne", parent=sites["interfede"].root_page)
    text = interfede_client.get("/recherche/?q=lanterne").content.decode()
    assert "Lanterne" in text
    assert "peuvent être incomplets" in text
    assert health.health().is_down
    lines = [each.getMessage() for each in caplog.records if each.name == "search.health"]
    assert lines == [
        "Moteur de recherche : identifiants refusés (SEARCH_USER, SEARCH_API_KEY). La base répond."
    ]
    assert "faux" not in caplog.text


def test_without_an_engine_nothing_is_checked(names):
    names("")
    assert check_engine(None) == []


def test_an_error_of_another_kind_is_named():
    assert reason(KeyError("x")) == "erreur KeyError"
