"""Real clients of a real relay: they call again when their link ends, and count what arrives.

All clients of a process share one clock of departures, as the links of one person do.
"""

import asyncio
import contextlib
import os
import random
import secrets
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from messenger.core.clock import SystemClock
from messenger.core.cover_text import cover_to_text
from messenger.core.errors import (
    ConnectFailedError,
    MalformedFrameError,
    RelayNotRunningError,
    RelayUnavailableError,
)
from messenger.core.program import own_command
from messenger.core.types import Cover
from messenger.engine.relay_client import RelayClient
from messenger.protocol.channels import Channel
from messenger.protocol.link import Link
from messenger.protocol.mailbox import (
    Access,
    Ack,
    Answer,
    Get,
    New,
    Put,
    Request,
    Size,
    Status,
    Wait,
    secret_hash,
)
from messenger.protocol.relay_card import RelayCard, decode_relay_link
from messenger.protocol.relay_link import dial_relay
from messenger.relay import status
from messenger.relay.folder import RelayFolder
from messenger.relay.view import RelayView
from messenger.wire.clock import FineWait
from messenger.wire.connection import Connection
from messenger.wire.departures import Departures
from messenger.wire.messages import FrameReceived, FromWire
from messenger.wire.statistics import Statistics

CALLS_AT_ONCE: Final = 6  # handshakes on the way: fewer than a relay grants one address
CALL_MAX_S: Final = 15.0  # longer than a relay takes to end a caller it does not answer
PAUSE_S: Final = 0.05  # at least, before another call
SOURCES: Final = 40  # loopback addresses that clients call from, as if they were many machines


class Crowd:
    """The clients of one process. The Hub of their connections.

    Owner: the loop it is made in.
    """

    def __init__(self, card: RelayCard, cover: Cover) -> None:
        self.statistics = Statistics()
        self.random: random.Random = random.SystemRandom()
        self.departures = Departures(FineWait().until)
        self.ended = 0  # links that ended while somebody used them
        self.failed = 0  # calls that came to nothing
        self._card = card
        self._cover = cover
        self._calls: dict[Connection, Call] = {}
        self._turns = asyncio.Semaphore(CALLS_AT_ONCE)
        self._sources = 0

    async def call(self, source: str) -> "Call":
        """Call the relay from a loopback address; ConnectFailedError if nothing comes of it."""
        loop = asyncio.get_running_loop()
        call = Call(self)
        async with self._turns:
            try:
                async with asyncio.timeout(CALL_MAX_S):
                    transport, _ = await loop.create_connection(
                        lambda: self._connection(call),
                        self._card.address.host,
                        self._card.address.port,
                        local_addr=(source, 0),
                    )
                    await _decided(call, transport)
            except (OSError, TimeoutError) as error:
                self.failed += 1
                raise ConnectFailedError("nobody answers") from error
        if not call.is_up:
            self.failed += 1
            raise ConnectFailedError("no handshake came of it")
        return call

    def next_source(self) -> str:
        """Return the loopback address of the next client."""
        self._sources += 1
        return f"127.0.0.{2 + self._sources % SOURCES}"

    def _connection(self, call: "Call") -> Connection:
        unix_s = SystemClock().unix_ms() // 1000
        connection = Connection(
            self,
            call,
            cover_for=lambda _: self._cover,
            address=self._card.address,
            outgoing=True,
            open_link=lambda now: self._open_link(now, unix_s),
        )
        self._calls[connection] = call
        return connection

    def _open_link(self, now: float, unix_s: int) -> Link:
        return dial_relay(self._card.key, now=now, unix_s=unix_s)

    # -- Hub ----------------------------------------------------------------------------------

    def post(self, message: FromWire) -> None:
        """Nobody asks."""

    def deliver(self, connection: Connection, message: FrameReceived) -> None:
        """Give an answer to whoever asked."""
        try:
            self._calls[connection].relay.on_frame(message.body)
        except MalformedFrameError:
            connection.end("protocol")

    def on_departed(self) -> None:
        """Nothing waits for such a moment."""

    def forget(self, connection: Connection) -> None:
        """A connection is closed."""
        self._calls.pop(connection, None)


