"""One TCP connection: a Link, the Sender of its cells, and the socket between them.

Every connection ends in one way, whatever the reason: at an instant of the schedule it sends FIN
in place of a cell, reads on until the peer's FIN, and closes. Callers who did not complete a
handshake are read and ignored until the Link's random ``close_at``.
"""

import asyncio
import logging
from collections.abc import Callable
from enum import Enum, auto
from random import Random
from typing import Final, Protocol

from messenger.core.errors import CryptoError, LocalProtocolError
from messenger.core.types import MAX_COVER_S, Address, Cover
from messenger.protocol import link as machine
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.link import Link
from messenger.wire.backlog import give_up_dead_path
from messenger.wire.departures import Departures
from messenger.wire.messages import (
    FlightSeen,
    FrameReceived,
    FromWire,
    Left,
    LinkCounters,
    LinkDown,
    LinkUp,
)
from messenger.wire.pace import Pace
from messenger.wire.sender import Sender
from messenger.wire.statistics import Statistics
from messenger.wire.steady_reading import SEGMENT_LEN, SteadyReading

log = logging.getLogger(__name__)

READ_LEN: Final = 8 * CELL_LEN  # bytes taken from the socket at once
# Nothing tells us the peer's cover, so we wait for 20 of the longest interval that one may have.
# Exponential gaps of that mean are longer with a chance of exp(-20), which makes 0.00009 false
# losses a day; in frames no gap is longer than 3 s. A path that is cut shows earlier: backlog.py.
SILENCE_S: Final = 20 * MAX_COVER_S  # seconds without a cell after which a link is lost
LINGER_S: Final = 5.0  # seconds for the peer's FIN after ours


class Phase(Enum):
    """Where a connection stands."""

    HANDSHAKE = auto()
    REFUSED = auto()  # reading on until close_at
    UP = auto()
    ENDING = auto()  # LinkDown is told; FIN follows at the next instant
    LINGERING = auto()  # FIN is sent
    CLOSED = auto()


class Hub(Protocol):
    """The process around the connections."""

    statistics: Statistics
    random: Random
    departures: Departures

    def post(self, message: FromWire) -> None:
        """Tell the engine."""
        ...

    def deliver(self, connection: "Connection", message: FrameReceived) -> None:
        """Hand a frame to the engine, or end the link if the engine takes nothing any more."""
        ...

    def on_departed(self) -> None:
        """A cell has left: the best moment for work that has waited."""
        ...


class ConnectionOwner(Protocol):
    """Who dialled, or who accepted."""

    def on_established(self, connection: "Connection") -> int:
        """The handshake is complete; return the link's number."""
        ...

    def on_handshake_failed(self, reason: str, other_key: bytes | None) -> None:
        """It will never be; ``reason`` as in DialFailed."""
        ...

    def on_closed(self, connection: "Connection") -> None:
        """The socket is closed."""
        ...


