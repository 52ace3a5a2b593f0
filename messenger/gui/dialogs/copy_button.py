"""A button that copies a text and says that it did."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication

from messenger.gui.aloud import renamed
from messenger.gui.buttons import WordButton

_THANKS_MS: Final = 2_000


class CopyButton(WordButton):
    """Puts what ``text()`` returns on the clipboard."""

    def __init__(self, words: str, text: Callable[[], str]) -> None:
        super().__init__(words)
        self._words = words
        self._text = text
        self._back = QTimer(self, singleShot=True, interval=_THANKS_MS)
        self._back.timeout.connect(self._restore)
        self.clicked.connect(self._copy)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text())
        self.setMinimumWidth(self.width())  # nothing jumps
        self.setText(self.tr("Copied"))
        renamed(self)
        self._back.start()

    @Slot()
    def _restore(self) -> None:
        self.setText(self._words)
