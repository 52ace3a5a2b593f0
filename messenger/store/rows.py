"""Rows of the database as the frozen types of messenger.core.types."""

from typing import Final

from messenger.core.cover_text import cover_from_text
from messenger.core.types import (
    Contact,
    ContactId,
    FileInfo,
    FileState,
    Fork,
    Message,
    MessageState,
    PinOrigin,
    Relation,
)
from messenger.store.connection import Row

_MESSAGE_NAMES: Final = (
    "row",
    "contact",
    "id",
    "outgoing",
    "text",
    "sent_at",
    "arrived_at",
    "state",
    "failure",
    "reply_to",
    "edited_at",
    "deleted_at",
    "own_reaction",
    "peer_reaction",
    "waiting_changes",
    "send_by",
    "lifetime_s",
    "expires_at",
    "file_size",
    "file_kind",
    "file_state",
    "file_note",
    "relay",
    "read_at",
)
_CONTACT_NAMES: Final = (
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
    "unread_count",
    "lifetime_s",
    "proposed_lifetime_s",
    "own_identity",
    "former_key",
    "cover",
    "receipts",
)
_PICTURE_SIZE: Final = (  # both sides in one number
    "iif(m.file_size IS NULL, NULL, "
    "(SELECT p.width << 16 | p.height FROM picture p WHERE p.row = m.row))"
)

MESSAGE_COLUMNS: Final = (
    ", ".join(f"m.{name}" for name in _MESSAGE_NAMES)
    + f", m.later_body IS NOT NULL, {_PICTURE_SIZE}"
)
_FORK_COLUMNS: Final = "a.peer_fork, a.peer_fork_at, a.own_fork, a.own_fork_at"
CONTACT_COLUMNS: Final = ", ".join(f"c.{name}" for name in _CONTACT_NAMES) + f", {_FORK_COLUMNS}"

FILE_STATES: Final = {state.value: state for state in FileState}
STATES: Final = {state.value: state for state in MessageState}


def message_from(row: Row) -> Message:
    """Make a Message of MESSAGE_COLUMNS."""
    return Message(
        row[0],
        row[1],
        row[2],
        row[3] == 1,
        row[4],
        row[5],
        row[6],
        STATES[row[7]],
        row[8],
        row[9],
        row[10],
        row[11],
        row[12],
        row[13],
        row[14] > 0,
        row[15],
        row[16],
        row[17],
        row[24] == 1,
        None if row[18] is None else _file_from(row),
        row[22],
        row[23],
    )


def _file_from(row: Row) -> FileInfo:
    sides = row[25]
    picture = None if sides is None else (sides >> 16, sides & 0xFFFF)
    return FileInfo(row[18], row[19], FILE_STATES[row[20]], row[21], picture)


def contact_from(row: Row) -> Contact:
    """Make a Contact of CONTACT_COLUMNS, draft and MESSAGE_COLUMNS of the last message."""
    width = len(_CONTACT_NAMES) + 4
    last_message = row[width + 1 :]
    return Contact(
        id=ContactId(row[0]),
        key=row[1],
        name=row[2],
        alias=row[3],
        relation=Relation(row[4]),
        origin=PinOrigin(row[5]),
        pinned_at=row[6],
        verified_at=row[7],
        changed_key=row[8],
        changed_at=row[9],
        unread_count=row[10],
        last_message=None if last_message[0] is None else message_from(last_message),
        draft=row[width] or "",
        lifetime_s=row[11],
        proposed_lifetime_s=row[12],
        own_identity=row[13],
        former_key=row[14],
        cover=cover_from_text(row[15]),
        receipts=row[16] == 1,
        fork=None if row[17] is None else Fork(row[17]),
        fork_at=row[18],
        own_fork=None if row[19] is None else Fork(row[19]),
        own_fork_at=row[20],
    )
