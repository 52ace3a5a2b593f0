"""The part of a conversation that goes through relays: parcels from the outbox, and to the store.

Sealed late, as on a link: when the contact's relay can take an envelope now, and committed before
a byte may leave. An envelope that was sealed is kept until the relay has accepted it, and put
again under the same id after a crash. Steps of the conversation's task.

Source: docs/relay.md, "What a client does"; docs/protocol.md, section 12.
"""

import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from messenger.core.errors import CryptoError, NoSuchMessageError, RemoteProtocolError
from messenger.core.types import Contact, Message
from messenger.engine.arrivals import Arrivals
from messenger.engine.context import Context
from messenger.engine.inbound import Received, arrivals_of
from messenger.engine.outbound import Delivered, Outbound, plaintext_of
from messenger.engine.ratchet import Ratchet, bound_to
from messenger.protocol.bodies import ADDRESSES_KIND, RECEIPT_KIND, decode_body
from messenger.protocol.control import MAX_ACK_IDS
from messenger.protocol.mailbox import Size
from messenger.protocol.parcel import (
    Acks,
    Item,
    Packing,
    Piece,
    Whole,
    decode_parcel,
    encode_parcel,
    item_len,
    pieces_of,
    room,
)
from messenger.protocol.session import Session
from messenger.store.database import Transaction
from messenger.store.mail import NewDeposit, PeerMailbox
from messenger.store.outbox import Waiting

log = logging.getLogger(__name__)

MAX_ENTRIES: Final = 256  # of the outbox looked at for one envelope
MAX_ACKS: Final = 2 * MAX_ACK_IDS  # acknowledged in one envelope


@dataclass(slots=True)
class Opened:
    """What an envelope out of a mailbox came to, all of it committed."""

    received: Received
    delivered: Delivered
    readable: bool = True
    deadline: bool = False  # the lifetime of a message began
    rest: list[Item] = field(default_factory=list, repr=False)  # for the next commit, see go_on


@dataclass(slots=True)
class _Load:
    """One envelope to be sealed, and what of the outbox is in it."""

    packing: Packing
    entries: list[tuple[int, bool]] = field(default_factory=list)  # number, whether it ends here
    ack_count: int = 0


