"""Messages: the rows, their search words and their states, always in step."""

from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import NoSuchContactError, NoSuchMessageError, NotAllowedError
from messenger.core.types import (
    MESSAGE_ID_LEN,
    ContactId,
    Message,
    MessageId,
    MessageState,
    TimelineStep,
)
from messenger.store.connection import Connection
from messenger.store.outbox import OutboxRepository
from messenger.store.reader import Queries
from messenger.store.search import SearchIndex
from messenger.store.text import utf8_len

# A state only moves to the right of its row; anything else comes too late and changes nothing.
# From AT_RELAY back to WAITING: no relay keeps it any more.
LATER_STATES: Final[dict[MessageState, frozenset[MessageState]]] = {
    MessageState.WAITING: frozenset(
        {MessageState.AT_RELAY, MessageState.DELIVERED, MessageState.FAILED}
    ),
    MessageState.AT_RELAY: frozenset(
        {MessageState.WAITING, MessageState.DELIVERED, MessageState.FAILED}
    ),
    MessageState.FAILED: frozenset({MessageState.DELIVERED}),
    MessageState.DELIVERED: frozenset(),
}
# What a person may let wait again (`store.changes`), whatever comes too late otherwise.
SENT_AGAIN: Final = frozenset({MessageState.FAILED})
_NAMES: Final = {state: state.value for state in MessageState}  # faster than asking the enum
_STAMPS: Final = {
    TimelineStep.LEFT: "left_at",
    TimelineStep.AT_RELAY: "at_relay_at",
    TimelineStep.ACKNOWLEDGED: "acknowledged_at",
}

# Whether an id (1) is or was in the conversation with a contact (2), and whether there is one.
_ARRIVED: Final = """
    SELECT EXISTS (SELECT 1 FROM message WHERE id = ?1 AND contact = ?2)
        OR EXISTS (SELECT 1 FROM seen WHERE contact = ?2 AND id = ?1),
        EXISTS (SELECT 1 FROM contact WHERE id = ?2)
"""


