"""The window over a long history: a process of its own, because a first paint happens once.

    python -m bench.gui_window fill FOLDER COUNT    # make the store
    python -m bench.gui_window measure FOLDER       # print one JSON object of milliseconds and MiB
    python -m bench.gui_window scroll FOLDER        # scroll up and down until somebody ends it

Times are those of the GUI thread (``time.thread_time``), painting included, on the offscreen
platform: what other programs do to the processor counts less than in time by the wall.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from bench.gui_shown import EMPTY, KEY, LONG, open_window
from bench.store import Texts
from messenger.core.clock import SystemClock
from messenger.core.types import (
    Message,
    MessageId,
    MessageState,
    PinOrigin,
    Relation,
)
from messenger.engine.events import MessageAdded
from messenger.gui.views.main_window import MainWindow
from messenger.store.connection import open_connection
from messenger.store.database import Transaction, prepare
from messenger.store.files import DATABASE_NAME

FRAMES: Final = 400
FRAME_STEP: Final = 120  # pixels, three notches of a wheel
FRAME_MS: Final = 16
ARRIVALS: Final = 60
MINUTE_MS: Final = 60_000
START_MS: Final = 1_700_000_000_000
_INSERT: Final = (
    "INSERT INTO message (contact, id, outgoing, state, text, sent_at, arrived_at) "
    "VALUES (1, ?, ?, ?, ?, ?, ?)"
)


def fill(folder: Path, count: int) -> None:
    """Make a store with one conversation of ``count`` messages and one of none."""
    connection = open_connection(folder / DATABASE_NAME, KEY)
    prepare(connection)
    made = Texts()
    texts = [made.text() for _ in range(10_000)]
    with connection.transaction():
        transaction = Transaction(connection, SystemClock())
        for number, name in enumerate(("Mara", "Jonas")):
            transaction.contacts.add(
                key=bytes([number]) * 32,
                name=name,
                alias=None,
                relation=Relation.ACCEPTED,
                origin=PinOrigin.LINK,
                pinned_at=1,
            )
        raw: Any = connection._raw
        raw.executemany(_INSERT, (_row(number, texts) for number in range(count)))
    connection.close()


def _row(number: int, texts: list[str]) -> tuple[object, ...]:
    own = number % 3 == 0
    at = START_MS + number * MINUTE_MS
    state = MessageState.DELIVERED if own else MessageState.RECEIVED
    return number.to_bytes(16), own, state.value, texts[number % len(texts)], at, at


def measure(folder: Path) -> dict[str, float]:
    """Open the long conversation once, scroll up in it, and let messages arrive."""
    app = QApplication([])
    window = open_window(app, folder)
    window.choose(EMPTY)
    _settle(window)
    first = _spent(lambda: _open_long(window))
    frames = sorted(_spent(lambda: _frame(window)) for _ in range(FRAMES))
    window.page.view.show_newest()
    _settle(window)
    newest = window.page.model.message(window.page.model.rowCount() - 1)
    arrivals = sorted(_spent(partial(_arrive, window, newest, n)) for n in range(1, ARRIVALS + 1))
    return {
        "first_paint": first,
        "frame_p50": frames[FRAMES // 2],
        "frame_p99": frames[FRAMES * 99 // 100],
        "arrival": arrivals[ARRIVALS // 2],
        "arrival_p95": arrivals[ARRIVALS * 95 // 100],
        "memory": _resident_mib(),
    }


def scroll(folder: Path) -> None:
    """Scroll through the long conversation, sixty frames a second, and say when it began."""
    app = QApplication([])
    window = open_window(app, folder)
    _open_long(window)
    print("painted", flush=True)
    frames = QTimer()
    frames.timeout.connect(lambda: _frame(window))
    frames.start(FRAME_MS)
    app.exec()


def _resident_mib() -> float:
    """Return the memory of this process that is in RAM; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


def _spent(work: Callable[[], object]) -> float:
    """Return the milliseconds of this thread that some work took."""
    before = time.thread_time()
    work()
    return (time.thread_time() - before) * 1000


def _settle(window: MainWindow) -> None:
    for _ in range(5):
        QCoreApplication.processEvents()
    window.page.view.viewport().repaint()


def _open_long(window: MainWindow) -> None:
    window.choose(LONG)
    QCoreApplication.processEvents()
    window.page.view.viewport().repaint()


def _frame(window: MainWindow) -> None:
    """One step of the wheel upwards, the reading of older pages included where it comes."""
    bar = window.page.view.verticalScrollBar()
    bar.setValue(bar.value() - FRAME_STEP)
    QCoreApplication.processEvents()


def _arrive(window: MainWindow, newest: Message, number: int) -> None:
    message = Message(
        row=newest.row + number,
        contact=LONG,
        id=MessageId((newest.row + number).to_bytes(16)),
        outgoing=False,
        text="A message that has just arrived, of a length that messages have.",
        sent_at=newest.sent_at,
        arrived_at=newest.arrived_at + number * MINUTE_MS,
        state=MessageState.RECEIVED,
    )
    window._client.received.emit(MessageAdded(message))
    QCoreApplication.processEvents()


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] == "scroll":
        scroll(Path(sys.argv[2]))
    else:
        json.dump(measure(Path(sys.argv[2])), sys.stdout)
        sys.stdout.flush()
        os._exit(0)  # Qt's own taking down is not measured
