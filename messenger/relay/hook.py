"""A command of the host's own, run when something about the relay changes."""

import asyncio
import logging
import subprocess
from collections.abc import Callable, Sequence
from typing import Final

log = logging.getLogger(__name__)

HOOK_LIMIT_S: Final = 10.0  # a command that takes longer is killed; ours


def hook_of(argv: Sequence[str]) -> Callable[[str, str], None]:
    """Return what is called with a state and a reason: the host's command, or nothing."""
    return HookCommand(argv) if argv else _tell_nobody


def _tell_nobody(state: str, reason: str) -> None:
    """The host asked for no hook."""


class HookCommand:
    """Runs one command for each call, in the order of the calls, in a thread: the loop goes on.

    Args:
        argv: the program and its first arguments; the words of each call follow them. No shell
            reads them.
    """

    def __init__(self, argv: Sequence[str], *, limit_s: float = HOOK_LIMIT_S) -> None:
        if not argv:
            raise ValueError("a hook needs a program")
        self._argv = list(argv)
        self._limit_s = limit_s
        self._last: asyncio.Task[None] | None = None

    def __call__(self, *words: str) -> None:
        """Run the command with these words, once those of earlier calls have ended."""
        self._last = asyncio.get_running_loop().create_task(self._after(self._last, words))

    async def close(self) -> None:
        """Return when every command has ended."""
        if self._last is not None:
            await self._last

    async def _after(self, earlier: asyncio.Task[None] | None, words: tuple[str, ...]) -> None:
        if earlier is not None:
            await earlier
        await asyncio.to_thread(self._run, words)

    def _run(self, words: tuple[str, ...]) -> None:
        try:
            status = subprocess.run(  # noqa: S603 - the host's own command, no shell
                [*self._argv, *words],
                check=False,
                timeout=self._limit_s,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ).returncode
        except (OSError, subprocess.TimeoutExpired) as error:
            log.warning("the hook did not run to its end: %s", type(error).__name__)
        else:
            if status:
                log.warning("the hook ended with the status %d", status)
