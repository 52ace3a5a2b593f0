"""Mailboxes on a NATS JetStream cluster: the store of a relay that has outgrown one machine.

A mailbox is one record: who may do what, and which envelopes wait, in order. Envelopes lie in a
stream of their own and are there before the record names them, so nobody sees half of a put. What
was answered lies on a majority of the replicas.

    put          the envelope, then a record that names it
    acknowledge  its id among those that were here, a record without it, then it is erased

The order makes every request repeatable at any relay, wherever the last try broke off.

Source: docs/relay.md, "Stores".
"""

import asyncio
import contextlib
import secrets
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import (
    MailboxDeniedError,
    MailboxFullError,
    RelayBusyError,
    RelayFullError,
    RelayStoreError,
)
from messenger.protocol.mailbox import MAX_ENVELOPES, Access, New
from messenger.relay.nats_access import (
    denied,
    full,
    leads_on,
    made_for,
    opened_by_depositor,
    opened_by_owner,
    taken,
)
from messenger.relay.nats_boxes import Boxes, Version
from messenger.relay.nats_envelopes import Envelopes, Sealed
from messenger.relay.nats_layout import Layout, arrived, prepare
from messenger.relay.nats_link import NatsLink, SubjectFullError
from messenger.relay.nats_record import BOX_LEN, Mailbox, Pointer
from messenger.relay.nats_sweep import Sweep
from messenger.relay.store import HOUR_S, LIFETIME_HOURS, Heard, Waiting

CALL_S: Final = 5.0  # one request with all its tries; ours
SWEEP_S: Final = 110.0  # the hourly sweep
OPEN_S: Final = 60.0  # streams are made, leaders elected
DEFAULT_MAX_LEN: Final = 2 * 1024**3  # bytes of envelopes on each server; as the store on SQLite
_NEW_UNTIL: Final = 0.75  # of the room for records; the rest keeps the mailboxes there are going


@dataclass(frozen=True, slots=True)
class NatsOptions:
    """What a host may set; the same for all relays on one cluster."""

    prefix: str = "hum"  # of all names there, letters and digits
    spread: int = 4  # streams of each kind; fixed once they are made
    replicas: int = 3
    max_len: int = DEFAULT_MAX_LEN
    tls: ssl.SSLContext | None = None


async def open_nats_store(
    servers: Sequence[str], clock: Clock, options: NatsOptions | None = None
) -> "NatsStore":
    """Connect, make the streams that are missing, and return the store.

    Args:
        servers: some or all of the cluster, as ``nats://host:port`` or ``tls://host:port``.

    Raises:
        RelayStoreError: no server lets us in, or the cluster cannot do what is needed.
    """
    options = options or NatsOptions()
    link = NatsLink(servers, options.tls)
    layout = Layout(options.prefix, options.spread)
    await link.connect()
    try:
        async with asyncio.timeout(OPEN_S):
            await prepare(link, layout, replicas=options.replicas, max_len=options.max_len)
            store = NatsStore(link, layout, clock)
            await link.hear(layout.arrivals, store.on_word)
    except TimeoutError as error:
        await link.close()
        raise RelayStoreError("JetStream does not answer; is it enabled, with a leader?") from error
    except BaseException:
        await link.close()
        raise
    return store


