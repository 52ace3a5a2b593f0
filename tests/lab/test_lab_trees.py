"""Tree parity machines keep the laws of the papers, in the bands of our own reference figures.

The reference: 4,000 runs a row, K = 3, N = 100, random walk; see docs/lab/results.md.
"""

import itertools

import numpy as np
import pytest

from messenger.core.errors import HandshakeError, MalformedFrameError
from messenger.lab import tree_agreement
from messenger.lab.frames import TreeBit
from messenger.lab.tree_agreement import Partner
from messenger.lab.tree_attackers import attack, genetic_attack
from messenger.lab.tree_parity import Shape, synchronise

MEAN_STEPS = {3: 345.7, 4: 631.7, 5: 1014.8}
GEOMETRIC = {3: 0.248, 4: 0.166, 5: 0.109, 6: 0.067}


@pytest.mark.parametrize("limit", MEAN_STEPS)
def test_steps_grow_with_the_square_of_the_weights(limit: int) -> None:
    found = synchronise(Shape(limit=limit), "random walk", runs=1000, seed=1)
    assert found.mean == pytest.approx(MEAN_STEPS[limit], rel=0.05)
    assert 36 <= found.mean / limit**2 <= 44
    assert found.median < found.mean
    assert found.error < 0.05 * found.mean


def test_a_geometric_attacker_succeeds_exponentially_less_often() -> None:
    won = {
        limit: attack(Shape(limit=limit), "geometric", runs=1000, attackers=1, seed=1).each
        for limit in GEOMETRIC
    }
    assert all(won[limit] == pytest.approx(GEOMETRIC[limit], abs=0.04) for limit in won)
    slope = np.polyfit(list(won), np.log(list(won.values())), 1)[0]
    assert -0.55 <= slope <= -0.33


def test_a_simple_attacker_hardly_ever_succeeds() -> None:
    assert attack(Shape(), "simple", runs=1000, attackers=1, seed=1).each <= 0.01


def test_fifty_attackers_are_nearly_sure_of_the_key() -> None:
    many = attack(Shape(), "geometric", runs=40, attackers=50, seed=1)
    assert many.any >= 0.85
    together = attack(Shape(), "majority", runs=40, attackers=50, seed=1)
    assert 0.4 <= together.any <= 0.9


def test_a_genetic_attacker_keeps_its_herd_within_bounds() -> None:
    assert 0 <= genetic_attack(Shape(), runs=3, population=64, seed=1).each <= 1


@pytest.mark.parametrize(("rule", "mean"), [("hebbian", 297), ("anti-hebbian", 465)])
def test_the_other_rules_synchronise_too(rule: str, mean: float) -> None:
    found = synchronise(Shape(), rule, runs=300, seed=1)
    assert found.mean == pytest.approx(mean, rel=0.08)


def _partners(seed: int, limit: int = 3) -> tuple[Partner, Partner]:
    public = bytes(31) + bytes([seed])
    shape = Shape(limit=limit)
    return Partner(shape, public, bytes([1, seed])), Partner(shape, public, bytes([2, seed]))


def _run(alice: Partner, bob: Partner) -> int:
    for step in itertools.count():
        told, answer = alice.next_bit(), bob.next_bit()
        alice.hear(answer)
        bob.hear(told)
        if alice.key or bob.key:
            return step
    raise AssertionError


def test_two_machines_end_with_one_key_every_time() -> None:
    for seed in range(20):
        alice, bob = _partners(seed)
        _run(alice, bob)
        assert alice.key is not None
        assert alice.key == bob.key
        assert len(alice.key) == 32


def test_a_bit_of_another_step_is_refused() -> None:
    alice, bob = _partners(1)
    alice.next_bit()
    with pytest.raises(MalformedFrameError):
        alice.hear(TreeBit(1, told=True))
    with pytest.raises(MalformedFrameError):
        bob.hear(TreeBit(0, told=True))  # it has not spoken yet
    alice.next_bit()
    with pytest.raises(MalformedFrameError):
        alice.hear(TreeBit(0, told=True, check=bytes(16)))


def test_machines_that_never_agree_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_agreement, "MAX_STEPS", 50)
    alice, _ = _partners(1)
    with pytest.raises(HandshakeError, match="50 steps"):
        _hear_chance(alice)


def _hear_chance(alice: Partner) -> None:
    random = np.random.default_rng(1)
    for _ in range(60):
        bit = alice.next_bit()
        check = bytes(16) if bit.check else b""
        alice.hear(TreeBit(bit.step, told=bool(random.integers(2)), check=check))