async def _decided(call: "Call", transport: asyncio.Transport) -> None:
    """Wait until a handshake came to something; a call that came to nothing leaves no socket.

    A connection that was refused would be read in silence for up to half a minute.
    """
    try:
        await call.decided
    except BaseException:
        transport.abort()
        raise
    if not call.is_up:
        transport.abort()


class Call:
    """One connection of one client. Its ConnectionOwner."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._connection: Connection | None = None
        self.relay = RelayClient(self._send)
        self.decided: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.over = asyncio.Event()

    @property
    def is_up(self) -> bool:
        """Whether requests can be sent."""
        return self._connection is not None and self._connection.is_up

    def hang_up(self) -> None:
        """End it as links end."""
        if self._connection is not None:
            self._connection.end("closed")

    def on_established(self, connection: Connection) -> int:
        self._connection = connection
        asyncio.get_running_loop().call_soon(self._decide)  # it is up when this has returned
        return 1

    def on_handshake_failed(self, reason: str, other_key: bytes | None) -> None:
        self._decide()

    def on_closed(self, connection: Connection) -> None:
        self._crowd.forget(connection)
        self.relay.on_lost()
        self.over.set()
        self._decide()

    def _decide(self) -> None:
        if not self.decided.done():
            self.decided.set_result(None)

    def _send(self, body: bytes) -> None:
        if self._connection is not None:
            self._connection.send_frame(Channel.MESSAGE, body, 0)


class Caller:
    """A client that has its way: it repeats each request until the relay has done it."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._source = crowd.next_source()
        self._call: Call | None = None
        self._calling = asyncio.Lock()

    async def ask(self, request: Request) -> Answer:
        """Return the first answer that is not BUSY."""
        while True:
            call = await self.connected()
            try:
                answer = await call.relay.ask(request)
            except RelayUnavailableError:
                self._crowd.ended += 1
                continue
            if answer.status is not Status.BUSY:
                return answer
            await asyncio.sleep(PAUSE_S)

    async def connected(self) -> Call:
        """Return the present connection, or make one."""
        async with self._calling:
            while self._call is None or not self._call.is_up:
                try:
                    self._call = await self._crowd.call(self._source)
                except ConnectFailedError:
                    await asyncio.sleep(PAUSE_S * (1 + self._crowd.random.random()))
            return self._call

    def hang_up(self) -> Call | None:
        """Leave; return the call that ends."""
        call, self._call = self._call, None
        if call is not None:
            call.hang_up()
        return call


