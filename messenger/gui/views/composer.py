"""Where messages are written: grows to six lines, Enter sends, Shift+Enter breaks the line."""

import math
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QLocale, QMimeData, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from messenger.core.frozen import frozen
from messenger.core.types import MAX_TEXT_LEN, Message
from messenger.gui import dialogs
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.icons import IconButton
from messenger.gui.remote_text import isolated, shown_line
from messenger.gui.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TextSize, set_look
from messenger.gui.views.elided import ElidedLabel
from messenger.gui.words import body_words

MAX_LINES: Final = 6
QUOTE_LEN: Final = 120  # characters of the message that is answered
NOTICE_LEN: Final = 4_096  # bytes left at which the room is mentioned
DRAFT_PAUSE_MS: Final = 800  # a draft is kept when nobody has typed for this long


@frozen
class Target:
    """The message that what is written belongs to."""

    message: Message
    edits: bool  # else it answers


class MessageEdit(QPlainTextEdit):
    """The text field itself.

    Signals:
        send_wanted: Enter was pressed.
        last_wanted: Up was pressed in an empty field.
        left: Esc was pressed.
        file_dropped: path of a file that was dropped or pasted.
        picture_pasted: QMimeData that holds a picture; valid only during the call.
    """

    send_wanted = Signal()
    last_wanted = Signal()
    left = Signal()
    file_dropped = Signal(str)
    picture_pasted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.leaves_by_escape = False
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(SPACE_XS)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def event(self, event: QEvent) -> bool:
        """Keep Esc from the window's shortcut while there is something to leave."""
        wants = self.leaves_by_escape and event.type() == QEvent.Type.ShortcutOverride
        if wants and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.send_wanted.emit()
            return
        if event.key() == Qt.Key.Key_Up and not self.toPlainText():
            self.last_wanted.emit()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(local_files(source)) or source.hasText() or dialogs.holds_picture(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste and drop take plain text, and files and pictures as what they are."""
        files = local_files(source)
        for path in files:
            self.file_dropped.emit(path)
        if files:
            return
        if dialogs.holds_picture(source):
            self.picture_pasted.emit(source)
        elif source.hasText():
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


class TargetBar(QWidget):
    """Says above the field what is answered or edited.

    Signals:
        left: it shall be neither.
    """

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ElidedLabel()
        set_look(self.words, "tone", "muted")
        self.close_button = IconButton("clear", self.tr("Leave this (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.close_button)
        self.close_button.clicked.connect(self.left)
        self.hide()

    def show_target(self, target: Target | None) -> None:
        self.setVisible(target is not None)
        if target is None:
            self.words.say("")
        else:
            words = self.tr("Editing: {text}") if target.edits else self.tr("Reply to: {text}")
            text = shown_line(body_words(target.message), QUOTE_LEN)
            self.words.say(words.replace("{text}", isolated(text)))


class Composer(QWidget):
    """Text field, send button and what there is to say about the text. Owner: GUI thread.

    Signals:
        send_wanted: text to send; the field is empty then.
        draft_changed: text to keep, some time after the last key.
        edit_last_wanted: the last message of ours shall be edited.
        file_wanted: path of a file to send, or an empty text: ask for one.
        picture_wanted: QMimeData with a picture to send; valid only during the call.
    """

    send_wanted = Signal(str)
    draft_changed = Signal(str)
    edit_last_wanted = Signal()
    file_wanted = Signal(str)
    picture_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = MessageEdit()
        self.edit.setAccessibleName(self.tr("Message"))
        self.send_button = IconButton("send", self.tr("Send (Enter)"))
        self.send_button.set_primary()
        self.notice = TextLabel(size=TextSize.CAPTION)
        self.notice.hide()
        self.attach_button = IconButton("attach", self.tr("Send a file…"))
        self.target_bar = TargetBar()
        self._target: Target | None = None
        self._set_aside = ""  # the draft while a message is edited
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.attach_button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.edit, 1)
        row.addWidget(self.send_button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_XS)
        column.addWidget(self.target_bar)
        column.addWidget(self.notice)
        column.addLayout(row)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        leave = self.target_bar.close_button
        for before, after in pairwise((leave, self.edit, self.send_button, self.attach_button)):
            self.setTabOrder(before, after)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DRAFT_PAUSE_MS)
        self._pause.timeout.connect(self._tell_draft)
        self._kept = ""  # the draft as the engine has it
        self.edit.textChanged.connect(self._on_text)
        self.edit.send_wanted.connect(self._send)
        self.edit.last_wanted.connect(self.edit_last_wanted)
        self.edit.left.connect(self.leave_target)
        self.edit.file_dropped.connect(self.file_wanted)
        self.edit.picture_pasted.connect(self.picture_wanted)
        self.attach_button.clicked.connect(self._ask_for_file)
        self.target_bar.left.connect(self.leave_target)
        self.send_button.clicked.connect(self._send)
        self._on_text()

    def text(self) -> str:
        return self.edit.toPlainText()

    def begin(self, draft: str) -> None:
        """Start with another conversation's draft; nothing is emitted for it."""
        self._set_target(None)
        self._set_aside = ""
        self._kept = draft
        self.edit.setPlainText(draft)
        self._pause.stop()
        if draft:
            self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    @property
    def target(self) -> Target | None:
        """What is answered or edited at present."""
        return self._target

    @property
    def untouched(self) -> bool:
        """Whether nothing was begun: no answer, no edit, no key since the draft was put there."""
        return self._target is None and not self.edit.document().isModified()

    def reply_to(self, message: Message) -> None:
        """Let what is written answer a message."""
        self.leave_target()
        self._set_target(Target(message, edits=False))
        self.edit.setFocus()

    def edit_message(self, message: Message, text: str | None = None) -> None:
        """Write a message anew, from ``text`` or its own; the draft comes back afterwards."""
        self.leave_target()
        self._set_aside = self.text()
        self._set_target(Target(message, edits=True))
        self.edit.setPlainText(message.text if text is None else text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
        self.edit.setFocus()

    @Slot()
    def leave_target(self) -> None:
        """Neither answer nor edit any more."""
        edited = self._target is not None and self._target.edits
        self._set_target(None)
        if edited:
            self.edit.setPlainText(self._set_aside)
            self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)
            self._set_aside = ""

    def _set_target(self, target: Target | None) -> None:
        self._target = target
        self.edit.leaves_by_escape = target is not None
        self.target_bar.show_target(target)

    @Slot()
    def _ask_for_file(self) -> None:
        self.file_wanted.emit("")

    def set_recipient(self, words: str) -> None:
        """Say in the empty field whom the text goes to."""
        self.edit.setPlaceholderText(words)

    def take_back(self, text: str) -> None:
        """Put a text that could not be sent back, before whatever was typed since."""
        if self._target is not None and self._target.edits:
            self._set_aside = before(text, self._set_aside)
            self._pause.start()
            return
        self.edit.setPlainText(before(text, self.text()))
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def flush(self) -> None:
        """Tell about the draft now, because the conversation is left.

        New words of a message that were not sent yet become part of it: nothing else keeps them.
        """
        self._pause.stop()
        self._keep(before(self._new_words(), self._draft()))

    @Slot()
    def _tell_draft(self) -> None:
        self._keep(self._draft())

    def _keep(self, draft: str) -> None:
        if draft != self._kept:
            self._kept = draft
            self.draft_changed.emit(draft)

    def _draft(self) -> str:
        edits = self._target is not None and self._target.edits
        return self._set_aside if edits else self.text()

    def _new_words(self) -> str:
        """Return what was made of a message that is edited, nothing where that is as it was."""
        if self._target is None or not self._target.edits:
            return ""
        changed = self.text().strip() not in {"", self._target.message.text.strip()}
        return self.text() if changed else ""

    @Slot()
    def _on_text(self) -> None:
        text = self.text()
        left = MAX_TEXT_LEN - _len_utf8(text)
        self.send_button.setEnabled(bool(text.strip()) and left >= 0)
        self._say(left)
        self._pause.start()

    def _say(self, left: int) -> None:
        if left < 0:
            words = self.tr("Too long for one message; bytes too many: {count}. Send it in parts.")
            self.notice.setText(words.replace("{count}", QLocale().toString(-left)))
        elif left < NOTICE_LEN:
            words = self.tr("Bytes left: {count}")
            self.notice.setText(words.replace("{count}", QLocale().toString(left)))
        set_look(self.notice, "tone", "danger" if left < 0 else "muted")
        self.notice.setVisible(left < NOTICE_LEN)

    @Slot()
    def _send(self) -> None:
        text = self.text()
        if not self.send_button.isEnabled():
            return
        target = self._target
        self.edit.clear()
        if target is None or not target.edits:
            self.flush()
        self.send_wanted.emit(text)
        self.leave_target()


def before(text: str, typed: str) -> str:
    """Return a text with what was typed since below it."""
    return "\n".join(part for part in (text, typed) if part)


def local_files(source: QMimeData) -> list[str]:
    """Return the paths of files on this computer that were dropped or pasted."""
    return [url.toLocalFile() for url in source.urls() if url.isLocalFile()]


def _len_utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
