"""Connections without sockets or waiting: a loop whose time jumps, and wires made of lists."""

import asyncio
import random
import selectors
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any
from unittest.mock import patch

from messenger.core.types import Address, Cover
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.link import Link
from messenger.protocol.replay import ReplayCache
from messenger.wire.connection import Connection
from messenger.wire.departures import Departures
from messenger.wire.messages import FrameReceived, FromWire
from messenger.wire.statistics import Statistics

UNIX_S = 1_700_000_000
FAST = Cover(0.01)


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits: an empty wait moves the loop's clock to its end instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events and timeout is None:
            raise AssertionError("nothing will ever happen in this test again")
        if not events and timeout is not None:
            self.now += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in which hours pass at once."""

    def __init__(self) -> None:
        self._clock = _JumpingSelector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now

    def stall(self, seconds: float) -> None:
        """Let time pass in which the loop does nothing."""
        self._clock.now += seconds

    def coarsen(self, resolution_s: float) -> None:
        """Run timers as early as a loop does whose clock has this resolution."""
        self._clock_resolution = resolution_s

    def wait_until(self, when: float, warm_up: Callable[[], object]) -> None:
        """Be still until ``when``, as before a departure."""
        warm_up()
        self._clock.now = max(self._clock.now, when)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test in virtual time."""
    with (
        patch("messenger.wire.sender.unacknowledged_len", lambda sock: sock.unacknowledged_len),
        asyncio.Runner(loop_factory=VirtualLoop) as runner,
    ):
        runner.run(work)


