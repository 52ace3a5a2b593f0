"""What is played when: runs of one condition each, in an order that chance decides.

All figures of a person's habits are in intervals of the clock where the clock is scaled, so that a
window always holds about as much talk; only what a computer cannot do faster has a floor.
"""

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

SETTLE_S: Final = 1.0  # seconds after a change of condition that no window may lie in,
SETTLE_INTERVALS: Final = 10  # or so many intervals
WINDOWS_PER_RUN: Final = 5  # of the shorter kind


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
    """What the command line asks for."""

    minutes: float
    pairs: int
    interval_s: float  # of the clock
    conditions: tuple[Condition, ...]
    seed: int
    window_cells: tuple[int, ...]
    proxy: bool = False
    mode: str = "frames"

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
        return max(2, int(self.minutes * 60 / (self.run_s + self.settle_s)))


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one condition on one pair."""

    pair: int
    condition: Condition
    start: float  # Unix seconds
    end: float


def order_of(settings: Settings, pair: int, kind: Kind) -> list[Condition]:
    """Return the conditions of a pair's runs: idle every other time, in shuffled pairs."""
    random = Random(f"{settings.seed} {pair}")
    if kind in CONTROLS:
        idle, *busy = CONTROLS[kind]
    elif kind is Kind.WINDOW:
        idle, busy = Condition.IDLE, [Condition.GUI]
    else:
        idle = Condition.IDLE
        left_out = (Condition.IDLE, Condition.GUI)
        busy = [c for c in settings.conditions if c not in left_out] or [Condition.CHAT]
    order: list[Condition] = []
    turn = pair  # so that pairs side by side do different things
    while len(order) < settings.run_count:
        both = [idle, busy[turn % len(busy)]]
        random.shuffle(both)
        order += both
        turn += 1
    return order[: settings.run_count]
