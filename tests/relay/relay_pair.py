"""A relay and its clients in one loop, on real sockets of this machine."""

import asyncio
import random
import secrets
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from messenger.core.clock import Clock, SystemClock
from messenger.core.errors import MalformedFrameError
from messenger.core.types import Address, Cover
from messenger.crypto.noise.keys import KeyPair
from messenger.engine.relay_client import RelayClient
from messenger.protocol.channels import Channel
from messenger.protocol.mailbox import Access, Answer, New, Size, Status, secret_hash
from messenger.protocol.relay_card import RelayCard, encode_relay_link
from messenger.protocol.relay_link import dial_relay
from messenger.protocol.replay import ReplayCache
from messenger.relay.admission import Admission
from messenger.relay.server import RelayServer
from messenger.relay.service import Service
from messenger.relay.sqlite_store import SqliteStore
from messenger.wire.clock import FineWait
from messenger.wire.connection import Connection
from messenger.wire.departures import Departures
from messenger.wire.messages import FrameReceived, FromWire
from messenger.wire.statistics import Statistics

FAST = Cover(0.008)

# A mailbox and its two ends, and what may lie in it.
OWNER = Access(secrets.token_bytes(24), secrets.token_bytes(32))
DEPOSITOR = Access(secrets.token_bytes(24), secrets.token_bytes(32))
NEW = New(
    OWNER.mailbox, secret_hash(OWNER.secret), DEPOSITOR.mailbox, secret_hash(DEPOSITOR.secret)
)
SMALL, LARGE = b"s" * Size.SMALL.length, b"l" * Size.LARGE.length
OK = Answer(Status.OK)


@dataclass(frozen=True)
class Terms:
    """What a relay of a test is like."""

    patience_s: float = 60.0
    max_connections: int = 50
    make_service: Callable[[SqliteStore], Service] | None = None
    clock: Clock = field(default_factory=SystemClock)
    own: KeyPair | None = None  # its key, if it is to have a certain one

    def service(self, store: SqliteStore) -> Service:
        if self.make_service is not None:
            return self.make_service(store)
        return Service(store, Admission(self.clock), patience_s=self.patience_s)


USUAL = Terms()


class Client:
    """One client: a real connection and a RelayClient on it. Its own Hub and ConnectionOwner."""

    def __init__(self) -> None:
        self.statistics = Statistics()
        self.random: random.Random = random.SystemRandom()
        self.departures = Departures(FineWait().until)
        self.relay = RelayClient(self.send)
        self.up = asyncio.Event()
        self.down = asyncio.Event()
        self.failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.connection: Connection

    async def dial(self, address: Address, key: bytes, *, wait: bool = True) -> "Client":
        loop = asyncio.get_running_loop()
        await loop.create_connection(
            lambda: self._connect(address, key), address.host, address.port
        )
        if wait:
            await self.up.wait()
        return self

    def send(self, body: bytes, channel: int = Channel.MESSAGE) -> None:
        self.connection.send_frame(channel, body, 0)

    async def hang_up(self) -> None:
        self.connection.end("closed")
        await self.down.wait()

    def _connect(self, address: Address, key: bytes) -> Connection:
        self.connection = Connection(
            self,
            self,
            cover_for=lambda _: FAST,
            address=address,
            outgoing=True,
            open_link=lambda now: dial_relay(
                key, now=now, unix_s=int(SystemClock().unix_ms() / 1000)
            ),
        )
        return self.connection

    def on_established(self, connection: Connection) -> int:
        self.up.set()
        return 1

    def on_handshake_failed(self, reason: str, other_key: bytes | None) -> None:
        self.failed.set_result(reason)

    def on_closed(self, connection: Connection) -> None:
        self.relay.on_lost()
        self.down.set()

    def post(self, message: FromWire) -> None:
        pass

    def deliver(self, connection: Connection, message: FrameReceived) -> None:
        try:
            self.relay.on_frame(message.body)
        except MalformedFrameError:
            connection.end("protocol")

    def on_departed(self) -> None:
        pass


@dataclass
class Relay:
    """A relay that runs, and what it is made of."""

    server: RelayServer
    store: SqliteStore
    own: KeyPair
    address: Address
    flights: list[bytes] = field(default_factory=list)
    running: bool = True

    @classmethod
    def start(cls, folder: Path, terms: Terms = USUAL, *, like: "Relay | None" = None) -> "Relay":
        """Start one on what lies in a folder; ``like``: at the place of another, with its key."""
        store = SqliteStore(folder / "relay.db", terms.clock)
        service = terms.service(store)
        own = terms.own or (KeyPair.generate() if like is None else like.own)
        flights: list[bytes] = []
        server = RelayServer(
            service,
            own,
            cover=FAST,
            replay=ReplayCache(),
            on_flight=flights.append,
            max_connections=terms.max_connections,
        )
        server.keep_tidy()
        address = server.listen(Address("127.0.0.1", 0) if like is None else like.address)
        return cls(server, store, own, address, flights)

    @property
    def key(self) -> bytes:
        return self.own.public

    @property
    def link(self) -> str:
        return encode_relay_link(RelayCard(self.address, self.key))

    async def stop(self) -> None:
        """Be gone; the second time does nothing."""
        if self.running:
            self.running = False
            await self.server.stop()
            await self.store.close()

    async def client(self) -> Client:
        return await Client().dial(self.address, self.key)

    def stranger(self) -> socket.socket:
        """A bare connection, blocking nobody."""
        sock = socket.create_connection((self.address.host, self.address.port))
        sock.setblocking(False)
        return sock


def with_relay(
    path: Path,
    story: Callable[[Relay], Awaitable[None]],
    terms: Terms = USUAL,
    *,
    limit_s: float = 30.0,
) -> None:
    """Run a story with a relay on a free port; everything is closed behind it."""

    async def run() -> None:
        relay = Relay.start(path, terms)
        try:
            async with asyncio.timeout(limit_s):
                await story(relay)
        finally:
            await relay.stop()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(run())
