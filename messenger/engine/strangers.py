"""Those whom we do not know: heard at the door or by letter, and made a request of.

Source: docs/protocol.md, sections 6 and 13.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from messenger.core.errors import MessengerError
from messenger.core.redaction import redacted
from messenger.core.types import Contact, ContactId, Fork, PinOrigin, Relation
from messenger.engine.context import Context
from messenger.engine.conversation import Conversation
from messenger.engine.doorstep import Doorstep
from messenger.engine.events import ContactAdded, ContactRequested
from messenger.engine.links import Links
from messenger.engine.names import clean_name
from messenger.engine.rotation import announce
from messenger.engine.turned_away import TurnedAway
from messenger.protocol.control import Forked, Goodbye, GoodbyeReason
from messenger.protocol.introduction import Asked
from messenger.store.database import Transaction
from messenger.wire.messages import LinkUp

log = logging.getLogger(__name__)

MAX_DOORSTEP_COUNT: Final = 32  # strangers who have not said hello yet
MAX_REQUEST_COUNT: Final = 100  # unanswered requests; further strangers are turned away
# Links of people who only ask: each sends as many cells as a contact's, and nobody has agreed to
# that. Whoever comes later is kept as a request and calls again until there is room, or consent.
MAX_ASKING_LINKS: Final = 16  # links of people who only ask; ours


class People(Protocol):
    """What is needed of those whom we know."""

    @property
    def request_count(self) -> int:
        """How many requests nobody has answered."""
        ...

    def find(self, key: bytes) -> Conversation | None:
        """Return the conversation with whoever has this key, or had it before."""
        ...

    def find_by_id(self, contact: ContactId) -> Conversation | None:
        """Return the conversation with a contact, declined or not."""
        ...

    async def begin(self, contact: Contact) -> Conversation:
        """Begin the conversation with somebody who was just committed."""
        ...


class Strangers:
    """Owner: the engine's loop thread."""

    def __init__(self, context: Context, links: Links, people: People) -> None:
        self.doorsteps: set[Doorstep] = set()
        self._context = context
        self._links = links
        self._people = people
        self._tasks: set[asyncio.Task[None]] = set()
        self._taking_in = asyncio.Lock()

    @property
    def have_room(self) -> bool:
        """Whether one more may ask."""
        requests, doorsteps = self._people.request_count, len(self.doorsteps)
        return requests < MAX_REQUEST_COUNT and doorsteps < MAX_DOORSTEP_COUNT

    def on_link(self, up: LinkUp) -> None:
        """Somebody proved a key that is nobody's: hear them until their first hello."""
        self.doorsteps.add(Doorstep(self._links, up, self._on_hello, self.doorsteps.discard))

    def _on_hello(self, doorstep: Doorstep) -> None:
        task = asyncio.create_task(self._take_in(doorstep))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_in(self, doorstep: Doorstep) -> None:
        """Make a request of a stranger who said hello."""
        try:
            if await self._is_retired(doorstep):
                return
            conversation = await self._conversation_with(doorstep)
        except MessengerError as error:
            log.warning("a request cannot be kept now: %s", error.kind)
            doorstep.close()
            return
        finally:
            self.doorsteps.discard(doorstep)
        if doorstep.ended:
            return
        if conversation is None:  # they were told so before, and the person hears nothing of it
            farewell = Goodbye(GoodbyeReason.DECLINED)
            TurnedAway(self._links, doorstep.up.link, farewell)
        else:
            conversation.attach(doorstep.up)
            doorstep.hand_over(conversation)

    async def _is_retired(self, doorstep: Doorstep) -> bool:
        """Turn away whoever comes with a key that a contact has replaced, and tell both of it."""
        key = doorstep.up.peer_key
        retired = await self._context.store.read(lambda reader: reader.retired_keys())
        owner = self._people.find_by_id(retired[key]) if key in retired else None
        if owner is None:
            return False
        if not doorstep.ended:
            TurnedAway(
                self._links,
                doorstep.up.link,
                Forked(Fork.RETIRED, own=False),
                Goodbye(GoodbyeReason.KEY_CHANGE),
            )
        owner.soon(owner.on_retired_key)
        return True

    async def _conversation_with(self, doorstep: Doorstep) -> Conversation | None:
        """Return the conversation with whoever asks; None: they were declined not long ago."""
        up, now = doorstep.up, self._context.clock.unix_ms()

        def work(tx: Transaction) -> Contact | None:
            if tx.declined.holds(up.peer_key, now):
                return None
            return self._new_request(tx, up.peer_key, doorstep.name, up.own_key)

        async with self._taking_in:  # a stranger may stand at the door twice
            conversation = self._people.find(up.peer_key)
            if conversation is not None:
                return conversation
            contact = await self._context.store.write(work)
            return None if contact is None else await self._begin_request(contact)

    async def request_by_letter(
        self, asked: Asked, own_key: bytes, keep: Callable[[Transaction, ContactId], None]
    ) -> None:
        """Make a request of a letter; one that was read before or comes too soon makes none.

        Args:
            own_key: public half of our key that the letter is to.
            keep: keeps the letter, in the same transaction.
        """

        def work(tx: Transaction) -> Contact | None:
            now = self._context.clock.unix_ms()
            if not tx.introductions.first_time(asked.tag, now):
                return None
            if asked.peer_key in tx.retired_keys() or tx.declined.holds(asked.peer_key, now):
                return None
            contact = self._new_request(tx, asked.peer_key, asked.letter.name, own_key)
            keep(tx, contact.id)
            return contact

        async with self._taking_in:
            if self._people.find(asked.peer_key) is None:
                contact = await self._context.store.write(work)
                if contact is not None:
                    await self._begin_request(contact)

    async def _begin_request(self, contact: Contact) -> Conversation:
        log.info("a request from %s", redacted(contact.key))
        conversation = await self._people.begin(contact)
        self._context.emit(ContactAdded(contact))
        self._context.emit(ContactRequested(contact))
        return conversation

    def _new_request(self, tx: Transaction, key: bytes, name: str, own_key: bytes) -> Contact:
        contact = tx.contacts.add(
            key=key,
            name=clean_name(name),
            alias=None,
            relation=Relation.REQUEST,
            origin=PinOrigin.REQUEST,
            pinned_at=self._context.clock.unix_ms(),
        )
        number = self._context.identity_number(own_key)
        if number is not None:  # they have an old link of ours
            tx.identity.known_by(contact.id, number)
            announce(tx, self._context.own.public, (contact.id,))
        return tx.contact(contact.id)
