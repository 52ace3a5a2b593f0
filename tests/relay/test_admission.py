"""What one place may ask of the store, and that a fleet is one relay in this too."""

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Any

import pytest

from messenger.core.clock import ManualClock
from messenger.protocol.mailbox import LIFETIME_S, Size
from messenger.relay import admission
from messenger.relay.admission import (
    NEW_BURST,
    NEW_NETWORK_PLACES,
    ROOM_NETWORK_PLACES,
    WAIT_MAX_S,
    Admission,
    Ledger,
    UsedUp,
)
from messenger.relay.config import RelayConfig, StoreConfig
from messenger.relay.control import ControlChannel, Heartbeat, Message, Used
from messenger.relay.fleet import Fleet
from messenger.relay.folder import RelayFolder
from messenger.relay.member_process import Member
from messenger.relay.meter import Reading
from messenger.relay.stores import room_len
from messenger.relay.view import State

PLACE, NEXT_DOOR = "192.0.2.1", "192.0.2.2"
SMALL = Size.SMALL.length
COUNT = 8  # small envelopes that the share of one place has room for
ROOM_LEN = 10 * COUNT * SMALL


def put_count(admitted: Admission, *hosts: str, tries: int = 10 * COUNT) -> int:
    """Let places put in turns; return how many small envelopes are admitted."""
    waits = [admitted.admit_put(hosts[n % len(hosts)], SMALL) for n in range(tries)]
    return waits.count(0)


def test_a_place_fills_its_share_and_others_have_theirs() -> None:
    admitted = Admission(ManualClock(), room_len=ROOM_LEN)
    assert put_count(admitted, PLACE) == COUNT
    assert put_count(admitted, NEXT_DOOR) == COUNT


def test_the_share_comes_back_while_envelopes_live() -> None:
    clock = ManualClock()
    admitted = Admission(clock, room_len=ROOM_LEN)
    assert put_count(admitted, PLACE) == COUNT
    assert admitted.admit_put(PLACE, SMALL) == WAIT_MAX_S
    clock.advance(LIFETIME_S / COUNT - 60.0)
    wait_s = admitted.admit_put(PLACE, SMALL)
    assert wait_s == pytest.approx(60.0, abs=1)
    clock.advance(wait_s)
    assert put_count(admitted, PLACE) == 1
    clock.advance(10 * LIFETIME_S)
    assert put_count(admitted, PLACE) == COUNT


def test_a_network_of_ipv6_is_one_place_and_the_one_around_it_a_few() -> None:
    admitted = Admission(ManualClock(), room_len=ROOM_LEN)
    assert put_count(admitted, *(f"2001:db8::{n:x}" for n in range(COUNT))) == COUNT
    others = [f"2001:db8:0:{n:x}::1" for n in range(1, 10)]
    assert put_count(admitted, *others) == (ROOM_NETWORK_PLACES - 1) * COUNT
    assert put_count(admitted, "2001:db8:1::1") == COUNT


def test_mailboxes_of_the_network_around_are_bounded_too() -> None:
    admitted = Admission(ManualClock())
    hosts = [f"2001:db8:0:{n:x}::1" for n in range(4 * NEW_BURST * NEW_NETWORK_PLACES)]
    assert [admitted.admit(host) for host in hosts].count(0) == NEW_BURST * NEW_NETWORK_PLACES
    assert admitted.admit("2001:db8:1::1") == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_room_is_not_counted_for_those_whom_an_onion_service_brings(host: str) -> None:
    assert put_count(Admission(ManualClock(), room_len=ROOM_LEN), host) == 10 * COUNT


def test_what_the_store_did_not_keep_is_given_back() -> None:
    admitted = Admission(ManualClock(), room_len=ROOM_LEN)
    for _ in range(10 * COUNT):
        assert admitted.admit_put(PLACE, SMALL) == 0
        admitted.give_back(PLACE, SMALL)
    assert put_count(admitted, PLACE) == COUNT


