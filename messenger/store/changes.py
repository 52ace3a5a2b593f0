"""What happens to messages afterwards: edits, reactions, removal, and changes that came too early.

Every change carries a stamp, its author's clock; the greatest wins, whatever order they come in.
"""

from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import NotAllowedError
from messenger.core.types import ContactId, Message, MessageId, MessageState
from messenger.store.connection import Connection
from messenger.store.messages import SENT_AGAIN, MessageRepository
from messenger.store.outbox import OutboxRepository
from messenger.store.reader import Queries
from messenger.store.search import SearchIndex
from messenger.store.text import checked_text, utf8_len

EARLY_MAX: Final = 100  # changes kept per contact whose message has not come; the newest


class ChangeRepository:
    """Changes of single messages, inside a transaction of the writer."""

    def __init__(self, connection: Connection, clock: Clock, messages: MessageRepository) -> None:
        self._connection = connection
        self._clock = clock
        self._messages = messages
        self._outbox = OutboxRepository(connection)
        self._reader = Queries(connection)
        self._index = SearchIndex(connection)

    # -- edits and reactions ----------------------------------------------------------------

    def edit(self, row: int, text: str, stamp: int | None = None) -> Message:
        """Replace the text of a message; one with an older stamp changes nothing.

        Args:
            stamp: its author's Unix ms; None: ours, behind every edit before it.

        Raises:
            NotAllowedError: it is deleted, or its text is not known.
        """
        message = self._reader.message(row)
        if message.deleted_at is not None or message.unsupported:
            raise NotAllowedError("A message without text cannot be edited.")
        if not self._stamp(row, "edit_stamp", stamp):
            return message
        return self._messages.edit(row, text, self._clock.unix_ms())

    def react(self, row: int, emoji: str, *, own: bool, stamp: int | None = None) -> Message:
        """Set the reaction of one side, or take it back with an empty one."""
        if self._reader.message(row).deleted_at is not None:
            raise NotAllowedError("A deleted message takes no reactions.")
        column = "own_reaction" if own else "peer_reaction"
        if self._stamp(row, f"{column}_stamp", stamp):
            self._connection.run(
                f"UPDATE message SET {column} = ? WHERE row = ?",  # noqa: S608 - two names of ours
                (checked_text(emoji), row),
            )
        return self._reader.message(row)

    def edit_stamp(self, row: int) -> int:
        """Return the stamp of the newest edit, to be sent with it."""
        return int(
            self._connection.value("SELECT edit_stamp FROM message WHERE row = ?", (row,)) or 0
        )

    def own_reaction_stamp(self, row: int) -> int:
        """Return the stamp of our newest reaction, to be sent with it."""
        query = "SELECT own_reaction_stamp FROM message WHERE row = ?"
        return int(self._connection.value(query, (row,)) or 0)

    def _stamp(self, row: int, column: str, stamp: int | None) -> bool:
        """Write a stamp if it is newer than the one there; tell whether it was."""
        query = f"SELECT coalesce({column}, -1) FROM message WHERE row = ?"  # noqa: S608 - names of ours
        last = int(self._connection.value(query, (row,)))
        stamp = max(self._clock.unix_ms(), last + 1) if stamp is None else stamp
        if stamp <= last:
            return False
        self._connection.run(
            f"UPDATE message SET {column} = ? WHERE row = ?",  # noqa: S608 - names of ours
            (stamp, row),
        )
        return True

    # -- the way of our own -----------------------------------------------------------------

    def note_sealed(self, row: int) -> None:
        """From now on the contact may have this message."""
        self._connection.run("UPDATE message SET sealed = 1 WHERE row = ? AND sealed = 0", (row,))

    def was_sealed(self, row: int) -> bool:
        """Whether the contact may have this message."""
        return bool(self._connection.value("SELECT sealed FROM message WHERE row = ?", (row,)))

    def retry(self, row: int) -> Message:
        """Let a failed message wait again, without a date, behind what waits already.

        Raises:
            NotAllowedError: it has not failed, or nothing is left of it.
        """
        message = self._reader.message(row)
        if message.state not in SENT_AGAIN or message.deleted_at is not None:
            raise NotAllowedError("Only a failed message can be sent again.")
        self._connection.run(
            "UPDATE message SET state = ?, failure = NULL, failed_at = NULL, send_by = NULL, "
            "expires_at = NULL WHERE row = ?",
            (MessageState.WAITING.value, row),
        )
        self._outbox.add_message(message, utf8_len(message.text))
        return self._reader.message(row)

    # -- what must not be stored (again) ----------------------------------------------------

    def first_time(self, contact: ContactId, body_id: bytes) -> bool:
        """Tell whether a body with this id is new, and remember the id."""
        message = "SELECT 1 FROM message WHERE id = ? AND contact = ?"
        if self._connection.row(message, (body_id, contact)) is not None:
            return False
        return bool(
            self._connection.change("INSERT OR IGNORE INTO seen VALUES (?, ?)", (contact, body_id))
        )

    def is_gone(self, contact: ContactId, message_id: bytes) -> bool:
        """Whether this message was here and is not any more."""
        query = "SELECT 1 FROM seen WHERE contact = ? AND id = ?"
        return self._connection.row(query, (contact, message_id)) is not None

    def remove(self, row: int) -> Message:
        """Remove a message with its words, changes and reactions; its id is known as gone.

        A deletion for both that still waits goes out nevertheless: it holds no text.
        """
        message = self._reader.message(row)
        if message.deleted_at is None:
            self._index.remove(row, message.contact, message.text)
        self._outbox.drop_content(message)
        self._connection.run("DELETE FROM message WHERE row = ?", (row,))
        self._connection.run(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", (message.contact, message.id)
        )
        self._connection.note_deletion()
        self._messages.one_less_unread(message)
        return message

    def add_unsupported(
        self, contact: ContactId, body_id: MessageId, body: bytes
    ) -> Message | None:
        """Keep a body of a later version as a message without text; None if it was here."""
        message = self._messages.add_incoming(contact, body_id, "", self._clock.unix_ms())
        if message is None:
            return None
        self._connection.run("UPDATE message SET later_body = ? WHERE row = ?", (body, message.row))
        return self._reader.message(message.row)

    # -- before their message ---------------------------------------------------------------

    def keep_early(self, contact: ContactId, target: bytes, body: bytes) -> None:
        """Keep a change whose message has not come; the oldest beyond EARLY_MAX are dropped."""
        self._connection.run(
            "INSERT INTO early_change (contact, target, body) VALUES (?, ?, ?)",
            (contact, target, body),
        )
        self._connection.run(
            "DELETE FROM early_change WHERE contact = ? AND number <= (SELECT number "
            "FROM early_change WHERE contact = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
            (contact, contact, EARLY_MAX),
        )

    def take_early(self, contact: ContactId, target: MessageId) -> tuple[bytes, ...]:
        """Return the changes that wait for this message, in order, and forget them."""
        rows = self._connection.rows(
            "SELECT number, body FROM early_change WHERE contact = ? AND target = ? "
            "ORDER BY number",
            (contact, target),
        )
        for number, _ in rows:
            self._connection.run("DELETE FROM early_change WHERE number = ?", (number,))
        return tuple(body for _, body in rows)