@dataclass
class Conversation:
    """One mailbox: somebody puts, somebody else fetches, and both keep account.

    Args:
        people: who writes and who reads; None: two who do nothing else.
    """

    crowd: Crowd
    people: tuple[Caller, Caller] | None = None
    accepted: set[bytes] = field(default_factory=set)  # ids of envelopes whose put was answered OK
    shown: Counter[bytes] = field(default_factory=Counter)  # ids of envelopes that were fetched
    read_up_to: int = 0  # sequence; a reader that begins again has not forgotten it
    put_s: list[float] = field(default_factory=list)  # from question to answer

    def __post_init__(self) -> None:
        self.owner = Access(secrets.token_bytes(24), secrets.token_bytes(32))
        self.depositor = Access(secrets.token_bytes(24), secrets.token_bytes(32))
        self.writer, self.reader = self.people or (Caller(self.crowd), Caller(self.crowd))

    async def open(self) -> Self:
        """Make the mailbox."""
        new = New(
            self.owner.mailbox,
            secret_hash(self.owner.secret),
            self.depositor.mailbox,
            secret_hash(self.depositor.secret),
        )
        assert (await self.reader.ask(new)).status is Status.OK
        return self

    async def write(self, seconds: float, rate: float) -> None:
        """Put ``rate`` envelopes a second at random times, each until it is accepted."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        end = due + seconds
        async with asyncio.TaskGroup() as puts:
            while (due := due + self.crowd.random.expovariate(rate)) < end:
                await asyncio.sleep(max(0.0, due - loop.time()))
                puts.create_task(self.put())

    async def put(self) -> None:
        """Put one envelope, until it is accepted."""
        loop = asyncio.get_running_loop()
        envelope_id, envelope = secrets.token_bytes(32), secrets.token_bytes(4096)
        asked = loop.time()
        while True:
            answer = await self.writer.ask(Put(self.depositor, envelope_id, envelope))
            if answer.status is Status.OK:
                self.accepted.add(envelope_id)
                self.put_s.append(loop.time() - asked)
                return
            assert answer.status is Status.QUOTA
            await asyncio.sleep(PAUSE_S)

    async def read(self) -> None:
        """Fetch and acknowledge, for ever."""
        async with asyncio.TaskGroup() as acks:
            await self._read(acks)

    async def _read(self, acks: asyncio.TaskGroup) -> None:
        while True:
            found = await self.reader.ask(Get(self.owner, self.read_up_to, Size.SMALL))
            if not found.sequence:
                await self.reader.ask(Wait(self.owner, self.read_up_to))
                continue
            self.shown[found.envelope_id] += 1
            self.read_up_to = found.sequence
            acks.create_task(self.reader.ask(Ack(self.owner, found.sequence)))

    @property
    def missing(self) -> int:
        """How many envelopes were accepted and have not been shown."""
        return len(self.accepted - self.shown.keys())

    @property
    def doubled(self) -> int:
        """How many were shown more than once."""
        return sum(count > 1 for count in self.shown.values())


@dataclass
class HostedRelay:
    """A relay as its host starts it: ``hum relay serve`` or ``hum relay fleet``."""

    folder: RelayFolder
    process: asyncio.subprocess.Process
    card: RelayCard

    @classmethod
    async def start(
        cls, folder: Path, *arguments: str, config: str, core: int | None = None
    ) -> Self:
        """Start it on free ports; ``core``: the only one it may use.

        Its log goes into the file ``log`` beside ``folder``.
        """
        place = RelayFolder(folder)
        place.path.mkdir(parents=True, exist_ok=True)
        place.config.write_text(config)
        with folder.with_name(folder.name + ".log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *own_command("relay", *arguments, "--folder", str(folder)),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        return cls(place, process, await _link_of(process))

    async def view(self) -> RelayView:
        """Return what its monitor says."""
        monitor = self.folder.running().monitor
        return status.read(await asyncio.to_thread(status.ask, monitor))

    async def stop(self) -> int:
        """Ask it to end; returns its exit code."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)
        await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode


async def _link_of(process: asyncio.subprocess.Process) -> RelayCard:
    """Read what it prints until it listens."""
    assert process.stdout is not None
    card = None
    while line := (await process.stdout.readline()).decode():
        if line.strip().startswith("hum-relay:"):
            card = decode_relay_link(line)
        if line.startswith("It listens") and card is not None:
            return card
    await process.wait()
    raise RelayNotRunningError("the relay ended before it listened; its log says why")


def config_text(cover: Cover, **fleet: float) -> str:
    """Return a configuration on free ports of this machine."""
    rules = "".join(f"{key} = {value}\n" for key, value in fleet.items())
    return (
        f'[relay]\nlisten = "127.0.0.1:0"\ncover = "{cover_to_text(cover)}"\n'
        f'[monitor]\nlisten = "127.0.0.1:0"\n[fleet]\n{rules}'
    )


async def until(is_so: Callable[[], bool]) -> None:
    """Return when it is so."""
    while True:
        if is_so():
            return
        await asyncio.sleep(PAUSE_S)


async def converse(
    conversations: Sequence[Conversation], seconds: float, rate: float, settle_s: float
) -> None:
    """Let all write at ``rate`` together, and read until everything has arrived or time is over."""
    readers = [asyncio.create_task(each.read()) for each in conversations]
    try:
        each_rate = rate / len(conversations)
        await asyncio.gather(*(each.write(seconds, each_rate) for each in conversations))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(settle_s):
                await until(lambda: not any(each.missing for each in conversations))
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


async def hang_up_all(conversations: Sequence[Conversation]) -> None:
    """Let everybody leave, and wait until their sockets are closed."""
    people = [one for each in conversations for one in (each.writer, each.reader)]
    calls = [one.hang_up() for one in people]
    await asyncio.gather(*(call.over.wait() for call in calls if call is not None))


def use_core(core: int) -> None:
    """Let this process use one core, so that the relay has the other to itself."""
    if sys.platform.startswith("linux"):
        os.sched_setaffinity(0, {core})
