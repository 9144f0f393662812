"""Asking other servers: only the internet, never our own network.

An address that an editor types may name this machine, a machine beside it or the cloud's own
address for secrets, by number, by name, or after a redirection. So it is not the address that is
judged but each connection: the name is looked up once, every number behind it must be one of the
internet, and the connection goes to that number.
"""

import http.client
import ipaddress
import socket
import ssl
import urllib.request
from typing import Any

PORTS = frozenset({80, 443})
SCHEMES = ("http://", "https://")


class NotOutside(OSError):
    """An address that is not one of the internet."""


def is_outside(number: str) -> bool:
    """True for a number of the internet; an IPv4 inside an IPv6 counts as what it is."""
    address = ipaddress.ip_address(number.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if inner is not None:
        address = inner
    return address.is_global and not address.is_multicast


def connect(
    address: tuple[str, int], timeout: Any = None, source_address: Any = None
) -> socket.socket:
    """As `socket.create_connection`, to the internet alone. Raises NotOutside, OSError."""
    host, port = address
    if port not in PORTS:
        raise NotOutside(f"port {port}")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    numbers = [str(place[4][0]) for place in found]
    if not numbers or not all(map(is_outside, numbers)):
        raise NotOutside(host)
    return socket.create_connection((numbers[0], port), timeout, source_address)


class _Http(http.client.HTTPConnection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._create_connection = connect


class _Https(http.client.HTTPSConnection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._create_connection = connect


def connection(scheme: str, host: str, timeout: float) -> http.client.HTTPConnection:
    """A connection to the usual port of a host, opened by its first request. Raises NotOutside then."""
    if scheme == "https":
        return _Https(host, timeout=timeout, context=ssl.create_default_context())
    return _Http(host, timeout=timeout)


class _HttpHandler(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Http, request)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Https, request, context=ssl.create_default_context())


def open_outside(request: urllib.request.Request, timeout: float) -> Any:
    """As `urllib.request.urlopen`, to the internet alone, through redirections too.

    Raises what `urlopen` raises (HTTPError, URLError around NotOutside) and ValueError for another
    scheme. The proxy of the environment is not asked: it would see our network for us.
    """
    if not request.full_url.lower().startswith(SCHEMES):
        raise ValueError("http or https")
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
        _HttpHandler,
        _HttpsHandler,
    ):
        opener.add_handler(handler())
    return opener.open(request, timeout=timeout)
