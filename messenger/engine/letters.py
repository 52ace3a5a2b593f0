"""The part of a conversation that begins it by mail: our letter's answer, and the answer to theirs.

Each step is one commit: session, relation, mailboxes and what is to be put. Steps of the
conversation's task.

Source: docs/protocol.md, section 13.
"""

import logging
from collections.abc import Iterable

from messenger.core.errors import CryptoError, RemoteProtocolError
from messenger.core.types import Contact, ContactId, Relation
from messenger.crypto.noise.keys import KeyPair
from messenger.engine.arrivals import learn_addresses, usable
from messenger.engine.context import Context
from messenger.engine.names import clean_name
from messenger.engine.ratchet import Ratchet
from messenger.protocol.bodies import Mailbox
from messenger.protocol.card import Card
from messenger.protocol.introduction import (
    Asked,
    Asking,
    Letter,
    Reply,
    decode_secrets,
    encode_secrets,
)
from messenger.protocol.mailbox import Access
from messenger.protocol.session import Session
from messenger.store.database import Transaction
from messenger.store.introductions import OwnLetter
from messenger.store.mail import PeerMailbox

log = logging.getLogger(__name__)


class Letters:
    """Owner: the contact's conversation; no two steps overlap."""

    def __init__(self, context: Context, ratchet: Ratchet) -> None:
        self._context = context
        self._ratchet = ratchet

    def ask_at(self, tx: Transaction, contact: Contact, card: Card) -> bool:
        """Ask at the mailbox for letters that a newer link of theirs names.

        False: nothing is gained by it. They have agreed and a session stands, or their own letter
        waits for us, or ours is there already.
        """
        door, now = card.introduction, self._context.clock.unix_ms()
        forgotten = contact.relation is Relation.ACCEPTED and not self._ratchet.session.held
        if door is None or not (forgotten or contact.relation is Relation.ASKED):
            return False
        if any(theirs.contact == contact.id for theirs in tx.introductions.to_answer()):
            return False
        access, ours = Access(door.mailbox, door.deposit_token), tx.introductions.own_to(contact.id)
        if ours is not None and ours.access == access:
            return False
        tx.contacts.set_relation(contact.id, Relation.ASKED)
        for address in card.addresses:
            tx.contacts.save_address(contact.id, address, "card", now)
        tx.introductions.expect(contact.id, door.relay, door.relay_key, access, now)
        return True

    async def read_reply(self, contact: Contact, envelope: bytes) -> bool:
        """Read the answer to our letter: we have agreed, and a session stands.

        False: this is no such answer, and nothing has changed.
        """
        session = await self._context.store.write(
            lambda tx: self._read_reply(tx, contact, envelope)
        )
        if session is not None:
            self._ratchet.adopt(session)
        return session is not None

    def _read_reply(self, tx: Transaction, contact: Contact, envelope: bytes) -> Session | None:
        letter = tx.introductions.own_to(contact.id)
        if letter is None or letter.secrets is None:
            return None
        own = key_pair_of(self._context, letter.own_key)
        if own is None:
            return None
        now = self._context.clock.unix_ms()
        for secrets in decode_secrets(letter.secrets):  # any of those that we wrote
            try:
                asking = Asking(own, contact.key, secrets)
                reply, exporter = asking.read(envelope)
                session = self._ratchet.session.accept(
                    asking.pending, reply.answer, exporter, at=now
                )
            except (CryptoError, RemoteProtocolError) as error:
                log.info("no answer to a letter of ours: %s", error)
            else:
                self._agree(tx, contact, reply, session, now)
                return session
        return None

    def _agree(
        self, tx: Transaction, contact: Contact, reply: Reply, session: Session, now: int
    ) -> None:
        self._ratchet.save(tx, session)
        tx.contacts.set_relation(contact.id, Relation.ACCEPTED)
        if clean_name(reply.name):
            tx.contacts.set_name(contact.id, clean_name(reply.name))
        self._learn_addresses(tx, contact.id, reply.addresses, now)
        tx.mail.learn(contact.id, usable(reply.boxes), reply.at, now)
        tx.introductions.done(contact.id)

    async def answer(self, contact: Contact) -> bool:
        """Answer their letter, now that we have accepted; False if there is nothing to answer."""
        session = await self._context.store.write(lambda tx: self._answer(tx, contact))
        if session is not None:
            self._ratchet.adopt(session)
        return session is not None

    def _answer(self, tx: Transaction, contact: Contact) -> Session | None:
        theirs = next((t for t in tx.introductions.to_answer() if t.contact == contact.id), None)
        boxes = own_boxes(tx, contact.id)
        if theirs is None or not boxes:
            return None
        tx.introductions.done(contact.id)
        own, now = key_pair_of(self._context, theirs.own_key), self._context.clock.unix_ms()
        if own is None or _link_was_faster(self._ratchet.session, theirs.at, now):
            return None  # our key is another one by now, or there is nothing to be agreed
        try:
            asked = Asked.read(own, theirs.envelope)
        except (CryptoError, RemoteProtocolError) as error:
            log.warning("a letter that was kept cannot be answered: %s", error)
            return None
        accepting = asked.accept()
        known = self._ratchet.session.established
        session, answer = self._ratchet.session.answer(
            asked.letter.offer, accepting.exporter, at=now, by_mail=True
        )
        envelope = accepting.envelope(
            answer,
            name=self._context.name,
            boxes=boxes,
            addresses=tuple((a.host, a.port) for a in self._context.addresses),
            unix_ms=now,
        )
        self._ratchet.save(tx, session)
        tx.introductions.answered(contact.id, asked.letter.ratchet_key, now)
        for box in self._places_for_answer(tx, contact.id, asked.letter, now, known=known):
            tx.mail.add_letter(box, envelope)
        return session

    def _places_for_answer(
        self, tx: Transaction, contact: ContactId, letter: Letter, now: int, *, known: bool
    ) -> tuple[PeerMailbox, ...]:
        """Return where our answer goes; take over what the letter says of its author.

        Args:
            known: a session with them stands. Then the letter may be one that a relay kept back,
                or the work of somebody who has our private key: it changes nothing of what works.
        """
        boxes = usable(letter.boxes)
        if known:
            return tuple(tx.mail.place_answer(contact, box, now) for box in boxes[:1])
        self._learn_addresses(tx, contact, letter.addresses, now)
        tx.mail.learn(contact, boxes, letter.at, now)
        return tx.mail.mailboxes_of(contact)[:1]

    def _learn_addresses(
        self, tx: Transaction, contact: ContactId, places: Iterable[tuple[str, int]], now: int
    ) -> None:
        learn_addresses(tx, contact, places, seen_at=now, near=self._context.only_here)


