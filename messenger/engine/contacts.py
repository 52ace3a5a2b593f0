"""The people: adding, accepting, declining, blocking, verifying, and the links that find them."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Final

from messenger.core.errors import (
    ContactExistsError,
    InputError,
    KeyChangedError,
    NoSuchContactError,
    NotAllowedError,
    OwnLinkError,
)
from messenger.core.types import Address, Contact, ContactId, LaneState, PinOrigin, Relation
from messenger.crypto.fingerprint import parse_fingerprint, safety_number
from messenger.engine.addresses import check_address
from messenger.engine.commands import (
    AcceptContact,
    AddContact,
    BlockContact,
    ConnectToAddress,
    DeclineContact,
    GetSafetyNumber,
    GetSessionInfo,
    KeepFrozen,
    ListContacts,
    RemoveContact,
    RenameContact,
    SetContactCover,
    SetVerified,
    TreatAsNewContact,
)
from messenger.engine.context import Context
from messenger.engine.conversation import Conversation
from messenger.engine.covers import check_cover
from messenger.engine.dialer import wants_link
from messenger.engine.events import (
    ContactAccepted,
    ContactAdded,
    ContactRemoved,
    SessionInfo,
)
from messenger.engine.links import Links, OtherKeyAnsweredError
from messenger.engine.names import clean_name
from messenger.engine.ratchet import Ratchet
from messenger.engine.strangers import MAX_ASKING_LINKS, Strangers
from messenger.protocol.card import Card, decode_link
from messenger.protocol.mailbox import Access
from messenger.store.database import Transaction
from messenger.store.reader import DIALLED
from messenger.wire.messages import LinkUp

MAX_UNTOLD_COUNT: Final = 100  # declined, not back to hear it; the oldest goes first; ours


class Contacts:
    """All conversations of a node. Owner: the engine's loop thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._by_id: dict[ContactId, Conversation] = {}
        self.links = Links(context.wire, self._on_link)
        self.strangers = Strangers(context, self.links, self)
        self._tasks: set[asyncio.Task[None]] = set()
        self._started = False

    async def start(self) -> None:
        """Take up the conversation with every contact of the store."""
        run, at = self._context.run, self._context.clock.unix_ms()
        await self._context.store.write(lambda tx: tx.lineage.begin(run, at))
        for contact in await self._context.store.read(lambda reader: reader.contacts()):
            await self.begin(contact)
        self._started = True

    async def stop(self) -> None:
        """End all conversations."""
        await asyncio.gather(*(conversation.stop() for conversation in self._by_id.values()))
        self._by_id.clear()

    def conversation(self, contact: ContactId) -> Conversation:
        """Return the conversation with a contact.

        Raises:
            NoSuchContactError: there is none, or it was declined.
        """
        found = self._by_id.get(contact)
        if found is None or found.contact.relation is Relation.REFUSED:
            raise NoSuchContactError("There is no such contact.")
        return found

    def refresh(self, contact: ContactId) -> None:
        """Tell soon how a contact stands after something else changed it."""
        if (conversation := self._by_id.get(contact)) is not None:
            conversation.soon(conversation.refresh)

    def wanted(self) -> tuple[Contact, ...]:
        """Return everybody whom we dial and let in, connected now or not."""
        people = (conversation.contact for conversation in self._by_id.values())
        return tuple(contact for contact in people if wants_link(contact))

    def is_online(self, contact: ContactId) -> bool:
        """Whether a link to a contact stands."""
        found = self._by_id.get(contact)
        return found is not None and found.online

    def writing(self) -> frozenset[ContactId]:
        """Return with whom mail may be exchanged through relays."""
        return frozenset(c for c, conversation in self._by_id.items() if conversation.mail.comes_in)

    def find(self, key: bytes) -> Conversation | None:
        """Return the conversation with whoever has this key, or had it before."""
        people = self._by_id.values()
        found = next((c for c in people if c.contact.key == key), None)
        return found or next((c for c in people if c.contact.former_key == key), None)

    def find_by_id(self, contact: ContactId) -> Conversation | None:
        """Return the conversation with a contact, declined or not."""
        return self._by_id.get(contact)

    @property
    def request_count(self) -> int:
        """How many requests nobody has answered."""
        people = self._by_id.values()
        return sum(c.contact.relation is Relation.REQUEST for c in people)

    def _may_wait(self) -> bool:
        """Whether the link of one more who only asks may stand."""
        asking = (c for c in self._by_id.values() if c.contact.relation is Relation.REQUEST)
        return sum(c.live_link is not None for c in asking) < MAX_ASKING_LINKS

    def on_found(self, contact: Contact, addresses: tuple[Address, ...]) -> None:
        """A contact was heard in the local network: keep where, and dial."""
        if (conversation := self._by_id.get(contact.id)) is not None:
            conversation.soon(partial(conversation.on_found, addresses))

    def dial_again(self) -> None:
        """There may be another way to everybody."""
        for conversation in self._by_id.values():
            conversation.dial_again()

    def tell_presence(self) -> None:
        """Tell again who is connected, to somebody who has not listened."""
        for conversation in self._by_id.values():
            conversation.soon(conversation.tell_presence)

    def forget_skipped(self, before: int) -> None:
        """Give up envelopes of all contacts that were found missing before Unix ms ``before``."""
        for conversation in self._by_id.values():
            conversation.soon(partial(conversation.forget_skipped, before))

    def contact_of_link(self, link: int) -> ContactId | None:
        """Return whose link has this number."""
        for contact, conversation in self._by_id.items():
            if conversation.link_number == link:
                return contact
        return None

    def runs_fast(self, link: int) -> bool:
        """Return whether a fast lane runs on the link with this number."""
        people = self._by_id.values()
        return any(c.link_number == link and c.lane.state is LaneState.RUNNING for c in people)

    # -- commands -----------------------------------------------------------------------------

    async def list(self, _: ListContacts) -> tuple[Contact, ...]:
        """All contacts that are shown."""
        contacts = await self._context.store.read(lambda reader: reader.contacts())
        return tuple(c for c in contacts if c.relation is not Relation.REFUSED)

    async def add(self, command: AddContact) -> Contact:
        """Pin a key that came by another way than our own wire."""
        card = await asyncio.to_thread(_read_card, command)
        key = card.key
        if key in self._context.own_keys:
            raise OwnLinkError("This is your own link; give it to the person you want to add.")
        known = self.find(key)
        if known is None:
            return await self._pin(card, command.alias, command.origin)
        # Somebody who asked us, or whom we declined, is accepted by adding their link.
        if known.contact.relation in {Relation.REQUEST, Relation.REFUSED}:
            return await self._agree(known)
        # With somebody we have nothing in common with yet, it is another way to ask.
        if await known.call(lambda: known.mail.ask_at(card)):
            return known.contact
        if known.contact.former_key is not None and known.contact.key == key:
            raise NotAllowedError(
                "{name} has announced this key as their new one and not shown it yet. Wait until "
                "{name} was connected under it; or remove {name}, if this link is somebody else's.",
                name=known.contact.title,
            )
        raise ContactExistsError(f"You have already added this person, as {known.contact.title}.")

    async def connect(self, command: ConnectToAddress) -> Contact:
        """Pin whoever answers at an address; report another key than the one pinned for it."""
        check_address(command.address)
        there = await self._context.store.read(lambda reader: reader.contacts_at(command.address))
        agreed = [c for c in there if c.relation in {Relation.ASKED, Relation.ACCEPTED}]
        expected = self._by_id.get(agreed[0].id) if agreed else None
        context = self._context
        cover = context.cover_for(expected.contact) if expected else context.cover_for_one_more()
        try:
            up = await self.links.dial(
                command.address,
                cover,
                peer_key=None,
                expect=expected.contact.key if expected else None,
            )
        except OtherKeyAnsweredError as error:
            assert expected is not None
            if self.find(error.key) is None:
                await expected.freeze(error.key)
                raise KeyChangedError(
                    "{name}'s computer shows another key than the one pinned.",
                    name=expected.contact.title,
                ) from error
            # Two contacts share the address, as behind one router.
            up = await self.links.dial(command.address, cover, peer_key=error.key)
        try:
            conversation = await self._who_answered(up, command)
        except BaseException:
            self.links.close(up.link)
            raise
        conversation.attach(up)
        return conversation.contact

    async def _who_answered(self, up: LinkUp, command: ConnectToAddress) -> Conversation:
        if up.peer_key in self._context.own_keys:
            raise OwnLinkError("That address is this computer's own.")
        conversation = self.find(up.peer_key)
        if conversation is None:
            return await self._pin_first_use(up.peer_key, command)
        if conversation.contact.frozen or conversation.contact.relation is Relation.BLOCKED:
            raise NotAllowedError("{name} is blocked or frozen.", name=conversation.contact.title)
        if conversation.contact.relation in {Relation.REQUEST, Relation.REFUSED}:
            await self._agree(conversation)
        return conversation

    async def _pin_first_use(self, key: bytes, command: ConnectToAddress) -> Conversation:
        contact = await self._pin(Card(key), command.alias, PinOrigin.FIRST_USE)
        now = self._context.clock.unix_ms()
        await self._context.store.write(
            lambda tx: tx.contacts.save_address(contact.id, command.address, DIALLED, now)
        )
        return self._by_id[contact.id]

    async def accept(self, command: AcceptContact) -> Contact:
        """Accept a request."""
        conversation = self.conversation(command.contact)
        if conversation.contact.relation is not Relation.REQUEST:
            raise NotAllowedError(
                "{name} is not asking to be a contact.", name=conversation.contact.title
            )
        return await self._agree(conversation)

    async def _agree(self, conversation: Conversation) -> Contact:
        """Consent to what the other side asked for."""
        contact = await conversation.call(
            lambda: conversation.change(
                lambda tx: tx.contacts.set_relation(conversation.contact.id, Relation.ACCEPTED)
            )
        )
        self._context.emit(ContactAccepted(contact))
        return contact

    async def decline(self, command: DeclineContact) -> None:
        """Decline a request: of the asker only the key is kept, for a while, once they know."""
        conversation = self.conversation(command.contact)
        if conversation.contact.relation is not Relation.REQUEST:
            raise NotAllowedError(
                "{name} is not asking to be a contact.", name=conversation.contact.title
            )
        await conversation.call(conversation.refuse)
        self._context.emit(ContactRemoved(command.contact))
        untold = [c for c in self._by_id.values() if c.contact.relation is Relation.REFUSED]
        for oldest in untold[:-MAX_UNTOLD_COUNT]:
            await self._forget_refused(oldest)

    async def block(self, command: BlockContact) -> Contact:
        """Block, or take it back: then the contact asks again."""
        conversation = self.conversation(command.contact)
        relation = Relation.BLOCKED if command.blocked else Relation.REQUEST
        if not command.blocked and conversation.contact.relation is not Relation.BLOCKED:
            raise NotAllowedError("{name} is not blocked.", name=conversation.contact.title)
        return await conversation.call(
            lambda: conversation.change(
                lambda tx: tx.contacts.set_relation(command.contact, relation)
            )
        )

    async def remove(self, command: RemoveContact) -> None:
        """Forget a contact and everything said."""
        await self._forget(self.conversation(command.contact))
        self._context.emit(ContactRemoved(command.contact))

    async def rename(self, command: RenameContact) -> Contact:
        """Set or clear our own name for a contact."""
        conversation = self.conversation(command.contact)
        alias = clean_name(command.alias or "") or None
        return await conversation.call(
            lambda: conversation.change(lambda tx: tx.contacts.set_alias(command.contact, alias))
        )

    async def set_cover(self, command: SetContactCover) -> Contact:
        """Choose the cover of a contact's next link; the one that stands stays as it is."""
        conversation = self.conversation(command.contact)
        if command.cover is not None:
            check_cover(command.cover)
        return await conversation.call(
            lambda: conversation.change(
                lambda tx: tx.contacts.set_cover(command.contact, command.cover)
            )
        )

    async def safety_number(self, command: GetSafetyNumber) -> str:
        """Derive the number that both sides compare.

        Raises:
            NotAllowedError: their key was only announced: it may be somebody else's, with whom the
                comparison would succeed.
        """
        contact = self.conversation(command.contact).contact
        if contact.former_key is not None:
            raise NotAllowedError(
                "{name} has announced a new key and not shown it yet. Compare it once you were "
                "connected; over relays alone, remove {name} and add each other anew.",
                name=contact.title,
            )
        own_key = self._context.key_for(contact).public  # both sides show the same number
        return await asyncio.to_thread(safety_number, own_key, contact.key)

    async def verify(self, command: SetVerified) -> Contact:
        """Remember that the numbers were compared, or forget it.

        Raises:
            NotAllowedError: what was compared is the number of other keys than the present ones, or
                their key was only announced.
        """
        conversation = self.conversation(command.contact)
        at = self._context.clock.unix_ms() if command.verified else None

        async def step() -> Contact:  # no key of theirs is adopted in the middle of a step
            if command.verified:
                number = await self.safety_number(GetSafetyNumber(command.contact))
                if command.number not in {number, None}:
                    raise NotAllowedError(
                        "The safety number with {name} has changed meanwhile. Compare the new one.",
                        name=conversation.contact.title,
                    )
            return await conversation.change(
                lambda tx: tx.contacts.set_verified(command.contact, at)
            )

        return await conversation.call(step)

    async def keep_frozen(self, command: KeepFrozen) -> Contact:
        """Stay with the pinned key: the other one is forgotten."""
        conversation = self.conversation(command.contact)
        if not conversation.contact.frozen:
            raise NotAllowedError("{name} shows no other key.", name=conversation.contact.title)
        return await conversation.call(
            lambda: conversation.change(
                lambda tx: tx.contacts.set_changed_key(command.contact, None, None)
            )
        )

    async def treat_as_new(self, command: TreatAsNewContact) -> Contact:
        """Make a contact of the other key; the old one stays as it was, with its pin."""
        old = self.conversation(command.contact)
        other_key = old.contact.changed_key
        if other_key is None:
            raise NotAllowedError("{name} shows no other key.", name=old.contact.title)
        addresses = await self._context.store.write(
            lambda tx: tx.contacts.addresses(command.contact)
        )
        new = await self._pin(Card(other_key), None, PinOrigin.FIRST_USE, addresses)
        await self._context.store.write(lambda tx: tx.contacts.clear_addresses(command.contact))
        await self.keep_frozen(KeepFrozen(command.contact))
        return new

    async def session_info(self, command: GetSessionInfo) -> SessionInfo:
        """Where the ratchet of a conversation stands."""
        conversation = self.conversation(command.contact)
        ignored_count = await self._context.store.write(
            lambda tx: tx.contacts.ignored_count(command.contact)
        )
        return replace(conversation.session_info(), ignored_count=ignored_count)

    # -- links ----------------------------------------------------------------------------------

    def _on_link(self, up: LinkUp) -> None:
        """Somebody dialled us and proved a key."""
        conversation = self.find(up.peer_key)
        if conversation is not None:
            conversation.attach(up)
        elif up.peer_key in self._context.own_keys or not self.has_room_for_requests:
            self.links.close(up.link)
        else:
            self.strangers.on_link(up)

    @property
    def has_room_for_requests(self) -> bool:
        """Whether one more stranger may ask; not while we start and do not know our contacts."""
        return self._started and self.strangers.have_room

    # -- the table ------------------------------------------------------------------------------

    async def _pin(
        self,
        card: Card,
        alias: str | None,
        origin: PinOrigin,
        addresses: tuple[Address, ...] = (),
    ) -> Contact:
        now = self._context.clock.unix_ms()

        def work(tx: Transaction) -> Contact:
            tx.declined.forget(card.key)
            contact = tx.contacts.add(
                key=card.key,
                name=clean_name(card.name or ""),
                alias=clean_name(alias or "") or None,
                relation=Relation.ASKED,
                origin=origin,
                pinned_at=now,
            )
            for address in (*card.addresses, *addresses):
                tx.contacts.save_address(contact.id, address, "card", now)
            if (door := card.introduction) is not None:
                access = Access(door.mailbox, door.deposit_token)
                tx.introductions.expect(contact.id, door.relay, door.relay_key, access, now)
            return contact

        contact = await self._context.store.write(work)
        await self.begin(contact)
        self._context.emit(ContactAdded(contact))
        if card.introduction is not None:
            self._context.on_mailboxes()
        return contact

    async def begin(self, contact: Contact) -> Conversation:
        """Begin the conversation with somebody who is in the store."""
        ratchet = await Ratchet.load(self._context, contact)
        conversation = Conversation(
            self._context,
            self.links,
            contact,
            ratchet,
            on_told=self._on_told,
            may_wait=self._may_wait,
        )
        self._by_id[contact.id] = conversation
        return conversation

    def _on_told(self, conversation: Conversation) -> None:
        """The asker knows that we declined: nothing of theirs remains but the key."""
        task = asyncio.create_task(self._forget_refused(conversation))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forget_refused(self, conversation: Conversation) -> None:
        if conversation.contact.relation is Relation.REFUSED:
            await self._forget(conversation, declined=True)

    def own_key_changed(self) -> None:
        """Let everybody be told of our new key."""
        for conversation in self._by_id.values():
            conversation.soon(conversation.refresh)
            conversation.nudge()

    def say_hello(self) -> None:
        """Tell everybody who is connected what has changed about us."""
        for conversation in self._by_id.values():
            conversation.soon(conversation.greet)

    async def _forget(self, conversation: Conversation, *, declined: bool = False) -> None:
        contact, now = conversation.contact, self._context.clock.unix_ms()

        def work(tx: Transaction) -> None:
            tx.contacts.remove(contact.id)
            if declined:
                tx.declined.note(contact.key, now)

        self._by_id.pop(contact.id, None)
        await conversation.stop()
        await self._context.store.write_removal(work)


def _read_card(command: AddContact) -> Card:
    """Read a link or fingerprint; slow for a damaged one, because it looks for the mistake."""
    if command.link is not None:
        return decode_link(command.link)
    if command.fingerprint is None:
        raise InputError("A contact is added by a link or by a fingerprint.")
    if command.address is not None:
        check_address(command.address)
    addresses = (command.address,) if command.address else ()
    return Card(parse_fingerprint(command.fingerprint), addresses)
