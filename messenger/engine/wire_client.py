"""The engine's hand on the wire process: starts it, talks to it, starts it anew when it dies.

The wire process holds nothing that this side could not tell it again, so its death costs the
links and no more.
"""

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import messenger
from messenger.core.errors import LocalProtocolError, TransportError
from messenger.core.onion import is_onion
from messenger.engine.name_dials import NameDials, is_numeric, numeric_listen
from messenger.engine.wire_memory import WireMemory
from messenger.wire.messages import (
    CloseLink,
    Dial,
    DialFailed,
    FromWire,
    LinkUp,
    Listen,
    ListenFailed,
    Route,
    SendFrame,
    Stop,
    ToWire,
)
from messenger.wire.pipe import encode, reader_from_wire

log = logging.getLogger(__name__)

STOP_S: Final = 5.0  # seconds given to the process to close its links; then it is killed
RESTART_MIN_S: Final = 0.05  # seconds before the first restart; doubles up to the next
RESTART_MAX_S: Final = 5.0
STEADY_S: Final = 30.0  # a process that lived this long was no failed start
LOG_LINE_MAX_LEN: Final = 500  # characters of the process's log that are passed on
STDIN, STDOUT, STDERR = 0, 1, 2


def wire_command() -> tuple[str, ...]:
    """Return how this program, frozen or not, runs its wire process."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "wire-process")
    return (sys.executable, "-m", "messenger.wire")


def _process_flags() -> dict[str, Any]:
    """Return what keeps a terminal's signals for the engine, which decides."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


