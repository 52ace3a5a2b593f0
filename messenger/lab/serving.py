"""Listen on an address and give each caller a task; what a caller does ends only its own."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from messenger.core.errors import AddressInUseError, ProtocolError, TransportError
from messenger.lab.reporter import NobodyReadsError, Reporter
from messenger.lab.stream import Address, FrameStream

OnCaller: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def serve(
    address: Address, answer: Callable[[FrameStream], Awaitable[None]], reporter: Reporter
) -> None:
    """Answer callers by frames until cancelled.

    Raises:
        AddressInUseError: The address is taken or is not ours.
        NobodyReadsError: There is nobody to tell anything.
    """

    async def on_caller(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = FrameStream(reader, writer)
        try:
            await answer(stream)
        except (TransportError, ProtocolError) as error:
            reporter.tell("failure", reason=str(error))
        finally:
            await stream.close()

    await listen(address, on_caller, reporter)


async def listen(address: Address, on_caller: OnCaller, reporter: Reporter) -> None:
    """Give callers to ``on_caller`` until cancelled; port 0 takes any free one, which is told.

    Raises:
        AddressInUseError: The address is taken or is not ours.
        NobodyReadsError: There is nobody to tell anything.
    """
    gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await on_caller(reader, writer)
        except NobodyReadsError as error:
            if not gone.done():
                gone.set_exception(error)

    try:
        server = await asyncio.start_server(guarded, address.host, address.port)
    except OSError as error:
        raise AddressInUseError(f"cannot listen on {address}: {error.strerror}") from error
    host, port = server.sockets[0].getsockname()[:2]
    reporter.tell("listening", address=str(Address(host, port)))
    async with server:
        await gone
