"""How many instances there should be: pure rules over what the instances say of themselves.

With connections, lag of the loops and time of a put as they are, each measure asks for a number of
instances; the largest wins. A measure asks for more only above its limit and for fewer only when
those fewer would stay well below it, and either must hold for a while. So nothing swings.

Source: docs/relay.md, "The rules"; the form is that of
https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from statistics import median
from typing import Final

EASE: Final = 0.8  # of a limit, below which fewer instances must be able to stay
CALM: Final = 0.5  # of a limit of time, below which it asks for nothing
SHRINK_PAUSE_S: Final = 2.0  # between two instances that are removed
MOST_AT_ONCE: Final = 2.0  # times the present number, asked for by a limit of time


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one instance."""

    connections: int
    loop_lag_ms: float
    put_ms: float


@dataclass(frozen=True, slots=True)
class Load:
    """What the serving instances say."""

    connections: tuple[int, ...]  # of each
    loop_lag_ms: tuple[float, ...]  # the worst of the last seconds, of each
    put_ms: tuple[float, ...]  # 95th percentile of the last seconds, of each that had puts

    @property
    def serving(self) -> int:
        """How many they are."""
        return len(self.connections)


@dataclass(frozen=True, slots=True)
class Wish:
    """A number of instances and the measure that asks for it."""

    count: int
    because: str  # "connections", "loop lag", "puts" or "calm"


def wish(load: Load, limits: Limits) -> Wish:
    """Return how many instances this load asks for, bounded by nothing yet."""
    present = max(load.serving, 1)
    asked = [
        Wish(_for_connections(load, limits, present), "connections"),
        Wish(_for_time(load.loop_lag_ms, limits.loop_lag_ms, present), "loop lag"),
        # Slow puts can be the disk's doing, which more instances do not mend: one more is tried.
        Wish(min(_for_time(load.put_ms, limits.put_ms, present), present + 1), "puts"),
    ]
    most = max(asked, key=lambda each: each.count)
    return most if most.count > 1 else Wish(1, "calm")


def load_share(load: Load, limits: Limits) -> float:
    """Return the largest measure as a share of its limit: 1.0 is what one instance should carry."""
    return max(
        sum(load.connections) / max(load.serving, 1) / limits.connections,
        median(load.loop_lag_ms or (0.0,)) / limits.loop_lag_ms,
        median(load.put_ms or (0.0,)) / limits.put_ms,
    )


def _for_connections(load: Load, limits: Limits, present: int) -> int:
    total = sum(load.connections)
    needed = math.ceil(total / limits.connections)
    eased = math.ceil(total / (EASE * limits.connections))
    return max(needed, min(eased, present), 1)


def _for_time(measured: tuple[float, ...], limit: float, present: int) -> int:
    if not measured:
        return 1
    ratio = median(measured) / limit  # one slow instance is no reason, half of them are
    if ratio > 1:
        return math.ceil(present * min(ratio, MOST_AT_ONCE))
    return present if ratio > CALM else 1


@dataclass(slots=True)
class Steady:
    """Follows wishes only after they have held for a while: quickly up, slowly down."""

    grow_after_s: float
    shrink_after_s: float
    _wishes: deque[tuple[float, Wish]] = field(default_factory=deque)
    _since: float | None = None  # when the first of them was heard
    _shrunk_at: float = -math.inf

    def decide(self, now: float, wished: Wish, present: int) -> Wish:
        """Return how many there should be at ``now`` (monotonic seconds)."""
        if self._since is None:
            self._since = now
        self._wishes.append((now, wished))
        while self._wishes[0][0] < now - max(self.grow_after_s, self.shrink_after_s):
            self._wishes.popleft()
        up = min(self._last(self.grow_after_s, now), key=lambda each: each.count)
        if up.count > present and now - self._since >= self.grow_after_s:
            # What was wished for the smaller number says nothing about the larger one.
            self._wishes.clear()
            self._since = None
            return up
        down = max(self._last(self.shrink_after_s, now), key=lambda each: each.count)
        if down.count < present and self._may_shrink(now, self._since):
            self._shrunk_at = now
            return Wish(present - 1, down.because)
        return Wish(present, wished.because)

    def _last(self, seconds: float, now: float) -> list[Wish]:
        return [each for at, each in self._wishes if at >= now - seconds]

    def _may_shrink(self, now: float, since: float) -> bool:
        pause = min(SHRINK_PAUSE_S, self.shrink_after_s)
        return now - since >= self.shrink_after_s and now - self._shrunk_at >= pause


def bounded(wished: int, least: int, most: int, allowed: int) -> int:
    """Return ``wished`` within what the host and the machine allow; the machine has the last word.

    One instance always runs: without it there is no relay.
    """
    return max(1, min(max(least, min(wished, most)), allowed))
