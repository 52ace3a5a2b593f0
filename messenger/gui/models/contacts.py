"""The list of contacts: requests first, then by last activity, blocked ones at the end.

Knows no widget and changes only by events.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import field, replace
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QDateTime,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Slot,
)

from messenger.core.frozen import frozen
from messenger.core.types import (
    Contact,
    ContactId,
    MailRoute,
    Message,
    Obstacle,
    Presence,
    Relation,
)
from messenger.engine.events import (
    ContactAccepted,
    ContactAdded,
    ContactChanged,
    ContactRemoved,
    ContactRequested,
    KeyChanged,
    MessageAdded,
    MessageChanged,
    PresenceChanged,
    RelaysChanged,
)
from messenger.gui.remote_text import tool_tip
from messenger.gui.standing import NOWHERE, Standing, standing_sentences, state_words
from messenger.gui.words import (
    preview_words,
    relation_sentence,
    title_of,
    trust_word,
)

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()


class Section(IntEnum):
    """Where a contact stands in the list; the order of the numbers is the order on screen."""

    REQUESTS = 0
    CONTACTS = 1
    BLOCKED = 2


class ContactRole(IntEnum):
    """Data beyond Qt's own roles."""

    CONTACT = Qt.ItemDataRole.UserRole + 1  # Contact
    PRESENCE = Qt.ItemDataRole.UserRole + 2  # Presence
    SECTION = Qt.ItemDataRole.UserRole + 3  # Section
    MAIL = Qt.ItemDataRole.UserRole + 4  # MailRoute, or None


@frozen
class _Entry:
    contact: Contact
    presence: Presence = Presence.OFFLINE
    mail: MailRoute | None = None  # the way through a relay
    obstacle: Obstacle | None = None  # why there is no link
    key: tuple[int, int, str, int] = field(init=False)  # the place in the list

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", _place(self.contact))


def _section(contact: Contact) -> Section:
    match contact.relation:
        case Relation.REQUEST:
            return Section.REQUESTS
        case Relation.BLOCKED:
            return Section.BLOCKED
        case _:
            return Section.CONTACTS


def _place(contact: Contact) -> tuple[int, int, str, int]:
    last = contact.last_message
    active_at = max(contact.pinned_at, last.arrived_at if last else 0)
    return (_section(contact), -active_at, title_of(contact).casefold(), contact.id)


_ANSWERS: Final[dict[int, Callable[[_Entry], object]]] = {
    Qt.ItemDataRole.DisplayRole: lambda entry: title_of(entry.contact),
    ContactRole.CONTACT: lambda entry: entry.contact,
    ContactRole.PRESENCE: lambda entry: entry.presence,
    ContactRole.SECTION: lambda entry: _section(entry.contact),
    ContactRole.MAIL: lambda entry: entry.mail,
}
_WITHIN_SECTION: Final = [  # what changes about a contact while it stays in its section
    *(int(role) for role in _ANSWERS if role != ContactRole.SECTION),
    int(Qt.ItemDataRole.AccessibleTextRole),
    int(Qt.ItemDataRole.AccessibleDescriptionRole),
    int(Qt.ItemDataRole.ToolTipRole),
]


