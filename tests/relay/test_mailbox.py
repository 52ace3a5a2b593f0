"""Requests and answers as bytes: one reading, one length, nothing accepted that we do not write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import MalformedFrameError
from messenger.protocol.mailbox import (
    Access,
    Ack,
    Answer,
    Delete,
    Get,
    New,
    Put,
    Request,
    Size,
    Status,
    Wait,
    decode_answer,
    decode_request,
    encode_answer,
    encode_request,
    secret_hash,
)

ID, KEY = bytes(range(24)), bytes(range(32))
ACCESS = Access(ID, KEY)
REQUESTS: list[tuple[Request, int]] = [
    (New(ID, KEY, ID[::-1], KEY[::-1]), 117),
    (Put(ACCESS, KEY, bytes(4096)), 4190),
    (Put(ACCESS, KEY, bytes(16384)), 16478),
    (Get(ACCESS, 7, Size.LARGE), 70),
    (Ack(ACCESS, 7), 69),
    (Wait(ACCESS, 7), 69),
    (Delete(ACCESS), 61),
]


@pytest.mark.parametrize(("request_", "length"), REQUESTS)
def test_each_request_has_one_length_and_one_reading(request_: Request, length: int) -> None:
    data = encode_request(9, request_)
    assert len(data) == length  # the table of docs/relay.md
    assert decode_request(data) == (9, request_)
    for damaged in (data[:-1], data + b"\0", b"\0" + data[1:], b"\x07" + data[1:]):
        with pytest.raises(MalformedFrameError):
            decode_request(damaged)


@given(st.binary(max_size=200))
def test_noise_is_refused_or_read_as_written(data: bytes) -> None:
    try:
        number, request = decode_request(data)
    except MalformedFrameError:
        return
    assert encode_request(number, request) == data


@pytest.mark.parametrize("room", [Size.SMALL, Size.LARGE])
def test_the_answers_to_a_get_are_of_one_length(room: Size) -> None:
    found = Answer(Status.OK, 0, 3, KEY, b"e" * room.length)
    answers = [found, Answer(Status.OK), Answer(Status.AUTH), Answer(Status.BUSY, 5)]
    sealed = [encode_answer(1, answer, room=room) for answer in answers]
    assert {len(data) for data in sealed} == {47 + room.length}
    assert [decode_answer(data, room=room) for data in sealed] == [(1, each) for each in answers]


def test_answers_that_lie_about_their_shape_are_refused() -> None:
    good = encode_answer(1, Answer(Status.OK, 0, 3, KEY, b"e" * 4096), room=Size.SMALL)
    without_sequence = good[:7] + bytes(8) + good[15:]
    for data, room in (
        (good, None),
        (good, Size.LARGE),
        (good[:-1], Size.SMALL),
        (b"\x09" + good[1:], Size.SMALL),
        (b"\x02" + good[1:], Size.SMALL),
        (without_sequence, Size.SMALL),
    ):
        with pytest.raises(MalformedFrameError):
            decode_answer(data, room=room)


def test_secrets_and_ids_stay_out_of_reprs() -> None:
    for request, _ in REQUESTS:
        assert "\\x" not in repr(request)


def test_an_envelope_has_one_of_two_sizes() -> None:
    with pytest.raises(ValueError, match="4 or 16 KiB"):
        Put(ACCESS, KEY, bytes(4097))


def test_a_relay_keeps_the_same_hash_of_a_secret_for_ever() -> None:
    """SHA-256 of "hum mailbox" and the secret, by another program: mailboxes hold it."""
    known = "1523cad07689db3f35f30c220323aa12809acfff9ee72f575ffeab7a3f51798d"
    assert secret_hash(KEY).hex() == known


def test_what_lies_in_a_mailbox_is_not_printed() -> None:
    assert repr(Answer(Status.OK, 0, 3, KEY, b"sealed")) == (
        f"Answer(status={Status.OK!r}, retry_after_s=0, sequence=3)"
    )
