"""What the encryption between the two people costs on the way through a relay.

    python -m bench relay_encryption

The same letters of 4 KiB go through the same relay twice: sealed and opened by the session of two
people, and as plain bytes. The relay with its store (SQLite with full sync) is one process, all the
people are another; between them is a pipe, once bare and once with the relay's own channel, whose
cells leave at once instead of on a schedule. The last rows say what that channel costs by itself.
"""

import asyncio
import multiprocessing
import secrets
import socket
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from bench.relay_pipe import Asking, serve
from bench.relay_store import Box
from bench.report import Row
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.mailbox import Ack, Get, Put, Size
from messenger.protocol.session import Session

_PEOPLE: Final = 16  # pairs that write at the same time
_LETTERS: Final = 40  # of each pair in one round
_ROUNDS: Final = 5
_ALONE: Final = 200  # letters one after the other, for the time of one
_SIZE: Final = Size.SMALL
BARE: Final = "bare"
CHANNEL: Final = "channel"
_TEXT: Final = secrets.token_bytes(3_900)  # nearly fills an envelope
_AD: Final = bytes(64)
_MIN_RATE: Final = 0.83  # of the rate without encryption; row S1-12
_MAX_ADDED_MS: Final = 50.0  # likewise


class Pair(Protocol):
    """Two people: one makes letters, the other reads them."""

    def seal(self) -> bytes: ...

    def open(self, letter: bytes) -> bytes: ...


class Plain:
    """Their letters are readable."""

    def seal(self) -> bytes:
        """Return the text, padded."""
        return _TEXT.ljust(_SIZE.length, b"\0")

    def open(self, letter: bytes) -> bytes:
        """Return the text."""
        return letter[: len(_TEXT)]


class Sealed:
    """Their letters are sealed by their session."""

    def __init__(self) -> None:
        pending, offer = Session.empty().offer(None)
        self._reader, answer = Session.empty().answer(offer, bytes(32))
        self._writer = Session.empty().accept(pending, answer, bytes(32))

    def seal(self) -> bytes:
        """Return an envelope."""
        self._writer, letter = self._writer.seal(_TEXT, _AD, length=_SIZE.length)
        return letter

    def open(self, letter: bytes) -> bytes:
        """Return what was in it."""
        self._reader, text = self._reader.open(letter, _AD)
        return text


@dataclass
class Figures:
    """What was measured of one kind of letter over one kind of pipe."""

    rates: list[float] = field(default_factory=list)  # letters a second
    times_ms: list[float] = field(default_factory=list)  # of one letter alone

    @property
    def rate(self) -> float:
        """The median."""
        return statistics.median(self.rates)

    @property
    def time_ms(self) -> float:
        """The median."""
        return statistics.median(self.times_ms)


def run() -> list[Row]:
    """Measure rate and time of one, sealed and not, with the channel and without, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        measured = asyncio.run(_measure(Path(folder)))
    work = "a letter of 4 KiB through a relay"
    rows = []
    for way, name in ((BARE, work), (CHANNEL, f"{work} with its channel")):
        sealed, plain = measured[Sealed, way], measured[Plain, way]
        added = max(0.0, sealed.time_ms - plain.time_ms)
        rates = sealed.rate, plain.rate
        rows += [
            Row(f"{name}, {_PEOPLE} pairs", "unsealed", *rates, "/s", _MIN_RATE, True),
            Row(f"{name}, time added by sealing", "limit", added, _MAX_ADDED_MS, "ms", 1.0),
        ]
    celled, bare = measured[Plain, CHANNEL], measured[Plain, BARE]
    added = max(0.0, celled.time_ms - bare.time_ms)
    alone = "the relay's channel by itself"
    return [
        *rows,
        Row(f"{alone}, unsealed letters", "bare", celled.rate, bare.rate, "/s", None, True),
        Row(f"{alone}, time added", "limit", added, _MAX_ADDED_MS, "ms"),
    ]


@asynccontextmanager
async def _relay(folder: Path, way: str) -> AsyncIterator[Asking]:
    """Start a relay of its own process and be connected with it."""
    own = KeyPair.generate() if way == CHANNEL else None
    here, there = socket.socketpair()
    relay = multiprocessing.get_context("spawn").Process(
        target=serve, args=(there, folder / f"{way}.db", own.private if own else None)
    )
    relay.start()
    there.close()
    asking = await Asking.connect(here, own.public if own else None)
    try:
        yield asking
    finally:
        await asking.end()
        await asyncio.to_thread(relay.join)


async def _measure(folder: Path) -> dict[tuple[type[Pair], str], Figures]:
    measured: dict[tuple[type[Pair], str], Figures] = defaultdict(Figures)
    async with _relay(folder, BARE) as bare, _relay(folder, CHANNEL) as channel:
        for _ in range(_ROUNDS):
            for relay, way in ((bare, BARE), (channel, CHANNEL)):
                for kind in (Sealed, Plain):
                    people: list[tuple[Pair, Box]] = [(kind(), Box()) for _ in range(_PEOPLE)]
                    for _, box in people:
                        await relay.ask(box.new)
                    figures = measured[kind, way]
                    figures.rates.append(await _rate(relay, people))
                    figures.times_ms += await _times_ms(relay, *people[0])
    return measured


async def _rate(relay: Asking, people: Sequence[tuple[Pair, Box]]) -> float:
    async def write(pair: Pair, box: Box) -> None:
        for _ in range(_LETTERS):
            await _letter(relay, pair, box)

    began = time.perf_counter()
    await asyncio.gather(*(write(pair, box) for pair, box in people))
    return _PEOPLE * _LETTERS / (time.perf_counter() - began)


async def _times_ms(relay: Asking, pair: Pair, box: Box) -> list[float]:
    times = []
    for _ in range(_ALONE // _ROUNDS):
        began = time.perf_counter()
        await _letter(relay, pair, box)
        times.append((time.perf_counter() - began) * 1e3)
    return times


async def _letter(relay: Asking, pair: Pair, box: Box) -> None:
    """Write, put, get, read and acknowledge one letter."""
    await relay.ask(Put(box.depositor, secrets.token_bytes(32), pair.seal()))
    found = await relay.ask(Get(box.owner, 0, _SIZE))
    if pair.open(found.envelope) != _TEXT:
        raise AssertionError("a letter came back changed")
    await relay.ask(Ack(box.owner, found.sequence))