class ContactsModel(QAbstractListModel):
    """One row per contact.

    Roles: DisplayRole the cleaned name; AccessibleTextRole a sentence; ContactRole.
    Owner: GUI thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[_Entry] = []
        self._drafts: dict[ContactId, str] = {}  # newer than what events say
        self._mail: dict[ContactId, MailRoute] = {}  # also of contacts that come later
        self._seen: dict[ContactId, int] | None = None  # Unix ms when they went; None: not wanted

    # -- Qt's questions -------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._entries):
            return None
        entry = self._entries[index.row()]
        match role:
            case Qt.ItemDataRole.AccessibleTextRole:
                return accessible_row(entry.contact, self._standing(entry))
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return standing_sentences(entry.contact, self._standing(entry))
            case Qt.ItemDataRole.ToolTipRole:
                words = standing_sentences(entry.contact, self._standing(entry))
                return tool_tip(f"{title_of(entry.contact)}: {words}")
        answer = _ANSWERS.get(role)
        return None if answer is None else answer(entry)

    # -- our own --------------------------------------------------------------------------------

    def load(self, contacts: Iterable[Contact]) -> None:
        """Start anew with these."""
        self.beginResetModel()
        self._drafts.clear()
        self.note_last_seen(self._seen is not None)
        shown = (
            _Entry(each, mail=self._mail.get(each.id))
            for each in contacts
            if each.relation is not Relation.REFUSED
        )
        self._entries = sorted(shown, key=lambda entry: entry.key)
        self.endResetModel()

    def contact(self, contact: ContactId) -> Contact | None:
        row = self.row_of(contact)
        return None if row is None else self._entries[row].contact

    def everybody(self) -> tuple[Contact, ...]:
        """Return all who are shown, in their order."""
        return tuple(entry.contact for entry in self._entries)

    def presence(self, contact: ContactId) -> Presence:
        row = self.row_of(contact)
        return Presence.OFFLINE if row is None else self._entries[row].presence

    def mail(self, contact: ContactId) -> MailRoute | None:
        """Return the way to a contact through a relay."""
        return self._mail.get(contact)

    def standing(self, contact: ContactId) -> Standing:
        """Return how we stand with a contact, all that is known of it."""
        row = self.row_of(contact)
        return NOWHERE if row is None else self._standing(self._entries[row])

    def _standing(self, entry: _Entry) -> Standing:
        seen_at = self.last_seen(entry.contact.id)
        return Standing(entry.presence, entry.obstacle, entry.mail, seen_at)

    def note_last_seen(self, wanted: bool) -> None:
        """Begin anew to note when contacts were last connected, or do not and forget it."""
        self._seen = {} if wanted else None

    def last_seen(self, contact: ContactId) -> int | None:
        """Return when a contact that is not connected was so last, Unix ms, as far as noted."""
        return None if self._seen is None else self._seen.get(contact)

    def row_of(self, contact: ContactId) -> int | None:
        return next(
            (row for row, entry in enumerate(self._entries) if entry.contact.id == contact), None
        )

    def set_draft(self, contact: ContactId, text: str) -> None:
        """Take over what the composer has just had stored; no event tells it."""
        known = self.contact(contact)
        if known is not None:
            self._drafts[contact] = text
            self._put(known)

    @property
    def unread_count(self) -> int:
        """Messages nobody has looked at yet, over all contacts that are not blocked."""
        return sum(
            entry.contact.unread_count
            for entry in self._entries
            if entry.contact.relation is not Relation.BLOCKED
        )

    @Slot(object)
    def apply(self, event: object) -> None:
        """Follow one engine event."""
        match event:
            case ContactAdded(contact) | ContactChanged(contact) | ContactAccepted(contact):
                self._put(contact)
            case ContactRequested(contact) | KeyChanged(contact):
                self._put(contact)
            case ContactRemoved(contact_id):
                self._remove(contact_id)
            case PresenceChanged(contact_id, presence, _, obstacle):
                self._set_presence(contact_id, presence, obstacle)
            case RelaysChanged(overview):
                self._set_mail(overview.best_routes())
            case MessageAdded(message):
                self._on_message_added(message)
            case MessageChanged(message):
                self._on_message_changed(message)
            case _:
                pass

    def _put(self, contact: Contact) -> None:
        """Insert or change a contact's row; one that was refused disappears."""
        if contact.relation is Relation.REFUSED:
            self._remove(contact.id)
            return
        contact = replace(contact, draft=self._drafts.get(contact.id, contact.draft))
        row = self.row_of(contact.id)
        if row is None:
            entry = _Entry(contact, mail=self._mail.get(contact.id))
            place = bisect_left(self._entries, entry.key, key=lambda each: each.key)
            self.beginInsertRows(QModelIndex(), place, place)
            self._entries.insert(place, entry)
            self.endInsertRows()
        else:
            self._replace(row, replace(self._entries[row], contact=contact))

    def _replace(self, row: int, entry: _Entry) -> None:
        """Change a row, and move it to where it belongs now."""
        section = _section(self._entries[row].contact)
        rest = self._entries[:row] + self._entries[row + 1 :]
        place = bisect_left(rest, entry.key, key=lambda each: each.key)
        if place != row:
            before = place if place < row else place + 1  # Qt counts with the row still there
            self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), before)
            self._entries = [*rest[:place], entry, *rest[place:]]
            self.endMoveRows()
        self._entries[place] = entry
        self._changed(place, within=section is _section(entry.contact))

    def _changed(self, row: int, *, within: bool = True) -> None:
        """Tell that a row changed; ``within`` its section, all roles but that one."""
        roles = _WITHIN_SECTION if within else []
        self.dataChanged.emit(self.index(row), self.index(row), roles)

    def _remove(self, contact: ContactId) -> None:
        row = self.row_of(contact)
        if row is not None:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._entries[row]
            self.endRemoveRows()

    def _set_presence(
        self, contact: ContactId, presence: Presence, obstacle: Obstacle | None
    ) -> None:
        row = self.row_of(contact)
        if row is None:
            return
        known = self._entries[row]
        if (known.presence, known.obstacle) == (presence, obstacle):
            return
        left = known.presence is Presence.ONLINE and presence is not Presence.ONLINE
        if self._seen is not None and left:
            self._seen[contact] = QDateTime.currentMSecsSinceEpoch()
        self._entries[row] = replace(known, presence=presence, obstacle=obstacle)
        self._changed(row)

    def _set_mail(self, mail: dict[ContactId, MailRoute]) -> None:
        self._mail = mail
        for row, entry in enumerate(self._entries):
            way = mail.get(entry.contact.id)
            if way != entry.mail:
                self._entries[row] = replace(entry, mail=way)
                self._changed(row)

    def _on_message_added(self, message: Message) -> None:
        contact = self.contact(message.contact)
        if contact is None:
            return
        last = contact.last_message
        if last is not None and last.row >= message.row:
            return  # the contact's own event was faster and counts it already
        unread = contact.unread_count + (0 if message.outgoing else 1)
        self._put(replace(contact, last_message=message, unread_count=unread))

    def _on_message_changed(self, message: Message) -> None:
        contact = self.contact(message.contact)
        last = contact.last_message if contact else None
        if contact is not None and last is not None and last.row == message.row:
            self._put(replace(contact, last_message=message))


def accessible_row(contact: Contact, standing: Standing) -> str:
    """Return a contact's row as words."""
    parts = [title_of(contact), trust_word(contact), state_words(contact, standing)]
    if contact.relation is not Relation.ACCEPTED:
        parts.append(relation_sentence(contact, standing.presence, standing.mail))
    if contact.unread_count:
        unread = QCoreApplication.translate("ContactsModel", "{count} unread")
        parts.append(unread.replace("{count}", str(contact.unread_count)))
    if contact.last_message is not None and contact.relation is Relation.ACCEPTED:
        parts.append(preview_words(contact.last_message))
    return ", ".join(part for part in parts if part)


class ContactFilter(QSortFilterProxyModel):
    """Keeps the contacts whose name contains what was typed; the order is the model's."""

    def __init__(self, source: ContactsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._needle = ""
        self.setSourceModel(source)

    @Slot(str)
    def search(self, text: str) -> None:
        self.beginFilterChange()
        self._needle = text.strip().casefold()
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        if not self._needle:
            return True
        contact: Contact = self._source.index(source_row).data(ContactRole.CONTACT)
        return any(self._needle in name.casefold() for name in (contact.alias or "", contact.name))
