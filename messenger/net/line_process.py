"""A helper process without keys that says one JSON object on each line, until its input ends.

It is started a moment after the program and anew when it dies; nothing depends on it.
"""

import asyncio
import contextlib
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import messenger
from messenger.core.decoding import DECODE_ERRORS
from messenger.core.program import own_command

log = logging.getLogger(__name__)

BEGIN_S: Final = 2.0  # seconds after the start of the program: a first frame comes first
STOP_S: Final = 3.0  # seconds in which the helper undoes what it did; then it goes on alone
LINE_MAX_LEN: Final = 4_096  # bytes


class LineProcess:
    """Keeps a helper going. Owner: the loop that ran :meth:`start`.

    Args:
        name: of the helper on the command line (``INNER`` of ``messenger/__main__.py``).
        rebirth_s: seconds until one that ended is started anew.
        on_line: gets each line; ValueError or an error of msgspec: the helper would not say that.
        on_start: there is a new one. ``on_end``: it is gone, or could not be started.
    """

    def __init__(
        self,
        name: str,
        *,
        rebirth_s: float,
        on_line: Callable[[bytes], None],
        on_start: Callable[[], None] = lambda: None,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._name = name
        self._rebirth_s = rebirth_s
        self._on_line = on_line
        self._on_start = on_start
        self._on_end = on_end
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_running(self) -> bool:
        """Whether a helper is there now."""
        return self._process is not None and self._process.returncode is None

    def start(self, *arguments: str, after_s: float = BEGIN_S) -> None:
        """Start it, a little later."""
        self._task = asyncio.create_task(self._run(arguments, after_s))

    def say(self, line: bytes) -> None:
        """Write one line to its input; one that is gone hears nothing."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(ConnectionError):
                self._process.stdin.write(line + b"\n")

    async def stop(self) -> bool:
        """Close its input and wait a little until it has ended; False: it was not started."""
        if self._task is None:
            return False
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        if (process := self._process) is not None:
            self._process = None
            assert process.stdin is not None
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_S)
        return True

    async def _run(self, arguments: tuple[str, ...], after_s: float) -> None:
        await asyncio.sleep(after_s)
        while True:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *helper_command(self._name),
                    *arguments,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    cwd=Path(messenger.__file__).parents[1],
                    limit=LINE_MAX_LEN,
                    **_process_flags(),
                )
            except OSError as error:
                log.warning("the %s cannot be started: %s", self._name, error.strerror)
            else:
                self._on_start()
                await self._hear(self._process)
            self._on_end()
            await asyncio.sleep(self._rebirth_s)

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            while line := await process.stdout.readline():
                self._on_line(line)
        except (ValueError, *DECODE_ERRORS):  # a line without end, or none of ours
            log.error("the %s says something that it never would", self._name)
            process.kill()
        await process.wait()


def helper_command(name: str) -> tuple[str, ...]:
    """Return how this program, frozen or not, runs a helper; tests put another in its place."""
    return own_command(name)


def _process_flags() -> dict[str, Any]:
    """Return what keeps a terminal's signals from the helper: its input says when to end."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
