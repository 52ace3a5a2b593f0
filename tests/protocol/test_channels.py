"""Frames ride in cells: in order, by priority, whole or not at all."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import LocalProtocolError, MalformedFrameError
from messenger.protocol.cells import CELL_ROOM, COVER_PLAINTEXT, CellWriter, read_segments
from messenger.protocol.channels import (
    EPOCH_PATIENCE,
    MAX_FRAME_LEN,
    MAX_QUEUED_COUNT,
    MAX_QUEUED_LEN,
    PRIORITY,
    Channel,
    Frame,
    FrameAssembler,
    FrameQueue,
)

frames = st.lists(
    st.builds(Frame, st.sampled_from(Channel), st.binary(min_size=1, max_size=1_500)), max_size=12
)


def carry(queue: FrameQueue, assembler: FrameAssembler) -> tuple[list[Frame], list[int], int]:
    """Empty the queue; return arrived frames, numbers that left and how many cells it took."""
    arrived, left, cells = [], [], 0
    while queue.queued_len:
        arrived += assembler.receive_cell(queue.compose())
        left += queue.cell_left()
        cells += 1
    return arrived, left, cells


def cell_of(*segments: tuple[int, bytes]) -> bytes:
    writer = CellWriter()
    for channel, data in segments:
        writer.add(channel, data)
    return writer.plaintext()


@given(frames)
def test_each_channel_keeps_its_order_and_loses_nothing(sent: list[Frame]) -> None:
    queue = FrameQueue()
    for number, frame in enumerate(sent, start=1):
        queue.enqueue(frame.channel, frame.body, number)
    arrived, left, _ = carry(queue, FrameAssembler())
    for channel in Channel:
        assert [f for f in arrived if f.channel is channel] == [
            f for f in sent if f.channel is channel
        ]
    assert sorted(left) == list(range(1, len(sent) + 1))
    assert [sent[number - 1] for number in left] == arrived


@given(frames, st.randoms(use_true_random=False))
def test_composing_again_before_a_cell_left_changes_nothing_else(
    sent: list[Frame], chance: random.Random
) -> None:
    queue, assembler, arrived, waiting = FrameQueue(), FrameAssembler(), [], list(sent)
    while waiting or queue.queued_len:
        for _ in range(chance.randrange(3)):
            queue.compose()
            if waiting:
                frame = waiting.pop(0)
                queue.enqueue(frame.channel, frame.body)
        arrived += assembler.receive_cell(queue.compose())
        queue.cell_left()
    assert sorted(arrived, key=lambda f: (f.channel, f.body)) == sorted(
        sent, key=lambda f: (f.channel, f.body)
    )


def test_nothing_queued_is_cover() -> None:
    queue = FrameQueue()
    assert queue.compose() == COVER_PLAINTEXT
    assert queue.cell_left() == []
    assert FrameAssembler().receive_cell(COVER_PLAINTEXT) == []


def test_priority_is_strict_and_bulk_fills_what_is_left() -> None:
    queue = FrameQueue()
    for channel in reversed(PRIORITY):
        queue.enqueue(channel, b"x" * 300)
    channels = []
    while queue.queued_len:
        channels.append([channel for channel, _ in read_segments(queue.compose())])
        queue.cell_left()
    assert channels == [
        [Channel.LINK, Channel.CONTROL],
        [Channel.CONTROL, Channel.MESSAGE, Channel.EPOCH],
        [Channel.EPOCH, Channel.BULK],
        [Channel.BULK],
    ]


def test_messages_overtake_an_exchange_and_do_not_starve_it() -> None:
    queue, assembler, arrived = FrameQueue(), FrameAssembler(), []
    queue.enqueue(Channel.EPOCH, b"e" * 1_200, 1)
    queue.enqueue(Channel.BULK, b"b" * 2_000)
    for number in range(3 * EPOCH_PATIENCE + 2):
        queue.enqueue(Channel.MESSAGE, bytes([number]) * (CELL_ROOM - 6))
    shares = []
    while queue.queued_len:
        queue.compose()  # looking twice counts once
        plaintext = queue.compose()
        arrived += assembler.receive_cell(plaintext)
        shares.append({Channel(channel) for channel, _ in read_segments(plaintext)})
        queue.cell_left()
    turns = [at for at, share in enumerate(shares) if Channel.EPOCH in share]
    assert turns == [n * (EPOCH_PATIENCE + 1) + EPOCH_PATIENCE for n in range(3)]
    assert shares[: EPOCH_PATIENCE + 1] == [{Channel.MESSAGE}] * EPOCH_PATIENCE + [{Channel.EPOCH}]
    kinds = [frame.channel for frame in arrived]
    assert kinds.index(Channel.EPOCH) == 3 * EPOCH_PATIENCE
    assert kinds[-1] is Channel.BULK


def test_leftovers_of_cells_are_no_turn() -> None:
    """Messages that leave a byte or two of each cell do not starve an exchange with them."""
    queue = FrameQueue()
    queue.enqueue(Channel.EPOCH, b"e" * 1_240)
    cells, arrived, assembler = 0, list[Frame](), FrameAssembler()
    while not arrived:
        queue.enqueue(Channel.MESSAGE, b"m" * (CELL_ROOM - 3 - 3 - 3 - 1))
        arrived = [f for f in assembler.receive_cell(queue.compose()) if f.channel is Channel.EPOCH]
        queue.cell_left()
        cells += 1
    assert cells <= 3 * (EPOCH_PATIENCE + 1)


def test_an_exchange_waits_its_whole_patience_each_time() -> None:
    queue = FrameQueue()

    def cells_until_epoch() -> int:
        count = 0
        while True:
            queue.enqueue(Channel.MESSAGE, b"m" * (CELL_ROOM - 6))
            channels = [channel for channel, _ in read_segments(queue.compose())]
            queue.cell_left()
            if Channel.EPOCH in channels:
                return count
            count += 1

    for _ in range(EPOCH_PATIENCE // 2):  # nothing waits: these do not count
        queue.enqueue(Channel.MESSAGE, b"m" * (CELL_ROOM - 6))
        queue.compose()
        queue.cell_left()
    for _ in range(2):
        queue.enqueue(Channel.EPOCH, b"e" * 100)
        assert cells_until_epoch() == EPOCH_PATIENCE


def test_an_urgent_frame_overtakes_a_long_one_that_has_begun() -> None:
    queue, assembler = FrameQueue(), FrameAssembler()
    queue.enqueue(Channel.BULK, b"b" * 60_000)
    assembler.receive_cell(queue.compose())
    queue.cell_left()
    queue.enqueue(Channel.CONTROL, b"now")
    assert assembler.receive_cell(queue.compose()) == [Frame(Channel.CONTROL, b"now")]
    queue.cell_left()
    arrived, _, _ = carry(queue, assembler)
    assert arrived == [Frame(Channel.BULK, b"b" * 60_000)]


def test_cells_are_filled_to_the_last_byte() -> None:
    queue = FrameQueue()
    queue.enqueue(Channel.MESSAGE, b"m" * 80_000)
    arrived, _, cells = carry(queue, FrameAssembler())
    assert arrived == [Frame(Channel.MESSAGE, b"m" * 80_000)]
    assert cells == -(-80_003 // (CELL_ROOM - 3))


def test_a_number_comes_back_with_the_last_byte_and_zero_never() -> None:
    queue = FrameQueue()
    queue.enqueue(Channel.MESSAGE, b"a" * 600, 7)
    queue.enqueue(Channel.MESSAGE, b"b", 0)
    queue.enqueue(Channel.MESSAGE, b"c", 9)
    left = []
    while queue.queued_len:
        queue.compose()
        left.append(queue.cell_left())
    assert left == [[], [7, 9]]


@pytest.mark.parametrize("channel", Channel)
def test_the_longest_frame_passes_and_a_longer_one_does_not(channel: Channel) -> None:
    queue, longest = FrameQueue(), b"x" * MAX_FRAME_LEN[channel]
    queue.enqueue(channel, longest)
    arrived, _, _ = carry(queue, FrameAssembler())
    assert arrived == [Frame(channel, longest)]
    for body in (longest + b"x", b""):
        with pytest.raises(LocalProtocolError, match="frame"):
            queue.enqueue(channel, body)
    too_long = (len(longest) + 1).to_bytes(3, "big")
    for header in (too_long, b"\x00\x00\x00", b"\xff\xff\xff"):
        with pytest.raises(MalformedFrameError):
            FrameAssembler().receive_cell(cell_of((channel, header)))


def test_the_queue_of_a_link_is_bounded() -> None:
    queue, body = FrameQueue(), b"x" * (80 * 1024)
    for _ in range(MAX_QUEUED_LEN // (len(body) + 3)):
        queue.enqueue(Channel.BULK, body)
    with pytest.raises(LocalProtocolError, match="full"):
        queue.enqueue(Channel.MESSAGE, body)
    assert queue.queued_len <= MAX_QUEUED_LEN


def test_small_frames_are_bounded_by_their_number() -> None:
    """Each takes far more memory than its bytes, and a peer may ask for many small answers."""
    queue = FrameQueue()
    for _ in range(MAX_QUEUED_COUNT):
        queue.enqueue(Channel.CONTROL, b"x")
    with pytest.raises(LocalProtocolError, match="full"):
        queue.enqueue(Channel.MESSAGE, b"x")
    queue.enqueue(Channel.LINK, b"new keys go all the same")
    for _ in range(2):  # the first cell is for them
        queue.compose()
        queue.cell_left()
    queue.enqueue(Channel.MESSAGE, b"x")


@pytest.mark.parametrize("channel", [6, 7, 0x7F, 0xFF])
def test_an_unknown_channel_is_refused(channel: int) -> None:
    with pytest.raises(MalformedFrameError, match="channel"):
        FrameAssembler().receive_cell(cell_of((channel, b"\x00\x00\x01a")))


def test_a_frame_before_the_broken_part_of_a_cell_does_not_count() -> None:
    cell = bytearray(cell_of((Channel.MESSAGE, b"\x00\x00\x01a")))
    cell[-1] = 1
    with pytest.raises(MalformedFrameError):
        FrameAssembler().receive_cell(bytes(cell))


@given(st.lists(st.binary(min_size=CELL_ROOM, max_size=CELL_ROOM), max_size=5))
def test_garbage_gives_frames_or_a_refusal(plaintexts: list[bytes]) -> None:
    assembler = FrameAssembler()
    try:
        for plaintext in plaintexts:
            assembler.receive_cell(plaintext)
    except MalformedFrameError:
        pass


def test_a_frame_does_not_show_its_body() -> None:
    assert "secret" not in repr(Frame(Channel.MESSAGE, b"secret"))
