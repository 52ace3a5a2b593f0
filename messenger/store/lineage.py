"""Runs: which start of the program spoke to whom, so that two with one identity are noticed.

Each start on this database has an id of its own, made and committed before it speaks. A backup
holds none of this, so what is restored from one is told apart from what it was made of.

Source: docs/protocol.md, section 7, "Two with one identity".
"""

from typing import Final

from messenger.core.types import ContactId, Fork
from messenger.store.connection import Connection

RUNS_KEPT: Final = 8  # of a contact, the last ones heard


class LineageRepository:
    """Our runs and theirs, inside a transaction of the writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- ours ---------------------------------------------------------------------------------

    def begin(self, run: bytes, at: int, *, restored: bool = False) -> None:
        """Note a start (16 random bytes), or that this database comes from a backup."""
        self._connection.run(
            "INSERT INTO run (id, started_at, restored) VALUES (?, ?, ?)", (run, at, int(restored))
        )

    def is_ours(self, run: bytes) -> bool:
        """Whether a run was on this database."""
        return self._connection.value("SELECT 1 FROM run WHERE id = ?", (run,)) is not None

    @property
    def restored(self) -> bool:
        """Whether this database comes from a backup."""
        return self._connection.value("SELECT 1 FROM run WHERE restored LIMIT 1") is not None

    # -- what passed between a contact and us -----------------------------------------------------

    def last_heard(self, contact: ContactId) -> bytes | None:
        """Return the run of a contact that was heard last."""
        run: bytes | None = self._connection.value(
            "SELECT id FROM peer_run WHERE contact = ? ORDER BY number DESC LIMIT 1", (contact,)
        )
        return run

    def hear(self, contact: ContactId, run: bytes) -> bool:
        """Note the run that a contact is in; True if another one was heard after it before.

        A run ends with its process, so then two of them are alive at the same time.
        """
        if run == self.last_heard(contact):
            return False
        again = self._connection.change(
            "DELETE FROM peer_run WHERE contact = ? AND id = ?", (contact, run)
        )
        self._connection.run("INSERT INTO peer_run (contact, id) VALUES (?, ?)", (contact, run))
        self._connection.run(
            "DELETE FROM peer_run WHERE contact = ? AND number NOT IN "
            "(SELECT number FROM peer_run WHERE contact = ? ORDER BY number DESC LIMIT ?)",
            (contact, contact, RUNS_KEPT),
        )
        return again > 0

    def judge(self, contact: ContactId, heard: bytes | None, run: bytes) -> Fork | None:
        """Say what it means that a contact heard this run of our key last; ``run`` is the present.

        Nothing if that run was on this database, or was judged before.
        """
        if heard is None or self.is_ours(heard):
            if heard == run:
                self._put(contact, "met_run", run)
            return None
        row = self._connection.row(
            "SELECT met_run, foreign_run, foreign_by FROM acquaintance WHERE contact = ?",
            (contact,),
        )
        met, foreign, foreign_by = row or (None, None, None)
        if heard == foreign:
            return None
        self._put(contact, "foreign_run", heard)
        self._put(contact, "foreign_by", run)
        if run in {met, foreign_by}:
            return Fork.IN_USE  # it spoke to them while this run lives
        first = met is None and foreign is None
        return Fork.RESTORED if first and self.restored else Fork.ROLLED_BACK

    def note_own_fork(self, contact: ContactId, fork: Fork, at: int) -> None:
        """Keep what a contact made us see of our own key."""
        self._put(contact, "own_fork", fork.value)
        self._put(contact, "own_fork_at", at)

    def note_peer_fork(self, contact: ContactId, fork: Fork, at: int) -> None:
        """Keep what was seen of a contact's key."""
        self._put(contact, "peer_fork", fork.value)
        self._put(contact, "peer_fork_at", at)

    def _put(self, contact: ContactId, column: str, value: object) -> None:
        self._connection.run(
            f"INSERT INTO acquaintance (contact, {column}) VALUES (?, ?) "  # noqa: S608 - constants only
            f"ON CONFLICT (contact) DO UPDATE SET {column} = excluded.{column}",
            (contact, value),
        )
