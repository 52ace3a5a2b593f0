"""One HTTP request to an update server, directly or through a SOCKS proxy.

Nothing but the path is told: no version, no language, no cookie. A redirection is not followed,
for it would tell the address of this computer to somebody else. The environment's proxies do not
count; the one of the profile does, and it is asked to look up the name, so that nobody else is.
"""

import http.client
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from python_socks.sync import Proxy

from messenger.core.errors import UpdateSourceError

PORTS: Final = {"http": 80, "https": 443}
PROXY_ERRORS: Final = (ProxyConnectionError, ProxyError, ProxyTimeoutError)


@dataclass(frozen=True, slots=True)
class Place:
    """A scheme, a host and a port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> "Place":
        """Read the place of a URL.

        Raises:
            UpdateSourceError: it is not one of HTTP or HTTPS with a host.
        """
        parts = _parts(url)
        return cls(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme])


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        good = parts.scheme in PORTS and bool(parts.hostname) and parts.username is None
        good = good and parts.port != 0  # reading the port refuses what is none
    except ValueError as error:
        raise UpdateSourceError(f"{url} is no address of a server") from error
    if not good:
        raise UpdateSourceError(f"{url} is no address of a server")
    return parts


@dataclass(frozen=True, slots=True)
class Dialler:
    """Opens connections, all of them through the proxy if there is one."""

    proxy: str | None = field(default=None, repr=False)  # URL; may hold a password
    trusted: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def open(self, place: Place, timeout_s: float) -> socket.socket:
        """Connect; TLS is still to be greeted by the caller.

        Raises:
            OSError: nobody answers.
            ProxyError: nor does the proxy.
            ValueError: the proxy makes no sense.
        """
        if self.proxy is None:
            plain = socket.create_connection((place.host, place.port), timeout_s)
        else:
            through = Proxy.from_url(self.proxy, rdns=True)
            plain = through.connect(place.host, place.port, timeout=timeout_s)
        plain.settimeout(timeout_s)
        if place.scheme == "http":
            return plain
        return self.trusted().wrap_socket(
            plain, server_hostname=place.host, do_handshake_on_connect=False
        )


def ask(connection: socket.socket, url: str) -> http.client.HTTPResponse:
    """Ask for a path on an open connection and return the head of the answer.

    Raises:
        OSError, http.client.HTTPException: the answer is none.
    """
    parts = _parts(url)
    if isinstance(connection, ssl.SSLSocket):
        connection.do_handshake()
    line = http.client.HTTPConnection(parts.hostname or "", parts.port or PORTS[parts.scheme])
    line.default_port = PORTS[parts.scheme]  # or the name of the host would be sent with it
    line.sock = connection
    line.request("GET", parts.path or "/", headers={"Connection": "close"})
    return line.getresponse()
