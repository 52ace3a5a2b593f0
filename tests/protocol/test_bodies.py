"""Message bodies: one encoding for each, limits, and room for later kinds."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import MalformedFrameError
from messenger.core.types import (
    MAX_FILE_LEN,
    MAX_FILE_NAME_LEN,
    MAX_LIFETIME_S,
    MAX_TEXT_LEN,
)
from messenger.protocol.bodies import (
    MAX_BODY_LEN,
    MAX_EMOJI_LEN,
    MAX_RECEIPT_COUNT,
    Addresses,
    Delete,
    Edit,
    Heartbeat,
    KnownBody,
    Mailbox,
    React,
    Receipt,
    SetTimer,
    Text,
    Unsupported,
    decode_body,
    encode_body,
)
from messenger.protocol.mailbox import MAILBOX_ID_LEN

ID, OTHER = bytes(range(16)), bytes(range(16, 32))
TRICKY = "naïve\0 \u202eright-to-left 👩‍👩‍👧 \x1b[31m\n\ufeff"
ids = st.binary(min_size=16, max_size=16)
hosts = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=255)
times = st.integers(min_value=0, max_value=1 << 53)
texts = st.text(max_size=200)
lifetimes = st.integers(min_value=0, max_value=MAX_LIFETIME_S)
places = st.lists(st.tuples(hosts, st.integers(1, 65_535)), max_size=4).map(tuple)
bodies = st.one_of(
    st.builds(Heartbeat),
    st.builds(Text, ids, texts, times, st.none() | ids, lifetimes),
    st.builds(Edit, ids, ids, texts, times),
    st.builds(Delete, ids, ids, times),
    st.builds(React, ids, ids, st.text(max_size=8), times),
    st.builds(SetTimer, ids, lifetimes, times),
    st.builds(Addresses, ids, places, times),
    st.builds(Receipt, ids, st.lists(ids, min_size=1, max_size=4).map(tuple)),
)


@given(bodies)
def test_every_body_survives_the_way(body: KnownBody) -> None:
    assert decode_body(encode_body(body)) == body


@pytest.mark.parametrize(
    ("body", "encoded"),
    [
        (Heartbeat(), "9100"),
        (Text(ID, "hi", 5), f"9601c410{ID.hex()}a2686905c000"),
        (Text(ID, "", 0, OTHER, 60), f"9601c410{ID.hex()}a000c410{OTHER.hex()}3c"),
        (Edit(OTHER, ID, "ho", 300), f"9502c410{OTHER.hex()}c410{ID.hex()}a2686fcd012c"),
        (Delete(OTHER, ID, 7), f"9403c410{OTHER.hex()}c410{ID.hex()}07"),
        (React(OTHER, ID, "♥", 7), f"9504c410{OTHER.hex()}c410{ID.hex()}a3e299a507"),
        (SetTimer(ID, 3600, 7), f"9405c410{ID.hex()}cd0e1007"),
        (Addresses(ID, (("::1", 9),), 7), f"9412c410{ID.hex()}9192a33a3a310907"),
        (Receipt(ID, (OTHER,)), f"9308c410{ID.hex()}91c410{OTHER.hex()}"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_bytes_of_each_kind_never_change(body: KnownBody, encoded: str) -> None:
    assert encode_body(body).hex() == encoded
    assert decode_body(bytes.fromhex(encoded)) == body


def test_text_is_carried_as_written() -> None:
    body = decode_body(encode_body(Text(ID, TRICKY, 1)))
    assert isinstance(body, Text)
    assert body.text == TRICKY


@given(
    st.integers(min_value=19, max_value=1 << 62),
    ids,
    st.lists(st.integers(-(1 << 60), 1 << 60) | st.binary() | st.text()),
)
def test_a_later_kind_is_kept_whole(kind: int, body_id: bytes, fields: list[object]) -> None:
    raw = msgspec.msgpack.encode([kind, body_id, *fields])
    assert decode_body(raw) == Unsupported(kind, body_id, raw)


@pytest.mark.parametrize("fields", [[], [7], ["sixteen letters!"], [ID[1:]], [[ID]], [None, ID]])
def test_a_later_kind_without_an_id_is_refused(fields: list[object]) -> None:
    with pytest.raises(MalformedFrameError):
        decode_body(msgspec.msgpack.encode([8, *fields]))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x90",  # no kind
        b"\xc0",
        b"\x91\xff",  # kind -1
        b"\x91\xa1x",  # a word for a kind
        b"\x92\x00\x00",  # a heartbeat with a field
        b"\x91\x00\x00",  # bytes behind the body
        b"\xdc\x00\x01\x00",  # a longer way to write an array of one
        b"\x91\xcc\x00",  # a longer way to write 0
        bytes.fromhex(f"9403c410{ID.hex()}c40f{ID[1:].hex()}07"),  # a short id
        bytes.fromhex(f"9403c410{ID.hex()}c410{ID.hex()}ff"),  # before 1970
        bytes.fromhex(f"9403c410{ID.hex()}c410{ID.hex()}cf0020000000000001"),  # beyond 2^53
        bytes.fromhex(f"9403c410{ID.hex()}c410{ID.hex()}c3"),  # a boolean for a time
        bytes.fromhex(f"9601c410{ID.hex()}a1ff05c000"),  # not UTF-8
        bytes.fromhex(f"9501c410{ID.hex()}a1ff05c0"),  # a field is missing
        bytes.fromhex(f"9405c410{ID.hex()}ce0024ea0107"),  # a second more than four weeks
        bytes.fromhex(f"9405c410{ID.hex()}ff07"),  # a negative lifetime
        b"\x91" * 20_000,  # deeper than anything
        b"\x93\x06" + b"\x91" * 20_000,  # also inside a later kind
        bytes.fromhex(f"9306c410{ID.hex()}a1"),  # a later kind, cut short
    ],
    ids=range(20),
)
def test_what_is_not_a_body_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedFrameError):
        decode_body(raw)


@given(st.binary(max_size=200))
def test_garbage_is_a_body_or_refused(raw: bytes) -> None:
    try:
        decode_body(raw)
    except MalformedFrameError:
        return


@given(bodies, st.data())
def test_a_changed_byte_never_yields_a_second_encoding(
    body: KnownBody, data: st.DataObject
) -> None:
    raw = bytearray(encode_body(body))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = decode_body(bytes(raw))
    except MalformedFrameError:
        return
    if not isinstance(decoded, Unsupported):
        assert encode_body(decoded) == bytes(raw)


@pytest.mark.parametrize(
    "make", [lambda text: Text(ID, text, 1), lambda text: Edit(OTHER, ID, text, 1)]
)
def test_text_is_limited_in_bytes_not_in_characters(make: type[Text]) -> None:
    longest = "é" * (MAX_TEXT_LEN // 2)
    assert len(encode_body(make(longest))) <= MAX_BODY_LEN
    for text in (longest + "x", "x" * (MAX_TEXT_LEN + 1), "\ud800"):
        with pytest.raises(ValueError, match=r"bytes|Expected|surrogates"):
            encode_body(make(text))
    too_long = msgspec.msgpack.encode(make(longest + "x"))
    assert len(too_long) <= MAX_BODY_LEN
    with pytest.raises(MalformedFrameError):
        decode_body(too_long)


@pytest.mark.parametrize("count", [0, MAX_RECEIPT_COUNT + 1])
def test_a_receipt_names_a_few_messages(count: int) -> None:
    with pytest.raises(MalformedFrameError):
        decode_body(msgspec.msgpack.encode([8, ID, [OTHER] * count]))


def test_a_reaction_is_limited_too() -> None:
    encode_body(React(OTHER, ID, "👩" * (MAX_EMOJI_LEN // 4), 1))
    with pytest.raises(ValueError, match="longer"):
        encode_body(React(OTHER, ID, "👩" * (MAX_EMOJI_LEN // 4 + 1), 1))


def test_no_repr_shows_what_somebody_wrote() -> None:
    for body in (
        Text(ID, "secret", 1),
        Edit(OTHER, ID, "secret", 1),
        React(OTHER, ID, "secret", 1),
    ):
        assert "secret" not in repr(body)
    assert "secret" not in repr(decode_body(msgspec.msgpack.encode([9, ID, "secret"])))


KEY = b"\x07" * 32
BOX = ["relay.example", 1, KEY, b"\x08" * MAILBOX_ID_LEN, KEY, True]
OFFER = [6, ID, "n", 5, "k", KEY, KEY, 1, None, 0]
NEW_KEY = [16, ID, KEY, 1]


@pytest.mark.parametrize(
    ("raw", "at", "good", "bad"),
    [
        (OFFER, 2, ["n", "n" * MAX_FILE_NAME_LEN], ["", "n" * (MAX_FILE_NAME_LEN + 1), "é" * 128]),
        (OFFER, 3, [0, MAX_FILE_LEN], [-1, MAX_FILE_LEN + 1]),
        (OFFER, 4, ["", "k" * 64], ["k" * 65]),
        (OFFER, 5, [KEY], [KEY[1:], KEY + b"\0"]),
        (OFFER, 6, [KEY], [KEY[1:], KEY + b"\0"]),
        (OFFER, 7, [0, 1 << 53], [-1, (1 << 53) + 1]),
        (OFFER, 9, [0, MAX_LIFETIME_S], [-1, MAX_LIFETIME_S + 1]),
        (NEW_KEY, 2, [KEY], [KEY[1:], KEY + b"\0"]),
        (BOX, 1, [1, 65_535], [0, 65_536]),
        (BOX, 2, [KEY], [KEY[1:], KEY + b"\0"]),
        (BOX, 3, [BOX[3]], [BOX[3][1:], BOX[3] + b"\0"]),
        (BOX, 4, [KEY], [KEY[1:], KEY + b"\0"]),
        ([17, ID, [], 1], 2, [[], [BOX] * 3], [[BOX] * 4]),
    ],
)
def test_every_field_has_its_limits(
    raw: list[object], at: int, good: list[object], bad: list[object]
) -> None:
    def whole(value: object) -> bytes:
        changed = [*raw[:at], value, *raw[at + 1 :]]
        return msgspec.msgpack.encode([17, ID, [changed], 1] if raw is BOX else changed)

    for value in good:
        assert encode_body(decode_body(whole(value))) == whole(value)
    for value in bad:
        with pytest.raises(MalformedFrameError):
            decode_body(whole(value))


def test_nothing_of_a_mailbox_but_its_place_is_printed() -> None:
    box = Mailbox("relay.example", 4711, KEY, b"\x08" * MAILBOX_ID_LEN, KEY, chosen=True)
    assert repr(box) == "Mailbox(host='relay.example', port=4711)"
