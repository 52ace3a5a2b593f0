"""What a contact says on a link beside messages and files, and what becomes of it.

Steps of the conversation's task. Source: docs/protocol.md, section 6.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from messenger.core.errors import MalformedFrameError, RemoteProtocolError
from messenger.core.redaction import redacted
from messenger.core.types import Contact, Fork, Relation
from messenger.engine.build_talk import BuildTalk
from messenger.engine.context import Context
from messenger.engine.events import ContactAccepted, KeyChanged, MessageChanged
from messenger.engine.fast_lane import FastLane
from messenger.engine.file_traffic import FileTraffic
from messenger.engine.greeting import CONSENTING, Greeting
from messenger.engine.inbox import Step
from messenger.engine.live_link import LiveLink
from messenger.engine.ratchet import Ratchet
from messenger.engine.traffic import Traffic
from messenger.engine.twins import MAX_TWIN_WORDS, Twins
from messenger.protocol.control import (
    Ack,
    BuildWord,
    ControlFrame,
    EpochAnswer,
    EpochOffer,
    Forked,
    Goodbye,
    Hello,
    LaneAnswer,
    LaneAsk,
    Lineage,
    Unreadable,
)
from messenger.protocol.tagged import Unknown
from messenger.store.database import Transaction

log = logging.getLogger(__name__)
T = TypeVar("T")

PROMPT_HELLO_COUNT: Final = 8  # hellos of a link that are taken up at once
HELLO_EVERY_S: Final = 1.0  # seconds; whoever says more of them has the newest one taken up


class Talk(Protocol):
    """What is needed of the conversation."""

    contact: Contact
    ratchet: Ratchet
    files: FileTraffic
    lane: FastLane
    builds: BuildTalk

    @property
    def live_link(self) -> LiveLink | None:
        """The link that stands."""
        ...

    def soon(self, step: Step) -> None:
        """Run a step in turn with the other inputs; nobody waits for it."""
        ...

    async def change_row(self, work: Callable[[Transaction], T]) -> T:
        """Commit something about the contact and return what ``work`` did; tell if it shows."""
        ...

    async def refresh(self) -> None:
        """Read the contact again; tell if something shows."""
        ...

    def drop_link(self) -> None:
        """End the link that stands."""
        ...

    def hold_back(self) -> None:
        """Do not call again at once."""
        ...

    def on_greeted(self) -> None:
        """The peer has said hello on this link for the first time."""
        ...


class ControlTalk:
    """Owner: the contact's conversation."""

    def __init__(
        self,
        context: Context,
        talk: Talk,
        *,
        traffic: Traffic,
        greeting: Greeting,
        twins: Twins,
    ) -> None:
        self._context = context
        self._talk = talk
        self._traffic = traffic
        self._greeting = greeting
        self._twins = twins

    async def say_hello(self, link: LiveLink) -> None:
        """Begin what we say on a link; it is the end where we have declined."""
        contact = self._talk.contact
        if contact.relation is Relation.REFUSED:
            self._greeting.refuse(link)
        else:
            self._greeting.hello(link, contact)
            if contact.relation in CONSENTING:
                await self._twins.greet(link)

    async def on_frame(self, link: LiveLink, frame: ControlFrame | Unknown) -> None:
        """Take up one frame of the link that stands.

        Raises:
            RemoteProtocolError: nobody who keeps to the protocol says that.
        """
        if link.unproven and not isinstance(frame, Hello):
            raise MalformedFrameError("somebody with an announced key speaks before a hello")
        match frame:
            case Hello():
                await self._on_any_hello(link, frame)
            case Goodbye():
                await self._on_goodbye(frame)
            case Ack(ids=ids):
                await self._traffic.on_ack(ids)
            case Unreadable():
                self._traffic.on_unreadable(link)
            case Lineage() | Forked():
                await self._on_twin_word(link, frame)
            case LaneAsk() | LaneAnswer():
                self._talk.lane.on_frame(frame)
            case BuildWord():
                self._talk.builds.on_word(frame)
            case EpochOffer() | EpochAnswer():
                raise MalformedFrameError("an epoch exchange belongs on its own channel")
            case _:
                pass  # a frame of a later version

    async def _on_goodbye(self, goodbye: Goodbye) -> None:
        contact = self._talk.contact
        failed = await self._talk.change_row(
            lambda tx: self._greeting.on_goodbye(tx, contact, goodbye.reason)
        )
        for message in failed:
            self._context.emit(MessageChanged(message))
        self._talk.drop_link()

    async def _on_twin_word(self, link: LiveLink, frame: Lineage | Forked) -> None:
        link.twin_words += 1
        if link.twin_words > MAX_TWIN_WORDS:
            raise RemoteProtocolError("a peer speaks of nothing but two places at once")
        if self._talk.contact.relation not in CONSENTING:
            # Somebody who only asks is told no run of ours, and warns of nothing.
            link.early_lineage = frame if isinstance(frame, Lineage) else link.early_lineage
            return
        if isinstance(frame, Lineage):
            await self._twins.on_lineage(link, frame)
            await self._talk.refresh()
            return
        await self._twins.on_forked(frame.fork, own=frame.own)
        await self._talk.refresh()
        if frame.fork is Fork.IN_USE and not frame.own:
            self._talk.hold_back()

    async def take_early_lineage(self, link: LiveLink) -> None:
        """Hear now what the peer said of its runs while it only asked."""
        if link.early_lineage is not None and self._talk.contact.relation in CONSENTING:
            frame, link.early_lineage = link.early_lineage, None
            await self._twins.on_lineage(link, frame)
            await self._talk.refresh()

    # -- hellos -----------------------------------------------------------------------------------

    async def _on_any_hello(self, link: LiveLink, hello: Hello) -> None:
        """Take up a hello at once; of a storm of them the newest, now and then."""
        if link.hello_count < PROMPT_HELLO_COUNT:
            link.hello_count += 1
            await self._on_hello(link, hello)
            return
        if link.late_hello is None:
            loop = asyncio.get_running_loop()
            loop.call_later(HELLO_EVERY_S, self._talk.soon, self._on_late_hello)
        link.late_hello = hello

    async def _on_late_hello(self) -> None:
        link = self._talk.live_link
        if link is not None and link.late_hello is not None:
            hello, link.late_hello = link.late_hello, None
            await self._on_hello(link, hello)

    async def _on_hello(self, link: LiveLink, hello: Hello) -> None:
        talk = self._talk
        if link.unproven:
            await self._on_first_hello_of_announced(link, hello)
            if link.unproven:
                return
        first = link.peer_hello is None
        link.peer_hello = hello
        before = talk.contact
        await talk.change_row(lambda tx: self._greeting.on_hello(tx, talk.contact, link, hello))
        if talk.contact.relation is Relation.ACCEPTED and before.relation is not Relation.ACCEPTED:
            self._context.emit(ContactAccepted(talk.contact))
        if first:
            talk.on_greeted()
        self._traffic.maybe_offer(link, talk.contact)
        if first or before.relation is not Relation.ACCEPTED:
            await talk.files.on_online()

    async def _on_first_hello_of_announced(self, link: LiveLink, hello: Hello) -> None:
        """Take the announced key for theirs if who shows it is in our session, else give it up.

        An announcement proves no possession: it could name somebody else's key, whose calls would
        then appear here.
        """
        talk = self._talk
        if talk.ratchet.session.choose_base(hello.epochs) is not None:
            link.unproven = False
            await talk.change_row(lambda tx: tx.contacts.retire_former_key(talk.contact.id))
            await self.say_hello(link)
            return
        log.warning("%s announced a key that is not theirs", redacted(talk.contact.key))
        at = self._context.clock.unix_ms()
        talk.drop_link()
        await talk.change_row(lambda tx: tx.contacts.disown_announced_key(talk.contact.id, at))
        self._context.emit(KeyChanged(talk.contact))
