"""Two links and a fake wire: what goes in comes out, and nothing else does."""

import itertools
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from fake_wire import (
    BOB,
    Split,
    accept,
    byte_by_byte,
    carry,
    dial,
    events,
    leave,
    moves,
    next_cell,
    open_pair,
    shake,
    whole,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from messenger.core.errors import LocalProtocolError
from messenger.protocol.cells import CELL_LEN, CELL_ROOM
from messenger.protocol.channels import MAX_QUEUED_LEN, Channel
from messenger.protocol.link import (
    Established,
    FrameLeft,
    FrameReceived,
    Input,
    Link,
    ProtocolFailed,
    Refused,
    State,
)
from messenger.protocol.link_states import SHAKING, TRANSITIONS
from messenger.protocol.rekey import RekeyLimits, RekeyState
from messenger.protocol.relay_link import accept_client
from messenger.protocol.replay import ReplayCache

QUICK = RekeyLimits(after_s=600.0, after_cells=30)


def seal_raw(sender: Link, plaintext: bytes) -> bytes:
    """A cell of the test's own making, under the sender's key."""
    opened = sender._opened()
    cell = opened._sealer.seal(plaintext.ljust(CELL_ROOM, b"\0"))
    opened._sealer.cell_left()
    return cell


# -- the table ------------------------------------------------------------------------------------


def link_in(state: State) -> Link:
    """A link that came into ``state`` by itself."""
    initiator, responder = dial(), accept()
    match state:
        case State.EXPECT_FIRST:
            return responder
        case State.EXPECT_SECOND:
            return initiator
        case State.EXPECT_THIRD:
            carry(initiator, responder)
            responder.data_to_send()
            return responder
        case State.EXPECT_ONLY:
            replay = ReplayCache()
            return accept_client(BOB, now=0.0, unix_s=1_700_000_000, replay=replay)
        case State.REFUSED:
            responder.on_time(10.0)
            return responder
    shake(initiator, responder)
    if state is State.FAILED:
        responder.receive_data(bytes(CELL_LEN), 1.0)
    return responder


@pytest.mark.parametrize("state", State)
def test_every_state_is_reached(state: State) -> None:
    assert link_in(state).state is state


@pytest.mark.parametrize(("state", "happened"), list(itertools.product(State, Input)))
def test_every_pair_moves_or_is_our_own_mistake(state: State, happened: Input) -> None:
    link = link_in(state)
    if happened in TRANSITIONS[state]:
        link._move(happened)
        assert link.state is TRANSITIONS[state][happened]
    else:
        with pytest.raises(LocalProtocolError, match=happened.name):
            link._move(happened)
        assert link.state is state


@pytest.mark.parametrize("state", State)
def test_garbage_refuses_breaks_or_is_ignored_but_never_raises(state: State) -> None:
    link = link_in(state)
    events(link)
    link.receive_data(Random(1).randbytes(20_000), 9.0)
    expected: dict[State, list[object]] = {
        State.OPEN: [ProtocolFailed("a cell does not open")],
        State.REFUSED: [],
        State.FAILED: [],
    }
    assert events(link) == expected.get(state, [Refused("handshake")])
    assert link.data_to_send() == b""


@pytest.mark.parametrize("state", State)
def test_time_ends_handshakes_and_nothing_else(state: State) -> None:
    link = link_in(state)
    events(link)
    link.on_time(30.0)
    assert link.state is (State.REFUSED if state in SHAKING else state)
    assert events(link) == ([Refused("silent")] if state in SHAKING else [])


@pytest.mark.parametrize("state", State)
def test_cells_and_frames_belong_to_open_links(state: State) -> None:
    link = link_in(state)
    assert moves(link) is (state is State.OPEN)
    if state is not State.OPEN:
        with pytest.raises(LocalProtocolError, match=state.name):
            link.enqueue(Channel.MESSAGE, b"x")
        with pytest.raises(LocalProtocolError, match=state.name):
            link.cell_left()
        assert link.queued_len == 0


# -- frames and cells -----------------------------------------------------------------------------

frames = st.lists(
    st.tuples(
        st.sampled_from([Channel.CONTROL, Channel.MESSAGE, Channel.EPOCH, Channel.BULK]),
        st.binary(min_size=1, max_size=1_200),
    ),
    max_size=8,
)


@given(frames, frames, st.lists(st.integers(1, 1_500), min_size=1, max_size=8))
@settings(max_examples=40)
def test_any_split_yields_the_same_frames(
    forth: list[tuple[Channel, bytes]],
    back: list[tuple[Channel, bytes]],
    sizes: list[int],
) -> None:
    initiator, responder = open_pair()
    for sender, receiver, sent in ((initiator, responder, forth), (responder, initiator, back)):
        for number, (channel, body) in enumerate(sent, start=1):
            sender.enqueue(channel, body, number)
        stream = next_cell(sender)
        while sender.queued_len:
            stream += next_cell(sender)
        position = 0
        for size in itertools.cycle(sizes):
            receiver.receive_data(memoryview(stream)[position : position + size], 1.0)
            position += size
            if position >= len(stream):
                break
        left = [event.number for event in events(sender) if isinstance(event, FrameLeft)]
        got = [(e.channel, e.body) for e in events(receiver) if isinstance(e, FrameReceived)]
        assert [sent[number - 1] for number in left] == got
        assert Counter(got) == Counter(sent)


def test_cells_that_come_with_the_last_flight_are_not_lost() -> None:
    initiator, responder = dial(), accept()
    carry(initiator, responder)
    carry(responder, initiator)
    flight = initiator.data_to_send()
    initiator.enqueue(Channel.CONTROL, b"hello")
    responder.receive_data(flight + next_cell(initiator) + next_cell(initiator)[:100], 0.2)
    assert [type(event) for event in events(responder)][1:] == [Established, FrameReceived]
    assert responder.state is State.OPEN


def test_a_frame_never_causes_a_cell() -> None:
    initiator, responder = open_pair()
    initiator.enqueue(Channel.MESSAGE, b"hello", 1)
    assert initiator.data_to_send() == b""
    assert events(initiator) == []
    leave(initiator, responder)
    assert events(initiator) == [FrameLeft(1)]
    assert events(responder) == [FrameReceived(Channel.MESSAGE, b"hello")]


def test_every_cell_has_one_size_whatever_is_queued() -> None:
    initiator, _ = open_pair()
    sizes = {len(next_cell(initiator)) for _ in range(5)}
    for body in (b"x", b"y" * 493, b"z" * 70_000):
        initiator.enqueue(Channel.MESSAGE, body)
        sizes |= {len(next_cell(initiator)) for _ in range(200)}
    assert sizes == {CELL_LEN}


def test_an_armed_cell_takes_in_what_is_queued_if_it_is_sealed_again() -> None:
    initiator, responder = open_pair()
    initiator.next_cell()
    initiator.enqueue(Channel.MESSAGE, b"late", 5)
    cell = initiator.next_cell()
    initiator.cell_left()
    assert events(initiator) == [FrameLeft(5)]
    responder.receive_data(cell, 1.0)
    assert events(responder) == [FrameReceived(Channel.MESSAGE, b"late")]


def test_an_armed_cell_that_leaves_as_it_was_leaves_the_frame_for_the_next() -> None:
    initiator, responder = open_pair()
    cell = initiator.next_cell()
    initiator.enqueue(Channel.MESSAGE, b"next", 5)
    initiator.cell_left()
    assert events(initiator) == []
    responder.receive_data(cell, 1.0)
    leave(initiator, responder)
    assert events(initiator) == [FrameLeft(5)]
    assert events(responder) == [FrameReceived(Channel.MESSAGE, b"next")]


def test_a_cell_can_leave_only_once_sealed_and_once() -> None:
    initiator, _ = open_pair()
    with pytest.raises(LocalProtocolError):
        initiator.cell_left()
    next_cell(initiator)
    with pytest.raises(LocalProtocolError):
        initiator.cell_left()


@pytest.mark.parametrize(("channel", "number"), [(0, 0), (4, 0), (99, 0), (1, -1)])
def test_only_the_engines_channels_and_numbers_are_taken(channel: int, number: int) -> None:
    initiator, _ = open_pair()
    with pytest.raises(LocalProtocolError):
        initiator.enqueue(channel, b"x", number)
    assert initiator.queued_len == 0


def test_nothing_shows_a_body() -> None:
    assert "secret" not in repr(FrameReceived(1, b"secret"))


@pytest.mark.parametrize("split", [whole, byte_by_byte])
@pytest.mark.parametrize(
    "plaintext",
    [
        b"\x01\x00\x00",
        b"\x01\xff\xff",
        b"\x00\x01",
        b"\x07\x00\x01a",
        b"\x02\x00\x03\x00\x00\x00",
        b"\x02\x00\x03\xff\xff\xff",
        b"\x04\x00\x04\x00\x00\x01\x01",
        b"\x04\x00\x04\x00\x00\x01\x03",
        b"\x04\x00\x04\x00\x00\x01\x09",
    ],
    ids=[
        "empty segment",
        "long segment",
        "padding",
        "channel",
        "empty frame",
        "long frame",
        "bad offer",
        "switch out of turn",
        "unknown link frame",
    ],
)
def test_a_rule_broken_ends_the_link_and_delivers_nothing_of_that_cell(
    plaintext: bytes, split: Split
) -> None:
    initiator, responder = open_pair()
    message = b"\x02\x00\x05\x00\x00\x02ab"
    stream = seal_raw(initiator, message) + seal_raw(initiator, message + plaintext)
    for part in split(stream + next_cell(initiator)):
        responder.receive_data(part, 1.0)
    first, failed = events(responder)
    assert first == FrameReceived(Channel.MESSAGE, b"ab")
    assert isinstance(failed, ProtocolFailed)
    assert responder.state is State.FAILED


@pytest.mark.parametrize("damage", ["flipped", "lost", "twice", "lost byte"])
def test_a_damaged_stream_ends_the_link(damage: str) -> None:
    initiator, responder = open_pair()
    initiator.enqueue(Channel.MESSAGE, b"first", 0)
    cells = [next_cell(initiator) for _ in range(3)]
    stream = {
        "flipped": cells[0] + cells[1][:-1] + bytes([cells[1][-1] ^ 1]),
        "lost": cells[0] + cells[2],
        "twice": cells[0] + cells[0],
        "lost byte": cells[0] + cells[1][1:] + cells[2],
    }[damage]
    responder.receive_data(stream, 1.0)
    assert [type(event) for event in events(responder)] == [FrameReceived, ProtocolFailed]
    responder.receive_data(cells[1], 1.0)
    assert events(responder) == []


def test_the_two_directions_have_different_keys() -> None:
    initiator, _ = open_pair()
    initiator.receive_data(next_cell(initiator), 1.0)
    assert [type(event) for event in events(initiator)] == [ProtocolFailed]


@pytest.mark.parametrize(("pieces", "count"), [("byte by byte", 2_000), ("coalesced", 10_000)])
def test_thousands_of_mixed_cells_show_no_fake_and_lose_nothing_real(
    pieces: str, count: int
) -> None:
    chance = Random(5)
    initiator, responder = open_pair(RekeyLimits(after_cells=700))
    sent: list[bytes] = []
    got: list[bytes] = []
    real = 0
    for index in range(count):
        if chance.random() < 0.3:
            sent.append(index.to_bytes(4, "big") + chance.randbytes(chance.randrange(600)))
            initiator.enqueue(chance.choice([1, 2, 3]), sent[-1])
        real += bool(initiator.queued_len)
        cell = next_cell(initiator)
        if pieces == "byte by byte":
            for position in range(CELL_LEN):
                responder.receive_data(cell[position : position + 1], 1.0)
        else:
            responder.receive_data(cell, 1.0)
        leave(responder, initiator)
        got += [event.body for event in events(responder) if isinstance(event, FrameReceived)]
    assert initiator.queued_len == 0
    assert 0.2 < real / count < 0.8
    assert sorted(got) == sorted(sent)
    assert initiator.state is responder.state is State.OPEN


# -- new keys -------------------------------------------------------------------------------------


def keys_of(link: Link) -> tuple[int, int]:
    """The identities of the two keys in use."""
    opened = link._opened()
    return id(opened._sealer._cipher), id(opened._opener._cipher)


def rekey_state(link: Link) -> RekeyState:
    return link._opened()._rekey.state


def traffic(chance: Random, count: int) -> Iterator[bytes]:
    for index in range(count):
        yield index.to_bytes(2, "big") + chance.randbytes(chance.randrange(900))


def test_keys_are_renewed_by_count_under_traffic_in_both_directions() -> None:
    chance = Random(6)
    initiator, responder = open_pair(QUICK)
    sides = {initiator: responder, responder: initiator}
    waiting = {side: list(traffic(chance, 400)) for side in sides}
    sent = {side: list(bodies) for side, bodies in waiting.items()}
    got: dict[Link, list[bytes]] = {side: [] for side in sides}
    ciphers: set[object] = set()
    while any(waiting.values()) or any(side.queued_len for side in sides):
        side = chance.choice([initiator, responder])
        if waiting[side] and chance.random() < 0.5:
            side.enqueue(Channel.MESSAGE, waiting[side].pop(0))
        leave(side, sides[side])
        got[side] += [e.body for e in events(sides[side]) if isinstance(e, FrameReceived)]
        ciphers |= {link._opened()._sealer._cipher for link in sides}
        assert side.state is State.OPEN
    assert got == sent
    assert len(ciphers) > 40


def test_keys_are_renewed_by_time_and_only_the_dialler_begins() -> None:
    initiator, responder = open_pair()
    assert initiator.deadline == pytest.approx(600.1)
    assert responder.deadline == float("inf")
    for now in (600.0, 601.0, 602.0):
        initiator.on_time(now)
        responder.on_time(now)
    assert rekey_state(initiator) is RekeyState.OFFERED
    assert rekey_state(responder) is RekeyState.IDLE
    assert initiator.deadline == float("inf")
    for _ in range(10):
        leave(initiator, responder, now=610.0)
        leave(responder, initiator, now=610.0)
    assert rekey_state(initiator) is rekey_state(responder) is RekeyState.IDLE
    assert initiator.deadline == pytest.approx(1210.0)


def test_the_cut_over_is_exact_in_each_direction() -> None:
    initiator, responder = open_pair()
    before_initiator, before_responder = keys_of(initiator), keys_of(responder)
    initiator.on_time(601.0)
    offer_cells = [next_cell(initiator) for _ in range(3)]
    assert initiator.queued_len == 0
    responder.receive_data(b"".join(offer_cells), 1.0)
    assert keys_of(responder) == before_responder  # ANSWER has not left
    leave(responder, initiator, 2)
    assert keys_of(responder) == before_responder
    leave(responder, initiator)
    assert keys_of(responder)[0] != before_responder[0]  # its last byte has
    assert keys_of(responder)[1] == before_responder[1]
    assert keys_of(initiator)[0] == before_initiator[0]
    assert keys_of(initiator)[1] != before_initiator[1]
    leave(responder, initiator, 3)  # new key one way,
    assert rekey_state(initiator) is RekeyState.SWITCHING
    leave(initiator, responder)  # SWITCH, the last cell under the old key the other way
    assert keys_of(initiator)[0] != before_initiator[0]
    assert keys_of(responder)[1] != before_responder[1]
    leave(initiator, responder, 3)
    leave(responder, initiator, 3)
    assert initiator.state is responder.state is State.OPEN


def test_the_old_keys_do_not_open_the_new_cells_and_are_gone() -> None:
    initiator, responder = open_pair(QUICK)
    old = responder._opened()._opener._cipher
    root = responder._opened()._rekey._root
    for _ in range(50):
        leave(initiator, responder)
        leave(responder, initiator)
    new = responder._opened()._opener._cipher
    assert new is not old
    assert new._key != old._key
    assert responder._opened()._rekey._root != root
    assert initiator._opened()._rekey._root == responder._opened()._rekey._root
    assert initiator._opened()._rekey._own is None
    assert repr(root.secret)[2:-1] not in repr(root)


def test_key_frames_are_not_seen_outside_and_come_before_all_others() -> None:
    initiator, responder = open_pair()
    initiator.enqueue(Channel.BULK, b"b" * 5_000, 1)
    initiator.on_time(601.0)
    leave(initiator, responder, 3)
    assert rekey_state(responder) is RekeyState.SWITCHING
    assert events(responder) == []
    leave(responder, initiator, 3)
    leave(initiator, responder, 10)
    assert events(initiator) == [FrameLeft(1)]
    assert events(responder) == [FrameReceived(Channel.BULK, b"b" * 5_000)]


@pytest.mark.parametrize("split", [whole, byte_by_byte])
def test_keys_may_change_in_the_middle_of_one_read(split: Split) -> None:
    initiator, responder = open_pair()
    initiator.on_time(601.0)
    leave(initiator, responder, 3)
    responder.enqueue(Channel.MESSAGE, b"m" * 2_000, 1)
    stream = b"".join(next_cell(responder) for _ in range(9))
    for part in split(stream):
        initiator.receive_data(part, 602.0)
    assert events(initiator) == [FrameReceived(Channel.MESSAGE, b"m" * 2_000)]
    leave(initiator, responder, 4)
    assert responder.state is State.OPEN


def test_a_cell_sealed_again_around_the_cut_over_still_opens() -> None:
    initiator, responder = open_pair()
    initiator.on_time(601.0)
    leave(initiator, responder, 3)
    for _ in range(8):
        responder.next_cell()
        responder.enqueue(Channel.CONTROL, b"again")
        leave(responder, initiator)
        initiator.next_cell()
        leave(initiator, responder)
    assert initiator.state is responder.state is State.OPEN
    assert len(events(initiator)) == 8


def test_a_peer_that_never_renews_is_left() -> None:
    initiator, responder = dial(), accept(limits=QUICK)
    shake(initiator, responder)
    events(responder)
    leave(initiator, responder, QUICK.most_cells - 1)
    assert events(responder) == []
    leave(initiator, responder)
    assert responder.state is State.FAILED
    [failed] = events(responder)
    assert isinstance(failed, ProtocolFailed)


def test_an_answer_that_never_comes_is_left() -> None:
    initiator, _ = open_pair(QUICK)
    for _ in range(QUICK.most_cells):
        next_cell(initiator)
    assert rekey_state(initiator) is RekeyState.OFFERED
    assert moves(initiator)  # the process may have one armed; the end comes with the next read


def test_a_full_queue_does_not_hold_up_the_keys() -> None:
    initiator, responder = open_pair()
    for size in (80 * 1024, 1024, 1):
        while initiator.queued_len + 3 + size <= MAX_QUEUED_LEN:
            initiator.enqueue(Channel.BULK, b"x" * size)
    with pytest.raises(LocalProtocolError, match="full"):
        initiator.enqueue(Channel.CONTROL, b"x")
    initiator.on_time(601.0)
    leave(initiator, responder, 3)
    assert rekey_state(responder) is RekeyState.SWITCHING


def test_a_handshake_by_first_use_renews_its_keys_too() -> None:
    initiator, responder = dial(None, limits=QUICK), accept(strangers=True, limits=QUICK)
    shake(initiator, responder)
    first = keys_of(initiator)
    for _ in range(45):
        leave(initiator, responder)
        leave(responder, initiator)
    assert keys_of(initiator) != first
    assert initiator.state is responder.state is State.OPEN
    assert repr(BOB.public)[2:-1] not in repr(initiator)
