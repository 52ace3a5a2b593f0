"""Alice, Bob and Eve: three networks of the same build.

Alice turns plaintext and key into a ciphertext, Bob turns ciphertext and key back, Eve has the
ciphertext alone. Bits are the floats -1 and 1; a ciphertext is float32 in (-1, 1).

Source: Abadi and Andersen 2016, sections 2.2 and 2.4.
"""

from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np

from messenger.lab.network import Convolution, Dense, Floats, Network

BITS: Final = 16  # of plaintext, key and ciphertext alike


def build(inputs: int, bits: int = BITS, hidden: str = "leaky") -> Network:
    """One fully connected layer to 2 x ``bits``, then the paper's four convolutions."""
    return Network(
        [
            Dense(inputs, 2 * bits),
            Convolution(2 * bits, channels=1, filters=2, width=4),
            Convolution(2 * bits, channels=2, filters=4, width=2, stride=2),
            Convolution(bits, channels=4, filters=4, width=1),
            Convolution(bits, channels=4, filters=1, width=1),
        ],
        hidden,
    )


PAIR_NETWORK: Final = build(2 * BITS)  # Alice and Bob
EVE_NETWORK: Final = build(BITS)


@dataclass(frozen=True, slots=True)
class Pair:
    """What Alice and Bob share besides the key: their trained networks."""

    alice: Floats = field(repr=False)
    bob: Floats = field(repr=False)

    @classmethod
    def first(cls, random: np.random.Generator) -> Self:
        """Draw two untrained networks."""
        return cls(PAIR_NETWORK.first(random), PAIR_NETWORK.first(random))

    def encrypt(self, plain: Floats, key: Floats) -> Floats:
        """Return the ciphertexts ``(batch, BITS)`` of plaintexts under keys of that shape."""
        return PAIR_NETWORK.forward(self.alice, np.hstack([plain, key])).output

    def decrypt(self, cipher: Floats, key: Floats) -> Floats:
        """Return Bob's reading, floats whose signs are the bits."""
        return PAIR_NETWORK.forward(self.bob, np.hstack([cipher, key])).output


def random_bits(random: np.random.Generator, batch: int) -> Floats:
    """Draw ``(batch, BITS)`` floats of -1 and 1."""
    drawn = random.integers(0, 2, (batch, BITS), dtype=np.int8)
    return drawn.astype(np.float32) * np.float32(2) - np.float32(1)


def wrong_bits(read: Floats, plain: Floats) -> float:
    """Mean number of bits of a block whose sign is wrong; guessing gives half of them."""
    return float(np.mean(np.sum((read > 0) != (plain > 0), axis=1)))
