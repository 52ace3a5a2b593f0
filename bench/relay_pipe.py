"""A relay in a process of its own, asked through a pair of sockets, with its channel or without.

With it, every byte goes in cells of the relay's own handshake and keys, but each cell leaves at
once: what is measured is what cells and their encryption cost, and no schedule.
"""

import asyncio
import contextlib
import itertools
import socket
import struct
import time
from collections import deque
from pathlib import Path
from typing import Final, Protocol

from messenger.core.clock import SystemClock
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.channels import Channel
from messenger.protocol.link import Link
from messenger.protocol.link_events import Established, FrameReceived, ProtocolFailed, Refused
from messenger.protocol.mailbox import (
    Answer,
    Get,
    Request,
    Status,
    decode_answer,
    encode_request,
)
from messenger.protocol.relay_link import accept_client, dial_relay
from messenger.protocol.replay import ReplayCache
from messenger.relay.admission import Admission
from messenger.relay.service import Service
from messenger.relay.sqlite_store import SqliteStore

_FRAME: Final = struct.Struct(">I")  # bytes that follow: a request with its number, or an answer
_NUMBER: Final = slice(1, 5)  # of a request and of its answer
_READ_LEN: Final = 64 * CELL_LEN


class Pipe(Protocol):
    """Whole frames, both ways."""

    async def read(self) -> bytes:
        """Return the next frame; IncompleteReadError when there are no more."""
        ...

    def write(self, data: bytes) -> None:
        """Send a frame."""
        ...


class Bare:
    """Frames as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self) -> bytes:
        """See :class:`Pipe`."""
        (length,) = _FRAME.unpack(await self._reader.readexactly(_FRAME.size))
        return await self._reader.readexactly(length)

    def write(self, data: bytes) -> None:
        """See :class:`Pipe`."""
        self._writer.write(_FRAME.pack(len(data)) + data)


class Celled:
    """Frames in cells of one link, each cell as soon as there is something for it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Link
    ) -> None:
        self._reader, self._writer, self._link = reader, writer, link
        self._frames: deque[bytes] = deque()
        self._is_open = False

    async def open(self) -> "Celled":
        """Complete the handshake."""
        self._writer.write(self._link.data_to_send())
        while not self._is_open:
            await self._receive()
        return self

    async def read(self) -> bytes:
        """See :class:`Pipe`."""
        while not self._frames:
            await self._receive()
        return self._frames.popleft()

    def write(self, data: bytes) -> None:
        """See :class:`Pipe`."""
        self._link.on_time(time.monotonic())
        self._link.enqueue(Channel.MESSAGE, data)
        while self._link.queued_len:
            self._writer.write(self._link.next_cell())
            self._link.cell_left()

    async def _receive(self) -> None:
        data = await self._reader.read(_READ_LEN)
        if not data:
            raise asyncio.IncompleteReadError(b"", None)
        self._link.receive_data(data, time.monotonic())
        while (event := self._link.next_event()) is not None:
            match event:
                case FrameReceived(_, body):
                    self._frames.append(body)
                case Established():
                    self._is_open = True
                case Refused() | ProtocolFailed():
                    raise AssertionError("the two ends of a pipe do not understand each other")
        if flight := self._link.data_to_send():
            self._writer.write(flight)


class Asking:
    """The people's end: many requests may be open."""

    def __init__(self, pipe: Pipe, writer: asyncio.StreamWriter) -> None:
        self._pipe = pipe
        self._writer = writer
        self._numbers = itertools.count(1)
        self._open: dict[bytes, asyncio.Future[bytes]] = {}
        self._reading = asyncio.create_task(self._read_answers())

    @classmethod
    async def connect(cls, sock: socket.socket, relay_key: bytes | None) -> "Asking":
        """Begin to read what comes back; ``relay_key``: through the channel, None: without."""
        reader, writer = await asyncio.open_connection(sock=sock)
        if relay_key is None:
            return cls(Bare(reader, writer), writer)
        link = dial_relay(relay_key, now=time.monotonic(), unix_s=int(time.time()))
        return cls(await Celled(reader, writer, link).open(), writer)

    async def ask(self, request: Request) -> Answer:
        """Ask the relay; every answer here is OK."""
        room = request.room if isinstance(request, Get) else None
        data = encode_request(next(self._numbers), request)
        answered = self._open[data[_NUMBER]] = asyncio.get_running_loop().create_future()
        self._pipe.write(data)
        _, answer = decode_answer(await answered, room=room)
        if answer.status is not Status.OK:
            raise AssertionError(f"the relay answers {answer.status.name}")
        return answer

    async def end(self) -> None:
        """Hang up, which ends the relay."""
        self._reading.cancel()
        self._writer.close()
        await self._writer.wait_closed()

    async def _read_answers(self) -> None:
        while True:
            answer = await self._pipe.read()
            self._open.pop(answer[_NUMBER]).set_result(answer)


class _Generous(Admission):
    def admit(self, address: str) -> int:
        return 0


def serve(sock: socket.socket, path: Path, private: bytes | None) -> None:
    """Be the relay until the people hang up; ``private``: its key, None: without the channel."""
    asyncio.run(_answer_all(sock, path, private))


async def _answer_all(sock: socket.socket, path: Path, private: bytes | None) -> None:
    reader, writer = await asyncio.open_connection(sock=sock)
    store = SqliteStore(path, SystemClock())
    service = Service(store, _Generous(SystemClock()))
    pipe: Pipe = Bare(reader, writer)
    if private is not None:
        own = KeyPair.from_private(private)
        link = accept_client(
            own, now=time.monotonic(), unix_s=int(time.time()), replay=ReplayCache()
        )
        pipe = await Celled(reader, writer, link).open()

    async def answer(data: bytes) -> None:
        pipe.write(await service.answer(data, "192.0.2.1"))

    async with asyncio.TaskGroup() as tasks:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                tasks.create_task(answer(await pipe.read()))
    await store.close()
    writer.close()
