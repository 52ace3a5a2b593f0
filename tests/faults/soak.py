"""The long run: many random kills, then every point of the sweeps.

    PYTHONPATH=. python tests/faults/soak.py [--kills N] [--seed N] [--folder DIR]

Prints figures as it goes and leaves with 1, and with the folders kept, where anything is wrong.
"""

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kills import Toll, torment
from ledger import Verdict
from trial import Pair, play

ROUND = 100  # kills between two comparisons of the books
SECONDS_PER_KILL = 30  # far beyond any machine: a deadline, not a measure


def rounds(folder: Path, kills: int, seed: int) -> tuple[Toll, Verdict]:
    """Kill in rounds, comparing the books behind each; the history stays."""

    async def story(pair: Pair) -> tuple[Toll, Verdict]:
        await pair.meet()
        toll, verdict, began = Toll(), Verdict(), time.monotonic()
        while toll.total < kills:
            one = await torment(
                pair, min(ROUND, kills - toll.total), seed + toll.total, at=toll.total
            )
            toll.engines += one.engines
            toll.wires += one.wires
            verdict = await pair.judge()
            minutes = (time.monotonic() - began) / 60
            print(
                f"{toll.total} kills ({toll.engines} engines, {toll.wires} wire processes) "
                f"in {minutes:.1f} min; {verdict}",
                flush=True,
            )
            if not verdict.good or verdict.waiting:
                break
            await asyncio.gather(*(node.start() for node in pair.nodes))
        await pair.close()
        return toll, verdict

    return play(folder, story, kills * SECONDS_PER_KILL)


def every_point() -> int:
    """Run the sweeps with a kill at every single call."""
    tests = [Path(__file__).with_name(name) for name in ("test_sweep.py", "test_file_sweep.py")]
    patient = ("-o", "faulthandler_timeout=3600")  # each of these tests may take ten minutes
    command = [sys.executable, "-m", "pytest", *tests, "-q", "-p", "no:cacheprovider", *patient]
    return subprocess.run(command, check=False, env=os.environ | {"HUM_SOAK": "1"}).returncode


def main() -> int:
    """Run it all."""
    parser = argparse.ArgumentParser(description="kill two nodes at random, many times")
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--folder", type=Path, help="an empty folder; default: a new one")
    parser.add_argument("--no-sweep", action="store_true", help="random kills only")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="hum-soak-"))
    print(f"seed {options.seed}, folder {folder}", flush=True)
    _, verdict = rounds(folder, options.kills, options.seed)
    print(verdict.details())
    wrong = not verdict.good or bool(verdict.waiting)
    return int(wrong or (not options.no_sweep and every_point() != 0))


if __name__ == "__main__":
    sys.exit(main())
