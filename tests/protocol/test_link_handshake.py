"""Who is answered, who is not, and that those who are not all see the same."""

import itertools
from collections.abc import Iterator
from random import Random

import pytest
from fake_wire import (
    ALICE,
    BOB,
    CAROL,
    UNIX_S,
    Split,
    accept,
    byte_by_byte,
    carry,
    dial,
    events,
    shake,
    whole,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from messenger.core.errors import HandshakeError, InvalidKeyError, LocalProtocolError
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol import veil
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.handshake import (
    InitiatorHandshake,
    Introduction,
    ResponderHandshake,
    veil_secret,
)
from messenger.protocol.link import (
    CLOSE_AFTER_S,
    HANDSHAKE_S,
    Established,
    FlightSeen,
    Link,
    OtherKey,
    Refused,
    State,
)
from messenger.protocol.replay import MAX_SKEW_HOURS, ReplayCache
from messenger.protocol.veil import FIRST_USE_SECRET, HEAD_LEN, Header, Veil

HOUR_S = 3_600


# -- the way it should go -------------------------------------------------------------------------


@pytest.mark.parametrize("split", [whole, byte_by_byte])
@pytest.mark.parametrize("peer_key", [BOB.public, None], ids=["known key", "first use"])
def test_both_sides_agree(peer_key: bytes | None, split: Split) -> None:
    initiator, responder = dial(peer_key), accept(strangers=True)
    flights = shake(initiator, responder, split)
    [own] = events(initiator)
    seen, peer = events(responder)
    assert isinstance(seen, FlightSeen)
    assert isinstance(own, Established)
    assert isinstance(peer, Established)
    assert (own.peer_key, peer.peer_key) == (BOB.public, ALICE.public)
    assert own.first_use is peer.first_use is (peer_key is None)
    assert own.exporter == peer.exporter
    assert own.handshake_hash == peer.handshake_hash
    assert len(own.exporter) == 32
    assert repr(own.exporter)[2:-1] not in repr(own)
    assert repr(own.handshake_hash)[2:-1] not in repr(own)
    assert all(len(flight) % CELL_LEN == 0 and flight for flight in flights)


@pytest.mark.parametrize("known", [BOB, CAROL], ids=["present", "replaced"])
def test_a_caller_may_know_a_key_that_was_replaced(known: KeyPair) -> None:
    initiator = dial(known.public)
    responder = Link.accept(
        BOB,
        now=0.0,
        unix_s=UNIX_S,
        admits_strangers=lambda: False,
        replay=ReplayCache(),
        former=(CAROL,),
    )
    shake(initiator, responder)
    [own] = events(initiator)
    _, peer = events(responder)
    assert isinstance(own, Established)
    assert isinstance(peer, Established)
    assert own.peer_key == peer.own_key == known.public
    assert own.own_key == peer.peer_key == ALICE.public


def test_no_two_handshakes_share_a_secret_or_a_beginning() -> None:
    exporters, starts = set(), set()
    for _ in range(8):
        initiator = Link.dial(ALICE, BOB.public, now=0.0, unix_s=UNIX_S)
        responder = Link.accept(
            BOB, now=0.0, unix_s=UNIX_S, admits_strangers=lambda: False, replay=ReplayCache()
        )
        flights = shake(initiator, responder)
        [established] = events(initiator)
        assert isinstance(established, Established)
        exporters.add(established.exporter)
        starts |= {flight[:16] for flight in flights}
    assert len(exporters) == 8
    assert len(starts) == 24


@given(st.lists(st.integers(1, 3_000), max_size=8), st.booleans())
@settings(max_examples=30)
def test_any_split_of_the_flights_gives_the_same_end(sizes: list[int], first_use: bool) -> None:
    def split(data: bytes) -> Iterator[bytes]:
        position = 0
        for size in [*sizes, len(data)]:
            if part := data[position : position + size]:
                yield part
            position += size

    initiator = dial(None if first_use else BOB.public)
    responder = accept(strangers=True)
    shake(initiator, responder, split)
    assert initiator.state is responder.state is State.OPEN


def test_every_flight_draws_its_count_from_the_whole_range() -> None:
    counts: list[set[int]] = [set(), set(), set()]
    for seed in range(60):
        flights = shake(dial(seed=2 * seed), accept(seed=2 * seed + 1))
        for seen, flight in zip(counts, flights, strict=True):
            seen.add(len(flight) // CELL_LEN)
    assert counts == [set(range(veil.MIN_CELL_COUNT, veil.MAX_CELL_COUNT + 1))] * 3


@pytest.mark.parametrize("introduction", Introduction)
def test_the_smallest_flight_holds_every_message(introduction: Introduction) -> None:
    for index in range(3):
        initiator, responder = (
            HandshakeState(
                introduction.protocol_name,
                initiator=is_initiator,
                s=ALICE if is_initiator else BOB,
                rs=BOB.public if is_initiator and introduction.name == "KNOWN_KEY" else None,
            )
            for is_initiator in (True, False)
        )
        sides = [initiator, responder]
        for _ in range(index):
            sides[1].read_message(sides[0].write_message())
            sides.reverse()
        assert sides[0].overhead_len() <= veil.message_len(veil.MIN_CELL_COUNT)


def test_there_is_no_classical_protocol() -> None:
    assert [introduction.protocol_name for introduction in Introduction] == [
        "Noise_XKhfs_25519+MLKEM768_ChaChaPoly_SHA256",
        "Noise_XXhfs_25519+MLKEM768_ChaChaPoly_SHA256",
    ]
    assert len({introduction.prologue for introduction in Introduction}) == 2


@pytest.mark.parametrize("peer_key", [b"", bytes(32), BOB.public[:31]])
def test_what_is_no_key_is_refused_and_never_taken_for_a_first_use(peer_key: bytes) -> None:
    with pytest.raises(InvalidKeyError):
        dial(peer_key)


# -- first use ------------------------------------------------------------------------------------


def test_strangers_are_met_with_silence_unless_admitted() -> None:
    initiator, responder = dial(None), accept(strangers=False)
    carry(initiator, responder)
    assert responder.data_to_send() == b""
    assert events(responder) == [Refused("handshake")]


def test_strangers_are_asked_about_only_when_a_head_is_there_and_once() -> None:
    asked = []

    def admit() -> bool:
        asked.append(True)
        return True

    initiator = dial(None)
    responder = Link.accept(
        BOB, now=0.0, unix_s=UNIX_S, admits_strangers=admit, replay=ReplayCache()
    )
    flight = initiator.data_to_send()
    responder.receive_data(flight[: HEAD_LEN - 1], 0.1)
    assert not asked
    for part in byte_by_byte(flight[HEAD_LEN - 1 :]):
        responder.receive_data(part, 0.1)
    assert asked == [True]
    assert responder.data_to_send()


def test_callers_who_know_the_key_are_answered_without_asking_about_strangers() -> None:
    def admit() -> bool:
        raise AssertionError

    responder = Link.accept(
        BOB, now=0.0, unix_s=UNIX_S, admits_strangers=admit, replay=ReplayCache()
    )
    shake(dial(), responder)
    assert responder.state is State.OPEN


def test_another_key_ends_it_before_ours_is_shown() -> None:
    initiator, responder = dial(None, expect=CAROL.public), accept(strangers=True)
    carry(initiator, responder)
    carry(responder, initiator)
    assert initiator.data_to_send() == b""
    assert events(initiator) == [OtherKey(BOB.public)]
    assert initiator.state is State.REFUSED
    assert [type(event) for event in events(responder)] == [FlightSeen]


def test_the_expected_key_goes_on() -> None:
    initiator, responder = dial(None, expect=BOB.public), accept(strangers=True)
    shake(initiator, responder)
    assert initiator.state is responder.state is State.OPEN


@pytest.mark.parametrize("first_use", [True, False])
def test_our_own_key_is_nobody(first_use: bool) -> None:
    initiator = dial(None if first_use else BOB.public, own=BOB)
    responder = accept(own=BOB, strangers=True)
    shake(initiator, responder)
    assert State.OPEN not in (initiator.state, responder.state)


# -- what is refused ------------------------------------------------------------------------------


def refused_flight(number: int, bit: int, *, first_use: bool = False) -> list[Link]:
    """Play a handshake in which one bit of one flight is flipped; the reader comes first."""
    sides = [dial(None if first_use else BOB.public), accept(strangers=True)]
    for _ in range(number - 1):
        carry(sides[0], sides[1])
        sides.reverse()
    data = bytearray(sides[0].data_to_send())
    position = bit % (len(data) * 8)
    data[position // 8] ^= 1 << position % 8
    sides[1].receive_data(bytes(data), 0.1)
    sides.reverse()
    return sides


@pytest.mark.parametrize("first_use", [False, True], ids=["known key", "first use"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_flipped_bit_anywhere_is_refused_in_silence(number: int, first_use: bool) -> None:
    chance = Random(number)
    bits = [*range(0, HEAD_LEN * 8, 37), *(chance.randrange(1 << 20) for _ in range(60))]
    for bit in bits:
        reader, _ = refused_flight(number, bit, first_use=first_use)
        reader.on_time(HANDSHAKE_S)  # a changed length can leave it waiting for more
        assert reader.state is State.REFUSED
        assert reader.data_to_send() == b""
        assert not any(isinstance(event, Established) for event in events(reader))


def test_every_bit_of_a_recorded_first_flight_counts() -> None:
    flight = dial().data_to_send()
    for bit in range(len(flight) * 8):
        changed = bytearray(flight)
        changed[bit // 8] ^= 1 << bit % 8
        responder = accept()
        responder.receive_data(bytes(changed), 0.1)
        assert responder.state is State.REFUSED
        assert responder.data_to_send() == b""


def test_a_flight_for_somebody_else_is_refused() -> None:
    responder = accept(own=CAROL, strangers=True)
    carry(dial(BOB.public), responder)
    assert events(responder) == [Refused("handshake")]


def test_an_answer_by_somebody_else_is_refused() -> None:
    initiator = dial(BOB.public)
    flight = initiator.data_to_send()
    answer = accept()
    answer.receive_data(flight, 0.1)
    other = dial(BOB.public, seed=9)
    other.data_to_send()
    carry(answer, other)
    assert events(other) == [Refused("handshake")]
    initiator.receive_data(flight, 0.1)  # its own words come back
    assert events(initiator) == [Refused("handshake")]


@pytest.mark.parametrize("payload", [b"\x01", b"news"])
def test_a_payload_that_is_not_padding_is_refused(payload: bytes) -> None:
    noise = HandshakeState(
        Introduction.KNOWN_KEY.protocol_name,
        initiator=True,
        prologue=Introduction.KNOWN_KEY.prologue,
        s=ALICE,
        rs=BOB.public,
    )
    room = veil.message_len(4) - noise.overhead_len()
    cover = Veil(BOB.public, salt=bytes(32), number=1, previous_salt=b"")
    message = noise.write_message(payload.ljust(room, b"\0"))
    flight = cover.seal(Header(4, UNIX_S // HOUR_S), message)
    responder = accept()
    responder.receive_data(flight, 0.1)
    assert events(responder) == [Refused("handshake")]


def test_only_first_flights_state_a_time() -> None:
    initiator = InitiatorHandshake(ALICE, BOB.public, unix_s=UNIX_S, random=Random(1))
    first = initiator.first_flight()
    salt = bytes(32)
    cover = Veil(BOB.public, salt=salt, number=2, previous_salt=first[:32])
    with pytest.raises(HandshakeError, match="time"):
        initiator.flight_len(cover.seal(Header(3, 1), b"")[:HEAD_LEN])
    assert initiator.flight_len(cover.seal(Header(3), b"")[:HEAD_LEN]) == 3 * CELL_LEN


def test_steps_out_of_order_are_our_own_mistake() -> None:
    responder = ResponderHandshake(
        BOB,
        admits_strangers=lambda: False,
        replay=ReplayCache(),
        unix_s=UNIX_S,
        random=Random(1),
    )
    for step in (responder.receive_first, responder.receive_third):
        with pytest.raises(LocalProtocolError):
            step(bytes(1536))
    with pytest.raises(LocalProtocolError):
        InitiatorHandshake(ALICE, BOB.public, unix_s=UNIX_S, random=Random(1)).receive_second(b"")
    with pytest.raises(LocalProtocolError):
        veil_secret(Introduction.KNOWN_KEY, None)
    assert veil_secret(Introduction.FIRST_USE, BOB.public) == FIRST_USE_SECRET


# -- time and replay ------------------------------------------------------------------------------


@pytest.mark.parametrize("first_use", [False, True], ids=["known key", "first use"])
def test_a_recorded_first_flight_is_answered_once_even_across_a_restart(first_use: bool) -> None:
    replay = ReplayCache()
    initiator = dial(None if first_use else BOB.public)
    responder = accept(strangers=True, replay=replay)
    recorded = carry(initiator, responder)
    [seen] = events(responder)
    assert isinstance(seen, FlightSeen)
    for cache in (replay, ReplayCache([seen.tag])):
        again = accept(strangers=True, replay=cache)
        again.receive_data(recorded, 0.1)
        assert again.data_to_send() == b""
        assert events(again) == [Refused("handshake")]


def test_a_replay_is_refused_by_its_head_before_anything_is_computed() -> None:
    replay = ReplayCache()
    recorded = carry(dial(), accept(replay=replay))
    again = accept(replay=replay)
    again.receive_data(recorded[:HEAD_LEN], 0.1)
    assert events(again) == [Refused("handshake")]


def test_of_two_copies_that_come_at_the_same_time_one_is_answered() -> None:
    replay = ReplayCache()
    copies = [accept(replay=replay) for _ in range(2)]
    for part in byte_by_byte(dial().data_to_send()):
        for copy in copies:
            copy.receive_data(part, 0.1)
    assert [bool(copy.data_to_send()) for copy in copies] == [True, False]
    assert [type(event) for copy in copies for event in events(copy)] == [FlightSeen, Refused]


def test_a_first_flight_that_does_not_hold_is_not_remembered() -> None:
    replay = ReplayCache()
    flight = dial().data_to_send()
    accept(replay=replay).receive_data(flight[:-1] + bytes([flight[-1] ^ 1]), 0.1)
    accept(replay=replay).receive_data(flight[: HEAD_LEN + 9], 0.1)
    assert len(replay) == 0
    responder = accept(replay=replay)
    responder.receive_data(flight, 0.1)
    assert responder.data_to_send()


@pytest.mark.parametrize(
    ("skew_hours", "answered"),
    [
        (0, True),
        (MAX_SKEW_HOURS, True),
        (-MAX_SKEW_HOURS, True),
        (MAX_SKEW_HOURS + 1, False),
        (-MAX_SKEW_HOURS - 1, False),
    ],
)
def test_clocks_may_be_wrong_by_two_days(skew_hours: int, answered: bool) -> None:
    initiator = dial(unix_s=UNIX_S + skew_hours * HOUR_S)
    responder = accept()
    carry(initiator, responder)
    assert bool(responder.data_to_send()) is answered


# -- the prober -----------------------------------------------------------------------------------

TLS_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(189))
PROBES = {
    "silent": b"",
    "HTTP": b"GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: prober\r\n\r\n",
    "long HTTP": b"POST /" + b"a" * 6_000 + b" HTTP/1.1\r\n\r\n",
    "TLS": TLS_HELLO,
    "SSH": b"SSH-2.0-OpenSSH_9.9\r\n",
    "one byte": b"\x00",
    "a head less one": bytes(HEAD_LEN - 1),
    "a head": bytes(HEAD_LEN),
    "random": Random(7).randbytes(2_048),
    "a megabyte": Random(8).randbytes(1 << 20),
}


RECORDED = dial(seed=3).data_to_send()
PROBES |= {
    "replay": RECORDED,
    "half a flight": RECORDED[: len(RECORDED) // 2],
    "flipped salt": bytes([RECORDED[0] ^ 1]) + RECORDED[1:],
    "flipped header": RECORDED[:40] + bytes([RECORDED[40] ^ 128]) + RECORDED[41:],
    "flipped end": RECORDED[:-1] + bytes([RECORDED[-1] ^ 1]),
    "flight and more": RECORDED + bytes(4_096),
    "for another": dial(CAROL.public).data_to_send(),
    "stranger": dial(None).data_to_send(),
}


@pytest.mark.parametrize("split", [whole, byte_by_byte])
@pytest.mark.parametrize("name", PROBES)
def test_a_prober_sees_silence_and_one_end(name: str, split: Split) -> None:
    probe, replay = PROBES[name], ReplayCache()
    accept(replay=replay).receive_data(RECORDED, 0.1)  # once, in earnest
    quiet = accept(seed=11)
    responder = accept(seed=11, replay=replay)
    for part in split(probe[:20_000] if split is byte_by_byte else probe):
        responder.receive_data(part, 0.1)
        assert responder.data_to_send() == b""
    for link in (quiet, responder):
        for now in (HANDSHAKE_S, HANDSHAKE_S + 1):
            link.on_time(now)
            link.receive_data(b"more", now)
        assert [type(event) for event in events(link)] == [Refused]
        assert link.data_to_send() == b""
        assert link.state is State.REFUSED
    assert responder.close_at == quiet.close_at


def test_the_end_of_a_refused_call_is_drawn_before_and_whatever_comes() -> None:
    low, high = CLOSE_AFTER_S
    ends = [accept(seed=seed).close_at for seed in range(400)]
    assert all(low <= end <= high for end in ends)
    assert low > HANDSHAKE_S
    thirds = [sum(end < low + (high - low) * k / 3 for end in ends) for k in (1, 2)]
    assert thirds == pytest.approx([400 / 3, 800 / 3], abs=40)


@pytest.mark.parametrize("flights", [0, 1, 2])
def test_ten_seconds_in_all(flights: int) -> None:
    initiator, responder = dial(), accept()
    for sender, receiver in itertools.islice(
        itertools.cycle([(initiator, responder), (responder, initiator)]), flights
    ):
        carry(sender, receiver, now=9.9)
    for link in (initiator, responder):
        if link.state is State.OPEN:
            continue
        assert link.deadline == HANDSHAKE_S
        link.on_time(9.99)
        assert link.deadline == HANDSHAKE_S
        link.data_to_send()
        link.receive_data(b"", HANDSHAKE_S)
        assert link.state is State.REFUSED
        assert events(link)[-1] == Refused("silent")
        assert link.deadline == float("inf")


def test_a_refused_link_keeps_nothing_of_what_comes() -> None:
    responder = accept()
    for _ in range(64):
        responder.receive_data(bytes(65_536), 0.1)
    assert responder.state is State.REFUSED
    assert len(responder._received) == 0
