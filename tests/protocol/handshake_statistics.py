"""What statistics say of the flights of real handshakes: nothing, if they are uniformly random.

Real randomness has no seed, so each test alarms only below ALARM: with all tests over three flights
of two kinds of handshake that makes fewer than one false alarm in a million runs. Where one test
looks at many places, its p is multiplied by their number (Bonferroni).

``python tests/protocol/handshake_statistics.py 10000`` prints them all; ``make handshakes``.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from fake_wire import BOB, UNIX_S
from scipy import stats

from messenger.crypto.noise.keys import KeyPair
from messenger.protocol import veil
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.link import Link
from messenger.protocol.replay import ReplayCache

ALARM = 1e-8  # of each test; 6 sets of 8 and 2 of 4 tests: 6e-7 in all
START = veil.MIN_CELL_COUNT * CELL_LEN  # bytes that every flight has
LAGS = (*range(1, 17), 32, 64, 128, CELL_LEN)  # bytes

Flight = bytes
Handshake = tuple[Flight, Flight, Flight]


@dataclass(frozen=True)
class Verdict:
    """One test: how likely chance alone is at least as far from uniform."""

    name: str
    p: float

    @property
    def alarming(self) -> bool:
        return self.p < ALARM


def handshakes(count: int, *, first_use: bool = False) -> Iterator[Handshake]:
    """Yield the three flights of real handshakes, each of a caller with a new key."""
    replay = ReplayCache()
    for _ in range(count):
        caller = Link.dial(
            KeyPair.generate(), None if first_use else BOB.public, now=0.0, unix_s=UNIX_S
        )
        answerer = Link.accept(
            BOB, now=0.0, unix_s=UNIX_S, admits_strangers=lambda: first_use, replay=replay
        )
        first = caller.data_to_send()
        answerer.receive_data(first, 0.0)
        second = answerer.data_to_send()
        caller.receive_data(second, 0.0)
        third = caller.data_to_send()
        answerer.receive_data(third, 0.0)
        yield first, second, third


def judge_flights(flights: list[Flight]) -> list[Verdict]:
    """Judge flights with the same place in their handshakes."""
    starts = np.array([np.frombuffer(flight[:START], dtype=np.uint8) for flight in flights])
    whole = np.frombuffer(b"".join(flights), dtype=np.uint8)
    return [
        Verdict("every count of cells as often", _lengths(flights)),
        Verdict("byte histogram", _histogram(whole, 256)),
        Verdict("half-byte histogram at each position", _positions(starts)),
        Verdict("each bit at each position", _bits(starts)),
        Verdict("all bits of all positions together", _all_bits(starts)),
        Verdict("serial correlation in a flight", _serial(starts)),
        Verdict("pairs of neighbouring half-bytes", _pairs(whole)),
        Verdict("correlation with the handshake before", _between(starts[:-1], starts[1:])),
    ]


def judge_handshakes(shaken: list[Handshake]) -> list[Verdict]:
    """Judge each answer beside the flight it answers."""
    verdicts = []
    for number, (before, after) in enumerate(pairwise(range(3)), start=1):
        left, right = (
            np.array([np.frombuffer(one[at][:START], dtype=np.uint8) for one in shaken])
            for at in (before, after)
        )
        ones = int(np.unpackbits(left ^ right).sum())
        differing = stats.binomtest(ones, left.size * 8).pvalue
        name = f"flight {number} with flight {number + 1}"
        verdicts += [
            Verdict(f"{name}: bits that differ", differing),
            Verdict(f"{name}: correlation", _between(left, right)),
        ]
    return verdicts


def _lengths(flights: list[Flight]) -> float:
    if any(len(flight) % CELL_LEN for flight in flights):
        return 0.0
    cells = np.array([len(flight) // CELL_LEN - veil.MIN_CELL_COUNT for flight in flights])
    return _histogram(cells, veil.MAX_CELL_COUNT - veil.MIN_CELL_COUNT + 1)


def _histogram(values: np.ndarray, kinds: int) -> float:
    return float(stats.chisquare(np.bincount(values, minlength=kinds)).pvalue)


def _positions(starts: np.ndarray) -> float:
    count, length = starts.shape
    least = 1.0
    for halves in (starts >> 4, starts & 15):
        kinds = halves + np.arange(length) * 16
        counts = np.bincount(kinds.ravel(), minlength=16 * length).reshape(length, 16)
        squares = ((counts - count / 16) ** 2 / (count / 16)).sum(axis=1)
        least = min(least, float(stats.chi2.sf(squares.max(), 15)))
    return min(1.0, least * 2 * length)


def _bits(starts: np.ndarray) -> float:
    ones = np.unpackbits(starts, axis=1).sum(axis=0)
    count = starts.shape[0]
    far = int(max(ones.max(), count - ones.min()))
    return float(min(1.0, 2 * stats.binom.sf(far - 1, count, 0.5) * ones.size))


def _all_bits(starts: np.ndarray) -> float:
    ones = np.unpackbits(starts, axis=1).sum(axis=0)
    count = starts.shape[0]
    squares = float((((ones - count / 2) ** 2) / (count / 4)).sum())
    tails = stats.chi2.sf(squares, ones.size), stats.chi2.cdf(squares, ones.size)
    return float(min(1.0, 2 * min(tails)))


def _between(left: np.ndarray, right: np.ndarray) -> float:
    """Correlate two arrays of bytes, which are uniform with mean 127.5."""
    product = (left.astype(np.float64) - 127.5) * (right.astype(np.float64) - 127.5)
    variance = (256**2 - 1) / 12
    z = float(product.sum()) / (variance * np.sqrt(product.size))
    return float(2 * stats.norm.sf(abs(z)))


def _serial(starts: np.ndarray) -> float:
    least = min(_between(starts[:, :-lag], starts[:, lag:]) for lag in LAGS)
    return min(1.0, least * len(LAGS))


def _pairs(whole: np.ndarray) -> float:
    """Pairs that share no byte: overlapping ones are not independent."""
    even = whole[: len(whole) // 2 * 2].reshape(-1, 2)
    return _histogram((even[:, 0] & 15).astype(np.int64) * 16 + (even[:, 1] >> 4), 256)


def judge(count: int) -> dict[str, list[Verdict]]:
    """Make handshakes of both kinds and judge everything."""
    judged = {}
    for first_use in (False, True):
        shaken = list(handshakes(count, first_use=first_use))
        kind = "first use" if first_use else "known key"
        for number in range(3):
            flights = [one[number] for one in shaken]
            judged[f"{kind}, flight {number + 1}"] = judge_flights(flights)
        judged[f"{kind}, together"] = judge_handshakes(shaken)
    return judged


def main() -> int:
    count = int(sys.argv[1])
    started = time.monotonic()
    judged = judge(count)
    print(f"| {count:,} handshakes of each kind | test | p |\n|---|---|---:|")
    for name, verdicts in judged.items():
        for verdict in verdicts:
            print(f"| {name} | {verdict.name} | {verdict.p:.2g} |")
    alarms = [v for verdicts in judged.values() for v in verdicts if v.alarming]
    print(f"\n{len(alarms)} alarms (p below {ALARM:g}) in {time.monotonic() - started:.0f} s")
    return int(bool(alarms))


if __name__ == "__main__":
    sys.exit(main())
