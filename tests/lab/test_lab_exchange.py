"""Texts are exact in spite of a cipher that errs, and whatever else comes is refused."""

import pickle
from pathlib import Path
from random import Random

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import InputError, MalformedFrameError, RemoteProtocolError, ReplayError
from messenger.lab.coding import (
    MAX_TEXT_LEN,
    DamagedTextError,
    block_count,
    correct,
    damaged_segments,
    from_data,
    to_blocks,
)
from messenger.lab.exchange import Receiver, Sender, UnreadableTextError
from messenger.lab.frames import Again, Frame, FrameBuffer, Got, Hello, Missing, Text, encode
from messenger.lab.shared_state import Shared, load_shared, save_shared
from messenger.lab.trio import Pair

SESSION = bytes(32)
IDENT = bytes(8)


def _ends(shared: Shared, session: bytes = SESSION) -> tuple[Sender, Receiver]:
    return Sender(shared, session), Receiver(shared, session)


def _deliver(sender: Sender, receiver: Receiver, text: str) -> int:
    """Send one text and count the blocks that had to be sent again."""
    answer = receiver.receive(sender.send(text, IDENT))
    resends = 0
    while isinstance(answer, Missing):
        resends += len(answer.blocks)
        answer = receiver.receive(sender.again(answer))
    assert answer.signed
    return resends


@given(st.binary(max_size=300))
def test_what_is_coded_comes_back(text: bytes) -> None:
    blocks = to_blocks(text)
    assert len(blocks) == block_count(len(text))
    data, unsure = correct(blocks)
    assert not unsure.any()
    assert from_data(data) == text


@given(st.binary(min_size=1, max_size=60), st.randoms())
def test_one_wrong_bit_a_block_is_corrected_two_are_noticed(text: bytes, random: Random) -> None:
    blocks = to_blocks(text)
    places = [random.randrange(16) for _ in blocks]
    blocks[np.arange(len(blocks)), places] *= -1
    data, unsure = correct(blocks)
    assert not unsure.any()
    assert from_data(data) == text
    blocks[
        np.arange(len(blocks)), [(place + 1 + random.randrange(15)) % 16 for place in places]
    ] *= -1
    assert correct(blocks)[1].all()


def test_three_wrong_bits_are_noticed_by_the_crc() -> None:
    blocks = to_blocks(b"three")
    blocks[1, [3, 5, 6]] *= -1
    data, unsure = correct(blocks)
    assert not unsure.any()
    assert damaged_segments(data).all()
    with pytest.raises(DamagedTextError):
        from_data(data)
    with pytest.raises(DamagedTextError, match="length"):
        from_data(np.ones_like(data))


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(InputError, match=str(MAX_TEXT_LEN)):
        to_blocks(bytes(MAX_TEXT_LEN + 1))


def test_two_hundred_texts_are_exact_though_bob_errs(shared: Shared) -> None:
    random = np.random.default_rng(7)
    sender, receiver = _ends(shared)
    resends = 0
    for _ in range(200):
        points = random.integers(0x20, 0x2FFF, random.integers(1, 120))
        text = "".join(chr(point) for point in points)
        resends += _deliver(sender, receiver, text)
        assert receiver.text == text
    assert resends > 0  # the second line of defence was needed


def test_the_longest_text_arrives(shared: Shared) -> None:
    sender, receiver = _ends(shared)
    _deliver(sender, receiver, "x" * MAX_TEXT_LEN)
    assert receiver.text == "x" * MAX_TEXT_LEN


def test_equal_texts_never_look_equal(shared: Shared) -> None:
    first, second = Sender(shared, SESSION), Sender(shared, bytes([1]) * 32)
    sent = [
        first.send("the same", IDENT),
        first.send("the same", IDENT),
        second.send("the same", IDENT),
    ]
    assert len({text.cipher for text in sent}) == 3


def test_with_another_secret_nothing_can_be_read(shared: Shared) -> None:
    sender = Sender(shared, SESSION)
    receiver = Receiver(Shared(shared.pair, bytes(16)), SESSION)
    with pytest.raises(UnreadableTextError, match="same file"):
        _deliver(sender, receiver, "for Bob alone")


