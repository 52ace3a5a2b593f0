"""A TCP relay that does to a connection what bad networks and bad people do."""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Awaitable, Callable

Deliver = Callable[[bytes], Awaitable[None]]
READ_LEN = 65_536


class Mischief:
    """What happens to the bytes of one direction of one connection; this one does nothing."""

    async def passes(self, data: bytes, deliver: Deliver) -> None:
        """Hand on what came in.

        Raises:
            ConnectionAbortedError: the connection shall be reset.
        """
        await deliver(data)


class Delay(Mischief):
    """Everything arrives late, in order."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def passes(self, data: bytes, deliver: Deliver) -> None:
        await asyncio.sleep(self.seconds)
        await deliver(data)


class Crumbs(Mischief):
    """Single bytes as far as the handshake reaches and beyond, then pieces of any size."""

    def __init__(self, seed: int, singly: int = 8_192) -> None:
        self.chance = random.Random(seed)
        self.singly = singly

    async def passes(self, data: bytes, deliver: Deliver) -> None:
        while data:
            size = 1 if self.singly > 0 else self.chance.randrange(1, 700)
            self.singly -= size
            await deliver(data[:size])
            data = data[size:]


class Throttle(Mischief):
    """A slow line: so many bytes a second."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    async def passes(self, data: bytes, deliver: Deliver) -> None:
        for start in range(0, len(data), 256):
            piece = data[start : start + 256]
            await asyncio.sleep(len(piece) / self.rate)
            await deliver(piece)


class At(Mischief):
    """Something that happens at one byte of the stream, counted from 0."""

    def __init__(self, place: int) -> None:
        self.place = place
        self.passed = 0

    async def passes(self, data: bytes, deliver: Deliver) -> None:
        here = self.place - self.passed
        self.passed += len(data)
        if 0 <= here < len(data):
            await deliver(data[:here])
            await self.strike(data[here:], deliver)
        else:
            await deliver(data)

    async def strike(self, rest: bytes, deliver: Deliver) -> None:
        """Do it; ``rest`` begins with the byte in question."""
        raise ConnectionAbortedError


class Cut(At):
    """The connection is reset behind so many bytes."""


class Stall(At):
    """Nothing passes any more, and nobody is told."""

    async def strike(self, rest: bytes, deliver: Deliver) -> None:
        await asyncio.get_running_loop().create_future()


class FlipBit(At):
    """One bit arrives as its opposite."""

    async def strike(self, rest: bytes, deliver: Deliver) -> None:
        await deliver(bytes([rest[0] ^ 0x10]) + rest[1:])


class ChaosProxy:
    """Listens on a port of its own and passes each connection on, through two mischiefs.

    ``mischief`` is asked for one per direction and connection, so it may be changed at any time.
    """

    def __init__(self, mischief: Callable[[], Mischief] = Mischief) -> None:
        self.mischief = mischief
        self.connections = 0
        self.port = 0
        self.target = 0  # port on loopback
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free port of the loopback interface.

        Not with ``asyncio.start_server``: it leaves a socket open that it accepts while it closes.
        """
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._listener, self._on_caller)

    async def stop(self) -> None:
        """Stop listening and cut what is open."""
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        self.cut_all()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut_all(self) -> None:
        """Reset every connection that stands."""
        for task in self._tasks:
            task.cancel()

    def _on_caller(self) -> None:
        try:
            caller, _ = self._listener.accept()
        except OSError:  # gone again
            return
        self.connections += 1
        task = asyncio.create_task(self._relay(caller))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before its first step runs no line of its own.
        task.add_done_callback(lambda _: caller.close())

    async def _relay(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as ends:
            there, to_there = await asyncio.open_connection("127.0.0.1", self.target)
            ends.callback(_reset, to_there)
            reader, writer = await asyncio.open_connection(sock=caller)
            ends.callback(_reset, writer)
            pumps = [
                asyncio.create_task(_pump(reader, to_there, self.mischief())),
                asyncio.create_task(_pump(there, writer, self.mischief())),
            ]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mischief: Mischief
) -> None:
    async def deliver(data: bytes) -> None:
        writer.write(data)
        await writer.drain()

    with contextlib.suppress(ConnectionError):
        while data := await reader.read(READ_LEN):
            await mischief.passes(data, deliver)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, so that what was in flight is gone."""
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def at_random(kind: type[At], chance: random.Random, longest: int) -> Callable[[], Mischief]:
    """A mischief at another byte of each stream; half of them at the very beginning."""

    def make() -> Mischief:
        early = chance.random() < 0.5
        return kind(chance.randrange(4_096 if early else longest))

    return make
