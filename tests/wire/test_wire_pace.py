"""The fast lane on the wire: so many instants, then the profile again, and never two at once."""

import asyncio
import random
from itertools import pairwise

import pytest
from virtual_net import People, join, run

from messenger.core.types import Cover, CoverMode
from messenger.wire.messages import FrameReceived
from messenger.wire.pace import Pace

SLOW = Cover(0.5)


def instants(pace: Pace, count: int) -> list[float]:
    found = []
    for _ in range(count):
        found.append(pace.next_at)
        pace.advance(pace.next_at)
    return found


@pytest.mark.parametrize("mode", list(CoverMode))
def test_a_lane_has_its_number_of_instants_and_the_profile_follows(mode: CoverMode) -> None:
    pace = Pace(Cover(0.5, mode), 0.0, random.Random(1))
    first = instants(pace, 4)
    pace.hurry(0.01, 1000)
    times = instants(pace, 1005)
    gaps = [b - a for a, b in pairwise(times)]
    assert times[0] > first[-1]
    assert min(gaps) > 0
    lane = times[1000] - times[0]
    assert lane == pytest.approx(10, abs=1.5)
    assert pace.cover == Cover(0.5, mode)
    assert times[1004] - times[1001] > 0.5


def test_what_is_passed_over_counts_and_is_not_made_up_for() -> None:
    pace = Pace(SLOW, 0.0, random.Random(1))
    pace.hurry(0.01, 1000)
    instants(pace, 10)
    pace.advance(pace.next_at + 60)
    assert pace.cover is SLOW
    assert pace.next_at > 60


@pytest.mark.parametrize(("interval_s", "count"), [(0.5, 10), (1.0, 10), (0.01, 0), (0.01, -1)])
def test_a_lane_that_is_none_changes_nothing(interval_s: float, count: int) -> None:
    plain, asked = (Pace(SLOW, 0.0, random.Random(1)) for _ in range(2))
    asked.hurry(interval_s, count)
    assert instants(asked, 50) == instants(plain, 50)


def test_a_second_wish_does_not_make_a_lane_longer() -> None:
    once, twice = (Pace(SLOW, 0.0, random.Random(1)) for _ in range(2))
    for pace in (once, twice):
        pace.hurry(0.01, 50)
        instants(pace, 10)
    twice.hurry(0.01, 50)
    assert instants(once, 60) == instants(twice, 60)


def departures(*, busy: bool) -> list[float]:
    times: list[float] = []

    async def scene() -> None:
        people = People(seed=7)
        ann, ben = people.ann(cover=SLOW), people.ben(cover=SLOW)
        join(ann, ben)
        await asyncio.sleep(1)
        ann.connection.hurry(0.01, 2000)
        if busy:
            for number in range(1, 4):
                ann.connection.send_frame(2, bytes(60_000), number)
        await asyncio.sleep(30)
        times.extend(at for at, _ in ann.transport.writes if at > 0)
        assert len(ben.hub.told(FrameReceived)) == 3 * busy

    run(scene())
    return times


def test_cover_goes_on_in_a_lane_and_the_queue_moves_no_instant() -> None:
    idle, busy = departures(busy=False), departures(busy=True)
    assert idle == busy
    assert 2010 <= len(idle) <= 2040  # 2,000 in the lane, two a second before and after it
