"""The ways out: a TCP connection to somebody, made directly or by a SOCKS5 proxy.

A way never looks a name up: directly it takes IP addresses only, and the proxy is told the name.

Source: RFC 1928, RFC 1929; docs/wire.md.
"""

import asyncio
import errno
import hashlib
import os
import socket
from typing import Final, Protocol

from messenger.core.errors import ConnectFailedError
from messenger.core.types import Address
from messenger.wire.messages import Route

CONNECT_S: Final = 10.0  # seconds for the TCP connection; the handshake has its own deadline
THROUGH_S: Final = 45.0  # seconds for one through a proxy: Tor builds a circuit for it
CHECK_S: Final = 10.0  # seconds for a greeting of the proxy
SELF: Final = Address("127.0.0.1", 1)  # as the proxy sees itself: asked for, nothing leaves it
_ISOLATION_LEN: Final = 16  # bytes of a user name that stands for one peer

_REFUSED, _UNREACHABLE, _FAILED = "refused", "unreachable", "proxy_failed"
# What the system says at once about a place it would have to go to; all else is unreachable.
_ERRNOS: Final = {errno.ECONNREFUSED: _REFUSED, errno.ENETUNREACH: "no_network"}
# Reply codes of RFC 1928, section 6; all others mean that the proxy itself could or would not. Tor
# says 6, TTL expired, when it found no way in its own time.
_REPLIES: Final = {3: _UNREACHABLE, 4: _UNREACHABLE, 5: _REFUSED}


class WayFailedError(ConnectFailedError):
    """There is no connection; ``reason`` is one of DialFailed's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Way(Protocol):
    """How connections leave."""

    async def reach(self, address: Address, peer: bytes) -> socket.socket:
        """Return a connected socket that sends each write at once.

        Args:
            peer: what tells this peer from others; it goes nowhere as it is.

        Raises:
            WayFailedError: with the reason.
        """
        ...

    async def check(self) -> None:
        """Find out whether the first step of the way can be gone; WayFailedError if not."""
        ...


def way_of(route: Route) -> Way:
    """Return the way that the engine wants."""
    if not route.proxy_host:
        return Direct()
    return ThroughProxy(route)


class Direct:
    """Straight to an IP address."""

    async def reach(self, address: Address, peer: bytes) -> socket.socket:
        try:
            return await _connect(address)
        except OSError as error:  # TimeoutError and what is no IP address are among them
            raise WayFailedError(_ERRNOS.get(error.errno or 0, _UNREACHABLE)) from error

    async def check(self) -> None:
        """There is nothing between us and the network that could be asked."""


class ThroughProxy:
    """By way of a SOCKS5 proxy, which looks names up."""

    def __init__(self, route: Route) -> None:
        # Here and not at the first dial: reading modules takes milliseconds, and cells may leave.
        from python_socks.async_.asyncio import Proxy  # noqa: F401, PLC0415  few have a proxy

        self._route = route
        self._salt = os.urandom(_ISOLATION_LEN)

    async def reach(self, address: Address, peer: bytes) -> socket.socket:
        sock = await self._ask(address, self._credentials(peer), THROUGH_S)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    async def check(self) -> None:
        """Ask the proxy for a place on its own computer: any answer after the greeting is good."""
        try:
            sock = await self._ask(SELF, self._credentials(b""), CHECK_S)
        except WayFailedError as error:
            if error.reason in {"proxy_down", "proxy_refused"}:
                raise
        else:
            sock.close()

    def _credentials(self, peer: bytes) -> tuple[str | None, str | None]:
        """User name and password; with isolation new ones for each peer and start of ours."""
        route = self._route
        if route.isolate:
            label = hashlib.blake2s(peer, key=self._salt, digest_size=_ISOLATION_LEN).hexdigest()
            return label, label
        return route.username.decode("ascii") or None, route.password.decode("ascii") or None

    async def _ask(
        self, address: Address, credentials: tuple[str | None, str | None], seconds: float
    ) -> socket.socket:
        from python_socks import (  # noqa: PLC0415  few have a proxy
            ProxyConnectionError,
            ProxyError,
            ProxyTimeoutError,
            ProxyType,
        )
        from python_socks.async_.asyncio import Proxy  # noqa: PLC0415  likewise

        proxy = Proxy(
            ProxyType.SOCKS5,
            self._route.proxy_host,
            self._route.proxy_port,
            *credentials,
            rdns=True,
            loop=asyncio.get_running_loop(),
        )
        try:
            return await proxy.connect(address.host, address.port, timeout=seconds)
        except ProxyTimeoutError as error:
            raise WayFailedError(_FAILED) from error
        except ProxyConnectionError as error:
            raise WayFailedError("proxy_down") from error
        except ProxyError as error:
            raise WayFailedError(_reason_of(error.error_code)) from error
        except (OSError, ValueError, RuntimeError) as error:  # a reply that is none; an odd name
            raise WayFailedError("proxy_refused") from error


def _reason_of(reply_code: int | None) -> str:
    """Without a reply code it never came to a request: user name, password, or no SOCKS5."""
    if reply_code is None:
        return "proxy_refused"
    return _REPLIES.get(reply_code, _FAILED)


async def _connect(address: Address) -> socket.socket:
    """Return a connected socket. Never looks names up: the engine has done that."""
    family, kind, protocol, _, place = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
    )[0]
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        async with asyncio.timeout(CONNECT_S):
            await asyncio.get_running_loop().sock_connect(sock, place)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock
