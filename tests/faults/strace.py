"""strace as a tool of torture: counts the system calls of a running node, or makes one fail.

It is attached when the node is ready and idle, so that the first call counted is the first one
of what the test does next. strace counts per thread; everything our store writes is written by one
thread. Several kinds of call have a counter each.
"""

import asyncio
import contextlib
import re
import shutil
import signal
from collections import Counter
from pathlib import Path
from typing import Self

import pytest

WRITES = ("pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "rename", "linkat")

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not here: `make test` installs it as root"
)


class Strace:
    """One strace on one process with all its threads. Use :meth:`attach`."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def attach(cls, pid: int, log: Path, *inject: str) -> Self:
        """Watch the writes of a process, and inject faults as strace(1) spells them.

        Skips the test where the system lets nobody trace another process.
        """
        process = await asyncio.create_subprocess_exec(
            *("strace", "-f", "-p", str(pid), "-o", log, "-e", f"trace={','.join(WRITES)}"),
            *(word for fault in inject for word in ("-e", f"inject={fault}")),
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr is not None
        line = await process.stderr.readline()
        if b"not permitted" in line:
            await process.wait()
            pytest.skip(f"this system lets nobody trace: {line.decode(errors='replace').strip()}")
        assert b"attached" in line, line
        return cls(process, log)

    def kill(self) -> None:
        """End strace at once; what it holds in front of a call goes on, unless it was killed."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def detach(self) -> Counter[str]:
        """Let the process go, if it still lives; return how often which call was made."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)
        assert self._process.stderr is not None
        await self._process.stderr.read()
        await self._process.wait()
        return calls(self._log)


def calls(log: Path) -> Counter[str]:
    """Count the calls in a log, by name: for each the thread that made most of them."""
    threads: dict[str, Counter[str]] = {}
    for line in log.read_text(errors="replace").splitlines():
        if found := re.match(r"(\d+)\s+(\w+)\(", line):
            threads.setdefault(found[1], Counter())[found[2]] += 1
    most = Counter[str]()
    for made in threads.values():
        most |= made
    return most
