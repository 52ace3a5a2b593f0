"""A relay in a process of its own, asked through a pair of sockets without its channel."""

import asyncio
import contextlib
import itertools
import socket
import struct
from pathlib import Path
from typing import Final

from messenger.core.clock import SystemClock
from messenger.protocol.mailbox import (
    Answer,
    Get,
    Request,
    Status,
    decode_answer,
    encode_request,
)
from messenger.relay.admission import Admission
from messenger.relay.service import Service
from messenger.relay.sqlite_store import SqliteStore

_FRAME: Final = struct.Struct(">I")  # bytes that follow: a request with its number, or an answer
_NUMBER: Final = slice(1, 5)  # of a request and of its answer


async def _read(reader: asyncio.StreamReader) -> bytes:
    (length,) = _FRAME.unpack(await reader.readexactly(_FRAME.size))
    return await reader.readexactly(length)


def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(_FRAME.pack(len(data)) + data)


class Asking:
    """The people's end: many requests may be open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._open: dict[bytes, asyncio.Future[bytes]] = {}
        self._reading = asyncio.create_task(self._read_answers())

    @classmethod
    async def connect(cls, sock: socket.socket) -> "Asking":
        """Begin to read what comes back."""
        return cls(*await asyncio.open_connection(sock=sock))

    async def ask(self, request: Request) -> Answer:
        """Ask the relay; every answer here is OK."""
        room = request.room if isinstance(request, Get) else None
        data = encode_request(next(self._numbers), request)
        answered = self._open[data[_NUMBER]] = asyncio.get_running_loop().create_future()
        _write(self._writer, data)
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
            answer = await _read(self._reader)
            self._open.pop(answer[_NUMBER]).set_result(answer)


class _Generous(Admission):
    def admit(self, address: str) -> int:
        return 0


def serve(sock: socket.socket, path: Path) -> None:
    """Be the relay until the people hang up."""
    asyncio.run(_answer_all(sock, path))


async def _answer_all(sock: socket.socket, path: Path) -> None:
    reader, writer = await asyncio.open_connection(sock=sock)
    store = SqliteStore(path, SystemClock())
    service = Service(store, _Generous(SystemClock()))

    async def answer(data: bytes) -> None:
        _write(writer, await service.answer(data, "192.0.2.1"))

    async with asyncio.TaskGroup() as tasks:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                tasks.create_task(answer(await _read(reader)))
    await store.close()
    writer.close()