class MessageRepository:
    """Changes to messages, inside a transaction of the writer."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._reader = Queries(connection)
        self._index = SearchIndex(connection)
        self._outbox = OutboxRepository(connection)

    def add_outgoing(
        self,
        contact: ContactId,
        message_id: MessageId,
        text: str,
        sent_at: int,
        reply_to: MessageId | None = None,
    ) -> Message:
        """Commit a message of ours and put it into the outbox."""
        size = utf8_len(text)
        if self._connection.row("SELECT 1 FROM contact WHERE id = ?", (contact,)) is None:
            raise NoSuchContactError("there is no such contact")
        message = self._insert(contact, message_id, text, sent_at, reply_to, MessageState.WAITING)
        self._outbox.add_message(message, size)
        return message

    def add_incoming(
        self,
        contact: ContactId,
        message_id: MessageId,
        text: str,
        sent_at: int,
        reply_to: MessageId | None = None,
    ) -> Message | None:
        """Commit a message of theirs; None if this id is or was in the conversation already."""
        utf8_len(text)
        known, is_contact = self._connection.row(_ARRIVED, (message_id, contact)) or (0, 0)
        if known:
            return None
        if not is_contact:
            raise NoSuchContactError("there is no such contact")
        message = self._insert(contact, message_id, text, sent_at, reply_to, MessageState.RECEIVED)
        self._connection.run(
            "UPDATE contact SET unread_count = unread_count + 1 WHERE id = ?", (contact,)
        )
        return message

    def _insert(
        self,
        contact: ContactId,
        message_id: MessageId,
        text: str,
        sent_at: int,
        reply_to: MessageId | None,
        state: MessageState,
    ) -> Message:
        replied_len = MESSAGE_ID_LEN if reply_to is None else len(reply_to)
        if len(message_id) != MESSAGE_ID_LEN or replied_len != MESSAGE_ID_LEN:
            raise ValueError("a message id has the wrong length")
        outgoing = state is not MessageState.RECEIVED
        arrived_at = self._clock.unix_ms()
        row = self._connection.run(
            "INSERT INTO message "
            "(contact, id, outgoing, state, text, sent_at, arrived_at, reply_to) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (contact, message_id, outgoing, _NAMES[state], text, sent_at, arrived_at, reply_to),
        )
        self._index.add(row, contact, text)
        return Message(
            row, contact, message_id, outgoing, text, sent_at, arrived_at, state, None, reply_to
        )

    def set_state(self, row: int, state: MessageState, failure: str | None = None) -> Message:
        """Move an outgoing message on; a step that comes too late changes nothing.

        Raises:
            NotAllowedError: the message is not ours.
        """
        message = self._reader.message(row)
        if not message.outgoing:
            raise NotAllowedError("A received message has no way to go.")
        if state in LATER_STATES[message.state]:
            failed = state is MessageState.FAILED
            self._connection.run(
                "UPDATE message SET state = ?, failure = ?, failed_at = coalesce(?, failed_at) "
                "WHERE row = ?",
                (
                    state.value,
                    failure if failed else None,
                    self._clock.unix_ms() if failed else None,
                    row,
                ),
            )
        return self._reader.message(row)

    def stamp(self, row: int, step: TimelineStep, at: int) -> None:
        """Write when (Unix ms) a step first happened; WRITTEN and RECEIVED are the commit."""
        column = _STAMPS[step]
        sql = f"UPDATE message SET {column} = coalesce({column}, ?) WHERE row = ?"  # noqa: S608 - constants only
        if self._connection.change(sql, (at, row)) != 1:
            raise NoSuchMessageError("there is no such message")

    def at_relay(self, row: int, host: str, at: int, *, since: int = 0) -> Message:
        """A relay has accepted a message of ours (Unix ms); what is further on stays there.

        Args:
            since: Unix ms; what was accepted before then was put again, and counts from now on.
        """
        self._connection.run(
            "UPDATE message SET relay = ?, at_relay_at = ? "
            "WHERE row = ? AND coalesce(at_relay_at < ?, 1)",
            (host, at, row, since),
        )
        return self.set_state(row, MessageState.AT_RELAY)

    def forgotten_by_relays(self, before: int) -> list[Message]:
        """Let wait again what relays accepted last before Unix ms ``before``; return it."""
        rows = self._connection.rows(
            "SELECT m.row FROM outbox o JOIN message m ON m.row = o.row "
            "WHERE m.state = ? AND m.at_relay_at <= ? ORDER BY m.row",
            (MessageState.AT_RELAY.value, before),
        )
        for (row,) in rows:
            sql = "UPDATE message SET relay = NULL, at_relay_at = NULL WHERE row = ?"
            self._connection.run(sql, (row,))
        return [self.set_state(int(row), MessageState.WAITING) for (row,) in rows]

    def edit(self, row: int, text: str, at: int) -> Message:
        """Replace the text of a message, also in the index and in the outbox."""
        size = utf8_len(text)
        message = self._reader.message(row)
        if message.deleted_at is not None:
            raise NotAllowedError("A deleted message cannot be edited.")
        self._index.replace(row, message.contact, message.text, text)
        self._connection.run(
            "UPDATE message SET text = ?, edited_at = ? WHERE row = ?", (text, at, row)
        )
        self._connection.note_deletion()
        self._connection.run("UPDATE outbox SET size = ? WHERE row = ?", (size, row))
        return self._reader.message(row)

    def delete(self, row: int, at: int) -> Message:
        """Wipe the text and its words; the row stays so that the id is known as seen."""
        message = self._reader.message(row)
        if message.deleted_at is not None:
            return message
        self._index.remove(row, message.contact, message.text)
        self._connection.run(
            "UPDATE message SET text = '', reply_to = NULL, deleted_at = ?, own_reaction = '', "
            "peer_reaction = '', later_body = NULL WHERE row = ?",
            (at, row),
        )
        self._outbox.drop_content(message)
        self._connection.note_deletion()
        self.one_less_unread(message)
        return self._reader.message(row)

    def one_less_unread(self, message: Message) -> None:
        """A message goes that counted as unread if it is behind the last row that was read.

        Not counted anew: whoever takes ten thousand back would have all others counted each time.
        """
        if not message.outgoing and message.deleted_at is None:
            self._connection.run(
                "UPDATE contact SET unread_count = max(0, unread_count - 1) "
                "WHERE id = ? AND read_row < ?",
                (message.contact, message.row),
            )

    def recount_unread(self, contact: ContactId) -> None:
        """Count what arrived behind the last row that was read."""
        self._connection.run(
            "UPDATE contact SET unread_count = (SELECT count(*) FROM message "
            "WHERE contact = contact.id AND row > contact.read_row "
            "AND outgoing = 0 AND deleted_at IS NULL) WHERE id = ?",
            (contact,),
        )

    def remove_all(self, contact: ContactId) -> None:
        """Remove every message of a conversation, with words, outbox and early changes."""
        for table in ("outbox", "early_change", "seen"):
            self._connection.run(f"DELETE FROM {table} WHERE contact = ?", (contact,))  # noqa: S608 - constants only
        self._index.remove_conversation(contact)
        self._connection.run("DELETE FROM message WHERE contact = ?", (contact,))
