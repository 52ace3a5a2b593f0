"""The relay on the network: lets clients in, and keeps the mailboxes tidy.

Sockets, handshakes, cells and the clock of departures are those of the wire process, so a relay
looks like one more person from outside and is as silent towards strangers.
"""

import asyncio
import contextlib
import itertools
import logging
import random
import socket
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from messenger.core.errors import AddressInUseError, RelayBusyError
from messenger.core.types import Address, Cover
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.link import Link
from messenger.protocol.relay_link import accept_client
from messenger.protocol.replay import ReplayCache
from messenger.relay.places import Places, Waits
from messenger.relay.service import Service
from messenger.relay.visit import Visit
from messenger.wire.clock import FineWait
from messenger.wire.connection import Connection
from messenger.wire.departures import Departures
from messenger.wire.half_open import HalfOpen
from messenger.wire.listener import Listener
from messenger.wire.messages import (
    FlightSeen,
    FrameReceived,
    FromWire,
    Left,
    LinkDown,
    Listen,
    Listening,
)
from messenger.wire.statistics import Statistics

log = logging.getLogger(__name__)

DEFAULT_MAX_CONNECTIONS: Final = 2_000  # what one core carries on the schedule; issue's bar
EXPIRY_PERIOD_S: Final = 3_600.0  # between two looks for what is too old; expiry counts hours
LEAVING_PAUSE_S: Final = 0.01  # between two clients sent away, who then call somebody else
LAST_CALLERS_S: Final = 2.0  # for handshakes that are on the way when an instance leaves
FAREWELL_S: Final = 6.0  # seconds for links to end at their instants; longer than saver's interval

_REASONS: Final = {
    "in_use": "another program listens there",
    "not_ours": "this machine has no such address",
    "denied": "this user may not listen there",
}


