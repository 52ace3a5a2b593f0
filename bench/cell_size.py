"""Cells of 512 bytes (ours) against cells of 256 at one budget of bytes: ADR 0010.

The budget is that of ``balanced`` as the price counts it: cell, headers, acknowledgement. So cells
of 256 bytes leave every 0.29 s where ours leave every 0.5 s. Latency is played by the theory that
``python -m bench delivery`` holds the program to, and for two lengths measured on real nodes, whose
program with small cells is bench/small_cells.py. ``HUM_CELL_SIZE_MINUTES`` makes it longer than 4.
"""

import asyncio
import os
import secrets
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bench import small_cells
from bench.correspondents import Pair, let_talk
from bench.report import Row, interleaved
from bench.schedule_theory import waits
from messenger.core.cover_price import ACK_LEN, HEADERS_LEN, HOUR_S
from messenger.core.types import COVER_PROFILES, Cover
from messenger.crypto.noise.functions import TAG_LEN
from messenger.protocol.cells import CELL_LEN, SEGMENT_HEADER_LEN
from messenger.wiretest import habits

SIZES: Final = (CELL_LEN, small_cells.CELL_LEN)
AGAINST: Final = f"cells of {small_cells.CELL_LEN}"
INTERVAL_S: Final = COVER_PROFILES["balanced"].interval_s
RATE: Final = 0.2  # messages a second and direction: a lively talk
TEXT_LENS: Final = (20, 50, 100, 200, 350, 1_000)  # characters
MEASURED_LENS: Final = (40, 240)
PAIRS: Final = 4  # of each size and length
HABIT_COUNT: Final = 300  # texts
MESSAGES: Final = 20_000  # played for each figure
SMALL: Final = (sys.executable, "-m", "bench.small_cells", "rpc")
SEED: Final = 1


def run() -> list[Row]:
    """Compare both sizes."""
    random = Random(SEED)
    habit_lens = sorted(len(habits.text(random)) for _ in range(HABIT_COUNT))[::10]
    carried = [100 * _room(size) / _on_the_line(size) for size in SIZES]
    cells = [HOUR_S / _interval(size) for size in SIZES]
    habit_waits = [fmean(_wait_ms(size, length) for length in habit_lens) for size in SIZES]
    return [
        Row(
            "payload in 100 bytes on the line", AGAINST, carried[0], carried[1], "bytes", None, True
        ),
        Row("cells an hour", AGAINST, cells[0], cells[1], ""),
        _sealing(),
        *map(_theory, TEXT_LENS),
        Row(
            "texts of 50 to 400, mean wait in theory", AGAINST, habit_waits[0], habit_waits[1], "ms"
        ),
        *_measured(),
    ]


def _theory(length: int) -> Row:
    ours, theirs = (_wait_ms(size, length) for size in SIZES)
    return Row(f"text of {length}, mean wait in theory", AGAINST, ours, theirs, "ms")


def _room(size: int) -> int:
    return size - TAG_LEN - SEGMENT_HEADER_LEN


def _on_the_line(size: int) -> int:
    return size + HEADERS_LEN + ACK_LEN


def _interval(size: int) -> float:
    return INTERVAL_S * _on_the_line(size) / _on_the_line(CELL_LEN)


def _wait_ms(size: int, text_len: int) -> float:
    """Return the mean wait of a text in theory, in milliseconds."""
    traffic = _pair(size, text_len).traffic(_room(size))
    return waits(traffic, messages=MESSAGES).mean * 1000


def _pair(size: int, text_len: int) -> Pair:
    program = () if size == CELL_LEN else SMALL
    return Pair(Cover(_interval(size)), RATE, text_len, program)


def _sealing() -> Row:
    """The cipher alone, sealing and opening, for as long as one of our cells pays for."""
    aead, nonce = ChaCha20Poly1305(os.urandom(32)), bytes(12)

    def cell(size: int) -> None:
        aead.decrypt(nonce, aead.encrypt(nonce, bytes(size - TAG_LEN), None), None)

    ours, theirs = interleaved(
        lambda: cell(CELL_LEN), lambda: cell(small_cells.CELL_LEN), rounds=50, calls=100
    )
    ours, theirs = ours / _interval(CELL_LEN), theirs / _interval(small_cells.CELL_LEN)
    return Row("cipher for one second of a link", AGAINST, ours * 1e6, theirs * 1e6, "µs")


def _measured() -> list[Row]:
    minutes = float(os.environ.get("HUM_CELL_SIZE_MINUTES", "4"))
    groups = {
        (size, length): [_pair(size, length) for _ in range(PAIRS)]
        for size in SIZES
        for length in MEASURED_LENS
    }
    with tempfile.TemporaryDirectory(prefix="hum-cell-size-") as folder:
        (Path(folder) / "key").write_text(secrets.token_urlsafe(24))
        everybody = [pair for several in groups.values() for pair in several]
        asyncio.run(let_talk(everybody, Path(folder), Path(folder) / "key", minutes * 60))
    rows = []
    for length in MEASURED_LENS:
        ours, theirs = (
            fmean(delay for pair in groups[size, length] for delay in pair.delays) * 1000
            for size in SIZES
        )
        rows.append(Row(f"text of {length}, mean delivery measured", AGAINST, ours, theirs, "ms"))
    return rows
