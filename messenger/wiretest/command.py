"""``hum wiretest``: reads its part of the command line and runs the self-test.

Exit codes: 0 the controls were found; 1 they were not, so nothing is proved; 2 wrong usage. What
the attackers say of Hum itself stands in the table: chance alone crosses a 95 % interval now and
then.
"""

import argparse
import json
import sys
from pathlib import Path

from messenger.core.errors import InputError
from messenger.core.types import COVER_PROFILES, CoverMode
from messenger.wiretest.plan import Condition, Settings

DEFAULT_CONDITIONS = "chat,search,backup,gui"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options; imports nothing heavy."""
    parser.description = (
        "Two real nodes on this machine, real packets, and attackers that look for the talk."
    )
    parser.add_argument("--minutes", type=float, default=2.0, metavar="M")
    parser.add_argument("--pairs", type=int, default=2, metavar="N", help="pairs side by side")
    parser.add_argument(
        "--scale", default="T=0.02", metavar="CLOCK", help="T=SECONDS between cells, or a profile"
    )
    parser.add_argument("--mode", choices=[m.value for m in CoverMode], default="frames")
    parser.add_argument(
        "--conditions",
        default=DEFAULT_CONDITIONS,
        metavar="C,…",
        help="of chat search backup files gui",
    )
    parser.add_argument("--cells", default="60", metavar="N,…", help="cells that make a window")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="progress and result as JSON lines")
    parser.add_argument("--proxy", action="store_true", help="do not capture by tcpdump")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into a document")
    parser.add_argument("--verbose", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run_wiretest)


def run_wiretest(options: argparse.Namespace) -> int:
    """Run the self-test."""
    from messenger.wiretest.self_test import run  # noqa: PLC0415  keeps other commands light

    return run(_settings(options), as_json=options.json, document=options.write)


def _settings(options: argparse.Namespace) -> Settings:
    try:
        conditions = tuple(Condition(name) for name in options.conditions.split(","))
        cells = tuple(int(count) for count in options.cells.split(","))
    except ValueError as error:
        raise InputError(f"hum wiretest does not know this: {error}.") from error
    if not (options.minutes > 0 and 1 <= options.pairs <= 32 and min(cells) >= 10):
        raise InputError("At least one pair (at most 32), some minutes and windows of 10 cells.")
    return Settings(
        minutes=options.minutes,
        pairs=options.pairs,
        interval_s=_interval(options.scale),
        conditions=conditions,
        seed=options.seed,
        window_cells=cells,
        proxy=options.proxy,
        mode=options.mode,
    )


def _interval(text: str) -> float:
    if text in COVER_PROFILES:
        return COVER_PROFILES[text].interval_s
    try:
        interval_s = float(text.removeprefix("T="))
    except ValueError:
        interval_s = 0.0
    if not 0.001 <= interval_s <= 60:
        raise InputError("--scale is saver, balanced, lively, or T=SECONDS from 0.001 to 60.")
    return interval_s


def say(as_json: bool, share: float, text: str) -> None:
    """Tell how far it is, on one line."""
    line = json.dumps({"progress": round(share, 3), "text": text}) if as_json else text
    print(line, file=sys.stdout if as_json else sys.stderr, flush=True)
