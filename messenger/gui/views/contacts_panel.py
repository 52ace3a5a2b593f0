"""The left side: search, buttons, the list of contacts, and what stands there while it is empty."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from messenger.core.types import Contact, ContactId
from messenger.gui.delegates.contact import ContactDelegate
from messenger.gui.icons import IconButton, icon
from messenger.gui.models.contacts import ContactFilter, ContactRole, ContactsModel
from messenger.gui.theme import ICON_M, SPACE_M, SPACE_S, set_look
from messenger.gui.views.pages import EmptyPage
from messenger.gui.views.viewport import own_viewport

Index = QModelIndex | QPersistentModelIndex

MIN_WIDTH: Final = 240


class ContactsList(QListView):
    """Tells only what the person chose, not where the current row went by itself.

    Signals:
        picked: a row was clicked, or reached or entered by keys.
    """

    picked = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        own_viewport(self, QPalette.ColorRole.Window)
        self.clicked.connect(self.picked)

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        """Paint again, and lay out only where a heading may come or go.

        Qt's list lays out all rows at any change, since one may have become higher.
        """
        if roles and ContactRole.SECTION not in roles:
            QAbstractItemView.dataChanged(self, first, last, roles)
        else:
            super().dataChanged(first, last, roles)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = QPersistentModelIndex(self.currentIndex())
        super().keyPressEvent(event)
        current = self.currentIndex()
        entered = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
        if current.isValid() and (entered or before != QPersistentModelIndex(current)):
            self.picked.emit(current)


class ContactsPanel(QWidget):
    """Owner: GUI thread.

    Signals:
        chosen: the ContactId whose conversation shall be shown.
        add_wanted: the person wants to add somebody.
    """

    chosen = Signal(object)
    add_wanted = Signal()

    def __init__(self, model: ContactsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._filter = ContactFilter(model, self)
        self._chosen: ContactId | None = None
        self.setMinimumWidth(MIN_WIDTH)
        self.pages = QStackedWidget(self)
        self.search = self._make_search()
        self.add_button = IconButton("add-contact", self.tr("Add a contact (Ctrl+N)"))
        self.menu_button = IconButton("menu", self.tr("Menu"))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setMenu(QMenu(self))
        self.list = self._make_list()
        self.nobody = EmptyPage(
            "chat",
            self.tr("Nobody here yet"),
            self.tr("Exchange links with somebody you know, and write to them."),
            self.pages,
        )
        self.first_button = self.nobody.add_button(self.tr("Add a contact"))
        self.no_match = EmptyPage(
            "search",
            self.tr("No contact of that name"),
            self.tr("Esc shows all contacts again."),
            self.pages,
        )
        for page in (self.list, self.nobody, self.no_match):
            self.pages.addWidget(page)
        self._lay_out()
        self.search.textChanged.connect(self._filter.search)
        self.add_button.clicked.connect(self.add_wanted)
        self.first_button.clicked.connect(self.add_wanted)
        for signal in (
            self._filter.rowsInserted,
            self._filter.rowsRemoved,
            self._filter.modelReset,
            self._filter.layoutChanged,
        ):
            signal.connect(self._on_rows)
        self._on_rows()

    def _make_search(self) -> QLineEdit:
        edit = QLineEdit()
        edit.setPlaceholderText(self.tr("Search contacts"))
        edit.setAccessibleName(self.tr("Search contacts"))
        set_look(edit, "kind", "search")
        self._search_icon = edit.addAction(
            icon("search", self.palette(), ICON_M), QLineEdit.ActionPosition.LeadingPosition
        )
        self._search_icon.setText(self.tr("Search"))
        edit.installEventFilter(self)
        return edit

    def _make_list(self) -> ContactsList:
        view = ContactsList(self.pages)
        view.setAccessibleName(self.tr("Contacts"))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setModel(self._filter)
        view.setItemDelegate(ContactDelegate(view))
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setMouseTracking(True)
        view.picked.connect(self._choose)
        return view

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_M, SPACE_M, SPACE_S, SPACE_S)
        row.setSpacing(SPACE_S // 2)
        row.addWidget(self.search, 1)
        row.addWidget(self.add_button)
        row.addWidget(self.menu_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.pages, 1)

    # -- what others ask ------------------------------------------------------------------------

    def show_chosen(self, contact: ContactId | None) -> None:
        """Mark a conversation as the one on screen, without a signal."""
        self._chosen = contact
        self._mark_chosen()

    def step(self, step: int) -> None:
        """Choose the conversation above (-1) or below (+1) the present one."""
        count = self._filter.rowCount()
        if not count:
            return
        row = self._row_of_chosen()
        target = (0 if step > 0 else count - 1) if row is None else row + step
        if 0 <= target < count:
            self._choose(self._filter.index(target, 0))

    @Slot()
    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    # -- reactions ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows lead from the search into the list, Enter opens the first."""
        pressed = event.type() == QEvent.Type.KeyPress
        if watched is self.search and pressed and isinstance(event, QKeyEvent):
            return self._on_search_key(event.key())
        return super().eventFilter(watched, event)

    def _on_search_key(self, key: int) -> bool:
        first = self._filter.index(0, 0)
        if key == Qt.Key.Key_Down and first.isValid():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and first.isValid():
            self._choose(first)
            self.search.clear()
            return True
        return False

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        contact: Contact = index.data(ContactRole.CONTACT)
        self._chosen = contact.id
        self._mark_chosen()
        self.chosen.emit(contact.id)

    @Slot()
    def _on_rows(self) -> None:
        if self._filter.rowCount():
            self.pages.setCurrentWidget(self.list)
        else:
            empty = self._model.rowCount() == 0
            self.pages.setCurrentWidget(self.nobody if empty else self.no_match)
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        row = self._row_of_chosen()
        selection = self.list.selectionModel()
        if row is None:
            selection.clear()
            return
        selection.setCurrentIndex(
            self._filter.index(row, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def _row_of_chosen(self) -> int | None:
        if self._chosen is None:
            return None
        row = self._model.row_of(self._chosen)
        if row is None:
            return None
        index: QModelIndex | QPersistentModelIndex = self._filter.mapFromSource(
            self._model.index(row)
        )
        return index.row() if index.isValid() else None

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._search_icon.setIcon(icon("search", self.palette(), ICON_M))
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(320, 480)
