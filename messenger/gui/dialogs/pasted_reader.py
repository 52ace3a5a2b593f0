"""Reads pasted text beside the GUI thread, because looking for a typing error takes a while."""

import itertools
from typing import Final

from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer, Signal, Slot

from messenger.core.errors import MessengerError
from messenger.engine.pasted import Pasted, read_pasted

PAUSE_MS: Final = 250  # after the last key, so that nobody is corrected in mid-word


class _Messenger(QObject):
    """Carries one result from the pool's thread to the GUI thread.

    Signals:
        done: number of the question, Pasted or MessengerError.
    """

    done = Signal(int, object)


class _Reading(QRunnable):
    def __init__(self, number: int, text: str, messenger: _Messenger) -> None:
        super().__init__()
        self._number = number
        self._text = text
        self._messenger = messenger

    def run(self) -> None:
        result: Pasted | MessengerError
        try:
            result = read_pasted(self._text)
        except MessengerError as error:
            result = error
        self._messenger.done.emit(self._number, result)


class PastedReader(QObject):
    """Answers for the newest text only.

    Lives in the GUI thread; the reading itself happens in the global thread pool.

    Signals:
        answered: Pasted or MessengerError.
    """

    answered = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._newest = 0
        self._text = ""
        self._messenger = _Messenger()
        self._messenger.done.connect(self._on_done)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._start)

    def read(self, text: str, *, now: bool = False) -> None:
        """Ask about a text after a pause, or at once if it came as a whole."""
        self._text = text
        self._newest = next(self._numbers)
        if now:
            self._start()
        else:
            self._pause.start()

    def forget(self) -> None:
        """Let the answer that is still to come fall on nobody."""
        self._pause.stop()
        self._newest = 0

    @Slot()
    def _start(self) -> None:
        self._pause.stop()
        reading = _Reading(self._newest, self._text, self._messenger)
        QThreadPool.globalInstance().start(reading)

    @Slot(int, object)
    def _on_done(self, number: int, result: object) -> None:
        if number == self._newest:
            self.answered.emit(result)
