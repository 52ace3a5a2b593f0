"""The wire process: sockets and the sending clock, told by the engine what to do.

One thread, one loop. It holds the static key and the keys of links, never a message's text
(envelopes are sealed before they come here), and opens no file. It ends when its pipe ends.
"""

import asyncio
import contextlib
import itertools
import logging
import random
import sys
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any, Final

from messenger.core.errors import LocalProtocolError
from messenger.core.logs import start_logging
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.replay import ReplayCache
from messenger.wire.callers import Callers
from messenger.wire.clock import FineWait
from messenger.wire.confinement import confine
from messenger.wire.connection import Connection
from messenger.wire.departures import Departures
from messenger.wire.dialer import Dialing
from messenger.wire.housekeeping import Housekeeping
from messenger.wire.messages import (
    AcceptFromWith,
    AcceptWith,
    AdmitStrangers,
    CheckProxy,
    CloseLink,
    Configure,
    Dial,
    DialFailed,
    FastLane,
    FrameReceived,
    FromWire,
    Identities,
    Listen,
    ProxyChecked,
    Route,
    SendFrame,
    Stop,
    StopListening,
    ToWire,
    Watch,
)
from messenger.wire.statistics import Statistics
from messenger.wire.stdio import EngineOutput, Inbox, open_input, open_output
from messenger.wire.time_slice import ask_for_short_slices
from messenger.wire.ways import Way, WayFailedError, way_of

log = logging.getLogger(__name__)

BACKLOG_MAX_LEN: Final = 64 * 1024 * 1024  # bytes kept for an engine that does not read
SNAPSHOT_MIN_S: Final = 0.02  # seconds between two snapshots, whatever is asked
FAREWELL_S: Final = 3.0  # seconds for links to close at their instants when the process ends
FLUSH_S: Final = 0.5  # seconds for last words to the engine


