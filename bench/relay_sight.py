"""What a curious relay can tell of two people from the times of their requests.

    python -m bench relay_sight

Pairs of real nodes, each with a relay of its own between them that writes down what it sees
(bench/relay_curious.py). They are idle and they chat, in blocks of one run of each, in an order
that chance decides; the attackers and the judge are those of the wire self-test. No row has a bar:
the design hides talk from who watches the wire, and this says what it does not hide from a relay.
The controls call every second window of idle runs busy: there nothing can be found.

``HUM_RELAY_BLOCKS=8`` says how many blocks each pair plays.
"""

import asyncio
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean, pstdev
from typing import Final

from bench.relay_curious import Notebook, Noted, curious_relay
from bench.relay_gate import gate_to
from bench.relay_people import MailPair
from bench.report import Row
from messenger.core.types import Cover
from messenger.engine.relay_visit import REQUEST_INTERVALS
from messenger.protocol.mailbox import Operation
from messenger.wiretest import habits
from messenger.wiretest.attackers import attack, attackers
from messenger.wiretest.judge import auc
from messenger.wiretest.plan import Condition, Run
from messenger.wiretest.windows import NOTHING, Window

BLOCKS: Final = int(os.environ.get("HUM_RELAY_BLOCKS", "8"))
PAIRS: Final = 3
CLOCK: Final = Cover(0.01)
INSTANT_S: Final = REQUEST_INTERVALS * CLOCK.interval_s  # between two instants of requests
WINDOW_INSTANTS: Final = 20
WINDOW_S: Final = WINDOW_INSTANTS * INSTANT_S
RUN_WINDOWS: Final = 4
SETTLE_S: Final = 25 * INSTANT_S  # for what is owed from before: an acknowledgement goes by mail
SEED: Final = 1
OWN_TIME: Final = frozenset({Operation.NEW, Operation.PUT, Operation.GET, Operation.DELETE})

View = Callable[[Noted], bool]
# What the relay goes by; the name of each row.
VIEWS: Final[dict[str, View]] = {
    "puts, gets, acknowledgements": lambda noted: True,
    "gets alone": lambda noted: noted.operation is Operation.GET,
    "gets that found nothing": lambda n: n.operation is Operation.GET and not n.found,
}
TIMES: Final = "times of requests, not what they are"


@dataclass(frozen=True)
class Played:
    """One pair's runs and what its relay saw."""

    runs: tuple[Run, ...]
    notebook: Notebook


def run() -> list[Row]:
    """Play, and let every attacker at every view."""
    with (
        tempfile.TemporaryDirectory(prefix="hum-bench-") as folder,
        asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
    ):
        played = runner.run(_play(Path(folder)))
    rows = [_shares(played)]
    for name, view in VIEWS.items():
        rows += _attacked(name, _windows(played, view, named=True))
    rows += _attacked(TIMES, _windows(played, lambda n: n.operation in OWN_TIME, named=False))
    idle = [w for w in _windows(played, lambda _: True, named=True) if w[1] is False]
    control = [(window, number % 2 == 1) for number, (window, _) in enumerate(idle)]
    return rows + _attacked("control: nothing to be found", control)


# -- playing --------------------------------------------------------------------------------------


async def _play(folder: Path) -> list[Played]:
    key = folder / "key"
    key.write_text(secrets.token_urlsafe(24))
    async with AsyncExitStack() as stack:
        pairs = []
        for number in range(PAIRS):
            place = folder / str(number)
            place.mkdir()
            relay, notebook = await stack.enter_async_context(curious_relay(place, CLOCK))
            gate = await stack.enter_async_context(gate_to(relay.address))
            pair = await MailPair.meet(place, key, relay, CLOCK, gate)
            stack.push_async_callback(pair.stop)
            pairs.append((pair, notebook))
        runs = await asyncio.gather(*(_blocks(n, pair) for n, (pair, _) in enumerate(pairs)))
        assert not any(pair.has_link for pair, _ in pairs), "they have found another way"
        return [Played(tuple(r), book) for r, (_, book) in zip(runs, pairs, strict=True)]


