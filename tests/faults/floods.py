"""Strangers who fill the door of a node while two people talk through it.

    python tests/faults/floods.py            # the figures of docs/faults.md, two minutes
    python tests/faults/floods.py --small

They come from other addresses of the loopback network than the friend does, as strangers would. The
node has to live, answer none of them, go on with the conversation, and be as it was when they have
gone: counters at zero within 35 s, and less than 50 MiB more memory.
"""

import argparse
import asyncio
import contextlib
import os
import random
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1] / "rpc"))

from rpc_nodes import Nodes, befriend, play
from trial import children

from messenger.rpc.client import RpcClient

SETTLED_S: Final = 35.0  # seconds after which nothing of a flood is left
MEMORY_MIB: Final = 50.0
AT_ONCE: Final = 200  # sockets of ours that are open together, but for the slow ones
RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST
FLIGHT_LEN: Final = 5_120  # the longest first flight


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each kind come."""

    slow: int
    connections: int
    openings: int
    offsets: range
    to_the_end: bool  # wait until the last of them is let go

    @property
    def words(self) -> str:
        return (
            f"{self.slow} who send a byte now and then, {self.connections} connections, "
            f"{self.openings} random openings, {len(self.offsets)} resets at rising offsets"
        )


SMALL: Final = Size(
    slow=20, connections=200, openings=200, offsets=range(0, FLIGHT_LEN, 64), to_the_end=False
)
WHOLE: Final = Size(
    slow=200, connections=2_000, openings=10_000, offsets=range(FLIGHT_LEN), to_the_end=True
)


class Strangers:
    """Sockets from many addresses of the loopback network to one port."""

    def __init__(self, port: int, seed: int = 1) -> None:
        self._port = port
        self._random = random.Random(seed)
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.answered = 0  # bytes that anybody got

    async def slowly(self, until: asyncio.Event) -> None:
        """Open, and send a byte every now and then."""
        with contextlib.suppress(OSError):
            sock = await self._open()
            with sock:
                while not until.is_set():
                    await self._send(sock, os.urandom(1))
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(until.wait(), 0.5)
                self._hear(sock)

    async def come_and_go(self) -> None:
        """Open and close."""
        async with self._turns:
            with contextlib.suppress(OSError):
                (await self._open()).close()

    async def open_with_noise(self) -> None:
        """Send what could be a flight and is none."""
        async with self._turns:
            with contextlib.suppress(OSError), await self._open() as sock:
                await self._send(sock, os.urandom(self._random.randrange(1, FLIGHT_LEN)))
                await asyncio.sleep(0)
                self._hear(sock)

    async def reset_after(self, count: int) -> None:
        """Send so many bytes and break the connection."""
        async with self._turns:
            with contextlib.suppress(OSError), await self._open() as sock:
                await self._send(sock, os.urandom(count))
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    async def _open(self) -> socket.socket:
        sock = socket.socket()
        sock.setblocking(False)
        sock.bind((f"127.0.{self._random.randrange(1, 200)}.{self._random.randrange(1, 250)}", 0))
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self._port))
        return sock

    async def _send(self, sock: socket.socket, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(sock, data)

    def _hear(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self.answered += len(sock.recv(65_536))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen."""

    answered: int  # bytes that strangers got
    texts: int  # messages that arrived during the flood
    settled_s: float  # seconds until the counters were back; 0: not waited for
    grown_mib: float  # memory of the wire process, afterwards against before


async def flood(nodes: Nodes, size: Size) -> Outcome:
    """Let two people talk, let everybody come, and look what is left."""
    ada, ben = await nodes.start("ada"), await nodes.start("ben")
    bens, _ = await befriend(ada, ben)
    (wire,) = children(ben.process.pid)
    before = _memory_mib(wire)
    strangers = Strangers(ben.ready["listen"][1])
    over = asyncio.Event()
    slow = [asyncio.create_task(strangers.slowly(over)) for _ in range(size.slow)]
    texts = 0
    waves: tuple[tuple[Callable[..., Coroutine[Any, Any, None]], list[tuple[int, ...]]], ...] = (
        (strangers.come_and_go, [()] * size.connections),
        (strangers.open_with_noise, [()] * size.openings),
        (strangers.reset_after, [(count,) for count in size.offsets]),
    )
    for come, arguments in waves:
        everybody = asyncio.gather(*(come(*given) for given in arguments))
        texts += await _talk(ada, ben, bens, f"{come.__name__} {len(arguments)}")
        await everybody
    over.set()
    await asyncio.gather(*slow)
    settled_s = await _settled(ben) if size.to_the_end else 0.0
    texts += await _talk(ada, ben, bens, "afterwards")
    return Outcome(strangers.answered, texts, settled_s, _memory_mib(wire) - before)


async def _settled(node: RpcClient) -> float:
    """Return the seconds until nobody is half-open any more; each is let go by chance."""
    started = time.monotonic()
    while (await node.call("wire.stats"))["half_open"]:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.2)
    return time.monotonic() - started


async def _talk(ada: RpcClient, ben: RpcClient, contact: str, text: str) -> int:
    await ada.call("message.send", contact=contact, text=text)
    await ben.event("message.added", text=text)
    return 1


def _memory_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def main() -> int:
    """Run it and say how it went; 0 when all bars were held."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    size = SMALL if parser.parse_args().small else WHOLE
    with tempfile.TemporaryDirectory(prefix="hum-floods-") as folder:
        outcome = play(Path(folder), lambda nodes: flood(nodes, size), patience_s=600)
    print(f"{size.words}: {outcome}")
    return int(
        outcome.answered > 0 or outcome.settled_s > SETTLED_S or outcome.grown_mib > MEMORY_MIB
    )


if __name__ == "__main__":
    sys.exit(main())
