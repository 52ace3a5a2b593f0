"""Messages that a search found, newest first, read page by page as the list is scrolled."""

from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from messenger.core.types import Contact, ContactId, Message, SearchHit
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.remote_text import shown_line
from messenger.gui.times import full_when
from messenger.gui.words import title_of

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()

FOUND_PAGE_LEN: Final = 50  # hits read at once
ACCESSIBLE_LEN: Final = 300  # characters of a message read aloud


class FoundRole(IntEnum):
    """Data beyond Qt's own roles."""

    HIT = Qt.ItemDataRole.UserRole + 1  # SearchHit
    CONTACT = Qt.ItemDataRole.UserRole + 2  # Contact, or None where they were removed since


class FoundModel(QAbstractListModel):
    """One row per hit. Whoever owns it searches and brings pages. Owner: GUI thread.

    Signals:
        more_wanted: hits below a Message.row shall be brought.
    """

    more_wanted = Signal(object)

    def __init__(self, contacts: ContactsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._contacts = contacts
        self._hits: list[SearchHit] = []
        self._complete = True
        self._asked = False

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        if not 0 <= row < len(self._hits):
            return None
        hit = self._hits[row]
        match role:
            case FoundRole.HIT:
                return hit
            case FoundRole.CONTACT:
                return self.contact(hit.message.contact)
            case Qt.ItemDataRole.DisplayRole:
                return shown_line(hit.message.text)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible(hit.message)
            case _:
                return None

    def hit(self, row: int) -> SearchHit:
        return self._hits[row]

    def contact(self, contact: ContactId) -> Contact | None:
        return self._contacts.contact(contact)

    @property
    def complete(self) -> bool:
        """Whether nothing older is to be found."""
        return self._complete

    def canFetchMore(self, parent: Index) -> bool:
        return not (parent.isValid() or self._complete or self._asked)

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent) and self._hits:
            self._asked = True
            self.more_wanted.emit(self._hits[-1].message.row)

    def begin(self, hits: tuple[SearchHit, ...]) -> None:
        """Show the first page of another search."""
        self.beginResetModel()
        self._hits = list(hits)
        self._complete = len(hits) < FOUND_PAGE_LEN
        self._asked = False
        self.endResetModel()

    def add(self, hits: tuple[SearchHit, ...]) -> None:
        """Show the next page."""
        self._asked = False
        self._complete = len(hits) < FOUND_PAGE_LEN
        if hits:
            first = len(self._hits)
            self.beginInsertRows(QModelIndex(), first, first + len(hits) - 1)
            self._hits.extend(hits)
            self.endInsertRows()

    def _accessible(self, message: Message) -> str:
        contact = self.contact(message.contact)
        who = title_of(contact) if contact is not None else ""
        text = shown_line(message.text, ACCESSIBLE_LEN)
        if message.outgoing:
            words = self.tr("You to {name}, {when}: {text}")
        else:
            words = self.tr("{name}, {when}: {text}")
        parts = {"{when}": full_when(message.arrived_at), "{name}": who, "{text}": text}
        for mark, part in parts.items():  # the text of others comes last, and is not looked into
            words = words.replace(mark, part)
        return words
