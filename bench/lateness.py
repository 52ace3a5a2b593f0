"""How late cells leave, and what links cost: real wire processes on the loopback network.

Lateness is what the sending process itself measures: from the drawn instant to the call that hands
the cell to the kernel. The conditions: nothing else runs in the engine's process; a Python thread
there is busy; a window scrolls and paints; a store commits; another process is busy on each core.
Processor time comes from /proc, so those rows are there on Linux only.
"""

import asyncio
import contextlib
import itertools
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from bench.bars import Bar
from bench.report import Row
from bench.store import add_people, receive
from messenger.core.clock import SystemClock
from messenger.core.types import ContactId, MessageId
from messenger.crypto.noise.keys import KeyPair
from messenger.engine.wire_client import WireClient
from messenger.store.connection import open_connection
from messenger.store.database import Transaction, prepare
from messenger.store.files import DATABASE_NAME
from messenger.wire.messages import Dial, FromWire, LinkUp, Listen, Listening, Snapshot, Watch

_LATENESS_INTERVAL_S = 0.05  # 20 cells a second: faster than any profile, slow enough to idle
_LATENESS_S = 15.0  # 300 departures
_BALANCED_S = 0.5
_CONVERSATION = 20_000  # messages in the window that scrolls
_COST_S = 20.0
_DIALS_AT_ONCE = 4  # below the cap of half-open callers per address


def run() -> list[Row]:
    """Measure each row."""
    bar = Bar.DEPARTURES
    idle = _lateness(contextlib.nullcontext)
    rows = [
        Row("departure lateness p50, idle", "limit", idle[0], 0.2, "ms", 1.0, bar=bar),
        Row("departure lateness p99, idle", "limit", idle[1], 3.0, "ms", 1.0),
    ]
    for name, condition in (
        ("a busy thread in the engine's process", _busy_thread),
        ("a window that scrolls and paints", _painting),
        ("a store that commits", _committing),
        ("a busy process on each core", _busy_processes),
    ):
        p50, p99 = _lateness(condition)
        shift = max(0, p50 - idle[0])
        rows.append(Row(f"shift of p50 by {name}", "limit", shift, 0.1, "ms", 1.0, bar=bar))
        rows.append(Row(f"departure lateness p99, {name}", "limit", p99, 3.0, "ms"))
    if sys.platform == "linux":
        for count, limit, held in ((1, 0.1, Bar.LINKS), (100, 2.4, None), (500, 12.0, Bar.LINKS)):
            share = asyncio.run(_cost(count)) * 100
            work = f"{count} idle {'link' if count == 1 else 'links'} at `balanced`"
            rows.append(Row(work, "limit", share, limit, "% core", 1.0, bar=held))
    return rows


class _Pair:
    """Ann dials Ben over as many links as asked."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._snapshot = asyncio.Event()
        self._port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._turns = asyncio.Semaphore(_DIALS_AT_ONCE)
        self.newest: Snapshot | None = None
        self._ben_key = KeyPair.generate()
        self.ann = WireClient(self._on_ann)
        self.ben = WireClient(self._on_ben)

    async def start(self, link_count: int) -> None:
        await self.ann.start(KeyPair.generate().private, [])
        await self.ben.start(self._ben_key.private, [])
        self.ben.send(Listen("127.0.0.1", 0, self._interval_s, "frames"))
        port = await self._port
        for link in range(1, 2 * link_count, 2):
            await self._turns.acquire()
            self.ann.send(
                Dial(link, "127.0.0.1", port, self._ben_key.public, self._interval_s, "frames")
            )
        for _ in range(_DIALS_AT_ONCE):
            await self._turns.acquire()

    async def look(self) -> Snapshot:
        """Return a snapshot of Ann's process."""
        self._snapshot.clear()
        self.ann.send(Watch(3600))
        await self._snapshot.wait()
        assert self.newest is not None
        return self.newest

    def _on_ann(self, message: FromWire) -> None:
        if isinstance(message, LinkUp):
            self._turns.release()
        elif isinstance(message, Snapshot):
            self.newest = message
            self._snapshot.set()

    def _on_ben(self, message: FromWire) -> None:
        if isinstance(message, Listening):
            self._port.set_result(message.port)


@contextlib.asynccontextmanager
async def _linked_pair(interval_s: float, link_count: int) -> AsyncIterator[_Pair]:
    pair = _Pair(interval_s)
    await pair.start(link_count)
    try:
        yield pair
    finally:
        await asyncio.gather(pair.ann.stop(), pair.ben.stop())


def _lateness(condition: Callable[[], AbstractContextManager[object]]) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds of a link that only covers."""

    async def measure() -> tuple[float, float]:
        async with _linked_pair(_LATENESS_INTERVAL_S, 1) as pair:
            with condition():
                await asyncio.sleep(_LATENESS_S)
            snapshot = await pair.look()
        return snapshot.lateness_p50_ms, snapshot.lateness_p99_ms

    return asyncio.run(measure())


async def _cost(link_count: int) -> float:
    """Return the share of a core that Ann's process takes for so many idle links."""
    async with _linked_pair(_BALANCED_S, link_count) as pair:
        pid = pair.ann.pid
        assert pid is not None
        await asyncio.sleep(2)
        started, used = time.monotonic(), _processor_s(pid)
        await asyncio.sleep(_COST_S)
        return (_processor_s(pid) - used) / (time.monotonic() - started)


def _processor_s(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@contextlib.contextmanager
def _thread_of(work: Callable[[Callable[[], bool]], None]) -> Iterator[None]:
    """Let a thread of the engine's process work until it is told that the time has ended."""
    ended = threading.Event()
    thread = threading.Thread(target=work, args=(ended.is_set,))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _busy_thread() -> AbstractContextManager[None]:
    return _thread_of(_turn_until)


@contextlib.contextmanager
def _painting() -> Iterator[None]:
    """A window over a long conversation in a process of its own, as the engine's is."""
    with tempfile.TemporaryDirectory() as made:
        program = [sys.executable, "-m", "bench.gui_window"]
        subprocess.run([*program, "fill", made, str(_CONVERSATION)], check=True)
        with subprocess.Popen([*program, "scroll", made], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()  # it has painted
            try:
                yield
            finally:
                child.terminate()


@contextlib.contextmanager
def _committing() -> Iterator[None]:
    """A thread of the engine's process that commits one message after the other."""
    with (
        tempfile.TemporaryDirectory() as made,
        _thread_of(partial(_commit_until, Path(made) / DATABASE_NAME)),
    ):
        yield


@contextlib.contextmanager
def _busy_processes() -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_turn_for, args=(_LATENESS_S,)) for _ in range(os.cpu_count() or 1)
    ]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _commit_until(database: Path, ended: Callable[[], bool]) -> None:
    connection = open_connection(database, bytes(32))
    prepare(connection)
    tx = Transaction(connection, SystemClock())
    with connection.transaction():
        add_people(tx)
    for number in itertools.count(1):
        with connection.transaction():
            message_id = MessageId(number.to_bytes(16, "big"))
            receive(tx, [(ContactId(1), message_id, "One message after the other.")])
        if ended():
            break
    connection.close()


def _turn_until(ended: Callable[[], bool]) -> None:
    count = 0
    while not ended():
        count += 1


def _turn_for(seconds: float) -> None:
    deadline = time.monotonic() + seconds
    _turn_until(lambda: time.monotonic() > deadline)
