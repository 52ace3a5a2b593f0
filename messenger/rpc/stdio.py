"""Lines in and out of a process without ever blocking the loop: one thread each way."""

import asyncio
import queue
import sys
import threading
from collections.abc import Callable
from typing import Final

MAX_LINE_LEN: Final = 4 << 20  # bytes; the longest text, escaped, has about 400 KiB


class Lines:
    """Standard input as callbacks in the loop, standard output as a queue.

    Owner: the loop thread calls the methods; two daemon threads do the blocking.
    """

    def __init__(self, on_line: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_line = on_line
        self._on_end = on_end
        self._out: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="rpc-out", daemon=True)
        self._reader = threading.Thread(target=self._read, name="rpc-in", daemon=True)

    def start(self) -> None:
        """Begin writing; reading begins with :meth:`listen`."""
        self._writer.start()

    def listen(self) -> None:
        """Begin reading."""
        self._reader.start()

    def send(self, line: bytes) -> None:
        """Queue one line, without its end."""
        self._out.put(line)

    def flush(self, timeout_s: float) -> None:
        """Write what is queued, then stop writing; gives up on a reader that does not read."""
        self._out.put(None)
        self._writer.join(timeout_s)

    def _read(self) -> None:
        stdin = sys.stdin.buffer
        while line := stdin.readline(MAX_LINE_LEN):
            self._to_loop(self._on_line, line)
        self._to_loop(self._on_end)

    def _to_loop(self, callback: Callable[..., None], *args: bytes) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback, *args)

    def _write(self) -> None:
        stdout = sys.stdout.buffer
        while (line := self._out.get()) is not None:
            try:
                stdout.write(line + b"\n")
                stdout.flush()
            except OSError:  # the reader is gone; the end of stdin follows
                return
