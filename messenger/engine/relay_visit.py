"""One link to a relay: what is asked there, and when.

Requests leave at instants of a schedule of their own, drawn before it is known what will be asked:
one for each REQUEST_INTERVALS of the link's schedule. What waits decides only whether it is a put,
a get for mail that was announced, or a get that looks into a mailbox without a reason. So the
relay sees no typing in the times of puts beyond one such interval, and who watches the wire sees
nothing: requests ride in cells that leave anyway. Waits stay open and acknowledgements follow what
the relay gave, so neither has a time of ours.

Source: docs/relay.md, "What a client does".
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterator
from enum import Enum, auto
from functools import partial
from random import Random, SystemRandom
from typing import Any, Final, Protocol

from messenger.core.errors import MalformedFrameError, MessengerError, RelayUnavailableError
from messenger.core.types import Cover, MailTrouble
from messenger.engine.links import Links
from messenger.engine.relay_client import RelayClient
from messenger.protocol.channels import Channel
from messenger.protocol.mailbox import (
    Ack,
    Answer,
    Delete,
    Get,
    Put,
    Request,
    Size,
    Status,
    Wait,
)
from messenger.protocol.schedule import Schedule
from messenger.store.mail import Deposit
from messenger.store.relays import UNMADE, MailboxState, OwnMailbox, Relay
from messenger.wire.messages import LinkUp

log = logging.getLogger(__name__)

REQUEST_INTERVALS: Final = 10  # of the link: a put or get of 4 KiB takes nine cells; ours
LOOK_CHANCE: Final = 0.25  # of a get without a reason at an idle instant: each costs nine cells
ANSWER_MIN_S: Final = 30.0  # for an answer, at least; then the relay counts as broken
ANSWER_INTERVALS: Final = 240  # or so many of the link: 16 KiB both ways, three times
MAX_TURNS: Final = 3  # begun and not answered; an instant at which there are as many passes
FIRST_REST_S: Final = 5.0  # for a mailbox that takes nothing now; doubled each time
LONGEST_REST_S: Final = 600.0  # likewise; and for one of ours that cannot be emptied now

_chance: Final = SystemRandom()  # of what is looked into; never of an instant
_TROUBLES: Final = {
    Status.QUOTA: MailTrouble.FULL,
    Status.AUTH: MailTrouble.DENIED,
}


class _Got(Enum):
    """What came of looking into a mailbox of ours."""

    TAKEN = auto()  # an envelope; there may be more
    NOTHING = auto()  # the relay says that nothing waits there, or does not know the mailbox
    NOT_NOW = auto()  # an envelope that cannot be taken in now, or the relay cannot look


class Desk(Protocol):
    """What a visit needs of the rest of the program; every method commits before it returns."""

    async def mailboxes(self, relay: Relay) -> tuple[OwnMailbox, ...]:
        """Return our mailboxes there."""
        ...

    async def made(self, box: OwnMailbox) -> None:
        """The relay has a mailbox now."""
        ...

    async def lost(self, box: OwnMailbox) -> None:
        """The relay does not know a mailbox any more; perhaps because we have deleted it."""
        ...

    async def may_delete(self, box: OwnMailbox) -> bool:
        """Whether nobody will put anything into a mailbox that we leave."""
        ...

    async def wants_mail(self, box: OwnMailbox) -> bool:
        """Whether a mailbox that we leave is to be emptied first."""
        ...

    async def deleted(self, box: OwnMailbox) -> None:
        """The relay has forgotten a mailbox."""
        ...

    async def deliver(self, box: OwnMailbox, envelope: bytes) -> bool:
        """Take in an envelope; False if it cannot be taken in now."""
        ...

    async def next_deposit(self, relay: Relay, resting: frozenset[int]) -> Deposit | None:
        """Return an envelope to be put there, for a mailbox that does not rest."""
        ...

    async def accepted(self, relay: Relay, deposit: Deposit) -> None:
        """The relay has an envelope."""
        ...

    def note_trouble(self, mailbox: int, trouble: MailTrouble | None) -> None:
        """A mailbox of a contact takes nothing now, or takes envelopes again."""
        ...


class RelayVisit:
    """Requests and answers of one link, from its handshake to its end.

    Owner: the engine's loop thread.

    Args:
        cover: of the link; requests are drawn on a multiple of its interval.
        random: where the instants of requests are drawn from.
    """

    def __init__(
        self,
        links: Links,
        up: LinkUp,
        relay: Relay,
        cover: Cover,
        desk: Desk,
        *,
        random: Random | None = None,
    ) -> None:
        self.broken = False  # the relay broke a rule or did not answer
        self._links = links
        self._number = up.link
        self._relay = relay
        self._cover = cover
        self._desk = desk
        self._random = random or SystemRandom()  # of the instants, and of nothing else
        self._client = RelayClient(self._send)
        self._loop = asyncio.get_running_loop()
        self._down = asyncio.Event()
        self._boxes: dict[int, OwnMailbox] = {}
        self._waits: dict[int, asyncio.Task[None]] = {}
        self._announced: dict[int, asyncio.Future[int]] = {}  # by mailbox; done once it was fetched
        self._rests: dict[int, tuple[float, float]] = {}  # by mailbox: until when, how long
        self._own_rests: dict[int, float] = {}
        self._turns: set[asyncio.Task[None]] = set()
        self._in_hand: set[int] = set()  # our mailboxes about which something is asked
        self._in_flight: set[int] = set()  # mailboxes of contacts for which a put is under way
        self._choosing = asyncio.Lock()
        self._put_before = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Ask until the link ends."""
        self._links.own(self._number, self)
        slots = asyncio.create_task(self._guarded(self._keep_asking))
        try:
            await self.look_again()
            await self._down.wait()
        finally:
            tasks = [slots, *self._turns, *self._waits.values(), *self._tasks]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._links.close(self._number)

    async def look_again(self) -> None:
        """Our mailboxes at this relay may be other ones now."""
        boxes = {box.number: box for box in await self._desk.mailboxes(self._relay)}
        for number in self._waits.keys() - {n for n, box in boxes.items() if _is_fetched(box)}:
            self._waits.pop(number).cancel()
            self._announced.pop(number, None)
        self._boxes = boxes
        for number, box in boxes.items():
            if _is_fetched(box) and number not in self._waits:
                self._waits[number] = asyncio.create_task(
                    self._guarded(partial(self._keep_waiting, box))
                )

    # -- LinkOwner ------------------------------------------------------------------------------

    def on_frame(self, link: int, channel: int, body: bytes) -> None:
        try:
            if channel != Channel.MESSAGE:
                raise MalformedFrameError("a relay answers on one channel")
            self._client.on_frame(body)
        except MalformedFrameError as error:
            self._give_up(str(error))

    def on_left(self, link: int, frame: int) -> None:
        """Nothing is numbered here."""

    def on_down(self, link: int) -> None:
        self._client.on_lost()
        self._down.set()

    def _send(self, body: bytes) -> None:
        self._links.send(self._number, Channel.MESSAGE, body)

    def _give_up(self, reason: str) -> None:
        """The relay does not do what relays do: end the link, come again later."""
        if not self._down.is_set():
            log.warning("a relay is left for now: %s", reason)
            self.broken = True
            self._links.close(self._number)
            self.on_down(self._number)

    async def _ask(self, request: Request) -> Answer:
        limit_s = max(ANSWER_MIN_S, ANSWER_INTERVALS * self._cover.interval_s)
        try:
            async with asyncio.timeout(limit_s):
                return await self._client.ask(request)
        except TimeoutError:
            self._give_up("it does not answer")
            raise RelayUnavailableError("the relay does not answer") from None

    async def _guarded(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """What goes wrong with one request ends neither the others nor the program."""
        try:
            await work()
        except RelayUnavailableError:
            pass  # the link has ended
        except MessengerError as error:
            log.error("mail cannot be worked off now: %s", error.kind)
        except Exception:  # the top of the task
            log.exception("a request to a relay failed in a way that nobody planned")

    # -- instants ---------------------------------------------------------------------------------

    async def _keep_asking(self) -> None:
        interval_s = REQUEST_INTERVALS * self._cover.interval_s
        instants = Schedule(Cover(interval_s), self._loop.time(), self._random)
        while True:
            await asyncio.sleep(max(instants.next_at - self._loop.time(), 0))
            instants.advance(self._loop.time())
            if len(self._turns) < MAX_TURNS:  # else this instant is passed over
                turn = asyncio.create_task(self._guarded(self._take_turn))
                self._turns.add(turn)
                turn.add_done_callback(self._turns.discard)

    async def _take_turn(self) -> None:
        """Ask one thing."""
        ways = [self._fetch, self._put] if self._put_before else [self._put, self._fetch]
        for way in (self._make, *ways, self._leave, self._look):
            if await way():
                return

    # -- mail for us ------------------------------------------------------------------------------

    async def _make(self) -> bool:
        """Let the relay make a mailbox."""
        now = self._loop.time()
        box = next(
            (
                box
                for box in self._boxes.values()
                if box.state in UNMADE
                and self._own_rests.get(box.number, 0) <= now
                and box.number not in self._in_hand
            ),
            None,
        )
        if box is None:
            return False
        with self._hand_on(box):
            answer = await self._ask(box.new)
        if answer.status is Status.OK:
            await self._desk.made(box)
            await self.look_again()
        else:
            self._own_rests[box.number] = now + max(answer.retry_after_s, FIRST_REST_S)
        return True

    async def _keep_waiting(self, box: OwnMailbox) -> None:
        """Keep one wait open; what it announces is fetched at the next instants."""
        after = 0
        while True:
            answer = await self._client.ask(Wait(box.owner, after))
            if answer.status is Status.AUTH:
                await self._desk.lost(box)
                self._again_soon()
                return
            if answer.status is Status.OK and answer.sequence > after:
                fetched: asyncio.Future[int] = self._loop.create_future()
                self._announced[box.number] = fetched
                after = max(await fetched, answer.sequence)
            else:  # nothing came; a relay that says so at once is asked no faster than this
                await asyncio.sleep(
                    max(answer.retry_after_s, REQUEST_INTERVALS * self._cover.interval_s)
                )

    def _again_soon(self) -> None:
        task = asyncio.create_task(self._guarded(self.look_again))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self) -> bool:
        """Get what a wait has announced."""
        found = (b for n, b in self._boxes.items() if n in self._announced)
        box = next((b for b in found if b.number not in self._in_hand), None)
        if box is None:
            return False
        self._put_before = False
        fetched = self._announced.pop(box.number)
        sequence = 0
        try:
            sequence, _ = await self._get(box)
        finally:
            if not fetched.done():
                fetched.set_result(sequence)
        return True

    async def _look(self) -> bool:
        """Now and then look into a mailbox without a reason: a relay may forget to announce."""
        if _chance.random() >= LOOK_CHANCE:
            return False
        boxes = self._boxes.values()
        fetched = [b for b in boxes if _is_fetched(b) and b.number not in self._in_hand]
        if fetched:
            await self._get(_chance.choice(fetched))
        return bool(fetched)

    async def _get(self, box: OwnMailbox) -> tuple[int, _Got]:
        """Fetch the first envelope of a mailbox; return its sequence, 0 if none came."""
        with self._hand_on(box):
            answer = await self._ask(Get(box.owner, 0, Size.SMALL))
            if answer.status is Status.LARGER:
                answer = await self._ask(Get(box.owner, 0, Size.LARGE))
            if answer.status is Status.AUTH:
                await self._desk.lost(box)
                self._again_soon()
                return 0, _Got.NOTHING
            if answer.status is not Status.OK:
                return 0, _Got.NOT_NOW
            if not answer.sequence:
                return 0, _Got.NOTHING
            if not await self._desk.deliver(box, answer.envelope):
                return answer.sequence, _Got.NOT_NOW
            await self._ask(Ack(box.owner, answer.sequence))
            return answer.sequence, _Got.TAKEN

    @contextlib.contextmanager
    def _hand_on(self, box: OwnMailbox) -> Iterator[None]:
        """Keep other turns from asking about a mailbox meanwhile."""
        self._in_hand.add(box.number)
        try:
            yield
        finally:
            self._in_hand.discard(box.number)

    async def _leave(self) -> bool:
        """Empty and delete a mailbox that is given up."""
        now = self._loop.time()
        leaving = [box for box in self._boxes.values() if box.state is MailboxState.LEAVING]
        for box in leaving:
            rests = self._own_rests.get(box.number, 0) > now
            if rests or box.number in self._in_hand or not await self._desk.may_delete(box):
                continue
            if _is_fetched(box) and await self._desk.wants_mail(box):
                _, got = await self._get(box)
                if got is _Got.NOT_NOW:  # what waits there is not lost for that
                    self._own_rests[box.number] = now + LONGEST_REST_S
                if got is not _Got.NOTHING:
                    return True
            answer = await self._ask(Delete(box.owner))
            if answer.status in {Status.OK, Status.AUTH}:
                await self._desk.deleted(box)
                await self.look_again()
            return True
        return False

    # -- mail for others --------------------------------------------------------------------------

    async def _put(self) -> bool:
        """Put an envelope into the mailbox of a contact."""
        async with self._choosing:  # two turns must not choose the same
            now = self._loop.time()
            resting = {n for n, (until, _) in self._rests.items() if until > now}
            deposit = await self._desk.next_deposit(
                self._relay, frozenset(resting | self._in_flight)
            )
            if deposit is None:
                return False
            self._put_before = True
            self._in_flight.add(deposit.mailbox)
        try:
            answer = await self._ask(Put(deposit.access, deposit.envelope_id, deposit.envelope))
            if answer.status is Status.OK:
                self._rests.pop(deposit.mailbox, None)
                await self._desk.accepted(self._relay, deposit)
                self._desk.note_trouble(deposit.mailbox, None)
            else:
                self._rest(deposit.mailbox, answer)
        finally:
            self._in_flight.discard(deposit.mailbox)
        return True

    def _rest(self, mailbox: int, answer: Answer) -> None:
        """Leave a mailbox in peace for a while; its envelopes stay here."""
        _, before = self._rests.get(mailbox, (0.0, FIRST_REST_S / 2))
        length = max(min(2 * before, LONGEST_REST_S), float(answer.retry_after_s))
        self._rests[mailbox] = self._loop.time() + length, length
        self._desk.note_trouble(mailbox, _TROUBLES.get(answer.status, MailTrouble.BUSY))


def _is_fetched(box: OwnMailbox) -> bool:
    """Whether somebody may have put something there."""
    return box.state not in UNMADE and (box.introduction or box.contact is not None)
