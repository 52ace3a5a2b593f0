"""A peer with a valid key who keeps no rule.

Everything up to the sealed cell is Hum's own protocol; what goes into the cells, how much of it,
how fast and in which order, is whatever a test asks for. It speaks over a real socket to a real
node, and keeps no schedule: cells leave as fast as the socket takes them.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from messenger.crypto.noise import KeyPair
from messenger.engine.ratchet import bound_to
from messenger.protocol import message_channel
from messenger.protocol.bodies import KnownBody, Text, encode_body
from messenger.protocol.card import Card, decode_link
from messenger.protocol.cells import CELL_ROOM, SEGMENT_HEADER_LEN, CellSealer, CellWriter
from messenger.protocol.channels import Channel
from messenger.protocol.control import Ack, ControlFrame, EpochAnswer, Hello, decode_control
from messenger.protocol.control import encode_control as encoded
from messenger.protocol.link import Link
from messenger.protocol.link_events import Established, FrameReceived
from messenger.protocol.message_channel import encode_envelope, encode_epoch
from messenger.protocol.session import Session

PATIENCE_S = 60.0
COVER_S = 0.5  # seconds between cells while nothing is to be said: a link is lost after ten
WRITE_LEN = 64 << 10  # bytes of cells handed to the socket at once


def hello(name: str = "Mallory", **changes: Any) -> Hello:
    """Return a Hello that is right but for what is changed."""
    fields: dict[str, Any] = {
        "version": 1,
        "consent": True,
        "epochs": (),
        "listen_port": 0,
        "addresses": (),
    }
    return Hello(name=name, **(fields | changes))


def text(words: str, sent_at: int = 1_700_000_000_000, **changes: Any) -> Text:
    """Return a message with an id of its own."""
    return Text(os.urandom(16), words, sent_at, **changes)


class Mallory:
    """One key, at most one link at a time, and all that was heard on it.

    Owner: the loop that ran :meth:`connect`.
    """

    def __init__(self, key: KeyPair | None = None) -> None:
        self.key = key or KeyPair.generate()
        self.session = Session.empty()
        self.ended = asyncio.Event()  # the node has closed the link
        self.ended.set()
        self.acknowledged: set[bytes] = set()
        self.received_len = 0  # bytes of any kind on this link
        self.heard: list[FrameReceived] = []
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    # -- a link ----------------------------------------------------------------------------------

    async def connect(self, link: str, *, clock_s: float = 0.0) -> None:
        """Dial the node of a link by its first address and finish the handshake.

        Args:
            clock_s: by how many seconds our clock is ahead of the true one.
        """
        await self.call(link, clock_s=clock_s)
        await self.until(lambda: self._exporter or self.ended.is_set())

    async def call(self, link: str, *, clock_s: float = 0.0) -> None:
        """Dial and send the first flight, whether anybody answers or not."""
        await self.hang_up()
        self._card = decode_link(link)
        self.heard, self.ended, self.received_len = [], asyncio.Event(), 0
        self._reader, self._writer = await _dialled(self._card)
        self._link = Link.dial(
            self.key, self._card.key, now=time.monotonic(), unix_s=int(time.time() + clock_s)
        )
        self._writer.write(self._link.data_to_send())
        self._exporter = b""
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._cover())]

    @property
    def connected(self) -> bool:
        return bool(self._exporter) and not self.ended.is_set()

    async def hang_up(self) -> None:
        """Close the socket, whatever the other side thinks of it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks:
            self._writer.transport.abort()
        self._tasks = []

    async def befriend(self, link: str, *, clock_s: float = 0.0) -> None:
        """Connect, consent, and agree on a session once the other side consents too."""
        await self.connect(link, clock_s=clock_s)
        self.say(hello())
        await self.agree()

    async def again(self, link: str, *, clock_s: float = 0.0) -> None:
        """The same on a new link, with a session of its own."""
        self.session = Session.empty()
        await self.befriend(link, clock_s=clock_s)

    async def agree(self) -> None:
        """Exchange an epoch as soon as the node consents."""
        await self.until(lambda: any(h.consent for h in self.told(Hello)))
        pending, offer = self.session.offer(None)
        self.frame(Channel.EPOCH, encode_epoch(offer))
        await self.until(lambda: self.told(EpochAnswer))
        self.session = self.session.accept(pending, self.told(EpochAnswer)[-1], self._exporter)

    async def until(self, met: Callable[[], Any]) -> None:
        """Wait until something that was heard, or the end of the link, makes ``met`` true."""
        async with asyncio.timeout(PATIENCE_S):
            while not met():
                self._news.clear()
                await self._news.wait()

    # -- what was heard --------------------------------------------------------------------------

    def told(self, kind: type[Any]) -> list[Any]:
        """Return all frames of a kind that came on this link."""
        return [frame for frame in map(_decoded, self.heard) if isinstance(frame, kind)]

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await self._reader.read(1 << 16):
                self.received_len += len(data)
                self._link.receive_data(data, time.monotonic())
                self._take_events()
                if flight := self._link.data_to_send():
                    self._writer.write(flight)
        self.ended.set()
        self._news.set()

    def _take_events(self) -> None:
        while (event := self._link.next_event()) is not None:
            if isinstance(event, Established):
                self._exporter = event.exporter
            elif isinstance(event, FrameReceived):
                self.heard.append(event)
                frame = _decoded(event)
                if isinstance(frame, Ack):
                    self.acknowledged.update(frame.ids)
        self._news.set()

    # -- what is said ----------------------------------------------------------------------------

    def say(self, *frames: ControlFrame) -> None:
        """Send frames of the CONTROL channel."""
        for frame in frames:
            self.frame(Channel.CONTROL, encoded(frame))

    def write(self, *bodies: KnownBody) -> None:
        """Send bodies, each in an envelope."""
        self.envelopes(encode_body(body) for body in bodies)

    def envelopes(self, plaintexts: Iterable[bytes]) -> None:
        """Seal whatever these bytes are."""
        for plaintext in plaintexts:
            self.frame(Channel.MESSAGE, encode_envelope(self.sealed(plaintext)))

    def sealed(self, plaintext: bytes) -> bytes:
        """Return an envelope; whether it is ever sent is ours to decide."""
        both = bound_to(self.key.public, self._card.key)
        self.session, envelope = self.session.seal(plaintext, both)
        return envelope

    def frame(self, channel: Channel, body: bytes) -> None:
        """Send one frame."""
        if self.connected:
            self._link.enqueue(channel, body)
            self._flush()

    async def drained(self) -> None:
        """Wait until the system has taken what was said, or the node has closed the link."""
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    def cell(self, *segments: tuple[int, bytes], rest: bytes = b"") -> None:
        """Send a cell of any segments, with anything behind them."""
        self.raw(self.sealed_cell(*segments, rest=rest))

    def sealed_cell(self, *segments: tuple[int, bytes], rest: bytes = b"") -> bytes:
        """Return the next cell; whether and when it is sent is ours to decide."""
        writer, used = CellWriter(), 0
        for channel, data in segments:
            writer.add(channel, data)
            used += SEGMENT_HEADER_LEN + len(data)
        plaintext = (writer.plaintext()[:used] + rest).ljust(CELL_ROOM, b"\0")[:CELL_ROOM]
        cell = self._sealer.seal(plaintext)
        self._sealer.cell_left()
        return cell

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)

    @property
    def _sealer(self) -> CellSealer:
        opened = self._link._open
        assert opened is not None
        return opened._sealer

    def _flush(self) -> None:
        cells = bytearray()
        while self._link.queued_len:
            cells += self._link.next_cell()
            self._link.cell_left()
            if len(cells) >= WRITE_LEN:
                self._writer.write(bytes(cells))
                cells.clear()
        self._writer.write(bytes(cells))

    async def _cover(self) -> None:
        while True:
            await asyncio.sleep(COVER_S)
            if self.connected:
                self.cell()


async def _dialled(card: Card) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = card.addresses[0]
    return await asyncio.open_connection(address.host, address.port)


def _decoded(frame: FrameReceived) -> Any:
    if frame.channel == Channel.CONTROL:
        return decode_control(frame.body)
    if frame.channel in {Channel.MESSAGE, Channel.EPOCH}:
        return message_channel.decode(frame.body)
    return None
