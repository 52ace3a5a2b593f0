"""Who was declined: remembered by key alone and for a while, so that they do not ask again at once.

Source: docs/protocol.md, section 6, "Declined".
"""

from typing import Final

from messenger.store.connection import Connection

QUIET_MS: Final = 7 * 24 * 3600 * 1000  # so long a declined person cannot ask again; ours
MAX_KEYS: Final = 256  # of declined people; the oldest goes first; ours


class DeclinedRepository:
    """Changes to the list of declined keys, inside a transaction of the writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, key: bytes, at: int) -> None:
        """Whoever has this key (32 bytes) was told at Unix ms ``at`` that we declined."""
        self._connection.run("DELETE FROM declined WHERE at <= ?", (at - QUIET_MS,))
        self._connection.run("INSERT OR REPLACE INTO declined VALUES (?, ?)", (key, at))
        self._connection.run(
            "DELETE FROM declined WHERE key NOT IN "
            "(SELECT key FROM declined ORDER BY at DESC, key LIMIT ?)",
            (MAX_KEYS,),
        )

    def holds(self, key: bytes, now: int) -> bool:
        """Whether a request under this key is not to be shown at Unix ms ``now``."""
        query = "SELECT count(*) FROM declined WHERE key = ? AND at > ?"
        return bool(self._connection.value(query, (key, now - QUIET_MS)))

    def forget(self, key: bytes) -> None:
        """Whoever has this key is welcome."""
        self._connection.run("DELETE FROM declined WHERE key = ?", (key,))