def test_who_has_used_least_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PLACES_MAX_COUNT", 20)
    admitted = Admission(ManualClock(), room_len=ROOM_LEN)
    assert put_count(admitted, PLACE) == COUNT
    for n in range(100):
        assert admitted.admit_put(f"198.51.100.{n}", SMALL) == 0
        assert len(admitted._room.ledger._whole_at) <= 20
    assert put_count(admitted, PLACE) == 0


def test_one_stream_of_a_cluster_is_not_filled_either() -> None:
    assert room_len(StoreConfig(max_mib=64)) == 64 * 1024**2
    assert room_len(StoreConfig(kind="nats", max_mib=64, spread=4)) == 16 * 1024**2


# -- a fleet ----------------------------------------------------------------------------------


def test_what_a_place_used_at_one_instance_counts_at_the_others() -> None:
    clock = ManualClock()
    told: list[UsedUp] = []
    here = Admission(clock, room_len=ROOM_LEN, on_use=told.append)
    there = Admission(clock, room_len=ROOM_LEN)
    later = Admission(clock, room_len=ROOM_LEN)
    supervisor = Ledger(clock)
    assert put_count(here, PLACE) == COUNT
    here.give_back(PLACE, SMALL)
    for used in told:
        there.learn(used)
        supervisor.add(used)
    assert put_count(there, PLACE) == 1
    later.learn(supervisor.most_used())
    assert put_count(later, PLACE) == 1


class Mate:
    """Stands for an instance, as its supervisor has hold of it."""

    pid = 0
    reading = Reading()

    def __init__(self, number: int, state: State) -> None:
        self.number, self.state = number, state
        self.heard: list[Message] = []
        self.channel = self

    def send(self, message: Message) -> bool:
        self.heard.append(message)
        return True

    def turn(self, state: State, now: float) -> None:
        self.state = state


def test_the_supervisor_tells_all_instances_and_those_that_begin_later(tmp_path: Path) -> None:
    async def story() -> None:
        fleet = Fleet(RelayFolder(tmp_path), RelayConfig(), [], clock=ManualClock())
        fleet._stopping = True  # so that it starts nobody
        states = (State.SERVING, State.SERVING, State.SPARE, State.STARTING)
        mates: list[Any] = [Mate(number, state) for number, state in enumerate(states)]
        fleet._members = mates
        fleet._on_message(mates[0], Used({PLACE: 5.0}))
        fleet._on_message(mates[1], Used({PLACE: 2.0}))
        fleet._on_message(mates[3], Heartbeat(Reading()))
        first, second = Used({PLACE: 5.0}), Used({PLACE: 2.0})
        assert [mate.heard for mate in mates] == [
            [second],
            [first],
            [first, second],
            [Used({PLACE: 7.0})],
        ]

    asyncio.run(story())


class Answering:
    """Stands for an instance, in its process."""

    def __init__(self) -> None:
        self.admission = self
        self.learnt: asyncio.Future[UsedUp] = asyncio.get_running_loop().create_future()

    def reading(self) -> Reading:
        return Reading()

    def learn(self, used: UsedUp) -> None:
        self.learnt.set_result(used)


def test_an_instance_tells_what_was_used_and_learns_what_was_used_elsewhere() -> None:
    async def story() -> None:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        heard: asyncio.Queue[Message] = asyncio.Queue()
        channel = ControlChannel(ours, lambda m, _: heard.put_nowait(m), lambda: None)
        member = Member(its)
        instance: Any = Answering()
        member._instance = instance
        member._on_use({PLACE: 5.0})
        member._on_use({PLACE: -2.0, NEXT_DOOR: 1.0})
        beating = asyncio.create_task(member._beat(instance))
        told = [await heard.get() for _ in range(3)]
        assert [message for message in told if isinstance(message, Used)] == [
            Used({PLACE: 3.0, NEXT_DOOR: 1.0})
        ]
        channel.send(Used({NEXT_DOOR: 9.0}))
        assert await instance.learnt == {NEXT_DOOR: 9.0}
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
        channel.close()
        member._channel.close()

    asyncio.run(asyncio.wait_for(story(), 30))


def test_places_are_in_no_log() -> None:
    assert PLACE not in repr(Used({PLACE: 1.0}))
