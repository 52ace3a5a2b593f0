"""When messages go: disappearing ones after their delivery, waiting ones after their date.

Times are of this computer's clock. Set forward, it makes messages go early; set back, none stays
longer than its lifetime from then on.
"""

from messenger.core.types import Contact, ContactId, Message
from messenger.store.connection import Connection
from messenger.store.reader import Queries


class LifetimeRepository:
    """Lifetimes and dates, inside a transaction of the writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reader = Queries(connection)

    # -- of messages ------------------------------------------------------------------------

    def set_terms(self, row: int, *, lifetime_s: int = 0, send_by: int | None = None) -> Message:
        """Say how long a message lives (seconds, 0: for good) and until when it may be sent."""
        self._connection.run(
            "UPDATE message SET lifetime_s = ?, send_by = ? WHERE row = ?",
            (lifetime_s, send_by, row),
        )
        return self._reader.message(row)

    def begin(self, row: int, now: int) -> Message:
        """Let the lifetime of a message begin at Unix ms ``now``, if it has one."""
        self._connection.run(
            "UPDATE message SET expires_at = ? + lifetime_s * 1000 "
            "WHERE row = ? AND lifetime_s > 0 AND expires_at IS NULL",
            (now, row),
        )
        return self._reader.message(row)

    def over(self, now: int, limit: int) -> tuple[int, ...]:
        """Return rows whose lifetime is over, at most ``limit``."""
        # A clock that was set back must not make anything stay for years.
        self._connection.run(
            "UPDATE message SET expires_at = ? + lifetime_s * 1000 "
            "WHERE expires_at IS NOT NULL AND expires_at > ? + lifetime_s * 1000",
            (now, now),
        )
        query = "SELECT row FROM message WHERE expires_at <= ? ORDER BY expires_at LIMIT ?"
        return tuple(row[0] for row in self._connection.rows(query, (now, limit)))

    def overdue(self, now: int, limit: int) -> tuple[int, ...]:
        """Return rows that still wait although their date is past, at most ``limit``."""
        query = (
            "SELECT row FROM message WHERE send_by <= ? AND send_by IS NOT NULL "
            "AND state = 'waiting' ORDER BY send_by LIMIT ?"
        )
        return tuple(row[0] for row in self._connection.rows(query, (now, limit)))

    # -- the timer of a conversation --------------------------------------------------------

    def timer_stamp(self, contact: ContactId) -> int:
        """Return the stamp of the newest wish of either side."""
        query = "SELECT timer_stamp FROM contact WHERE id = ?"
        return int(self._connection.value(query, (contact,)))

    def propose(self, contact: ContactId, body_id: bytes, lifetime_s: int, stamp: int) -> Contact:
        """Keep our own wish until the other side has it."""
        self._connection.run(
            "UPDATE contact SET proposed_lifetime_s = ?, timer_stamp = ?, timer_id = ? "
            "WHERE id = ?",
            (lifetime_s, stamp, body_id, contact),
        )
        return self._reader.contact(contact)

    def withdraw(self, contact: ContactId) -> None:
        """Our wish is not sent any more; what held before goes on."""
        self._connection.run(
            "UPDATE contact SET proposed_lifetime_s = NULL WHERE id = ?", (contact,)
        )

    def agreed(self, contact: ContactId, body_id: bytes) -> None:
        """The other side has our wish; it holds from now on if it is still the newest."""
        self._connection.run(
            "UPDATE contact SET lifetime_s = proposed_lifetime_s, proposed_lifetime_s = NULL "
            "WHERE id = ? AND timer_id = ? AND proposed_lifetime_s IS NOT NULL",
            (contact, body_id),
        )

    def receive(self, contact: ContactId, body_id: bytes, lifetime_s: int, stamp: int) -> None:
        """Take over a wish of the other side, unless a newer one is known."""
        self._connection.run(
            "UPDATE contact SET lifetime_s = ?, proposed_lifetime_s = NULL, timer_stamp = ?, "
            "timer_id = ? WHERE id = ? AND (timer_stamp, timer_id) < (?, ?)",
            (lifetime_s, stamp, body_id, contact, stamp, body_id),
        )
