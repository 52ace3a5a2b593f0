"""What two relays lose when servers of their NATS cluster die or hang: nothing.

    python -m bench relay_cluster

Letters are put and fetched through several relays' stores while servers are killed and stopped.
Every request is repeated until it is answered, at whatever relay comes next.
"""

import asyncio
import itertools
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from bench.nats_servers import Cluster, running_cluster
from bench.relay_store import Box
from bench.report import Row
from messenger.core.clock import SystemClock
from messenger.core.errors import MailboxFullError, RelayBusyError
from messenger.relay.nats_layout import Layout
from messenger.relay.nats_store import NatsStore, open_nats_store

T = TypeVar("T")
Trouble = Callable[["Traffic"], Coroutine[Any, Any, None]]

_RELAYS: Final = 3
_BOXES: Final = 16
_LETTERS: Final = 6_000
_TROUBLE_S: Final = 60.0
_PERIOD_S: Final = 10.0  # a server dies or hangs; it comes back after half of this
_MAX_STALL_S: Final = 30.0  # row S1-11
_AGAIN_S: Final = 0.05  # before a request is repeated


class Traffic:
    """People who write and people who read, and the account of it."""

    def __init__(self, cluster: Cluster, stores: list[NatsStore]) -> None:
        self.cluster = cluster
        self.boxes = [Box() for _ in range(_BOXES)]
        self.accepted: set[bytes] = set()
        self.fetched: list[bytes] = []
        self.longest_s = 0.0
        self.third = asyncio.Event()  # of _LETTERS are accepted
        self.two_thirds = asyncio.Event()
        self._stores = itertools.cycle(stores)

    async def write(self, box: Box, is_enough: Callable[[int], bool]) -> None:
        """Put letters one after the other."""
        for number in itertools.count():
            if is_enough(number):
                return
            letter = secrets.token_bytes(32)
            began = time.perf_counter()
            await self._done(partial(_put, box=box, letter=letter))
            self.longest_s = max(self.longest_s, time.perf_counter() - began)
            self.accepted.add(letter)
            if len(self.accepted) == _LETTERS // 3:
                self.third.set()
            if len(self.accepted) == 2 * _LETTERS // 3:
                self.two_thirds.set()

    async def read(self, box: Box, written: asyncio.Event) -> None:
        """Fetch and acknowledge until everything is written and nothing waits."""
        while True:
            was_written = written.is_set()
            found = await self._done(lambda store: store.first_after(box.owner, 0))
            if found is not None:
                self.fetched.append(found.envelope_id)
                await self._done(partial(_acknowledge, box=box, sequence=found.sequence))
            elif was_written:
                return
            else:
                await asyncio.sleep(_AGAIN_S)

    def rows(self, what: str) -> list[Row]:
        """Return what came of it."""
        lost = len(self.accepted.difference(self.fetched))
        doubled = len(self.fetched) - len(set(self.fetched))
        what = f"NATS: {what}, {len(self.accepted):,} letters"
        return [
            Row(f"{what}, lost or doubled", "limit", lost + doubled, 0.0, "", 1.0),
            Row(f"{what}, longest wait", "limit", self.longest_s, _MAX_STALL_S, "s", 1.0),
        ]

    async def _done(self, request: Callable[[NatsStore], Awaitable[T]]) -> T:
        while True:
            try:
                return await request(next(self._stores))
            except (RelayBusyError, MailboxFullError):
                await asyncio.sleep(_AGAIN_S)


async def _put(store: NatsStore, box: Box, letter: bytes) -> None:
    await store.put(box.depositor, letter, letter * 128)


async def _acknowledge(store: NatsStore, box: Box, sequence: int) -> None:
    await store.acknowledge(box.owner, sequence)


def run() -> list[Row]:
    """Kill the server that leads once; then make trouble for a minute."""
    if shutil.which("nats-server") is None:
        print("nats-server is not installed; its rows are left out", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as folder, running_cluster(Path(folder)) as cluster:
        rows = asyncio.run(_leader_dies(cluster))
        return rows + asyncio.run(_trouble(cluster))


async def _leader_dies(cluster: Cluster) -> list[Row]:
    async def trouble(traffic: Traffic) -> None:
        await traffic.third.wait()
        layout = Layout("hum", cluster.options().spread)
        leader = await cluster.leader(layout.boxes(traffic.boxes[0].owner.mailbox))
        leader.kill()
        await traffic.two_thirds.wait()
        leader.start()

    each = _LETTERS // _BOXES
    return await _play(cluster, trouble, lambda count: count >= each, "its leader killed once")


async def _trouble(cluster: Cluster) -> list[Row]:
    end = time.monotonic() + _TROUBLE_S
    chance = random.Random(7)

    async def trouble(traffic: Traffic) -> None:
        for begin, finish in itertools.cycle((("kill", "start"), ("pause", "resume"))):
            if time.monotonic() > end - _PERIOD_S:
                return
            node = chance.choice(cluster.nodes)
            await asyncio.sleep(_PERIOD_S / 2)
            getattr(node, begin)()
            await asyncio.sleep(_PERIOD_S / 2)
            getattr(node, finish)()

    what = f"servers killed and stopped in turns for {_TROUBLE_S:.0f} s"
    return await _play(cluster, trouble, lambda count: time.monotonic() > end, what)


async def _play(
    cluster: Cluster, trouble: Trouble, is_enough: Callable[[int], bool], what: str
) -> list[Row]:
    clock = SystemClock()
    stores = [await open_nats_store(cluster.urls, clock, cluster.options()) for _ in range(_RELAYS)]
    traffic, written = Traffic(cluster, stores), asyncio.Event()
    for box in traffic.boxes:
        await stores[0].create(box.new)
    async with asyncio.TaskGroup() as reading:
        for box in traffic.boxes:
            reading.create_task(traffic.read(box, written))
        async with asyncio.TaskGroup() as writing:
            writing.create_task(trouble(traffic))
            for box in traffic.boxes:
                writing.create_task(traffic.write(box, is_enough))
        written.set()
    for store in stores:
        await store.close()
    return traffic.rows(what)
