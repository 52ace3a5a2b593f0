"""Two attackers on the old chat: one tells fakes from messages, one reads the messages.

Neither knows the key or the marker. The first learns, from the first half of a recording, which
beginnings are frequent and how long fakes are, and judges the second half; the same attacker is let
loose on Hum's cells. The second climbs from a guessed key to the one whose text looks like English.

Source: logistic regression; Jakobsen 1995, "A fast method for cryptanalysis of substitution
ciphers" (the climb, here on triples of letters instead of pairs).
"""

from collections import Counter
from collections.abc import Sequence
from pydoc_data.topics import topics
from typing import Final

import numpy as np
from numpy.typing import NDArray

from messenger.lab.old_cipher import ALPHABET, Sent

_LETTERS: Final = len(ALPHABET)
_SMOOTHING: Final = 0.1  # added to each count of the model, so that nothing is impossible
_PREFIX_LEN: Final = 4  # bytes; enough to see a marker
_DESCENTS: Final = 3000  # steps of the regression
_CLIMBS: Final = 12  # times a finished climb is shaken and climbed again
_SHAKES: Final = 6  # swaps of one shake


def separation(sent: Sequence[Sent]) -> float:
    """Train on the first half of a recording; the AUC on the second half.

    Returns:
        1.0 when every fake is told from every message, 0.5 when the attacker guesses.
    """
    half = len(sent) // 2
    features = _features(sent, half)
    fakes = np.array([one.fake for one in sent])
    scores = features @ _regression(features[:half], fakes[:half])
    return _auc(scores[half:], fakes[half:])


def fakes_found(sent: Sequence[Sent]) -> tuple[float, float]:
    """Look, without any training, for the beginning that most messages share.

    Returns:
        The share of fakes that begin so, and the share of real messages that do not.
    """
    common, _ = Counter(one.wire[:_PREFIX_LEN] for one in sent).most_common(1)[0]
    found = [one.wire.startswith(common) for one in sent if one.fake]
    spared = [not one.wire.startswith(common) for one in sent if not one.fake]
    return float(np.mean(found)), float(np.mean(spared))


def read_substitution(cipher: str, seed: int) -> str:
    """Decrypt a monoalphabetic cipher without its key, by climbing on triples of letters."""
    letters = _as_numbers(cipher)
    model = _english()
    random = np.random.default_rng(seed)
    triples = np.stack([letters[:-2], letters[1:-1], letters[2:]])
    seen_order = np.argsort(-np.bincount(letters, minlength=_LETTERS), kind="stable")
    usual_order = np.argsort(-np.exp(model).sum(axis=(1, 2)), kind="stable")
    first = np.empty(_LETTERS, np.int64)
    first[seen_order] = usual_order
    best = _climb(first, triples, model)
    for _ in range(_CLIMBS):
        shaken = best[1].copy()
        for one, other in random.integers(0, _LETTERS, (_SHAKES, 2)):
            shaken[[one, other]] = shaken[[other, one]]
        best = max(best, _climb(shaken, triples, model), key=lambda climbed: climbed[0])
    plain = "".join(ALPHABET[letter] for letter in best[1])
    return cipher.translate(str.maketrans(ALPHABET, plain))


def _features(sent: Sequence[Sent], known: int) -> NDArray[np.float64]:
    """Describe each message by size, gaps, mean byte, and how common its beginning was."""
    common = Counter(one.wire[:_PREFIX_LEN] for one in sent[:known])
    times = np.array([one.at for one in sent])
    columns = [
        np.array([len(one.wire) for one in sent], np.float64),
        np.array([common[one.wire[:_PREFIX_LEN]] for one in sent], np.float64),
        np.array([np.frombuffer(one.wire, np.uint8).mean() for one in sent]),
        np.diff(times, prepend=times[0]),
        np.diff(times, append=times[-1]),
    ]
    features = np.stack(columns, axis=1)
    spread = features[:known].std(axis=0)
    features = (features - features[:known].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.hstack([features, np.ones((len(sent), 1))])


def _regression(features: NDArray[np.float64], fakes: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Fit a logistic regression by plain descent."""
    weights = np.zeros(features.shape[1])
    for _ in range(_DESCENTS):
        guess = 1 / (1 + np.exp(-np.clip(features @ weights, -30, 30)))
        weights -= 0.3 * features.T @ (guess - fakes) / len(fakes)
    return weights


def _auc(scores: NDArray[np.float64], fakes: NDArray[np.bool_]) -> float:
    """Probability that a fake scores higher than a message; ties count half."""
    above = scores[fakes][:, None] - scores[~fakes][None, :]
    return float(np.mean((above > 0) + 0.5 * (above == 0)))


def _climb(
    key: NDArray[np.int64], triples: NDArray[np.int64], model: NDArray[np.float64]
) -> tuple[float, NDArray[np.int64]]:
    """Swap two letters of the key as long as that makes the text more English."""
    key = key.copy()
    best = _score(key, triples, model)
    climbing = True
    while climbing:
        climbing = False
        for one in range(_LETTERS):
            for other in range(one + 1, _LETTERS):
                key[[one, other]] = key[[other, one]]
                score = _score(key, triples, model)
                if score > best:
                    best, climbing = score, True
                else:
                    key[[one, other]] = key[[other, one]]
    return best, key


def _score(key: NDArray[np.int64], triples: NDArray[np.int64], model: NDArray[np.float64]) -> float:
    first, second, third = key[triples]
    return float(model[first, second, third].sum())


def _english() -> NDArray[np.float64]:
    """Log-probability of each triple of letters, from the English of Python's own manual."""
    letters = _as_numbers("".join(topics.values()))
    counts = np.full((_LETTERS, _LETTERS, _LETTERS), _SMOOTHING)
    np.add.at(counts, (letters[:-2], letters[1:-1], letters[2:]), 1)
    return np.asarray(np.log(counts / counts.sum()))


def _as_numbers(text: str) -> NDArray[np.int64]:
    raw = np.frombuffer(text.lower().encode("ascii", "ignore"), np.uint8).astype(np.int64)
    numbers = raw - ord("a")
    return numbers[(numbers >= 0) & (numbers < _LETTERS)]
