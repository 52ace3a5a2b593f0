"""A few lines to paste a link into; a pasted or dropped picture goes elsewhere."""

from typing import Final

from PySide6.QtCore import QMimeData, QSize, Signal
from PySide6.QtWidgets import QPlainTextEdit

from messenger.gui.dialogs.code_source import CodeSource

LINES: Final = 3
MAX_TEXT_LEN: Final = 8_192  # characters; the longest link has fewer than 500


class PasteEdit(QPlainTextEdit):
    """Plain text that wraps anywhere; Tab leaves it.

    Signals:
        pasted: text came as a whole.
        mime_received: QMimeData that may hold a picture; valid only during the call.
    """

    pasted = Signal()
    mime_received = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 24)

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return CodeSource.can_read(source) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if CodeSource.can_read(source):
            self.mime_received.emit(source)
            return
        self.insertPlainText(source.text()[:MAX_TEXT_LEN])
        self.pasted.emit()
