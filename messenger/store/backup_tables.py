"""What a backup holds: which columns of which tables, and how they get out of and into a database.

The first record is a Manifest; each other one is a row: (number of its table, values).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import BackupDamagedError, StoreError
from messenger.core.ids import new_run
from messenger.store.connection import Connection, Row
from messenger.store.lineage import LineageRepository
from messenger.store.reader import Queries
from messenger.store.rows import FILE_STATES, STATES
from messenger.store.search import SearchIndex
from messenger.store.settings import LOCAL_PREFIX

IDENTITY_LEN: Final = 32  # bytes


@dataclass(frozen=True, slots=True)
class Table:
    """A table as far as backups hold it; parents stand before their children."""

    name: str
    columns: tuple[str, ...]
    history: bool = False  # left out of a backup of contacts only
    condition: str = "TRUE"
    without_history: dict[str, str] = field(default_factory=dict)  # column → SQL in place of it


TABLES: Final = (
    Table("identity", ("private_key", "created_at")),
    Table("former_identity", ("number", "private_key", "created_at", "replaced_at")),
    # Which rules cut the words is known by the index that the restored database makes.
    Table(
        "setting",
        ("name", "value"),
        condition=f"name <> 'index.version' AND substr(name, 1, 6) <> '{LOCAL_PREFIX}'",
    ),
    Table(
        "contact",
        (
            "id",
            "key",
            "name",
            "alias",
            "relation",
            "origin",
            "pinned_at",
            "verified_at",
            "changed_key",
            "changed_at",
            "read_row",
            "unread_count",
            "lifetime_s",
            "proposed_lifetime_s",
            "timer_stamp",
            "timer_id",
            "ignored_count",
            "own_identity",
            "former_key",
            "announced_at",
            "cover",
            "receipts",
        ),
        # Our wish for a timer waits in the outbox, which is history.
        without_history={"read_row": "0", "unread_count": "0", "proposed_lifetime_s": "NULL"},
    ),
    Table(
        "former_pin",
        ("number", "contact", "key", "origin", "pinned_at", "verified_at", "replaced_at"),
    ),
    Table("address", ("contact", "host", "port", "source", "seen_at")),
    Table("relay", ("number", "host", "port", "key", "own"), condition="own = 1"),
    Table("draft", ("contact", "text"), history=True),
    Table(
        "message",
        (
            "row",
            "contact",
            "id",
            "outgoing",
            "state",
            "failure",
            "text",
            "sent_at",
            "arrived_at",
            "reply_to",
            "edited_at",
            "deleted_at",
            "left_at",
            "at_relay_at",
            "acknowledged_at",
            "sealed",
            "failed_at",
            "send_by",
            "edit_stamp",
            "own_reaction",
            "own_reaction_stamp",
            "peer_reaction",
            "peer_reaction_stamp",
            "waiting_changes",
            "lifetime_s",
            "expires_at",
            "later_body",
            "file_size",
            "file_kind",
            "file_state",
            "file_note",
            "relay",
            "read_at",
        ),
        history=True,
    ),
    Table(
        "outbox",
        ("number", "contact", "id", "kind", "row", "body", "target", "size"),
        history=True,
    ),
    Table("seen", ("contact", "id"), history=True),
    Table("early_change", ("number", "contact", "target", "body"), history=True),
)
# Live secrets, what is made anew, and what must tell a restored profile from the one before it.
LEFT_OUT: Final = (
    *("session", "flight", "word", "run", "peer_run", "acquaintance"),
    *("file", "lost_file", "picture"),
    # Mailboxes are made anew, so that a restored profile fetches nothing from the one before it.
    *("own_mailbox", "peer_mailbox", "mailbox_news", "deposit", "deposit_entry", "owed_ack"),
    *("piece", "introduction", "letter_seen"),
    "declined",  # a week of it at most, and whoever restores can decline again
)


class Section(msgspec.Struct, frozen=True, array_like=True):
    """The rows of one table."""

    table: str
    columns: tuple[str, ...]
    count: int


class Manifest(msgspec.Struct, frozen=True, array_like=True):
    """The first record."""

    created_at: int  # Unix ms
    history: bool
    sections: tuple[Section, ...]

    def count(self, table: str) -> int:
        """Return how many rows of a table there are."""
        return sum(section.count for section in self.sections if section.table == table)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(section.count for section in self.sections)


def make_manifest(connection: Connection, *, history: bool, created_at: int) -> Manifest:
    """Count what a backup of this database will hold; inside its read transaction."""
    sections = tuple(
        Section(
            table.name,
            table.columns,
            connection.value(f"SELECT count(*) FROM {table.name} WHERE {table.condition}"),  # noqa: S608 - constants only
        )
        for table in TABLES
        if history or not table.history
    )
    return Manifest(created_at, history, sections)


def export_rows(connection: Connection, manifest: Manifest) -> Iterator[bytes]:
    """Return the records behind the manifest."""
    encode = msgspec.msgpack.Encoder().encode
    by_name = {table.name: table for table in TABLES}
    for number, section in enumerate(manifest.sections):
        table = by_name[section.table]
        replaced = {} if manifest.history else table.without_history
        columns = ", ".join(replaced.get(name, name) for name in table.columns)
        query = f"SELECT {columns} FROM {table.name} WHERE {table.condition}"  # noqa: S608 - constants only
        for row in connection.stream(query):
            yield encode((number, row))


def decode_manifest(record: bytes) -> Manifest:
    """Read the first record; it names nothing but tables and columns of ours.

    Raises:
        BackupDamagedError: it is anything else.
    """
    known = {table.name: set(table.columns) for table in TABLES}
    try:
        manifest = msgspec.msgpack.decode(record, type=Manifest)
    except DECODE_ERRORS as error:
        raise BackupDamagedError("the backup is damaged: no manifest") from error
    for section in manifest.sections:
        if not set(section.columns) <= known.get(section.table, set()):
            raise BackupDamagedError("the backup is damaged: a table that nobody knows")
    if manifest.count("identity") != 1:
        raise BackupDamagedError("the backup is damaged: no identity")
    return manifest


def decode_rows(manifest: Manifest, records: Iterator[bytes]) -> Iterator[tuple[Section, Row]]:
    """Read the records behind the manifest, in its order, none missing.

    Raises:
        BackupDamagedError: a row that does not belong there.
    """
    decoder = msgspec.msgpack.Decoder(tuple[int, tuple[Any, ...]])
    for number, section in enumerate(manifest.sections):
        for _ in range(section.count):
            try:
                of_table, row = decoder.decode(next(records, b""))
            except DECODE_ERRORS as error:
                raise BackupDamagedError("the backup is damaged: a row is none") from error
            if of_table != number or len(row) != len(section.columns) or not all(map(_fits, row)):
                raise BackupDamagedError("the backup is damaged: a row of another table")
            yield section, row
    if next(records, None) is not None:
        raise BackupDamagedError("the backup is damaged: too many rows")


def _fits(value: object) -> bool:
    """Whether SQLite takes a value."""
    return isinstance(value, str | bytes | None) or (
        isinstance(value, int) and value.bit_length() < 64
    )


def import_rows(connection: Connection, rows: Iterator[tuple[Section, Row]]) -> None:
    """Put the rows into an empty database, in one transaction, and index the messages.

    Raises:
        BackupDamagedError: the rows do not make a profile.
        FolderNotWritableError: the disk is full.
    """
    with connection.transaction():
        for section, row in rows:
            _insert(connection, section, row)
        _check(connection)
        LineageRepository(connection).begin(new_run(), 0, restored=True)
        _end_transfers(connection)
        SearchIndex(connection).rebuild()


def _insert(connection: Connection, section: Section, row: Row) -> None:
    columns, values = list(section.columns), list(row)
    if section.table == "identity":
        columns, values = ["only_row", *columns], [1, *values]
    marks = ", ".join("?" * len(values))
    sql = f"INSERT INTO {section.table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names that decode_manifest has checked
    try:
        connection.run(sql, values)
    except StoreError as error:
        if type(error) is not StoreError:  # the disk
            raise
        raise BackupDamagedError("the backup is damaged: an impossible row") from error


def _end_transfers(connection: Connection) -> None:
    """A backup holds no bytes of files: what was not over is lost, and is not offered again."""
    connection.run(
        "DELETE FROM outbox WHERE row IN (SELECT row FROM message WHERE file_size IS NOT NULL)"
    )
    connection.run(
        "UPDATE message SET state = 'failed', failure = 'cancelled' "
        "WHERE file_size IS NOT NULL AND state = 'waiting'"
    )
    connection.run(
        "UPDATE message SET file_state = 'failed', file_note = 'lost' "
        "WHERE file_state IN ('offered', 'running', 'paused')"
    )


def _check(connection: Connection) -> None:
    """What the types of the schema cannot say: words of ours, and the length of the key."""
    states = {row[0] for row in connection.rows("SELECT DISTINCT state FROM message")}
    key_len = connection.value("SELECT length(private_key) FROM identity")
    files = "SELECT DISTINCT file_state FROM message WHERE file_size IS NOT NULL"
    known = states <= set(STATES) and {r[0] for r in connection.rows(files)} <= set(FILE_STATES)
    if not known or key_len != IDENTITY_LEN:
        raise BackupDamagedError("the backup is damaged: an impossible value")
    try:
        Queries(connection).all_contacts()
    except ValueError as error:
        raise BackupDamagedError("the backup is damaged: an impossible contact") from error
