"""First contacts by mail: letters that strangers leave, and what becomes of them.

Source: docs/protocol.md, section 13.
"""

import logging
from enum import Enum, auto
from typing import Final

from messenger.core.errors import CryptoError, RemoteProtocolError
from messenger.core.types import ContactId, Relation
from messenger.crypto.noise.keys import KeyPair
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.conversation import Conversation
from messenger.engine.events import ContactAccepted
from messenger.protocol.introduction import Asked
from messenger.store.database import Transaction

log = logging.getLogger(__name__)

# Whose letter is kept; ACCEPTED: they have forgotten us, and a session of ours may stand.
_WELCOME: Final = frozenset(
    {Relation.REQUEST, Relation.ASKED, Relation.DECLINED, Relation.ACCEPTED}
)


class Taken(Enum):
    """What became of an envelope in the mailbox for letters."""

    YES = auto()
    NOT_NOW = auto()  # as many requests wait as may; the letter stays at the relay
    UNREADABLE = auto()


class Introductions:
    """Owner: the engine's loop thread."""

    def __init__(self, context: Context, contacts: Contacts) -> None:
        self._context = context
        self._contacts = contacts

    async def take(self, envelope: bytes) -> Taken:
        """Make a request of a letter, or agree with somebody whom we asked too."""
        found = self._read(envelope)
        if found is None:
            return Taken.UNREADABLE
        own, asked = found
        conversation = self._contacts.find(asked.peer_key)
        if conversation is not None:
            await self._from_known(conversation, own, asked, envelope)
            return Taken.YES
        if not self._contacts.has_room_for_requests:
            return Taken.NOT_NOW

        now = self._context.clock.unix_ms()

        def keep(tx: Transaction, contact: ContactId) -> None:
            tx.introductions.received(contact, own.public, envelope, now)

        await self._contacts.strangers.request_by_letter(asked, own.public, keep)
        return Taken.YES

    async def _from_known(
        self, conversation: Conversation, own: KeyPair, asked: Asked, envelope: bytes
    ) -> None:
        """A letter of somebody we know: they have agreed; what else it means, the relation says."""
        now, before = self._context.clock.unix_ms(), conversation.contact.relation

        def work(tx: Transaction) -> None:
            contact = tx.contact(conversation.contact.id)
            if not tx.introductions.first_time(asked.tag, now) or contact.frozen:
                return
            if contact.relation not in _WELCOME:
                return
            if contact.former_key is not None and asked.peer_key == contact.key:
                # Announced, and never shown by anybody in the session: it may be somebody else's,
                # who would be answered and appear under this name. A link settles it.
                log.warning("a letter under a key that a contact only announced is left")
                tx.contacts.count_ignored(contact.id)
                return
            if tx.introductions.is_answered(contact.id, asked.letter.ratchet_key, now):
                return  # they wrote again before they had our answer, which still waits for them
            # Of two letters that crossed, the one from the smaller key is answered, on both sides.
            if tx.introductions.own_to(contact.id) is not None and own.public < contact.key:
                return
            if contact.relation is not Relation.REQUEST:
                tx.contacts.set_relation(contact.id, Relation.ACCEPTED)
            tx.introductions.received(contact.id, own.public, envelope, now)

        await conversation.call(lambda: conversation.change_row(work))
        if before is not Relation.ACCEPTED is conversation.contact.relation:
            self._context.emit(ContactAccepted(conversation.contact))
        self._context.on_mailboxes()

    def _read(self, envelope: bytes) -> tuple[KeyPair, Asked] | None:
        for own in (self._context.own, *self._context.former.values()):
            try:
                asked = Asked.read(own, envelope)
            except (CryptoError, RemoteProtocolError):
                continue
            timely = asked.is_timely(self._context.clock.unix_ms())
            if timely and asked.peer_key not in self._context.own_keys:
                return own, asked
        return None
