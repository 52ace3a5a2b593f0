"""The attacker who knows what was said: what he finds, and what he must not."""

from collections.abc import Callable, Sequence
from random import Random

import pytest

from messenger.wiretest.correlator import Talk, event_based, shape_based, talks_of
from messenger.wiretest.judge import Auc, Scored, auc
from messenger.wiretest.packets import Line, Packet, Way
from messenger.wiretest.plan import Condition, Run

LENGTH = 60.0  # intervals of a run
TALKS = 60
Attacker = Callable[[Sequence[Talk]], list[Scored]]
Times = tuple[float, ...]


def spoken(random: Random, stall: float | None = None) -> tuple[tuple[float, int], ...]:
    """Some messages at random times; nobody speaks in the ten intervals of a stall."""
    times = sorted(random.uniform(0, LENGTH) for _ in range(12))
    return tuple((at, random.randint(50, 400)) for at in times if not _stalls(at, stall))


def steady(random: Random, stall: float | None = None) -> Times:
    """One cell in each interval, whatever is said; none in a stall."""
    times = (n + random.uniform(0.25, 0.75) for n in range(int(LENGTH)))
    return tuple(at for at in times if not _stalls(at, stall))


def _stalls(at: float, stall: float | None) -> bool:
    return stall is not None and stall <= at < stall + 10


def found(attacker: Attacker, talks: Sequence[Talk]) -> Auc:
    return auc(attacker(talks), Random(1))


@pytest.mark.parametrize("attacker", [shape_based, event_based])
def test_messages_that_leave_at_once_are_found(attacker: Attacker) -> None:
    random = Random(1)
    talks = []
    for number in range(TALKS):
        said = spoken(random)
        pieces = [at + 0.02 * piece for at, size in said for piece in range(1 + size // 100)]
        own = tuple(sorted([*steady(random), *pieces]))
        others = tuple(steady(random) for _ in range(3))
        talks.append(Talk(number, said, own, others, LENGTH))
    assert found(attacker, talks).low > 0.9


@pytest.mark.parametrize("attacker", [shape_based, event_based])
def test_a_line_that_does_not_care_is_not_found(attacker: Attacker) -> None:
    random = Random(2)
    talks = [
        Talk(number, spoken(random), steady(random), (steady(random), steady(random)), LENGTH)
        for number in range(4 * TALKS)
    ]
    area = found(attacker, talks)
    assert area.low <= 0.5 <= area.high


def test_a_stall_of_the_whole_machine_is_no_connection() -> None:
    """It silences who writes and every line; only with lines of other times it looks like one."""
    random = Random(3)
    talks, of_other_times = [], []
    for number in range(4 * TALKS):
        stall = random.uniform(0, LENGTH - 10)
        said, own = spoken(random, stall), steady(random, stall)
        beside = tuple(steady(random, stall) for _ in range(2))
        elsewhere = tuple(steady(random, random.uniform(0, LENGTH - 10)) for _ in range(2))
        talks.append(Talk(number, said, own, beside, LENGTH))
        of_other_times.append(Talk(number, said, own, elsewhere, LENGTH))
    area = found(shape_based, talks)
    assert area.low <= 0.5 <= area.high
    assert found(shape_based, of_other_times).low > 0.55


def test_a_run_is_a_talk_each_way_beside_the_lines_of_others() -> None:
    def line(*times: float) -> Line:
        packets = [Packet(at, 512) for at in times]
        return Line({Way.FROM_A: packets, Way.FROM_B: [Packet(at, 0) for at in times]})

    run = Run(0, Condition.CHAT, 100.0, 104.0)
    said = [(Way.FROM_A, 101.0, 80), (Way.FROM_B, 102.0, 90), (Way.FROM_A, 200.0, 70)]
    first, second = talks_of(line(99.0, 101.0, 103.0), [line(102.0)], run, 7, said, 2.0)
    assert first == Talk(7, ((0.5, 80),), (0.5, 1.5), ((1.0,),), 2.0)
    assert second == Talk(7, ((1.0, 90),), (), ((),), 2.0)
