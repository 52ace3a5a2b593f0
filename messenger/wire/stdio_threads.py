"""stdin and stdout where the event loop cannot wait for pipes (Windows).

Two threads block in read and write; the loop and its clock never do.
"""

import asyncio
import concurrent.futures
import contextlib
import io
import queue
import sys
import threading
from collections.abc import Callable
from typing import Final

from messenger.wire.messages import FromWire
from messenger.wire.pipe import encode

READ_LEN: Final = 65_536  # bytes
SWITCH_INTERVAL_S: Final = 0.0005  # the loop gets the interpreter back this soon

_Posted = bytes | concurrent.futures.Future[None]  # a message, or whoever waits for all before


class ThreadOutput:
    """stdout with a thread that writes."""

    def __init__(self, output: io.FileIO) -> None:
        self._output = output
        self._posted: queue.SimpleQueue[bytes | concurrent.futures.Future[None]] = (
            queue.SimpleQueue()
        )
        self._lock = threading.Lock()
        self._backlog_len = 0
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        threading.Thread(target=self._write, daemon=True).start()

    @property
    def backlog_len(self) -> int:
        with self._lock:
            return self._backlog_len

    def post(self, message: FromWire) -> None:
        data = encode(message)
        with self._lock:
            self._backlog_len += len(data)
        self._posted.put(data)

    async def flush(self) -> None:
        written: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._posted.put(written)
        await asyncio.wrap_future(written)

    def _write(self) -> None:
        while True:
            data = self._posted.get()
            if isinstance(data, concurrent.futures.Future):
                data.set_result(None)
                continue
            with contextlib.suppress(OSError):  # the engine is gone; stdin tells the loop
                self._write_all(data)
            with self._lock:
                self._backlog_len -= len(data)

    def _write_all(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._output.write(view) or 0 :]


def read_in_thread(
    source: io.FileIO, on_data: Callable[[bytes], None], on_end: Callable[[], None]
) -> None:
    """Start a thread that hands what it reads to the running loop, and its end."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            while data := source.read(READ_LEN):
                loop.call_soon_threadsafe(on_data, data)
            loop.call_soon_threadsafe(on_end)

    threading.Thread(target=read, daemon=True).start()
