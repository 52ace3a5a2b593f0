"""One connection from its first flight to its FIN, in virtual time."""

import asyncio
import math
import socket
import sys
from itertools import pairwise
from unittest.mock import patch

import pytest
from virtual_net import FAST, End, FakeTransport, People, join, run, until

from messenger.core.types import COVER_PROFILES, MAX_COVER_S, Cover, CoverMode
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.link import CLOSE_AFTER_S, HANDSHAKE_S
from messenger.wire.connection import SILENCE_S, Connection
from messenger.wire.messages import (
    FlightSeen,
    FrameReceived,
    Left,
    LinkDown,
    LinkUp,
)
from messenger.wire.steady_reading import SEGMENT_LEN

CONTROL, MESSAGE = 1, 2  # channels
SELDOM = Cover(MAX_COVER_S, CoverMode.POISSON)


def cells_of(transport: FakeTransport, hub_up_at: float) -> list[tuple[float, bytes]]:
    """Return the writes after the handshake."""
    return [(at, data) for at, data in transport.writes if at > hub_up_at]


def test_a_known_key_links_both_ways() -> None:
    async def scene() -> None:
        people = People()
        ann, ben = people.ann(), people.ben()
        join(ann, ben)
        await asyncio.sleep(0.1)
        (up,) = ann.hub.told(LinkUp)
        (their_up,) = ben.hub.told(LinkUp)
        assert (up.link, up.outgoing, up.first_use) == (1, True, False)
        assert (their_up.link, their_up.outgoing, their_up.first_use) == (2, False, False)
        assert (up.peer_key, their_up.peer_key) == (people.ben_key.public, people.ann_key.public)
        assert up.exporter == their_up.exporter
        assert up.handshake_hash == their_up.handshake_hash
        assert len(ben.hub.told(FlightSeen)) == 1

    run(scene())


def test_frames_arrive_in_order_and_are_reported_when_they_left() -> None:
    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(0.1)
        bodies = [bytes([n]) * size for n, size in enumerate((1, 500, 65_536, 20), start=1)]
        for number, body in enumerate(bodies, start=1):
            ann.connection.send_frame(MESSAGE, body, number)
        await asyncio.sleep(3)
        assert [frame.body for frame in ben.hub.told(FrameReceived)] == bodies
        assert [left.frame for left in ann.hub.told(Left)] == [1, 2, 3, 4]

    run(scene())


def test_a_frame_without_a_number_is_not_reported() -> None:
    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(0.1)
        ann.connection.send_frame(MESSAGE, b"x", 0)
        await asyncio.sleep(1)
        assert len(ben.hub.told(FrameReceived)) == 1
        assert ann.hub.told(Left) == []

    run(scene())


def instants(*, busy: bool, mode: CoverMode) -> list[float]:
    """Return when the cells of a link left, with the same seed whether it talks or not."""
    times: list[float] = []

    async def scene() -> None:
        people = People(seed=7)
        cover = Cover(0.05, mode)
        ann, ben = people.ann(cover=cover), people.ben(cover=cover)
        join(ann, ben)
        for number in range(1, 120):
            await asyncio.sleep(0.0371)
            if busy:
                ann.connection.send_frame(MESSAGE, b"hello" * (1 + number % 40), number)
        times.extend(at for at, data in ann.transport.writes if at > 0 and len(data) == CELL_LEN)
        assert ann.hub.told(LinkUp)

    run(scene())
    return times


def test_who_calls_gets_the_cover_of_their_key_and_the_link_says_which() -> None:
    async def scene() -> None:
        people = People()
        slow = Cover(1.0, CoverMode.POISSON)
        ann, ben = people.ann(), people.ben(covers={people.ann_key.public: slow})
        join(ann, ben)
        await asyncio.sleep(60)
        (up,), (their_up,) = ann.hub.told(LinkUp), ben.hub.told(LinkUp)
        assert (up.interval_s, up.mode) == (FAST.interval_s, "frames")
        assert (their_up.interval_s, their_up.mode) == (1.0, "poisson")
        assert 30 < ben.connection.counters().cells_out < 100
        assert ann.connection.counters().cells_out > 1000

    run(scene())


