"""One HTTP request to an update server, directly or through a SOCKS proxy.

Nothing but the path is told: no version, no language, no cookie. A redirection is not followed,
for it would tell the address of this computer to somebody else. The environment's proxies do not
count; the one of the profile does, and it is asked to look up the name, so that nobody else is.
"""

import http.client
import secrets
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
from python_socks.sync import Proxy as SyncProxy

from messenger.core.errors import UpdateNoWayError, UpdateSourceError
from messenger.core.types import NetworkSettings, Proxy

PORTS: Final = {"http": 80, "https": 443}
LABEL_LEN: Final = 16  # bytes, random
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
        raise UpdateSourceError("{url} is no address of a server.", url=url) from error
    if not good:
        raise UpdateSourceError("{url} is no address of a server.", url=url)
    return parts


@dataclass(frozen=True, slots=True)
class Dialler:
    """Opens connections, all of them through the proxy if there is one."""

    network: NetworkSettings = field(default_factory=NetworkSettings)  # with the proxy's password
    trusted: Callable[[], ssl.SSLContext] = ssl.create_default_context
    # A user name of its own lets Tor take another circuit than for any person.
    own_label: str = field(default_factory=lambda: secrets.token_hex(LABEL_LEN), repr=False)

    def open(self, place: Place, timeout_s: float) -> socket.socket:
        """Connect; TLS is still to be greeted by the caller.

        Raises:
            UpdateNoWayError: nothing may leave in the open, and there is no proxy.
            OSError: nobody answers.
            ProxyError: nor does the proxy.
        """
        if self.network.proxy is not None:
            proxy = self._through(self.network.proxy)
            plain = proxy.connect(place.host, place.port, timeout=timeout_s)
        elif self.network.direct:
            plain = socket.create_connection((place.host, place.port), timeout_s)
        else:
            raise UpdateNoWayError("Nothing may leave in the open, and there is no proxy.")
        plain.settimeout(timeout_s)
        if place.scheme == "http":
            return plain
        return self.trusted().wrap_socket(
            plain, server_hostname=place.host, do_handshake_on_connect=False
        )

    def _through(self, proxy: Proxy) -> SyncProxy:
        user, password = proxy.username, proxy.password
        if proxy.isolate:
            user = password = self.own_label
        return SyncProxy(
            ProxyType.SOCKS5, proxy.host, proxy.port, user or None, password or None, rdns=True
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
