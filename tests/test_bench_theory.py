"""The queue that is played and the closed form agree where both are exact."""

from dataclasses import replace
from math import log

import pytest

from bench.schedule_theory import Traffic, mean_wait_of_full_cells, waits
from messenger.core.types import Cover
from messenger.protocol.schedule import Schedule

QUIET = Traffic(interval_s=0.5, rate=0.02, message_len=493, room=493)


@pytest.mark.parametrize("poisson", [False, True])
@pytest.mark.parametrize("load", [0.01, 0.25, 0.6])
def test_the_mean_wait_is_that_of_the_formula(load: float, poisson: bool) -> None:
    traffic = replace(QUIET, rate=load / QUIET.interval_s)
    formula = mean_wait_of_full_cells(traffic, poisson=poisson)
    played = waits(traffic, poisson=poisson, messages=60_000).mean
    assert played == pytest.approx(formula, rel=0.03 if load > 0.5 else 0.015)


def test_a_seldom_message_waits_half_a_frame_and_a_fortieth_of_that() -> None:
    assert mean_wait_of_full_cells(replace(QUIET, rate=0)) == pytest.approx(0.5 * 0.5125)
    assert waits(QUIET, messages=20_000).p50 == pytest.approx(0.25, rel=0.02)


def test_exponential_gaps_give_exponential_waits() -> None:
    traffic = replace(QUIET, rate=0.5)
    got = waits(traffic, poisson=True, messages=60_000)
    scale = 0.5 / (1 - 0.25)
    assert got.p50 == pytest.approx(scale * log(2), rel=0.03)
    assert got.p99 == pytest.approx(scale * log(100), rel=0.06)


def test_a_message_of_three_cells_takes_two_intervals_more() -> None:
    three = waits(replace(QUIET, message_len=3 * 493), messages=20_000).mean
    assert three == pytest.approx(waits(QUIET, messages=20_000).mean + 1.0, rel=0.02)


def test_what_comes_too_late_for_a_cell_waits_for_the_next() -> None:
    late = waits(replace(QUIET, freeze_s=0.1), messages=20_000).mean
    assert late == pytest.approx(waits(QUIET, messages=20_000).mean + 0.1, rel=0.02)


def test_what_stands_behind_hardly_delays_and_is_served_in_time() -> None:
    busy = replace(QUIET, rate=0.5)
    exchange = (busy.rate / 25, 1_200)
    among = waits(replace(busy, riders=(exchange,)), messages=30_000)
    behind = waits(replace(busy, behind=(exchange,)), messages=30_000)
    alone = waits(busy, messages=30_000)
    assert among.mean > 1.05 * alone.mean
    assert abs(behind.mean - alone.mean) < 0.4 * (among.mean - alone.mean)
    assert behind.p99 < among.p99
    impatient = waits(replace(busy, behind=(exchange,), patience=0), messages=30_000)
    assert impatient.mean == pytest.approx(among.mean, rel=0.05)


def test_the_instants_are_those_of_the_schedule() -> None:
    """The law was written down twice; gaps of both have the same mean and variance."""
    schedule = Schedule(Cover(0.5), 0.0)
    gaps = []
    for _ in range(20_000):
        before = schedule.next_at
        schedule.advance(before)
        gaps.append(schedule.next_at - before)
    mean = sum(gaps) / len(gaps)
    variance = sum((gap - mean) ** 2 for gap in gaps) / len(gaps)
    assert mean == pytest.approx(0.5, rel=0.001)
    assert variance == pytest.approx(2 * 0.0125 * 0.5**2, rel=0.1)
