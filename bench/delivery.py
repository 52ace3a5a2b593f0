"""Delivery on real nodes against the schedule's theory, and the bytes of a link against its price.

For each profile some pairs of real nodes on the real clock. The slow clocks, which leave a computer
idle, run side by side; `lively` and then 100 cells a second run alone, because two people who write
to each other do not share their processors with forty other nodes. Both of a pair write messages of
one cell at random times (Poisson) that fill a quarter of the cells, and in runs of their own a
tenth: at `balanced` a message every five seconds each way. A message is delivered when the other
side has committed and reported it. The theory (bench/schedule_theory.py) ends at the instant of the
cell; what the program does before and after counts against us. No p99 can be below that of the
theory, so the bar of 2 T stands where the theory is below it.

The price is that of core/cover_price.py: cells, headers and an acknowledgement for each. The bytes
are those of tcpdump on the loopback interface; without it there are no such rows.

Each of the five takes five minutes and one around them; ``HUM_DELIVERY_MINUTES`` makes it longer.
"""

import asyncio
import os
import secrets
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Final

from bench.bars import Bar
from bench.correspondents import Pair, let_talk
from bench.report import Row
from bench.schedule_theory import waits
from messenger.core.cover_price import HOUR_S, price_of
from messenger.core.errors import InputError
from messenger.core.types import COVER_PROFILES, Cover, CoverMode
from messenger.protocol.cells import CELL_ROOM, SEGMENT_HEADER_LEN
from messenger.wiretest.capture import TcpdumpCapture
from messenger.wiretest.pcap import read_pcap

LIVELY: Final = COVER_PROFILES["lively"]
ROOM: Final = CELL_ROOM - SEGMENT_HEADER_LEN  # bytes of a stream that one cell carries
LOADS: Final = (0.25, 0.1)  # messages per interval, each way
SHARE: Final = {0.25: "a quarter", 0.1: "a tenth"}
GOAL: Final = 1 / 1.1
PRICE_GOAL: Final = 0.98  # the runs are minutes, the price is by the hour
QUICK: Final = Cover(0.01)  # hardly a wait: what remains is the program's own time
QUICK_RATE: Final = 2.0  # messages a second
PROFILES: Final = (  # clock, and pairs enough for some hundred messages
    ("saver", COVER_PROFILES["saver"], 10),
    ("balanced", COVER_PROFILES["balanced"], 4),
    ("balanced, poisson", Cover(0.5, CoverMode.POISSON), 4),
    ("lively", LIVELY, 3),
)

Groups = dict[tuple[str, float], list[Pair]]  # by profile and load


def run() -> list[Row]:
    """Measure the slow profiles side by side, and the quick ones alone."""
    minutes = float(os.environ.get("HUM_DELIVERY_MINUTES", "5"))
    with tempfile.TemporaryDirectory(prefix="hum-delivery-") as folder:
        (Path(folder) / "key").write_text(secrets.token_urlsafe(24))
        return asyncio.run(_run(Path(folder), minutes * 60))


async def _run(folder: Path, seconds: float) -> list[Row]:
    capture = TcpdumpCapture(folder)
    try:
        await capture.start()
    except InputError as error:
        print(f"no bytes on the line: {error}", file=sys.stderr)
    groups: Groups = {
        (name, load): [Pair(cover, load / cover.interval_s) for _ in range(count)]
        for load in LOADS
        for name, cover, count in PROFILES
    }
    quick = Pair(QUICK, QUICK_RATE)
    everybody = [*(pair for several in groups.values() for pair in several), quick]
    try:
        for number, together in enumerate((*_runs(groups), [quick])):
            await let_talk(together, folder / str(number), folder / "key", seconds)
    finally:
        await capture.stop()
    hourly = _bytes_per_hour(folder / "capture.pcap", everybody)
    rows = [_own_time(quick)]
    for (name, load), several in groups.items():
        rows += _latency_rows(f"{name}, {SHARE[load]} full", several)
    for name, _, _ in PROFILES:
        several = [pair for load in LOADS for pair in groups[name, load]]
        rows += _price_rows(name, several, hourly)
    return rows


def _runs(groups: Groups) -> Iterator[list[Pair]]:
    """Yield who talks at the same time."""
    for load in LOADS:
        for lively in (False, True):
            yield [
                pair
                for (name, share), several in groups.items()
                if share == load and (name == "lively") is lively
                for pair in several
            ]


def _own_time(quick: Pair) -> Row:
    """What the program adds to the schedule, against a tenth of the wait at ``lively``."""
    theory = waits(quick.traffic(ROOM)).mean
    own = fmean(quick.delays) - theory
    limit = waits(Pair(LIVELY, LOADS[0] / LIVELY.interval_s).traffic(ROOM)).mean / 10
    work = f"the program's own time, {len(quick.delays)} messages at 100 cells a second"
    return Row(work, "limit", own * 1000, limit * 1000, "ms", 1.0)


def _latency_rows(name: str, pairs: Sequence[Pair]) -> list[Row]:
    delays = sorted(delay for pair in pairs for delay in pair.delays)
    theory = waits(pairs[0].traffic(ROOM), poisson=pairs[0].cover.mode is CoverMode.POISSON)
    lost = sum(pair.lost for pair in pairs)
    work = f"delivery at {name}, {len(delays)} messages" + (f", {lost} LOST" if lost else "")
    figures = (
        ("mean", fmean(delays), theory.mean, Bar.DELIVERY),
        ("p50", delays[len(delays) // 2], theory.p50, None),
        ("p99", delays[len(delays) * 99 // 100], theory.p99, None),
    )
    two = 2 * pairs[0].cover.interval_s
    p99 = figures[-1][1]
    reachable = Bar.DELIVERY if theory.p99 < two else None
    return [
        *(
            Row(f"{work}, {figure}", "theory", ours * 1000, theirs * 1000, "ms", GOAL, bar=bar)
            for figure, ours, theirs, bar in figures
        ),
        Row(f"{work}, p99", "limit: 2 T", p99 * 1000, two * 1000, "ms", 1.0, bar=reachable),
    ]


def _price_rows(name: str, pairs: Sequence[Pair], hourly: dict[int, float]) -> list[Row]:
    measured = [hourly[id(pair)] for pair in pairs if id(pair) in hourly]
    if not measured:
        return []
    price = price_of(pairs[0].cover).bytes_per_hour
    work = f"bytes of a link at {name}, headers and all"
    return [Row(work, "price shown", fmean(measured) / 1e6, price / 1e6, "MB/h", PRICE_GOAL)]


def _bytes_per_hour(path: Path, pairs: Sequence[Pair]) -> dict[int, float]:
    """Return the bytes of IP packets of each pair, by its id, while it talked."""
    of_port = {port: pair for pair in pairs for port in pair.ports}
    totals: dict[int, int] = defaultdict(int)
    if not path.exists():
        return {}
    for segment in read_pcap(path):
        pair = of_port.get(segment.target) or of_port.get(segment.source)
        if pair is not None and pair.talked[0] <= segment.packet.at < pair.talked[1]:
            totals[id(pair)] += segment.total
    return {
        id(pair): totals[id(pair)] / (pair.talked[1] - pair.talked[0]) * HOUR_S for pair in pairs
    }
