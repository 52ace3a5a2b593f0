"""The pipe between engine and wire process."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import LocalProtocolError
from messenger.wire.messages import (
    PIPE_MESSAGE_MAX_LEN,
    AcceptedCover,
    AdmitStrangers,
    CloseLink,
    Configure,
    Dial,
    LinkDown,
    Listen,
    PipeMessage,
    SendFrame,
    Stop,
    ToWire,
    Watch,
)
from messenger.wire.pipe import encode, reader_from_wire, reader_to_wire

MESSAGES: list[ToWire] = [
    Configure(bytes(range(32)), [bytes(16)]),
    Listen("127.0.0.1", 0, 0.5, "frames"),
    AdmitStrangers(60.0),
    Dial(1, "::1", 4000, None, 0.5, "poisson", expect=bytes(32)),
    SendFrame(1, 7, 2, b"\x00" * 300),
    CloseLink(1),
    Watch(0.1),
    Stop(),
]


@given(st.lists(st.integers(min_value=1, max_value=40), max_size=60))
def test_any_split_yields_the_same_messages(sizes: list[int]) -> None:
    stream = b"".join(map(encode, MESSAGES))
    reader, read, start = reader_to_wire(), [], 0
    for size in [*sizes, len(stream)]:
        read += list(reader.feed(stream[start : start + size]))
        start += size
    assert read == MESSAGES


def framed(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


@pytest.mark.parametrize(
    "data",
    [
        (PIPE_MESSAGE_MAX_LEN + 1).to_bytes(4, "big"),
        framed(b""),
        framed(b"\xc1"),
        framed(msgspec.msgpack.encode(["Nonsense", 1])),
        framed(msgspec.msgpack.encode(["CloseLink", "one"])),
        framed(msgspec.msgpack.encode(["LinkDown", 1, "lost"])),  # the other direction's
        framed(msgspec.msgpack.encode(["CloseLink", 1]) + b"\x00"),
    ],
    ids=["too long", "empty", "no msgpack", "unknown", "wrong type", "wrong way", "trailing"],
)
def test_what_does_not_decode_is_an_error(data: bytes) -> None:
    with pytest.raises(LocalProtocolError):
        list(reader_to_wire().feed(data))


def test_messages_before_a_broken_one_are_read() -> None:
    messages = reader_to_wire().feed(encode(Stop()) + framed(b"\xc1"))
    assert next(messages) == Stop()
    with pytest.raises(LocalProtocolError):
        next(messages)


def test_a_message_above_the_limit_is_not_sent() -> None:
    with pytest.raises(LocalProtocolError):
        encode(SendFrame(1, 1, 2, bytes(PIPE_MESSAGE_MAX_LEN)))


def test_each_direction_reads_its_own() -> None:
    assert list(reader_from_wire().feed(encode(LinkDown(3, "lost")))) == [LinkDown(3, "lost")]


def test_no_message_shows_its_secrets() -> None:
    secret = b"secret-secret-secret-secret-1234"
    shown: list[PipeMessage | AcceptedCover] = [
        Configure(secret, [secret]),
        SendFrame(1, 1, 2, secret),
        Dial(1, "h", 1, secret, 0.5, "frames"),
        AcceptedCover(secret, 0.5, "frames"),
    ]
    for message in shown:
        assert "secret" not in repr(message)
        assert type(message).__name__ in repr(message)
