"""Real wire processes for tests: a client, its messages, and waiting for one of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from messenger.crypto.noise.keys import KeyPair
from messenger.engine.wire_client import WireClient
from messenger.wire.messages import Dial, FromWire, LinkUp, Listen, Listening, ToWire

FAST_S = 0.01  # seconds between cells
PATIENCE_S = 90.0

MessageT = TypeVar("MessageT")


class WireNode:
    """A WireClient with a key of its own and everything it said."""

    def __init__(self, interval_s: float = FAST_S) -> None:
        self.key = KeyPair.generate()
        self.interval_s = interval_s
        self.messages: list[FromWire] = []
        self.restarts = 0
        self.port = 0
        self._news = asyncio.Event()
        self.client = WireClient(self._on_message, self._on_restart)

    def _on_message(self, message: FromWire) -> None:
        self.messages.append(message)
        self._news.set()

    def _on_restart(self) -> None:
        self.restarts += 1
        self._news.set()

    def send(self, message: ToWire) -> None:
        self.client.send(message)

    def told(self, kind: type[MessageT]) -> list[MessageT]:
        return [message for message in self.messages if isinstance(message, kind)]

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait until something the process says makes ``condition`` true."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def next(self, kind: type[MessageT]) -> MessageT:
        """Wait for the first message of a kind, and take it out."""
        await self.until(lambda: self.told(kind))
        message = self.told(kind)[0]
        self.messages.remove(message)  # type: ignore[arg-type]
        return message

    async def listen(self) -> int:
        self.send(Listen("127.0.0.1", 0, self.interval_s, "frames"))
        self.port = (await self.next(Listening)).port
        return self.port

    def dial(
        self, other: "WireNode", link: int = 1, *, knows_key: bool = True, port: int = 0
    ) -> None:
        key = other.key.public if knows_key else None
        self.send(Dial(link, "127.0.0.1", port or other.port, key, self.interval_s, "frames"))


@contextlib.asynccontextmanager
async def wire_nodes(count: int, interval_s: float = FAST_S) -> AsyncIterator[list[WireNode]]:
    """Start so many nodes and stop them at the end."""
    nodes = [WireNode(interval_s) for _ in range(count)]
    try:
        for node in nodes:
            await node.client.start(node.key.private, [])
        yield nodes
    finally:
        await asyncio.gather(*(node.client.stop() for node in nodes))


async def linked(ann: WireNode, ben: WireNode) -> tuple[LinkUp, LinkUp]:
    """Let Ann dial Ben and return what both are told."""
    if not ben.port:
        await ben.listen()
    ann.dial(ben)
    return await ann.next(LinkUp), await ben.next(LinkUp)
