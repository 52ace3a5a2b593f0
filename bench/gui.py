"""The window against the limits of the design: paint, scroll, arrivals, memory, start.

    python -m bench gui

Everything runs in processes of its own on the offscreen platform, several times; the median
process counts. Starts are compared with a bare PySide6 window, in turns, and both with compiled
bytecode at hand, as an installed program has it: the first turn makes it and does not count.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

import PySide6

from bench.bars import Bar
from bench.report import Row, limit_row, timed_row

MESSAGES: Final = 1_000_000
ROUNDS: Final = 5  # processes of each kind
START_ROUNDS: Final = 9
_PEER: Final = f"bare window, PySide6 {PySide6.__version__}"
ARRIVAL_MS: Final = 6.0
_LIMITS: Final = (  # what, in words, its limit, unit, bar
    ("first_paint", f"first paint, {MESSAGES:,} messages", 60.0, "ms", Bar.WINDOW),
    ("frame_p50", "a frame while scrolling, p50", 2.5, "ms", Bar.WINDOW),
    ("frame_p99", "a frame while scrolling, p99", 8.0, "ms", None),
    ("arrival", "a message arrives, p50", ARRIVAL_MS, "ms", Bar.WINDOW),
    ("memory", "memory of that window (RSS)", 150.0, "MiB", Bar.WINDOW),
)
MEMORY_MIB: Final = 160.0  # idle, 100 contacts, wire process included
START_MS: Final = 300.0  # cold start to a painted chat, the key at hand
START_RATIO: Final = 1 / 3  # at most three times a bare window


def run() -> list[Row]:
    """Make the store once, then measure over it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _child("bench.gui_window", "fill", made, str(MESSAGES))
        rows = _window_rows(folder)
        rows += _start_rows(folder)
        if sys.platform == "linux":
            kib = int(_child("bench.gui_start", "idle", made).split()[-1])
            rows.append(
                Row("idle, 100 contacts, all processes", "limit", kib / 1024, MEMORY_MIB, "MiB", 1)
            )
    return rows


def _window_rows(folder: Path) -> list[Row]:
    found = [json.loads(_child("bench.gui_window", "measure", str(folder))) for _ in range(ROUNDS)]
    rows = [
        limit_row(work, [each[name] for each in found], limit, unit, bar=bar)
        for name, work, limit, unit, bar in _LIMITS
        if all(each[name] for each in found)
    ]
    late = median(each["arrival_p95"] for each in found)
    return [*rows, Row("a message arrives, p95", "limit", late, ARRIVAL_MS, "ms")]


def _start_rows(folder: Path) -> list[Row]:
    """From the start of the process to the first frame, in turns."""
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ours: list[float] = []
    bare: list[float] = []
    for turn in range(START_ROUNDS + 1):
        for kept, arguments in ((ours, ("hum", str(folder))), (bare, ("bare",))):
            taken = _time_to_paint(environment, *arguments)
            if turn:
                kept.append(taken)
    work, bar = "start of the process to a painted chat", Bar.START
    milliseconds = [taken * 1000 for taken in ours]
    return [
        limit_row(work, milliseconds, START_MS, "ms", bar=bar),
        timed_row(work, _PEER, ours, bare, "ms", goal=START_RATIO, bar=bar),
    ]


def _time_to_paint(environment: dict[str, str], *arguments: str) -> float:
    """Return seconds until the child says that it has painted."""
    command = [sys.executable, "-m", "bench.gui_start", *arguments]
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        taken = time.perf_counter() - started
    if line.strip() != b"painted":
        raise RuntimeError("the window was not painted")
    return taken


def _child(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout
