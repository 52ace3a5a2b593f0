"""The figures of the self-test are honest: chance is called chance, and a small leak is found."""

from collections.abc import Sequence
from functools import cache
from random import Random

import pytest

from messenger.wiretest.attackers import attack, attackers
from messenger.wiretest.judge import Auc, Scored, auc, holm, t_quantile
from messenger.wiretest.plan import Condition
from messenger.wiretest.windows import Window

FEATURES = 6
BLOCKS = 30


def made_up(
    random: Random, *, leak: float = 0.0, blocks: int = BLOCKS
) -> tuple[list[Window], list[bool]]:
    """Windows of equal habits that drift from block to block; ``leak``: in standard deviations."""
    windows, busy = [], []
    for block in range(blocks):
        drift = [random.gauss(0, 0.5) for _ in range(FEATURES)]
        for condition in (Condition.IDLE, Condition.CHAT):
            for _ in range(4):
                features = {f"rate.{n}": random.gauss(mood, 1) for n, mood in enumerate(drift)}
                features["rate.0"] += leak * (condition is Condition.CHAT)
                windows.append(Window(block, condition, features, ()))
                busy.append(condition is Condition.CHAT)
    return windows, busy


@cache
def judged(seed: int, name: str, *, leak: float = 0.0, blocks: int = BLOCKS) -> Auc:
    random = Random(seed)
    windows, busy = made_up(random, leak=leak, blocks=blocks)
    return auc(attack(attackers()[name], windows, busy, random), random)


@pytest.mark.parametrize(
    ("name", "seeds"), [("cell rate", 200), ("logistic regression", 20), ("gradient boosting", 12)]
)
def test_false_alarms_are_as_rare_as_they_should_be(name: str, seeds: int) -> None:
    """Binomial: with a true rate of 5 %, more than these is rarer than one in five hundred."""
    areas = [judged(seed, name) for seed in range(seeds)]
    most = {200: 21, 20: 5, 12: 4}[seeds]
    assert sum(not area.low <= 0.5 <= area.high for area in areas) <= most
    assert sum(area.p < 0.05 for area in areas) <= most


def test_intervals_are_not_wide_for_safety() -> None:
    areas = [judged(seed, "cell rate") for seed in range(200)]
    assert sum(not area.low <= 0.5 <= area.high for area in areas) >= 2
    assert sum(area.p < 0.05 for area in areas) >= 2


@pytest.mark.parametrize("name", ["cell rate", "logistic regression", "gradient boosting"])
def test_a_small_leak_is_found(name: str) -> None:
    area = judged(1, name, leak=0.6, blocks=100)
    assert 0.53 < area.value < 0.7
    assert area.low > 0.5
    assert area.p < 0.001


def test_the_true_area_lies_in_the_interval() -> None:
    """A score whose true area is known: two normal laws, one standard deviation apart, 0.760."""
    missed = 0
    for seed in range(100):
        random = Random(seed)
        scored = [
            Scored(block, busy, random.gauss(float(busy), 1))
            for block in range(25)
            for busy in (False, True)
            for _ in range(5)
        ]
        area = auc(scored, random)
        missed += not area.low <= 0.760 <= area.high
    assert 1 <= missed <= 13


def scores(*blocks: tuple[Sequence[float], Sequence[float]]) -> list[Scored]:
    return [
        Scored(number, busy, score)
        for number, block in enumerate(blocks)
        for busy, several in enumerate(block)
        for score in several
    ]


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    area = auc(scores(((1, 2), (2, 3))), Random(1))
    assert area.value == pytest.approx(3.5 / 4)


def test_windows_of_different_blocks_are_not_compared() -> None:
    area = auc(scores(((1,), (2,)), ((11,), (12,)), ((21,), (22,))), Random(1))
    assert area.value == 1.0


def test_few_blocks_prove_little() -> None:
    area = auc(scores(*[((1,), (2,))] * 3), Random(1))
    assert (area.low, area.high) == (0.0, 1.0)
    assert area.p == pytest.approx(1 / 8)
    area = auc(scores(*[((1,), (2,))] * 20), Random(1))
    assert area.p == pytest.approx(1 / 4_001)


def test_what_cannot_be_compared_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        auc([Scored(1, False, 0.5), Scored(2, True, 0.5)], Random(1))


def test_holms_correction_is_that_of_his_paper() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []


def test_among_many_rows_of_chance_holm_seldom_finds_one() -> None:
    random = Random(1)
    alarms = sum(min(holm([random.random() for _ in range(40)])) < 0.05 for _ in range(1000))
    assert 25 <= alarms <= 80


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(3, 3.182), (5, 2.571), (10, 2.228), (99, 1.984)]
)
def test_students_quantile(freedom: int, quantile: float) -> None:
    assert t_quantile(freedom) == pytest.approx(quantile, rel=0.01)
