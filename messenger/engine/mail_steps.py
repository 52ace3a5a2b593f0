"""The steps of a conversation that relays ask for: what goes into mailboxes, and what came out.

Run in turn with the other steps of the conversation, by its `call`.

Source: docs/relay.md, "What a client does"; docs/protocol.md, sections 12 and 13.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

from messenger.core.types import Contact, Relation
from messenger.engine.context import Context
from messenger.engine.events import ContactAccepted, MessageChanged
from messenger.engine.letters import Letters
from messenger.engine.live_link import LiveLink
from messenger.engine.ratchet import Ratchet
from messenger.engine.traffic import Traffic
from messenger.protocol.card import Card
from messenger.store.database import Transaction

T = TypeVar("T")


class Talk(Protocol):
    """What is needed of the conversation."""

    contact: Contact

    @property
    def live_link(self) -> LiveLink | None:
        """The link that stands."""
        ...

    async def change_row(self, work: Callable[[Transaction], T]) -> T:
        """Commit something about the contact and return what ``work`` did; tell if it shows."""
        ...

    async def refresh(self) -> None:
        """Read the contact again; tell if something shows."""
        ...

    def wake(self) -> None:
        """An address was learned: try it."""
        ...


class MailSteps:
    """Owner: the contact's conversation."""

    def __init__(self, context: Context, talk: Talk, ratchet: Ratchet, traffic: Traffic) -> None:
        self._context = context
        self._talk = talk
        self._traffic = traffic
        self._letters = Letters(context, ratchet)

    @property
    def goes_out(self) -> bool:
        """Whether what waits may go to the contact's mailboxes: no link carries it."""
        return self._talk.live_link is None and self.comes_in

    @property
    def comes_in(self) -> bool:
        """Whether what the contact left in a mailbox is taken in."""
        contact = self._talk.contact
        return contact.relation is Relation.ACCEPTED and not contact.frozen

    async def pack(self, mailbox: int) -> bool:
        """Seal what waits for one mailbox of the contact; False if nothing does."""
        return self.goes_out and await self._traffic.mail.pack(self._talk.contact, mailbox)

    async def accepted(self, deposit: int, host: str) -> None:
        """A relay has an envelope of ours."""
        for message in await self._traffic.mail.accepted(deposit, host):
            self._context.emit(MessageChanged(message))

    async def receive(self, envelope: bytes) -> bool:
        """Take in what the contact left in a mailbox; False if it does not open."""
        link = self._talk.live_link
        return await self._traffic.receive_mail(link, self._talk.contact, envelope)

    async def ask_at(self, card: Card) -> bool:
        """Ask by letter, where a newer link of theirs says; False if nothing is gained by it."""
        contact = self._talk.contact
        if self._talk.live_link is not None or contact.frozen or contact.key != card.key:
            return False
        asks = await self._talk.change_row(lambda tx: self._letters.ask_at(tx, contact, card))
        if asks:
            self._talk.wake()
            self._context.on_mailboxes()
        return asks

    async def read_reply(self, envelope: bytes) -> bool:
        """Take in the answer to our letter, with which both have agreed; False if it is none."""
        contact = self._talk.contact
        if contact.relation is not Relation.ASKED or contact.frozen:
            return False
        if not await self._letters.read_reply(contact, envelope):
            return False
        await self._talk.refresh()
        self._context.emit(ContactAccepted(self._talk.contact))
        self._talk.wake()
        return True

    async def answer_letter(self) -> None:
        """Answer a letter of theirs, if one waits and no link was faster."""
        if self.goes_out and await self._letters.answer(self._talk.contact):
            self._talk.wake()
