"""Tags of first flights: remembered while they matter, never without bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import ReplayError
from messenger.protocol.replay import (
    HOUR_S,
    MAX_SKEW_HOURS,
    TAG_LEN,
    ReplayCache,
    hour_of,
    is_outdated,
    replay_tag,
)

NOW = 1_780_000_000
HOUR = hour_of(NOW)


def tag(number: int, hour: int = HOUR) -> bytes:
    return replay_tag(hour, number.to_bytes(53, "big"))


def test_a_tag_says_its_hour_and_hides_the_flight() -> None:
    assert len(tag(1)) == TAG_LEN
    assert tag(1)[:4] == HOUR.to_bytes(4, "big")
    assert tag(1) != tag(2)


def test_a_tag_is_accepted_once() -> None:
    cache = ReplayCache()
    cache.check(tag(1), NOW)
    cache.add(tag(1), NOW)
    for again in (cache.check, cache.add):
        with pytest.raises(ReplayError, match="before"):
            again(tag(1), NOW)
    cache.add(tag(2), NOW)
    assert len(cache) == 2


@pytest.mark.parametrize(
    "hours", [-MAX_SKEW_HOURS - 1, MAX_SKEW_HOURS + 1, -HOUR, 2**32 - 1 - HOUR]
)
def test_another_time_is_refused_without_being_remembered(hours: int) -> None:
    cache = ReplayCache()
    with pytest.raises(ReplayError, match="time"):
        cache.add(tag(1, HOUR + hours), NOW)
    assert len(cache) == 0


def test_a_tag_is_forgotten_only_when_its_time_alone_refuses_it() -> None:
    cache = ReplayCache([tag(1)])
    later = NOW
    while not is_outdated(tag(1), later):
        with pytest.raises(ReplayError):
            cache.add(tag(1), later)
        later += HOUR_S
    assert later - NOW == (MAX_SKEW_HOURS + 1) * HOUR_S
    with pytest.raises(ReplayError, match="time"):
        cache.add(tag(1), later)
    cache.add(tag(2, hour_of(later)), later)
    assert len(cache) == 1


def test_a_full_cache_lets_the_oldest_hour_go() -> None:
    cache = ReplayCache(max_count=10)
    for number in range(10):
        cache.add(tag(number, HOUR - 10 + number), NOW)
    cache.add(tag(10), NOW)
    assert len(cache) == 10
    cache.check(tag(0, HOUR - 10), NOW)
    for number in range(1, 10):
        with pytest.raises(ReplayError):
            cache.check(tag(number, HOUR - 10 + number), NOW)


def test_what_a_former_run_saw_counts_and_damage_is_left_out() -> None:
    cache = ReplayCache([tag(1), b"short", tag(1), tag(2) + b"x"])
    assert len(cache) == 1
    with pytest.raises(ReplayError):
        cache.add(tag(1), NOW)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(-60, 60)), max_size=120))
def test_the_bound_holds_and_nothing_in_it_is_accepted_twice(adds: list[tuple[int, int]]) -> None:
    cache, accepted = ReplayCache(max_count=50), []
    for number, hours in adds:
        try:
            cache.add(tag(number, HOUR + hours), NOW)
        except ReplayError:
            continue
        accepted.append((number, hours))
        assert len(cache) <= 50
    if len(accepted) <= 50:
        assert len(set(accepted)) == len(accepted) == len(cache)
