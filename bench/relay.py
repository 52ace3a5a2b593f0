"""A relay under load and under attack by its own machine: docs/relay.md, "Measured".

Rows S1-6, S1-7, S1-9 and S1-10 of the plan at their full length, and what idle clients cost. Real
processes, real clients; the clients are this process. ``HUM_RELAY_PARTS=kills,idle`` runs some of
the parts, ``HUM_RELAY_SECONDS=60`` says how long the killing lasts.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Final

from bench.relay_crowd import (
    PAUSE_S,
    Caller,
    Conversation,
    Crowd,
    HostedRelay,
    config_text,
    converse,
    hang_up_all,
    use_core,
)
from bench.report import Row
from messenger.core.types import COVER_PROFILES, Cover
from messenger.relay.instance import prepare_process
from messenger.relay.view import RelayView, State

SECONDS: Final = float(os.environ.get("HUM_RELAY_SECONDS", "60"))
SETTLE_S: Final = 60.0  # for the last envelopes
RATE: Final = 200.0  # envelopes a second
COUPLES: Final = 50  # of people who write to each other, and share it
BUSY: Final = Cover(0.04)  # what carries 2.5 envelopes a second on each link
BUSIER: Final = Cover(0.03)  # 3.3 envelopes
IDLE: Final = COVER_PROFILES["balanced"]
IDLE_COUNT: Final = 2_000
BALANCED_COUNT: Final = 400
BURST: Final = (10, 100)  # clients before and in the burst
BURST_S: Final = 30.0
MAX_FILES: Final = 8_192


def run() -> list[Row]:
    """Run the parts that are asked for."""
    prepare_process(MAX_FILES)
    chosen = os.environ.get("HUM_RELAY_PARTS", ",".join(_PARTS)).split(",")
    rows: list[Row] = []
    for name in chosen:
        print(f"  {name} …", file=sys.stderr, flush=True)
        with (
            tempfile.TemporaryDirectory(prefix="hum-bench-") as folder,
            asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
        ):
            rows += runner.run(_PARTS[name](Path(folder)))
    return rows


@asynccontextmanager
async def _fleet(folder: Path, cover: Cover, **rules: float) -> AsyncIterator[HostedRelay]:
    relay = await HostedRelay.start(
        folder / "relay", "fleet", config=config_text(cover, per_core=8, **rules)
    )
    try:
        yield relay
    finally:
        await relay.stop()


async def _until(
    relay: HostedRelay, is_so: Callable[[RelayView], bool], limit_s: float = 120.0
) -> float:
    """Wait until the view is so; return the seconds that took, or infinity."""
    began = time.monotonic()
    while time.monotonic() - began < limit_s:
        if is_so(await relay.view()):
            return time.monotonic() - began
        await asyncio.sleep(PAUSE_S)
    return float("inf")


async def _open(crowd: Crowd, count: int) -> list[Conversation]:
    return list(await asyncio.gather(*(Conversation(crowd).open() for _ in range(count))))


async def _open_both_ways(crowd: Crowd, count: int) -> list[Conversation]:
    """Let couples write to each other, each of them on one link."""
    talks = []
    for _ in range(count):
        ada, ben = Caller(crowd), Caller(crowd)
        talks += [Conversation(crowd, people) for people in ((ada, ben), (ben, ada))]
    return list(await asyncio.gather(*(each.open() for each in talks)))


def _losses(talks: list[Conversation], what: str) -> list[Row]:
    accepted = sum(len(each.accepted) for each in talks)
    missing = sum(each.missing for each in talks)
    doubled = sum(each.doubled for each in talks)
    return [
        Row(f"{what}: lost of {accepted} accepted", "limit", missing, 0, "", 1.0),
        Row(f"{what}: shown twice", "limit", doubled, 0, "", 1.0),
    ]


# -- S1-9 -------------------------------------------------------------------------------------


async def _kills(folder: Path) -> list[Row]:
    """Kill -9 of a random instance each second while RATE envelopes a second go through."""
    async with _fleet(folder, BUSIER, min=3, max=3, spares=2) as relay:
        await _until(relay, lambda view: len(view.members) == 5)
        talks = await _open_both_ways(Crowd(relay.card, BUSIER), COUPLES)
        writing = asyncio.create_task(converse(talks, SECONDS, RATE, SETTLE_S))
        took = await _hit(relay, "SIGKILL", SECONDS)
        await writing
        await hang_up_all(talks)
        return [
            *_losses(talks, f"{len(took)} kills in {SECONDS:.0f} s"),
            Row("killed instance replaced, median", "limit", median(took), 1, "s", 1.0),
            Row("killed instance replaced, slowest", "limit", max(took), 1, "s", 1.0),
        ]


async def _hit(relay: HostedRelay, name: str, seconds: float) -> list[float]:
    """Let another process kill or stop instances; return how long each took to be replaced."""
    killer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.relay_killer", str(relay.folder.path), name, str(seconds),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await killer.communicate()
    return [float(each) for each in json.loads(said)]


# -- S1-7 -------------------------------------------------------------------------------------


async def _hung(folder: Path) -> list[Row]:
    """Stop instances while clients use them."""
    async with _fleet(folder, BUSY, min=2, max=2) as relay:
        await _until(relay, lambda view: len(view.members) == 3)
        talks = await _open(Crowd(relay.card, BUSY), 10)
        writing = asyncio.create_task(converse(talks, 20.0, 20.0, SETTLE_S))
        took = await _hit(relay, "SIGSTOP", 15.0)
        await writing
        await hang_up_all(talks)
        return [
            *_losses(talks, f"{len(took)} hung instances"),
            Row("hung instance replaced, slowest", "limit", max(took), 3, "s", 1.0),
        ]


# -- S1-6 -------------------------------------------------------------------------------------


async def _burst(folder: Path) -> list[Row]:
    """Ten times the clients for half a minute."""
    few, many = BURST
    rules = {"min": 1, "max": 4, "connections": 2 * many // 4, "shrink_after_s": 20.0}
    async with _fleet(folder, BUSY, **rules) as relay:
        await _until(relay, lambda view: len(view.members) == 2)
        crowd = Crowd(relay.card, BUSY)
        talks = await _open(crowd, few)
        steady = asyncio.create_task(converse(talks, BURST_S + 10, few / 2, SETTLE_S))
        await asyncio.sleep(3.0)
        await _until(relay, lambda view: len(view.serving) == 1)  # a busy machine asks for more
        began = time.monotonic()
        growing = asyncio.create_task(_until(relay, lambda view: len(view.serving) >= 3))
        more = await _open(crowd, many - few)
        arrived_s = time.monotonic() - began
        writing = asyncio.create_task(converse(more, BURST_S, (many - few) / 2, SETTLE_S))
        grown_s = await growing
        puts = await _slowest_puts(relay, writing)
        await hang_up_all(more)
        shrunk_s = await _until(relay, lambda view: len(view.members) == 2)
        await steady
        await hang_up_all(talks)
        return [
            *_losses([*talks, *more], "load times ten"),
            Row(f"1 to 3 instances (clients in {arrived_s:.1f} s)", "limit", grown_s, 5, "s", 1.0),
            Row("back to 1 instance", "limit", shrunk_s, 60, "s", 1.0),
            Row("put at the relay after growing, 95th percentile", "limit", puts, 250, "ms", 1.0),
        ]  # fmt: skip


async def _slowest_puts(relay: HostedRelay, writing: asyncio.Task[None]) -> float:
    """Return the median over time of the slowest instance's 95th percentile."""
    seen = [0.0]
    while not writing.done():
        puts = [each.reading.put_p95_ms for each in (await relay.view()).serving]
        seen += [max(measured for measured in puts if measured is not None)] if any(puts) else []
        await asyncio.sleep(1.0)
    return sorted(seen)[len(seen) // 2]


# -- S1-10 ------------------------------------------------------------------------------------


async def _balance(folder: Path) -> list[Row]:
    """Four instances and many clients; then three of the four are drained."""
    rules = {"min": 1, "max": 4, "connections": 100, "shrink_after_s": 5.0}
    async with _fleet(folder, BUSY, **rules | {"min": 4}) as relay:
        await _until(relay, lambda view: len(view.serving) == 4)
        crowd = Crowd(relay.card, IDLE)
        callers = [Caller(crowd) for _ in range(BALANCED_COUNT)]
        await asyncio.gather(*(caller.connected() for caller in callers))
        await _until(
            relay,
            lambda view: sum(m.reading.connections for m in view.members) == BALANCED_COUNT,
        )
        shares = [each.reading.connections for each in (await relay.view()).serving]
        for caller in callers:
            caller.hang_up()
        share = 100 * max(shares) / sum(shares)
    drained = await _drained(folder)
    return [
        Row(f"{BALANCED_COUNT} clients, largest share of 4", "limit", share, 40, "%", 1.0),
        *drained,
    ]


async def _drained(folder: Path) -> list[Row]:
    """Instances leave while the clients go on: every link ends as links end."""
    rules = {"min": 1, "max": 4, "connections": 20, "shrink_after_s": 2.0}
    async with _fleet(folder, BUSY, **rules) as relay:
        crowd = Crowd(relay.card, BUSY)
        talks = await _open(crowd, 36)
        await _until(relay, lambda view: len(view.serving) == 4)
        writing = asyncio.create_task(converse(talks, 20.0, 40.0, SETTLE_S))
        await asyncio.sleep(2.0)
        failed = crowd.failed
        idle = [Caller(crowd) for _ in range(20)]
        await asyncio.gather(*(caller.connected() for caller in idle))
        for caller in idle:
            caller.hang_up()
        # Too few are left for four; those who stay call again by themselves.
        await hang_up_all(talks[6:])
        took = await _until(
            relay, lambda view: all(each.state is not State.DRAINING for each in view.members)
        )
        await writing
        await hang_up_all(talks)
        return [
            *_losses(talks, "drained instances"),
            Row("calls that failed meanwhile", "limit", crowd.failed - failed, 0, "", 1.0),
            Row("the last drained instance ended", "limit", took, 60, "s", 1.0),
        ]


# -- idle -------------------------------------------------------------------------------------


async def _idle(folder: Path) -> list[Row]:
    """Clients that only wait, on a relay that has one core."""
    cores = sorted(os.sched_getaffinity(0))
    use_core(cores[-1])
    relay = await HostedRelay.start(
        folder / "relay", "serve", config=config_text(IDLE), core=cores[0]
    )
    try:
        empty = (await relay.view()).members[0].memory_len
        crowd = Crowd(relay.card, IDLE)
        callers = [Caller(crowd) for _ in range(IDLE_COUNT)]
        began = time.monotonic()
        await asyncio.gather(*(caller.connected() for caller in callers))
        came_s = time.monotonic() - began
        await relay.view()  # from here on the share of the processor counts
        await asyncio.sleep(20.0)
        member = (await relay.view()).members[0]
        lateness = [(await relay.view()).members[0].reading.lag_ms for _ in range(5)]
        connected, each_len = member.reading.connections, (member.memory_len - empty) / IDLE_COUNT
        return [
            Row(
                f"idle clients connected ({came_s:.0f} s for all)",
                "limit",
                connected,
                IDLE_COUNT,
                "",
                1.0,
                True,
            ),
            Row("memory for each idle client", "limit", each_len / 1024, 100, "KiB"),
            Row("memory of the relay with them", "limit", member.memory_len / 2**20, 512, "MiB"),
            Row("share of one core", "limit", 100 * member.cpu_share, 100, "%"),
            Row("loop late by at most", "limit", max(lateness), 250, "ms"),
            Row("links that ended meanwhile", "limit", crowd.ended, 0, "", 1.0),
        ]
    finally:
        await relay.stop()
        os.sched_setaffinity(0, cores)


_PARTS: Final[dict[str, Callable[[Path], Coroutine[None, None, list[Row]]]]] = {
    "kills": _kills,
    "hung": _hung,
    "burst": _burst,
    "balance": _balance,
    "idle": _idle,
}