@pytest.mark.parametrize("mode", list(CoverMode))
def test_what_is_sent_never_moves_a_departure(mode: CoverMode) -> None:
    idle, busy = instants(busy=False, mode=mode), instants(busy=True, mode=mode)
    assert len(idle) > 60
    assert idle == busy


def answering_instants(*, answers: bool) -> list[float]:
    """Return when the cells of somebody leave who is written to, and may answer at once."""
    times: list[float] = []

    async def scene() -> None:
        people = People(seed=7)
        ann, ben = people.ann(cover=Cover(0.05)), people.ben(cover=Cover(0.05))
        join(ann, ben)

        def answer(connection: Connection, message: FrameReceived) -> None:
            ben.connection.send_frame(CONTROL, b"an acknowledgement", 0)
            ben.connection.send_frame(MESSAGE, b"a receipt" * 20, 0)

        if answers:
            ben.hub.deliver = answer  # type: ignore[method-assign]  # what an engine does
        for number in range(1, 120):
            await asyncio.sleep(0.0371)
            ann.connection.send_frame(MESSAGE, b"hello" * (1 + number % 40), number)
        times.extend(at for at, data in ben.transport.writes if at > 0 and len(data) == CELL_LEN)
        assert bool(ann.hub.told(FrameReceived)) is answers

    run(scene())
    return times


def test_acknowledgements_and_receipts_never_make_a_cell_or_move_one() -> None:
    silent, answering = answering_instants(answers=False), answering_instants(answers=True)
    assert len(silent) > 60
    assert silent == answering


def test_every_write_after_the_handshake_is_one_cell() -> None:
    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(0.5)
        ann.connection.send_frame(MESSAGE, bytes(5000), 1)
        await asyncio.sleep(1)
        for end in (ann, ben):
            cells = [data for at, data in end.transport.writes if at > 0]
            assert {len(data) for data in cells} == {CELL_LEN}
            assert len(set(cells)) == len(cells)
            assert len(end.transport.written) % CELL_LEN == 0

    run(scene())


def test_a_message_takes_the_place_of_the_armed_cover_cell() -> None:
    """Queued well before the instant, a frame leaves at that instant, not one later."""

    async def scene() -> None:
        cover = Cover(1.0)
        ann, ben = People().ann(cover=cover), People().ben(cover=cover)
        join(ann, ben)
        await asyncio.sleep(0.01)
        ann.connection.send_frame(MESSAGE, b"now", 1)
        await asyncio.sleep(0.99)  # the first frame of the schedule, and its one instant
        assert ann.connection.counters().cells_out == 1
        assert len(ann.hub.told(Left)) == 1
        assert [frame.body for frame in ben.hub.told(FrameReceived)] == [b"now"]

    run(scene())


@pytest.mark.parametrize("where", ["transport", "kernel"])
def test_a_stalled_network_skips_cells_and_never_bursts(where: str) -> None:
    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(1)
        before = ann.connection.counters()
        if where == "transport":
            ann.transport.buffered_len = 1
        else:
            ann.transport.socket.unacknowledged_len = 1_000_000
        await asyncio.sleep(1)
        during = ann.connection.counters()
        ann.transport.buffered_len = ann.transport.socket.unacknowledged_len = 0
        await asyncio.sleep(1)
        after = ann.connection.counters()
        assert during.cells_out == before.cells_out
        assert 98 <= during.skipped - before.skipped <= 102
        assert 98 <= after.cells_out - during.cells_out <= 102

    run(scene())


def test_after_a_sleep_of_the_computer_one_cell_leaves_and_the_rest_is_skipped() -> None:
    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(1)
        before = ann.connection.counters()
        ann.transport.loop.stall(5.0)
        await asyncio.sleep(0.02)
        after = ann.connection.counters()
        assert after.cells_out - before.cells_out <= 4
        assert 490 <= after.skipped - before.skipped <= 502

    run(scene())


