"""Dialling by host name: names are looked up here, so that the wire process never waits for one.

A name may stand for several addresses; they are tried in order until one answers.
"""

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Callable
from typing import Final

import msgspec

from messenger.wire.messages import Dial, DialFailed, Listen

log = logging.getLogger(__name__)

NEXT_REASONS: Final = frozenset({"refused", "unreachable"})  # another address may do better


def is_numeric(host: str) -> bool:
    """Whether a host is an IP address (or empty: every interface) and needs no look-up."""
    try:
        return not host or bool(ipaddress.ip_address(host))
    except ValueError:
        return False


async def look_up(host: str, port: int) -> list[str]:
    """Return the IP addresses of a name, best first; none if it has none."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        log.debug("a host name has no address")
        return []
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


async def numeric_listen(message: Listen) -> Listen | None:
    """Return ``message`` with the first address of its host name, None if it has none."""
    hosts = await look_up(message.host, message.port)
    return msgspec.structs.replace(message, host=hosts[0]) if hosts else None


class NameDials:
    """The dials that began with a name.

    Owner: the engine's loop thread.
    """

    def __init__(
        self, send: Callable[[Dial], None], on_failed: Callable[[DialFailed], None]
    ) -> None:
        self._send = send
        self._on_failed = on_failed
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._rest: dict[int, list[Dial]] = {}  # the addresses that were not tried yet

    def dial(self, message: Dial) -> None:
        """Look the host up and dial its first address."""
        self._tasks[message.link] = asyncio.create_task(self._begin(message))

    def dial_next(self, failed: DialFailed) -> bool:
        """Try the next address after ``failed``, if there is one and it may help."""
        rest = self._rest.get(failed.link, [])
        if not rest or failed.reason not in NEXT_REASONS:
            self._rest.pop(failed.link, None)
            return False
        self._send(rest.pop(0))
        return True

    def forget(self, link: int) -> None:
        """The link is up or given up."""
        self._rest.pop(link, None)
        if task := self._tasks.pop(link, None):
            task.cancel()

    def forget_all(self) -> None:
        """The end."""
        for link in list(self._tasks):
            self.forget(link)
        self._rest.clear()

    async def _begin(self, message: Dial) -> None:
        hosts = await look_up(message.host, message.port)
        self._tasks.pop(message.link, None)
        dials = [msgspec.structs.replace(message, host=host) for host in hosts]
        if dials:
            self._rest[message.link] = dials[1:]
            self._send(dials[0])
        else:
            self._on_failed(DialFailed(message.link, "unreachable"))
