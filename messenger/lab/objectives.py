"""What Alice and Bob are trained for.

``ADVERSARIAL`` is the paper's: Bob reads well while Eve does no better than guessing.
``PLAINTEXT`` is the objective of the study this laboratory continues: Alice, too, is fitted to
output the plaintext. It is kept so that the checks of :mod:`messenger.lab.checks` can fail.

Source: Abadi and Andersen 2016, section 2.3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from messenger.lab.network import Floats
from messenger.lab.trio import BITS


@dataclass(frozen=True, slots=True)
class Slopes:
    """Gradients of the loss of Alice and Bob on three outputs, each ``(batch, BITS)``."""

    on_bob: Floats
    on_eve: Floats
    on_cipher: Floats  # on Alice's output directly, beside what comes through Bob and Eve


Objective: TypeAlias = Callable[[Floats, Floats, Floats, Floats], Slopes]


def bit_loss(read: Floats, plain: Floats) -> float:
    """Half the mean absolute difference of a block: bits wrong when outputs are -1 and 1."""
    return float(np.abs(read - plain).sum()) / 2 / len(plain)


def bit_slope(read: Floats, plain: Floats, weight: float = 1.0) -> Floats:
    """Return the gradient of ``weight * bit_loss``."""
    slope: Floats = np.sign(read - plain) * np.float32(weight / 2 / len(plain))
    return slope


def adversarial(plain: Floats, cipher: Floats, bob: Floats, eve: Floats) -> Slopes:
    """Bob's share of wrong bits, plus the squared distance of Eve's from one half."""
    half = BITS / 2
    weight = -2 * (half - bit_loss(eve, plain)) / half**2
    return Slopes(
        bit_slope(bob, plain, 1 / BITS), bit_slope(eve, plain, weight), np.zeros_like(cipher)
    )


def plaintext(plain: Floats, cipher: Floats, bob: Floats, eve: Floats) -> Slopes:
    """Fit Bob and Alice alike to the plaintext; nobody thinks of Eve."""
    return Slopes(
        bit_slope(bob, plain, 1 / BITS),
        np.zeros_like(eve),
        bit_slope(cipher, plain, 1 / BITS),
    )


OBJECTIVES: Final[dict[str, Objective]] = {"adversarial": adversarial, "plaintext": plaintext}
