"""Places where a store can live, for tests that hold for every kind of store."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nats_cluster import Cluster

from messenger.core.clock import ManualClock
from messenger.protocol.mailbox import Access, New, secret_hash
from messenger.relay.nats_store import open_nats_store
from messenger.relay.sqlite_store import SqliteStore
from messenger.relay.store import Store

ENVELOPE = bytes(range(256)) * 16


@dataclass
class Box:
    """Both ends of a mailbox."""

    owner: Access
    depositor: Access

    @property
    def new(self) -> New:
        return New(
            self.owner.mailbox,
            secret_hash(self.owner.secret),
            self.depositor.mailbox,
            secret_hash(self.depositor.secret),
        )


def random_access() -> Access:
    return Access(secrets.token_bytes(24), secrets.token_bytes(32))


def random_box() -> Box:
    return Box(random_access(), random_access())


class Place(Protocol):
    """Where stores are opened; what one keeps the next one finds."""

    async def open(self, clock: ManualClock) -> Store: ...

    async def clear(self) -> None: ...

    def limited(self, max_len: int) -> "Place":
        """Return another place, with room for so many bytes of envelopes."""
        ...


class SqlitePlace:
    """A file."""

    def __init__(self, path: Path, max_len: int = 2**30) -> None:
        self.path = path
        self._max_len = max_len

    async def open(self, clock: ManualClock) -> Store:
        return SqliteStore(self.path, clock, max_len=self._max_len)

    async def clear(self) -> None:
        """The file goes with its folder."""

    def limited(self, max_len: int) -> Place:
        return SqlitePlace(self.path, max_len)


class NatsPlace:
    """Streams on a cluster, shared with other tests unless their room is limited."""

    def __init__(self, cluster: Cluster, **options: object) -> None:
        self._cluster = cluster
        self._options = cluster.options(**options)

    async def open(self, clock: ManualClock) -> Store:
        return await open_nats_store(self._cluster.urls, clock, self._options)

    async def clear(self) -> None:
        if self._options.prefix != "hum":
            await self._cluster.drop(self._options.prefix)

    def limited(self, max_len: int) -> Place:
        prefix = f"t{secrets.token_hex(4)}"
        return NatsPlace(self._cluster, prefix=prefix, spread=1, max_len=max_len)


@asynccontextmanager
async def opened(place: Place, clock: ManualClock) -> AsyncIterator[Store]:
    store = await place.open(clock)
    try:
        yield store
    finally:
        await store.close()


def play(place: Place, story: Callable[[Store, Box, ManualClock], Awaitable[None]]) -> None:
    """Run a story on a store with a fresh mailbox in it."""

    async def run() -> None:
        clock, box = ManualClock(), random_box()
        try:
            async with opened(place, clock) as store:
                await store.create(box.new)
                await story(store, box, clock)
        finally:
            await place.clear()

    asyncio.run(run())


async def waiting(store: Store, box: Box) -> list[tuple[int, bytes]]:
    """Return all that lies in a mailbox, as (sequence, envelope)."""
    found: list[tuple[int, bytes]] = []
    while each := await store.first_after(box.owner, found[-1][0] if found else 0):
        found.append((each.sequence, each.envelope))
    return found
