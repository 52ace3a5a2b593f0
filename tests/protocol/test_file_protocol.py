"""Chunks, frames and the steps of a file."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt

from messenger.core.errors import DecryptionError, MalformedFrameError
from messenger.core.types import FileState
from messenger.protocol.channels import MAX_FRAME_LEN, Channel
from messenger.protocol.file_chunks import (
    CHUNK_LEN,
    SEALED_CHUNK_LEN,
    Chunk,
    FileCipher,
    Have,
    Want,
    chunk_count,
    chunk_len,
    decode_bulk,
    encode_bulk,
    sealed_len,
    wire_len,
)
from messenger.protocol.transfer import OVER, Transfer

FILE = bytes(range(16))
SIZE = 2 * CHUNK_LEN + 5
CIPHER = FileCipher(bytes(32), FILE, SIZE)


def test_a_chunk_opens_at_its_place_in_its_file_only() -> None:
    chunk = os.urandom(CHUNK_LEN)
    sealed = CIPHER.seal(1, chunk)
    assert CIPHER.open(1, sealed) == chunk
    others = (
        lambda: CIPHER.open(0, sealed),
        lambda: FileCipher(bytes(32), FILE[::-1], SIZE).open(1, sealed),
        lambda: FileCipher(bytes(32), FILE, SIZE + 1).open(1, sealed),
        lambda: FileCipher(b"\1" * 32, FILE, SIZE).open(1, sealed),
        lambda: CIPHER.open(1, sealed[:-1]),
        lambda: CIPHER.open(2, sealed),
    )
    for other in others:
        with pytest.raises(DecryptionError):
            other()
    assert repr(bytes(32))[2:-1] not in repr(CIPHER)


def test_a_chunk_is_what_the_standard_says() -> None:
    """Against libsodium, which shares no code with OpenSSL."""
    bound = b"hum file chunk 2" + FILE + SIZE.to_bytes(8, "big")
    expected = crypto_aead_chacha20poly1305_ietf_encrypt(
        b"last!", bound, (2).to_bytes(12, "big"), bytes(32)
    )
    assert CIPHER.seal(2, b"last!") == expected
    into = bytearray(len(expected))
    CIPHER.seal_into(2, memoryview(b"last!"), memoryview(into))
    assert into == expected


@given(st.integers(min_value=0, max_value=1 << 32))
def test_chunks_add_up(size: int) -> None:
    count = chunk_count(size)
    if count:
        assert (count - 1) * CHUNK_LEN + chunk_len(size, count - 1) == size
    assert size <= sealed_len(size) <= wire_len(size)


def test_a_file_takes_on_the_wire_what_is_said_before() -> None:
    """A frame on a channel of the link begins with three bytes of its length."""
    chunks = [CIPHER.seal(at, bytes(chunk_len(SIZE, at))) for at in range(chunk_count(SIZE))]
    frames = [encode_bulk(Chunk(FILE, at, chunk)) for at, chunk in enumerate(chunks)]
    assert wire_len(SIZE) == sum(3 + len(frame) for frame in frames)


@pytest.mark.parametrize("frame", [Want(FILE, 3), Have(FILE, 0), Chunk(FILE, 9, b"s" * 50)])
def test_frames_come_back(frame: Want | Have | Chunk) -> None:
    assert decode_bulk(encode_bulk(frame)) == frame


def test_the_largest_chunk_fits_the_channel() -> None:
    assert len(encode_bulk(Chunk(FILE, 0, bytes(SEALED_CHUNK_LEN)))) <= MAX_FRAME_LEN[Channel.BULK]


@given(st.binary(max_size=120))
def test_garbage_is_a_frame_or_refused(body: bytes) -> None:
    try:
        frame = decode_bulk(body)
    except MalformedFrameError:
        return
    assert frame is None or encode_bulk(frame) == body


class TwoSides(RuleBasedStateMachine):
    """Both sides of one file; steps cross the wire in order, each side at its own pace."""

    def __init__(self) -> None:
        super().__init__()
        self.views = {"sender": Transfer(), "receiver": Transfer()}
        self.wires: dict[str, list[str]] = {"sender": [], "receiver": []}  # by who reads it

    def step(self, side: str, word: str, after: Transfer) -> None:
        other = "receiver" if side == "sender" else "sender"
        if after != self.views[side]:
            self.views[side] = after
            self.wires[other].append(word)

    @rule()
    def accept(self) -> None:
        self.step("receiver", "accepted", self.views["receiver"].accept())

    @rule(side=st.sampled_from(["sender", "receiver"]))
    def pause(self, side: str) -> None:
        if not self.views[side].own_paused:
            self.step(side, "paused", self.views[side].pause(own=True))

    @rule(side=st.sampled_from(["sender", "receiver"]))
    def resume(self, side: str) -> None:
        if self.views[side].own_paused:
            self.step(side, "resumed", self.views[side].resume(own=True))

    @rule(side=st.sampled_from(["sender", "receiver"]))
    def cancel(self, side: str) -> None:
        if not self.views[side].over:
            self.step(side, "cancelled", self.views[side].end(FileState.CANCELLED, "own"))

    @precondition(lambda self: self.views["receiver"].state is FileState.RUNNING)
    @rule()
    def finish(self) -> None:
        self.step("receiver", "done", self.views["receiver"].end(FileState.DONE))

    @rule(side=st.sampled_from(["sender", "receiver"]))
    def read(self, side: str) -> None:
        if self.wires[side]:
            self.views[side] = heard(self.views[side], self.wires[side].pop(0))

    @invariant()
    def pauses_and_states_agree(self) -> None:
        for view in self.views.values():
            paused = view.own_paused or view.peer_paused
            assert paused == (view.state is FileState.PAUSED)

    @invariant()
    def both_come_to_the_same_end(self) -> None:
        if not any(self.wires.values()):
            sender, receiver = self.views["sender"], self.views["receiver"]
            assert sender.state is receiver.state
            assert sender.own_paused == receiver.peer_paused
            assert sender.peer_paused == receiver.own_paused


def heard(view: Transfer, word: str) -> Transfer:
    match word:
        case "accepted":
            return view.accept()
        case "paused":
            return view.pause(own=False)
        case "resumed":
            return view.resume(own=False)
        case "done":
            return view.end(FileState.DONE)
        case _:
            return view.end(FileState.CANCELLED, "peer")


TestTwoSides = TwoSides.TestCase


def test_what_is_over_stays_so_but_for_what_arrived_before_it_was_cancelled() -> None:
    for state in OVER:
        over = Transfer(state, "own")
        assert over.accept() == over.pause(own=True) == over.resume(own=False) == over
        assert over.end(FileState.FAILED) == over
    assert Transfer(FileState.CANCELLED, "own").end(FileState.DONE).state is FileState.DONE


def test_a_pause_says_whose_it_is_or_why() -> None:
    running = Transfer().accept()
    own, peer = running.pause(own=True), running.pause(own=False)
    assert own == Transfer(FileState.PAUSED, "own", own_paused=True)
    assert peer == Transfer(FileState.PAUSED, "peer", peer_paused=True)
    assert own.pause(own=False) == peer.pause(own=True)
    assert own.pause(own=False).note == "both"
    assert running.pause(own=True, note="space").note == "space"
    assert own.pause(own=False).resume(own=True) == peer
    assert own.resume(own=True) == running
