"""Relays: which ones, our mailboxes there, those of our contacts, and how all of it stands.

Source: docs/relay.md, "What a client does".
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Final

from messenger.core.errors import (
    CryptoError,
    InputError,
    MessengerError,
    NoSuchContactError,
    ProtocolError,
    StoreError,
)
from messenger.core.ids import new_message_id
from messenger.core.types import (
    ContactId,
    MailRoute,
    MailTrouble,
    OwnRelay,
    Relation,
    RelayId,
    RelayOverview,
    RelayState,
)
from messenger.engine.addresses import is_loopback, leads_astray
from messenger.engine.commands import AddRelay, ListRelays, RemoveRelay
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.events import Failure, MessageChanged, RelaysChanged
from messenger.engine.introductions import Introductions, Taken
from messenger.engine.letters import own_boxes, write_letter
from messenger.engine.relay_post import RelayPost
from messenger.protocol.bodies import MAILBOXES_KIND, Mailboxes, encode_body
from messenger.protocol.card import Introduction
from messenger.protocol.mailbox import LIFETIME_S
from messenger.protocol.relay_card import decode_relay_link
from messenger.store.database import Transaction
from messenger.store.introductions import OwnLetter, TheirLetter
from messenger.store.mail import Deposit
from messenger.store.relays import UNMADE, MailboxState, OwnMailbox, Relay

log = logging.getLogger(__name__)

MAX_OWN: Final = 3  # relays of ours; a list of mailboxes names as many
SETTLE_S: Final = 6 * 3600.0  # letters grow old by themselves
MAX_CONNECTED: Final = 16  # relays, those of contacts included: each costs as much as a contact


@dataclass(frozen=True, slots=True)
class _Settled:
    """What follows once mailboxes are in line with people and relays."""

    needed: tuple[Relay, ...]
    told: Set[ContactId]  # whom a list of our mailboxes waits for
    letters: tuple[TheirLetter, ...]  # to be answered
    introduction: Introduction | None  # what our link says


class Relays:
    """All relays of a node, and the Desk of their visits. Owner: the engine's loop thread."""

    def __init__(
        self,
        context: Context,
        contacts: Contacts,
        on_link_changed: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin.

        Args:
            on_link_changed: called when strangers are to leave letters elsewhere than before.
        """
        self._context = context
        self._contacts = contacts
        self._on_link_changed = on_link_changed
        self._introductions = Introductions(context, contacts)
        self._posts: dict[RelayId, RelayPost] = {}
        self._troubles: dict[int, MailTrouble] = {}  # by mailbox of a contact
        self._refused: dict[RelayId, int] = {}  # envelopes that did not open
        self._changed = asyncio.Event()
        self._shown = asyncio.Event()
        self._told: RelayOverview | None = None  # what was told last
        self._tasks: list[asyncio.Task[None]] = []
        self._people = frozenset[ContactId]()  # with whom mail is exchanged
        self._settling = asyncio.Lock()
        self._at_home = False  # contacts may send us to this computer
        context.on_mailboxes = self.follow

    async def start(self, links: Sequence[str] = ()) -> None:
        """Connect to every relay that is needed, after taking up those of the command line.

        Raises:
            InputError: one of ``links`` is no link of a relay, or there are too many.
        """
        for link in links:
            await self._choose(link)
        await self._settle()
        self._tasks = [
            asyncio.create_task(self._keep_settled()),
            asyncio.create_task(self._keep_shown()),
        ]

    async def stop(self) -> None:
        """End all links to relays."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(post.stop() for post in self._posts.values()))
        self._posts.clear()

    def follow(self) -> None:
        """Mailboxes are other ones now: see soon what that changes."""
        self._changed.set()

    def follow_people(self) -> None:
        """Somebody came, went or changed: see whether that concerns relays."""
        people = self._contacts.writing()
        if people != self._people:
            self._people = people
            self._changed.set()

    def dial_again(self) -> None:
        """This computer has another way to others: try what was out of reach."""
        for post in self._posts.values():
            post.dial_again()

    @property
    def link_count(self) -> int:
        """How many relays are connected to, or dialled."""
        return len(self._posts)

    # -- commands ---------------------------------------------------------------------------------

    async def add(self, command: AddRelay) -> RelayOverview:
        """Choose a relay; mailboxes are made there for every contact, and told to them."""
        await self._choose(command.link)
        await self._settle()
        return await self.overview()

    async def remove(self, command: RemoveRelay) -> RelayOverview:
        """Leave a relay: contacts are told, then the mailboxes there are emptied and deleted."""
        if not await self._context.store.write(lambda tx: tx.relays.leave(command.relay)):
            raise InputError("There is no such relay.")
        await self._settle()
        return await self.overview()

    async def show(self, _: ListRelays) -> RelayOverview:
        """Say how all relays stand."""
        return await self.overview()

    async def _choose(self, link: str) -> None:
        card = await asyncio.to_thread(decode_relay_link, link)

        def work(tx: Transaction) -> None:
            known = tx.relays.own()
            if any((r.address, r.key) == (card.address, card.key) for r in known):
                return
            if len(known) >= MAX_OWN:
                raise InputError(
                    "You have {count} relays already. Remove one of them first.", count=MAX_OWN
                )
            tx.relays.choose(card.address, card.key)

        await self._context.store.write(work)

    async def overview(self) -> RelayOverview:
        """Say how all relays stand."""

        def work(tx: Transaction) -> RelayOverview:
            boxes = tx.relays.all_mailboxes()
            return RelayOverview(
                tuple(self._own_relay(relay, boxes) for relay in tx.relays.own()),
                tuple(
                    MailRoute(
                        box.contact,
                        relay.address,
                        self._state_of(relay.id),
                        self._trouble_of(box.number, relay),
                        tx.mail.waiting_count(box.number),
                    )
                    for box, relay in tx.mail.routes()
                ),
            )

        return await self._context.store.write(work)

    def _own_relay(self, relay: Relay, boxes: Sequence[OwnMailbox]) -> OwnRelay:
        wanted = (b for b in boxes if b.relay == relay.id and b.state in UNMADE)
        return OwnRelay(
            relay.id,
            relay.address,
            relay.key,
            self._state_of(relay.id),
            sum(1 for _ in wanted),
            self._refused.get(relay.id, 0),
        )

    def _trouble_of(self, mailbox: int, relay: Relay) -> MailTrouble | None:
        post = self._posts.get(relay.id)
        left_out = post is None and not relay.ours and leads_astray(relay.address.host)
        if left_out or (post is not None and post.astray):
            return MailTrouble.ASTRAY
        return self._troubles.get(mailbox)

    def _state_of(self, relay: RelayId) -> RelayState:
        post = self._posts.get(relay)
        return RelayState.UNREACHABLE if post is None else post.state

    # -- what is needed ---------------------------------------------------------------------------

    async def _keep_settled(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SETTLE_S):
                    await self._changed.wait()
            self._changed.clear()
            try:
                await self._settle()
            except MessengerError as error:
                log.error("mailboxes cannot be settled now: %s", error.kind)
                if isinstance(error, StoreError):
                    self._context.emit(Failure(error))
            except Exception:  # the top of the task
                log.exception("settling mailboxes failed in a way that nobody planned")

    async def _settle(self) -> None:
        """Bring mailboxes and links into line with people and relays."""

        def work(tx: Transaction) -> _Settled:
            now = self._context.clock.unix_ms()
            people = {c.id for c in tx.all_contacts() if c.relation is Relation.ACCEPTED}
            letters = tx.introductions.own()
            tx.relays.forget_given_up(now)
            tx.mail.hold_back(now)
            tx.mail.forget_answers(now)
            told = people.intersection(tx.relays.settle(_places(tx, people, letters), now))
            for contact in told:
                self._tell(tx, contact, now)
            for letter in letters:
                write_letter(self._context, tx, letter)
            own = tx.relays.own()
            door = tx.relays.settle_introduction(own[0].id if own else None, now)
            return _Settled(
                tx.relays.needed(), told, tx.introductions.to_answer(), _introduction(own, door)
            )

        await self._let_wait_again()
        async with self._settling:
            settled = await self._context.store.write(work)
            await self._connect(settled.needed)
        for contact in settled.told:
            self._nudge(contact)
        if settled.introduction != self._context.introduction:
            self._context.introduction = settled.introduction
            self._on_link_changed()
        for letter in settled.letters:
            await self._answer(letter.contact)

    async def _let_wait_again(self) -> None:
        """What relays have forgotten by now waits here, whether they can be reached or not."""
        before = self._context.clock.unix_ms() - LIFETIME_S * 1000
        for message in await self._context.store.write(
            lambda tx: tx.messages.forgotten_by_relays(before)
        ):
            self._context.emit(MessageChanged(message))

    async def _answer(self, contact: ContactId) -> None:
        """Answer a letter; what is wrong with one of them stops neither others nor a start."""
        try:
            conversation = self._contacts.conversation(contact)
            await conversation.call(conversation.mail.answer_letter)
        except NoSuchContactError:
            pass  # removed in the meantime
        except (CryptoError, ProtocolError) as error:
            log.error("the letter of contact %d is not answered: %s", contact, error.kind)

    async def _connect(self, needed: Sequence[Relay]) -> None:
        self._at_home = is_at_home(needed, only_here=self._context.only_here)
        wanted = {relay.id: relay for relay in self._allowed(needed)[:MAX_CONNECTED]}
        for gone in self._posts.keys() - wanted.keys():
            await self._posts.pop(gone).stop()
        for number, relay in wanted.items():
            if number not in self._posts:
                self._posts[number] = RelayPost(
                    self._context,
                    self._contacts.links,
                    relay,
                    self,
                    self._shown.set,
                    lambda: self._at_home,
                )
            else:
                await self._posts[number].look_again(relay)
        self._shown.set()

    def _allowed(self, relays: Sequence[Relay]) -> list[Relay]:
        """Leave out what a contact may not send us to.

        That is our own computer, and anything at all if we show nobody where we are.
        """
        network = self._context.network
        if not network.direct and network.proxy is None:
            return [relay for relay in relays if relay.ours]
        return dialled_relays(relays, at_home=self._context.only_here)

    def _tell(self, tx: Transaction, contact: ContactId, now: int) -> None:
        """Queue the present list of our mailboxes for a contact, in place of one before it."""
        boxes = own_boxes(tx, contact)
        body = Mailboxes(new_message_id(), boxes, tx.relays.next_told_at(contact, now))
        tx.outbox.drop_kind(contact, MAILBOXES_KIND)
        tx.outbox.add_body(contact, body.id, encode_body(body), kind=MAILBOXES_KIND)

    # -- Desk -------------------------------------------------------------------------------------

    async def mailboxes(self, relay: Relay) -> tuple[OwnMailbox, ...]:
        return await self._context.store.write(lambda tx: tx.relays.mailboxes_at(relay.id))

    async def made(self, box: OwnMailbox) -> None:
        def work(tx: Transaction) -> None:
            tx.relays.note_made(box.number)
            if box.contact is not None and box.state is MailboxState.WANTED:
                self._tell(tx, box.contact, self._context.clock.unix_ms())

        await self._context.store.write(work)
        if box.contact is not None:
            self._nudge(box.contact)
        self._shown.set()
        self.follow()  # a letter, or our link, may have waited for it

    async def lost(self, box: OwnMailbox) -> None:
        if await self._context.store.write(lambda tx: tx.relays.note_lost(box.number)):
            log.warning("a relay has lost a mailbox of ours; it is made again")

    async def may_delete(self, box: OwnMailbox) -> bool:
        contact = box.contact
        if contact is None:
            return True

        def work(tx: Transaction) -> bool:
            accepted = tx.contact(contact).relation is Relation.ACCEPTED
            return not accepted or not tx.outbox.holds(contact, MAILBOXES_KIND)

        return await self._context.store.write(work)

    async def wants_mail(self, box: OwnMailbox) -> bool:
        contact = box.contact
        if contact is None:
            return box.introduction

        def work(tx: Transaction) -> bool:
            return tx.contact(contact).relation in {Relation.ACCEPTED, Relation.ASKED}

        return await self._context.store.write(work)

    async def deleted(self, box: OwnMailbox) -> None:
        await self._context.store.write(lambda tx: tx.relays.forget_mailbox(box.number))
        self.follow()  # perhaps nobody needs the relay any more

    async def deliver(self, box: OwnMailbox, envelope: bytes) -> bool:
        taken = await self._taken(box, envelope)
        if taken is Taken.NOT_NOW:
            return False
        readable = taken is Taken.YES
        if not readable:
            self._refused[box.relay] = self._refused.get(box.relay, 0) + 1
            self._shown.set()
        return True

    async def _taken(self, box: OwnMailbox, envelope: bytes) -> Taken:
        if box.introduction:
            return await self._introductions.take(envelope)
        assert box.contact is not None
        try:
            conversation = self._contacts.conversation(box.contact)
            if conversation.mail.comes_in:
                readable = await conversation.call(lambda: conversation.mail.receive(envelope))
            elif conversation.contact.relation is Relation.ASKED:
                readable = await conversation.call(lambda: conversation.mail.read_reply(envelope))
            else:
                return Taken.NOT_NOW
        except NoSuchContactError:
            return Taken.NOT_NOW
        return Taken.YES if readable else Taken.UNREADABLE

    async def next_deposit(self, relay: Relay, resting: frozenset[int]) -> Deposit | None:
        if (waiting := await self._oldest(relay, resting)) is not None:
            return waiting
        now = self._context.clock.unix_ms()
        for box in await self._context.store.write(lambda tx: tx.mail.with_work(relay.id, now)):
            if box.number not in resting and await self._pack(box.contact, box.number):
                return await self._oldest(relay, resting)
        return None

    async def _oldest(self, relay: Relay, resting: frozenset[int]) -> Deposit | None:
        deposits = await self._context.store.write(lambda tx: tx.mail.next_deposits(relay.id))
        return next((d for d in deposits if d.mailbox not in resting), None)

    async def _pack(self, contact: ContactId, mailbox: int) -> bool:
        try:
            conversation = self._contacts.conversation(contact)
            if not conversation.mail.goes_out:
                return False
            return await conversation.call(lambda: conversation.mail.pack(mailbox))
        except NoSuchContactError:
            return False

    async def accepted(self, relay: Relay, deposit: Deposit) -> None:
        host, now = relay.address.host, self._context.clock.unix_ms()
        if self._troubles.get(deposit.mailbox) is MailTrouble.DENIED:  # it was made again
            await self._context.store.write(lambda tx: tx.mail.put_again(deposit.mailbox, now))
        try:
            conversation = self._contacts.conversation(deposit.contact)
            await conversation.call(lambda: conversation.mail.accepted(deposit.number, host))
        except NoSuchContactError:
            log.info("a contact was removed while an envelope was on its way")
        self._shown.set()

    def note_trouble(self, mailbox: int, trouble: MailTrouble | None) -> None:
        if self._troubles.get(mailbox) is trouble:
            return
        if trouble is None:
            self._troubles.pop(mailbox, None)
        else:
            self._troubles[mailbox] = trouble
        self._shown.set()

    def _nudge(self, contact: ContactId) -> None:
        with contextlib.suppress(NoSuchContactError):  # removed in the meantime
            self._contacts.conversation(contact).nudge()

    # -- what is shown ----------------------------------------------------------------------------

    def tell_again(self) -> None:
        """Tell how all relays stand, to somebody who has not listened."""
        self._told = None
        self._shown.set()

    async def _keep_shown(self) -> None:
        while True:
            await self._shown.wait()
            self._shown.clear()
            try:
                overview = await self.overview()
            except MessengerError as error:
                log.error("how relays stand cannot be told: %s", error.kind)
                continue
            if overview != self._told:
                self._told = overview
                self._context.emit(RelaysChanged(overview))


def dialled_relays(relays: Sequence[Relay], *, at_home: bool) -> list[Relay]:
    """Return our own relays, also those we are leaving; of those of contacts what is elsewhere.

    Args:
        at_home: nobody but this computer reaches us.
    """
    home = is_at_home(relays, only_here=at_home)
    return [r for r in relays if r.ours or home or not leads_astray(r.address.host)]


def is_at_home(relays: Sequence[Relay], *, only_here: bool) -> bool:
    """Return whether contacts may send us to this computer.

    That is where nobody else reaches us, and beside an own relay on it: for trying things out.
    """
    return only_here or any(is_loopback(relay.address.host) for relay in relays if relay.own)


def _places(
    tx: Transaction, people: Set[ContactId], letters: Sequence[OwnLetter]
) -> set[tuple[RelayId, ContactId]]:
    """Return where we want a mailbox for whom: at our relays; without one, at the contact's."""
    own = [relay.id for relay in tx.relays.own()]
    places = {(letter.relay, letter.contact) for letter in letters if not own}
    places |= {(relay, letter.contact) for letter in letters for relay in own}
    return places | {
        (relay, contact)
        for contact in people
        for relay in own or {box.relay for box in tx.mail.mailboxes_of(contact) if box.chosen}
    }


def _introduction(own: Sequence[Relay], door: OwnMailbox | None) -> Introduction | None:
    """Return what our link says about the mailbox for letters."""
    relay = next((r for r in own if door is not None and r.id == door.relay), None)
    if relay is None or door is None:
        return None
    return Introduction(relay.address, relay.key, door.depositor.mailbox, door.depositor.secret)
