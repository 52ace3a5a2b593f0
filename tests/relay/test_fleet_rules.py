"""The rules of a fleet, with a clock that is turned by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.relay.fleet_rules import Limits, Load, Steady, Wish, bounded, load_share, wish
from messenger.relay.machine import INSTANCE_LEN, Machine, allowed_count, usable_cores
from messenger.relay.respawn import BURST, FIRST_DELAY_S, LONGEST_DELAY_S, Respawn

LIMITS = Limits(connections=100, loop_lag_ms=50, put_ms=200)
GIB = 1024**3


@pytest.mark.parametrize(
    ("connections", "lag", "puts", "count", "because"),
    [
        ((), (), (), 1, "calm"),
        ((0,), (0,), (), 1, "calm"),
        ((100,), (0,), (), 1, "calm"),  # as much as one carries
        ((101,), (0,), (), 2, "connections"),
        ((1000,), (0,), (), 10, "connections"),
        ((60, 60), (0, 0), (), 2, "connections"),
        ((45, 40), (0, 0), (), 2, "connections"),  # one would carry it, but only just
        ((40, 39), (0, 0), (), 1, "calm"),
        ((10,), (51,), (), 2, "loop lag"),
        ((10,), (5000,), (), 2, "loop lag"),  # twice as many are enough for one step
        ((10, 10), (90, 90), (), 4, "loop lag"),
        ((10, 10), (30, 30), (), 2, "loop lag"),  # neither too much nor little
        ((10, 10), (25, 25), (), 1, "calm"),
        ((10, 10, 10), (5000, 0, 0), (), 1, "calm"),  # one slow instance is no reason
        ((10,), (0,), (201,), 2, "puts"),
        ((10, 10), (0, 0), (5000, 5000), 3, "puts"),  # slow puts: one more is tried
        ((10, 10), (0, 0), (150,), 2, "puts"),
        ((500,), (60,), (300,), 5, "connections"),  # the largest wins
    ],
)
def test_a_load_asks_for_a_number(
    connections: tuple[int, ...],
    lag: tuple[float, ...],
    puts: tuple[float, ...],
    count: int,
    because: str,
) -> None:
    assert wish(Load(connections, lag, puts), LIMITS) == Wish(count, because)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=8))
def test_what_is_wished_is_enough_and_then_stays(connections: list[int]) -> None:
    wished = wish(Load(tuple(connections), (), ()), LIMITS).count
    assert sum(connections) <= wished * LIMITS.connections
    spread = tuple(len(range(n, sum(connections), wished)) for n in range(wished))
    assert wish(Load(spread, (), ()), LIMITS).count == wished


def test_the_share_for_an_autoscaler_is_that_of_the_worst_measure() -> None:
    assert load_share(Load((), (), ()), LIMITS) == 0.0
    assert load_share(Load((50, 50), (25, 25), (40,)), LIMITS) == 0.5
    assert load_share(Load((50, 50), (25, 25), (300,)), LIMITS) == 1.5


def decisions(steady: Steady, story: list[tuple[float, int]], present: int) -> list[int]:
    """Follow wishes at their times; each decision is carried out."""
    made = []
    for now, wished in story:
        present = steady.decide(now, Wish(wished, "connections"), present).count
        made.append(present)
    return made


def test_more_are_added_when_the_wish_has_held_for_its_time() -> None:
    story = [(0.0, 3), (0.5, 3), (1.0, 3), (1.5, 3)]
    assert decisions(Steady(1.0, 30.0), story, 1) == [1, 1, 3, 3]


def test_a_short_peak_adds_nobody() -> None:
    story = [(0.0, 1), (0.5, 9), (1.0, 9), (1.4, 1), (1.5, 9), (2.0, 9)]
    assert decisions(Steady(1.0, 30.0), story, 1) == [1] * 6


def test_the_smallest_wish_of_the_time_is_followed() -> None:
    assert decisions(Steady(1.0, 30.0), [(0.0, 9), (0.5, 2), (1.0, 5)], 1)[-1] == 2


def test_fewer_come_one_after_the_other_when_calm_has_held() -> None:
    steady = Steady(1.0, 30.0)
    story = [(float(now), 1) for now in range(40)]
    made = decisions(steady, story, 4)
    assert made[:30] == [4] * 30
    assert [made.index(count) for count in (3, 2, 1)] == [30, 32, 34]


def test_one_wish_for_many_keeps_them_for_the_whole_time() -> None:
    story = [(float(now), 4 if now == 20 else 1) for now in range(60)]
    made = decisions(Steady(1.0, 30.0), story, 4)
    assert made.index(3) == 51


def test_a_load_that_swings_around_a_limit_changes_nothing() -> None:
    story = [(now / 2, 2 + now % 2) for now in range(200)]
    assert set(decisions(Steady(1.0, 30.0), story, 2)) == {2}
    assert set(decisions(Steady(1.0, 30.0), story, 3)) == {3}


def test_what_was_wished_for_fewer_is_forgotten_when_there_are_more() -> None:
    steady = Steady(1.0, 30.0)
    assert decisions(steady, [(0.0, 2), (1.0, 2)], 1) == [1, 2]
    assert decisions(steady, [(1.1, 4), (2.0, 4), (2.1, 4)], 2) == [2, 2, 4]


@pytest.mark.parametrize(
    ("wished", "least", "most", "allowed", "count"),
    [
        (1, 1, 4, 9, 1),
        (9, 1, 4, 9, 4),
        (1, 3, 4, 9, 3),
        (9, 1, 4, 2, 2),
        (1, 3, 4, 2, 2),
        (0, 1, 4, 0, 1),
    ],
)
def test_host_and_machine_bound_the_number(
    wished: int, least: int, most: int, allowed: int, count: int
) -> None:
    assert bounded(wished, least, most, allowed) == count


# -- the machine ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cores", "available", "running", "measured", "allowed"),
    [
        (2, 20 * GIB, 1, 0, 4),
        (0.5, 20 * GIB, 1, 0, 1),  # half a core of a container
        (64, 20 * GIB, 1, 0, 128),
        (64, 3 * GIB, 2, 0, 2 + (3 * GIB - 2 * GIB) // INSTANCE_LEN),
        (64, 3 * GIB, 2, GIB, 3),
        (64, 2 * GIB, 2, GIB, 2),  # nothing left but the reserve
        (64, 0, 2, GIB, 1),  # less than the reserve: give back, but never the last
    ],
)
def test_the_machine_allows(
    cores: float, available: int, running: int, measured: int, allowed: int
) -> None:
    machine = Machine(cores, 0.5, 20 * GIB, available)
    assert allowed_count(machine, 2, running, measured) == allowed


def test_a_container_may_have_less_than_the_machine() -> None:
    whole = usable_cores()
    assert usable_cores("max 100000") == whole
    assert usable_cores("50000 100000\n") == 0.5
    assert usable_cores("99900000 100000") == whole
    assert usable_cores("nonsense") == whole


# -- starting again -------------------------------------------------------------------------------


def test_who_never_comes_up_is_tried_ever_more_slowly() -> None:
    respawn, now = Respawn(), 100.0
    waits = []
    for _ in range(9):
        respawn.on_died(now, came_up=False)
        waits.append(respawn.wait_s(now))
        now += waits[-1]
        assert respawn.wait_s(now) == 0.0
    assert waits[:3] == [FIRST_DELAY_S, 2 * FIRST_DELAY_S, 4 * FIRST_DELAY_S]
    assert waits[-1] == LONGEST_DELAY_S
    respawn.on_up()
    respawn.on_died(now, came_up=False)
    assert respawn.wait_s(now) == FIRST_DELAY_S


def test_one_death_a_second_is_replaced_at_once_for_ever() -> None:
    respawn = Respawn()
    for second in range(600):
        respawn.on_died(float(second), came_up=True)
        assert respawn.wait_s(float(second)) == 0.0


def test_more_than_that_is_slowed_down_to_it() -> None:
    respawn = Respawn()
    for _ in range(BURST):
        respawn.on_died(0.0, came_up=True)
    assert respawn.wait_s(0.0) == 0.0
    respawn.on_died(0.0, came_up=True)
    assert respawn.wait_s(0.0) == 1.0
    assert respawn.wait_s(1.0) == 0.0
