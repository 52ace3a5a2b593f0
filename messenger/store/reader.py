"""Everything that can be asked of the store without changing it."""

from typing import Final

from messenger.core.errors import NoSuchContactError, NoSuchMessageError
from messenger.core.types import (
    Address,
    Contact,
    ContactId,
    FormerPin,
    Message,
    MessageId,
    PinOrigin,
    SearchHit,
    TimelineStep,
)
from messenger.store.connection import Connection, Row
from messenger.store.phrases import Highlighter, parse_query
from messenger.store.rows import CONTACT_COLUMNS, MESSAGE_COLUMNS, contact_from, message_from
from messenger.store.search import SearchIndex

DIALLED: Final = "dialled"  # source of an address at which the contact's own key answered
PREFERENCE_PREFIX: Final = "preference."  # settings with it belong to the user interface

# Only constants are put into SQL by f-strings, here and below: S608 is noise.
_CONTACT_QUERY: Final = f"""
    SELECT {CONTACT_COLUMNS}, d.text, {MESSAGE_COLUMNS}
    FROM contact c
    LEFT JOIN draft d ON d.contact = c.id
    LEFT JOIN acquaintance a ON a.contact = c.id
    LEFT JOIN message m ON m.row =
        (SELECT row FROM message WHERE contact = c.id ORDER BY row DESC LIMIT 1)
"""  # noqa: S608
_MESSAGE_QUERY: Final = f"SELECT {MESSAGE_COLUMNS} FROM message m "  # noqa: S608 - constants only
_LATER_STEPS: Final = (
    TimelineStep.LEFT,
    TimelineStep.AT_RELAY,
    TimelineStep.ACKNOWLEDGED,
    TimelineStep.READ,
    TimelineStep.EDITED,
    TimelineStep.DELETED,
    TimelineStep.FAILED,
)
_ALL_ROWS: Final = (1 << 63) - 1  # above every row number of SQLite


