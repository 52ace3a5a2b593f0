"""The stores of a relay against the bare engine under them, and the breaker in front of them.

    python -m bench relay_store

SQLite: the bare peer commits one INSERT with the same pragmas. NATS: three servers of this machine;
the bare peer is one publish with its acknowledgement by the client library, where a put of ours
is two, and reads.
"""

import asyncio
import secrets
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from nats.aio.client import Client
from nats.js.api import StreamConfig

from bench.machine import machine, today
from bench.nats_servers import Cluster, running_cluster
from bench.report import Row, table
from messenger.core.clock import ManualClock, SystemClock
from messenger.core.errors import RelayBusyError
from messenger.protocol.mailbox import Access, New, Size, secret_hash
from messenger.relay.breaker import Breaker, Patience
from messenger.relay.nats_store import open_nats_store
from messenger.relay.sqlite_store import SqliteStore
from messenger.relay.store import Store

_AT_ONCE: Final = 16  # clients that put at the same time
_EACH: Final = 60  # puts of each, below what a mailbox holds
_MAX_LATE_S: Final = 1.0  # row S1-8: to close again after the pause
_MAX_REFUSAL_MS: Final = 5.0  # row S1-8
_SQLITE: Final = f"sqlite3 {sqlite3.sqlite_version}"


class Box:
    """A mailbox of its own for each client."""

    def __init__(self) -> None:
        self.owner = Access(secrets.token_bytes(24), secrets.token_bytes(32))
        self.depositor = Access(secrets.token_bytes(24), secrets.token_bytes(32))

    @property
    def new(self) -> New:
        """The request that makes it."""
        ends = (self.owner, self.depositor)
        values = [value for end in ends for value in (end.mailbox, secret_hash(end.secret))]
        return New(*values)


def run() -> list[Row]:
    """Measure both stores and the breaker."""
    rows = asyncio.run(_breaker())
    with tempfile.TemporaryDirectory() as folder:
        rows += [asyncio.run(_sqlite(Path(folder), size)) for size in Size]
    if shutil.which("nats-server") is None:
        print("nats-server is not installed; its rows are left out", file=sys.stderr)
        return rows
    with tempfile.TemporaryDirectory() as folder, running_cluster(Path(folder)) as cluster:
        rows += [asyncio.run(_nats(cluster, size)) for size in Size]
    return rows


# -- puts -----------------------------------------------------------------------------------------


async def _sqlite(folder: Path, size: Size) -> Row:
    store = SqliteStore(folder / f"{size}.db", SystemClock())
    ours = await _puts(store, size)
    await store.close()
    theirs = await asyncio.to_thread(_bare_inserts, folder / f"{size}-bare.db", size)
    return _rate(f"SQLite: put {size.length // 1024} KiB, full sync", _SQLITE, ours, theirs)


def _bare_inserts(path: Path, size: Size) -> float:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE envelope (id BLOB PRIMARY KEY, envelope BLOB) STRICT")
    count, envelope = _AT_ONCE * _EACH, secrets.token_bytes(size.length)
    began = time.perf_counter()
    for _ in range(count):
        database.execute("INSERT INTO envelope VALUES (?, ?)", (secrets.token_bytes(32), envelope))
    spent = time.perf_counter() - began
    database.close()
    return count / spent


async def _nats(cluster: Cluster, size: Size) -> Row:
    store = await open_nats_store(cluster.urls, SystemClock(), cluster.options())
    ours = await _puts(store, size)
    await store.close()
    theirs = await _bare_publishes(cluster, size)
    name = f"NATS, 3 replicas: put {size.length // 1024} KiB, {_AT_ONCE} at once"
    return _rate(name, "nats-py", ours, theirs)


async def _bare_publishes(cluster: Cluster, size: Size) -> float:
    client = Client()
    await client.connect(cluster.urls)
    jetstream = client.jetstream()
    await jetstream.add_stream(StreamConfig(name=f"bare{size}", subjects=["bare"], num_replicas=3))
    envelope = secrets.token_bytes(size.length)
    rate = await _rate_of(lambda client_number: jetstream.publish("bare", envelope))
    await jetstream.delete_stream(f"bare{size}")
    await client.close()
    return rate


async def _puts(store: Store, size: Size) -> float:
    boxes = [Box() for _ in range(_AT_ONCE)]
    for box in boxes:
        await store.create(box.new)
    envelope = secrets.token_bytes(size.length)
    rate = await _rate_of(
        lambda number: store.put(boxes[number].depositor, secrets.token_bytes(32), envelope)
    )
    for box in boxes:
        await store.delete(box.owner)
    return rate


async def _rate_of(work: Callable[[int], Awaitable[object]]) -> float:
    async def client(number: int) -> None:
        for _ in range(_EACH):
            await work(number)

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(_AT_ONCE)))
    return _AT_ONCE * _EACH / (time.perf_counter() - began)


def _rate(work: str, peer: str, ours: float, theirs: float) -> Row:
    return Row(work, peer, ours, theirs, "/s", None, more_is_better=True)


# -- what fails -----------------------------------------------------------------------------------


class _HangingStore(SqliteStore):
    hangs = True

    async def check(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        await super().check()


async def _breaker() -> list[Row]:
    """Time the refusals of an open breaker, and how long it stays open when the store is well."""
    with tempfile.TemporaryDirectory() as folder:
        store = _HangingStore(Path(folder) / "relay.db", ManualClock())
        patience = Patience(threshold=5, call_s=0.5, sweep_s=1.0, pause_s=2.0)
        closed = asyncio.Event()
        breaker = Breaker(
            store,
            patience=patience,
            on_transition=lambda state, reason: closed.set() if state == "closed" else None,
        )
        await asyncio.gather(*(_refused_ms(breaker.check) for _ in range(patience.threshold)))
        began, store.hangs = time.perf_counter(), False
        owner = Box().owner
        times = [await _refused_ms(lambda: breaker.first_after(owner, 0)) for _ in range(1_000)]
        await closed.wait()
        late_s = max(0.0, time.perf_counter() - began - patience.pause_s)
        await breaker.close()
    p99 = sorted(times)[-10]
    return [
        Row("breaker: a refusal, p99", "limit", p99, _MAX_REFUSAL_MS, "ms", 1.0),
        Row("breaker: closed again after its pause", "limit", late_s, _MAX_LATE_S, "s", 1.0),
    ]


async def _refused_ms(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    try:
        await work()
    except RelayBusyError:
        return (time.perf_counter() - began) * 1e3
    raise AssertionError("the breaker should refuse")


if __name__ == "__main__":
    measured = run()
    print(f"{machine()}, {today()}\n\n{table(measured)}")
    sys.exit(int(not all(row.good for row in measured)))
