"""Two whole engines without wire processes: real stores and conversations over a cable in memory.

Time is a clock that tests turn; the cable can lose, damage and inject frames.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from messenger.core.clock import ManualClock
from messenger.core.types import Contact, ContactId, Cover, Message, PinOrigin, Relation
from messenger.crypto.noise import KeyPair
from messenger.engine.changes import Changes
from messenger.engine.commands import SendMessage
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.conversation import Conversation
from messenger.engine.events import Event
from messenger.engine.messages import Messages
from messenger.engine.pictures import Pictures
from messenger.engine.transfers import Transfers
from messenger.engine.upkeep import Upkeep
from messenger.store.database import Store
from messenger.wire.messages import CloseLink, FrameReceived, Left, LinkDown, LinkUp, SendFrame

KEY = bytes(range(32))
Filter = Callable[[SendFrame], SendFrame | None]


class End:
    """One end of the cable; stands where an engine expects its wire process."""

    def __init__(self) -> None:
        self.deliver: Callable[[object], None] = lambda message: None  # to our own engine
        self.other: End | None = None
        self.filter: Filter = lambda frame: frame
        self.sent: list[SendFrame] = []
        self.link = 0  # number of the link that stands

    def send(self, message: object) -> None:
        if self.other is None:
            return
        if isinstance(message, SendFrame) and message.link == self.link:
            self.sent.append(message)
            passed = self.filter(message)
            loop = asyncio.get_running_loop()
            if passed is not None:
                self.inject(passed.channel, passed.body)
            if message.frame:
                loop.call_soon(self.deliver, Left(link=message.link, frame=message.frame))
        elif isinstance(message, CloseLink) and message.link == self.link:
            self.cut()

    def inject(self, channel: int, body: bytes) -> None:
        """Let a frame arrive at the other end."""
        assert self.other is not None
        frame = FrameReceived(link=self.other.link, channel=channel, body=body)
        asyncio.get_running_loop().call_soon(self.other.deliver, frame)

    def cut(self) -> None:
        """End the link at both ends."""
        if self.other is not None:
            other, self.other = self.other, None
            other.other = None
            for end in (self, other):
                asyncio.get_running_loop().call_soon(end.deliver, LinkDown(end.link, "closed"))


class Person:
    """An engine in this process with one contact. ``start`` and ``stop`` may alternate."""

    def __init__(self, name: str, folder: Path, clock: ManualClock) -> None:
        self.name, self.folder, self.clock = name, folder, clock
        self.own = KeyPair.generate()
        self.peer: Person | None = None
        self.events: list[Event] = []

    async def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        fresh = not (self.folder / "hum.db").exists()
        self.store = Store.open(self.folder, KEY, clock=self.clock, create=True)
        if fresh:
            self.contact = (await self.store.write(self._pin)).id
        self.end = End()
        self.context = Context(
            store=self.store,
            wire=self.end,  # type: ignore[arg-type]
            clock=self.clock,
            emit=self.events.append,
            own=self.own,
            name=self.name,
            cover=Cover(0.5),
        )
        self.contacts = Contacts(self.context)
        self.end.deliver = self.contacts.links.on_message
        self.messages = Messages(self.context, self.contacts)
        self.changes = Changes(self.context, self.contacts)
        self.transfers = Transfers(self.context, self.contacts)
        self.pictures = Pictures(self.context, self.contacts)
        self.upkeep = Upkeep(self.context, self.contacts)
        await self.upkeep.start()
        await self.contacts.start()
        await self.transfers.start()

    async def start_again_with_a_damaged_session(self) -> None:
        store = Store.open(self.folder, KEY, clock=self.clock)
        await store.write(lambda tx: tx.sessions.save(self.contact, b"\x01 no session"))
        await store.close()
        await self.start()

    def _pin(self, tx: Any) -> Contact:
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

    async def stop(self) -> None:
        self.end.cut()
        await self.upkeep.stop()
        await self.contacts.stop()
        await self.store.close()

    @property
    def conversation(self) -> Conversation:
        return self.contacts.conversation(ContactId(self.contact))

    async def write(self, text: str, **more: Any) -> Message:
        return await self.messages.send(SendMessage(self.contact, text, **more))

    async def history(self) -> list[Message]:
        return list(await self.store.read(lambda r: r.messages_before(self.contact, None, 1000)))

    async def texts(self) -> list[str]:
        return [message.text for message in await self.history()]

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def connect(ada: Person, ben: Person, exporter: bytes | None = None) -> None:
    """A link, dialled by ``ada``; ``exporter`` is that of a real one, if there is one."""
    ada.end.other, ben.end.other = ben.end, ada.end
    exporter, digest = exporter or os.urandom(32), os.urandom(32)
    number = ada.end.link = ben.end.link = ada.end.link + 1
    for person, outgoing in ((ada, True), (ben, False)):
        assert person.peer is not None
        key = person.peer.own.public
        up = LinkUp(
            link=number,
            outgoing=outgoing,
            first_use=False,
            peer_key=key,
            exporter=exporter,
            handshake_hash=digest,
            host="127.0.0.1",
            port=9,
            interval_s=0.5,
            mode="frames",
            own_key=person.own.public,
        )
        person.conversation.attach(up)


async def until(met: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    """Wait until something has come about."""
    while not await met():  # noqa: ASYNC110 - a look into the database
        await asyncio.sleep(0.002)


async def settled(*people: Person) -> None:
    """Wait until nothing waits in any outbox."""

    async def empty() -> bool:
        totals = [
            await person.store.write(lambda tx, p=person: tx.outbox.totals(p.contact))
            for person in people
        ]
        return all(count == 0 for count, _ in totals)

    await until(empty)


Story = Callable[[Person, Person], Coroutine[Any, Any, None]]


def play(folder: Path, story: Story, *, linked: bool = True) -> None:
    """Run a story of two people who have accepted each other."""

    async def run() -> None:
        clock = ManualClock()
        ada, ben = Person("Ada", folder / "ada", clock), Person("Ben", folder / "ben", clock)
        ada.peer, ben.peer = ben, ada
        await ada.start()
        await ben.start()
        if linked:
            connect(ada, ben)
        try:
            async with asyncio.timeout(90):
                await story(ada, ben)
        finally:
            await ada.stop()
            await ben.stop()

    asyncio.run(run())