class Queries:
    """Queries over one connection. Owner: the thread that opened the connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- contacts ---------------------------------------------------------------------------

    def all_contacts(self) -> tuple[Contact, ...]:
        """Return everybody, the latest activity first."""
        order = "ORDER BY coalesce(m.arrived_at, c.pinned_at) DESC, m.row DESC, c.id DESC"
        return tuple(map(contact_from, self._connection.rows(_CONTACT_QUERY + order)))

    def contact(self, contact: ContactId) -> Contact:
        """Return one contact, or raise NoSuchContactError."""
        row = self._connection.row(_CONTACT_QUERY + "WHERE c.id = ?", (contact,))
        if row is None:
            raise NoSuchContactError("there is no such contact")
        return contact_from(row)

    def contact_by_key(self, key: bytes) -> Contact | None:
        """Return the contact whose pinned key (32 bytes) this is."""
        row = self._connection.row(_CONTACT_QUERY + "WHERE c.key = ?", (key,))
        return None if row is None else contact_from(row)

    def former_pins(self, contact: ContactId) -> tuple[FormerPin, ...]:
        """Return what was pinned for a contact before, the oldest first."""
        rows = self._connection.rows(
            "SELECT key, origin, pinned_at, verified_at, replaced_at FROM former_pin "
            "WHERE contact = ? ORDER BY number",
            (contact,),
        )
        return tuple(FormerPin(row[0], PinOrigin(row[1]), *row[2:]) for row in rows)

    def retired_keys(self) -> dict[bytes, ContactId]:
        """Return every key that its owner replaced, with whose it was."""
        rows = self._connection.rows("SELECT key, contact FROM former_pin ORDER BY number")
        return {key: ContactId(contact) for key, contact in rows}

    def addresses(self, contact: ContactId) -> tuple[Address, ...]:
        """Return where this contact may be dialled, the newest first."""
        rows = self._connection.rows(
            "SELECT host, port FROM address WHERE contact = ? ORDER BY seen_at DESC, host, port",
            (contact,),
        )
        return tuple(Address(host, port) for host, port in rows)

    def contacts_at(self, address: Address) -> tuple[Contact, ...]:
        """Return the contacts whose key answered at an address, the latest first."""
        rows = self._connection.rows(
            "SELECT contact FROM address WHERE host = ? AND port = ? AND source = ? "
            "ORDER BY seen_at DESC",
            (address.host, address.port, DIALLED),
        )
        return tuple(self.contact(ContactId(row[0])) for row in rows)

    def session(self, contact: ContactId) -> bytes | None:
        """Return the ratchet state of a contact, or None if there is no session."""
        state: bytes | None = self._connection.value(
            "SELECT state FROM session WHERE contact = ?", (contact,)
        )
        return state

    # -- messages ---------------------------------------------------------------------------

    def messages_before(
        self, contact: ContactId, before: int | None, limit: int
    ) -> tuple[Message, ...]:
        """Return the newest ``limit`` messages before row ``before``, or of all, oldest first."""
        rows = self._connection.rows(
            _MESSAGE_QUERY + "WHERE m.contact = ? AND m.row < ? ORDER BY m.row DESC LIMIT ?",
            (contact, _ALL_ROWS if before is None else before, _checked(limit)),
        )
        return tuple(map(message_from, reversed(rows)))

    def messages_after(self, contact: ContactId, after: int, limit: int) -> tuple[Message, ...]:
        """Return the oldest ``limit`` messages after row ``after``, oldest first."""
        rows = self._connection.rows(
            _MESSAGE_QUERY + "WHERE m.contact = ? AND m.row > ? ORDER BY m.row LIMIT ?",
            (contact, after, _checked(limit)),
        )
        return tuple(map(message_from, rows))

    def first_unread(self, contact: ContactId) -> int | None:
        """Return the row of the oldest message of theirs that was not seen yet."""
        row: int | None = self._connection.value(
            "SELECT row FROM message WHERE contact = ?1 AND NOT outgoing AND deleted_at IS NULL "
            "AND row > (SELECT read_row FROM contact WHERE id = ?1) ORDER BY row LIMIT 1",
            (contact,),
        )
        return row

    def first_since(self, contact: ContactId, at: int) -> int | None:
        """Return the row of the first message that arrived at ``at`` (Unix ms) or later.

        Found by halving the rows, with some twenty short queries for a million messages. Where a
        clock was set back in between, it is one of the places where the date is passed.
        """
        low, high = 0, _ALL_ROWS
        found: int | None = None
        while low < high:
            middle = (low + high) // 2
            row = self._connection.row(
                "SELECT row, arrived_at FROM message WHERE contact = ? AND row >= ? AND row < ? "
                "ORDER BY row LIMIT 1",
                (contact, middle, high),
            )
            if row is None:
                high = middle
            elif row[1] >= at:
                found, high = row[0], middle
            else:
                low = row[0] + 1
        return found

    def message(self, row: int) -> Message:
        """Return the message of a row, or raise NoSuchMessageError."""
        return _found(self._connection.row(_MESSAGE_QUERY + "WHERE m.row = ?", (row,)))

    def find_message(self, message_id: MessageId, contact: ContactId | None = None) -> Message:
        """Return the message with this id, or raise NoSuchMessageError.

        Ids are made by their senders, who can copy one: without ``contact`` our own is returned,
        else the one that came first.
        """
        if contact is None:
            query = _MESSAGE_QUERY + "WHERE m.id = ? ORDER BY m.outgoing DESC, m.row LIMIT 1"
            return _found(self._connection.row(query, (message_id,)))
        query = _MESSAGE_QUERY + "WHERE m.id = ? AND m.contact = ?"
        return _found(self._connection.row(query, (message_id, contact)))

    def message_count(self, contact: ContactId) -> int:
        """Return how many messages a conversation has."""
        query = "SELECT count(*) FROM message WHERE contact = ?"
        return int(self._connection.value(query, (contact,)))

    def timeline(self, row: int) -> tuple[tuple[TimelineStep, int], ...]:
        """Return the steps of a message's way with their Unix ms, in order."""
        stamps = self._connection.row(
            "SELECT outgoing, arrived_at, left_at, at_relay_at, acknowledged_at, "
            "read_at, edited_at, deleted_at, failed_at FROM message WHERE row = ?",
            (row,),
        )
        if stamps is None:
            raise NoSuchMessageError("there is no such message")
        outgoing, arrived_at, *later = stamps
        return (
            (TimelineStep.WRITTEN if outgoing else TimelineStep.RECEIVED, arrived_at),
            *sorted(
                (pair for pair in zip(_LATER_STEPS, later, strict=True) if pair[1] is not None),
                key=lambda pair: pair[1],
            ),
        )

    def next_deadline(self) -> int | None:
        """Return the earliest Unix ms at which a lifetime or the date of a message is over."""
        times = (
            self._connection.value(
                "SELECT min(expires_at) FROM message WHERE expires_at IS NOT NULL"
            ),
            self._connection.value(
                "SELECT min(send_by) FROM message WHERE send_by IS NOT NULL AND state = 'waiting'"
            ),
        )
        return min((at for at in times if at is not None), default=None)

    def search(
        self,
        query: str,
        contact: ContactId | None = None,
        limit: int = 50,
        before: int | None = None,
    ) -> tuple[SearchHit, ...]:
        """Return messages that hold every term of ``query``, newest first.

        Args:
            query: any text; see messenger.store.phrases for what it means.
            contact: only this conversation.
            before: only rows below this one, for the next page.
        """
        phrases = parse_query(query)
        rows = SearchIndex(self._connection).find(phrases, contact, before, _checked(limit))
        messages = self._connection.rows(
            _MESSAGE_QUERY + "WHERE m.row IN (SELECT value FROM json_each(?)) ORDER BY m.row DESC",  # noqa: S608 - constants only
            (str(rows),),
        )
        highlighter = Highlighter(phrases)
        return tuple(
            SearchHit(message, highlighter.ranges(message.text))
            for message in map(message_from, messages)
        )

    # -- settings ---------------------------------------------------------------------------

    def preferences(self) -> dict[str, str]:
        """Return the settings of the user interface by their names."""
        rows = self._connection.rows(
            "SELECT substr(name, ?), value FROM setting WHERE name >= ? AND name < ?",
            (
                len(PREFERENCE_PREFIX) + 1,
                PREFERENCE_PREFIX,
                PREFERENCE_PREFIX[:-1] + chr(ord(PREFERENCE_PREFIX[-1]) + 1),
            ),
        )
        return dict(rows)


class Reader(Queries):
    """A connection to read from. Owner: the thread that opened it."""

    def contacts(self) -> tuple[Contact, ...]:
        """Return everybody, the latest activity first."""
        return self.all_contacts()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _checked(limit: int) -> int:
    """Refuse a limit that SQLite would read as none."""
    if limit < 0:
        raise ValueError("a limit is never negative")
    return limit


def _found(row: Row | None) -> Message:
    if row is None:
        raise NoSuchMessageError("there is no such message")
    return message_from(row)
