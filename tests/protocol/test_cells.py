"""Cells have one size and one look; what they carry survives any split of the stream."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import MalformedFrameError, RemoteProtocolError
from messenger.crypto.noise.cipher_state import CipherState
from messenger.crypto.noise.functions import CHACHAPOLY
from messenger.protocol.cells import (
    CELL_LEN,
    CELL_ROOM,
    COVER_PLAINTEXT,
    CellOpener,
    CellSealer,
    CellWriter,
    read_segments,
)

KEY = bytes(range(32))


def cipher(key: bytes = KEY) -> CipherState:
    return CipherState(CHACHAPOLY, key)


def sealed(plaintexts: list[bytes]) -> bytes:
    sealer = CellSealer(cipher())
    stream = b""
    for plaintext in plaintexts:
        stream += sealer.seal(plaintext)
        sealer.cell_left()
    return stream


def plaintext_of(*segments: tuple[int, bytes]) -> bytes:
    writer = CellWriter()
    for channel, data in segments:
        writer.add(channel, data)
    return writer.plaintext()


def padded(data: bytes) -> bytes:
    return data.ljust(CELL_ROOM, b"\0")


def test_a_cell_is_512_bytes_whatever_it_carries() -> None:
    for plaintext in (COVER_PLAINTEXT, plaintext_of((1, b"x")), plaintext_of((2, b"y" * 493))):
        assert len(CellSealer(cipher()).seal(plaintext)) == CELL_LEN == 512


def test_the_layout_is_the_documented_one() -> None:
    plaintext = plaintext_of((2, b"abc"), (3, b"d"))
    assert plaintext == padded(b"\x02\x00\x03abc\x03\x00\x01d")


@given(st.lists(st.tuples(st.integers(1, 255), st.binary(min_size=1, max_size=120)), max_size=4))
def test_segments_come_back(segments: list[tuple[int, bytes]]) -> None:
    assert list(read_segments(plaintext_of(*segments))) == segments


def test_a_full_cell_comes_back() -> None:
    segments = [(1, b"a" * 200), (2, b"b" * (CELL_ROOM - 200 - 6))]
    assert list(read_segments(plaintext_of(*segments))) == segments


@pytest.mark.parametrize("spare", [0, 1, 2, 3])
def test_what_is_too_small_for_a_segment_must_be_zero(spare: int) -> None:
    segment = (1, b"a" * (CELL_ROOM - 3 - spare))
    plaintext = bytearray(plaintext_of(segment))
    assert list(read_segments(bytes(plaintext))) == [segment]
    if spare:
        plaintext[-spare] = 1
        with pytest.raises(MalformedFrameError, match="padding"):
            list(read_segments(bytes(plaintext)))


@pytest.mark.parametrize(
    ("plaintext", "match"),
    [
        (padded(b"\x01\x00\x00"), "empty"),
        (padded(b"\x01\x01\xee"), "past"),
        (padded(b"\x01\xff\xff"), "past"),
        (padded(b"\x00\x01"), "padding"),
        (padded(b"\x01\x00\x01a\x00b"), "padding"),
        (bytes(CELL_ROOM - 1) + b"\x01", "padding"),
    ],
)
def test_a_plaintext_with_two_meanings_is_refused(plaintext: bytes, match: str) -> None:
    with pytest.raises(MalformedFrameError, match=match):
        list(read_segments(plaintext))


@given(st.binary(min_size=CELL_ROOM, max_size=CELL_ROOM))
def test_any_plaintext_reads_back_exactly_or_is_refused(plaintext: bytes) -> None:
    try:
        segments = list(read_segments(plaintext))
    except MalformedFrameError:
        return
    assert plaintext_of(*segments) == plaintext


@given(st.integers(0, 6), st.lists(st.integers(0, 6 * CELL_LEN), max_size=8))
def test_any_split_of_the_stream_gives_the_same_cells(count: int, cuts: list[int]) -> None:
    plaintexts = [plaintext_of((1, bytes([i + 1]))) for i in range(count)]
    stream, opener, opened = sealed(plaintexts), CellOpener(cipher()), []
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    for start, end in itertools.pairwise(edges):
        opened += list(opener.receive_data(memoryview(stream)[start:end]))
    assert opened == plaintexts
    assert opener.count == count


def test_sealing_again_before_leaving_uses_the_same_count() -> None:
    sealer, opener = CellSealer(cipher()), CellOpener(cipher())
    assert sealer.seal(COVER_PLAINTEXT) == sealer.seal(COVER_PLAINTEXT)
    late = sealer.seal(plaintext_of((1, b"late")))
    sealer.cell_left()
    assert sealer.count == 1
    assert list(opener.receive_data(late)) == [plaintext_of((1, b"late"))]
    assert sealer.seal(COVER_PLAINTEXT) != CellSealer(cipher()).seal(COVER_PLAINTEXT)


@pytest.mark.parametrize("position", random.Random(1).sample(range(CELL_LEN * 8), 200))
def test_a_flipped_bit_is_refused(position: int) -> None:
    cell = bytearray(CellSealer(cipher()).seal(COVER_PLAINTEXT))
    cell[position // 8] ^= 1 << position % 8
    with pytest.raises(RemoteProtocolError):
        list(CellOpener(cipher()).receive_data(bytes(cell)))


@pytest.mark.parametrize("order", [(1, 0), (0, 0), (1,)], ids=["swapped", "twice", "left out"])
def test_order_is_part_of_the_seal(order: tuple[int, ...]) -> None:
    stream = sealed([COVER_PLAINTEXT, plaintext_of((1, b"second"))])
    cells = [stream[:CELL_LEN], stream[CELL_LEN:]]
    with pytest.raises(RemoteProtocolError):
        list(CellOpener(cipher()).receive_data(b"".join(cells[i] for i in order)))


def test_the_key_may_change_between_two_cells_of_one_read() -> None:
    second = CellSealer(cipher(b"\x07" * 32))
    stream = sealed([plaintext_of((1, b"last"))]) + second.seal(plaintext_of((1, b"first")))
    opener = CellOpener(cipher())
    seen = []
    for plaintext in opener.receive_data(stream):
        seen += list(read_segments(plaintext))
        if seen == [(1, b"last")]:
            opener.replace_key(cipher(b"\x07" * 32))
    assert seen == [(1, b"last"), (1, b"first")]
