"""Parcels: what an envelope in a mailbox holds."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import MalformedFrameError
from messenger.protocol.bodies import MAX_BODY_LEN
from messenger.protocol.envelope import ENVELOPE_OVERHEAD
from messenger.protocol.mailbox import Size
from messenger.protocol.parcel import (
    MAX_ITEMS,
    Acks,
    Item,
    Packing,
    Piece,
    Whole,
    decode_parcel,
    digest_of,
    encode_parcel,
    item_len,
    pieces_of,
    room,
)

IDS = st.binary(min_size=16, max_size=16)
ITEMS: st.SearchStrategy[Item] = st.one_of(
    st.builds(Acks, st.lists(IDS, min_size=1, max_size=64).map(tuple)),
    st.builds(Whole, st.binary(min_size=1, max_size=300)),
    st.builds(
        Piece,
        IDS,
        st.integers(0, MAX_BODY_LEN),
        st.integers(1, MAX_BODY_LEN),
        st.binary(min_size=1, max_size=300),
    ),
)


@given(st.lists(ITEMS, max_size=8))
def test_what_is_packed_comes_out(items: list[Item]) -> None:
    assert decode_parcel(encode_parcel(items)) == items


@given(st.lists(ITEMS, max_size=200))
def test_what_fits_into_a_packing_fits_into_its_envelope(items: list[Item]) -> None:
    packing = Packing.begin()
    for item in items:
        if not packing.add(item):
            break
    assert len(encode_parcel(packing.items)) + ENVELOPE_OVERHEAD <= packing.size.length


def test_a_parcel_takes_the_larger_envelope_from_the_first_byte_too_many() -> None:
    full = room(Size.SMALL) - item_len(Whole(bytes(1_000))) + 1_000
    assert Packing.begin([Whole(bytes(full))]).size is Size.SMALL
    assert Packing.begin([Whole(bytes(full + 1))]).size is Size.LARGE


@given(st.binary(max_size=200))
def test_garbage_is_a_parcel_or_an_error(data: bytes) -> None:
    try:
        items = decode_parcel(data)
    except MalformedFrameError:
        return
    assert isinstance(items, list)


def test_an_item_of_a_later_version_is_left_out() -> None:
    later = msgspec.msgpack.encode((77, b"something"))
    whole = msgspec.msgpack.encode((2, b"body"))
    assert decode_parcel(msgspec.msgpack.encode((later, whole))) == [Whole(b"body")]


def test_the_longest_body_goes_in_pieces_that_come_together_again() -> None:
    body = bytes(range(256)) * (MAX_BODY_LEN // 256)
    pieces = list(pieces_of(body))
    assert len(pieces) == 5
    assert b"".join(piece.data for piece in pieces) == body
    assert {(piece.digest, piece.total) for piece in pieces} == {(digest_of(body), len(body))}
    assert all(item_len(piece) <= room(Size.LARGE) for piece in pieces)


def test_a_parcel_has_a_greatest_number_of_items() -> None:
    packing = Packing.begin()
    count = sum(packing.add(Whole(b"x")) for _ in range(MAX_ITEMS + 5))
    assert count == MAX_ITEMS
    with pytest.raises(ValueError, match="at most"):
        encode_parcel([Whole(b"x")] * (MAX_ITEMS + 1))