@pytest.mark.parametrize(
    "opening",
    [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01" + bytes(600),
        b"SSH-2.0-x\r\n",
        bytes(5120),
        b"x" * 20,
    ],
    ids=["silent", "http", "tls", "ssh", "zeros", "short"],
)
def test_a_prober_gets_no_byte_and_one_slow_close(opening: bytes) -> None:
    async def scene() -> None:
        ben = People().ben()
        ben.start()
        ben.transport.receive(opening)
        await asyncio.sleep(CLOSE_AFTER_S[0] - 0.1)
        ben.transport.receive(b"are you there?")
        assert ben.transport.closed_at is None
        await asyncio.sleep(CLOSE_AFTER_S[1])
        assert ben.transport.written == b""
        assert ben.transport.closed_at is not None
        assert ben.hub.closed
        assert ben.hub.messages == []

    run(scene())


@pytest.mark.parametrize("outgoing", [False, True])
def test_a_timer_that_runs_early_gives_a_silent_peer_up_all_the_same(outgoing: bool) -> None:
    """On Windows asyncio runs a timer up to 15.6 ms early: its clock cannot tell any better."""

    async def scene() -> None:
        end = People().ann() if outgoing else People().ben()
        end.transport.loop.coarsen(1 / 64)
        end.start()
        await asyncio.sleep(HANDSHAKE_S - 0.001)  # the deadline's timer runs now, too
        assert end.hub.failures == [("silent", None)]
        await asyncio.sleep(CLOSE_AFTER_S[1])
        assert end.hub.closed

    run(scene())


def test_a_replayed_first_flight_is_met_with_silence() -> None:
    async def scene() -> None:
        people = People()
        ann, ben = people.ann(), people.ben()
        join(ann, ben)
        recorded = ann.transport.written
        assert recorded
        await asyncio.sleep(0.05)
        again = people.ben()
        again.start()
        again.transport.receive(recorded)
        await asyncio.sleep(CLOSE_AFTER_S[1] + 1)
        assert again.transport.written == b""
        assert again.transport.closed_at is not None

    run(scene())


@pytest.mark.parametrize("admitted", [False, True])
def test_strangers_are_answered_only_while_they_are_admitted(admitted: bool) -> None:
    async def scene() -> None:
        people = People()
        people.strangers = admitted
        ann, ben = people.ann(knows_key=False), people.ben()
        join(ann, ben)
        await asyncio.sleep(HANDSHAKE_S + 0.1)
        if admitted:
            (up,) = ann.hub.told(LinkUp)
            assert up.first_use
            assert up.peer_key == people.ben_key.public
            assert ben.hub.told(LinkUp)[0].first_use
        else:
            assert ann.hub.failures == [("silent", None)]
            assert ben.transport.written == b""

    run(scene())


def test_a_caller_too_many_is_met_with_silence_before_anything_is_computed() -> None:
    async def scene() -> None:
        people = People()
        people.answers = False
        ann, ben = people.ann(), people.ben()
        ann.start()
        ben.start()
        with patch("messenger.protocol.handshake._veiled_noise") as noise:
            ben.transport.receive(ann.transport.written)
        assert noise.call_count == 0
        await asyncio.sleep(CLOSE_AFTER_S[1] + 1)
        assert ben.transport.written == b""
        assert ben.transport.closed_at is not None
        assert ben.hub.messages == []
        assert len(people.replay) == 0
        people.answers = True
        ann, ben = people.ann(), people.ben()
        join(ann, ben)
        await asyncio.sleep(0.1)
        assert ben.hub.told(LinkUp)

    run(scene())


