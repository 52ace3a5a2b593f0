"""What the store on NATS writes about a mailbox, as bytes, and how it changes.

Pure values: no connection, no clock, no chance. Whoever writes a record names the record that
it follows (``parent``), which :mod:`messenger.relay.nats_boxes` needs.

    record   := version u8 ‖ kind u8 ‖ parent u64 ‖ (pointer | mailbox)
    pointer  := depositor hash 32 ‖ owner id 24
    mailbox  := owner hash 32 ‖ depositor id 24 ‖ depositor hash 32 ‖ box 9 ‖ last u64 ‖ entry*
    entry    := sequence u64 ‖ place u64 ‖ envelope id 32 ‖ expires hour u32
"""

import struct
from dataclasses import dataclass, field, replace
from typing import Final, Self, TypeAlias

from messenger.core.errors import RelayStoreError

BOX_LEN: Final = 9  # bytes, random; tells a mailbox from one of the same ids deleted before
_VERSION: Final = 1
_POINTER_KIND: Final = 1
_MAILBOX_KIND: Final = 2
_HEAD: Final = struct.Struct(">BBQ")
_POINTER: Final = struct.Struct(">32s24s")
_MAILBOX: Final = struct.Struct(f">32s24s32s{BOX_LEN}sQ")
_ENTRY: Final = struct.Struct(">QQ32sI")


@dataclass(frozen=True, slots=True)
class Pointer:
    """From the depositor's end to the owner's."""

    depositor_hash: bytes = field(repr=False)
    owner: bytes = field(repr=False)

    def encode(self, parent: int) -> bytes:
        """Return the bytes that follow the record at ``parent``."""
        head = _HEAD.pack(_VERSION, _POINTER_KIND, parent)
        return head + _POINTER.pack(self.depositor_hash, self.owner)


@dataclass(frozen=True, slots=True)
class Entry:
    """An envelope that waits; its bytes lie elsewhere."""

    sequence: int  # in the mailbox
    place: int  # in the stream of envelopes
    envelope_id: bytes = field(repr=False)
    expires_hour: int


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox as it is at one moment: who may do what, and what waits, in order of arrival."""

    owner_hash: bytes = field(repr=False)
    depositor: bytes = field(repr=False)
    depositor_hash: bytes = field(repr=False)
    box: bytes = field(repr=False)
    last: int = 0  # the highest sequence given
    entries: tuple[Entry, ...] = ()

    def holds(self, envelope_id: bytes) -> bool:
        """Tell whether an envelope of this id waits here."""
        return any(entry.envelope_id == envelope_id for entry in self.entries)

    def names(self, place: int) -> bool:
        """Tell whether what lies at a place waits here."""
        return any(entry.place == place for entry in self.entries)

    def waiting(self, after: int, hour: int) -> tuple[Entry, ...]:
        """Return what has a sequence above ``after`` and has not expired at ``hour``."""
        return tuple(e for e in self.entries if e.sequence > after and e.expires_hour > hour)

    def find(self, sequence: int) -> Entry | None:
        """Return the entry of one sequence."""
        return next((entry for entry in self.entries if entry.sequence == sequence), None)

    def added(self, place: int, envelope_id: bytes, expires_hour: int) -> Self:
        """Return this mailbox with one more envelope at its end."""
        entry = Entry(self.last + 1, place, envelope_id, expires_hour)
        return replace(self, last=entry.sequence, entries=(*self.entries, entry))

    def without(self, sequence: int) -> Self:
        """Return this mailbox without one envelope."""
        return replace(self, entries=tuple(e for e in self.entries if e.sequence != sequence))

    def unexpired(self, hour: int) -> Self:
        """Return this mailbox without what has expired at ``hour``."""
        return replace(self, entries=self.waiting(0, hour))

    def encode(self, parent: int) -> bytes:
        """Return the bytes that follow the record at ``parent``; at most 6.8 KB."""
        head = _HEAD.pack(_VERSION, _MAILBOX_KIND, parent)
        fixed = _MAILBOX.pack(
            self.owner_hash, self.depositor, self.depositor_hash, self.box, self.last
        )
        entries = (
            _ENTRY.pack(e.sequence, e.place, e.envelope_id, e.expires_hour) for e in self.entries
        )
        return head + fixed + b"".join(entries)


Record: TypeAlias = Pointer | Mailbox


def decode(data: bytes) -> tuple[int, Record]:
    """Read the parent and the record.

    Raises:
        RelayStoreError: written by a later version, or by something else.
    """
    try:
        version, kind, parent = _HEAD.unpack_from(data)
        body = data[_HEAD.size :]
        if version == _VERSION and kind == _POINTER_KIND:
            return parent, Pointer(*_POINTER.unpack(body))
        if version == _VERSION and kind == _MAILBOX_KIND:
            entries = tuple(Entry(*each) for each in _ENTRY.iter_unpack(body[_MAILBOX.size :]))
            return parent, replace(Mailbox(*_MAILBOX.unpack_from(body)), entries=entries)
    except struct.error as error:
        raise RelayStoreError("the streams hold what is no record of a mailbox") from error
    raise RelayStoreError("the streams hold records of another version")
