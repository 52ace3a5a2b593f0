"""What a body of the other side does to the store, each once and only where its author may.

Runs inside the transaction that commits the ratchet. Source: docs/protocol.md, section 8.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from messenger.core.errors import InvalidKeyError, NoSuchMessageError
from messenger.core.types import Address, ContactId, Message, MessageId
from messenger.crypto.noise.functions import X25519
from messenger.engine import receipts
from messenger.engine.addresses import is_dialled
from messenger.engine.file_steps import add_offer, follow
from messenger.protocol.bodies import (
    Addresses,
    Body,
    Change,
    Delete,
    Edit,
    FileOffer,
    FileStep,
    Heartbeat,
    Mailbox,
    Mailboxes,
    NewKey,
    React,
    Receipt,
    SetTimer,
    Text,
    Unsupported,
    decode_body,
    encode_body,
)
from messenger.protocol.mailbox import Access
from messenger.store.database import Transaction
from messenger.store.mail import ToldMailbox

log = logging.getLogger(__name__)

_CHANGES: Final = (Edit, Delete, React, FileStep)


@dataclass(slots=True)
class Arrivals:
    """One contact's bodies of one transaction, and what they came to."""

    tx: Transaction
    contact: ContactId
    now: int  # Unix ms
    late: bool = False  # the envelope came behind one that was sealed after it
    added: list[Message] = field(default_factory=list)
    changed: dict[int, Message] = field(default_factory=dict)  # by row, as they are now
    committed: list[bytes] = field(default_factory=list)  # ids to acknowledge, duplicates too
    contact_changed: bool = False
    deadline: bool = False  # the lifetime of a message began
    own_keys: tuple[bytes, ...] = ()  # nobody else can announce one of these
    new_key: bool = False  # the announced key is pinned now
    file_rows: set[int] = field(default_factory=set)  # the other side moved these files
    mailboxes: bool = False  # they told us where they fetch now
    near: bool = False  # they may send us to this very computer
    addresses: bool = False  # they told us of places that we did not know

    def take(self, body: Body) -> None:
        """Do what a body says; one that came before is only acknowledged again."""
        if isinstance(body, Heartbeat):
            return
        self.committed.append(body.id)
        match body:
            case Text():
                self._add(body)
            case FileOffer():
                message = add_offer(self.tx, self.contact, body)
                self._live(message, body.lifetime_s)
            case Unsupported(kind=kind, id=body_id, raw=raw):
                log.info("a body of a later version, kind %d, is kept", kind)
                self._added(self.tx.changes.add_unsupported(self.contact, MessageId(body_id), raw))
            case _ if self.tx.changes.first_time(self.contact, body.id):
                self._take_once(body)
            case _:
                pass

    def _take_once(
        self, body: SetTimer | NewKey | Mailboxes | Addresses | Receipt | Change
    ) -> None:
        """Do what a body says that is no message."""
        match body:
            case SetTimer(id=body_id, lifetime_s=lifetime_s, at=at):
                self.tx.lifetimes.receive(self.contact, body_id, lifetime_s, at)
                self.contact_changed = True
            case NewKey(key=key, at=at):
                self._adopt(key, at)
            case Mailboxes(boxes=boxes, at=at):
                self.mailboxes |= self.tx.mail.learn(self.contact, usable(boxes), at, self.now)
            case Addresses(addresses=addresses, at=at):
                self.addresses |= learn_addresses(
                    self.tx, self.contact, addresses, seen_at=min(at, self.now), near=self.near
                )
            case Receipt():
                for message in receipts.take(self.tx, self.contact, body, self.now):
                    self.changed[message.row] = message
            case _:
                self._change(body)

    def _adopt(self, key: bytes, made_at: int) -> None:
        """Pin the key that the pinned one names, unless it is none or somebody else's.

        Two announcements may come in either order, as by two relays: the later key counts. Only an
        envelope that is late itself can lose so: nobody who once announced a key with a false clock
        keeps its owner from announcing another one.
        """
        if key == self.tx.contact(self.contact).key:
            return
        if self.late and made_at < self.tx.contacts.announced_at(self.contact):
            log.info("a contact's key came after the one that has replaced it")
            return
        if key in self.own_keys or not _is_public_key(key):
            self.tx.contacts.count_ignored(self.contact)
        elif self.tx.contacts.adopt_key(self.contact, key, made_at=made_at, at=self.now):
            self.contact_changed = self.new_key = True
        else:
            log.warning("a contact announced the key of another contact")
            self.tx.contacts.count_ignored(self.contact)

    # -- messages -------------------------------------------------------------------------------

    def _add(self, text: Text) -> None:
        message = self.tx.messages.add_incoming(
            self.contact,
            MessageId(text.id),
            text.text,
            text.sent_at,
            MessageId(text.reply_to) if text.reply_to else None,
        )
        self._live(message, text.lifetime_s)

    def _live(self, message: Message | None, lifetime_s: int) -> None:
        """Let a new message live as long as its author said."""
        if message is not None and lifetime_s:
            self.tx.lifetimes.set_terms(message.row, lifetime_s=lifetime_s)
            message = self.tx.lifetimes.begin(message.row, self.now)
            self.deadline = True
        self._added(message)

    def _added(self, message: Message | None) -> None:
        if message is None:
            return
        self.added.append(message)
        early = [decode_body(raw) for raw in self.tx.changes.take_early(self.contact, message.id)]
        for change in sorted(early, key=_turn):
            assert isinstance(change, _CHANGES)
            self._apply(message.row, change)

    # -- changes of messages --------------------------------------------------------------------

    def _change(self, change: Change) -> None:
        target = MessageId(change.target)
        try:
            message = self.tx.find_message(target, self.contact)
        except NoSuchMessageError:
            if not self.tx.changes.is_gone(self.contact, target):
                self.tx.changes.keep_early(self.contact, target, encode_body(change))
        else:
            self._apply(message.row, change)

    def _apply(self, row: int, change: Change) -> None:
        message = self.tx.message(row)
        if isinstance(change, FileStep):
            moved = follow(self.tx, message, change.step)
            if moved is not None:
                self.changed[row] = moved
                self.file_rows.add(row)
            return
        if message.outgoing and not isinstance(change, React):
            log.warning("a change of a message that is not theirs is ignored")
            self.tx.contacts.count_ignored(self.contact)
            return
        if message.deleted_at is not None:
            return
        match change:
            case Edit(text=text, at=at) if not message.unsupported and message.file is None:
                self.changed[row] = self.tx.changes.edit(row, text, at)
            case Delete():
                self.changed[row] = self.tx.messages.delete(row, self.now)
                self.contact_changed = True  # it may have been unread
            case React(emoji=emoji, at=at):
                self.changed[row] = self.tx.changes.react(row, emoji, own=False, stamp=at)
            case _:
                pass


