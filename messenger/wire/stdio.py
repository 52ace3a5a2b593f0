"""The wire process's end of the pipe: messages in on stdin, messages out on stdout.

Neither ever makes the loop wait. What the engine does not read stays in memory, and its amount is
known, so that the process can close links before the memory grows without bound.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from typing import Final, Protocol

from messenger.core.errors import LocalProtocolError
from messenger.wire.messages import FromWire, ToWire
from messenger.wire.pipe import encode, reader_to_wire
from messenger.wire.stdio_threads import ThreadOutput, read_in_thread

log = logging.getLogger(__name__)

STDIN: Final = 0
STDOUT: Final = 1
STDERR: Final = 2


class EngineOutput(Protocol):
    """Where messages for the engine go."""

    @property
    def backlog_len(self) -> int:
        """Bytes the engine has not taken yet."""
        ...

    def post(self, message: FromWire) -> None:
        """Hand a message on; returns at once."""
        ...

    async def flush(self) -> None:
        """Let what was posted leave, as far as the engine takes it."""
        ...


class Inbox:
    """Cuts what comes from the engine into messages, and tells its end once."""

    def __init__(self, on_message: Callable[[ToWire], None], on_end: Callable[[], None]) -> None:
        self._reader = reader_to_wire()
        self._on_message = on_message
        self._on_end = on_end
        self._ended = False

    def feed(self, data: bytes) -> None:
        """Take bytes of the pipe."""
        if self._ended:
            return
        loop = asyncio.get_running_loop()
        try:
            for message in self._reader.feed(data):
                loop.call_soon(self._on_message, message)  # a mistake in one stops no other
        except LocalProtocolError as error:
            log.error("the engine's pipe is broken: %s", error)
            self.end()

    def end(self) -> None:
        """The engine is gone."""
        if not self._ended:
            self._ended = True
            self._on_end()


class _InputProtocol(asyncio.Protocol):
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def data_received(self, data: bytes) -> None:
        self._inbox.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._inbox.end()


class _OutputProtocol(asyncio.BaseProtocol):
    """Knows whether the engine has taken everything."""

    def __init__(self) -> None:
        self.drained = asyncio.Event()
        self.drained.set()

    def pause_writing(self) -> None:
        self.drained.clear()

    def resume_writing(self) -> None:
        self.drained.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.drained.set()


class LoopOutput:
    """stdout in the event loop (Linux, macOS)."""

    def __init__(self, transport: asyncio.WriteTransport, drained: asyncio.Event) -> None:
        self._transport = transport
        self._drained = drained
        self._loop = asyncio.get_running_loop()
        self._pending: list[bytes] = []

    @property
    def backlog_len(self) -> int:
        return self._transport.get_write_buffer_size()

    def post(self, message: FromWire) -> None:
        if not self._pending:  # written after all sockets that are readable now have been read
            self._loop.call_soon(self._write)
        self._pending.append(encode(message))

    async def flush(self) -> None:
        self._write()
        await self._drained.wait()

    def _write(self) -> None:
        if self._pending and not self._transport.is_closing():
            self._transport.write(b"".join(self._pending))
        self._pending.clear()


async def open_output() -> EngineOutput:
    """Take stdout for messages.

    From here on descriptor 1 is the log's, so that a stray ``print`` cannot break the pipe.
    """
    output = os.fdopen(os.dup(STDOUT), "wb", buffering=0)
    os.dup2(STDERR, STDOUT)
    if sys.platform == "win32":  # its loops cannot wait for the pipes of a child
        return ThreadOutput(output)
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(_OutputProtocol, output)
    transport.set_write_buffer_limits(high=0)
    return LoopOutput(transport, protocol.drained)


async def open_input(inbox: Inbox) -> None:
    """Take stdin for messages; the last call of a start."""
    source = os.fdopen(os.dup(STDIN), "rb", buffering=0)
    if sys.platform == "win32":
        read_in_thread(source, inbox.feed, inbox.end)
    else:
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: _InputProtocol(inbox), source)
