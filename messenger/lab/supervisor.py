"""Keeps a training alive: runs it in its own process and starts it again when it dies.

The worker writes a checkpoint at every point of its curve, and one that is started again goes on
from there; the networks come out as if nothing had happened.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from typing import Final

from messenger.core.errors import TransportError
from messenger.lab.reporter import Reporter

MAX_DEATHS: Final = 10
_GOOD_CODES: Final = {0, 1}  # done; or refused with a sentence, which another try would repeat


class WorkerLostError(TransportError):
    """The training died again and again."""

    kind = "worker_lost"


def lab_command(*arguments: str) -> list[str]:
    """Return the command line of a process of the laboratory, from source or frozen."""
    frozen = getattr(sys, "frozen", False)
    start = [sys.executable] if frozen else [sys.executable, "-m", "messenger"]
    return [*start, "lab", *arguments]


async def supervise(arguments: Sequence[str], reporter: Reporter) -> int:
    """Run a command of the laboratory until it ends by itself.

    Returns:
        Its exit code.

    Raises:
        WorkerLostError: It died ``MAX_DEATHS`` times.
    """
    own = asyncio.current_task()
    if own is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, own.cancel)
    for _ in range(MAX_DEATHS):
        worker = await asyncio.create_subprocess_exec(*lab_command(*arguments))
        reporter.tell("worker", pid=worker.pid)
        try:
            code = await worker.wait()
        finally:
            if worker.returncode is None:  # we are being stopped, so it is, too
                worker.kill()
                await worker.wait()
        if code in _GOOD_CODES:
            return code
        reporter.tell("failure", reason=f"the training died with code {code}; it goes on")
    raise WorkerLostError(f"the training died {MAX_DEATHS} times")
