"""A window of some two hundred messages that slides over a conversation of any length.

Pages are read by keyset (the messages before or after a row), so the millionth message costs what
the first one costs. Knows no widget and changes only by events and by the page calls.
"""

from bisect import bisect_left
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from messenger.core.errors import MessengerError, NoSuchMessageError
from messenger.core.frozen import frozen
from messenger.core.types import Contact, ContactId, Message, MessageId
from messenger.engine.events import (
    ContactChanged,
    FileProgress,
    MessageAdded,
    MessageChanged,
    MessageRemoved,
)
from messenger.gui.models.history import History
from messenger.gui.remote_text import shown_line
from messenger.gui.times import clock_time, day_words, full_when, local_day
from messenger.gui.words import (
    body_words,
    name_in_sentence,
    picture_words,
    state_sentence,
    title_of,
)

Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()

WINDOW_LEN: Final = 200  # rows held; a QListView lays out all of them
OPEN_LEN: Final = 32  # rows read at first, if whoever shows them does not need more
PAGE_LEN: Final = 16  # rows read at once; laying out more would be felt in one frame
GROUP_MS: Final = 5 * 60_000  # messages of one side closer than this belong together
QUOTE_LEN: Final = 120  # characters of a message that is answered
ACCESSIBLE_LEN: Final = 2000  # characters of a message read aloud


class ConversationRole(IntEnum):
    """Data beyond Qt's own roles."""

    MESSAGE = Qt.ItemDataRole.UserRole + 1  # Message
    PLACE = Qt.ItemDataRole.UserRole + 2  # Place


@frozen
class Place:
    """What a message's neighbours mean for its look."""

    day: int | None  # Julian day to write above it, or None
    joins_previous: bool  # same side, shortly after
    joins_next: bool
    unread: bool = False  # reading stopped above it