def _link_was_faster(session: Session, letter_at: int, now: int) -> bool:
    """Whether an epoch that works now began after a letter came (Unix ms)."""
    return session.can_seal and letter_at < session.info.started_at <= now


def write_letter(context: Context, tx: Transaction, letter: OwnLetter) -> None:
    """Write to somebody whose link names a mailbox for letters, once they can answer us.

    What nobody fetched for as long as relays keep mail is written again; an answer to either of
    them will do.
    """
    contact, now = tx.contact(letter.contact), context.clock.unix_ms()
    boxes = own_boxes(tx, letter.contact)
    if not boxes or (letter.secrets is not None and not letter.is_lost(now)):
        return
    own = context.key_for(contact)
    same_key = letter.own_key == own.public
    older = decode_secrets(letter.secrets) if letter.secrets and same_key else ()
    places = tuple((a.host, a.port) for a in context.addresses)
    if older:
        asking = Asking(own, contact.key, older[0]).again(
            own, name=context.name, boxes=boxes, addresses=places, unix_ms=now
        )
    else:
        asking = Asking.begin(
            own, contact.key, name=context.name, boxes=boxes, addresses=places, unix_ms=now
        )
    kept = encode_secrets(asking.secrets, *older)
    tx.introductions.written(contact.id, own.public, kept, now)
    box = tx.mail.place(contact.id, letter.relay, letter.access, now)
    tx.mail.add_letter(box, asking.envelope)


def own_boxes(tx: Transaction, contact: ContactId) -> tuple[Mailbox, ...]:
    """Return our mailboxes for a contact, as they are told."""
    return tuple(
        Mailbox(
            relay.address.host,
            relay.address.port,
            relay.key,
            box.depositor.mailbox,
            box.depositor.secret,
            relay.own,
        )
        for relay, box in tx.relays.mailboxes_for(contact)
    )[:3]


def key_pair_of(context: Context, public: bytes | None) -> KeyPair | None:
    """Return the key pair of ours with this public half."""
    pairs = (context.own, *context.former.values())
    return next((own for own in pairs if own.public == public), None)