class RelayServer:
    """All clients of one relay. The Hub of their connections.

    Owner: the loop it is made in.

    Args:
        cover: the schedule of every connection, whatever is asked.
        replay: the first flights answered before.
        on_flight: gets the tag of each first flight that is answered, to be kept.
    """

    def __init__(
        self,
        service: Service,
        own: KeyPair,
        *,
        cover: Cover,
        replay: ReplayCache,
        on_flight: Callable[[bytes], None] = lambda tag: None,
        max_connections: int = DEFAULT_MAX_CONNECTIONS,
    ) -> None:
        self.statistics = Statistics()
        self.random: random.Random = random.SystemRandom()
        self.departures = Departures(FineWait().until)
        self.half_open = HalfOpen()
        self._service = service
        self._own = own
        self._cover = cover
        self._replay = replay
        self._on_flight = on_flight
        self._max_connections = max_connections
        self._places = Places(max_connections)
        self.waits = Waits(max_connections)
        self._listener = Listener(self.half_open, self._on_caller)
        self._doors: dict[int, Listener] = {}
        self._numbers = itertools.count(1)
        self._visits: dict[int, Visit] = {}  # by the number of the link
        self._transports: dict[Visit, asyncio.Transport] = {}  # half-open ones too
        self._no_visits = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connection_count(self) -> int:
        """Clients whose handshake is complete."""
        return len(self._visits)

    def listen(self, address: Address) -> Address:
        """Let clients in; port 0: any free one. Returns where.

        Raises:
            AddressInUseError: the address cannot be bound.
        """
        cover = self._cover
        told = self._listener.listen(
            Listen(address.host, address.port, cover.interval_s, cover.mode)
        )
        if isinstance(told, Listening):
            return Address(told.host, told.port)
        reason = _REASONS.get(told.reason, "the system refuses")
        raise AddressInUseError(f"cannot listen on {address}: {reason}")

    def keep_tidy(self, period_s: float = EXPIRY_PERIOD_S) -> None:
        """Forget what is too old, now and once in each period."""
        self._start(self._expire_again_and_again(period_s))

    def take_door(self, number: int, sock: socket.socket) -> None:
        """Let clients in through a socket that listens already; ``number`` is what to call it."""
        self.leave_door(number)
        sock.setblocking(False)
        door = Listener(self.half_open, self._on_caller)
        door.adopt(sock)
        self._doors[number] = door

    def leave_door(self, number: int) -> None:
        """Let nobody in there any more; whoever waits there is let in by the next who takes it."""
        if door := self._doors.pop(number, None):
            door.close()

    def _close_doors(self) -> None:
        self._listener.close()
        for number in list(self._doors):
            self.leave_door(number)

    async def drain(self, seconds: float) -> None:
        """Let nobody in any more, answer what is asked, send clients away one after the other.

        They call again and find another instance. After ``seconds`` whoever is left is stopped.
        """
        self._close_doors()
        last_callers_until = self._loop.time() + LAST_CALLERS_S
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._visits or (
                    self.half_open.count and self._loop.time() < last_callers_until
                ):
                    for visit in list(self._visits.values()):
                        visit.leave()
                        await asyncio.sleep(LEAVING_PAUSE_S)
                    await asyncio.sleep(LEAVING_PAUSE_S)
        await self.stop()

    async def stop(self) -> None:
        """Let nobody in any more and end every link at an instant of its schedule."""
        self._close_doors()
        for visit in list(self._visits.values()):
            visit.end("closed")
        self._no_visits.clear()
        if self._visits:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._no_visits.wait(), FAREWELL_S)
        for transport in list(self._transports.values()):
            transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.sleep(0)  # in which the sockets are closed

    # -- Visits -------------------------------------------------------------------------------

    def on_up(self, visit: Visit) -> int:
        self.half_open.release(visit.host)
        self._places.enter(visit.host)
        number = next(self._numbers)
        self._visits[number] = visit
        return number

    def on_gone(self, visit: Visit) -> None:
        self._transports.pop(visit, None)
        if visit.number is None:
            self.half_open.release(visit.host)
            return
        self._places.leave(visit.host)
        del self._visits[visit.number]
        if not self._visits:
            self._no_visits.set()

    # -- Hub ----------------------------------------------------------------------------------

    def post(self, message: FromWire) -> None:
        match message:
            case FlightSeen(tag):
                self._on_flight(tag)
            case Left(link, frame):
                self._visits[link].on_left(frame)
            case LinkDown(link):
                self._visits[link].forget_requests()
            case _:
                pass  # that a client is here is nobody's business

    def deliver(self, connection: Connection, message: FrameReceived) -> None:
        self._visits[message.link].on_frame(message.channel, message.body)

    def on_departed(self) -> None:
        """Nothing waits for such a moment."""

    # -- callers ------------------------------------------------------------------------------

    def _on_caller(self, sock: socket.socket, address: Address) -> None:
        full = len(self._visits) + self.half_open.count > self._max_connections
        if full or not self._places.has_room(address.host):
            sock.close()
            self.half_open.release(address.host)
            return
        self._start(self._accept(sock, address))

    async def _accept(self, sock: socket.socket, address: Address) -> None:
        visit = Visit(self, self._service, address.host)
        try:
            transport, _ = await self._loop.connect_accepted_socket(
                lambda: self._connection_of(visit, address), sock
            )
        except OSError:  # gone before we looked
            sock.close()
            self.half_open.release(address.host)
            return
        if not transport.is_closing():
            self._transports[visit] = transport

    def _connection_of(self, visit: Visit, address: Address) -> Connection:
        return Connection(
            self,
            visit,
            cover_for=lambda _: self._cover,
            address=address,
            outgoing=False,
            open_link=lambda now: self._open_link(address.host, now),
        )

    def _open_link(self, host: str, now: float) -> Link:
        return accept_client(
            self._own,
            now=now,
            unix_s=int(time.time()),
            replay=self._replay,
            may_answer=lambda: self._places.may_answer(host, self._loop.time()),
        )

    # -- housekeeping -------------------------------------------------------------------------

    async def _expire_again_and_again(self, period_s: float) -> None:
        while True:
            try:
                count = await self._service.expire()
            except RelayBusyError:
                log.warning("old envelopes could not be deleted; tried again later")
            else:
                log.debug("%d envelopes were too old", count)
            await asyncio.sleep(period_s)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