class WireProcess:
    """Does what the engine says and tells it what happens. The Hub of all connections.

    Owner: the loop it is made in.

    Args:
        random: where the instants of cells are drawn from.
        on_stop: called when the engine wants the end.
    """

    def __init__(
        self, output: EngineOutput, random: random.Random, on_stop: Callable[[], None]
    ) -> None:
        self.statistics = Statistics()
        self.random = random
        self.departures = Departures(FineWait().until)
        self._output = output
        self._on_stop = on_stop
        self._loop = asyncio.get_running_loop()
        self._own: KeyPair | None = None
        self._former: dict[bytes, KeyPair] = {}  # by public key
        self._callers: Callers | None = None
        self._route = Route()
        self._way: Way = way_of(self._route)
        self._check: asyncio.Task[None] | None = None
        self._numbers = itertools.count(2, 2)  # even: accepted here; odd: dialled by the engine
        self._links: dict[int, Connection] = {}
        self._no_links = asyncio.Event()
        self._dials: dict[int, Dialing] = {}
        self._watch_timer: asyncio.TimerHandle | None = None
        self._housekeeping = Housekeeping(lambda: not self._links)

    # -- from the engine ----------------------------------------------------------------------

    def on_message(self, message: ToWire) -> None:
        """Do what one message of the engine says."""
        match message:
            case Configure():
                self._configure(message)
            case Identities():
                self._change_identity(message)
            case Route():
                self._change_route(message)
            case CheckProxy():
                self._check = self._loop.create_task(self._check_proxy())
            case Stop():
                self._on_stop()
            case Watch(interval_s):
                self._watch(interval_s)
            case SendFrame() | FastLane() | CloseLink():
                self._on_link_wish(message)
            case Dial():
                self._dial(message)
            case Listen() | AcceptWith() | AcceptFromWith() | StopListening() | AdmitStrangers():
                self._on_caller_wish(message)

    def _on_link_wish(self, message: SendFrame | FastLane | CloseLink) -> None:
        connection = self._links.get(message.link)
        match message:
            case SendFrame(_, frame, channel, body) if connection is not None:
                connection.send_frame(channel, body, frame)
            case FastLane(_, interval_s, instants) if connection is not None:
                connection.hurry(interval_s, instants)
            case CloseLink(link):
                self._close_link(link)
            case _:
                pass  # of a link that is gone

    def _configure(self, message: Configure) -> None:
        self._own = KeyPair.from_private(message.static_private)
        self._numbers = itertools.count(message.first_link, 2)
        self._callers = Callers(
            self,
            self._own,
            ReplayCache(message.seen_flights),
            on_up=self._on_caller_up,
            on_down=self._on_link_closed,
        )

    def _change_identity(self, message: Identities) -> None:
        if self._callers is None:
            raise LocalProtocolError("no identity is changed before Configure")
        self._own = KeyPair.from_private(message.static_private)
        former = tuple(map(KeyPair.from_private, message.former_private))
        self._former = {own.public: own for own in former}
        self._callers.change_identity(self._own, former)

    def _change_route(self, message: Route) -> None:
        """Nothing that left, or came, by the old way goes on."""
        if message == self._route:
            return
        self._route, self._way = message, way_of(message)
        for dialing in list(self._dials.values()):
            dialing.turn_back()
        for connection in list(self._links.values()):
            connection.end("closed")

    async def _check_proxy(self) -> None:
        try:
            await self._way.check()
        except WayFailedError as error:
            self.post(ProxyChecked(error.reason))
        else:
            self.post(ProxyChecked(""))

    def _on_caller_wish(
        self, message: Listen | AcceptWith | AcceptFromWith | StopListening | AdmitStrangers
    ) -> None:
        if self._callers is None:
            raise LocalProtocolError("nobody is let in before Configure")
        match message:
            case Listen():
                self.post(self._callers.listen(message))
            case AcceptWith():
                self._callers.accept_with(message)
            case AcceptFromWith():
                self._callers.accept_from_with(message)
            case StopListening():
                self._callers.stop_listening()
            case AdmitStrangers(seconds):
                self._callers.admit_strangers(seconds)

    def _dial(self, message: Dial) -> None:
        if self._own is None:
            raise LocalProtocolError("nobody is dialled before Configure")
        shown = self._own
        if message.own_key not in {None, shown.public}:
            former = self._former.get(message.own_key or b"")
            if former is None:  # given up between the engine's word and ours
                self.post(DialFailed(message.link, "handshake"))
                return
            shown = former
        if not (self._route.direct or self._route.proxy_host or message.relay):
            self.post(DialFailed(message.link, "no_way"))
            return
        self._dials[message.link] = Dialing(
            self,
            shown,
            message,
            self._way,
            on_up=self._on_dial_up,
            on_closed=self._on_dial_closed,
        )

    def _close_link(self, link: int) -> None:
        if connection := self._links.get(link):
            connection.end("closed")
        elif dialing := self._dials.get(link):
            dialing.give_up()

    def _watch(self, interval_s: float) -> None:
        if self._watch_timer is not None:
            self._watch_timer.cancel()
            self._watch_timer = None
        if interval_s > 0:
            self._tell_snapshot(max(interval_s, SNAPSHOT_MIN_S))

    # -- to the engine ------------------------------------------------------------------------

    def post(self, message: FromWire) -> None:
        """Tell the engine."""
        self._output.post(message)

    def deliver(self, connection: Connection, message: FrameReceived) -> None:
        """Hand a frame to the engine; an engine that stopped reading long ago loses the link.

        Whoever sent the frame has no acknowledgement of it and will send it again.
        """
        if self._output.backlog_len > BACKLOG_MAX_LEN:
            log.warning("the engine does not read: link %d is closed", message.link)
            connection.end("closed")
        else:
            self._output.post(message)

    def on_departed(self) -> None:
        """A cell has left: the best moment for work that has waited."""
        self._housekeeping.on_departed()

    def _tell_snapshot(self, interval_s: float) -> None:
        if not self._output.backlog_len:  # an engine that lags behind wants no old pictures
            self.post(
                self.statistics.snapshot(
                    self._loop.time(),
                    (link.counters() for link in self._links.values() if link.is_up),
                    self._callers.half_open.count if self._callers else 0,
                )
            )
        self._watch_timer = self._loop.call_later(interval_s, self._tell_snapshot, interval_s)

    # -- links --------------------------------------------------------------------------------

    def _on_caller_up(self, connection: Connection) -> int:
        number = next(self._numbers)
        self._links[number] = connection
        if not self._route.direct and not ip_address(connection.address.host).is_loopback:
            # In the middle of a handshake while the open listener was closed.
            self._loop.call_soon(connection.end, "closed")
        return number

    def _on_dial_up(self, link: int, connection: Connection) -> None:
        del self._dials[link]
        self._links[link] = connection

    def _on_dial_closed(self, dialing: Dialing, connection: Connection | None) -> None:
        if self._dials.get(dialing.link) is dialing:  # and not a later one of the same number
            del self._dials[dialing.link]
        if connection is not None:
            self._on_link_closed(dialing.link, connection)

    def _on_link_closed(self, link: int, connection: Connection) -> None:
        if self._links.get(link) is connection:
            del self._links[link]
        if not self._links:
            self._no_links.set()

    async def farewell(self) -> None:
        """End every link the way links end."""
        if self._callers is not None:
            self._callers.stop_listening()
        self._watch(0)
        for connection in list(self._links.values()):
            connection.end("closed")
        self._no_links.clear()
        if self._links:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._no_links.wait(), FAREWELL_S)
        self._housekeeping.stop()


async def serve() -> None:
    """Run the wire process on stdin and stdout until the engine ends it or is gone."""
    ended = asyncio.Event()
    asyncio.get_running_loop().set_exception_handler(_log_exception)
    output = await open_output()
    process = WireProcess(output, random.SystemRandom(), ended.set)
    await open_input(Inbox(process.on_message, ended.set))
    await ended.wait()
    await process.farewell()
    try:
        async with asyncio.timeout(FLUSH_S):
            await output.flush()
    except TimeoutError:
        log.info("the engine did not read our last words")


def main(_arguments: Sequence[str] = ()) -> int:
    """Be the wire process. Exit codes: 0 the engine ended us, 2 started by hand."""
    if sys.stdin is None or sys.stdin.isatty():
        sys.stderr.write("This part of Hum is started by Hum itself.\n")
        return 2
    start_logging(times=False)
    ask_for_short_slices()
    confine()
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(serve())
    return 0


def _log_exception(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log where it happened and nothing of what was in hand: asyncio would print arguments."""
    error = context.get("exception")
    place = ""
    if error is not None and (frame := error.__traceback__) is not None:
        while frame.tb_next is not None:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
    log.error("%s: %s %s", context.get("message"), type(error).__name__, place)
