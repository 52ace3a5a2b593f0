"""The small tables: settings, sessions, replay tags of first flights."""

from typing import Final

from messenger.core.types import ContactId
from messenger.store.connection import Connection
from messenger.store.reader import PREFERENCE_PREFIX, Queries
from messenger.store.text import checked_text

LOCAL_PREFIX: Final = "local."  # settings with it are of this computer: no backup holds them


class SettingRepository:
    """Names and values; those of the user interface are called preferences."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        """Return a value, or None."""
        value: str | None = self._connection.value(
            "SELECT value FROM setting WHERE name = ?", (name,)
        )
        return value

    def put(self, name: str, value: str) -> None:
        """Keep a value."""
        self._connection.run(
            "INSERT INTO setting VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (checked_text(name), checked_text(value)),
        )

    def put_preference(self, name: str, value: str) -> None:
        """Keep a preference; Reader.preferences returns it under the same name."""
        self.put(PREFERENCE_PREFIX + name, value)


class SessionRepository:
    """The ratchet state of each contact, as opaque bytes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self, contact: ContactId) -> bytes | None:
        """Return the state, or None if there is no session."""
        return Queries(self._connection).session(contact)

    def save(self, contact: ContactId, state: bytes) -> None:
        """Replace the state; secure_delete overwrites the old one."""
        self._connection.run(
            "INSERT INTO session VALUES (?, ?) "
            "ON CONFLICT (contact) DO UPDATE SET state = excluded.state",
            (contact, state),
        )

    def remove_all(self) -> None:
        """Forget every session: the next link with each contact begins a new one."""
        self._connection.run("DELETE FROM session")

    def remove(self, contact: ContactId) -> None:
        """Forget the session."""
        self._connection.run("DELETE FROM session WHERE contact = ?", (contact,))


class FlightRepository:
    """Tags of first flights that were accepted, so that a replay is refused after a restart."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, tag: bytes, at: int) -> None:
        """Remember a tag (16 bytes), seen at Unix ms."""
        self._connection.run("INSERT OR IGNORE INTO flight VALUES (?, ?)", (tag, at))

    def all(self) -> tuple[bytes, ...]:
        """Return the tags, the one that was seen first in front."""
        rows = self._connection.rows("SELECT tag FROM flight ORDER BY seen_at, tag")
        return tuple(row[0] for row in rows)

    def keep(self, count: int, *, since: int) -> None:
        """Forget tags seen before Unix ms ``since``, and the oldest beyond ``count``."""
        self._connection.run("DELETE FROM flight WHERE seen_at < ?", (since,))
        self._connection.run(
            "DELETE FROM flight WHERE tag IN "
            "(SELECT tag FROM flight ORDER BY seen_at DESC, tag DESC LIMIT -1 OFFSET ?)",
            (count,),
        )
