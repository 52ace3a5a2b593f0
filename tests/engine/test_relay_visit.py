"""When a relay is asked: at instants that nothing which waits can move."""

import asyncio
import itertools
from random import Random
from typing import Any

import pytest

from messenger.core.types import Address, ContactId, Cover, MailTrouble, RelayId
from messenger.engine import relay_visit
from messenger.engine.relay_visit import REQUEST_INTERVALS, RelayVisit
from messenger.protocol.channels import Channel
from messenger.protocol.mailbox import (
    Access,
    Ack,
    Answer,
    Delete,
    Get,
    New,
    Put,
    Request,
    Size,
    Status,
    Wait,
    decode_request,
    encode_answer,
)
from messenger.protocol.schedule import Schedule
from messenger.store.mail import Deposit
from messenger.store.relays import MailboxState, OwnMailbox, Relay
from messenger.wire.messages import LinkUp

COVER = Cover(0.002)
RELAY = Relay(RelayId(1), Address("192.0.2.9", 4_433), bytes(32), True)
ACCESS = Access(b"m" * 24, b"s" * 32)


def box(number: int, state: MailboxState = MailboxState.MADE) -> OwnMailbox:
    access = Access(bytes([number]) * 24, b"s" * 32)
    return OwnMailbox(number, RELAY.id, ContactId(number), access, ACCESS, state)


class Office:
    """Stands for the table of links, the relay behind it and the desk; answers at once."""

    def __init__(self, *boxes: OwnMailbox, deposits: int = 0, mail: int = 0) -> None:
        self.boxes = {each.number: each for each in boxes}
        self.deposits, self.mail = deposits, mail
        self.asked: list[Request] = []
        self.troubles: list[tuple[int, MailTrouble | None]] = []
        self.put_answer = Answer(Status.OK)
        self.takes_in = self.wanted = True
        self.numbers = itertools.count(1)
        self.owner: Any = None
        self.taken = 0
        self.news = asyncio.Event()

    # -- links and relay

    def own(self, link: int, owner: Any) -> None:
        self.owner = owner

    def close(self, link: int) -> None:
        pass

    def send(self, link: int, channel: int, body: bytes, *, numbered: bool = False) -> int:
        number, request = decode_request(body)
        self.asked.append(request)
        self.news.set()
        room = request.room if isinstance(request, Get) else None
        answer = self.answer(request)
        if answer is not None:
            data = encode_answer(number, answer, room=room)
            asyncio.get_running_loop().call_soon(self.owner.on_frame, link, Channel.MESSAGE, data)
        return 0

    def answer(self, request: Request) -> Answer | None:
        match request:
            case Wait():
                return None
            case Put():
                return self.put_answer
            case Get(room=room) if self.mail:
                return Answer(Status.OK, 0, next(self.numbers), bytes(32), bytes(room.length))
            case _:
                return Answer(Status.OK)

    # -- desk

    async def mailboxes(self, relay: Relay) -> tuple[OwnMailbox, ...]:
        return tuple(self.boxes.values())

    async def made(self, made: OwnMailbox) -> None:
        self.boxes[made.number] = box(made.number)

    async def lost(self, lost: OwnMailbox) -> None:
        self.boxes[lost.number] = box(lost.number, MailboxState.LOST)

    async def may_delete(self, left: OwnMailbox) -> bool:
        return True

    async def wants_mail(self, left: OwnMailbox) -> bool:
        return self.wanted

    async def deleted(self, left: OwnMailbox) -> None:
        del self.boxes[left.number]

    async def deliver(self, into: OwnMailbox, envelope: bytes) -> bool:
        if not self.takes_in:
            return False
        self.taken += 1
        self.mail -= 1
        return True

    async def next_deposit(self, relay: Relay, resting: frozenset[int]) -> Deposit | None:
        if not self.deposits or 7 in resting:
            return None
        envelope = bytes(Size.SMALL.length)
        return Deposit(1, 7, ContactId(1), ACCESS, bytes(32), envelope)

    async def accepted(self, relay: Relay, deposit: Deposit) -> None:
        self.deposits -= 1

    def note_trouble(self, mailbox: int, trouble: MailTrouble | None) -> None:
        self.troubles.append((mailbox, trouble))

    def at_instants(self) -> list[type]:
        """What was asked at an instant: all but waits, and what follows an answer."""
        return [type(r) for r in self.asked if not isinstance(r, Wait | Ack)]


async def visit(office: Office, count: int, random: Random | None = None) -> None:
    """Let so many things be asked at instants."""
    up = LinkUp(
        link=1,
        outgoing=True,
        first_use=False,
        peer_key=RELAY.key,
        exporter=bytes(32),
        handshake_hash=bytes(32),
        host="192.0.2.9",
        port=4_433,
        interval_s=COVER.interval_s,
        mode=COVER.mode.value,
    )
    links: Any = office
    running = asyncio.create_task(RelayVisit(links, up, RELAY, COVER, office, random=random).run())
    async with asyncio.timeout(90):
        while len(office.at_instants()) < count:
            office.news.clear()
            await office.news.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


class Recorded(Schedule):
    """A schedule whose instants are written down."""

    drawn: list[float] = []  # noqa: RUF012 - emptied by each test

    def __init__(self, cover: Cover, start: float, random: Random | None = None) -> None:
        assert cover.interval_s == REQUEST_INTERVALS * COVER.interval_s
        super().__init__(cover, 0.0, random)  # as if each visit began at once
        self.start = start
        self.drawn.append(self.next_at)
        self.next_at += start

    def advance(self, now: float) -> int:
        self.next_at -= self.start
        passed = super().advance(self.next_at)
        self.drawn.append(self.next_at)
        self.next_at += self.start
        return passed


