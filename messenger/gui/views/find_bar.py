"""Search in one conversation: a line, how many there are, and the way from hit to hit."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QWidget

from messenger.core.types import SearchHit
from messenger.gui.aloud import say_aloud
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.icons import IconButton
from messenger.gui.theme import SPACE_M, SPACE_S, SPACE_XS, TOUCH_MIN, set_look

TYPING_PAUSE_MS = 150


class FindBar(QFrame):
    """Owner: GUI thread. Whoever owns it searches and calls :meth:`show_hits`.

    Signals:
        query_changed: words to search for, some time after the last key.
        went_to: the hit to show (SearchHit).
        all_wanted: the search shall go through all conversations.
        closed: the bar was closed.
    """

    query_changed = Signal(str)
    went_to = Signal(object)
    all_wanted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[SearchHit, ...] = ()
        self._at = -1
        set_look(self, "surface", "bar")
        self.edit = QLineEdit()
        self.edit.setMinimumWidth(TOUCH_MIN)  # the count goes first
        self.edit.setPlaceholderText(self.tr("Search in this conversation"))
        self.edit.setAccessibleName(self.tr("Search in this conversation"))
        self.count = TextLabel(tone="muted")
        self.count.setWordWrap(False)
        self.older = IconButton("up", self.tr("Older hit (Enter)"))
        self.newer = IconButton("down", self.tr("Newer hit (Shift+Enter)"))
        self.all_button = IconButton("chat", self.tr("Search in all conversations (Ctrl+Shift+F)"))
        self.close_button = IconButton("close", self.tr("Close the search (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        row.setSpacing(SPACE_XS)
        row.addWidget(self.edit, 1)
        for widget in (self.count, self.older, self.newer, self.all_button, self.close_button):
            row.addWidget(widget)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.edit.textChanged.connect(self._on_text)
        self.older.clicked.connect(self._go_older)
        self.newer.clicked.connect(self._go_newer)
        self.all_button.clicked.connect(self.all_wanted)
        self.close_button.clicked.connect(self.finish)
        self.setFocusProxy(self.edit)
        self.hide()

    @Slot()
    def begin(self) -> None:
        """Open, or take the focus again."""
        self.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    @Slot()
    def finish(self) -> None:
        """Close and forget."""
        if not self.isHidden():
            self.hide()
            self.edit.clear()
            self._pause.stop()  # the empty line is no question
            self.show_hits(())
            self.closed.emit()

    def show_hits(self, hits: tuple[SearchHit, ...]) -> None:
        """Take the hits, newest first, and go to the newest."""
        self._hits = hits
        self._at = 0 if hits else -1
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.finish()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(-1 if shift else 1)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_text(self) -> None:
        self._pause.start()

    @Slot()
    def _ask(self) -> None:
        self.query_changed.emit(self.edit.text().strip())

    @Slot()
    def _go_older(self) -> None:
        self._step(1)

    @Slot()
    def _go_newer(self) -> None:
        self._step(-1)

    def _step(self, step: int) -> None:
        if self._hits:
            self._at = (self._at + step) % len(self._hits)
            self._tell()

    def _tell(self) -> None:
        self.older.setEnabled(len(self._hits) > 1)
        self.newer.setEnabled(len(self._hits) > 1)
        if self._hits:
            words = self.tr("{at} of {count}").replace("{at}", str(self._at + 1))
            self.count.setText(words.replace("{count}", str(len(self._hits))))
            self.went_to.emit(self._hits[self._at])
        else:
            self.count.setText(self.tr("Nothing found") if self.edit.text().strip() else "")
        say_aloud(self.count, self.count.text())
