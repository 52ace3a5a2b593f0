"""Alice, Bob and Eve as real processes, read line by line as JSON."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

PATIENCE_S: Final = 60.0  # of a test, on a machine that does other things


@dataclass(frozen=True)
class Files:
    """Copies of the files of ``tests/fixtures/lab``."""

    pair: Path
    eve: Path


def unicode_text(draw: Random, length: int) -> str:
    """Draw a text of one line from many scripts; surrogates and line ends left out."""
    ranges = [(0x20, 0x7E), (0xA1, 0x17F), (0x3B1, 0x3C9), (0x410, 0x44F), (0x4E00, 0x9FA5)]
    ranges.append((0x1F600, 0x1F64F))
    return "".join(chr(draw.randint(*draw.choice(ranges))) for _ in range(length))


class LabProcess:
    """One ``hum lab …`` process and the events it told."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "messenger", "lab", *map(str, arguments), "--json"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._events.put(json.loads(line))

    def wait_for(self, event: str) -> dict[str, Any]:
        """Return the next event of that name; others are dropped."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                found = self._events.get(timeout=0.1)
            except queue.Empty:
                alive = self._reader.is_alive() or not self._events.empty()
                assert alive, f"the process ended without {event}: {self.errors()}"
            else:
                if found["event"] == event:
                    return found
        raise AssertionError(f"no {event} within {PATIENCE_S} s")

    def rest(self) -> list[dict[str, Any]]:
        """Return all events up to the end of the process."""
        self._reader.join(PATIENCE_S)
        return [self._events.get() for _ in range(self._events.qsize())]

    def say(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def finish(self) -> int:
        """End its standard input and wait for its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(timeout=PATIENCE_S)

    def kill(self) -> None:
        """Take its life, as a crash would."""
        self.process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        self.process.wait(timeout=PATIENCE_S)

    def errors(self) -> str:
        """Return what it wrote on stderr; it must have ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def close(self) -> None:
        """Kill it if need be, and close the pipes."""
        if self.process.poll() is None:
            self.kill()
        self._reader.join(PATIENCE_S)
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe is not None:
                pipe.close()


@contextmanager
def lab(*arguments: object) -> Iterator[LabProcess]:
    """Run one process for the length of a block."""
    process = LabProcess(*arguments)
    try:
        yield process
    finally:
        process.close()
