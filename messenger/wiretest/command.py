"""``hum wiretest``: reads its part of the command line and runs the self-test.

Exit codes: 0 the controls were found and nothing of Hum was; 1 the controls were not found, so
nothing is proved, or something of Hum was found, or a bar was missed; 2 wrong usage.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from messenger.core.errors import InputError
from messenger.core.types import COVER_PROFILES, MAX_COVER_S, MIN_COVER_S, CoverMode
from messenger.wiretest.plan import Condition, Settings, conditions_of, kinds_of

DEFAULT_CONDITIONS: Final = "chat,gui"
PLAYABLE: Final = (
    Condition.CHAT, Condition.SEARCH, Condition.BACKUP, Condition.FILES, Condition.GUI,
)  # fmt: skip
MAX_PAIRS: Final = 32
MIN_BLOCKS: Final = 2  # of runs: one to learn from and one to judge


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
        "--conditions", default=DEFAULT_CONDITIONS, metavar="C,…",
        help="of chat search backup files gui",
    )  # fmt: skip
    parser.add_argument("--cells", default="60", metavar="N,…", help="cells that make a window")
    parser.add_argument(
        "--also", action="append", default=[], metavar="CLOCK:PAIRS:CELLS:CONDITIONS",
        help="another series at the same time, such as lively:3:60:chat; may be repeated",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="progress and result as JSON lines")
    parser.add_argument("--proxy", action="store_true", help="do not capture by tcpdump")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table into a document")
    parser.add_argument("--verbose", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=run_wiretest)


def run_wiretest(options: argparse.Namespace) -> int:
    """Run the self-test."""
    from messenger.wiretest.self_test import run  # noqa: PLC0415  keeps other commands light

    series = series_of(options)
    return run(series, proxy=options.proxy, as_json=options.json, document=options.write)


def series_of(options: argparse.Namespace) -> list[Settings]:
    """Return the series that the options ask for.

    Raises:
        InputError: they make no sense.
    """
    base = Settings(options.minutes, 0, 0.0, (), options.seed, (), options.mode)
    first = (options.scale, str(options.pairs), options.cells, options.conditions)
    series = []
    for parts in (first, *(text.split(":") for text in options.also)):
        if len(parts) != len(first):
            raise InputError("--also is CLOCK:PAIRS:CELLS:CONDITIONS, such as lively:3:60:chat.")
        series.append(_settings(base, parts))
    if len({settings.name for settings in series}) < len(series):
        raise InputError("Two series cannot have one clock.")
    return series


def _settings(base: Settings, parts: Sequence[str]) -> Settings:
    scale, pairs, cells, conditions = parts
    try:
        settings = replace(
            base,
            interval_s=_interval(scale),
            pairs=int(pairs),
            window_cells=tuple(int(count) for count in cells.split(",")),
            conditions=tuple(Condition(name) for name in conditions.split(",")),
        )
    except ValueError as error:
        raise InputError(f"hum wiretest does not know this: {error}.") from error
    if not set(settings.conditions) <= set(PLAYABLE):
        raise InputError("The conditions are chat, search, backup, files and gui.")
    if not (1 <= settings.pairs <= MAX_PAIRS and min(settings.window_cells) >= 10):
        raise InputError(f"1 to {MAX_PAIRS} pairs, and windows of at least 10 cells.")
    if settings.pairs == 1 and {Condition.GUI} < set(settings.conditions):
        raise InputError("gui takes a pair of its own: with other conditions, two pairs at least.")
    longest = max(len(conditions_of(settings, kind)) for kind in kinds_of(settings))
    if settings.run_count < MIN_BLOCKS * longest:
        run_s = settings.run_s + settings.settle_s
        least = MIN_BLOCKS * longest * run_s / 60
        raise InputError(f"{settings.name} needs {least:.1f} minutes at least.")
    return settings


def _interval(text: str) -> float:
    if text in COVER_PROFILES:
        return COVER_PROFILES[text].interval_s
    try:
        interval_s = float(text.removeprefix("T="))
    except ValueError:
        interval_s = 0.0
    if not MIN_COVER_S <= interval_s <= MAX_COVER_S:
        raise InputError("The clock is saver, balanced, lively, or T=SECONDS from 0.001 to 2.")
    return interval_s


def say(as_json: bool, share: float, text: str) -> None:
    """Tell how far it is, on one line."""
    line = json.dumps({"progress": round(share, 3), "text": text}) if as_json else text
    print(line, file=sys.stdout if as_json else sys.stderr, flush=True)