class ConversationModel(QAbstractListModel):
    """One row per message of the window, oldest first.

    Roles: DisplayRole the text as it was received; AccessibleTextRole a sentence;
    ConversationRole. Owner: GUI thread.

    Signals:
        newest_held: the window reached the newest message, or left it.
        arrived_below: a message came that is not in the window, which looks at older ones.
    """

    newest_held = Signal(bool)
    arrived_below = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history: History | None = None
        self._contact: Contact | None = None
        self._messages: list[Message] = []
        self._places: dict[int, Place] = {}  # by Message.row, as far as they were asked for
        self._quotes: dict[MessageId, str] = {}  # lines of messages that are answered
        self._done: dict[int, int] = {}  # Message.row: bytes of its file that have arrived
        self._unread_from: int | None = None  # Message.row of the first that was new
        self._previous: Message | None = None  # the one before the window, for its first row
        self._next: Message | None = None  # the one after it, for its last
        self._at_newest = True
        self.open_len = OPEN_LEN  # the view says what fills it
        self.followed = False  # and whether it stays at the newest: then it needs no long window

    # -- Qt's questions -------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._messages)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        if not 0 <= row < len(self._messages):
            return None
        match role:
            case ConversationRole.MESSAGE:
                return self._messages[row]
            case ConversationRole.PLACE:
                return self.place(row)
            case Qt.ItemDataRole.DisplayRole:
                return self._messages[row].text
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible(row)
            case _:
                return None

    # -- the window -----------------------------------------------------------------------------

    @property
    def contact(self) -> Contact | None:
        return self._contact

    @property
    def at_oldest(self) -> bool:
        """Whether nothing older is in the history."""
        return self._previous is None

    @property
    def at_newest(self) -> bool:
        return self._at_newest

    def message(self, row: int) -> Message:
        return self._messages[row]

    def place(self, row: int) -> Place:
        """Return what the neighbours of a row mean for its look."""
        key = self._messages[row].row
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._find_place(row)
        return place

    def quote(self, row: int) -> str:
        """Return a line of the message that a row answers; empty where it answers none."""
        replied = self._messages[row].reply_to
        if replied is None or self._history is None or self._contact is None:
            return ""
        words = self._quotes.get(replied)
        if words is None:
            try:
                message = self._history.find_message(replied, self._contact.id)
                words = shown_line(body_words(message), QUOTE_LEN)
            except NoSuchMessageError:
                words = self.tr("A message that is not here any more")
            except MessengerError:  # asked while something is painted
                words = self.tr("A message that cannot be read at the moment")
            self._quotes[replied] = words
        return words

    def done(self, message_row: int) -> int | None:
        """Return how many bytes of a message's file have arrived, if that was told."""
        return self._done.get(message_row)

    def state_words(self, row: int) -> str:
        """Return what is provable about a message, as a sentence."""
        assert self._contact is not None
        return state_sentence(self._messages[row], name_in_sentence(self._contact))

    def newest_own(self) -> Message | None:
        """Return the last message of ours in the window that can be edited."""
        for message in reversed(self._messages):
            if message.outgoing and message.deleted_at is None and message.file is None:
                return message
        return None

    def row_of(self, message_row: int) -> int | None:
        """Return the row in the window of a message by its :attr:`Message.row`."""
        place = bisect_left(self._messages, message_row, key=lambda message: message.row)
        found = place < len(self._messages) and self._messages[place].row == message_row
        return place if found else None

    def open(self, history: History, contact: Contact) -> None:
        """Show a conversation from its newest message.

        Raises:
            MessengerError: it cannot be read; nothing has changed.
        """
        unread_from = history.first_unread(contact.id) if contact.unread_count else None
        page = _before(history, contact.id, None, self.open_len)
        self._history, self._contact, self._unread_from = history, contact, unread_from
        self._reset(*page, following=None)

    @property
    def unread_from(self) -> int | None:
        """The Message.row that "New messages" is written above."""
        return self._unread_from

    def set_unread_from(self, message_row: int | None) -> None:
        """Write "New messages" above another message, or above none."""
        before, self._unread_from = self._unread_from, message_row
        for changed in {before, message_row} - {None}:
            row = self.row_of(changed) if changed is not None else None
            if row is not None and before != message_row:
                self._changed(row - 1)
                self._changed(row)

    def oldest(self) -> Message | None:
        """Return the first message of the whole conversation."""
        assert self._history is not None
        assert self._contact is not None
        return next(iter(self._history.messages_after(self._contact.id, 0, 1)), None)

    def close(self) -> None:
        """Show nothing."""
        self._contact = None
        self._unread_from = None
        self._reset([], previous=None, following=None)

    def show_newest(self) -> None:
        """Jump to the newest messages."""
        page = self._before(None, self.open_len)
        self._reset(*page, following=None)

    def show_around(self, message_row: int) -> None:
        """Jump to a message; it is in the window afterwards, if it still exists."""
        older, previous = self._before(message_row + 1, WINDOW_LEN // 4)
        newer, following = self._after(message_row, WINDOW_LEN // 4)
        self._reset(older + newer, previous, following)

    def load_older(self) -> bool:
        """Read a page above the window; tell whether there was one."""
        if self.at_oldest or not self._messages:
            return False
        page, previous = self._before(self._messages[0].row, PAGE_LEN)
        if not page:
            return False
        self._drop_newest(len(self._messages) + len(page) - WINDOW_LEN)
        self.beginInsertRows(QModelIndex(), 0, len(page) - 1)
        self._previous = previous
        self._messages[:0] = page
        self.endInsertRows()
        self._changed(len(page))  # the former first row has got a neighbour
        return True

    def load_newer(self) -> bool:
        """Read a page below the window; tell whether there was one."""
        if self._at_newest or not self._messages:
            return False
        page, following = self._after(self._messages[-1].row, PAGE_LEN)
        self._drop_oldest(len(self._messages) + len(page) - WINDOW_LEN)
        if page:
            self._append(page)
        self._set_following(following)
        return bool(page)

    # -- events ---------------------------------------------------------------------------------

    @Slot(object)
    def apply(self, event: object) -> None:
        """Follow one engine event."""
        match event:
            case MessageAdded(message) if self._is_mine(message.contact):
                self._on_added(message)
            case MessageChanged(message) if self._is_mine(message.contact):
                self._on_changed(message)
            case MessageRemoved(contact_id, message_row) if self._is_mine(contact_id):
                self._on_removed(message_row)
            case FileProgress(contact=contact_id, row=message_row, done=done) if self._is_mine(
                contact_id
            ):
                self._on_progress(message_row, done)
            case ContactChanged(contact) if self._is_mine(contact.id):
                self._contact = contact
            case _:
                pass

    def _is_mine(self, contact: ContactId) -> bool:
        return self._contact is not None and self._contact.id == contact

    def _on_added(self, message: Message) -> None:
        if self._messages and message.row <= self._messages[-1].row:
            return  # read from the history before its event came
        if not self._at_newest:
            self.arrived_below.emit()
            return
        self._append([message])
        most = 2 * self.open_len + PAGE_LEN if self.followed else WINDOW_LEN
        if len(self._messages) > most:  # seldom, and by a page: dropping lays out again
            self._drop_oldest(PAGE_LEN)

    def _on_progress(self, message_row: int, done: int) -> None:
        self._done[message_row] = done
        row = self.row_of(message_row)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))

    def _on_changed(self, message: Message) -> None:
        if self._quotes.pop(message.id, None) is not None and self._messages:
            self.dataChanged.emit(self.index(0), self.index(len(self._messages) - 1))
        row = self.row_of(message.row)
        if row is not None:
            self._messages[row] = message
            self._changed(row)

    def _on_removed(self, message_row: int) -> None:
        """Close the gap; a neighbour outside the window is read again, for it may be the one."""
        row = self.row_of(message_row)
        if row is not None:
            self.beginRemoveRows(QModelIndex(), row, row)
            self._places.pop(self._messages.pop(row).row, None)
            self.endRemoveRows()
            self._changed(row - 1)
            self._changed(row)
            if not self._messages:
                self.show_newest()  # there may be others before or behind
        elif self._previous is not None and self._previous.row == message_row:
            first = self._messages[0].row if self._messages else None
            self._previous = next(iter(self._before(first, 1)[0]), None)
            self._changed(0)
        elif self._next is not None and self._next.row == message_row and self._messages:
            page, _ = self._after(self._messages[-1].row, 1)
            self._set_following(page[0] if page else None)
            self._changed(len(self._messages) - 1)

    # -- changing rows --------------------------------------------------------------------------

    def _append(self, page: list[Message]) -> None:
        first = len(self._messages)
        self.beginInsertRows(QModelIndex(), first, first + len(page) - 1)
        self._messages.extend(page)
        self._places.pop(self._messages[first - 1].row if first else -1, None)
        self.endInsertRows()
        self._changed(first - 1)  # it may join the next one now

    def _drop_oldest(self, count: int) -> None:
        count = min(count, len(self._messages))
        if count <= 0:
            return
        self.beginRemoveRows(QModelIndex(), 0, count - 1)
        self._previous = self._messages[count - 1]
        del self._messages[:count]
        self.endRemoveRows()

    def _drop_newest(self, count: int) -> None:
        if count <= 0:
            return
        first = len(self._messages) - count
        self.beginRemoveRows(QModelIndex(), first, len(self._messages) - 1)
        self._next = self._messages[first]
        del self._messages[first:]
        self.endRemoveRows()
        self._set_following(self._next)

    def _reset(
        self, messages: list[Message], previous: Message | None, following: Message | None
    ) -> None:
        self.beginResetModel()
        self._messages = messages
        self._quotes.clear()
        self._places.clear()
        self._previous = previous
        self._next = following
        self._at_newest = following is None
        self.endResetModel()
        self.newest_held.emit(self._at_newest)

    def _set_following(self, following: Message | None) -> None:
        self._next = following
        at_newest = following is None
        if at_newest is not self._at_newest:
            self._at_newest = at_newest
            self.newest_held.emit(at_newest)

    def _changed(self, row: int) -> None:
        if 0 <= row < len(self._messages):
            self._places.pop(self._messages[row].row, None)
            self.dataChanged.emit(self.index(row), self.index(row))

    # -- reading --------------------------------------------------------------------------------

    def _before(self, row: int | None, limit: int) -> tuple[list[Message], Message | None]:
        assert self._history is not None
        assert self._contact is not None
        return _before(self._history, self._contact.id, row, limit)

    def _after(self, row: int, limit: int) -> tuple[list[Message], Message | None]:
        """Return a page and the message after it."""
        assert self._history is not None
        assert self._contact is not None
        page = list(self._history.messages_after(self._contact.id, row, limit + 1))
        following = page.pop() if len(page) > limit else None
        return page, following

    # -- what a row says ------------------------------------------------------------------------

    def _neighbour(self, row: int) -> Message | None:
        if row < 0:
            return self._previous
        if row >= len(self._messages):
            return self._next
        return self._messages[row]

    def _find_place(self, row: int) -> Place:
        message = self._messages[row]
        previous, following = self._neighbour(row - 1), self._neighbour(row + 1)
        day = local_day(message.arrived_at)
        new_day = previous is None or local_day(previous.arrived_at) != day
        unread = message.row == self._unread_from
        stays = not (new_day or unread)
        return Place(
            day=day if new_day else None,
            joins_previous=stays and previous is not None and _joined(previous, message),
            joins_next=following is not None
            and following.row != self._unread_from
            and local_day(following.arrived_at) == day
            and _joined(message, following),
            unread=unread,
        )

    def _accessible(self, row: int) -> str:
        """Return all that is painted for a row, in sentences."""
        assert self._contact is not None
        message = self._messages[row]
        who = self.tr("You") if message.outgoing else title_of(self._contact)
        text = shown_line(body_words(message), ACCESSIBLE_LEN)
        if picture := picture_words(message):
            text = f"{picture}. {text}"
        state = state_sentence(message, name_in_sentence(self._contact))
        said = f"{who}, {clock_time(message.sent_at)}: {text}. {state}"
        return ". ".join((*self._spoken_before(row), said, *self._spoken_after(row)))

    def _spoken_before(self, row: int) -> Iterator[str]:
        place = self.place(row)
        if place.day is not None:
            yield day_words(place.day, local_day(QDateTime.currentMSecsSinceEpoch()))
        if place.unread:
            yield self.tr("New messages")

    def _spoken_after(self, row: int) -> Iterator[str]:
        assert self._contact is not None
        message, name = self._messages[row], name_in_sentence(self._contact)
        if message.deleted_at is not None:
            return
        if quote := self.quote(row):
            yield self.tr("Answers: {words}").replace("{words}", quote)
        if message.edited_at is not None:
            yield self.tr("Edited {when}").replace("{when}", full_when(message.edited_at))
        if message.own_reaction:
            yield self.tr("You reacted with {sign}").replace("{sign}", message.own_reaction)
        if message.peer_reaction:
            words = self.tr("{name} reacted with {sign}").replace("{name}", name)
            yield words.replace("{sign}", shown_line(message.peer_reaction))


def _before(
    history: History, contact: ContactId, row: int | None, limit: int
) -> tuple[list[Message], Message | None]:
    """Return a page and the message before it, which its first row needs to know."""
    page = list(history.messages_before(contact, row, limit + 1))
    previous = page.pop(0) if len(page) > limit else None
    return page, previous


def _joined(first: Message, second: Message) -> bool:
    return (
        first.outgoing == second.outgoing and 0 <= second.arrived_at - first.arrived_at <= GROUP_MS
    )