def _turn(early: Body) -> float:
    """Order changes that came before their message so that one of each kind does something.

    A deletion ends all others, and of edits and reactions the newest counts: a hundred edits of
    long texts would else be made one after the other, in one transaction.
    """
    match early:
        case Delete():
            return float("-inf")
        case Edit(at=at) | React(at=at):
            return -at
        case _:
            return 0.0


def learn_addresses(
    tx: Transaction,
    contact: ContactId,
    places: Iterable[tuple[str, int]],
    *,
    seen_at: int,
    near: bool,
) -> bool:
    """Keep where a contact says to be; True if some of it is new.

    Args:
        seen_at: Unix ms; an envelope may have waited for weeks.
        near: the contact may send us to this very computer.
    """
    known = tx.contacts.addresses(contact)
    said = [Address(host, port) for host, port in places if is_dialled(host, near=near)]
    for address in said:
        tx.contacts.save_address(contact, address, "hello", seen_at)
    return not set(said) <= set(known)


def usable(boxes: Iterable[Mailbox]) -> list[ToldMailbox]:
    """Return mailboxes as they are kept, without those at relays whose key is none."""
    return [told(box) for box in boxes if _is_public_key(box.relay_key)]


def told(box: Mailbox) -> ToldMailbox:
    """Return a mailbox as it is kept."""
    address, access = Address(box.host, box.port), Access(box.mailbox, box.secret)
    return ToldMailbox(address, box.relay_key, access, box.chosen)


def _is_public_key(key: bytes) -> bool:
    try:
        X25519.check_public(key)
    except InvalidKeyError:
        return False
    return True
