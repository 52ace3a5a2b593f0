"""Pairs of real nodes that write to each other at random times, and what their messages take."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from bench.schedule_theory import Traffic
from messenger.core.ids import new_message_id
from messenger.core.types import Cover
from messenger.engine.conversation import HEARTBEAT_S
from messenger.engine.traffic import EPOCH_ENVELOPE_COUNT
from messenger.protocol.bodies import Text, encode_body
from messenger.protocol.channels import EPOCH_PATIENCE, FRAME_HEADER_LEN
from messenger.protocol.envelope import ENVELOPE_OVERHEAD
from messenger.rpc.client import Json, RpcClient
from messenger.wire.departures import FREEZE_S

SETTLE_INTERVALS: Final = 40  # after two have met: names, keys, the first epochs
ARRIVE_INTERVALS: Final = 40  # what is still under way after the last message
STARTS_AT_ONCE: Final = 4
# What rides in the same cells, in bytes of a stream with its segment.
ACK_LEN: Final = 27  # for each message of the other side
EPOCH_LEN: Final = 1_200  # an offer has 1,245, its answer 1,149
HEARTBEAT_LEN: Final = 103


class Node(RpcClient):
    """A node that keeps when each message was reported."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.reported: dict[str, float] = {}  # monotonic seconds, by text
        super().__init__(process)

    def _take(self, message: Json) -> None:
        match message:
            case {"params": {"type": "message.added", "outgoing": False, "text": text}}:
                self.reported[text] = time.monotonic()
            case _:
                super()._take(message)


@dataclass(slots=True)
class Pair:
    """Two nodes that meet and write to each other."""

    cover: Cover
    rate: float  # messages a second, each way
    text_len: int = 320  # characters
    program: Sequence[str] = ()  # another than ours
    nodes: list[Node] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)  # seconds
    lost: int = 0
    talked: tuple[float, float] = (0.0, 0.0)  # Unix seconds

    async def start(self, folder: Path, key: Path) -> None:
        for name in ("a", "b"):
            node = await Node.start(
                "--data-dir", folder / name, "--name", name, "--listen", "127.0.0.1:0",
                "--passphrase-file", key,
                "--cover", f"T={self.cover.interval_s}/{self.cover.mode}",
                program=self.program,
            )  # fmt: skip
            self.nodes.append(node)
            self.ports.append(node.ready["listen"][1])
        a, b = self.nodes
        added = await a.call("contact.add", link=b.ready["link"])
        request = await b.event("contact.request")
        await b.call("contact.accept", contact=request["contact"])
        await a.event("contact.accepted", contact=added["contact"])
        self.contacts = [added["contact"], request["contact"]]

    async def talk(self, seconds: float, seed: str) -> None:
        """Both write until the time is over; then what is under way arrives."""
        interval_s = self.cover.interval_s
        await asyncio.sleep(SETTLE_INTERVALS * interval_s)
        started = time.time()
        sent = await asyncio.gather(*(self._write(side, seconds, seed) for side in (0, 1)))
        self.talked = started, time.time()
        await asyncio.sleep(ARRIVE_INTERVALS * interval_s)
        for side, texts in enumerate(sent):
            reported = self.nodes[1 - side].reported
            self.delays += [reported[text] - at for text, at in texts.items() if text in reported]
            self.lost += sum(text not in reported for text in texts)

    async def _write(self, side: int, seconds: float, seed: str) -> dict[str, float]:
        random = Random(f"{seed} {side}")
        sent: dict[str, float] = {}
        due = time.monotonic()
        end = due + seconds
        while (due := due + random.expovariate(self.rate)) < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            text = f"{len(sent):08d}".ljust(self.text_len, "x")
            sent[text] = time.monotonic()
            await self.nodes[side].call("message.send", contact=self.contacts[side], text=text)
        return sent

    async def stop(self) -> None:
        await asyncio.gather(*(node.stop() for node in self.nodes))

    def traffic(self, room: int) -> Traffic:
        """Return what theory must know; ``room``: bytes of a stream that one cell carries."""
        return Traffic(
            interval_s=self.cover.interval_s,
            rate=self.rate,
            message_len=message_len(self.text_len),
            room=room,
            freeze_s=FREEZE_S,
            riders=((self.rate, ACK_LEN), (1 / HEARTBEAT_S, HEARTBEAT_LEN)),
            behind=((2 * self.rate / EPOCH_ENVELOPE_COUNT, EPOCH_LEN),),
            patience=EPOCH_PATIENCE,
        )


def message_len(text_len: int) -> int:
    """Return the bytes that a text takes on its stream."""
    body = Text(id=new_message_id(), text="x" * text_len, sent_at=1_780_000_000_000)
    return FRAME_HEADER_LEN + 1 + ENVELOPE_OVERHEAD + len(encode_body(body))


async def let_talk(pairs: Sequence[Pair], folder: Path, key: Path, seconds: float) -> None:
    """Start all pairs, let them talk at the same time, and stop them; ``key``: a passphrase."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    turns = asyncio.Semaphore(STARTS_AT_ONCE)

    async def start(number: int, pair: Pair) -> None:
        async with turns:
            await pair.start(folder / str(number), key)

    try:
        await asyncio.gather(*(start(n, pair) for n, pair in enumerate(pairs)))
        await asyncio.gather(*(pair.talk(seconds, str(n)) for n, pair in enumerate(pairs)))
    finally:
        await asyncio.gather(*(pair.stop() for pair in pairs), return_exceptions=True)
