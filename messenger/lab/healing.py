"""A leak, and how the two get well: Eve's score is watched, and a bad one retrains and reissues.

In the laboratory somebody can look at Eve's score; outside, nobody can, and a thief who only reads
is never noticed. The messenger therefore heals on a clock, by its ratchet, and waits for no alarm.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from messenger.lab.network import Floats
from messenger.lab.shared_state import Shared
from messenger.lab.trio import EVE_NETWORK, Pair, random_bits, wrong_bits

ALARM: Final = 6.0  # wrong bits of BITS; an Eve who errs less knows something
WINDOW: Final = 512  # blocks the watch looks back on

Reader: TypeAlias = Callable[[Floats, bytes], Floats]  # ciphertexts, label of their keys -> bits


class Watch:
    """Looks at Eve's score and calls for help when it falls below ALARM."""

    def __init__(self) -> None:
        self._scores: deque[tuple[float, int]] = deque()

    def see(self, wrong: float, blocks: int) -> bool:
        """Take the score of one text; True when the last WINDOW blocks raise the alarm."""
        self._scores.append((wrong, blocks))
        while sum(count for _, count in self._scores) - self._scores[0][1] >= WINDOW:
            self._scores.popleft()
        return self.score < ALARM and sum(count for _, count in self._scores) >= WINDOW

    @property
    def score(self) -> float:
        """Mean wrong bits over the window."""
        total = sum(count for _, count in self._scores)
        return sum(wrong * count for wrong, count in self._scores) / max(total, 1)


def listening_eve(eve: Floats) -> Reader:
    """Return the Eve who has her network and nothing else."""
    return lambda cipher, _: EVE_NETWORK.forward(eve, cipher).output


def thieving_eve(stolen: Shared) -> Reader:
    """Return the Eve who holds a copy of networks and secret."""
    return lambda cipher, label: stolen.pair.decrypt(cipher, stolen.keys(label, len(cipher)))


@dataclass(frozen=True, slots=True)
class Healing:
    """Mean wrong bits of BITS in each act."""

    before: float  # Eve with her network
    leaked: float  # Eve with the copy
    noticed_after: int  # texts, from the theft to the alarm; at most _PATIENCE
    healed: float  # Eve with the copy, after retraining and reissuing
    bob: float  # Bob, after it


def leak_and_heal(
    shared: Shared, eve: Floats, retrain: Callable[[], Pair], seed: int
) -> tuple[Healing, Shared]:
    """Let Eve steal everything, wait for the alarm, and get well without a person.

    Args:
        shared: What Alice and Bob hold when Eve comes.
        eve: Her network.
        retrain: Makes a new pair.
        seed: Of the traffic and the new secret.

    Returns:
        The scores, and what Alice and Bob hold afterwards.
    """
    random = np.random.default_rng([seed, 5])
    watch = Watch()
    before = np.mean([_one_text(shared, listening_eve(eve), random)[0] for _ in range(20)])
    thief = thieving_eve(shared)
    leaked, noticed_after, alarm = 0.0, 0, False
    while not alarm and noticed_after < _PATIENCE:
        noticed_after += 1
        leaked, _ = _one_text(shared, thief, random)
        alarm = watch.see(leaked, _TEXT_BLOCKS)
    well = Shared.issue(retrain(), random)
    scores = [_one_text(well, thief, random) for _ in range(20)]
    healed, bob = np.mean([score for score, _ in scores]), np.mean([wrong for _, wrong in scores])
    return Healing(float(before), leaked, noticed_after, float(healed), float(bob)), well


_TEXT_BLOCKS: Final = 128  # of one text of this experiment
_PATIENCE: Final = 100  # texts; a copy of networks that cannot read raises no alarm


def _one_text(shared: Shared, eve: Reader, random: np.random.Generator) -> tuple[float, float]:
    """Send one text; the wrong bits of Eve and of Bob."""
    label = random.bytes(16)
    plain = random_bits(random, _TEXT_BLOCKS)
    keys = shared.keys(label, len(plain))
    cipher = shared.pair.encrypt(plain, keys)
    return wrong_bits(eve(cipher, label), plain), wrong_bits(
        shared.pair.decrypt(cipher, keys), plain
    )
