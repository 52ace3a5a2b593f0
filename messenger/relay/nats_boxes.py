"""Records of mailboxes that several relays may change at the same moment.

Every change is one more record on the subject of its mailbox, and names the record it was made
from, its parent. Of two records with one parent the earlier in the stream counts and the later does
not, for every reader alike. A writer looks at the stream after its write and knows which it was.

That the server also compares the last sequence makes such pairs rare. It does not rule them out: up
to 2.9.20 it compares before the replicas agree (nats-server, issue 4320), and Debian 12 has 2.9.10.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

from messenger.core.errors import RelayBusyError
from messenger.relay.nats_layout import Layout
from messenger.relay.nats_link import ConflictError, Kept, NatsLink
from messenger.relay.nats_record import Record, decode

_MAX_KNOWN: Final = 1_000  # records that are remembered; about 30 MB if all were full


@dataclass(frozen=True, slots=True)
class Version:
    """What counts on a subject at one moment."""

    revision: int  # sequence of the record that counts; 0: there is none
    last: int  # sequence of the last record, which may be one that does not count
    record: Record | None


NOTHING: Final = Version(0, 0, None)


class Boxes:
    """Reads and changes records; one end of a mailbox has one subject."""

    def __init__(self, link: NatsLink, layout: Layout) -> None:
        self._link = link
        self._layout = layout
        self._known: OrderedDict[bytes, Version] = OrderedDict()
        self._locks: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    async def read(self, mailbox: bytes) -> Version:
        """Return what counts for an end now.

        Raises:
            RelayStoreError: the stream holds what is no record.
        """
        stream, subject = self._layout.boxes(mailbox), self._layout.box(mailbox)
        newest = await self._link.last(stream, subject)
        if newest is None:
            self._known.pop(mailbox, None)
            return NOTHING
        known = self._known.get(mailbox)
        if known is not None and known.last == newest.sequence:
            return known
        return self._learnt(mailbox, await self._counting(stream, newest))

    def remembered(self, mailbox: bytes) -> Version:
        """Return what counted when it was last read or written here; a write finds out more."""
        return self._known.get(mailbox, NOTHING)

    @asynccontextmanager
    async def alone_at(self, mailbox: bytes) -> AsyncIterator[None]:
        """Let this relay make one change of a mailbox at a time; other relays make theirs."""
        async with self._locks.setdefault(mailbox, asyncio.Lock()):
            yield

    async def write(self, mailbox: bytes, version: Version, record: Record) -> bool:
        """Follow ``version`` by ``record``; False: another change was first.

        Raises:
            RelayFullError: the stream has no room.
            RelayBusyError: it cannot be known which was first; reading again tells.
        """
        stream, subject = self._layout.boxes(mailbox), self._layout.box(mailbox)
        try:
            data = record.encode(version.revision)
            sequence = await self._link.publish(subject, data, expect=version.last)
        except ConflictError:
            self._known.pop(mailbox, None)
            return False
        if not await self._counts(stream, subject, version, sequence):
            return False
        self._learnt(mailbox, Version(sequence, sequence, record))
        return True

    async def forget(self, mailbox: bytes) -> None:
        """Delete all records of an end."""
        self._known.pop(mailbox, None)
        await self._link.purge(self._layout.boxes(mailbox), self._layout.box(mailbox))

    async def fullness(self, mailbox: bytes) -> float:
        """Return which part of the stream's room is taken, 0 to 1."""
        info = await self._link.info(self._layout.boxes(mailbox))
        return info.state.bytes / int(info.config["max_bytes"]) if info else 1.0

    async def _counting(self, stream: str, newest: Kept) -> Version:
        """Follow the chain from the parent of the newest record, which counted when it was read."""
        found = NOTHING
        revision, _ = decode(newest.data)
        each = await self._link.next(stream, newest.subject, revision + 1)
        while each is not None and each.sequence <= newest.sequence:
            parent, record = decode(each.data)
            if parent == revision:
                found = Version(each.sequence, newest.sequence, record)
                revision = each.sequence
            if each.sequence == newest.sequence:
                break
            each = await self._link.next(stream, newest.subject, each.sequence + 1)
        return found

    async def _counts(self, stream: str, subject: str, version: Version, sequence: int) -> bool:
        """Tell whether no record before ``sequence`` has the same parent."""
        start = version.last + 1
        while start < sequence:
            each = await self._link.next(stream, subject, start)
            if each is None or each.sequence > sequence:  # deleted, or a new leader that lags
                raise RelayBusyError("what a change came to is not known")
            if each.sequence < sequence and decode(each.data)[0] == version.revision:
                return False
            start = each.sequence + 1
        return True

    def _learnt(self, mailbox: bytes, version: Version) -> Version:
        self._known[mailbox] = version
        self._known.move_to_end(mailbox)
        if len(self._known) > _MAX_KNOWN:
            self._known.popitem(last=False)
        return version