class NatsStore:
    """A Store on a cluster; any number of relays may have one each. Owner: the loop."""

    def __init__(self, link: NatsLink, layout: Layout, clock: Clock) -> None:
        self._link = link
        self._layout = layout
        self._clock = clock
        self._boxes = Boxes(link, layout)
        self._envelopes = Envelopes(link, layout)
        self._sweep = Sweep(self._boxes, self._envelopes, layout, clock)
        self._heard: list[Heard] = []

    # -- Store --------------------------------------------------------------------------------

    async def create(self, mailbox: New) -> None:
        """See :class:`Store`."""
        if mailbox.owner == mailbox.depositor:
            raise taken()
        async with _within(CALL_S):
            if await self._boxes.fullness(mailbox.owner) > _NEW_UNTIL:
                raise RelayFullError("the relay has no room for more mailboxes")
            while not await self._created(mailbox):
                pass

    async def put(self, access: Access, envelope_id: bytes, envelope: bytes) -> bytes:
        """See :class:`Store`."""
        sealed = Sealed(envelope_id, envelope, self._hour() + LIFETIME_HOURS)
        async with _within(CALL_S):
            owner = await self._owner_behind(access)
            async with self._boxes.alone_at(owner):
                await self._put(owner, access, sealed)
            await self._link.tell(self._layout.arrival(owner))
        return owner

    async def first_after(self, access: Access, after: int) -> Waiting | None:
        """See :class:`Store`."""
        async with _within(CALL_S):
            _, mailbox = await self._opened(access)
            for entry in mailbox.waiting(after, self._hour()):
                # One that is no more was acknowledged or expired since the record was read.
                envelope = await self._envelopes.fetch(access.mailbox, entry.place)
                if envelope is not None:
                    return Waiting(entry.sequence, entry.envelope_id, envelope)
        return None

    async def acknowledge(self, access: Access, sequence: int) -> None:
        """See :class:`Store`."""
        async with _within(CALL_S), self._boxes.alone_at(access.mailbox):
            place = await self._struck_out(access, sequence)
            if place is not None:
                await self._sweep.erase(access.mailbox, place)

    async def delete(self, access: Access) -> None:
        """See :class:`Store`."""
        owner = access.mailbox
        async with _within(CALL_S), self._boxes.alone_at(owner):
            _, mailbox = await self._opened(access)
            # The record goes late: a delete that breaks off before can be repeated.
            await self._boxes.forget(mailbox.depositor)
            await self._envelopes.forget(owner, mailbox)
            await self._boxes.forget(owner)
            await self._envelopes.forget(owner, mailbox)  # what was put meanwhile

    async def expire(self) -> int:
        """See :class:`Store`. The servers forget by themselves, at most two hours later."""
        async with _within(SWEEP_S):
            return await self._sweep.expire()

    async def check(self) -> None:
        """See :class:`Store`. One small write to each stream of records, a look at the others."""
        async with _within(CALL_S):
            for subject, *streams in self._layout.trials():
                await self._link.publish(subject, b"")
                for stream in streams:
                    if await self._link.info(stream) is None:
                        raise RelayBusyError("a stream of the store is missing")

    def watch(self, heard: Heard) -> None:
        """See :class:`Store`."""
        self._heard.append(heard)

    async def close(self) -> None:
        """See :class:`Store`."""
        await self._link.close()

    # -- words from other relays ---------------------------------------------------------------

    def on_word(self, subject: str) -> None:
        """Another relay on this cluster took in an envelope."""
        with contextlib.suppress(ValueError):  # not one of ours
            owner = arrived(subject)
            for heard in self._heard:
                heard(owner)

    # -- access -------------------------------------------------------------------------------

    async def _opened(self, access: Access) -> tuple[Version, Mailbox]:
        """Return a mailbox to its owner."""
        version = await self._read(access.mailbox)
        return version, opened_by_owner(version.record, access)

    async def _owner_behind(self, access: Access) -> bytes:
        """Return the owner's id to the depositor."""
        # A pointer never changes, and the mailbox behind it decides in the end.
        record = self._boxes.remembered(access.mailbox).record
        if not leads_on(record, access):
            record = (await self._read(access.mailbox)).record
        if not isinstance(record, Pointer) or not leads_on(record, access):
            raise denied()
        return record.owner

    async def _mailbox_of(self, owner: bytes, access: Access) -> tuple[Version, Mailbox]:
        """Return the mailbox behind a depositor's end."""
        version = await self._read(owner)
        return version, opened_by_depositor(version.record, access)

    async def _mailbox_to_try(self, owner: bytes, access: Access) -> tuple[Version, Mailbox]:
        """Return the mailbox behind a depositor's end as it was of late, where that would do.

        A write on it does not count if it was another one meanwhile.
        """
        version = self._boxes.remembered(owner)
        with contextlib.suppress(MailboxDeniedError):
            mailbox = opened_by_depositor(version.record, access)
            if len(mailbox.waiting(0, self._hour())) < MAX_ENVELOPES:
                return version, mailbox
        return await self._mailbox_of(owner, access)

    async def _read(self, mailbox: bytes) -> Version:
        """Read what counts; that there is nothing is believed after a second look.

        A new leader may answer before it has applied all that the old one had promised. It
        answers a write only when it has, therefore the second look comes after one.
        """
        version = await self._boxes.read(mailbox)
        if version.record is None:
            await self._link.publish(self._layout.trial(mailbox), b"")
            version = await self._boxes.read(mailbox)
        return version

    # -- changes ------------------------------------------------------------------------------

    async def _created(self, new: New) -> bool:
        """Make the next part of a mailbox that is missing; True: none was."""
        pointer = Pointer(new.depositor_hash, new.owner)
        box = secrets.token_bytes(BOX_LEN)
        mailbox = Mailbox(new.owner_hash, new.depositor, new.depositor_hash, box)
        for end, wanted in ((new.depositor, pointer), (new.owner, mailbox)):
            version = await self._boxes.read(end)
            if version.record is None:
                await self._boxes.write(end, version, wanted)
                return False
            if not made_for(version.record, wanted):
                raise taken()
        return True

    async def _put(self, owner: bytes, access: Access, sealed: Sealed) -> None:
        version, mailbox = await self._mailbox_to_try(owner, access)
        if not await self._is_new(owner, mailbox, sealed):
            return
        try:
            place = await self._lay_down(owner, mailbox, sealed)
            changed = self._with(mailbox, place, sealed)
            if not await self._boxes.write(owner, version, changed):
                await self._enter(owner, access, sealed, place, mailbox.box)
        except BaseException:  # whether a record names it is not known here
            self._sweep.suspect(owner)
            raise

    async def _enter(
        self, owner: bytes, access: Access, sealed: Sealed, place: int, box: bytes
    ) -> None:
        """Make a record name an envelope after a write that did not count, or seemed not to."""
        try:
            while True:
                version, mailbox = await self._mailbox_of(owner, access)
                if mailbox.names(place):  # the write counted and its answer was lost
                    return
                if mailbox.box != box or not await self._is_new(owner, mailbox, sealed):
                    break
                if await self._boxes.write(owner, version, self._with(mailbox, place, sealed)):
                    return
        except (MailboxFullError, MailboxDeniedError):
            await self._sweep.erase(owner, place)
            raise
        await self._sweep.erase(owner, place)
        if mailbox.box != box:
            raise RelayBusyError("the mailbox was made anew meanwhile")

    async def _is_new(self, owner: bytes, mailbox: Mailbox, sealed: Sealed) -> bool:
        """Tell whether an envelope was never here.

        Raises:
            MailboxFullError: it was not, and there is no room.
        """
        if mailbox.holds(sealed.envelope_id):
            return False
        if await self._envelopes.was_here(owner, mailbox, sealed.envelope_id):
            return False
        if len(mailbox.waiting(0, self._hour())) >= MAX_ENVELOPES:
            raise full()
        return True

    def _with(self, mailbox: Mailbox, place: int, sealed: Sealed) -> Mailbox:
        left = mailbox.unexpired(self._hour())
        return left.added(place, sealed.envelope_id, sealed.expires_hour)

    async def _lay_down(self, owner: bytes, mailbox: Mailbox, sealed: Sealed) -> int:
        try:
            return await self._envelopes.lay_down(owner, mailbox, sealed)
        except SubjectFullError as error:  # expired ones, or strays
            await self._sweep.tidy(owner)
            raise full() from error

    # -- forgetting ---------------------------------------------------------------------------

    async def _struck_out(self, access: Access, sequence: int) -> int | None:
        """Take an envelope out of the record; return where it lies, None when it was not there."""
        owner, place = access.mailbox, None
        try:
            while True:
                version, mailbox = await self._opened(access)
                entry = mailbox.find(sequence)
                if entry is None:
                    return place
                place = entry.place
                await self._envelopes.remember(owner, mailbox, entry.envelope_id)
                if await self._boxes.write(owner, version, mailbox.without(sequence)):
                    return place
        except BaseException:
            self._sweep.suspect(owner)
            raise

    def _hour(self) -> int:
        return self._clock.unix_ms() // (HOUR_S * 1000)


@asynccontextmanager
async def _within(limit_s: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(limit_s):
            yield
    except TimeoutError as error:
        raise RelayBusyError("the NATS cluster does not answer in time") from error
    except RelayStoreError as error:
        raise RelayBusyError(str(error)) from error
