"""Killed at the writes of a file's passage: offered, taken, received, finished, saved.

The file has two chunks, so that one of them is neither the first nor the last thing that happens.
The strides are for `make test`, where the planted bugs are two more points; `make soak` takes
every call.
"""

import contextlib
from collections import Counter
from pathlib import Path

import pytest
from file_trial import name_of
from ledger import Verdict
from strace import Strace, needs_strace
from sweep import HOLD_S, points, strike_during
from test_sweep import DEADLINE_S, bar, strides
from trial import Node, Pair, play

from messenger.protocol.file_chunks import CHUNK_LEN

pytestmark = needs_strace

SIZE = CHUNK_LEN + 100
RECEIVING = {"ftruncate": 2, "fsync": 4, "linkat": 1, "unlink": 9, "pwrite64": 999}
SENDING = {"fsync": 9, "unlink": 1, "pwrite64": 999}


async def passage(pair: Pair, label: str, size: int = SIZE) -> None:
    """Offer a file to Ben and see it whole at both, as far as both live."""
    with contextlib.suppress(ConnectionError):
        name = name_of(pair.ada, label, size)
        offer = (await pair.ada.desk.offer(name))["message"]
        await (await pair.ben.running()).event("message.added", message=offer)
        await pair.settle_files()
        await (await pair.ben.running()).event("file.saved", message=offer)


async def count(pair: Pair, victim: Node, folder: Path) -> Counter[str]:
    tracer = await Strace.attach(victim.pid, folder / "count")
    await passage(pair, "counted")
    return await tracer.detach()


async def sweep(
    pair: Pair, folder: Path, victim: Node, plan: dict[str, int]
) -> tuple[int, Verdict]:
    await pair.meet()
    counted = await count(pair, victim, folder)
    hits = 0
    for at in points(counted, strides(plan)):
        label = f"at {at[0]} {at[1]}"
        hits += await strike_during(
            victim, folder, lambda label=label: passage(pair, label), at, hold_s=HOLD_S
        )
        await pair.settle_files()
    return hits, await pair.judge()


@pytest.mark.timeout(DEADLINE_S + 10)
def test_killed_at_the_writes_of_receiving_a_file(tmp_path: Path) -> None:
    bar(*play(tmp_path, lambda p: sweep(p, tmp_path, p.ben, RECEIVING), DEADLINE_S), least=4)


@pytest.mark.timeout(DEADLINE_S + 10)
def test_killed_at_the_writes_of_sending_a_file(tmp_path: Path) -> None:
    bar(*play(tmp_path, lambda p: sweep(p, tmp_path, p.ada, SENDING), DEADLINE_S), least=2)


@pytest.mark.parametrize(
    ("mutant", "at", "finding"),
    [
        ("done-before-the-disk", ("ftruncate", 1), "whole, but not there"),
        ("save-without-a-note", ("unlink", 2), "nothing that came"),
    ],
)
def test_the_sweep_finds_a_planted_bug_of_files(
    tmp_path: Path, mutant: str, at: tuple[str, int], finding: str
) -> None:
    async def story(pair: Pair) -> Verdict:
        pair.ben.liberties = ["--mutant", mutant]
        await pair.meet()
        struck = await strike_during(
            pair.ben, tmp_path, lambda: passage(pair, "once", 100), at, hold_s=1
        )
        assert struck
        await pair.come_to_rest()
        await pair.close()
        return pair.verdict()

    verdict = play(tmp_path, story)
    assert any(line.startswith(finding) for line in verdict.misplaced), verdict.details()
