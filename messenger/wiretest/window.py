"""``hum wiretest-window``: the desktop application, scrolling when it is told to.

A real window with a real engine in it, drawn to memory. Lines on stdin say ``scroll``, ``rest`` or
``quit``; one line ``{"ready": …}`` on stdout says where it listens; at the end one on stderr how
much was painted.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from messenger.app import STOP_DEADLINE_MS, SWITCH_INTERVAL_S, make_application
from messenger.engine.commands import Unlock
from messenger.engine.engine import Engine
from messenger.engine.events import Event, NodeReady, UnlockNeeded
from messenger.engine.options import EngineOptions, parse_address, profile_folder
from messenger.gui.client import EngineClient, EngineEnd
from messenger.gui.models.contacts import ContactRole
from messenger.gui.theme import Theme
from messenger.gui.views.main_window import MainWindow
from messenger.rpc.covers import parse_cover
from messenger.wiretest.painting import Painting
from messenger.wiretest.witness import use_witness

FRAME_MS: Final = 16  # between two steps of a scroll: sixty frames a second
SCROLL_PIXELS: Final = 37


class Driver(QObject):
    """Opens the profile, then scrolls and rests as stdin says, and counts what was painted.

    Owner: GUI thread.

    Signals:
        told: a line of stdin.
    """

    told = Signal(str)

    def __init__(self, client: EngineClient, window: MainWindow, passphrase: str) -> None:
        super().__init__()
        self._client = client
        self._window = window
        self._passphrase = passphrase
        self._step = SCROLL_PIXELS
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._scroll)
        self._messages: QWidget | None = None  # what the conversation is painted on
        self._began = 0.0
        self.painting = Painting()
        client.received.connect(self._on_event)
        self.told.connect(self._on_told)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.told.emit(line.strip())
        self.told.emit("quit")

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        match event:
            case UnlockNeeded():
                self._client.send(Unlock(passphrase=self._passphrase))
            case NodeReady(info=info) if info.listen is not None:
                self._window.show()
                ready = {"ready": [info.listen.host, info.listen.port]}
                sys.stdout.write(json.dumps(ready) + "\n")
                sys.stdout.flush()
            case _:
                pass

    @Slot(str)
    def _on_told(self, line: str) -> None:
        if line == "scroll" and not self._timer.isActive():
            self._open_first_conversation()
            self._began = time.monotonic()
            self._timer.start()
        elif line != "scroll" and self._timer.isActive():
            self._timer.stop()
            self.painting.seconds += time.monotonic() - self._began
        if line == "quit":
            self._window.close()

    def _open_first_conversation(self) -> None:
        contacts = self._window.contacts
        if contacts.rowCount():
            contact = contacts.data(contacts.index(0), ContactRole.CONTACT)
            self._window.choose(contact.id)

    @Slot()
    def _scroll(self) -> None:
        """One step in every list of the window, turning at its ends; and paint it all."""
        areas = self._window.findChildren(QAbstractScrollArea)
        for area in areas:
            bar = area.verticalScrollBar()
            before = bar.value()
            if before >= bar.maximum():
                self._step = -SCROLL_PIXELS
            elif before <= bar.minimum():
                self._step = SCROLL_PIXELS
            bar.setValue(before + self._step)
            self.painting.pixels += abs(bar.value() - before) if area.isVisible() else 0
            area.viewport().update()
        self._watch([area.viewport() for area in areas if area.isVisible()])
        self._window.update()

    def _watch(self, viewports: list[QWidget]) -> None:
        """Count what is painted on the largest list, the conversation."""
        largest = max(viewports, key=lambda v: v.width() * v.height(), default=None)
        if largest is not None and largest is not self._messages:
            if self._messages is not None:
                self._messages.removeEventFilter(self)
            largest.installEventFilter(self)
            self._messages = largest

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See a list being painted; stops nothing."""
        if self._timer.isActive() and event.type() is QEvent.Type.Paint:
            self.painting.frames += 1
        return super().eventFilter(watched, event)


def main(arguments: Sequence[str]) -> int:
    """Run the window on a profile that exists already."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--passphrase-file", type=Path, required=True)
    parser.add_argument("--listen", required=True)
    parser.add_argument("--cover", type=parse_cover, required=True)
    options = parser.parse_args(arguments)
    use_witness()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    app = make_application()
    engine_options = EngineOptions(
        profile_folder(options.data_dir, None),
        parse_address(options.listen),
        options.cover,
    )

    def make_engine(emit: Callable[[Event], None]) -> EngineEnd:
        return Engine(engine_options, emit)

    client = EngineClient(make_engine)
    window = MainWindow(client, Theme(app))
    passphrase = options.passphrase_file.read_text().removesuffix("\n")
    driver = Driver(client, window, passphrase)
    window.closing.connect(client.stop)
    client.finished.connect(app.quit)
    client.start()
    code = app.exec()
    client.wait(STOP_DEADLINE_MS)
    driver.painting.say()
    driver.deleteLater()
    return code
