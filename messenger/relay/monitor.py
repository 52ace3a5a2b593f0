"""GET /healthz and GET /metrics on a loopback port. It reads nothing but the first line.

Health answers 200 while clients are answered and 503 otherwise, with the whole view as JSON.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from messenger.core.errors import AddressInUseError
from messenger.core.types import Address
from messenger.relay.metrics import CONTENT_TYPE, exposition
from messenger.relay.view import HEALTHY, RelayView

PATIENCE_S: Final = 5.0  # for a question and for whoever does not read the answer
LINE_MAX_LEN: Final = 4_096  # bytes of the whole head of a question
MAX_QUESTIONS: Final = 32  # at the same time

log = logging.getLogger(__name__)


class Monitor:
    """A small HTTP server. Owner: the loop it is made in.

    Args:
        view: makes the view that is shown.
    """

    def __init__(self, view: Callable[[], RelayView]) -> None:
        self._view = view
        self._server: asyncio.Server | None = None
        self._callers: set[asyncio.StreamWriter] = set()
        self._no_callers = asyncio.Event()

    async def listen(self, address: Address) -> Address:
        """Answer from now on; port 0: any free one. Returns where.

        Raises:
            AddressInUseError: the address cannot be bound.
        """
        try:
            self._server = await asyncio.start_server(
                self._on_caller, address.host, address.port, limit=LINE_MAX_LEN
            )
        except OSError as error:
            raise AddressInUseError(f"health and metrics cannot listen on {address}") from error
        host, port, *_ = self._server.sockets[0].getsockname()
        return Address(host, port)

    async def close(self) -> None:
        """Answer nobody any more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            for writer in self._callers:
                writer.transport.abort()
            if self._callers:
                await self._no_callers.wait()

    async def _on_caller(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._callers.add(writer)
        self._no_callers.clear()
        try:
            async with asyncio.timeout(PATIENCE_S):
                if len(self._callers) <= MAX_QUESTIONS:
                    head = await reader.readuntil(b"\r\n\r\n")
                    writer.write(self._answer(head.split(b"\r\n", 1)[0]))
                    await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            log.debug("a question about our health was not finished")
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            self._callers.discard(writer)
            if not self._callers:
                self._no_callers.set()

    def _answer(self, line: bytes) -> bytes:
        match line.split():
            case [b"GET", b"/healthz", _]:
                view = self._view()
                status = "200 OK" if view.status in HEALTHY else "503 Service Unavailable"
                return _http(status, "application/json", msgspec.json.encode(view) + b"\n")
            case [b"GET", b"/metrics", _]:
                return _http("200 OK", CONTENT_TYPE, exposition(self._view()))
            case [b"GET", _, _]:
                return _http("404 Not Found", "text/plain", b"/healthz or /metrics\n")
            case _:
                return _http("405 Method Not Allowed", "text/plain", b"GET only\n")


def _http(status: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
