"""A "signature" from hidden states, and the forger who makes it.

Each 16-bit block of a text passes Alice's fully connected layer under a fixed key; the first eight
hidden states, weighted by the place of the block, are summed. The sum is 32 bytes for a text of any
length. It is **not a signature**: whoever can verify it can also make it, and whoever has seen a
few dozen of them can make it too, because the hidden states are an affine map of the bits.

Source: the question of the study this laboratory continues, "can Eve make it?"; least squares.
"""

from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from messenger.core.errors import RemoteProtocolError
from messenger.lab.shared_state import Shared
from messenger.lab.trio import BITS

SIGNATURE_LEN: Final = 32  # bytes
_STATES: Final = SIGNATURE_LEN // 4  # float32 each
_UNITS: Final = 2 * BITS  # of the fully connected layer
_GOLDEN: Final = 0.6180339887498949  # its multiples, modulo one, never repeat
_TOLERANCE: Final = 1e-5  # relative; two machines round the same sum differently


class BadSignatureError(RemoteProtocolError):
    """The hidden states sent with a text are not those of this text."""

    kind = "bad_signature"


class HiddenSigner:
    """Makes and verifies hidden-state signatures; Alice and Bob hold the same one."""

    def __init__(self, shared: Shared) -> None:
        weights = shared.pair.alice[: 2 * BITS * _UNITS].reshape(2 * BITS, _UNITS)
        bias = shared.pair.alice[2 * BITS * _UNITS : (2 * BITS + 1) * _UNITS]
        self._on_plain = weights[:BITS, :_STATES].astype(np.float64)
        by_key = shared.signing_key() @ weights[BITS:] + bias
        self._constant = by_key[0, :_STATES].astype(np.float64)

    def sign(self, text: bytes) -> bytes:
        """Return the SIGNATURE_LEN bytes that are sent with a text."""
        return self._states(text).astype("<f4").tobytes()

    def verify(self, text: bytes, signature: bytes) -> None:
        """Compare a signature with the one made here.

        Raises:
            BadSignatureError: It has another length or is not that of this text.
        """
        if len(signature) != SIGNATURE_LEN:
            raise BadSignatureError(f"a signature of the laboratory has {SIGNATURE_LEN} bytes")
        states = self._states(text)
        difference = np.abs(np.frombuffer(signature, "<f4").astype(np.float64) - states)
        if not (difference <= _TOLERANCE * (1 + np.abs(states).max())).all():
            raise BadSignatureError("the hidden states do not fit the text")

    def _states(self, text: bytes) -> NDArray[np.float64]:
        features = public_features(text)
        states: NDArray[np.float64] = features[:BITS] @ self._on_plain
        states += features[BITS] * self._constant
        return states


class Forger:
    """Learns from seen pairs of text and signature, and then signs what it likes."""

    def __init__(self, weights: NDArray[np.float64]) -> None:
        self._weights = weights

    @classmethod
    def learn(cls, pairs: list[tuple[bytes, bytes]]) -> Self:
        """Fit the signatures of seen texts by least squares; 17 different texts are enough."""
        features = np.array([public_features(text) for text, _ in pairs])
        states = [np.frombuffer(signature, "<f4") for _, signature in pairs]
        weights, *_ = np.linalg.lstsq(features, np.array(states, np.float64), rcond=None)
        return cls(weights)

    def sign(self, text: bytes) -> bytes:
        """Return a signature of a text that its victim never saw."""
        states: NDArray[np.float64] = public_features(text) @ self._weights
        return states.astype("<f4").tobytes()


def public_features(text: bytes) -> NDArray[np.float64]:
    """Reduce a text to the BITS + 1 numbers its signature depends on; no secret is needed."""
    body = len(text).to_bytes(4, "big") + text
    padded = np.frombuffer(body + b"\0" * (len(body) % 2), np.uint8)
    bits = np.unpackbits(padded).reshape(-1, BITS).astype(np.float64) * 2 - 1
    places = 1 + (np.arange(1, len(bits) + 1) * _GOLDEN) % 1
    return np.append(places @ bits, places.sum())