@pytest.mark.parametrize(("deposits", "mail"), [(0, 0), (100, 0), (0, 100), (100, 100)])
def test_what_waits_moves_no_instant(
    deposits: int, mail: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_visit, "Schedule", Recorded)
    Recorded.drawn = []
    asyncio.run(visit(Office(box(1), box(2), deposits=deposits, mail=mail), 8, Random(5)))
    busy = Recorded.drawn[:8]
    Recorded.drawn = []
    asyncio.run(visit(Office(box(1)), 8, Random(5)))
    assert Recorded.drawn[:8] == busy


def test_an_idle_relay_is_looked_into_all_the_same() -> None:
    office = Office(box(1))
    asyncio.run(visit(office, 5))
    assert set(office.at_instants()) == {Get}


def test_mailboxes_are_made_first_and_left_ones_deleted_last() -> None:
    office = Office(box(1, MailboxState.WANTED), box(2, MailboxState.LEAVING), deposits=1)
    asyncio.run(visit(office, 5))
    kinds = office.at_instants()
    assert kinds[:2] == [New, Put]
    assert [request.access.mailbox for request in office.asked if isinstance(request, Wait)]
    assert set(office.boxes) == {1}


def test_puts_and_announced_mail_take_turns() -> None:
    office = Office(box(1), deposits=50, mail=50)
    office.answer = _announcing(office)  # type: ignore[method-assign]
    asyncio.run(visit(office, 8))
    assert office.at_instants()[:8] == [Put, Get, Put, Get, Put, Get, Put, Get] or (
        office.at_instants()[1:8] == [Put, Get, Put, Get, Put, Get, Put]
    )
    assert office.taken >= 3


def _announcing(office: Office) -> Any:
    plain = office.answer

    def answer(request: Request) -> Answer | None:
        if isinstance(request, Wait):
            return Answer(Status.OK, sequence=request.after + 1)
        return plain(request)

    return answer


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (Status.QUOTA, MailTrouble.FULL),
        (Status.BUSY, MailTrouble.BUSY),
        (Status.AUTH, MailTrouble.DENIED),
        (Status.LARGER, MailTrouble.BUSY),
    ],
)
def test_a_refused_envelope_is_kept_and_its_mailbox_rests(
    status: Status, trouble: MailTrouble
) -> None:
    office = Office(box(1), deposits=1)
    office.put_answer = Answer(status)
    asyncio.run(visit(office, 4))
    assert office.at_instants()[:4] == [Put, Get, Get, Get]
    assert (office.deposits, office.troubles) == (1, [(7, trouble)])


def test_a_mailbox_that_the_relay_has_lost_is_made_again() -> None:
    office = Office(box(1))
    lost = {1}

    def answer(request: Request) -> Answer | None:
        if isinstance(request, New):
            lost.clear()
        denied = lost and isinstance(request, Wait | Get)
        return Answer(Status.AUTH) if denied else Office.answer(office, request)

    office.answer = answer  # type: ignore[method-assign]
    asyncio.run(visit(office, 3))
    assert New in office.at_instants()
    assert office.boxes[1].state is MailboxState.MADE


def _left_box() -> Office:
    """A mailbox that is left, and no other."""
    return Office(box(2, MailboxState.LEAVING))


def test_a_mailbox_that_is_left_is_emptied_before_it_is_deleted() -> None:
    office = _left_box()
    office.mail = 2
    asyncio.run(visit(office, 4))
    assert office.at_instants()[:4] == [Get, Get, Get, Delete]
    assert office.taken == 2


@pytest.mark.parametrize("status", [Status.BUSY, Status.QUOTA])
def test_a_mailbox_that_the_relay_cannot_look_into_now_is_not_deleted(status: Status) -> None:
    office = _left_box()

    def answer(request: Request) -> Answer | None:
        return Answer(status) if isinstance(request, Get) else Office.answer(office, request)

    office.answer = answer  # type: ignore[method-assign]
    asyncio.run(visit(office, 4))
    assert set(office.at_instants()) == {Get}


def test_a_mailbox_whose_mail_cannot_be_taken_in_now_is_not_deleted_and_holds_up_no_other() -> None:
    office = Office(box(1), box(2, MailboxState.LEAVING), box(3, MailboxState.LEAVING))
    office.takes_in, office.mail = False, 1

    def answer(request: Request) -> Answer | None:
        empty = isinstance(request, Get) and request.access != box(2).owner
        return Answer(Status.OK) if empty else Office.answer(office, request)

    office.answer = answer  # type: ignore[method-assign]
    asyncio.run(visit(office, 5))
    assert [r.access for r in office.asked if isinstance(r, Delete)] == [box(3).owner]
    assert set(office.boxes) == {1, 2}


def test_a_mailbox_that_the_relay_does_not_know_any_more_is_done_with() -> None:
    office = _left_box()

    def answer(request: Request) -> Answer | None:
        return None if isinstance(request, Wait) else Answer(Status.AUTH)

    office.answer = answer  # type: ignore[method-assign]
    office.lost = _nothing  # type: ignore[method-assign]  # it does not become LOST: it is left
    asyncio.run(visit(office, 2))
    assert office.at_instants() == [Get, Delete]


async def _nothing(lost: OwnMailbox) -> None:
    pass


def test_mail_that_nobody_wants_any_more_is_deleted_unread() -> None:
    office = _left_box()
    office.mail, office.wanted = 3, False
    asyncio.run(visit(office, 1))
    assert office.at_instants()[0] is Delete
