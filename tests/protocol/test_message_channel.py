"""What the message channel carries, and the words of file steps, spelled out."""

from typing import get_args

import pytest

from messenger.core.errors import MalformedFrameError
from messenger.protocol import message_channel
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
    for body in (kind + encode_control(Ack((bytes(16),))), b"", b"\xff"):
        with pytest.raises(MalformedFrameError):
            message_channel.decode(body)


def test_another_version_knows_these_words_of_file_steps() -> None:
    assert get_args(StepWord) == STEPS
    for word in STEPS:
        body = encode_body(FileStep(bytes(16), bytes(16), word))
        assert body.endswith(word.encode())
        assert decode_body(body) == FileStep(bytes(16), bytes(16), word)
