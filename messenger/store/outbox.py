"""The outbox: everything of ours that the other side has not acknowledged, in order."""

from dataclasses import dataclass, field
from typing import Final

from messenger.core.types import ContactId, Message, MessageId
from messenger.store.connection import Connection, Row
from messenger.store.rows import MESSAGE_COLUMNS, message_from

# Kinds of bodies that mean something here; docs/protocol.md, section 8.
MESSAGE_KIND: Final = 1
DELETE_KIND: Final = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry: a message, sealed as it stands now, or a body, sealed as it was made."""

    number: int  # its place; later ones are greater
    id: MessageId
    kind: int
    message: Message | None
    body: bytes | None = field(repr=False)
    target: MessageId | None  # the message that the body changes


class OutboxRepository:
    """Changes to the outbox, inside a transaction of the writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_message(self, message: Message, size: int) -> None:
        """Let a message wait, behind everything else."""
        self._connection.run(
            "INSERT INTO outbox (contact, id, kind, row, size) VALUES (?, ?, ?, ?, ?)",
            (message.contact, message.id, MESSAGE_KIND, message.row, size),
        )

    def add_body(
        self,
        contact: ContactId,
        body_id: bytes,
        body: bytes,
        *,
        kind: int,
        target: bytes | None = None,
    ) -> None:
        """Let a body wait that is no message; with ``target`` it is counted there."""
        self._connection.run(
            "INSERT INTO outbox (contact, id, kind, body, target, size) VALUES (?, ?, ?, ?, ?, ?)",
            (contact, body_id, kind, body, target, len(body)),
        )
        if target is not None:
            self._recount(contact, target)

    def waiting(
        self, contact: ContactId, after: int = 0, limit: int = 100, now: int = 0
    ) -> tuple[Waiting, ...]:
        """Return the next ``limit`` entries behind ``after``, in order.

        Args:
            now: Unix ms; messages that were to be sent before then are left out.
        """
        rows = self._connection.rows(
            f"SELECT o.number, o.id, o.kind, o.body, o.target, {MESSAGE_COLUMNS} "  # noqa: S608 - constants only
            "FROM outbox o LEFT JOIN message m ON m.row = o.row "
            "WHERE o.contact = ? AND o.number > ? AND coalesce(m.send_by > ?, 1) "
            "ORDER BY o.number LIMIT ?",
            (contact, after, now, limit),
        )
        return tuple(map(_waiting_from, rows))

    def find(self, contact: ContactId, body_id: bytes) -> Waiting | None:
        """Return what waits under an id, or None."""
        row = self._connection.row(
            f"SELECT o.number, o.id, o.kind, o.body, o.target, {MESSAGE_COLUMNS} "  # noqa: S608 - constants only
            "FROM outbox o LEFT JOIN message m ON m.row = o.row "
            "WHERE o.contact = ? AND o.id = ?",
            (contact, body_id),
        )
        return None if row is None else _waiting_from(row)

    def totals(self, contact: ContactId) -> tuple[int, int]:
        """Return how many entries wait and their bytes."""
        query = "SELECT count(*), coalesce(sum(size), 0) FROM outbox WHERE contact = ?"
        count, size = self._connection.rows(query, (contact,))[0]
        return int(count), int(size)

    def done(self, contact: ContactId, entry: Waiting) -> None:
        """Take an entry out; it need not wait any more."""
        self._connection.run("DELETE FROM outbox WHERE number = ?", (entry.number,))
        if entry.target is not None:
            self._recount(contact, entry.target)

    def holds(self, contact: ContactId, kind: int) -> bool:
        """Whether a body of a kind waits for a contact."""
        query = "SELECT 1 FROM outbox WHERE contact = ? AND kind = ? LIMIT 1"
        return self._connection.value(query, (contact, kind)) is not None

    def count_kind(self, contact: ContactId, kind: int) -> int:
        """Return how many bodies of a kind wait for a contact."""
        query = "SELECT count(*) FROM outbox WHERE contact = ? AND kind = ?"
        return int(self._connection.value(query, (contact, kind)))

    def bodies(self, contact: ContactId, kind: int) -> tuple[bytes, ...]:
        """Return the bodies of a kind that wait for a contact and are no messages."""
        query = "SELECT body FROM outbox WHERE contact = ? AND kind = ? AND body IS NOT NULL"
        return tuple(bytes(row[0]) for row in self._connection.rows(query, (contact, kind)))

    def drop_kind(self, contact: ContactId, kind: int) -> None:
        """Forget bodies of a kind that are no message and change none."""
        self._connection.run(
            "DELETE FROM outbox WHERE contact = ? AND kind = ? AND row IS NULL AND target IS NULL",
            (contact, kind),
        )

    def take_out(self, row: int) -> None:
        """Take a message out: it is not sent, or not again."""
        self._connection.run("DELETE FROM outbox WHERE row = ?", (row,))

    def drop_replaced(self, message: Message, kind: int) -> None:
        """Forget changes of a message that a newer one of the same kind replaces."""
        self._connection.run(
            "DELETE FROM outbox WHERE target = ? AND contact = ? AND kind = ?",
            (message.id, message.contact, kind),
        )
        self._recount(message.contact, message.id)

    def drop_content(self, message: Message) -> None:
        """Forget a message and its changes, but for a deletion: that goes out all the same."""
        self.take_out(message.row)
        self._connection.run(
            "DELETE FROM outbox WHERE target = ? AND contact = ? AND kind <> ?",
            (message.id, message.contact, DELETE_KIND),
        )
        self._recount(message.contact, message.id)

    def _recount(self, contact: ContactId, target: bytes) -> None:
        self._connection.run(
            "UPDATE message SET waiting_changes = (SELECT count(*) FROM outbox o "
            "WHERE o.target = message.id AND o.contact = message.contact) "
            "WHERE id = ? AND contact = ?",
            (target, contact),
        )


def _waiting_from(row: Row) -> Waiting:
    number, body_id, kind, body, target, *message = row
    return Waiting(
        number,
        MessageId(body_id),
        kind,
        None if message[0] is None else message_from(tuple(message)),
        body,
        None if target is None else MessageId(target),
    )
