"""Two people whose mail a test carries: no link, no relay, no wire process, databases in memory.

What is packed and opened is the real thing; only the way between two mailboxes is by hand.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fresh_database import fresh_database

from messenger.core.clock import ManualClock
from messenger.core.ids import new_message_id
from messenger.core.types import Address, Contact, ContactId, Cover, Message, PinOrigin, Relation
from messenger.crypto.noise import KeyPair
from messenger.engine.context import Context
from messenger.engine.letters import Letters
from messenger.engine.mail import Mail, Opened
from messenger.engine.outbound import Outbound
from messenger.engine.ratchet import Ratchet
from messenger.protocol.mailbox import Access
from messenger.protocol.session import Session
from messenger.store.database import Transaction
from messenger.store.mail import PeerMailbox, ToldMailbox

RELAY = Address("192.0.2.9", 4_433)
RELAY_KEY = KeyPair.from_private(bytes([7]) * 32).public
T = TypeVar("T")


def access_of(number: int) -> Access:
    return Access(bytes([number]) * 24, bytes([number]) * 32)


def done(step: Awaitable[T]) -> T:
    """Take a step that waits for nothing but the store."""

    async def run() -> T:
        return await step

    return asyncio.run(run())


@dataclass(frozen=True)
class Put:
    """An envelope that a relay has, and what that did to messages."""

    envelope: bytes
    moved: list[Message]


class Person:
    """One engine's half of mail, with one contact. It stands in for its own store."""

    def __init__(self, name: str, clock: ManualClock) -> None:
        self._connection = fresh_database()
        self.tx = Transaction(self._connection, clock)
        self.own = KeyPair.generate()
        self.woken = 0  # times that the upkeep was told of a deadline
        own_store: Any = self
        no_wire: Any = None
        self.context = Context(
            store=own_store,
            wire=no_wire,
            clock=clock,
            emit=lambda event: None,
            own=self.own,
            name=name,
            cover=Cover(0.5),
            wake_upkeep=self._wake,
        )

    async def write(self, work: Callable[[Transaction], T]) -> T:
        with self._connection.transaction():
            return work(self.tx)

    def close(self) -> None:
        self._connection.close()

    def _wake(self) -> None:
        self.woken += 1

    def pin(self, peer: "Person", relation: Relation = Relation.ACCEPTED) -> None:
        """Know the other one by key."""
        self.contact = self.know(peer.own.public, relation)
        self.begin(Session.empty())

    def know(self, key: bytes, relation: Relation = Relation.ACCEPTED) -> ContactId:
        """Have somebody as a contact."""
        return self.tx.contacts.add(
            key=key,
            name="somebody",
            alias=None,
            relation=relation,
            origin=PinOrigin.LINK,
            pinned_at=1,
        ).id

    def begin(self, session: Session) -> None:
        """Go on from a session."""
        self.tx.sessions.save(self.contact, session.encode())
        self.ratchet = Ratchet(self.contact, session, b"only for links")
        self.mail = Mail(self.context, self.ratchet, Outbound(self.context, self.ratchet))
        self.letters = Letters(self.context, self.ratchet)

    @property
    def peer(self) -> Contact:
        return self.tx.contact(self.contact)

    @property
    def box(self) -> PeerMailbox:
        """The first mailbox of the other one."""
        return self.tx.mail.mailboxes_of(self.contact)[0]

    def learn_box(self, *numbers: int) -> None:
        boxes = [ToldMailbox(RELAY, RELAY_KEY, access_of(number)) for number in numbers]
        assert self.tx.mail.learn(self.contact, boxes, 1, self.context.clock.unix_ms())

    def say(self, text: str) -> Message:
        """Let a message wait."""
        now = self.context.clock.unix_ms()
        return self.tx.messages.add_outgoing(self.contact, new_message_id(), text, now)

    def pack(self, number: int | None = None) -> bool:
        """Seal what waits for a mailbox, the first one if none is named."""
        return done(self.mail.pack(self.peer, number or self.box.number))

    def put(self) -> list[Put]:
        """Let the relay accept all that was sealed."""
        accepted = []
        while deposits := self.tx.mail.next_deposits(self.box.relay):
            for deposit in deposits:
                moved = done(self.mail.accepted(deposit.number, RELAY.host))
                accepted.append(Put(deposit.envelope, moved))
        return accepted

    def receive(self, envelope: bytes) -> Opened:
        return done(self.mail.receive(self.peer, envelope))

    def texts(self) -> list[str]:
        return [m.text for m in self.tx.messages_before(self.contact, None, 1_000)]

    def waiting_count(self) -> int:
        return self.tx.outbox.totals(self.contact)[0]


def acquainted(clock: ManualClock) -> tuple[Person, Person]:
    """Two people with a session in which the first one may write, and a mailbox for each other."""
    ada, ben = Person("Ada", clock), Person("Ben", clock)
    ada.pin(ben)
    ben.pin(ada)
    pending, offer = Session.empty().offer(None)
    theirs, answer = Session.empty().answer(offer, bytes(32))
    ben.begin(theirs)
    ada.begin(Session.empty().accept(pending, answer, bytes(32)))
    ada.learn_box(1)
    ben.learn_box(2)
    return ada, ben