def test_a_changed_text_is_refused_by_its_hidden_states(shared: Shared) -> None:
    sender, receiver = _ends(shared)
    other = Sender(shared, SESSION)
    sent = sender.send("pay Bob", IDENT)
    answer = receiver.receive(Text(0, IDENT, other.send("pay Eve", IDENT).cipher, sent.signature))
    while isinstance(answer, Missing):
        answer = receiver.receive(other.again(answer))
    assert answer == Got(0, signed=False)
    assert receiver.text is None


@pytest.mark.parametrize(
    "cipher",
    [
        b"",
        bytes(63),
        bytes(64 * 9000),
        bytes(64 * 31),
        np.full(16, np.nan, "<f4").tobytes(),
        b"\x7f" * 64,
    ],
)
def test_what_is_no_ciphertext_is_refused(shared: Shared, cipher: bytes) -> None:
    with pytest.raises(MalformedFrameError):
        Receiver(shared, SESSION).receive(Text(0, IDENT, cipher, bytes(32)))


def test_frames_out_of_place_are_refused(shared: Shared) -> None:
    sender, receiver = _ends(shared)
    text = sender.send("once", IDENT)
    receiver.receive(text)
    with pytest.raises(ReplayError):
        receiver.receive(text)
    with pytest.raises(MalformedFrameError):
        Receiver(shared, SESSION).receive(Again(0, 1, text.cipher))
    for asked in (Missing(1, 1, [0]), Missing(0, 0, [0]), Missing(0, 1, []), Missing(0, 1, [400])):
        with pytest.raises(MalformedFrameError):
            sender.again(asked)


FRAMES: list[Frame] = [Hello(1, bytes(16)), Got(3, signed=True), Missing(0, 1, [2, 3])]


@given(st.lists(st.sampled_from(FRAMES), max_size=6), st.integers(1, 40))
def test_any_split_yields_the_same_frames(frames: list[Frame], size: int) -> None:
    stream = b"".join(encode(frame) for frame in frames)
    buffer = FrameBuffer()
    found = [
        frame
        for start in range(0, len(stream), size)
        for frame in buffer.receive(stream[start : start + size])
    ]
    assert found == frames


@given(st.binary(max_size=200))
def test_garbage_gives_frames_or_one_error(data: bytes) -> None:
    try:
        list(FrameBuffer().receive(data))
    except RemoteProtocolError:
        return


@pytest.mark.parametrize(
    "body",
    [
        pickle.dumps({"plain": "text"}),
        msgspec.msgpack.encode(["hello", 1, bytes(16), "more"]),
        msgspec.msgpack.encode(["nothing", 1]),
        msgspec.msgpack.encode(["got", -1, True]),
        b"\x93\xa3got\xcd\x00\x03\xc3",  # the number 3 in more bytes than it needs
    ],
)
def test_pickles_and_other_encodings_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedFrameError):
        list(FrameBuffer().receive(len(body).to_bytes(4, "big") + body))


def test_a_frame_that_is_too_long_is_refused_before_it_comes() -> None:
    with pytest.raises(MalformedFrameError, match="too long"):
        list(FrameBuffer().receive(b"\xff\xff\xff\xff"))


def test_files_come_back_and_damaged_ones_are_refused(shared: Shared, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "pair"
    save_shared(shared, path)
    again = load_shared(path)
    assert np.array_equal(again.pair.alice, shared.pair.alice)
    assert again.secret == shared.secret
    assert repr(shared.secret)[2:-1] not in repr(shared)
    raw = path.read_bytes()
    for bad in (raw[:-1], raw + b"x", b"", pickle.dumps(1), bytes(2_000_000)):
        path.write_bytes(bad)
        with pytest.raises(InputError):
            load_shared(path)
    with pytest.raises(InputError, match="cannot be read"):
        load_shared(tmp_path / "none")
    alice = np.full_like(shared.pair.alice, np.nan)
    save_shared(Shared(Pair(alice, shared.pair.bob), shared.secret), path)
    with pytest.raises(InputError, match="not made of numbers"):
        load_shared(path)