async def until(condition: Callable[[], object], *, within_s: float = 10.0) -> float:
    """Wait, looking every half millisecond; return the seconds it took."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    while loop.time() < start + within_s:
        if condition():
            return loop.time() - start
        await asyncio.sleep(0.0005)
    raise AssertionError("it never came")


class _FakeSocket:
    """Enough of a socket: options are only kept, and a test says what is acknowledged."""

    def __init__(self) -> None:
        self.unacknowledged_len = 0
        self.options: dict[tuple[int, int], int] = {}

    def setsockopt(self, level: int, option: int, value: int) -> None:
        self.options[level, option] = value

    def fileno(self) -> int:
        return -1


class FakeTransport(asyncio.Transport):
    """One end of a wire; keeps the time and bytes of each write.

    ``delay`` seconds pass before the other end sees anything.
    """

    def __init__(self, *, delay: float = 0.0) -> None:
        self.socket = _FakeSocket()
        super().__init__({"socket": self.socket})
        self.loop = asyncio.get_running_loop()
        self.delay = delay
        self.writes: list[tuple[float, bytes]] = []
        self.buffered_len = 0  # what a test says is waiting in the transport
        self.protocol: asyncio.BufferedProtocol | None = None
        self.other: FakeTransport | None = None
        # Timers of one instant run in any order; what was written first must arrive first.
        self._on_its_way: deque[bytes] = deque()
        self.eof_at: float | None = None
        self.closed_at: float | None = None
        self._held: list[bytes] | None = None  # what comes while nobody reads

    @property
    def written(self) -> bytes:
        return b"".join(data for _, data in self.writes)

    def write(self, data: bytes) -> None:
        assert self.closed_at is None
        assert self.eof_at is None
        self.writes.append((self.loop.time(), data))
        if self.other is not None:
            self._on_its_way.append(data)
            self.loop.call_later(self.delay, self._arrive, self.other)

    def _arrive(self, other: "FakeTransport") -> None:
        other.receive(self._on_its_way.popleft())

    def get_write_buffer_size(self) -> int:
        return self.buffered_len

    def receive(self, data: bytes) -> None:
        """Bytes arrive at this end."""
        if self.closed_at is not None or self.protocol is None:
            return
        if self._held is not None:
            self._held.append(data)
            return
        while data:
            buffer = self.protocol.get_buffer(-1)
            part, data = data[: len(buffer)], data[len(buffer) :]
            buffer[: len(part)] = part
            self.protocol.buffer_updated(len(part))

    def pause_reading(self) -> None:
        assert self._held is None
        self._held = []

    def resume_reading(self) -> None:
        assert self._held is not None
        held, self._held = b"".join(self._held), None
        self.receive(held)

    @property
    def held_len(self) -> int:
        """Bytes that are here and unread."""
        return sum(map(len, self._held or ()))

    def receive_eof(self) -> None:
        """The other end said it sends no more."""
        if self.closed_at is None and self.protocol and not self.protocol.eof_received():
            self.close()

    def write_eof(self) -> None:
        self.eof_at = self.loop.time()
        if self.other is not None:
            self.loop.call_later(self.delay, self.other.receive_eof)

    def close(self) -> None:
        if self.closed_at is None:
            self.closed_at = self.loop.time()
            if self.other is not None and self.eof_at is None:
                self.loop.call_later(self.delay, self.other.receive_eof)
            if self.protocol is not None:
                self.loop.call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()

    def reset(self) -> None:
        """The network or the other end broke the connection."""
        self.closed_at = self.loop.time()
        assert self.protocol is not None
        self.protocol.connection_lost(ConnectionResetError())

    def is_closing(self) -> bool:
        return self.closed_at is not None


class FakeHub:
    """The process around one connection, and its owner in one: keeps what it is told."""

    def __init__(self, *, number: int = 1, seed: int = 1) -> None:
        self.statistics = Statistics()
        self.random = random.Random(seed)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.departures = Departures(loop.wait_until)
        self.messages: list[FromWire] = []
        self.failures: list[tuple[str, bytes | None]] = []
        self.closed = False
        self._number = number

    def post(self, message: FromWire) -> None:
        self.messages.append(message)

    def deliver(self, connection: Connection, message: FrameReceived) -> None:
        self.messages.append(message)

    def on_departed(self) -> None: ...

    def on_established(self, connection: Connection) -> int:
        return self._number

    def on_handshake_failed(self, reason: str, other_key: bytes | None) -> None:
        self.failures.append((reason, other_key))

    def on_closed(self, connection: Connection) -> None:
        self.closed = True

    def told(self, kind: type) -> list[Any]:
        """Return the messages of one kind."""
        return [message for message in self.messages if isinstance(message, kind)]


class End:
    """One end of a connection: hub, connection and transport."""

    def __init__(
        self,
        open_link: Any,
        *,
        outgoing: bool,
        cover: Cover,
        seed: int,
        covers: dict[bytes, Cover] | None = None,
    ) -> None:
        self.hub = FakeHub(number=1 if outgoing else 2, seed=seed)
        self.connection = Connection(
            self.hub,
            self.hub,
            cover_for=lambda key: (covers or {}).get(key, cover),
            address=Address("192.0.2.1", 7),
            outgoing=outgoing,
            open_link=open_link,
        )
        self.transport = FakeTransport()
        self.transport.protocol = self.connection

    def start(self) -> None:
        self.connection.connection_made(self.transport)


class People:
    """Ann dials, Ben is dialled; fixed keys, chance drawn from ``seed``."""

    def __init__(self, *, seed: int = 1) -> None:
        self.ann_key = KeyPair.from_private(bytes(range(1, 33)))
        self.ben_key = KeyPair.from_private(bytes(range(2, 34)))
        self.replay = ReplayCache()
        self.strangers = False
        self.answers = True
        self._seed = seed

    def ann(
        self, *, knows_key: bool = True, expect: bytes | None = None, cover: Cover = FAST
    ) -> End:
        return End(
            lambda now: Link.dial(
                self.ann_key,
                self.ben_key.public if knows_key else None,
                expect=expect,
                now=now,
                unix_s=UNIX_S,
            ),
            outgoing=True,
            cover=cover,
            seed=self._seed,
        )

    def ben(self, *, cover: Cover = FAST, covers: dict[bytes, Cover] | None = None) -> End:
        return End(
            lambda now: Link.accept(
                self.ben_key,
                now=now,
                unix_s=UNIX_S,
                admits_strangers=lambda: self.strangers,
                may_answer=lambda: self.answers,
                replay=self.replay,
            ),
            outgoing=False,
            cover=cover,
            covers=covers,
            seed=self._seed + 1,
        )


def join(ann: End, ben: End) -> None:
    """Lay a wire between two ends and let both see it."""
    ann.transport.other, ben.transport.other = ben.transport, ann.transport
    ben.start()
    ann.start()
