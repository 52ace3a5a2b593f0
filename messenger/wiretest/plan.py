"""What is played when: blocks of runs, one run of each condition, in an order that chance decides.

All figures of a person's habits are in intervals of the clock where the clock is scaled, so that a
window always holds about as much talk; only what a computer cannot do faster has a floor.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from messenger.core.types import COVER_PROFILES, CoverMode

SETTLE_S: Final = 1.0  # seconds after a change of condition that no window may lie in,
SETTLE_INTERVALS: Final = 10  # or so many intervals
WINDOWS_PER_RUN: Final = 3  # of the shorter kind
CONTROL_BLOCKS: Final = 40  # at least, so that few runs are no excuse for missing a control


class Condition(StrEnum):
    """What the two people and their programs do."""

    IDLE = "idle"
    CHAT = "chat"  # both write, in heavy-tailed sessions
    SEARCH = "search"
    BACKUP = "backup"
    FILES = "files"
    GUI = "gui"  # a window that paints and scrolls
    # Positive controls: schemes that must be found.
    NAIVE_IDLE = "naive, idle"
    NAIVE_CHAT = "naive, chat"
    BARE_IDLE = "no cover, idle"
    BARE_CHAT = "no cover, chat"


class Kind(StrEnum):
    """What a pair is made of."""

    NODES = "nodes"
    WINDOW = "window"  # one of the two is the desktop application
    NAIVE = "naive"
    BARE = "bare"


CONTROLS: Final = {
    Kind.NAIVE: (Condition.NAIVE_IDLE, Condition.NAIVE_CHAT),
    Kind.BARE: (Condition.BARE_IDLE, Condition.BARE_CHAT),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """One series: pairs at one clock, and what they do."""

    minutes: float
    pairs: int
    interval_s: float  # of the clock
    conditions: tuple[Condition, ...]
    seed: int
    window_cells: tuple[int, ...]
    mode: str = "frames"

    @property
    def name(self) -> str:
        """What tables call the series."""
        profiles = {cover.interval_s: name for name, cover in COVER_PROFILES.items()}
        clock = profiles.get(self.interval_s, f"T={self.interval_s:g}")
        return clock if self.mode == CoverMode.FRAMES else f"{clock} {self.mode}"

    @property
    def is_scaled(self) -> bool:
        """Whether the clock is one that no profile has."""
        return all(cover.interval_s != self.interval_s for cover in COVER_PROFILES.values())

    @property
    def cover(self) -> str:
        """The clock as ``hum rpc --cover`` takes it."""
        return f"T={self.interval_s}/{self.mode}"

    @property
    def run_s(self) -> float:
        """Seconds of one run that are looked at."""
        cells = max(*self.window_cells, WINDOWS_PER_RUN * min(self.window_cells))
        return cells * self.interval_s * 1.001

    @property
    def settle_s(self) -> float:
        """Seconds before each run."""
        return max(SETTLE_S, SETTLE_INTERVALS * self.interval_s)

    @property
    def run_count(self) -> int:
        """Runs of one pair."""
        return int(self.minutes * 60 / (self.run_s + self.settle_s))

    @property
    def controls(self) -> int:
        """Pairs of each control: one, or as many as make CONTROL_BLOCKS blocks."""
        return math.ceil(CONTROL_BLOCKS / max(1, self.run_count // 2))


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one condition on one pair."""

    pair: int
    condition: Condition
    start: float  # Unix seconds
    end: float
    block: int = 0  # runs that are compared with each other; no two pairs share one


def blocks_of(settings: Settings, pair: int, kind: Kind) -> list[list[Condition]]:
    """Return the conditions of a pair's runs, block by block; at least one block."""
    random = Random(f"{settings.seed} {pair}")
    block = [*conditions_of(settings, kind)]
    blocks = []
    for _ in range(max(1, settings.run_count // len(block))):
        random.shuffle(block)
        blocks.append(block.copy())
    return blocks


def conditions_of(settings: Settings, kind: Kind) -> tuple[Condition, ...]:
    """Return what a pair of a kind does, idle first."""
    if kind in CONTROLS:
        return CONTROLS[kind]
    if kind is Kind.WINDOW:
        return Condition.IDLE, Condition.GUI
    left_out = (Condition.IDLE, Condition.GUI)
    return Condition.IDLE, *(c for c in settings.conditions if c not in left_out)


def kinds_of(settings: Settings) -> list[Kind]:
    """Return the pairs of a series: nodes, one of them with a window if asked for, controls."""
    windows = int(Condition.GUI in settings.conditions)
    if set(settings.conditions) == {Condition.GUI}:
        windows = settings.pairs
    kinds = [Kind.NODES] * (settings.pairs - windows) + [Kind.WINDOW] * windows
    return kinds + [Kind.NAIVE, Kind.BARE] * settings.controls
