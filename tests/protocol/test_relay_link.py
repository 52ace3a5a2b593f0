"""The link between a client and a relay: two flights, and silence for whoever knows no key."""

import pytest
from fake_wire import BOB, carry, events, leave, next_cell

from messenger.core.errors import InvalidKeyError
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.channels import Channel
from messenger.protocol.link import Established, FlightSeen, FrameReceived, Link, Refused, State
from messenger.protocol.relay_handshake import NOBODY
from messenger.protocol.relay_link import accept_client, dial_relay
from messenger.protocol.replay import ReplayCache

UNIX_S = 1_700_000_000
RELAY = BOB


def relay(replay: ReplayCache | None = None) -> Link:
    cache = replay if replay is not None else ReplayCache()
    return accept_client(RELAY, now=0.0, unix_s=UNIX_S, replay=cache)


def client(key: bytes = RELAY.public) -> Link:
    return dial_relay(key, now=0.0, unix_s=UNIX_S)


def test_two_flights_open_the_link_and_the_client_shows_no_key() -> None:
    ann, server = client(), relay()
    carry(ann, server)
    seen, theirs = events(server)
    assert isinstance(seen, FlightSeen)
    assert isinstance(theirs, Established)
    assert theirs.peer_key == NOBODY
    assert server.state is State.OPEN
    carry(server, ann)
    (ours,) = events(ann)
    assert isinstance(ours, Established)
    assert (ours.own_key, ours.peer_key) == (NOBODY, RELAY.public)
    assert ours.handshake_hash == theirs.handshake_hash
    assert ann.data_to_send() == server.data_to_send() == b""


@pytest.mark.parametrize("client_speaks", [True, False])
def test_frames_go_both_ways(client_speaks: bool) -> None:
    ann, server = client(), relay()
    carry(ann, server)
    carry(server, ann)
    for link in (ann, server):
        events(link)
    sender, receiver = (ann, server) if client_speaks else (server, ann)
    sender.enqueue(Channel.MESSAGE, b"question")
    leave(sender, receiver)
    assert events(receiver) == [FrameReceived(Channel.MESSAGE, b"question")]


def test_cells_may_follow_flight_2_in_the_same_read() -> None:
    ann, server = client(), relay()
    carry(ann, server)
    server.enqueue(Channel.MESSAGE, b"early")
    ann.receive_data(server.data_to_send() + next_cell(server), 1.0)
    assert FrameReceived(Channel.MESSAGE, b"early") in events(ann)


def test_flights_are_whole_cells_of_the_same_sizes_as_between_people() -> None:
    sizes = {len(client().data_to_send()) for _ in range(200)}
    assert sizes <= {count * CELL_LEN for count in range(3, 11)}
    assert len(sizes) > 4


def refusal(server: Link, flight: bytes) -> None:
    server.receive_data(flight, 1.0)
    assert events(server) == [Refused("handshake")]
    assert server.data_to_send() == b""


def test_who_does_not_know_the_key_hears_nothing() -> None:
    refusal(relay(), client(KeyPair.generate().public).data_to_send())


def test_a_first_flight_of_a_person_is_not_answered() -> None:
    person = Link.dial(KeyPair.generate(), RELAY.public, now=0.0, unix_s=UNIX_S)
    refusal(relay(), person.data_to_send())


def test_a_first_flight_is_answered_once() -> None:
    replay = ReplayCache()
    flight = client().data_to_send()
    relay(replay).receive_data(flight, 1.0)
    refusal(relay(replay), flight)


def test_a_first_flight_of_another_week_is_not_answered() -> None:
    late = accept_client(RELAY, now=0.0, unix_s=UNIX_S + 7 * 86_400, replay=ReplayCache())
    refusal(late, client().data_to_send())


@pytest.mark.parametrize("place", [0, 40, 60, -1])
def test_a_changed_flight_2_is_refused(place: int) -> None:
    ann, server = client(), relay()
    carry(ann, server)
    flight = bytearray(server.data_to_send())
    flight[place] ^= 1
    ann.receive_data(bytes(flight), 1.0)
    assert events(ann) == [Refused("handshake")]


def test_another_relay_cannot_answer() -> None:
    ann = client()
    ann.receive_data(client().data_to_send(), 1.0)  # its key is public: anybody can make a veil
    assert events(ann) == [Refused("handshake")]


def test_a_key_that_is_none() -> None:
    with pytest.raises(InvalidKeyError):
        client(bytes(32))
