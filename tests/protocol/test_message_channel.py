"""What the message channel carries, and the words of file steps, spelled out."""

from typing import get_args

import pytest

from messenger.core.errors import MalformedFrameError
from messenger.protocol import bodies, message_channel
from messenger.protocol.bodies import FileStep, StepWord, decode_body, encode_body
from messenger.protocol.control import Ack, encode_control
from messenger.protocol.session import Session

STEPS = ("accepted", "done", "paused", "resumed", "cancelled", "failed", "refused")


def test_both_halves_of_an_epoch_cross_and_nothing_else_of_the_control_frames() -> None:
    _, offer = Session.empty().offer(None)
    _, answer = Session.empty().answer(offer, bytes(32))
    for half in (offer, answer):
        assert message_channel.decode(message_channel.encode_epoch(half)) == half
    kind = message_channel.encode_epoch(offer)[:1]
    assert (kind, message_channel.encode_envelope(b"sealed")) == (b"\1", b"\0sealed")
    for body in (kind + encode_control(Ack((bytes(16),))), b"", b"\xff"):
        with pytest.raises(MalformedFrameError):
            message_channel.decode(body)


def test_another_version_knows_these_words_of_file_steps() -> None:
    assert get_args(StepWord) == STEPS
    for word in STEPS:
        body = encode_body(FileStep(bytes(16), bytes(16), word))
        assert body.endswith(word.encode())
        assert decode_body(body) == FileStep(bytes(16), bytes(16), word)


def test_the_names_of_kinds_are_the_tags_of_their_bodies() -> None:
    named = {
        bodies.EDIT_KIND: bodies.Edit,
        bodies.DELETE_KIND: bodies.Delete,
        bodies.REACT_KIND: bodies.React,
        bodies.TIMER_KIND: bodies.SetTimer,
        bodies.FILE_STEP_KIND: bodies.FileStep,
        bodies.RECEIPT_KIND: bodies.Receipt,
        bodies.NEW_KEY_KIND: bodies.NewKey,
        bodies.MAILBOXES_KIND: bodies.Mailboxes,
        bodies.ADDRESSES_KIND: bodies.Addresses,
    }
    assert {kind: body.__struct_config__.tag for kind, body in named.items()} == {
        kind: kind for kind in (2, 3, 4, 5, 7, 8, 16, 17, 18)
    }
