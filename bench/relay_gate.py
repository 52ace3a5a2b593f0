"""A SOCKS proxy that lets through to one port and to nothing else: the only way is the relay.

Source: RFC 1928.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from messenger.core.types import Address

_VERSION: Final = 5
_NO_LOGIN: Final = bytes((_VERSION, 0))
_DONE: Final = bytes((_VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0))
_NOT_ALLOWED: Final = bytes((_VERSION, 2, 0, 1, 0, 0, 0, 0, 0, 0))
_ADDRESS_LEN: Final = {1: 4, 4: 16}  # bytes by kind; a name says its length itself
_READ_LEN: Final = 65_536

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def gate_to(only: Address) -> AsyncIterator[Address]:
    """Stand on a free port of this machine; returns where."""
    callers: set[asyncio.Task[None]] = set()

    async def on_caller(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        callers.add(task)
        task.add_done_callback(callers.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _serve((reader, writer), only)
        writer.close()

    server = await asyncio.start_server(on_caller, "127.0.0.1", 0)
    try:
        yield Address(*server.sockets[0].getsockname()[:2])
    finally:
        server.close()
        for task in callers:
            task.cancel()
        await asyncio.gather(*callers, return_exceptions=True)


async def _serve(caller: _Streams, only: Address) -> None:
    reader, writer = caller
    _, count = await reader.readexactly(2)
    await reader.readexactly(count)
    writer.write(_NO_LOGIN)
    *_, kind = await reader.readexactly(4)
    length = _ADDRESS_LEN[kind] if kind in _ADDRESS_LEN else (await reader.readexactly(1))[0]
    await reader.readexactly(length)
    port = int.from_bytes(await reader.readexactly(2), "big")
    if port != only.port:
        writer.write(_NOT_ALLOWED)
        return
    there = await asyncio.open_connection(only.host, only.port)
    writer.write(_DONE)
    try:
        await asyncio.gather(_pass_on(reader, there[1]), _pass_on(there[0], writer))
    finally:
        there[1].close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_READ_LEN):
        writer.write(data)
    if writer.can_write_eof():
        writer.write_eof()
