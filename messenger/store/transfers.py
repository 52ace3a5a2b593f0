"""Files that messages offer: their rows, in step with the messages."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from messenger.core.errors import NotAllowedError
from messenger.core.types import ContactId, FileInfo, FileState, Message, MessageId
from messenger.protocol.file_chunks import FileCipher
from messenger.protocol.transfer import FIRST, Transfer
from messenger.store.connection import Connection
from messenger.store.reader import Queries


@dataclass(frozen=True, slots=True)
class FileSecret:
    """What seals a file, what it must come to, and under which name it is kept."""

    key: bytes = field(repr=False)  # 32 bytes
    digest: bytes = field(repr=False)  # SHA-256
    stored: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose sealed bytes are here, or are to come."""

    message: Message
    info: FileInfo
    secret: FileSecret
    transfer: Transfer
    done: int  # ours: bytes that the receiver is known to have
    save_to: str | None = field(default=None, repr=False)

    @property
    def cipher(self) -> FileCipher:
        """What opens its chunks."""
        return FileCipher(self.secret.key, self.message.id, self.info.size)


class FileRepository:
    """Changes to files, inside a transaction of the writer."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reader = Queries(connection)

    def add(
        self, row: int, *, size: int, kind: str, secret: FileSecret | None, note: str | None = None
    ) -> Message:
        """Make a message offer a file; without ``secret`` it has failed at once, for ``note``."""
        if secret is not None:
            self._connection.run(
                "INSERT INTO file (row, key, digest, stored) VALUES (?, ?, ?, ?)",
                (row, secret.key, secret.digest, secret.stored),
            )
        state = FIRST[secret is not None]
        self._connection.run(
            "UPDATE message SET file_size = ?, file_kind = ?, file_state = ?, file_note = ? "
            "WHERE row = ?",
            (size, kind, state.value, note, row),
        )
        return self._reader.message(row)

    def find(self, row: int) -> StoredFile | None:
        """Return the file of a message, or None where nothing of it is kept."""
        found = self._connection.row(
            "SELECT key, digest, stored, own_paused, peer_paused, done, save_to FROM file "
            "WHERE row = ?",
            (row,),
        )
        if found is None:
            return None
        message = self._reader.message(row)
        assert message.file is not None
        info = message.file
        transfer = Transfer(info.state, info.note, found[3] == 1, found[4] == 1)
        return StoredFile(message, info, FileSecret(*found[:3]), transfer, found[5], found[6])

    def find_offer(self, contact: ContactId, file: bytes, *, outgoing: bool) -> StoredFile | None:
        """Return the file with this id that we (or they) offered, if something of it is kept."""
        query = "SELECT row FROM message WHERE id = ? AND contact = ? AND outgoing = ?"
        row = self._connection.value(query, (MessageId(file), contact, outgoing))
        return None if row is None else self.find(row)

    def move(self, row: int, transfer: Transfer) -> Message:
        """Take over a step of a transfer; of one that is over only what came whole is kept."""
        message = self._reader.message(row)
        if message.file is None:
            raise NotAllowedError("This message offers no file.")
        self._connection.run(
            "UPDATE message SET file_state = ?, file_note = ? WHERE row = ?",
            (transfer.state.value, transfer.note, row),
        )
        self._connection.run(
            "UPDATE file SET own_paused = ?, peer_paused = ? WHERE row = ?",
            (transfer.own_paused, transfer.peer_paused, row),
        )
        if transfer.over and (message.outgoing or transfer.state is not FileState.DONE):
            self._connection.run("DELETE FROM file WHERE row = ?", (row,))
            self._connection.note_deletion()
        return self._reader.message(row)

    def note_done(self, row: int, done: int) -> None:
        """Remember how many bytes the receiver has of a file of ours."""
        self._connection.run("UPDATE file SET done = max(done, ?) WHERE row = ?", (done, row))

    def set_save_to(self, row: int, path: str | None) -> None:
        """Remember where a file is to be saved once it is whole."""
        self._connection.run("UPDATE file SET save_to = ? WHERE row = ?", (path, row))

    # -- questions ----------------------------------------------------------------------------

    def open_count(self, contact: ContactId, *, outgoing: bool) -> int:
        """Return how many files are not over, of one direction."""
        query = (
            "SELECT count(*) FROM message WHERE contact = ? AND outgoing = ? "
            "AND file_size IS NOT NULL AND file_state IN ('offered', 'running', 'paused')"
        )
        return int(self._connection.value(query, (contact, outgoing)))

    def held_len(self, contact: ContactId) -> int:
        """Return the bytes of files of theirs that are here, or were accepted."""
        query = (
            "SELECT coalesce(sum(m.file_size), 0) FROM file f JOIN message m ON m.row = f.row "
            "WHERE m.contact = ? AND m.outgoing = 0 AND m.file_state <> 'offered'"
        )
        return int(self._connection.value(query, (contact,)))

    def coming(self, contact: ContactId) -> tuple[StoredFile, ...]:
        """Return the files of theirs that are running, oldest first."""
        query = (
            "SELECT row FROM message WHERE contact = ? AND outgoing = 0 "
            "AND file_size IS NOT NULL AND file_state = 'running' ORDER BY row"
        )
        return self._found(self._connection.rows(query, (contact,)))

    def under_way(self) -> tuple[StoredFile, ...]:
        """Return the files of anybody's that were accepted and are not whole."""
        query = (
            "SELECT f.row FROM file f JOIN message m ON m.row = f.row "
            "WHERE m.outgoing = 0 AND m.file_state IN ('running', 'paused')"
        )
        return self._found(self._connection.rows(query))

    def unsaved(self) -> tuple[StoredFile, ...]:
        """Return the whole files that were to be saved and have not been."""
        query = (
            "SELECT f.row FROM file f JOIN message m ON m.row = f.row "
            "WHERE f.save_to IS NOT NULL AND m.file_state = 'done'"
        )
        return self._found(self._connection.rows(query))

    def messages(self, contact: ContactId | None) -> tuple[Message, ...]:
        """Return the messages that offer files, newest first."""
        query = (
            "SELECT row FROM message WHERE file_size IS NOT NULL "
            "AND (contact = ?1 OR ?1 IS NULL) ORDER BY row DESC"
        )
        return tuple(
            self._reader.message(row[0]) for row in self._connection.rows(query, (contact,))
        )

    def stored_names(self) -> frozenset[str]:
        """Return the names in the folder of files that belong to something."""
        return frozenset(row[0] for row in self._connection.rows("SELECT stored FROM file"))

    def lost(self) -> tuple[str, ...]:
        """Return the names of sealed files that nothing points to any more."""
        return tuple(row[0] for row in self._connection.rows("SELECT stored FROM lost_file"))

    def forget_lost(self, names: Iterable[str]) -> None:
        """These sealed files are not on the disk any more."""
        for name in names:
            self._connection.run("DELETE FROM lost_file WHERE stored = ?", (name,))

    def _found(self, rows: Iterable[tuple[int]]) -> tuple[StoredFile, ...]:
        found = (self.find(row[0]) for row in rows)
        return tuple(file for file in found if file is not None)
