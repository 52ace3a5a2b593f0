"""The engine's hand on the finder's process: what it is told, and what it says.

A finder that dies is started anew a minute later; nothing depends on it.
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
from messenger.core.decoding import DECODE_ERRORS
from messenger.protocol.lan_tag import TAG_LEN

log = logging.getLogger(__name__)

MAX_ADDRESS_COUNT: Final = 4  # of one sighting
BEGIN_S: Final = 2.0  # seconds after the start of the program: a first frame comes first
REBIRTH_S: Final = 60.0
STOP_S: Final = 3.0  # seconds in which the finder says goodbye; then it goes on alone
LINE_MAX_LEN: Final = 4_096  # bytes


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the finder shall announce; without a tag it only listens."""

    tag: bytes = b""  # TAG_LEN bytes
    port: int = 0


class Sighting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody in the local network; whoever it is proves it by the handshake."""

    tag: bytes
    addresses: tuple[str, ...]  # numeric, at most MAX_ADDRESS_COUNT
    port: int


class LanFinder:
    """Keeps a finder going. Owner: the loop that ran :meth:`start`.

    Args:
        on_sighting: gets everybody who is heard.
    """

    def __init__(self, on_sighting: Callable[[Sighting], None]) -> None:
        self._on_sighting = on_sighting
        self._wish = Wish()
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_running(self) -> bool:
        """Whether a finder is there now."""
        return self._process is not None and self._process.returncode is None

    def start(self, *, after_s: float = BEGIN_S) -> None:
        """Begin to listen; announce nothing yet."""
        self._task = asyncio.create_task(self._run(after_s))

    def announce(self, wish: Wish) -> None:
        """Say this from now on, in place of what was said before."""
        self._wish = wish
        self._tell()

    async def stop(self) -> None:
        """Take back what was announced, and wait for that a little."""
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

    async def _run(self, after_s: float) -> None:
        await asyncio.sleep(after_s)
        while True:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *finder_command(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    cwd=Path(messenger.__file__).parents[1],
                    limit=LINE_MAX_LEN,
                    **_process_flags(),
                )
            except OSError as error:
                log.warning("the finder cannot be started: %s", error.strerror)
            else:
                self._tell()
                await self._hear(self._process)
            await asyncio.sleep(REBIRTH_S)

    def _tell(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(ConnectionError):
                self._process.stdin.write(msgspec.json.encode(self._wish) + b"\n")

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            while line := await process.stdout.readline():
                self._on_sighting(_checked(msgspec.json.decode(line, type=Sighting)))
        except (ValueError, *DECODE_ERRORS):  # a line without end, or none of ours
            log.error("the finder says something that it never would")
            process.kill()
        await process.wait()


def _checked(sighting: Sighting) -> Sighting:
    if (
        len(sighting.tag) != TAG_LEN
        or len(sighting.addresses) > MAX_ADDRESS_COUNT
        or not 0 < sighting.port < 1 << 16
    ):
        raise ValueError("a sighting that cannot be")
    return sighting


def finder_command() -> tuple[str, ...]:
    """Return how this program, frozen or not, runs its finder."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "lan-finder")
    return (sys.executable, "-m", "messenger.net.lan_finder")


def _process_flags() -> dict[str, Any]:
    """Return what keeps a terminal's signals from the finder: its input says when to end."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
