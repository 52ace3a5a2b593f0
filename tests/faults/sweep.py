"""A kill at each write of one phase: what chance finds one time in four, this finds always.

A sweep is a list of points, "the n-th call of this name". At each one the victim's thread is held
in front of the call for a while, so that whatever it wrongly said before has time to get out, and
then the whole process is killed: the call is never made.
"""

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from strace import Strace
from trial import Node, Pair, until

HELD_US = 60_000_000  # longer than any test holds a thread
HOLD_S = 0.06  # six cells of the fast schedule
POLL_S = 0.005
NOTICE_S = 0.25  # to notice that a thread is held
SURE = 4  # polls in a row that find a thread held: a stop of strace itself takes microseconds


def points(counted: Counter[str], strides: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Every stride-th call of each name, the first one included."""
    for name, stride in strides.items():
        for number in range(1, counted[name] + 1, stride):
            yield name, number


async def count(victim: Node, folder: Path, pair: Pair, sender: Node) -> Counter[str]:
    """How many calls of each name the victim makes while one message passes."""
    tracer = await Strace.attach(victim.pid, folder / "count")
    await pair.say(sender, f"counted at {victim.name}")
    await asyncio.sleep(HOLD_S)  # the commit behind the last event
    return await tracer.detach()


async def strike(
    victim: Node, folder: Path, pair: Pair, sender: Node, at: tuple[str, int], *, hold_s: float
) -> bool:
    """Kill the victim at one call of the passage of one message; False if it came through."""
    text = f"{sender.name} at {at[0]} {at[1]}"
    return await strike_during(victim, folder, lambda: _pass(sender, text), at, hold_s=hold_s)


async def strike_during(
    victim: Node,
    folder: Path,
    passing: Callable[[], Awaitable[None]],
    at: tuple[str, int],
    *,
    hold_s: float,
) -> bool:
    """Kill the victim at one call of what ``passing`` sets off; False if it came through."""
    name, number = at
    log = folder / f"{victim.name}-{name}-{number}"
    tracer = await Strace.attach(victim.pid, log, f"{name}:delay_enter={HELD_US}:when={number}")
    passage = asyncio.ensure_future(passing())
    held = asyncio.create_task(until_held(victim.pid))
    try:
        await asyncio.wait([passage, held], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait([held], timeout=NOTICE_S)  # a mutant is through although it is held
        if not held.done():
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(hold_s):
                await asyncio.shield(passage)  # a mutant delivers while its commit is held
        victim.kill()
        tracer.kill()  # strace would sleep on; what it holds is dead already
        await victim.bury()
        await victim.start()
        return True
    finally:
        for task in (passage, held):
            task.cancel()
        await asyncio.gather(passage, held, return_exceptions=True)
        await tracer.detach()


async def _pass(sender: Node, text: str) -> None:
    """Write one message and see it delivered, if the sender lives that long."""
    with contextlib.suppress(ConnectionError):
        message = await sender.write(text)
        if message is not None:
            await sender.delivered(message["message"])


async def until_held(pid: int) -> None:
    """Wait until a thread of the process stands still in front of a call."""
    seen = 0
    while seen < SURE:
        seen = seen + 1 if _held(pid) else 0
        await asyncio.sleep(POLL_S)


def _held(pid: int) -> bool:
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):
            if _state_of(stat) == "t":
                return True
    return False


async def first_start(node: Node, log: Path, *inject: str) -> tuple[Strace, asyncio.Task[object]]:
    """Launch a node under strace from its first statement on; return the tracer and the start."""
    node.liberties += ["--pause", "yes"]
    await node.launch()
    del node.liberties[-2:]
    await _until_paused(node.pid)
    tracer = await Strace.attach(node.pid, log, *inject)
    os.kill(node.pid, signal.SIGCONT)
    return tracer, asyncio.create_task(node.come_up())


async def _until_paused(pid: int) -> None:
    await until(lambda: _state_of(Path(f"/proc/{pid}/stat")) == "T")


def _state_of(stat: Path) -> str:
    """The letter of proc(5) for what a process or thread does."""
    return stat.read_text().rsplit(")", 1)[1].split()[0]
