"""One contact: its link, its session and what passes between them.

Everything that happens is an input of one queue, worked off by one task, so that two steps never
share a ratchet. Each step commits before it speaks: first to the store, then to the peer, then to
the person.

Source: docs/protocol.md, sections 6 and 7.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from messenger.core.errors import (
    MalformedFrameError,
    MessengerError,
    NoSuchContactError,
    ProtocolError,
    StoreError,
)
from messenger.core.redaction import redacted
from messenger.core.types import Address, Contact, Fork, Obstacle, Presence, Relation
from messenger.engine.build_talk import BuildTalk
from messenger.engine.context import Context
from messenger.engine.control_talk import ControlTalk
from messenger.engine.dialer import Dialer
from messenger.engine.events import (
    ContactChanged,
    Failure,
    KeyChanged,
    SessionInfo,
)
from messenger.engine.fast_lane import FastLane
from messenger.engine.file_traffic import FileTraffic
from messenger.engine.greeting import Greeting
from messenger.engine.inbox import Attached, Detached, Do, FrameIn, FrameOut, Inbox, Input, Step
from messenger.engine.links import Links
from messenger.engine.live_link import LiveLink
from messenger.engine.mail_steps import MailSteps
from messenger.engine.presence import PresenceTeller
from messenger.engine.ratchet import Ratchet
from messenger.engine.traffic import Traffic
from messenger.engine.turned_away import TurnedAway
from messenger.engine.twins import Twins
from messenger.protocol.channels import Channel
from messenger.protocol.control import (
    Forked,
    Goodbye,
    GoodbyeReason,
    decode_control,
    merged,
)
from messenger.store.contacts import LAN
from messenger.store.database import Transaction
from messenger.wire.messages import LinkUp

log = logging.getLogger(__name__)
T = TypeVar("T")

HEARTBEAT_S: Final = 55.0  # a ratchet step at least every 60 s; design section 6
BATCH_COUNT: Final = 64  # frames worked off in one commit
# Links that came up within this time of each other were dialled from both sides at once.
SIMULTANEOUS_S: Final = 15.0


class Conversation:
    """The actor of one contact. Owner: the engine's loop thread."""

    def __init__(
        self,
        context: Context,
        links: Links,
        contact: Contact,
        ratchet: Ratchet,
        *,
        on_told: Callable[["Conversation"], None],
        may_wait: Callable[[], bool] = lambda: True,
    ) -> None:
        """Begin.

        Args:
            on_told: called when the peer knows that we declined.
            may_wait: whether the link of one more who only asks may stand.
        """
        self.contact = contact
        self.ratchet = ratchet
        self._context = context
        self._links = links
        self._on_told = on_told
        self._may_wait = may_wait
        self._link: LiveLink | None = None
        self._inbox = Inbox()
        self._writes_in_turn = 0
        self._writing: asyncio.Future[Any] | None = None  # what is on its way to the disk
        self._presence = PresenceTeller(context, contact.id, lambda: self._link)
        self._twins = Twins(context, ratchet)
        self.files = FileTraffic(context, contact.id, self)
        self.lane = FastLane(context, contact.id, lambda: self.file_link, self._soon_plain)
        self.builds = BuildTalk(context, contact.id, lambda: self.file_link, self._soon_plain)
        self._traffic = Traffic(
            context,
            ratchet,
            self.refresh,
            on_told=self._on_key_told,
            on_files=self.files.follow,
            on_addresses=self.wake,
        )
        self._greeting = Greeting(context, ratchet)
        self._control = ControlTalk(
            context, self, traffic=self._traffic, greeting=self._greeting, twins=self._twins
        )
        self.mail = MailSteps(context, self, ratchet, self._traffic)
        self._random = random.SystemRandom()
        self._dialer = Dialer(context, links, contact.id, self)
        self._task = asyncio.create_task(self._run())

    # -- inputs, from the loop thread ---------------------------------------------------------

    def attach(self, up: LinkUp) -> None:
        """Take over a link whose peer proved this contact's key."""
        self._inbox.put(Attached(up))
        self._links.own(up.link, self)  # brings what the peer said meanwhile: behind the link

    def on_frame(self, link: int, channel: int, body: bytes) -> None:
        """Take a frame; a peer that sends faster than the disk commits loses the link.

        Nothing of what is then thrown away was acknowledged, so it comes again.
        """
        if self._inbox.has_room_for(len(body)):
            self._inbox.put(FrameIn(link, channel, body))
        else:
            log.warning("%s sends more than can be kept", redacted(self.contact.key))
            self._inbox.forget_frames()
            self._links.close(link)
            self._inbox.put(Detached(link))

    def on_left(self, link: int, frame: int) -> None:
        self._inbox.put(FrameOut(link, frame))

    def on_down(self, link: int) -> None:
        self._inbox.put(Detached(link))

    def nudge(self) -> None:
        """Something waits in the outbox; relays look for it at instants of their own."""
        self._inbox.put(Do(self._pump))

    async def write(self, work: Callable[[Transaction], T], tell: Callable[[T], None]) -> T:
        """Commit what the person wrote, ``tell`` what ``work`` returned, and let it go.

        While nothing else goes on here it is sealed in the same transaction, so that it waits for
        the disk once before it may leave; else it is committed at once, and sealed in its turn.
        What was written first is committed first.

        Raises:
            MessengerError: that of ``work``; nothing was committed.
            NoSuchContactError: the contact was removed meanwhile.
        """
        if self._link is not None and (self._inbox.idle or self._writes_in_turn):
            self._writes_in_turn += 1
            try:
                return await self.call(lambda: self._write(work, tell))
            finally:
                self._writes_in_turn -= 1
        result = await self._context.store.write(work)
        tell(result)
        self.nudge()
        return result

    def soon(self, step: Step) -> None:
        """Run a step in turn with the other inputs; nobody waits for it."""
        self._inbox.put(Do(step))

    def _soon_plain(self, work: Callable[[], None]) -> None:
        async def step() -> None:
            work()

        self.soon(step)

    def wake(self) -> None:
        """An address was learned: try it."""
        self._dialer.wake(connected=self._link is not None)

    def dial_again(self) -> None:
        """There may be another way: try it now."""
        self._dialer.start_over()

    async def call(self, step: Callable[[], Awaitable[T]]) -> T:
        """Run a step in turn with the other inputs and return its result.

        Raises:
            NoSuchContactError: the contact was removed before its turn came.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        async def run() -> None:
            try:
                result = await step()
            except Exception as error:
                if not done.done():
                    done.set_exception(error)
            else:
                if not done.done():
                    done.set_result(result)

        self._inbox.put(Do(run))
        either: set[asyncio.Future[Any]] = {done, self._task}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not done.done():
            raise NoSuchContactError("This contact is not there any more.")
        return done.result()

    async def stop(self) -> None:
        """End both tasks and the link; the session stays as committed."""
        await self._dialer.stop()
        while self._writing is not None:  # who wrote it is told that it was kept
            await asyncio.wait({self._writing})
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self.drop_link()
        for number in self._inbox.forget_links():
            self._links.close(number)
        await self.builds.stop()
        await self.files.stop()

    @property
    def online(self) -> bool:
        """Whether a link stands and the peer has said hello."""
        return self._presence.online

    @property
    def file_link(self) -> LiveLink | None:
        """The link on which files may flow now: both have agreed and said hello."""
        link = self._link
        agreed = self.contact.relation is Relation.ACCEPTED and self._may_stay()
        greeted = link is not None and link.peer_hello is not None and link.farewell is None
        return link if agreed and greeted else None

    @property
    def live_link(self) -> LiveLink | None:
        """The link that stands, whatever was said on it."""
        return self._link

    @property
    def link_number(self) -> int | None:
        """The link that stands."""
        return self._link.number if self._link else None

    def session_info(self) -> SessionInfo:
        """Where the ratchet stands."""
        return self._traffic.info(self.contact)

    # -- steps, run by `call` -------------------------------------------------------------------

    async def on_found(self, addresses: tuple[Address, ...]) -> None:
        """The contact was heard in the local network; who answers there proves it or not."""
        contact, at = self.contact.id, self._context.clock.unix_ms()

        def work(tx: Transaction) -> None:
            for address in addresses:
                tx.contacts.save_address(contact, address, LAN, at)

        await self._context.store.write(work)
        self._dialer.start_over()

    async def change(self, work: Callable[[Transaction], object]) -> Contact:
        """Commit a decision of the person about this contact, and act on it."""
        link, before = self._link, self.contact.relation

        def decide(tx: Transaction) -> None:
            work(tx)
            if link is not None:
                self._greeting.learn_addresses(tx, tx.contact(self.contact.id), link)

        await self.change_row(decide)
        if not self._may_stay() or self._changed_its_mind():
            self.drop_link()
        elif self._link is not None and not self._link.unproven:
            self._greeting.hello(self._link, self.contact)
            await self._control.take_early_lineage(self._link)
            self._traffic.maybe_offer(self._link, self.contact)
            if self.contact.relation is Relation.ACCEPTED and before is not Relation.ACCEPTED:
                await self.files.on_online()
        self._dialer.wake(connected=self._link is not None)
        return self.contact

    def _changed_its_mind(self) -> bool:
        """Whether a farewell is under way to somebody who is welcome now."""
        leaving = self._link is not None and self._link.farewell is not None
        return leaving and self.contact.relation is not Relation.REFUSED

    async def greet(self) -> None:
        """Say hello again, because something in it has changed."""
        link = self._link
        if link is not None and link.farewell is None and not link.unproven:
            self._greeting.hello(link, self.contact)

    async def refuse(self) -> None:
        """Decline; the peer is told now or when it next comes, and the link ends behind that."""
        contact = self.contact.id
        self.contact = await self._context.store.write(
            lambda tx: tx.contacts.set_relation(contact, Relation.REFUSED)
        )
        if self._link is not None and not self._link.unproven:
            self._greeting.refuse(self._link)

    async def freeze(self, other_key: bytes) -> None:
        """Another key answered where this contact was expected: stop until the person decides."""
        at = self._context.clock.unix_ms()
        await self.call(
            lambda: self.change(
                lambda tx: tx.contacts.set_changed_key(self.contact.id, other_key, at)
            )
        )
        self._context.emit(KeyChanged(self.contact))

    # -- the task -------------------------------------------------------------------------------

    async def _run(self) -> None:
        heartbeat = asyncio.create_task(self._beat())
        try:
            while True:
                await self._guarded(await self._inbox.get())
        finally:
            heartbeat.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S * self._random.uniform(0.8, 1.0))
            self._inbox.put(Do(self._heartbeat))

    async def _guarded(self, item: Input) -> None:
        """One input; what the peer or the disk did wrong ends the link, never the task."""
        try:
            await self._handle(item)
        except ProtocolError as error:
            log.warning("link to %s dropped: %s", redacted(self.contact.key), error)
            self.drop_link()
        except MessengerError as error:
            log.error("conversation with %s: %s", redacted(self.contact.key), error.kind)
            self.drop_link()
            if isinstance(error, StoreError):
                self._context.emit(Failure(error, self.contact.id))
        except Exception:  # the top of the actor: a bug ends the link, not the conversation
            log.exception("conversation with %s: an unplanned error", redacted(self.contact.key))
            self.drop_link()

    async def _handle(self, item: Input) -> None:
        match item:
            case Do(step=step):
                await step()
            case Attached(up=up):
                await self._on_attached(up)
            case Detached(link=number) if self._is_current(number):
                self._link_ended()
            case FrameIn(link=number) if self._is_current(number):
                await self._on_frames(number, item)
            case FrameOut(link=number, frame=frame) if self._is_current(number):
                more = self._inbox.take_while(lambda i: isinstance(i, FrameOut), BATCH_COUNT)
                frames = [frame, *(i.frame for i in more if isinstance(i, FrameOut))]
                await self._on_left(frames)
            case _:
                pass  # of a link that is gone

    async def _on_attached(self, up: LinkUp) -> None:
        if self._may_stay() and up.peer_key not in {self.contact.key, self.contact.former_key}:
            await self._turn_away_retired(up)
            return
        if not self._may_stay() or (self._link is not None and self._keeps_present(self._link, up)):
            self._links.close(up.link)
            return
        if (
            self.contact.relation is Relation.REQUEST
            and self._link is None
            and not self._may_wait()
        ):
            self._links.close(up.link)  # what they ask is kept
            return
        if self._link is not None and self._link.peer_hello and self._twins.about:
            TurnedAway(
                self._links,
                up.link,
                Forked(Fork.IN_USE, own=False),
                Goodbye(GoodbyeReason.SUPERSEDED),
            )
            return
        self.drop_link()
        self._link = LiveLink(up, self._context.clock.now(), self._links)
        self.ratchet.bind(up.own_key or self._context.own.public, up.peer_key)
        announced = self.contact.former_key is not None
        self._link.unproven = announced and up.peer_key == self.contact.key
        self._traffic.begin()
        self.files.begin()
        self._dialer.wake(connected=True)
        if not self._link.unproven:
            await self._control.say_hello(self._link)

    async def _turn_away_retired(self, up: LinkUp) -> None:
        """While this call waited for its turn another one has proven the key after it."""
        if up.outgoing:  # whoever answered had no way to know
            self._links.close(up.link)
            return
        TurnedAway(
            self._links,
            up.link,
            Forked(Fork.RETIRED, own=False),
            Goodbye(GoodbyeReason.KEY_CHANGE),
        )
        await self.on_retired_key()

    def _may_stay(self) -> bool:
        return not self.contact.frozen and self.contact.relation is not Relation.BLOCKED

    def _keeps_present(self, present: LiveLink, up: LinkUp) -> bool:
        """Both sides decide alike: of two dialled at once, the smaller key's dial stays."""
        young = self._context.clock.now() - present.since < SIMULTANEOUS_S
        if present.initiator == up.outgoing or not young:
            return False
        own_key = present.up.own_key or self._context.own.public
        return present.initiator == (own_key < present.up.peer_key)

    async def _on_frames(self, number: int, first: FrameIn) -> None:
        link = self._link
        assert link is not None
        began = asyncio.get_running_loop().time()
        more = self._inbox.take_while(
            lambda i: isinstance(i, FrameIn) and (i.link, i.channel) == (number, first.channel),
            BATCH_COUNT,
        )
        if link.unproven and first.channel != Channel.CONTROL:
            raise MalformedFrameError("somebody with an announced key speaks before a hello")
        bodies = [first.body, *(i.body for i in more if isinstance(i, FrameIn))]
        if first.channel == Channel.MESSAGE:
            await self._traffic.on_envelopes(link, self.contact, bodies)
        elif first.channel == Channel.EPOCH:
            await self._traffic.on_epochs(link, self.contact, bodies)
        elif first.channel == Channel.BULK:
            await self.files.on_frames(bodies)
        elif first.channel == Channel.CONTROL:
            for frame in merged([decode_control(body) for body in bodies]):
                if self._is_current(number):
                    await self._control.on_frame(link, frame)
        await self._pump()
        if self._inbox.frame_count >= BATCH_COUNT:
            # Whoever sends faster than the disk commits gets half of the time, and not all of it.
            await asyncio.sleep(asyncio.get_running_loop().time() - began)

    async def change_row(self, work: Callable[[Transaction], T]) -> T:
        """Commit something about the contact and return what ``work`` did; tell if it shows."""
        before = self.contact
        result, self.contact = await self._context.store.write(
            lambda tx: (work(tx), tx.contact(before.id))
        )
        if self.contact != before:
            self._context.emit(ContactChanged(self.contact))
        return result

    async def on_retired_key(self) -> None:
        """Somebody came with the key that this contact has replaced; a step of this task."""
        await self._twins.note(Fork.RETIRED, own=False)
        await self.refresh()

    async def refresh(self) -> None:
        """Read the contact again; tell if something shows."""
        await self.change_row(lambda tx: None)

    async def forget_skipped(self, before: int) -> None:
        """Give up envelopes found missing before Unix ms ``before``; a step of this task."""
        await self._traffic.forget_skipped(before)

    async def _on_left(self, frames: list[int]) -> None:
        link = self._link
        assert link is not None
        if link.farewell in frames:
            self.drop_link()
            if self.contact.relation is Relation.REFUSED:
                self._on_told(self)
            return
        await self._traffic.on_left(frames)
        await self.files.on_left(frames)
        await self._pump()

    async def _pump(self) -> None:
        if self._link is not None:
            await self._traffic.pump(self._link)

    async def _write(self, work: Callable[[Transaction], T], tell: Callable[[T], None]) -> T:
        link = self._link
        write = self._context.store.write(work) if link is None else self._traffic.write(link, work)
        self._writing = writing = asyncio.ensure_future(write)
        try:
            result = await writing
        finally:
            self._writing = None
        tell(result)
        self.nudge()
        return result

    async def _heartbeat(self) -> None:
        if self._link is not None:
            await self._traffic.heartbeat(self._link)

    def _on_key_told(self) -> None:
        """They know our present key: the next link is made under that one."""
        self.drop_link()
        self._context.on_key_told(self.contact.id)

    # -- link and presence ------------------------------------------------------------------------

    def _is_current(self, number: int) -> bool:
        return self._link is not None and self._link.number == number

    def drop_link(self) -> None:
        """End the link that stands."""
        if self._link is not None:
            self._links.close(self._link.number)
            self._link_ended()

    def hold_back(self) -> None:
        """Another computer with our key has the link: do not call again at once."""
        self._dialer.hold_back()

    def on_greeted(self) -> None:
        """The peer has said hello on this link for the first time."""
        self._presence.become(Presence.ONLINE)

    def _link_ended(self) -> None:
        self._link = None
        self.lane.on_link_gone()
        self.builds.on_link_gone()
        self.files.begin()
        self._dialer.wake(connected=False)
        self._presence.become(Presence.OFFLINE)

    def on_dialling(self) -> None:
        self._presence.on_dialling()

    def on_no_link(self, obstacle: Obstacle | None) -> None:
        self._presence.on_no_link(obstacle)

    async def tell_presence(self) -> None:
        """Tell again how link and lane stand; a step of this task."""
        self._presence.tell()
        self.lane.tell()
