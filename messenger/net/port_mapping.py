"""The engine's hand on the port mapper's process: starts it, hears it, ends it.

A mapper that dies is started anew when the next retry is due; nothing depends on it.
"""

import asyncio
import contextlib
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

import messenger
from messenger.core.types import Address, PortMapping

log = logging.getLogger(__name__)

LEASE_S: Final = 3_600  # seconds; renewed at half of it, so a router forgets us within the hour
BEGIN_S: Final = 2.0  # seconds after the start of the program: a first frame comes first
REBIRTH_S: Final = 600.0
STOP_S: Final = 3.0  # seconds in which the mapper has the port closed; then it goes on alone
ANSWER_S: Final = 10.0  # seconds for a router that is asked again
LINE_MAX_LEN: Final = 4_096  # bytes


class _Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the mapper."""

    host: str = ""
    port: int = 0
    lease_s: int = 0
    reason: str = ""


class PortMapper:
    """Asks the router for one port. Owner: the loop that ran :meth:`start`.

    Args:
        on_change: gets what has become of it, each time that this is another.
    """

    def __init__(self, on_change: Callable[[PortMapping], None]) -> None:
        self._on_change = on_change
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._heard = asyncio.Event()
        self.state = PortMapping()

    def start(self, port: int, *, after_s: float = BEGIN_S) -> None:
        """Begin to ask for a port that leads to ``port`` here."""
        self._task = asyncio.create_task(self._run(port, after_s))
        self._set(PortMapping("asking"))

    async def stop(self) -> None:
        """Have the port closed again, and wait for that a little."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        if (process := self._process) is not None:
            self._process = None
            assert process.stdin is not None
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_S)
        self._set(PortMapping())

    async def ask_again(self) -> PortMapping:
        """Ask now, because the network may be another; return what became of it."""
        if self._process is not None and self._process.stdin is not None:
            self._heard.clear()
            with contextlib.suppress(ConnectionError, TimeoutError):
                self._process.stdin.write(b"again\n")
                await asyncio.wait_for(self._heard.wait(), ANSWER_S)
        return self.state

    async def _run(self, port: int, after_s: float) -> None:
        await asyncio.sleep(after_s)
        while True:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *mapper_command(),
                    str(port),
                    str(LEASE_S),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    cwd=Path(messenger.__file__).parents[1],
                    limit=LINE_MAX_LEN,
                    **_process_flags(),
                )
            except OSError as error:
                log.warning("the port mapper cannot be started: %s", error.strerror)
            else:
                await self._hear(self._process)
            self._set(PortMapping("failed", reason="ended"))
            await asyncio.sleep(REBIRTH_S)

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            while line := await process.stdout.readline():
                self._set(_state_of(msgspec.json.decode(line, type=_Told)))
                self._heard.set()
        except (ValueError, msgspec.MsgspecError):  # a line without end, or none of ours
            log.error("the port mapper says something that it never would")
            process.kill()
        await process.wait()

    def _set(self, state: PortMapping) -> None:
        if state != self.state:
            self.state = state
            self._on_change(state)


def mapper_command() -> tuple[str, ...]:
    """Return how this program, frozen or not, runs its port mapper."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "port-mapper")
    return (sys.executable, "-m", "messenger.net.port_mapper")


def _process_flags() -> dict[str, Any]:
    """Return what keeps a terminal's signals from the mapper: its input says when to end."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _state_of(told: _Told) -> PortMapping:
    if told.reason or not 0 < told.port < 1 << 16:
        return PortMapping("failed", reason=told.reason)
    return PortMapping("open", Address(told.host, told.port))
