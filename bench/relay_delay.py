"""What a text takes over a relay while both are online, beyond what the schedule makes it wait.

    python -m bench relay_delay

Row S1-1 of the plan. Real nodes whose only way to each other is a real relay, at a clock that is
faster than any profile's (the waits of the schedule are in proportion to it, the program's own time
is not). A text counts as arrived when the reader's program has committed and reported it.
``HUM_RELAY_SECONDS=60`` says how long they write.
"""

import asyncio
import os
import random
import secrets
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.relay_crowd import HostedRelay, config_text
from bench.relay_gate import gate_to
from bench.relay_people import MailPair
from bench.relay_waits import text_waits
from bench.report import Row
from messenger.core.types import Cover

SECONDS: Final = float(os.environ.get("HUM_RELAY_SECONDS", "60"))
CLOCK: Final = Cover(0.02)
PAIRS: Final = 3
PAUSE_S: Final = (1.2, 1.8)  # between two texts of a pair: what is owed for one has left before
LIMIT_MS: Final = 200.0  # row S1-1
LATE_S: Final = 20.0  # for the last texts


def run() -> list[Row]:
    """Let pairs write for a while."""
    with (
        tempfile.TemporaryDirectory(prefix="hum-bench-") as folder,
        asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
    ):
        took, lost = runner.run(_play(Path(folder)))
    own = text_waits(CLOCK.interval_s)
    what = f"{len(took)} texts over a relay, both online, beyond the schedule's waits"
    rows = []
    for name, share, goal in (("median", 0.5, None), ("95th percentile", 0.95, 1.0)):
        waited, theory = 1e3 * _share(took, share), 1e3 * _share(own, share)
        work = f"{what} ({theory:.0f} ms): {name}"
        rows.append(Row(work, "limit", max(0.0, waited - theory), LIMIT_MS, "ms", goal))
    return [*rows, Row("texts that did not arrive", "limit", lost, 0, "", 1.0)]


def _share(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))]


async def _play(folder: Path) -> tuple[list[float], int]:
    key = folder / "key"
    key.write_text(secrets.token_urlsafe(24))
    relay = await HostedRelay.start(folder / "relay", "serve", config=config_text(CLOCK))
    pairs: list[MailPair] = []
    try:
        async with gate_to(relay.card.address) as gate:
            for number in range(PAIRS):
                place = folder / str(number)
                place.mkdir()
                pairs.append(await MailPair.meet(place, key, relay.card, CLOCK, gate))
            found = await asyncio.gather(*(_talk(pair) for pair in pairs))
        assert not any(pair.has_link for pair in pairs), "they have found another way"
    finally:
        await asyncio.gather(*(pair.stop() for pair in pairs))
        await relay.stop()
    return sorted(s for took, _ in found for s in took), sum(lost for _, lost in found)


async def _talk(pair: MailPair) -> tuple[list[float], int]:
    """Write from one side to the other; return the seconds of each text, and how many are lost."""
    sent: dict[str, float] = {}
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        await asyncio.sleep(random.uniform(*PAUSE_S))
        text = f"text {len(sent)} " + "x" * 100
        sent[text] = time.monotonic()
        await pair.write(0, text)
    reported = pair.nodes[1].reported
    try:
        async with asyncio.timeout(LATE_S):
            await pair.nodes[1].wait_until(lambda: sent.keys() <= reported.keys())
    except TimeoutError:
        pass  # counted below
    took = [reported[text] - at for text, at in sent.items() if text in reported]
    return took, len(sent) - len(took)