def test_another_key_than_the_expected_one_ends_the_dial() -> None:
    async def scene() -> None:
        people = People()
        people.strangers = True
        ann, ben = people.ann(knows_key=False, expect=bytes(31) + b"\x01"), people.ben()
        join(ann, ben)
        first_flight = ann.transport.written
        assert first_flight
        assert {len(data) for _, data in ann.transport.writes} <= {CELL_LEN, SEGMENT_LEN}
        await asyncio.sleep(1)
        assert ann.hub.failures == [("other_key", people.ben_key.public)]
        assert ann.transport.written == first_flight, "our own key was shown"
        assert ben.hub.told(LinkUp) == []

    run(scene())


@pytest.mark.parametrize(("answer", "reason"), [(b"", "silent"), (b"hello", "handshake")])
def test_a_dialled_end_that_hangs_up_is_named_by_what_it_said(answer: bytes, reason: str) -> None:
    async def scene() -> None:
        ann = People().ann()
        ann.start()
        if answer:
            ann.transport.receive(answer)
        ann.transport.receive_eof()
        assert ann.hub.failures == [(reason, None)]

    run(scene())


def test_closing_sends_fin_at_an_instant_and_nothing_after() -> None:
    async def scene() -> None:
        ann, ben = People().ann(cover=Cover(1.0)), People().ben(cover=Cover(1.0))
        join(ann, ben)
        await asyncio.sleep(5.01)
        cells = len(ann.transport.writes)
        ann.connection.end("closed")
        assert ann.hub.told(LinkDown) == [LinkDown(1, "closed")]
        assert ann.transport.eof_at is None
        await asyncio.sleep(4)
        assert len(ann.transport.writes) == cells
        # The middle half of the sixth frame, which is where its cell would have left.
        assert 5.25 <= (ann.transport.eof_at or 0) <= 5.75
        assert ben.hub.told(LinkDown) == [LinkDown(2, "lost")]
        assert ben.transport.closed_at is not None
        assert ann.hub.closed
        assert ben.hub.closed

    run(scene())


def test_a_peer_that_never_answers_our_fin_is_not_waited_for_long() -> None:
    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(1)
        ben.transport.protocol = None  # deaf and mute from here on
        ann.connection.end("closed")
        await asyncio.sleep(6)
        assert ann.hub.closed

    run(scene())


def test_a_cell_changed_on_the_way_ends_the_link() -> None:
    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(1)
        ben.transport.receive(bytes(CELL_LEN))
        await until(lambda: ben.hub.told(LinkDown))  # read when a cell of our own has left
        assert ben.hub.told(LinkDown) == [LinkDown(2, "protocol")]
        assert ben.transport.closed_at is None, "closing waits for an instant like any other"
        await asyncio.sleep(1)
        assert ann.hub.told(LinkDown) == [LinkDown(1, "lost")]
        assert ann.hub.closed
        assert ben.hub.closed

    run(scene())


@pytest.mark.parametrize("interval_s", [0.01, MAX_COVER_S])
def test_a_link_without_cells_from_the_peer_is_lost(interval_s: float) -> None:
    async def scene() -> None:
        cover = Cover(interval_s)
        ann, ben = People().ann(cover=cover), People().ben(cover=cover)
        join(ann, ben)
        await asyncio.sleep(10)
        ben.transport.other = None  # the path is cut
        await asyncio.sleep(SILENCE_S - 3.5)
        assert ann.hub.told(LinkDown) == []
        await asyncio.sleep(7)
        assert ann.hub.told(LinkDown) == [LinkDown(1, "lost")]

    run(scene())


@pytest.mark.parametrize("own", [COVER_PROFILES["lively"], COVER_PROFILES["balanced"], SELDOM])
def test_whoever_sends_as_seldom_as_a_cover_may_is_not_taken_for_lost(own: Cover) -> None:
    """Each side has a cover of its own, and hears nothing of the other's."""

    async def scene() -> None:
        ann, ben = People(seed=3).ann(cover=own), People(seed=3).ben(cover=SELDOM)
        join(ann, ben)
        heard: list[float] = []
        while ann.transport.loop.time() < 3600 and not ann.hub.closed:
            before = ann.hub.statistics.cells_in
            await asyncio.sleep(1)
            if ann.hub.statistics.cells_in > before:
                heard.append(ann.transport.loop.time())
        assert max(later - earlier for earlier, later in pairwise(heard)) > 10
        assert ann.hub.told(LinkDown) == ben.hub.told(LinkDown) == []

    run(scene())


