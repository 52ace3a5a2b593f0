"""Killed at the writes of receiving, sending and the first start, one after the other.

The strides are for `make test`; `make soak` takes every call.
"""

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest
from ledger import Verdict, read_books
from strace import needs_strace
from sweep import HOLD_S, count, first_start, points, strike, until_held
from trial import PASSPHRASE, Node, Pair, play

pytestmark = needs_strace

EVERY_CALL = os.environ.get("HUM_SOAK") == "1"
RECEIVING = {"pwrite64": 2, "fsync": 1}
SENDING = {"pwrite64": 2, "fsync": 2}
# Making a database takes some 60 writes, of which most are alike.
FIRST_START = {"pwrite64": 25, "fsync": 8, "rename": 1}
DEADLINE_S = 900 if EVERY_CALL else 300  # a busy machine takes five times as long as a free one


def strides(usual: dict[str, int]) -> dict[str, int]:
    return dict.fromkeys(usual, 1) if EVERY_CALL else usual


async def sweep(
    pair: Pair, folder: Path, victim: Node, plan: dict[str, int], *, hold_s: float = HOLD_S
) -> tuple[int, Verdict]:
    """Kill ``victim`` at each point while Ada writes to Ben; return hits and the verdict."""
    await pair.meet()
    counted = await count(victim, folder, pair, pair.ada)
    hits = 0
    for at in points(counted, strides(plan)):
        hits += await strike(victim, folder, pair, pair.ada, at, hold_s=hold_s)
        # Also bring the link up, so that the next point is one of a message's passage.
        await pair.say(pair.ada, f"after {at}")
    return hits, await pair.judge()


def bar(hits: int, verdict: Verdict, least: int) -> None:
    assert hits >= least, "hardly anything was killed: the sweep misses its phase"
    assert verdict.good, verdict.details()
    assert not verdict.waiting, verdict.details()


@pytest.mark.timeout(DEADLINE_S + 10)
def test_killed_at_every_second_write_of_receiving(tmp_path: Path) -> None:
    bar(*play(tmp_path, lambda p: sweep(p, tmp_path, p.ben, RECEIVING), DEADLINE_S), least=8)


@pytest.mark.timeout(DEADLINE_S + 10)
def test_killed_at_every_second_write_of_sending(tmp_path: Path) -> None:
    bar(*play(tmp_path, lambda p: sweep(p, tmp_path, p.ada, SENDING), DEADLINE_S), least=10)


@pytest.mark.parametrize(
    ("mutant", "receives"), [("tell-before-commit", True), ("deliver-when-left", False)]
)
def test_the_sweep_finds_a_planted_bug(tmp_path: Path, mutant: str, receives: bool) -> None:
    async def story(pair: Pair) -> Verdict:
        (pair.ben if receives else pair.ada).liberties = ["--mutant", mutant]
        await pair.meet()
        # Held until Ada believes it: nothing but the order of word and deed decides.
        assert await strike(pair.ben, tmp_path, pair, pair.ada, ("pwrite64", 1), hold_s=20)
        return await pair.judge()

    verdict = play(tmp_path, story)
    assert len(verdict.lost) == 1, verdict.details()
    assert any(line.startswith("delivered, but not there") for line in verdict.untrue)
    assert not verdict.good


# -- the first start ------------------------------------------------------------------------------


async def _counted_first_start(folder: Path) -> Counter[str]:
    node = Node(folder / "counted", "ada")
    tracer, start = await first_start(node, folder / "first")
    await start
    await node.stop()
    return await tracer.detach()


async def _killed_first_start(folder: Path, at: tuple[str, int]) -> bool:
    """Die at one call of a first start; the next one must work as if nothing had been.

    False where this start had fewer calls than the counted one.
    """
    name, number = at
    node = Node(folder / f"{name}-{number}", "ada")
    inject = f"{name}:delay_enter=60000000:when={number}"
    tracer, start = await first_start(node, folder / f"first-{name}-{number}", inject)
    held = asyncio.create_task(until_held(node.pid))
    await asyncio.wait([start, held], return_when=asyncio.FIRST_COMPLETED)
    hit = held.done()
    held.cancel()
    node.kill()
    tracer.kill()
    await asyncio.gather(start, held, return_exceptions=True)
    if node.client is not None:  # it was up already
        await node.bury()
    await tracer.detach()
    assert (await node.start()).ready["name"] == "ada", at
    await node.stop()
    assert read_books(node.profile, PASSPHRASE).damage == (), at
    return hit


@pytest.mark.timeout(DEADLINE_S + 10)
def test_killed_on_its_first_start_a_node_begins_afresh_or_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        counted = await _counted_first_start(tmp_path)
        planned = list(points(counted, strides(FIRST_START)))
        hits = [await _killed_first_start(tmp_path, at) for at in planned]
        assert sum(hits) > 0.8 * len(planned), "the sweep misses its phase"

    asyncio.run(story())
