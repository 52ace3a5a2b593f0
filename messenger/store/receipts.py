"""Who has read what, as far as both sides want to say so."""

from typing import Final

from messenger.core.types import Contact, ContactId, Message, MessageId
from messenger.store.connection import Connection
from messenger.store.reader import Queries

_UNREAD: Final = """
    SELECT id FROM message
    WHERE contact = ?1 AND NOT outgoing AND deleted_at IS NULL
        AND row > (SELECT read_row FROM contact WHERE id = ?1) AND row <= ?2
    ORDER BY row
"""


class ReceiptRepository:
    """Receipts, inside a transaction of the writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reader = Queries(connection)

    def choose(self, contact: ContactId, *, wanted: bool) -> Contact:
        """Tell a contact what was read, and show what they tell, from now on or not any more."""
        self._connection.run("UPDATE contact SET receipts = ? WHERE id = ?", (wanted, contact))
        return self._reader.contact(contact)

    def unread(self, contact: ContactId, row: int) -> tuple[MessageId, ...]:
        """Return the messages of theirs up to a row that were not read before, oldest first."""
        return tuple(MessageId(one[0]) for one in self._connection.rows(_UNREAD, (contact, row)))

    def note(self, contact: ContactId, message: bytes, at: int) -> Message | None:
        """A message of ours was read, heard at Unix ms ``at``; None if that changes nothing."""
        row = self._connection.value(
            "SELECT row FROM message WHERE id = ? AND contact = ? AND outgoing = 1 "
            "AND deleted_at IS NULL AND read_at IS NULL",
            (message, contact),
        )
        if row is None:
            return None
        self._connection.run("UPDATE message SET read_at = ? WHERE row = ?", (at, row))
        return self._reader.message(row)
