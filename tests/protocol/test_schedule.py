"""Instants come from chance and the clock, and from nothing else."""

import ast
import inspect
import itertools
import math
import random
import statistics
from collections.abc import Callable

import pytest

from messenger.core.types import COVER_PROFILES, Cover, CoverMode
from messenger.protocol import schedule as module
from messenger.protocol.schedule import Schedule

FRAMES = Cover(0.5)
POISSON = Cover(0.5, CoverMode.POISSON)


def instants(cover: Cover, count: int, seed: int = 1, start: float = 100.0) -> list[float]:
    """The first ``count`` instants of a sender that is never late."""
    schedule = Schedule(cover, start, random.Random(seed))
    drawn = []
    for _ in range(count):
        drawn.append(schedule.next_at)
        assert schedule.advance(schedule.next_at) == 0
    return drawn


def kolmogorov_distance(sample: list[float], cdf: Callable[[float], float]) -> float:
    """Largest distance between an empirical and a given distribution function."""
    ordered, count = sorted(sample), len(sample)
    return max(max(cdf(x) - i / count, (i + 1) / count - cdf(x)) for i, x in enumerate(ordered))


@pytest.mark.parametrize("cover", [*COVER_PROFILES.values(), Cover(0.01)])
def test_each_frame_has_exactly_one_cell_in_its_middle_half(cover: Cover) -> None:
    for frame, instant in enumerate(instants(cover, 2_000)):
        share = (instant - 100.0) / cover.interval_s - frame
        assert share == pytest.approx(0.5, abs=0.25 + 1e-9)


def test_instants_in_a_frame_follow_beta_2_2() -> None:
    shares = [
        2 * (instant - 100.0) / 0.5 - 2 * frame - 0.5
        for frame, instant in enumerate(instants(FRAMES, 20_000))
    ]
    assert kolmogorov_distance(shares, lambda x: 3 * x**2 - 2 * x**3) < 1.63 / math.sqrt(20_000)


def test_successive_instants_of_frames_are_independent() -> None:
    shares = [t / 0.5 - i for i, t in enumerate(instants(FRAMES, 20_000))]
    assert abs(statistics.correlation(shares[:-1], shares[1:])) < 3 / math.sqrt(20_000)


def test_poisson_gaps_are_exponential_and_independent() -> None:
    drawn = instants(POISSON, 20_001)
    gaps = [b - a for a, b in itertools.pairwise(drawn)]
    assert kolmogorov_distance(gaps, lambda x: 1 - math.exp(-x / 0.5)) < 1.63 / math.sqrt(20_000)
    assert abs(statistics.correlation(gaps[:-1], gaps[1:])) < 3 / math.sqrt(20_000)


@pytest.mark.parametrize("mode", CoverMode)
def test_an_hour_holds_as_many_cells_as_the_price_says(mode: CoverMode) -> None:
    drawn = instants(Cover(0.125, mode), 28_800)
    assert drawn[-1] - 100.0 == pytest.approx(3_600, rel=0.02)


@pytest.mark.parametrize("mode", CoverMode)
@pytest.mark.parametrize("stall", [0.4, 0.6, 3.3, 60.0, 8 * 3600.0])
def test_a_stall_skips_and_never_bursts(mode: CoverMode, stall: float) -> None:
    schedule = Schedule(Cover(0.5, mode), 0.0, random.Random(7))
    late = schedule.next_at + stall
    skipped = schedule.advance(late)
    assert schedule.next_at > late
    assert skipped == pytest.approx(stall / 0.5, abs=2 + 4 * math.sqrt(stall / 0.5))
    # From here on the clock runs as if nothing had happened.
    following = []
    for _ in range(2_000):
        following.append(schedule.next_at)
        assert schedule.advance(schedule.next_at) == 0
    assert (following[-1] - following[0]) / 1_999 == pytest.approx(0.5, rel=0.1)


def test_a_stalled_frame_schedule_keeps_its_frames_and_its_count() -> None:
    schedule = Schedule(FRAMES, 0.0, random.Random(3))
    skipped = 0
    source = random.Random(4)
    for sent in range(1, 3_001):
        now = schedule.next_at + source.choice([0.0, 0.0, 0.001, 0.2, 1.7])
        skipped += schedule.advance(now)
        frame = math.floor(schedule.next_at / 0.5)
        assert frame == sent + skipped
        assert schedule.next_at > now


def test_lateness_less_than_a_frame_does_not_move_later_instants() -> None:
    punctual, late = (Schedule(FRAMES, 0.0, random.Random(5)) for _ in range(2))
    for _ in range(500):
        punctual.advance(punctual.next_at)
        late.advance(late.next_at + 0.01)
        assert late.next_at == punctual.next_at


@pytest.mark.parametrize("interval", [0.0, -1.0, math.nan, math.inf])
def test_an_impossible_interval_is_refused(interval: float) -> None:
    with pytest.raises(ValueError, match="interval"):
        Schedule(Cover(interval), 0.0)


def test_without_a_source_two_schedules_differ() -> None:
    assert Schedule(FRAMES, 0.0).next_at != Schedule(FRAMES, 0.0).next_at


def test_the_signatures_leave_no_way_in_for_a_queue() -> None:
    assert list(inspect.signature(Schedule).parameters) == ["cover", "start", "random"]
    assert list(inspect.signature(Schedule.advance).parameters) == ["self", "now"]
    public = {name for name in dir(Schedule) if not name.startswith("_")}
    assert public == {"advance", "next_at"}
    assert not hasattr(Schedule(FRAMES, 0.0), "__dict__")  # nothing can be hung on it


def test_the_module_imports_nothing_that_knows_content() -> None:
    imported: set[str | None] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert imported == {"math", "random", "typing", "messenger.core.types"}
