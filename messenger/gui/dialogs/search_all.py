"""Search in all conversations: a line, the hits newest first, and the way to each of them."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QWidget

from messenger.core.types import SearchHit
from messenger.engine.commands import SearchMessages
from messenger.engine.events import Reply
from messenger.gui.aloud import say_aloud
from messenger.gui.client import EngineClient, ReplyReceiver
from messenger.gui.delegates.found import FoundDelegate
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.icons import icon
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.models.found import FOUND_PAGE_LEN, FoundModel
from messenger.gui.texts import sentence
from messenger.gui.theme import ICON_M, set_look

TYPING_PAUSE_MS: Final = 150
LIST_HEIGHT: Final = 320  # pixels, at least
_INTO_LIST: Final = frozenset({Qt.Key.Key_Down, Qt.Key.Key_PageDown})
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class SearchDialog(Sheet):
    """The engine searches; here is only what it found. Owner: GUI thread.

    Signals:
        chosen: the SearchHit to show in its conversation; the dialog closes.
    """

    chosen = Signal(object)

    def __init__(
        self, client: EngineClient, contacts: ContactsModel, parent: QWidget | None
    ) -> None:
        super().__init__(parent, title=self.tr("Search in all conversations"), width=560)
        self._client = client
        self._query = ""
        self._number = 0  # of the request whose hits are awaited
        self.model = FoundModel(contacts, self)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(self.tr("Words to search for"))
        self.edit.setAccessibleName(self.tr("Words to search for"))
        self._clear = self._make_clear()
        self.list = self._make_list()
        self.note = TextLabel(tone="muted")
        self.body.addWidget(self.edit)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.note)
        self.add_button(self.tr("Close"), self.reject)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self.edit.textChanged.connect(self._on_text)
        self.edit.installEventFilter(self)
        self.list.activated.connect(self._choose)
        self.list.clicked.connect(self._choose)
        self.model.more_wanted.connect(self._search_below)
        self._tell()
        self.edit.setFocus()

    def _make_clear(self) -> QAction:
        """The mark at the end of the line that empties it, there while there is something."""
        picture = icon("clear", self.palette(), ICON_M)
        clear = self.edit.addAction(picture, QLineEdit.ActionPosition.TrailingPosition)
        clear.setText(self.tr("Empty the line"))
        clear.setVisible(False)
        clear.triggered.connect(self.edit.clear)
        return clear

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._clear.setIcon(icon("clear", self.palette(), ICON_M))
        super().changeEvent(event)

    def _make_list(self) -> QListView:
        view = QListView()
        view.setAccessibleName(self.tr("Messages found"))
        set_look(view, "surface", "card")
        view.viewport().setAutoFillBackground(False)  # the corners are round
        view.setItemDelegate(FoundDelegate(view))
        view.setModel(self.model)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setMinimumHeight(LIST_HEIGHT)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        return view

    def begin(self, query: str) -> None:
        """Search for words that were typed elsewhere."""
        self.edit.setText(query)
        self.edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows lead from the line into the list; Enter opens the newest hit."""
        if watched is self.edit and isinstance(event, QKeyEvent):
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and event.key() in _INTO_LIST | _ENTER and self.model.rowCount():
                self._leave_line(event.key())
                return True
            if pressed and event.key() in _ENTER:
                self._search()
                return True
        return super().eventFilter(watched, event)

    def _leave_line(self, key: int) -> None:
        if key in _ENTER:
            self._choose(self.list.currentIndex())
        else:
            self.list.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            hit = self.model.hit(index.row())
            self.accept()  # first, or closing takes the focus away from what is shown
            self.chosen.emit(hit)

    # -- searching ------------------------------------------------------------------------------

    @Slot()
    def _on_text(self) -> None:
        self._clear.setVisible(bool(self.edit.text()))
        self._pause.start()

    @Slot()
    def _search(self) -> None:
        self._pause.stop()
        query = self.edit.text().strip()
        if query == self._query:
            return
        self._query = query
        self._number = 0
        if query:
            self._ask(None, self._on_first_page)
        else:
            self._show_first(())

    @Slot(object)
    def _search_below(self, row: int) -> None:
        self._ask(row, self._on_next_page)

    def _ask(self, before: int | None, receiver: ReplyReceiver) -> None:
        command = SearchMessages(self._query, None, FOUND_PAGE_LEN, before)
        self._number = self._client.request(command, receiver)

    def _on_first_page(self, reply: Reply) -> None:
        hits = self._hits_of(reply)
        if hits is not None:
            self._show_first(hits)

    def _on_next_page(self, reply: Reply) -> None:
        hits = self._hits_of(reply)
        if hits is not None:
            self.model.add(hits)
            self._tell()

    def _hits_of(self, reply: Reply) -> tuple[SearchHit, ...] | None:
        """Return the hits, unless other words were typed since."""
        if reply.request != self._number:
            return None
        if reply.error is not None:
            self.note.setText(sentence(reply.error))
            return None
        return reply.result if isinstance(reply.result, tuple) else None

    def _show_first(self, hits: tuple[SearchHit, ...]) -> None:
        self.model.begin(hits)
        if hits:
            self.list.setCurrentIndex(self.model.index(0))
        self._tell()

    def _tell(self) -> None:
        count = self.model.rowCount()
        if not self._query:
            words = self.tr("Every message on this computer that holds all the words is listed.")
        elif not count:
            words = self.tr("Nothing found")
        elif self.model.complete:
            words = self.tr("{count} found. Enter shows the message.")
        else:
            words = self.tr("The newest {count}; scroll down for older ones.")
        self.note.setText(words.replace("{count}", str(count)))
        if self._query:
            say_aloud(self.note, self.note.text())
