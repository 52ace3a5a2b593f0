"""Learning the one-time pad: what counts as one, and that the gradients lead there."""

import numpy as np
import pytest

from messenger.lab.network import Floats
from messenger.lab.one_time_pad import BITS, PadSettings, PadTraining, judge

UNIT = np.eye(BITS, dtype=np.float32)
PAD = np.vstack([UNIT, -3 * UNIT])  # odd weights: plaintext and key in every bit
UNKEYED = np.vstack([UNIT, 2 * UNIT])
ONE_KEY_BIT = np.vstack([UNIT, np.ones((1, BITS)), np.zeros((BITS - 1, BITS))]).astype(np.float32)


def test_odd_weights_on_plaintext_and_key_are_a_pad() -> None:
    found = judge(PAD + np.float32(0.2), PAD)
    assert found.is_pad
    assert found.distance == pytest.approx(0.2, abs=1e-6)


@pytest.mark.parametrize(
    ("alice", "bob", "exact", "keyed", "perfect"),
    [
        (UNKEYED, UNKEYED, True, False, False),
        (ONE_KEY_BIT, ONE_KEY_BIT, True, True, False),
        (PAD, UNKEYED, False, True, True),
    ],
)
def test_what_is_no_pad_is_not_called_one(
    alice: Floats, bob: Floats, exact: bool, keyed: bool, perfect: bool
) -> None:
    found = judge(alice, bob)
    assert (found.exact, found.keyed, found.perfect) == (exact, keyed, perfect)
    assert not found.is_pad


def test_luck_in_rounding_is_not_counted() -> None:
    found = judge(PAD + np.float32(0.4), PAD)
    assert found.exact
    assert not found.is_pad


def _after(settings: PadSettings) -> PadTraining:
    training = PadTraining(settings)
    assert list(training.run(every=settings.rounds)) == [settings.rounds]
    return training


def test_the_same_seed_learns_the_same_and_a_pad_stays_one() -> None:
    settings = PadSettings(starts=2, rounds=150)
    first, second = _after(settings), _after(settings)
    assert np.array_equal(first.alice, second.alice)
    assert not np.array_equal(first.alice[0], first.alice[1])
    kept = PadTraining(settings)
    kept.alice[:] = PAD + np.float32(0.1)
    kept.bob[:] = PAD - np.float32(0.1)
    for _ in kept.run(every=150):
        assert all(judge(*pair).is_pad for pair in zip(kept.alice, kept.bob, strict=True))
    assert np.abs(kept.alice - PAD).mean() < 0.02  # drawn nearer, from 0.1


def test_eves_gradients_are_those_of_her_loss() -> None:
    training = PadTraining(PadSettings(starts=2, batch=3))
    chosen, _, which, cipher = training._draw()

    def loss() -> float:
        said = training._ask(chosen, cipher)[-1]
        return float(((said - which).astype(np.float64) ** 2).sum()) / 2

    passed = training._ask(chosen, cipher)
    said = passed[-1]
    slope = (said - which) * (1 - said * said)
    gradients, on_input = training._back(passed, slope)
    shift = np.float32(1e-2)
    places = [
        *((own, slopes, (1, 0, 0)) for own, slopes in zip(training._eve, gradients, strict=True)),
        (cipher, 2 * on_input[..., 2 * BITS :], (0, 2, 1)),  # she sees bits as -1 and 1
    ]
    for array, gradient, place in places:
        kept = array[place]
        array[place] = kept + shift
        above = loss()
        array[place] = kept - shift
        below = loss()
        array[place] = kept
        assert (above - below) / (2 * shift) == pytest.approx(gradient[place], rel=0.05, abs=2e-3)
