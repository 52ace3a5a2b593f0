"""Where messages are written: grows to six lines, Enter sends, Shift+Enter breaks the line."""

import math
from typing import Final

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from messenger.core.types import MAX_TEXT_LEN
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.icons import IconButton
from messenger.gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TextSize, set_look

MAX_LINES: Final = 6
NOTICE_LEN: Final = 4_096  # bytes left at which the room is mentioned
DRAFT_PAUSE_MS: Final = 800  # a draft is kept when nobody has typed for this long


class MessageEdit(QPlainTextEdit):
    """The text field itself.

    Signals:
        send_wanted: Enter was pressed.
    """

    send_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(SPACE_XS)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.send_wanted.emit()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste and drop take plain text only."""
        if source.hasText():
            self.insertPlainText(source.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.minimumHeight())

    @Slot()
    def _grow(self) -> None:
        """Be as high as the text, up to MAX_LINES."""
        wanted = max(1, int(self.document().size().height()))
        lines = min(MAX_LINES, wanted)
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if wanted > lines else policy.ScrollBarAlwaysOff
        )
        line = math.ceil(QFontMetricsF(self.font()).lineSpacing())
        frame = self.contentsMargins()
        padding = round(2 * self.document().documentMargin())
        height = lines * line + padding + frame.top() + frame.bottom()
        if height != self.height():
            self.setFixedHeight(height)


class Composer(QWidget):
    """Text field, send button and what there is to say about the text. Owner: GUI thread.

    Signals:
        send_wanted: text to send; the field is empty then.
        draft_changed: text to keep, some time after the last key.
    """

    send_wanted = Signal(str)
    draft_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = MessageEdit()
        self.edit.setAccessibleName(self.tr("Message"))
        self.send_button = IconButton("send", self.tr("Send (Enter)"))
        self.send_button.set_primary()
        self.notice = TextLabel(size=TextSize.CAPTION)
        self.notice.hide()
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.edit, 1)
        row.addWidget(self.send_button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_XS)
        column.addWidget(self.notice)
        column.addLayout(row)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setFocusProxy(self.edit)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DRAFT_PAUSE_MS)
        self._pause.timeout.connect(self._tell_draft)
        self._kept = ""  # the draft as the engine has it
        self.edit.textChanged.connect(self._on_text)
        self.edit.send_wanted.connect(self._send)
        self.send_button.clicked.connect(self._send)
        self._on_text()

    def text(self) -> str:
        return self.edit.toPlainText()

    def begin(self, draft: str) -> None:
        """Start with another conversation's draft; nothing is emitted for it."""
        self._kept = draft
        self.edit.setPlainText(draft)
        self._pause.stop()
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def set_recipient(self, words: str) -> None:
        """Say in the empty field whom the text goes to."""
        self.edit.setPlaceholderText(words)

    def take_back(self, text: str) -> None:
        """Put a text that could not be sent back, before whatever was typed since."""
        typed = self.text()
        self.edit.setPlainText(f"{text}\n{typed}" if typed else text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def flush(self) -> None:
        """Tell about the draft now, because the conversation is left."""
        self._pause.stop()
        self._tell_draft()

    @Slot()
    def _tell_draft(self) -> None:
        if self.text() != self._kept:
            self._kept = self.text()
            self.draft_changed.emit(self._kept)

    @Slot()
    def _on_text(self) -> None:
        text = self.text()
        left = MAX_TEXT_LEN - _len_utf8(text)
        self.send_button.setEnabled(bool(text.strip()) and left >= 0)
        self._say(left)
        self._pause.start()

    def _say(self, left: int) -> None:
        if left < 0:
            words = self.tr("{count} bytes too long for one message. Send it in parts.")
            self.notice.setText(words.replace("{count}", f"{-left:,}"))
        elif left < NOTICE_LEN:
            words = self.tr("Room for {count} more bytes")
            self.notice.setText(words.replace("{count}", f"{left:,}"))
        set_look(self.notice, "tone", "danger" if left < 0 else "muted")
        self.notice.setVisible(left < NOTICE_LEN)

    @Slot()
    def _send(self) -> None:
        text = self.text()
        if not self.send_button.isEnabled():
            return
        self.edit.clear()
        self.flush()
        self.send_wanted.emit(text)


def _len_utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
