"""Two questions a cipher must survive before anybody speaks of secrecy.

Is the ciphertext just the plaintext, and does the key matter? An objective that never asks them
passes its own loss and fails both: see ``PLAINTEXT`` in :mod:`messenger.lab.objectives`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from messenger.lab.trio import BITS, Pair, random_bits, wrong_bits

MAX_IDENTITY: Final = 0.70  # share of bits with sign(C) = P; a blind guess has 0.50
MIN_WRONG_KEY: Final = 6.0  # bits of BITS that Bob must get wrong with a wrong key
MAX_RIGHT_KEY: Final = 1.0  # bits of BITS that Bob may get wrong with the right key
_BLOCKS: Final = 8192


@dataclass(frozen=True, slots=True)
class Checked:
    """The answers: shares and mean wrong bits of BITS."""

    identity: float  # the largest share, over the sign and its negation, of sign(C) = P
    right_key: float
    wrong_key: float

    @property
    def is_cipher(self) -> bool:
        """Whether Bob reads it, the ciphertext is not the plaintext, and the key matters."""
        return (
            self.right_key <= MAX_RIGHT_KEY
            and self.identity <= MAX_IDENTITY
            and self.wrong_key >= MIN_WRONG_KEY
        )


def check(pair: Pair, seed: int) -> Checked:
    """Ask both questions on fresh blocks."""
    random = np.random.default_rng([seed, 4])
    plain, key = random_bits(random, _BLOCKS), random_bits(random, _BLOCKS)
    cipher = pair.encrypt(plain, key)
    same = 1 - wrong_bits(cipher, plain) / BITS
    return Checked(
        identity=max(same, 1 - same),
        right_key=wrong_bits(pair.decrypt(cipher, key), plain),
        wrong_key=wrong_bits(pair.decrypt(cipher, random_bits(random, _BLOCKS)), plain),
    )