class Connection(asyncio.BufferedProtocol):
    """The life of one connection.

    Owner: the wire process's loop.

    Args:
        cover_for: the cover of the link, given the peer's key, when the handshake is complete.
        open_link: makes the Link, given the monotonic time of the connection.
    """

    def __init__(
        self,
        hub: Hub,
        owner: ConnectionOwner,
        *,
        cover_for: Callable[[bytes], Cover],
        address: Address,
        outgoing: bool,
        open_link: Callable[[float], Link],
    ) -> None:
        self._hub = hub
        self._owner = owner
        self._cover_for = cover_for
        self.address = address
        self._outgoing = outgoing
        self._open_link = open_link
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray(READ_LEN)
        self._phase = Phase.HANDSHAKE
        self._number = 0
        self._sender: Sender | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._bytes_in = 0
        self._cells_in = 0
        self._handshake_len = 0  # of bytes_in
        self._established_at = 0.0
        self._heard_at = 0.0  # the newest cell
        self._peer_ended = False

    # -- what the process asks ----------------------------------------------------------------

    @property
    def is_up(self) -> bool:
        """Whether frames can be sent."""
        return self._phase is Phase.UP

    def counters(self) -> LinkCounters:
        """Return what a snapshot says of this link."""
        assert self._sender is not None
        return LinkCounters(
            link=self._number,
            cells_out=self._sender.cells_out,
            cells_in=self._cells_in,
            skipped=self._sender.skipped,
            since=self._established_at,
        )

    def send_frame(self, channel: int, body: bytes, number: int) -> None:
        """Queue a frame; it takes the place of padding in cells that leave anyway."""
        if self._phase is not Phase.UP:
            return
        try:
            self._link.enqueue(channel, body, number)
        except LocalProtocolError as error:
            log.error("link %d is closed: %s", self._number, error)
            self.end("closed")

    def hurry(self, interval_s: float, instants: int) -> None:
        """Run a fast lane from the next instant on; see :class:`Pace`."""
        if self._phase is Phase.UP:
            self._pace.hurry(interval_s, instants)

    def end(self, reason: str) -> None:
        """Report LinkDown now and close at the next instant."""
        if self._phase is Phase.UP and self._sender is not None:
            self._phase = Phase.ENDING
            self._hub.post(LinkDown(self._number, reason))
            self._sender.end(self._finish)
        elif self._phase is Phase.HANDSHAKE:
            self._refuse("handshake")
            self._transport.close()

    # -- asyncio ------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._reading = SteadyReading(transport)
        try:
            self._link = self._open_link(self._loop.time())
        except CryptoError:  # the engine gave us a key that is none
            self._phase = Phase.REFUSED
            self._owner.on_handshake_failed("handshake", None)
            transport.abort()
            return
        self._wait_until(self._link.deadline, self._on_deadline)
        self._pump()

    def get_buffer(self, sizehint: int) -> bytearray:
        """asyncio calls this right before it reads."""
        self._reading.before()
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._hub.statistics.bytes_in += nbytes
        self._bytes_in += nbytes
        if self._phase is not Phase.UP and self._phase is not Phase.HANDSHAKE:
            return
        now = self._loop.time()
        with memoryview(self._buffer) as view:
            self._link.receive_data(view[:nbytes], now)
        self._pump()
        if self._phase is Phase.UP:
            self._count_cells(now)
            self._reading.after(now)

    def eof_received(self) -> bool:
        """Keep our half open: it ends at an instant of our own. True says so to asyncio."""
        self._peer_ended = True
        if self._phase is Phase.LINGERING:
            return False
        if self._phase is Phase.UP:
            self.end("lost")
        elif self._phase is Phase.HANDSHAKE and self._outgoing:
            self._refuse("handshake" if self._bytes_in else "silent")
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self._phase is Phase.UP:
            self._hub.post(LinkDown(self._number, "lost"))
        elif self._phase is Phase.HANDSHAKE:
            self._refuse("handshake" if self._bytes_in else "silent")
        self._phase = Phase.CLOSED
        if self._timer is not None:
            self._timer.cancel()
        if self._sender is not None:
            self._sender.cancel()
        self._reading.stop()
        self._buffer = bytearray()
        self._owner.on_closed(self)

    # -- the machine --------------------------------------------------------------------------

    def _count_cells(self, now: float) -> None:
        count = (self._bytes_in - self._handshake_len) // CELL_LEN
        if arrived := count - self._cells_in:
            self._cells_in = count
            self._heard_at = now
            self._hub.statistics.on_arrival(now, arrived)

    def _pump(self) -> None:
        """Do what the Link says until it says nothing more."""
        while (event := self._link.next_event()) is not None:
            self._on_event(event)
        if flight := self._link.data_to_send():
            for start in range(0, len(flight), SEGMENT_LEN):
                self._transport.write(flight[start : start + SEGMENT_LEN])
            self._hub.statistics.bytes_out += len(flight)

    def _on_event(self, event: machine.LinkEvent) -> None:
        match event:
            case machine.FrameReceived(channel, body):
                if self._phase is Phase.UP:
                    frame = FrameReceived(self._number, channel, body)
                    self._hub.deliver(self, frame)
            case machine.FrameLeft(number):
                if number and self._phase is Phase.UP:
                    self._hub.post(Left(self._number, number))
            case machine.Established():
                self._on_established(event)
            case machine.FlightSeen(tag):
                self._hub.post(FlightSeen(tag))
            case machine.OtherKey(key):
                self._refuse("other_key", key)
            case machine.Refused(reason):
                self._refuse(reason)
            case machine.ProtocolFailed():
                self.end("protocol")

    def _on_established(self, event: machine.Established) -> None:
        now = self._loop.time()
        if self._timer is not None:
            self._timer.cancel()
        self._phase = Phase.UP
        self._handshake_len = self._bytes_in // CELL_LEN * CELL_LEN
        self._established_at = self._heard_at = now
        cover = self._cover_for(event.peer_key)
        self._number = self._owner.on_established(self)
        self._hub.post(
            LinkUp(
                link=self._number,
                outgoing=self._outgoing,
                first_use=event.first_use,
                peer_key=event.peer_key,
                exporter=event.exporter,
                handshake_hash=event.handshake_hash,
                host=self.address.host,
                port=self.address.port,
                interval_s=cover.interval_s,
                mode=cover.mode.value,
                own_key=event.own_key,
            )
        )
        give_up_dead_path(self._transport.get_extra_info("socket"))
        self._pace = Pace(cover, now, self._hub.random)
        self._sender = Sender(
            self._link,
            self._pace,
            self._transport,
            departures=self._hub.departures,
            statistics=self._hub.statistics,
            on_departed=self._on_departed,
        )

    def _on_departed(self, now: float) -> None:
        self._reading.go_on()
        self._link.on_time(now)
        self._pump()
        if now - self._heard_at > SILENCE_S:
            self.end("lost")
        self._hub.on_departed()

    def _on_deadline(self) -> None:
        # asyncio runs a timer up to a tick of its clock early, and this one runs once.
        self._link.on_time(max(self._loop.time(), self._link.deadline))
        self._pump()

    # -- ends ---------------------------------------------------------------------------------

    def _refuse(self, reason: str, other_key: bytes | None = None) -> None:
        """No handshake will come of this: say nothing, read on, close when the Link says."""
        if self._phase is not Phase.HANDSHAKE:
            return
        self._phase = Phase.REFUSED
        self._owner.on_handshake_failed(reason, other_key)
        self._wait_until(self._link.close_at, self._transport.close)

    def _finish(self) -> None:
        """Send FIN at an instant of the schedule."""
        self._phase = Phase.LINGERING
        if self._peer_ended:
            self._transport.close()
            return
        self._transport.write_eof()
        self._wait_until(self._loop.time() + LINGER_S, self._transport.abort)

    def _wait_until(self, when: float, callback: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(when, callback)