class Mail:
    """Packs and opens what relays carry for one contact."""

    def __init__(self, context: Context, ratchet: Ratchet, outbound: Outbound) -> None:
        self._context = context
        self._ratchet = ratchet
        self._outbound = outbound

    # -- out -------------------------------------------------------------------------------------

    async def pack(self, contact: Contact, mailbox: int) -> bool:
        """Seal what waits and was not sealed for a mailbox yet; False if there is nothing.

        As much as fits into one envelope, or one body in all its pieces.
        """
        if not self._ratchet.session.can_seal:
            return False
        session, packed = await self._context.store.write(
            lambda tx: self._pack(tx, contact, mailbox)
        )
        self._ratchet.adopt(session)
        return packed

    def _pack(self, tx: Transaction, contact: Contact, number: int) -> tuple[Session, bool]:
        session = self._ratchet.session
        box = tx.mail.mailbox(number)
        if box is None:
            return session, False
        owed = tx.mail.owed(box.contact, box.acked, MAX_ACKS)
        loads, packed = self._loads(tx, box, [body_id for _, body_id in owed])
        associated_data = bound_to(self._context.key_for(contact).public, contact.key)
        deposits = []
        for load in loads:
            session, envelope = session.seal(
                encode_parcel(load.packing.items),
                associated_data,
                length=load.packing.size.length,
            )
            deposits.append(NewDeposit(envelope, tuple(load.entries), load.ack_count))
        acked = owed[-1][0] if owed else box.acked
        if deposits or packed != box.packed:
            tx.mail.add(box, deposits, packed=packed, acked=acked)
            self._ratchet.save(tx, session)
        return session, bool(deposits)

    def _loads(
        self, tx: Transaction, box: PeerMailbox, acks: Sequence[bytes]
    ) -> tuple[list[_Load], int]:
        """Fill one envelope, or more with a body that stands apart, behind the others."""
        load = _Load(Packing.begin(_acks(acks)), ack_count=len(acks))
        packed, now = box.packed, self._context.clock.unix_ms()
        for entry in tx.outbox.waiting(box.contact, box.packed, MAX_ENTRIES, now):
            if entry.kind == RECEIPT_KIND:  # a relay would see when somebody reads
                packed = entry.number
                continue
            body = plaintext_of(tx, entry)
            apart: list[Item] = []  # that stand in envelopes by themselves
            if body is not None:
                whole = Whole(body)
                if item_len(whole) > room(Size.LARGE):
                    apart = list(pieces_of(body))
                elif entry.kind == ADDRESSES_KIND:  # until a relay has it, it can be taken back
                    apart = [whole]
                elif not load.packing.add(whole):
                    break
                else:
                    load.entries.append((entry.number, True))
                _note_sealed(tx, entry)
            packed = entry.number
            if apart:
                loads = [_Load(Packing.begin([item]), [(entry.number, False)]) for item in apart]
                loads[-1].entries = [(entry.number, True)]
                return ([load] if load.packing.items else []) + loads, packed
        return ([load] if load.packing.items else []), packed

    async def accepted(self, deposit: int, host: str) -> list[Message]:
        """A relay has an envelope: say so of the messages that are in it."""
        at = self._context.clock.unix_ms()

        def work(tx: Transaction) -> list[Message]:
            moved = []
            since = tx.mail.put_since(deposit)
            for row in tx.mail.accepted(deposit):
                try:
                    moved.append(tx.messages.at_relay(row, host, at, since=since))
                except NoSuchMessageError:
                    continue  # removed here while it was under way
            return moved

        return await self._context.store.write(work)

    # -- in --------------------------------------------------------------------------------------

    async def receive(self, contact: Contact, envelope: bytes) -> Opened:
        """Open, store and commit one envelope; what does not open changes nothing.

        What is more than one commit may hold is left in ``rest``. The session is committed with
        the last of it: until then the relay has the envelope, and what is in it counts once.

        Raises:
            StoreError: nothing was committed; the relay still has the envelope.
        """
        return self._adopt(
            await self._context.store.write(lambda tx: self._open(tx, contact, envelope))
        )

    async def go_on(self, contact: Contact, before: Opened) -> Opened:
        """Store and commit the next part of an envelope.

        Raises:
            StoreError: nothing of this part was committed; the relay still has the envelope.
        """
        opened = Opened(Received(before.received.session), Delivered(), rest=before.rest)
        return self._adopt(
            await self._context.store.write(lambda tx: self._take_some(tx, contact, opened))
        )

    def _adopt(self, opened: Opened) -> Opened:
        if not opened.rest:
            self._ratchet.adopt(opened.received.session)
        if opened.deadline or opened.delivered.deadline:
            self._context.wake_upkeep()
        return opened

    def _open(self, tx: Transaction, contact: Contact, envelope: bytes) -> Opened:
        now = self._context.clock.unix_ms()
        opened = Opened(Received(self._ratchet.session), Delivered())
        try:
            opened.received.session, opened.rest = self._unseal(contact, envelope, now)
        except (CryptoError, RemoteProtocolError) as error:
            log.info("an envelope out of a mailbox does not open: %s", error)
            opened.readable = False
            return opened
        if opened.received.session.began_anew(self._ratchet.session):
            opened.received.anew = True
            tx.mail.begin_anew(contact.id, now)
        return self._take_some(tx, contact, opened)

    def _take_some(self, tx: Transaction, contact: Contact, opened: Opened) -> Opened:
        """Take in what one commit may hold of ``rest``; the session goes with the last of it."""
        now = self._context.clock.unix_ms()
        arrivals = arrivals_of(tx, self._context, contact.id, now)
        arrivals.late = opened.received.session.was_late(self._ratchet.session)
        taken_count = 0
        for item in opened.rest:
            if tx.is_full:
                break
            taken_count += 1
            try:
                self._take(tx, arrivals, opened.delivered, item, now)
            except RemoteProtocolError as error:
                log.warning("a parcel holds something malformed: %s", error)
                opened.received.malformed_count += 1
        opened.rest = opened.rest[taken_count:]
        if not opened.rest:
            self._ratchet.save(tx, opened.received.session)
        tx.mail.owe(contact.id, arrivals.committed)
        opened.received.follow(arrivals)
        opened.deadline = arrivals.deadline
        return opened

    def _take(
        self, tx: Transaction, arrivals: Arrivals, delivered: Delivered, item: Item, now: int
    ) -> None:
        match item:
            case Acks(ids=ids):
                self._outbound.deliver(tx, ids, now, delivered)
            case Whole(body=body):
                arrivals.take(decode_body(body))
            case Piece():
                whole = tx.mail.keep(arrivals.contact, item)
                if whole is not None:
                    arrivals.take(decode_body(whole))

    def _unseal(self, contact: Contact, envelope: bytes, now: int) -> tuple[Session, list[Item]]:
        """Open an envelope, whichever of our keys and theirs it is bound to.

        A key may have been replaced while it waited. An envelope of 4 KiB that came in a room of
        16 has zeros behind it.
        """
        own_keys = (self._context.key_for(contact).public, *self._context.own_keys)
        peer_keys = tuple(key for key in (contact.key, contact.former_key) if key is not None)
        pairs = itertools.product(own_keys, peer_keys)
        bindings = dict.fromkeys(itertools.starmap(bound_to, pairs))
        failure: Exception | None = None
        for length in _lengths(envelope):
            for binding in bindings:
                try:
                    session, parcel = self._ratchet.session.open(
                        envelope[:length], binding, stamp=now
                    )
                except (CryptoError, RemoteProtocolError) as error:
                    failure = error
                else:
                    return session, decode_parcel(parcel)
        assert failure is not None
        raise failure


def _acks(ids: Sequence[bytes]) -> list[Item]:
    starts = range(0, len(ids), MAX_ACK_IDS)
    return [Acks(tuple(ids[start : start + MAX_ACK_IDS])) for start in starts]


def _note_sealed(tx: Transaction, entry: Waiting) -> None:
    if entry.message is not None:
        tx.changes.note_sealed(entry.message.row)


def _lengths(envelope: bytes) -> tuple[int, ...]:
    """Return how long an envelope may be that came in this room."""
    small = Size.SMALL.length
    if len(envelope) > small and not envelope[small:].strip(b"\0"):
        return (small,)
    return (len(envelope),)