class WireClient:
    """One wire process at a time, and what it must know.

    Owner: the thread whose event loop ran :meth:`start`; any thread will do.

    Args:
        on_message: gets every message of the wire process, in order. When the process dies it
            gets a LinkDown ("lost") for each link and a DialFailed for each open dial.
        on_restart: called when a new process has been told everything again: Configure, Listen
            on the same port, the rest of AdmitStrangers, Watch. Time to dial again.
    """

    def __init__(
        self,
        on_message: Callable[[FromWire], None],
        on_restart: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_message = on_message
        self._on_restart = on_restart
        self._memory: WireMemory | None = None
        self._child: _Child | None = None
        self._names = NameDials(self._send_numeric, self._deliver)
        self._may_look_up = True  # not with a proxy: it looks names up
        self._proxied = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._restart_delay = RESTART_MIN_S

    @property
    def pid(self) -> int | None:
        """The process's number, None while there is none."""
        return self._child.transport.get_pid() if self._child else None

    async def start(self, static_private: bytes, seen_flights: Sequence[bytes] = ()) -> None:
        """Start the process and configure it.

        Raises:
            TransportError: the system cannot start it.
        """
        self._memory = WireMemory.of(static_private, seen_flights)
        self._stopping = False
        await self._spawn()

    def send(self, message: ToWire) -> None:
        """Hand a message to the wire process; returns at once.

        While a new process is being started, wishes and dials are kept for it; what concerns a
        link is dropped, because the links are gone.
        """
        match message:
            case Route(direct=direct, proxy_host=proxy):
                self._may_look_up, self._proxied = direct and not proxy, bool(proxy)
                self._send_numeric(message)
            case Dial(host=host, relay=relay) if not is_numeric(host) and (
                self._may_look_up or (relay and not self._proxied)
            ):
                self._dial_by_name(message)
            case Listen(host=host) if not is_numeric(host):
                self._run(self._listen_by_name(message))
            case CloseLink(link=link):
                self._names.forget(link)
                self._send_numeric(message)
            case _:
                self._send_numeric(message)

    async def stop(self) -> None:
        """Let the process close its links and end, and wait for it."""
        self._stopping = True
        self._names.forget_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if (child := self._child) is None:
            return
        child.write(encode(Stop()))
        try:
            await asyncio.wait_for(asyncio.shield(child.ended), STOP_S)
        except TimeoutError:
            log.warning("the wire process does not end; it is killed")
            child.transport.kill()
            await child.ended

    # -- towards the process ------------------------------------------------------------------

    def _send_numeric(self, message: ToWire) -> None:
        if self._memory is None or self._stopping:
            return
        self._memory.on_sent(message, time.monotonic())
        if self._child is not None:
            self._write(self._child, message)

    def _write(self, child: "_Child", message: ToWire) -> None:
        try:
            child.write(encode(message))
        except LocalProtocolError as error:
            log.error("not sent to the wire process: %s", error)
            if isinstance(message, SendFrame):  # the stream of the link would have a hole
                child.write(encode(CloseLink(message.link)))

    def _dial_by_name(self, message: Dial) -> None:
        if is_onion(message.host):  # only Tor knows these, and no resolver may hear of them
            self._deliver(DialFailed(message.link, "no_way"))
        else:
            self._names.dial(message)

    async def _listen_by_name(self, message: Listen) -> None:
        if not self._may_look_up:
            self._deliver(ListenFailed("named"))
        elif numeric := await numeric_listen(message):
            self._send_numeric(numeric)
        else:
            self._deliver(ListenFailed("not_ours"))

    # -- from the process ---------------------------------------------------------------------

    def _on_received(self, message: FromWire) -> None:
        if self._memory is not None:
            self._memory.on_received(message)
        match message:
            case DialFailed() if self._names.dial_next(message):
                return
            case LinkUp(link=link):
                self._names.forget(link)
            case _:
                pass
        self._deliver(message)

    def _deliver(self, message: FromWire) -> None:
        """Call the owner from the loop, so that its mistakes do not break the pipe."""
        asyncio.get_running_loop().call_soon(self._on_message, message)

    # -- life and death -----------------------------------------------------------------------

    async def _spawn(self) -> None:
        assert self._memory is not None
        try:
            _, child = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Child(self._on_received, self._on_end),
                *wire_command(),
                cwd=Path(messenger.__file__).parents[1],  # where -m finds us, and nobody else
                **_process_flags(),
            )
        except OSError as error:
            raise TransportError("the wire process cannot be started") from error
        if child.ended.done():  # it fell before anybody knew of it
            raise TransportError("the wire process ended at once")
        self._child = child
        for message in self._memory.opening(time.monotonic()):
            self._write(child, message)

    def _on_end(self, child: "_Child") -> None:
        if child is not self._child or self._memory is None:
            return
        self._child = None
        for message in self._memory.on_death():
            self._on_received(message)
        if not self._stopping:
            log.warning("the wire process ended; it is started anew")
            if time.monotonic() - child.started_at > STEADY_S:
                self._restart_delay = RESTART_MIN_S
            self._run(self._restart())

    async def _restart(self) -> None:
        while self._child is None:
            await asyncio.sleep(self._restart_delay)
            self._restart_delay = min(2 * self._restart_delay, RESTART_MAX_S)
            try:
                await self._spawn()
            except TransportError as error:
                log.error("%s", error)
        self._on_restart()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Child(asyncio.SubprocessProtocol):
    """One wire process from start to end."""

    transport: asyncio.SubprocessTransport

    def __init__(
        self, on_message: Callable[[FromWire], None], on_end: Callable[["_Child"], None]
    ) -> None:
        self._on_message = on_message
        self._on_end = on_end
        self._reader = reader_from_wire()
        self._log_rest = b""
        self.started_at = time.monotonic()
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Know the process before it says anything."""
        assert isinstance(transport, asyncio.SubprocessTransport)
        self.transport = transport

    def write(self, data: bytes) -> None:
        stdin = self.transport.get_pipe_transport(STDIN)
        if isinstance(stdin, asyncio.WriteTransport) and not stdin.is_closing():
            stdin.write(data)

    def pipe_data_received(self, fd: int, data: bytes | str) -> None:
        assert isinstance(data, bytes)
        if fd == STDERR:
            self._pass_log_on(data)
            return
        try:
            for message in self._reader.feed(data):
                self._on_message(message)
        except LocalProtocolError as error:
            log.error("the wire process's pipe is broken: %s", error)
            self.transport.kill()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
        self.transport.close()
        self._on_end(self)

    def _pass_log_on(self, data: bytes) -> None:
        *lines, rest = (self._log_rest + data).split(b"\n")
        self._log_rest = rest[-LOG_LINE_MAX_LEN:]
        for line in lines:
            log.warning("wire: %s", line.decode("utf-8", "replace")[:LOG_LINE_MAX_LEN])