async def _blocks(number: int, pair: MailPair) -> list[Run]:
    random = Random(f"{SEED} {number}")
    runs = []
    for block in range(BLOCKS):
        order = [Condition.IDLE, Condition.CHAT]
        random.shuffle(order)
        for condition in order:
            writing = [
                asyncio.create_task(_write(pair, side, Random(f"{SEED} {number} {block} {side}")))
                for side in (0, 1)
                if condition is Condition.CHAT
            ]
            await asyncio.sleep(SETTLE_S)
            start = time.monotonic()
            await asyncio.sleep(RUN_WINDOWS * WINDOW_S)
            runs.append(Run(number, condition, start, time.monotonic(), number * BLOCKS + block))
            for task in writing:
                task.cancel()
            await asyncio.gather(*writing, return_exceptions=True)
            await asyncio.sleep(SETTLE_S)
        print(f"  pair {number}, block {block + 1} of {BLOCKS}", file=sys.stderr, flush=True)
    return runs


async def _write(pair: MailPair, side: int, random: Random) -> None:
    """Write as people do, for whom one instant of requests is what a cell is on a link."""
    while True:
        await asyncio.sleep(habits.pause_s(random, INSTANT_S))
        await pair.write(side, habits.text(random))


# -- looking --------------------------------------------------------------------------------------


def _windows(played: Sequence[Played], view: View, *, named: bool) -> list[tuple[Window, bool]]:
    """Cut every run into windows; ``named``: the relay knows what is asked, not only when."""
    found = []
    for pair in played:
        for run in pair.runs:
            count = int((run.end - run.start) / WINDOW_S)
            for start in (run.start + index * WINDOW_S for index in range(count)):
                seen = [n for n in pair.notebook.between(start, start + WINDOW_S) if view(n)]
                window = _look(run, seen, named=named)
                found.append((window, run.condition is Condition.CHAT))
    return found


def _look(run: Run, seen: Sequence[Noted], *, named: bool) -> Window:
    times = [each.at for each in seen]
    gaps = [(b - a) / INSTANT_S for a, b in pairwise(times)]
    features = {
        "rate.requests": float(len(seen)),
        "gap.mean": fmean(gaps) if gaps else NOTHING,
        "gap.spread": pstdev(gaps) if gaps else NOTHING,
        "gap.least": min(gaps, default=NOTHING),
        "gap.most": max(gaps, default=NOTHING),
        "ack.count": 0.0,
        "reaction.put_to_get": NOTHING,
    }
    if named:
        features |= {
            "rate.puts": float(_count(seen, Operation.PUT)),
            "rate.gets": float(_count(seen, Operation.GET)),
            "rate.waits": float(_count(seen, Operation.WAIT)),
            "rate.found": float(sum(each.found for each in seen)),
            "rate.bytes": float(sum(each.length for each in seen)),
            "rate.mailboxes": float(len({each.mailbox for each in seen})),
            "ack.count": float(_count(seen, Operation.ACK)),
            "reaction.put_to_get": _reaction(seen),
        }
    return Window(run.block, run.condition, features, tuple(gaps))


def _count(seen: Sequence[Noted], operation: Operation) -> int:
    return sum(each.operation is operation for each in seen)


def _reaction(seen: Sequence[Noted]) -> float:
    """Return the mean time from a put to the next get, in instants."""
    delays = []
    for put in (each for each in seen if each.operation is Operation.PUT):
        later = [n.at for n in seen if n.operation is Operation.GET and n.at > put.at]
        delays += [(later[0] - put.at) / INSTANT_S] if later else []
    return fmean(delays) if delays else NOTHING


def _attacked(name: str, windows: Sequence[tuple[Window, bool]]) -> list[Row]:
    looked, busy = [window for window, _ in windows], [is_busy for _, is_busy in windows]
    rows = []
    for attacker, trainer in attackers().items():
        random = Random(SEED)
        area = auc(attack(trainer, looked, busy, random), random)
        work = f"{name}; {attacker}: AUC [{area.low:.2f}, {area.high:.2f}], {len(looked)} windows"
        rows.append(Row(work, "guessing", area.value, 0.5, ""))
    return rows


def _shares(played: Sequence[Played]) -> Row:
    """Of windows in which nobody wrote, how many have a put: what makes the rest so easy."""
    windows = _windows(played, lambda _: True, named=True)
    puts = {
        busy: fmean(w.features["rate.puts"] > 0 for w, is_busy in windows if is_busy is busy)
        for busy in (False, True)
    }
    work = f"windows of {WINDOW_INSTANTS} instants with a put: idle, against chat"
    return Row(work, "chat", 100 * puts[False], 100 * puts[True], "%")
