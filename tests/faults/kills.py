"""Killing nodes and wire processes at random moments while both write, change and send files."""

import asyncio
import contextlib
import random
from dataclasses import dataclass

from trial import Node, Pair, text_of

LONGEST_LIFE_S = 1.0  # between a start and the next kill
WIRE_SHARE = 0.25  # kills that hit the wire process instead of the engine
PAUSE_S = 0.08  # longest pause between two messages of one node
CHANGE_SHARE = 0.2  # messages behind which something earlier is edited, deleted or marked
DESK_PAUSE_S = 0.4  # longest pause between two turns at the files


@dataclass
class Toll:
    """How often what was killed."""

    engines: int = 0
    wires: int = 0

    @property
    def total(self) -> int:
        """All kills."""
        return self.engines + self.wires


async def torment(pair: Pair, kills: int, seed: int, *, at: int = 0) -> Toll:
    """Kill ``kills`` processes in all while messages flow both ways; both nodes run at the end.

    Args:
        at: kills before this round, to tell its messages from those of earlier ones.
    """
    toll = Toll()
    label = f"round {at}"
    writers = [
        asyncio.create_task(work(node, label, random.Random(f"{seed} {node.name} {work.__name__}")))
        for node in pair.nodes
        for work in (_write, _exchange)
    ]
    try:
        await asyncio.gather(
            *(
                _haunt(node, share, toll, random.Random(f"{seed} {node.name}"))
                for node, share in zip(pair.nodes, (kills // 2, kills - kills // 2), strict=True)
            )
        )
    finally:
        for writer in writers:
            writer.cancel()
        ends = await asyncio.gather(*writers, return_exceptions=True)
    for end in ends:
        if not isinstance(end, asyncio.CancelledError):
            raise AssertionError("a writer ended by itself") from end
    return toll


async def _haunt(node: Node, kills: int, toll: Toll, chance: random.Random) -> None:
    done = 0
    while done < kills:
        await _wait_for_the_moment(node, chance)
        if chance.random() < WIRE_SHARE:
            if node.kill_wire():
                toll.wires += 1
                done += 1
            continue
        node.kill()
        await node.bury()
        toll.engines += 1
        done += 1
        await node.start()


async def _wait_for_the_moment(node: Node, chance: random.Random) -> None:
    """Any instant, or one just behind an event, when commits and acknowledgements are near."""
    await asyncio.sleep(chance.uniform(0, LONGEST_LIFE_S))
    if chance.random() < 0.5:
        await node.something_happens()
        await asyncio.sleep(chance.uniform(0, 0.01))


async def _write(node: Node, prefix: str, chance: random.Random) -> None:
    number = 0
    while True:
        number += 1
        await node.write(f"{prefix}: {text_of(node, number, chance)}")
        if chance.random() < CHANGE_SHARE:
            with contextlib.suppress(ConnectionError):
                await node.change(chance)
        await asyncio.sleep(chance.uniform(0, PAUSE_S))


async def _exchange(node: Node, prefix: str, chance: random.Random) -> None:
    number = 0
    while True:
        number += 1
        with contextlib.suppress(ConnectionError):
            await node.desk.turn(f"{prefix}, file {number}", chance)
        await asyncio.sleep(chance.uniform(0, DESK_PAUSE_S))