@pytest.mark.skipif(sys.platform != "linux", reason="the option is one of Linux")
def test_the_kernel_gives_a_link_up_that_acknowledges_nothing_for_ten_seconds() -> None:
    async def scene() -> None:
        ben = People().ben()
        option = (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        ben.start()
        assert option not in ben.transport.socket.options, "a stranger sees nothing of it"
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(0.1)
        for end in (ann, ben):
            assert end.transport.socket.options[option] == 10_000  # ms

    run(scene())


def test_no_cover_makes_a_false_loss_likely() -> None:
    gaps_a_day = 24 * 3600 / MAX_COVER_S
    assert gaps_a_day * math.exp(-SILENCE_S / MAX_COVER_S) < 1e-4
    assert {cover.interval_s <= MAX_COVER_S for cover in COVER_PROFILES.values()} == {True}


def test_a_reset_connection_is_reported_at_once() -> None:
    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(1)
        ann.transport.reset()
        assert ann.hub.told(LinkDown) == [LinkDown(1, "lost")]
        assert ann.hub.closed
        cells = ann.hub.statistics.cells_out
        await asyncio.sleep(1)
        assert ann.hub.statistics.cells_out == cells

    run(scene())


@pytest.mark.parametrize(("channel", "body"), [(9, b"x"), (MESSAGE, b""), (MESSAGE, bytes(90_000))])
def test_a_frame_that_cannot_be_sent_closes_the_link(channel: int, body: bytes) -> None:
    """The engine's stream would have a hole; that is a bug of ours, and it is not hidden."""

    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(0.5)
        ann.connection.send_frame(channel, body, 1)
        assert ann.hub.told(LinkDown) == [LinkDown(1, "closed")]

    run(scene())


def test_a_queue_above_its_bound_closes_the_link() -> None:
    async def scene() -> None:
        ann, ben = People().ann(), People().ben()
        join(ann, ben)
        await asyncio.sleep(0.5)
        sent = 0
        while not ann.hub.told(LinkDown):
            ann.connection.send_frame(MESSAGE, bytes(65_536), 0)
            sent += 65_536
            assert sent < 64 * 1024 * 1024
        assert sent > 1024 * 1024

    run(scene())


def test_bytes_split_anyhow_make_the_same_frames() -> None:
    async def scene() -> None:
        people = People()
        ann, ben = people.ann(), people.ben()
        ben.transport.other = ann.transport
        ben.start()
        ann.start()
        loop = asyncio.get_running_loop()
        sent = 0
        for step in range(3_000):  # Ann's bytes reach Ben in odd little pieces
            if step == 200:
                ann.connection.send_frame(MESSAGE, b"in pieces", 1)
            piece = ann.transport.written[sent : sent + 61]
            ben.transport.receive(piece)
            sent += len(piece)
            await asyncio.sleep(0.0005)
        assert loop.time() > 1
        assert [frame.body for frame in ben.hub.told(FrameReceived)] == [b"in pieces"]
        assert ben.connection.counters().cells_in == ben.hub.statistics.cells_in > 50

    run(scene())


def test_a_key_that_is_none_fails_the_dial() -> None:
    async def scene() -> None:
        people = People()
        people.ben_key = type(people.ben_key)(private=bytes(32), public=b"short")
        ann: End = people.ann(cover=FAST)
        ann.start()
        await asyncio.sleep(0.1)
        assert ann.hub.failures == [("handshake", None)]
        assert ann.hub.closed

    run(scene())
