"""Learn the one-time pad: a cipher whose attacker may choose the two plaintexts.

Alice and Bob are one layer each. A bit b enters as the angle pi b, and an output angle a leaves as
(1 - cos a) / 2, so an odd weight takes a bit into an exclusive or and an even one leaves it out.
Eve shows two plaintexts, gets the ciphertext of one, and says which. All starts learn side by side
in arrays of shape ``(starts, batch, bits)``; none knows of the others.

Source: Coutinho et al. 2018, "Learning Perfectly Secure Cryptography to Protect Communications
with Adversarial Neural Cryptography". Ours: the weights' first size, Eve's size, the pull of the
weights to integers, and the check by all plaintexts and keys.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from messenger.lab.network import LEAK, Floats
from messenger.lab.optimizers import Adam

BITS: Final = 4  # of plaintext, key and ciphertext
PI: Final = np.float32(np.pi)
NEAR: Final = 0.25  # a weight farther from every integer is rounded by chance
_FIRST: Final = 0.3  # standard deviation of the first weights
_HIDDEN: Final = 32  # in each of Eve's two hidden layers
_ONE: Final = np.float32(1)


@dataclass(frozen=True, slots=True)
class PadSettings:
    """What decides a run of several starts."""

    seed: int = 1
    starts: int = 10
    rounds: int = 100_000
    batch: int = 64
    rate: float = 0.002
    pull: float = 0.0  # to integers; grows from 0 to this; 0 is the paper's way


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rounded weights of one start are."""

    distance: float  # of the weight that is farthest from an integer, 0 to 0.5
    exact: bool  # Bob reads all 256 pairs of plaintext and key
    keyed: bool  # every bit of the ciphertext takes in a bit of the key
    perfect: bool  # every ciphertext is as likely for every plaintext

    @property
    def is_pad(self) -> bool:
        """Whether this is a one-time pad, and not by the luck of rounding."""
        return self.exact and self.keyed and self.perfect and self.distance < NEAR


def judge(alice: Floats, bob: Floats) -> Judged:
    """Round both matrices, each ``(2 * BITS, BITS)``, and try all plaintexts and keys."""
    rounded = np.rint(alice), np.rint(bob)
    distance = max(np.abs(alice - rounded[0]).max(), np.abs(bob - rounded[1]).max())
    every = np.array(list(itertools.product((0, 1), repeat=2 * BITS)), np.float32)
    plain, key = every[:, :BITS], every[:, BITS:]
    cipher = np.rint(_bits(PI * every @ rounded[0]))
    read = np.rint(_bits(PI * np.hstack([cipher, key]) @ rounded[1]))
    seen = {(*block, *sent) for block, sent in zip(plain.tolist(), cipher.tolist(), strict=True)}
    return Judged(
        distance=float(distance),
        exact=bool((read == plain).all()),
        keyed=bool((rounded[0][BITS:] % 2).any(axis=0).all()),
        perfect=len(seen) == len(every),  # 16 keys give 16 ciphertexts of each plaintext
    )


