"""The positive controls: two programs on a socket that do it wrong, in a process of their own.

*naive* is the scheme of Hum's ancestors: fake cells at random times, and a real message or a
receipt at once when there is one. *bare* has no cover at all. If the attackers do not find these,
the self-test has proved nothing. Neither is an option of any wire that carries a person's words.

``hum wiretest-controls`` reads ``chat``, ``rest`` and ``quit`` from stdin.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from random import Random
from typing import Final

from messenger.protocol.cells import CELL_LEN
from messenger.wiretest import habits

RECEIPT: Final = b"\x01"
MESSAGE: Final = b"\x02"
FAKE: Final = b"\x00"


class End(asyncio.Protocol):
    """One of the two."""

    def __init__(self, *, interval_s: float, fakes: bool, random: Random) -> None:
        self._interval_s = interval_s
        self._fakes = fakes
        self._random = random
        self._received = bytearray()
        self.chatting = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        loop = asyncio.get_running_loop()
        self._tasks.append(loop.create_task(self._talk()))
        if self._fakes:
            self._tasks.append(loop.create_task(self._cover()))

    def data_received(self, data: bytes) -> None:
        self._received += data
        while len(self._received) >= CELL_LEN:
            kind = bytes(self._received[:1])
            del self._received[:CELL_LEN]
            if kind == MESSAGE:
                self._send(RECEIPT)

    def connection_lost(self, exc: Exception | None) -> None:
        for task in self._tasks:
            task.cancel()

    def _send(self, kind: bytes) -> None:
        self._transport.write(kind + os.urandom(CELL_LEN - 1))

    async def _cover(self) -> None:
        while True:
            await asyncio.sleep(self._random.expovariate(1 / self._interval_s))
            self._send(FAKE)

    async def _talk(self) -> None:
        while True:
            await self.chatting.wait()
            for _ in range(1 + len(habits.text(self._random)) // 350):
                self._send(MESSAGE)
            await asyncio.sleep(habits.pause_s(self._random, self._interval_s))


async def serve(options: argparse.Namespace) -> None:
    """Connect both ends and do what stdin says."""
    random = Random(options.seed)
    ends: list[End] = []

    def make() -> End:
        ends.append(End(interval_s=options.interval, fakes=options.fakes, random=random))
        return ends[-1]

    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    print(json.dumps({"ready": [host, port]}), flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().split():
        match line:
            case ["connect", where, number]:
                await loop.create_connection(make, where, int(number))
            case ["chat"]:
                for end in ends:
                    end.chatting.set()
            case ["rest"]:
                for end in ends:
                    end.chatting.clear()
            case _:
                break


def main(arguments: Sequence[str]) -> int:
    """Be a control until stdin ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--interval", type=float, required=True)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--fakes", action="store_true")
    options = parser.parse_args(arguments)
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(serve(options))
    return 0
