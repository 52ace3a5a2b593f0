"""The exchange that renews the keys of a link, frame by frame."""

import itertools
from collections.abc import Callable

import pytest

from messenger.core.errors import LocalProtocolError, RemoteProtocolError
from messenger.crypto.kem import CIPHERTEXT_LEN, PUBLIC_KEY_LEN
from messenger.protocol.channels import MAX_FRAME_LEN, Channel
from messenger.protocol.rekey import ANSWER, OFFER, SWITCH, LinkRoot, Rekey, RekeyState

ROOT = LinkRoot(bytes(range(32)))


def pair() -> tuple[Rekey, Rekey]:
    return Rekey(ROOT, initiator=True), Rekey(ROOT, initiator=False)


def in_state(state: RekeyState, *, initiator: bool) -> Rekey:
    """A side that came into ``state``; its last frame has not left."""
    dialler, answerer = pair()
    offer = dialler.begin() if state is not RekeyState.IDLE else b""
    if state is RekeyState.SWITCHING:
        dialler.receive(answerer.receive(offer).reply)
    return dialler if initiator else answerer


def test_a_whole_exchange_gives_both_sides_the_same_new_keys() -> None:
    initiator, responder = pair()
    answered = responder.receive(initiator.begin())
    assert answered.receive_cipher is None
    finished = initiator.receive(answered.reply)
    back = responder.last_frame_left()
    assert finished.reply == SWITCH
    forth = initiator.last_frame_left()
    received = responder.receive(finished.reply).receive_cipher
    assert received is not None
    assert finished.receive_cipher is not None
    assert received.decrypt_with_ad(b"", forth.encrypt_with_ad(b"", b"forth")) == b"forth"
    sealed = back.encrypt_with_ad(b"", b"back")
    assert finished.receive_cipher.decrypt_with_ad(b"", sealed) == b"back"
    assert initiator.state is responder.state is RekeyState.IDLE
    assert initiator._root == responder._root != ROOT


def test_the_frames_have_the_documented_lengths() -> None:
    initiator, responder = pair()
    offer = initiator.begin()
    answer = responder.receive(offer).reply
    assert (offer[:1], len(offer)) == (OFFER, 1 + 32 + PUBLIC_KEY_LEN)
    assert (answer[:1], len(answer)) == (ANSWER, 1 + 32 + CIPHERTEXT_LEN)
    assert max(len(offer), len(answer)) <= MAX_FRAME_LEN[Channel.LINK]


FRAMES = {"offer": OFFER, "answer": ANSWER, "switch": SWITCH}
ACCEPTED = {
    (False, RekeyState.IDLE, "offer"),
    (True, RekeyState.OFFERED, "answer"),
    (False, RekeyState.SWITCHING, "switch"),
}
REACHED = [
    (True, RekeyState.IDLE),
    (True, RekeyState.OFFERED),
    (True, RekeyState.SWITCHING),
    (False, RekeyState.IDLE),
    (False, RekeyState.SWITCHING),
]


@pytest.mark.parametrize(("side", "name"), list(itertools.product(REACHED, FRAMES)))
def test_every_frame_in_every_state_is_taken_or_refused(
    side: tuple[bool, RekeyState], name: str
) -> None:
    initiator, state = side
    rekey = in_state(state, initiator=initiator)
    other, answerer = pair()
    offer = other.begin()
    frame = {"offer": offer, "answer": answerer.receive(offer).reply, "switch": SWITCH}[name]
    if state is RekeyState.SWITCHING and not initiator:
        rekey.last_frame_left()
    if (initiator, state, name) in ACCEPTED:
        rekey.receive(frame)
        assert rekey.state is not state
    else:
        with pytest.raises(RemoteProtocolError, match="turn"):
            rekey.receive(frame)
        assert rekey.state is state


def test_a_switch_before_the_answer_has_left_is_refused() -> None:
    rekey = in_state(RekeyState.SWITCHING, initiator=False)
    with pytest.raises(RemoteProtocolError, match="before"):
        rekey.receive(SWITCH)


def test_the_other_root_gives_other_keys() -> None:
    _, forth, back = ROOT.step(bytes(64), b"transcript")
    others = [
        LinkRoot(bytes(32)).step(bytes(64), b"transcript"),
        ROOT.step(bytes(63) + b"\1", b"transcript"),
        ROOT.step(bytes(64), b"another"),
    ]
    assert len({forth, back, *(key for other in others for key in other[1:])}) == 8


def test_root_and_session_exporter_differ_from_each_other_and_from_their_source() -> None:
    root, session = LinkRoot.derive(bytes(range(32)))
    assert len({root.secret, session, bytes(range(32))}) == 3
    assert len(root.secret) == len(session) == 32


@pytest.mark.parametrize(
    "spoil",
    [
        lambda offer: offer[:-1],
        lambda offer: offer + b"\0",
        lambda offer: offer[:1],
        lambda offer: offer[:1] + bytes(32) + offer[33:],
        lambda offer: offer[:33] + b"\xff" * PUBLIC_KEY_LEN,
    ],
    ids=["short", "long", "empty", "low-order point", "no ML-KEM key"],
)
def test_unusable_offers_are_refused(spoil: Callable[[bytes], bytes]) -> None:
    initiator, responder = pair()
    with pytest.raises(RemoteProtocolError):
        responder.receive(spoil(initiator.begin()))


@pytest.mark.parametrize("length", [0, 1, 1 + 32, 1 + 32 + CIPHERTEXT_LEN - 1])
def test_answers_of_another_length_are_refused(length: int) -> None:
    initiator, _ = pair()
    initiator.begin()
    with pytest.raises(RemoteProtocolError):
        initiator.receive(ANSWER.ljust(length, b"\1") if length else b"")


def test_beginning_out_of_turn_is_our_own_mistake() -> None:
    initiator, responder = pair()
    initiator.begin()
    for side in (initiator, responder):
        assert not side.may_begin
        with pytest.raises(LocalProtocolError):
            side.begin()
        with pytest.raises(LocalProtocolError):
            side.last_frame_left()
