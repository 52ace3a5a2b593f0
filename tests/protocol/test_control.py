"""Control frames: one encoding for each, limits, and room for later ones."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import MalformedFrameError
from messenger.core.types import Fork
from messenger.protocol.control import (
    MAX_ACK_IDS,
    MAX_CONTROL_LEN,
    Ack,
    BuildWord,
    ControlFrame,
    EpochAnswer,
    EpochOffer,
    Forked,
    Goodbye,
    GoodbyeReason,
    Hello,
    LaneAnswer,
    LaneAsk,
    Lineage,
    Unreadable,
    decode_control,
    encode_control,
    merged,
)
from messenger.protocol.tagged import Unknown

ID, KEY = bytes(range(16)), bytes(range(32))
ids = st.binary(min_size=16, max_size=16)
keys = st.binary(min_size=32, max_size=32)
hosts = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=255)
addresses = st.lists(st.tuples(hosts, st.integers(1, 65_535)), max_size=4).map(tuple)
plain_words = hosts.map(lambda text: text[:64])
frames = st.one_of(
    st.builds(
        Hello,
        st.integers(1, 65_535),
        st.text(max_size=64),
        st.booleans(),
        st.lists(ids, max_size=8).map(tuple),
        st.integers(0, 65_535),
        addresses,
    ),
    st.builds(EpochOffer, st.none() | ids, keys, st.just(bytes(1184))),
    st.builds(EpochAnswer, ids, keys, st.just(bytes(1088))),
    st.builds(Ack, st.lists(ids, min_size=1, max_size=MAX_ACK_IDS).map(tuple)),
    st.builds(Unreadable, st.integers(1, 0xFFFF_FFFF)),
    st.builds(Goodbye, st.sampled_from(GoodbyeReason)),
    st.builds(Lineage, ids, st.none() | ids, st.none() | ids, st.integers(0, 0xFFFF_FFFF)),
    st.builds(Forked, st.sampled_from(Fork), st.booleans()),
    st.builds(LaneAsk, st.integers(1, 60)),
    st.builds(LaneAnswer, st.booleans()),
    st.builds(BuildWord, plain_words, plain_words, keys, st.booleans()),
)


@given(frames)
def test_every_frame_survives_the_way(frame: ControlFrame) -> None:
    encoded = encode_control(frame)
    assert len(encoded) <= MAX_CONTROL_LEN
    assert decode_control(encoded) == frame


@pytest.mark.parametrize(
    ("frame", "encoded"),
    [
        (
            Hello(1, "Ann", True, (ID,), 7, (("::1", 80),)),
            f"970101a3416e6ec391c410{ID.hex()}079192a33a3a3150",
        ),
        (Hello(1, "", False, (), 0, ()), "970101a0c2900090"),
        (
            EpochOffer(None, KEY, bytes(1184)),
            f"9402c0c420{KEY.hex()}c504a0{bytes(1184).hex()}",
        ),
        (
            EpochAnswer(ID, KEY, bytes(1088)),
            f"9403c410{ID.hex()}c420{KEY.hex()}c50440{bytes(1088).hex()}",
        ),
        (Ack((ID, ID)), f"920492c410{ID.hex()}c410{ID.hex()}"),
        (Unreadable(3), "920503"),
        (Goodbye(GoodbyeReason.DECLINED), f"9206a8{b'declined'.hex()}"),
        (Lineage(ID, None, ID, 5), f"9510c410{ID.hex()}c0c410{ID.hex()}05"),
        (Forked(Fork.IN_USE, own=True), f"9311a6{b'in_use'.hex()}c3"),
        (LaneAsk(60), "92123c"),
        (LaneAnswer(accept=True), "9213c3"),
        (
            BuildWord("0.1.0", "source", KEY, asks=True),
            f"9514a5302e312e30a6{b'source'.hex()}c420{KEY.hex()}c3",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_bytes_of_each_frame_never_change(frame: ControlFrame, encoded: str) -> None:
    assert encode_control(frame).hex() == encoded
    assert decode_control(bytes.fromhex(encoded)) == frame


@pytest.mark.parametrize(
    "frame",
    [
        Hello(0, "Ann", True, (), 0, ()),
        Hello(1, "x" * 65, True, (), 0, ()),
        Hello(1, "Ann", True, (ID,) * 9, 0, ()),
        Hello(1, "Ann", True, (ID[1:],), 0, ()),
        Hello(1, "Ann", True, (), 65_536, ()),
        Hello(1, "Ann", True, (), 0, (("host", 1),) * 5),
        Hello(1, "Ann", True, (), 0, (("host", 0),)),
        Hello(1, "Ann", True, (), 0, (("host", 65_536),)),
        Hello(65_536, "Ann", True, (), 0, ()),
        Hello(1, "Ann", True, (), 0, (("", 1),)),
        Hello(1, "Ann", True, (), 0, (("a b", 1),)),
        Hello(1, "Ann", True, (), 0, (("host\n", 1),)),
        Hello(1, "Ann", True, (), 0, (("h" * 256, 1),)),
        EpochOffer(ID + ID, KEY, bytes(1184)),
        EpochOffer(None, KEY[1:], bytes(1184)),
        EpochOffer(None, KEY + b"\0", bytes(1184)),
        EpochOffer(None, KEY, bytes(1183)),
        EpochAnswer(ID, KEY, bytes(1089)),
        EpochAnswer(b"", KEY, bytes(1088)),
        Ack(()),
        Ack((ID,) * (MAX_ACK_IDS + 1)),
        Ack((ID + b"\0",)),
        Unreadable(0),
        Unreadable(1 << 32),
        Lineage(ID[1:], None, None, 0),
        Lineage(ID, ID + ID, None, 0),
        Lineage(ID, None, b"", 0),
        Lineage(ID, None, None, -1),
        Lineage(ID, None, None, 1 << 32),
        Forked("another", own=True),
        LaneAsk(0),
        LaneAsk(61),
        BuildWord("", "source", KEY, asks=True),
        BuildWord("0.1 0", "source", KEY, asks=True),
        BuildWord("0.1.0", "s" * 65, KEY, asks=True),
        BuildWord("0.1.0", "source\n", KEY, asks=True),
        BuildWord("0.1.0", "source", KEY[1:], asks=True),
    ],
    ids=range(37),
)
def test_fields_out_of_their_limits_are_refused_on_both_ends(frame: ControlFrame) -> None:
    with pytest.raises(ValueError, match=r"Expected|unknown word"):
        encode_control(frame)
    with pytest.raises(MalformedFrameError):
        decode_control(msgspec.msgpack.encode(frame))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x90",
        b"\x91\x00",  # tag 0 was never given
        b"\x91\xff",
        b"\x92\xa5hello\x01",
        b"\x81\x06\xa8declined",  # a map
        b"\x92\x06\xa8declinee",  # an unknown reason
        b"\x93\x06\xa8declined\x00",  # a field too many
        b"\x92\x06\xd9\x08declined",  # a longer way to write the word
        b"\x92\x06\xa8declined\x00",  # bytes behind the frame
        b"\x92\x05\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00",  # 1.0 for 1
        b"\x92\x07" + b"\x91" * 3000,
        b"\x92\x07",
    ],
    ids=range(13),
)
def test_what_is_not_a_frame_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedFrameError):
        decode_control(raw)


def test_a_frame_longer_than_any_is_refused_before_it_is_read() -> None:
    with pytest.raises(MalformedFrameError, match="4096"):
        decode_control(msgspec.msgpack.encode([99, bytes(MAX_CONTROL_LEN)]))


@given(st.integers(min_value=7, max_value=1 << 62), st.lists(st.text() | st.booleans()))
def test_a_later_frame_is_told_apart_from_damage(tag: int, fields: list[object]) -> None:
    raw = msgspec.msgpack.encode([tag, *fields])
    if len(raw) <= MAX_CONTROL_LEN:
        assert decode_control(raw) == Unknown(tag, raw)


@given(st.binary(max_size=200))
def test_garbage_is_a_frame_or_refused(raw: bytes) -> None:
    try:
        decode_control(raw)
    except MalformedFrameError:
        return


@given(frames, st.data())
def test_a_changed_byte_never_yields_a_second_encoding(
    frame: ControlFrame, data: st.DataObject
) -> None:
    raw = bytearray(encode_control(frame))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = decode_control(bytes(raw))
    except MalformedFrameError:
        return
    if not isinstance(decoded, Unknown):
        assert encode_control(decoded) == bytes(raw)


@pytest.mark.parametrize("word", ["\x1b[2Jgone", "closing\nERROR messenger: forged", " - at `$`"])
def test_a_refusal_never_repeats_the_peers_words(word: str) -> None:
    """It goes into the log, and from there onto terminals."""
    for raw in (msgspec.msgpack.encode([6, word]), msgspec.msgpack.encode([17, word, True])):
        with pytest.raises(MalformedFrameError) as refused:
            decode_control(raw)
        assert str(refused.value) == "an unknown word - at `$[1]`"


def test_the_words_on_the_wire_never_change() -> None:
    words = {"declined", "removed", "superseded", "key_change", "closing"}
    assert {reason.value for reason in GoodbyeReason} == words
    assert {fork.value for fork in Fork} == {"restored", "rolled_back", "in_use", "retired"}


def test_frames_that_came_together_are_folded_in_their_order() -> None:
    first, second = (Hello(1, name, True, (), 0, ()) for name in ("Ann", "Anna"))
    other, lane = ID[::-1], LaneAsk(5)
    frames = (first, Ack((ID,)), Ack((other,)), lane, Ack((ID,)), second, lane)
    assert merged(frames) == [second, Ack((ID, other)), lane, Ack((ID,)), lane]
    assert merged(()) == []
