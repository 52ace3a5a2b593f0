"""Honest attackers on a trained pair: an Eve trained afresh, and plain linear algebra.

The Eve of the training is the weakest judge there is, because Alice learnt to fool just her. These
two begin when the training is over and Alice can no longer answer.

Source: Abadi and Andersen 2016, section 2.5 (retraining Eve); ordinary least squares.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from messenger.lab.network import Dense, Floats, Network
from messenger.lab.objectives import bit_slope
from messenger.lab.optimizers import Adam
from messenger.lab.trio import BITS, EVE_NETWORK, Pair, random_bits, wrong_bits

MEASURED: Final = 16_384  # blocks an attacker is judged on
WIDE: Final = 256  # hidden units of the wide Eve


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a fresh Eve tries."""

    tries: int = 3
    steps: int = 6000
    batch: int = 512
    rate: float = 0.002
    wide: bool = False  # a fully connected Eve with WIDE hidden units instead of the paper's


def eve_error(pair: Pair, eve: Floats, seed: int) -> float:
    """Return the wrong bits of an Eve who learns no more."""
    plain, cipher = _seen(pair, np.random.default_rng([seed, 1]), MEASURED)
    return wrong_bits(EVE_NETWORK.forward(eve, cipher).output, plain)


def fresh_eve(pair: Pair, seed: int, effort: Effort) -> float:
    """Train new Eves on a frozen pair; the wrong bits of the best one."""
    return min(_one_eve(pair, [seed, turn], effort) for turn in range(effort.tries))


def linear_eve(pair: Pair, seed: int, blocks: int = 16_384) -> float:
    """Fit the plaintext to the ciphertext by least squares; the wrong bits on fresh blocks."""
    random = np.random.default_rng([seed, 2])
    plain, cipher = _seen(pair, random, blocks)
    weights, *_ = np.linalg.lstsq(_with_products(cipher), plain, rcond=None)
    plain, cipher = _seen(pair, random, MEASURED)
    return wrong_bits(_with_products(cipher) @ weights, plain)


def reused_key(pair: Pair, seed: int, blocks: int = 64, keys: int = 50) -> float:
    """Fit per key what ``blocks`` known blocks under one and the same key give away.

    Returns:
        Wrong bits on further blocks under that key, as a mean over ``keys`` keys.
    """
    random = np.random.default_rng([seed, 3])
    wrong = []
    for _ in range(keys):
        key = random_bits(random, 1)
        plain = random_bits(random, blocks + 1024)
        cipher = pair.encrypt(plain, np.repeat(key, len(plain), axis=0))
        known = np.hstack([cipher, np.ones((len(cipher), 1), np.float32)])
        weights, *_ = np.linalg.lstsq(known[:blocks], plain[:blocks], rcond=None)
        wrong.append(wrong_bits(known[blocks:] @ weights, plain[blocks:]))
    return float(np.mean(wrong))


def _one_eve(pair: Pair, seed: list[int], effort: Effort) -> float:
    random = np.random.default_rng(seed)
    network = Network([Dense(BITS, WIDE), Dense(WIDE, BITS)]) if effort.wide else EVE_NETWORK
    eve = network.first(random)
    rule = Adam(network.size, effort.rate)
    for _ in range(effort.steps):
        plain, cipher = _seen(pair, random, effort.batch)
        done = network.forward(eve, cipher)
        gradient, _ = network.backward(done, bit_slope(done.output, plain, 1 / BITS))
        rule.step(eve, gradient)
    plain, cipher = _seen(pair, random, MEASURED)
    return wrong_bits(network.forward(eve, cipher).output, plain)


def _seen(pair: Pair, random: np.random.Generator, blocks: int) -> tuple[Floats, Floats]:
    """Draw known plaintexts and their ciphertexts, each under a key of its own."""
    plain = random_bits(random, blocks)
    return plain, pair.encrypt(plain, random_bits(random, blocks))


def _with_products(cipher: Floats) -> Floats:
    """Add a one and all products of two entries: what a linear map of those can express."""
    rows, columns = np.triu_indices(BITS, k=1)
    ones = np.ones((len(cipher), 1), np.float32)
    return np.hstack([ones, cipher, cipher[:, rows] * cipher[:, columns]])
