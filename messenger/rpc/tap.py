"""A listener in the middle: passes a TCP connection on and notes what a watcher would see."""

import asyncio
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

CELL_LEN: Final = 512  # bytes; what a watcher finds all sizes to be multiples of
_KEPT_LEN: Final = 4 << 20  # bytes of each direction that are kept


@dataclass(slots=True)
class Direction:
    """One way of the wire as seen from outside."""

    length: int = 0
    kept: bytearray = field(default_factory=bytearray)

    def note(self, data: bytes) -> None:
        """Add what passed."""
        self.length += len(data)
        self.kept += data[: _KEPT_LEN - len(self.kept)]

    def entropy(self) -> float:
        """Bits per byte of what was kept, by the frequencies of its bytes."""
        total = len(self.kept)
        counts = Counter(self.kept).values()
        return -sum(n / total * math.log2(n / total) for n in counts) if total else 0.0


class Tap:
    """Forwards connections from a port of its own to an address.

    Owner: the loop that ran :meth:`start`.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._tasks: set[asyncio.Task[None]] = set()
        self.forward = Direction()  # from who connects
        self.backward = Direction()
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port of the loopback interface."""
        self._server = await asyncio.start_server(self._on_connection, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and cut what is open."""
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _on_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self._target)
        for pump in (
            self._pump(reader, there_writer, self.forward),
            self._pump(there_reader, writer, self.backward),
        ):
            task = asyncio.create_task(pump)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Direction
    ) -> None:
        try:
            while data := await reader.read(65_536):
                way.note(data)
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass  # one side went away: the other is told by the close
        finally:
            writer.close()