class PadTraining:
    """All starts of one run: Alice, Bob and Eve, a round at a time."""

    def __init__(self, settings: PadSettings) -> None:
        self.settings = settings
        self._random = np.random.default_rng(settings.seed)
        shape = (settings.starts, 2 * BITS, BITS)
        self.alice, self.bob = (
            self._random.normal(0, _FIRST, shape).astype(np.float32) for _ in range(2)
        )
        sizes = (3 * BITS, _HIDDEN, _HIDDEN, 1)
        self._eve = [
            layer
            for inputs, outputs in itertools.pairwise(sizes)
            for layer in self._first(inputs, outputs)
        ]
        self._rules = {
            id(weights): Adam(weights.size, settings.rate)
            for weights in (self.alice, self.bob, *self._eve)
        }

    def run(self, every: int) -> Iterator[int]:
        """Learn, and yield the count of rounds after each ``every`` of them."""
        for done in range(1, self.settings.rounds + 1):
            self._teach_eve()
            self._teach_pair(self.settings.pull * done / self.settings.rounds)
            if done % every == 0:
                yield done

    def _teach_eve(self) -> None:
        chosen, key, which, plain = self._draw()
        cipher = _bits(PI * np.concatenate([plain, key], 2) @ self.alice)
        passed = self._ask(chosen, cipher)
        gradients, _ = self._back(passed, (passed[-1] - which) / np.float32(self.settings.batch))
        for weights, gradient in zip(self._eve, gradients, strict=True):
            self._step(weights, gradient)

    def _teach_pair(self, pull: float) -> None:
        chosen, key, which, plain = self._draw()
        entered = PI * np.concatenate([plain, key], 2)
        angle = entered @ self.alice
        heard = np.concatenate([np.arccos(np.clip(np.cos(angle), -1, 1)), PI * key], 2)
        turned = heard @ self.bob
        on_bob = np.sign(_bits(turned) - plain) * np.sin(turned)
        on_bob /= np.float32(2 * BITS * self.settings.batch)
        through_bob = (on_bob @ _turn(self.bob))[..., :BITS] * np.sign(np.sin(angle))
        on_cipher = self._dread_of_eve(chosen, _bits(angle), which)
        on_angle = through_bob + on_cipher * np.sin(angle) / 2
        self._step(self.alice, _turn(entered) @ on_angle + _away(self.alice, pull))
        self._step(self.bob, _turn(heard) @ on_bob + _away(self.bob, pull))

    def _dread_of_eve(self, chosen: Floats, cipher: Floats, which: Floats) -> Floats:
        """Gradient on the ciphertext of ``4 (1/2 - error)^2``, for starts where Eve errs less."""
        passed = self._ask(chosen, cipher)
        said = passed[-1]
        error = np.abs(said - which).mean((1, 2), keepdims=True) / 2
        weight = -8 * np.maximum(np.float32(0.5) - error, 0)
        slope = weight * np.sign(said - which) / np.float32(2 * self.settings.batch)
        _, on_input = self._back(passed, (slope * (_ONE - said * said)).astype(np.float32))
        cipher_slope: Floats = 2 * on_input[..., 2 * BITS :]  # Eve sees bits as -1 and 1
        return cipher_slope

    def _ask(self, chosen: Floats, cipher: Floats) -> list[Floats]:
        """Return Eve's activations: input, two hidden layers, and her word, -1 for the first."""
        passed: list[Floats] = [np.concatenate([chosen, cipher], 2) * 2 - 1]
        for place in (0, 2):
            total = passed[-1] @ self._eve[place] + self._eve[place + 1]
            passed.append(np.maximum(total, LEAK * total))
        return [*passed, np.tanh(passed[-1] @ self._eve[4] + self._eve[5])]

    def _back(self, passed: list[Floats], slope: Floats) -> tuple[list[Floats], Floats]:
        """Return gradients on Eve's parameters and on her input; ``slope`` is before the tanh."""
        gradients: list[Floats] = []
        for place in (4, 2, 0):
            before = passed[place // 2]
            gradients[:0] = [_turn(before) @ slope, slope.sum(1, keepdims=True)]
            slope = slope @ _turn(self._eve[place])
            if place:
                slope = slope * np.where(before > 0, _ONE, LEAK)
        return gradients, slope

    def _step(self, weights: Floats, gradient: Floats) -> None:
        self._rules[id(weights)].step(weights.reshape(-1), gradient.reshape(-1))

    def _first(self, inputs: int, outputs: int) -> tuple[Floats, Floats]:
        limit, starts = np.sqrt(6 / (inputs + outputs)), self.settings.starts
        weights = self._random.uniform(-limit, limit, (starts, inputs, outputs))
        return weights.astype(np.float32), np.zeros((starts, 1, outputs), np.float32)

    def _draw(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Draw two plaintexts side by side, a key, which is sent (-1 or 1), and that one."""
        size = (self.settings.starts, self.settings.batch, 3 * BITS + 1)
        bits = self._random.integers(0, 2, size, dtype=np.int8).astype(np.float32)
        chosen, key, which = bits[..., : 2 * BITS], bits[..., 2 * BITS : -1], bits[..., -1:]
        plain: Floats = np.where(which > 0, chosen[..., BITS:], chosen[..., :BITS])
        return chosen, key, which + which - 1, plain


def _bits(angle: Floats) -> Floats:
    bits: Floats = (_ONE - np.cos(angle)) / np.float32(2)
    return bits


def _turn(batch: Floats) -> Floats:
    return batch.transpose(0, 2, 1)


def _away(weights: Floats, pull: float) -> Floats:
    """Gradient of a wave that is lowest at every integer."""
    slope: Floats = np.float32(pull) * np.sin(np.float32(2 * np.pi) * weights)
    return slope
