"""Two people with real stores, real wire processes and a real relay, all on this machine."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relay_pair import USUAL, Relay, Terms, with_relay

from messenger.core.clock import SystemClock
from messenger.core.ids import new_message_id
from messenger.core.types import (
    Address,
    Contact,
    ContactId,
    Cover,
    MailRoute,
    MailTrouble,
    Message,
    MessageState,
    PinOrigin,
    Relation,
    RelayState,
)
from messenger.crypto.noise import KeyPair
from messenger.engine.addresses import fitting_link
from messenger.engine.changes import Changes
from messenger.engine.commands import AcceptContact, AddContact, SendMessage
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.events import (
    ContactAccepted,
    ContactAdded,
    ContactChanged,
    ContactRequested,
    Event,
    RelaysChanged,
)
from messenger.engine.messages import Messages
from messenger.engine.relays import Relays
from messenger.engine.whereabouts import Whereabouts
from messenger.engine.wire_client import WireClient
from messenger.protocol.card import Card, decode_link
from messenger.protocol.mailbox import Access, Size
from messenger.relay.service import Service
from messenger.relay.sqlite_store import SqliteStore
from messenger.store.database import Store, Transaction
from messenger.wire.messages import FromWire, Listen, Listening, StopListening

KEY = bytes(range(32))
FAST = Cover(0.008)
LOOK_S = 0.02  # seconds between two looks at what a story waits for; many of them ask the database


class LateClock(SystemClock):
    """The clock of the day of everybody in a story, set forward by hand."""

    later_s = 0.0

    def unix_ms(self) -> int:
        return super().unix_ms() + round(self.later_s * 1000)


class Correspondent:
    """One engine with one contact. ``start`` and ``stop`` may alternate."""

    def __init__(
        self, name: str, folder: Path, clock: LateClock, *, stranger: bool = False
    ) -> None:
        self.name, self.folder, self.clock = name, folder, clock
        self.stranger = stranger  # to the other one
        self.contact = ContactId(1)
        self.own = KeyPair.generate()
        self.peer: Correspondent | None = None
        self.events: list[Event] = []
        self.running = False
        self._listening: asyncio.Future[int] | None = None

    async def start(self, *links: str) -> None:
        self.folder.mkdir(exist_ok=True)
        fresh = not (self.folder / "hum.db").exists()
        self.store = Store.open(self.folder, KEY, clock=self.clock, create=True)
        if fresh and self.stranger:
            await self.store.write(lambda tx: tx.identity.save(self.own.private, 1))
        elif fresh:
            self.contact = (await self.store.write(self._pin)).id
        self.wire = WireClient(self._on_wire, self._on_wire_restart)
        self.context = Context(
            store=self.store,
            wire=self.wire,
            clock=self.clock,
            emit=self._emit,
            own=self.own,
            name=self.name,
            cover=FAST,
            listen=Address("127.0.0.1", 9),
        )
        self.contacts = Contacts(self.context)
        self.messages = Messages(self.context, self.contacts)
        self.changes = Changes(self.context, self.contacts)
        self.relays = Relays(self.context, self.contacts)
        self.whereabouts = Whereabouts(self.context, self.contacts, grace_s=(0.0, 0.0))
        await self.wire.start(self.own.private)
        await self.contacts.start()
        await self.relays.start(links)
        self.running = True

    async def stop(self) -> None:
        if self.running:
            self.running = False
            await self.whereabouts.stop()
            await self.relays.stop()
            await self.contacts.stop()
            await self.wire.stop()
            await self.store.close()

    async def meet(self) -> None:
        """Be reached by the other one, who has started, on a link of their own."""
        assert self.peer is not None
        address, peer = await self.listen(), self.peer
        await peer.store.write(
            lambda tx: tx.contacts.save_address(ContactId(peer.contact), address, "card", 1)
        )
        peer.contacts.conversation(ContactId(peer.contact)).wake()

    async def listen(self) -> Address:
        """Let callers in, at a new port."""
        self._listening = asyncio.get_running_loop().create_future()
        self.wire.send(Listen("127.0.0.1", 0, FAST.interval_s, FAST.mode.value))
        return Address("127.0.0.1", await self._listening)

    async def part(self) -> None:
        """Be reached no more; the link ends."""
        assert self.peer is not None
        self.wire.send(StopListening())
        for person in (self, self.peer):
            if person.running:
                await person.store.write(
                    lambda tx, p=person: tx.contacts.clear_addresses(ContactId(p.contact))
                )
        conversation = self.contacts.conversation(ContactId(self.contact))
        await conversation.call(_ending(conversation))

    async def link(self) -> str:
        """Our link, once it names a mailbox for letters."""
        await until(lambda: self.context.introduction is not None)
        return fitting_link(Card(self.own.public, (), self.name, self.context.introduction))

    async def add(self, link: str) -> None:
        """Add the other one by link."""
        self.contact = (await self.contacts.add(AddContact(link))).id

    async def until_requests(self, count: int = 1) -> list[Contact]:
        """Wait until so many people have asked, and return them in their order."""
        await until(lambda: len(self.of(ContactRequested)) >= count)
        return [event.contact for event in self.of(ContactRequested)]

    async def until_asked(self) -> Contact:
        """Wait for a request, and accept it."""
        asked = (await self.until_requests())[0]
        self.contact = asked.id
        await self.contacts.accept(AcceptContact(self.contact))
        return asked

    async def until_refused(self, count: int) -> None:
        """Wait until so many envelopes at one relay of ours were shown as not to be opened."""

        async def met() -> bool:
            return any(r.refused_count >= count for r in (await self.relays.overview()).own)

        await until(met)

    async def until_put(self) -> None:
        """Wait until a relay has taken everything that was sealed for it."""

        async def met() -> bool:
            routes = (await self.relays.overview()).routes
            return bool(routes) and not any(route.waiting_count for route in routes)

        await until(met)

    async def until_agreed(self) -> None:
        """Wait until both have agreed, as far as is known here."""

        async def met() -> bool:
            contact = await self.store.write(lambda tx: tx.contact(self.contact))
            return contact.relation is Relation.ACCEPTED

        await until(met)

    async def write(self, text: str) -> Message:
        return await self.messages.send(SendMessage(ContactId(self.contact), text))

    async def write_all(self, texts: list[str]) -> None:
        """Write many at once, in one commit."""

        def work(tx: Transaction) -> None:
            for text in texts:
                tx.messages.add_outgoing(self.contact, new_message_id(), text, 1)

        await self.store.write(work)

    async def history(self) -> list[Message]:
        return list(await self.store.read(lambda r: r.messages_before(self.contact, None, 2_000)))

    async def texts(self, *, outgoing: bool) -> list[str]:
        return [m.text for m in await self.history() if m.outgoing is outgoing]

    async def until_got(self, *texts: str) -> None:
        """Wait until exactly these texts have come, in this order."""

        async def met() -> bool:
            return len(await self.texts(outgoing=False)) >= len(texts)

        await until(met)
        assert await self.texts(outgoing=False) == list(texts)

    async def until_all(self, state: MessageState) -> None:
        """Wait until every message written here is in a state."""

        async def met() -> bool:
            return all(m.state is state for m in await self.history() if m.outgoing)

        await until(met)

    async def mailbox(self) -> Access:
        """Return the one mailbox of the contact: where what we write is put."""
        (box,) = await self.store.write(lambda tx: tx.mail.mailboxes_of(self.contact))
        return box.access

    async def way(self) -> MailRoute | None:
        """Return how the contact is reached through a relay, as it is shown."""
        return (await self.relays.overview()).best_routes().get(self.contact)

    async def until_way(
        self, state: RelayState = RelayState.CONNECTED, trouble: MailTrouble | None = None
    ) -> None:
        """Wait until the way to the contact is told to be like this."""

        def met() -> bool:
            told: list[RelaysChanged] = self.of(RelaysChanged)
            way = told[-1].overview.best_routes().get(self.contact) if told else None
            return way is not None and (way.state, way.trouble) == (state, trouble)

        await until(met)

    async def until_mailboxes(self, count: int) -> None:
        """Wait until the contact has told us of so many mailboxes."""

        async def met() -> bool:
            found = await self.store.write(lambda tx: tx.mail.mailboxes_of(ContactId(self.contact)))
            return len(found) == count

        await until(met)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def _emit(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, ContactAdded | ContactAccepted | ContactChanged):
            self.relays.follow_people()

    def _on_wire(self, message: FromWire) -> None:
        if isinstance(message, Listening) and self._listening is not None:
            self._listening.set_result(message.port)
        else:
            self.contacts.links.on_message(message)

    def _on_wire_restart(self) -> None:
        self.contacts.links.on_wire_restart()

    def _pin(self, tx: Transaction) -> Contact:
        assert self.peer is not None
        tx.identity.save(self.own.private, 1)
        return tx.contacts.add(
            key=self.peer.own.public,
            name=self.peer.name,
            alias=None,
            relation=Relation.ACCEPTED,
            origin=PinOrigin.LINK,
            pinned_at=1,
        )


def _ending(conversation: Any) -> Callable[[], Awaitable[None]]:
    async def step() -> None:
        conversation.drop_link()

    return step


async def until(met: Callable[[], bool | Coroutine[Any, Any, bool]]) -> None:
    """Wait until something has come about."""
    while not await _seen(met()):  # noqa: ASYNC110 - a look into the database
        await asyncio.sleep(LOOK_S)


async def _seen(found: bool | Coroutine[Any, Any, bool]) -> bool:
    return found if isinstance(found, bool) else await found


@dataclass
class Scene:
    """Two people, a relay, and its link."""

    ada: Correspondent
    ben: Correspondent
    relay: Relay
    clock: LateClock
    others: list[Relay] = field(default_factory=list)  # that the story started itself

    def start_relay(
        self, folder: Path, terms: Terms = USUAL, *, like: Relay | None = None
    ) -> Relay:
        """Start another relay, or one in the place of another; it ends with the story."""
        folder.mkdir(exist_ok=True)
        self.others.append(Relay.start(folder, terms, like=like))
        return self.others[-1]

    @property
    def link(self) -> str:
        return self.relay.link

    async def leave_junk(self, access: Access, count: int) -> None:
        """Put envelopes into a mailbox that nobody opens."""
        for _ in range(count):
            junk = secrets.token_bytes(Size.SMALL.length)
            await self.relay.store.put(access, secrets.token_bytes(32), junk)

    async def acquaint(self) -> None:
        """Both use the relay; they meet once, tell each other their mailboxes, and part."""
        await self.ada.start(self.link)
        await self.ben.start(self.link)
        await self.exchange_mailboxes()

    async def exchange_mailboxes(self) -> None:
        """Let the two, who have started, meet, tell each other one mailbox each, and part."""
        await self.ada.meet()
        await self.until_mailboxes(1)
        await self.ada.part()

    async def until_mailboxes(self, count: int) -> None:
        """Wait until each has so many mailboxes of the other, and all that was said is there."""
        await self.ada.until_mailboxes(count)
        await self.ben.until_mailboxes(count)
        await self.settled()

    async def leave_mail(self, *texts: str) -> None:
        """Acquaint the two; Ben is away, and what Ada then wrote lies at the relay."""
        await self.acquaint()
        await self.ben.stop()
        await self.write_to_relay(*texts)

    async def write_to_relay(self, *texts: str) -> None:
        """Let Ada write, until a relay has everything of hers."""
        for text in texts:
            await self.ada.write(text)
        await self.ada.until_all(MessageState.AT_RELAY)

    async def ask_who_is_away(self, *texts: str) -> Card:
        """Ada has asked Ben by his link, and written, while he is away; return what it says."""
        await self.ben.start(self.link)
        link = await self.ben.link()
        await self.ben.stop()
        await self.ada.start(self.link)
        await self.ada.add(link)
        for text in texts:
            await self.ada.write(text)
        await self.ada.until_put()
        return decode_link(link)

    async def talk(self, there: str, back: str) -> None:
        """Let Ada write first and Ben answer; each has got nothing before."""
        await self.ada.write(there)
        await self.ben.until_got(there)
        await self.ben.write(back)
        await self.ada.until_got(back)

    async def settled(self) -> None:
        """Wait until nothing waits in any outbox."""

        async def empty() -> bool:
            people = [person for person in (self.ada, self.ben) if person.running]
            totals = [
                await person.store.write(lambda tx, p=person: tx.outbox.totals(p.contact))
                for person in people
            ]
            return all(count == 0 for count, _ in totals)

        await until(empty)


def play(
    folder: Path,
    story: Callable[[Scene], Coroutine[Any, Any, None]],
    *,
    make_service: Callable[[SqliteStore], Service] | None = None,
    strangers: bool = False,
    limit_s: float = 30.0,
) -> None:
    """Run a story of two people who have accepted each other, or not yet, and of a relay."""

    async def run(relay: Relay) -> None:
        ada = Correspondent("Ada", folder / "ada", clock, stranger=strangers)
        ben = Correspondent("Ben", folder / "ben", clock, stranger=strangers)
        ada.peer, ben.peer = ben, ada
        scene = Scene(ada, ben, relay, clock)
        try:
            await story(scene)
        finally:
            for other in scene.others:
                await other.stop()
            with contextlib.suppress(Exception):
                await ada.stop()
            await ben.stop()

    clock = LateClock()
    terms = Terms(patience_s=1.0, make_service=make_service, clock=clock)
    with_relay(folder, run, terms, limit_s=limit_s)
