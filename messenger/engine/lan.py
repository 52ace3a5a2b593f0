"""Contacts in the local network: we announce the tag of our key and know theirs when we hear it.

Source: docs/reach.md, "In the local network".
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final

from messenger.core.types import Address, Contact, ContactId
from messenger.engine.addresses import read_ip
from messenger.engine.context import Context
from messenger.net.lan import LanFinder, Sighting, Wish
from messenger.protocol.lan_tag import HOUR_MS, hour_of, tag_of, tags_around

log = logging.getLogger(__name__)

AGAIN_S: Final = 60.0  # seconds in which the same addresses of a contact are no news
MAX_NEWS: Final = 4  # different ones in that time; anybody here can repeat a tag beside an address


@dataclass(slots=True)
class _Heard:
    """Where a contact was heard within AGAIN_S."""

    since: float  # monotonic seconds
    news: set[frozenset[Address]] = field(default_factory=set)


class Lan:
    """Owner: the engine's loop thread.

    Args:
        wanted: whom we dial and let in, now.
        on_found: gets a contact and where they were heard.
    """

    def __init__(
        self,
        context: Context,
        wanted: Callable[[], Iterable[Contact]],
        on_found: Callable[[Contact, tuple[Address, ...]], None],
    ) -> None:
        self._context = context
        self._wanted = wanted
        self._on_found = on_found
        self._finder = LanFinder(self._on_sighting)
        self._hours: asyncio.Task[None] | None = None
        self._heard: dict[ContactId, _Heard] = {}

    @property
    def is_wanted(self) -> bool:
        """Whether settings and listener let contacts find us."""
        return self._should_run()

    @property
    def is_running(self) -> bool:
        """Whether the local network is being listened to."""
        return self._finder.is_running

    async def follow(self) -> None:
        """Announce and listen, or not, as settings and listener are now."""
        wanted = self._should_run()
        if wanted and self._hours is None:
            self._finder.start()
            self._hours = asyncio.create_task(self._announce_every_hour())
        elif wanted:
            self._announce()
        else:
            await self.stop()

    async def stop(self) -> None:
        """Take back what was announced, and hear nothing more."""
        if self._hours is not None:
            self._hours.cancel()
            await asyncio.gather(self._hours, return_exceptions=True)
            self._hours = None
        await self._finder.stop()

    def _should_run(self) -> bool:
        network, listen = self._context.network, self._context.listen
        return bool(
            network.lan
            and network.direct
            and network.proxy is None
            and listen is not None
            and not ip_address(listen.host).is_loopback
        )

    async def _announce_every_hour(self) -> None:
        while True:
            self._announce()
            left_ms = HOUR_MS - self._context.clock.unix_ms() % HOUR_MS
            await asyncio.sleep(left_ms / 1000)

    def _announce(self) -> None:
        listen = self._context.listen
        if listen is not None:
            hour = hour_of(self._context.clock.unix_ms())
            self._finder.announce(Wish(tag_of(self._context.own.public, hour), listen.port))

    def _on_sighting(self, sighting: Sighting) -> None:
        hour = hour_of(self._context.clock.unix_ms())
        contact = next(
            (c for c in self._wanted() if sighting.tag in tags_around(c.key, hour)), None
        )
        if contact is None:
            return
        addresses = tuple(
            Address(host, sighting.port) for host in sighting.addresses if is_dialled_nearby(host)
        )
        if addresses and self._is_news(contact.id, frozenset(addresses)):
            self._on_found(contact, addresses)

    def _is_news(self, contact: ContactId, addresses: frozenset[Address]) -> bool:
        now = self._context.clock.now()
        heard = self._heard.get(contact)
        if heard is None or now - heard.since > AGAIN_S:
            heard = self._heard[contact] = _Heard(now)
        if addresses in heard.news or len(heard.news) >= MAX_NEWS:
            return False
        heard.news.add(addresses)
        return True

    @property
    def heard_count(self) -> int:
        """How many contacts were heard since the start."""
        return len(self._heard)


def is_dialled_nearby(host: str) -> bool:
    """Whether somebody in the local network may send us there: not to ourselves, not to groups."""
    address = read_ip(host.partition("%")[0])
    if address is None:
        return False
    return not (address.is_multicast or address.is_loopback or address.is_unspecified)
