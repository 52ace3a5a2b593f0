"""Listen on an address and give each caller a task; what a caller does ends only its own."""

import asyncio
from collections.abc import Awaitable, Callable

from messenger.core.errors import AddressInUseError, ProtocolError, TransportError
from messenger.lab.reporter import Reporter
from messenger.lab.stream import Address, FrameStream


async def serve(
    address: Address, answer: Callable[[FrameStream], Awaitable[None]], reporter: Reporter
) -> None:
    """Answer callers until cancelled; port 0 takes any free one, and the reporter is told which.

    Raises:
        AddressInUseError: The address is taken or is not ours.
    """

    async def on_caller(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = FrameStream(reader, writer)
        try:
            await answer(stream)
        except (TransportError, ProtocolError) as error:
            reporter.tell("failure", reason=str(error))
        finally:
            await stream.close()

    try:
        server = await asyncio.start_server(on_caller, address.host, address.port)
    except OSError as error:
        raise AddressInUseError(f"cannot listen on {address}: {error.strerror}") from error
    host, port = server.sockets[0].getsockname()[:2]
    reporter.tell("listening", address=str(Address(host, port)))
    async with server:
        await server.serve_forever()
