"""Envelopes in the streams: laid down before a record names them, erased after none does any more.

An envelope's bytes never change. Ids of acknowledged envelopes stay, so that a late repetition of
their put is known.
"""

import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from messenger.core.errors import RelayBusyError
from messenger.relay.nats_layout import Layout, owner_of
from messenger.relay.nats_link import Kept, NatsLink
from messenger.relay.nats_record import Mailbox
from messenger.relay.store import HOUR_S

STRAY_S: Final = HOUR_S  # an envelope that no record names is nobody's after this time; ours
_HEAD: Final = struct.Struct(">I32s")  # expires hour, envelope id; then the envelope


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope on its way into a mailbox."""

    envelope_id: bytes = field(repr=False)
    envelope: bytes = field(repr=False)
    expires_hour: int


@dataclass(frozen=True, slots=True)
class Oldest:
    """The envelope that lies longest in one of the streams."""

    owner: bytes = field(repr=False)
    place: int
    expires_hour: int


class Envelopes:
    """The streams of envelopes and of ids."""

    def __init__(self, link: NatsLink, layout: Layout) -> None:
        self._link = link
        self._layout = layout

    async def lay_down(self, owner: bytes, mailbox: Mailbox, sealed: Sealed) -> int:
        """Store an envelope; return its place.

        Raises:
            SubjectFullError: as many as may wait lie there, named or not.
            RelayFullError: the stream has no room.
        """
        data = _HEAD.pack(sealed.expires_hour, sealed.envelope_id) + sealed.envelope
        return await self._link.publish(self._layout.envelope(owner, mailbox.box), data)

    async def fetch(self, owner: bytes, place: int) -> bytes | None:
        """Return an envelope; None when it is no more.

        Raises:
            RelayBusyError: the leader of the stream does not know yet.
        """
        stream = self._layout.envelopes(owner)
        kept = await self._link.at(stream, place)
        if kept is not None:
            return kept.data[_HEAD.size :]
        info = await self._link.info(stream)
        if info is None or info.state.last_seq < place:
            raise RelayBusyError("a leader of the NATS cluster is not ready")
        return None

    async def erase(self, owner: bytes, place: int) -> None:
        """Overwrite an envelope; one that is no more is well."""
        await self._link.erase(self._layout.envelopes(owner), place)

    async def remember(self, owner: bytes, mailbox: Mailbox, envelope_id: bytes) -> None:
        """Keep the id of an envelope that is about to be acknowledged."""
        await self._link.publish(self._layout.id_subject(owner, mailbox.box, envelope_id), b"")

    async def was_here(self, owner: bytes, mailbox: Mailbox, envelope_id: bytes) -> bool:
        """Tell whether an envelope was acknowledged; the record must have been read before."""
        subject = self._layout.id_subject(owner, mailbox.box, envelope_id)
        return await self._link.last(self._layout.ids(owner), subject) is not None

    async def forget(self, owner: bytes, mailbox: Mailbox) -> None:
        """Delete all envelopes and ids of a mailbox."""
        envelopes = self._layout.envelope(owner, mailbox.box)
        await self._link.purge(self._layout.envelopes(owner), envelopes)
        ids = self._layout.id_subject(owner, mailbox.box)
        await self._link.purge(self._layout.ids(owner), ids)

    async def oldest(self, stream: str, subject: str) -> Oldest | None:
        """Return what lies longest in a stream."""
        kept = await self._link.next(stream, subject, 1)
        if kept is None:
            return None
        hour, _ = _HEAD.unpack_from(kept.data)
        return Oldest(owner_of(kept.subject), kept.sequence, hour)

    async def unnamed(self, owner: bytes, mailbox: Mailbox) -> AsyncIterator[tuple[int, float]]:
        """Find the envelopes that the record does not name: place, and Unix seconds of arrival."""
        named = {entry.place for entry in mailbox.entries}
        stream = self._layout.envelopes(owner)
        subject = self._layout.envelope(owner, mailbox.box)
        start = 1
        while (kept := await self._link.next(stream, subject, start)) is not None:
            if kept.sequence not in named:
                yield kept.sequence, _arrived_s(kept)
            start = kept.sequence + 1


def _arrived_s(kept: Kept) -> float:
    """Return Unix seconds; the servers write nanoseconds and always UTC."""
    return datetime.fromisoformat(kept.time[:19] + "+00:00").timestamp()
