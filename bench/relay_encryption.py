"""What the encryption between the two people costs on the way through a relay.

    python -m bench relay_encryption

The same letters of 4 KiB go through the same relay twice: sealed and opened by the session of two
people, and as plain bytes. The relay with its store (SQLite with full sync) is one process, all the
people are another; between them is a pipe, without the channel of the relay, which both kinds of
letters would pay for alike.
"""

import asyncio
import multiprocessing
import secrets
import socket
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from bench.relay_pipe import Asking, serve
from bench.relay_store import Box
from bench.report import Row
from messenger.protocol.mailbox import Ack, Get, Put, Size
from messenger.protocol.session import Session

_PEOPLE: Final = 16  # pairs that write at the same time
_LETTERS: Final = 40  # of each pair in one round
_ROUNDS: Final = 5
_ALONE: Final = 200  # letters one after the other, for the time of one
_SIZE: Final = Size.SMALL
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


def run() -> list[Row]:
    """Measure rate and time of one, with and without, in turns."""
    here, there = socket.socketpair()
    with tempfile.TemporaryDirectory() as folder:
        relay = multiprocessing.get_context("spawn").Process(
            target=serve, args=(there, Path(folder) / "relay.db")
        )
        relay.start()
        there.close()
        try:
            return asyncio.run(_measure(here))
        finally:
            relay.join()


async def _measure(sock: socket.socket) -> list[Row]:
    relay = await Asking.connect(sock)
    rates: dict[type[Pair], list[float]] = {Sealed: [], Plain: []}
    times: dict[type[Pair], list[float]] = {Sealed: [], Plain: []}
    for _ in range(_ROUNDS):
        for kind in (Sealed, Plain):
            people: list[tuple[Pair, Box]] = [(kind(), Box()) for _ in range(_PEOPLE)]
            for _, box in people:
                await relay.ask(box.new)
            rates[kind].append(await _rate(relay, people))
            times[kind] += await _times_ms(relay, *people[0])
    await relay.end()
    sealed, plain = (statistics.median(rates[kind]) for kind in (Sealed, Plain))
    added = max(0.0, statistics.median(times[Sealed]) - statistics.median(times[Plain]))
    work = "a letter of 4 KiB through a relay"
    return [
        Row(f"{work}, {_PEOPLE} pairs", "unsealed", sealed, plain, "/s", _MIN_RATE, True),
        Row(f"{work}, time added by sealing", "limit", added, _MAX_ADDED_MS, "ms", 1.0),
    ]


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
