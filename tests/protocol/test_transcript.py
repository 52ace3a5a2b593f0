"""A forged transcript verifies exactly as one of two real links does, and nothing else verifies."""

import functools
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recorded_talk import SETTLED, Recorder

from messenger.core.errors import CryptoError, DecryptionError, HandshakeError, ProtocolError
from messenger.crypto.noise import KeyPair
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.engine.forged_talk import forge
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.channels import Channel
from messenger.protocol.control import EpochAnswer
from messenger.protocol.epoch import PendingOffer
from messenger.protocol.handshake import Introduction
from messenger.protocol.message_channel import encode_envelope, encode_epoch
from messenger.protocol.rekey import RekeyLimits, draw_keys
from messenger.protocol.transcript import (
    Answered,
    Drawn,
    Heard,
    Line,
    Offered,
    Passed,
    Said,
    Step,
    Transcript,
    check,
)
from messenger.protocol.veil import HEAD_LEN, SALT_LEN, Header
from messenger.protocol.veiled_noise import VeiledNoise

ADA, BEN = KeyPair.generate(), KeyPair.generate()
LINES = (
    Line(True, 1, "Did you?"),
    Line(False, 2, "I did. 🐝"),
    Line(False, 3, "And again."),
    Line(True, 4, "Say it once more."),
    Line(False, 5, "No." * 400),
)
QUICK = RekeyLimits(after_s=30.0)
lines = st.lists(st.builds(Line, st.booleans(), st.integers(0, 1 << 50), st.text(max_size=40)))
both = pytest.mark.parametrize("kind", ["real", "forged"])


@functools.cache
def made(kind: str) -> Transcript:
    """Ada's transcript: of two links, or without any secret of Ben; keys were renewed twice."""
    if kind == "forged":
        at = [line._replace(sent_at=line.sent_at * 20_000) for line in LINES]
        return forge(ADA, BEN.public, at, limits=QUICK)
    talk = Recorder(ADA, BEN, limits=QUICK)
    talk.begin()
    for line in LINES:
        talk.say(line._replace(sent_at=line.sent_at * 20_000))
        talk.pass_time(10)
    return talk.transcript()


def texts(said: tuple[Line, ...]) -> list[tuple[bool, str]]:
    return [(line.mine, line.text) for line in said]


def refused(transcript: Transcript) -> None:
    with pytest.raises((ProtocolError, CryptoError)):
        check(transcript)


# -- what verifies --------------------------------------------------------------------------------


@both
def test_both_verify(kind: str) -> None:
    good = made(kind)
    assert [line._replace(sent_at=line.sent_at // 20_000) for line in check(good)] == list(LINES)
    assert len(good.secrets.rekeys) >= 2


def test_a_real_link_verifies_with_all_that_happens_on_one() -> None:
    """Words cross each other and the exchanges of epochs; files and renewed keys come between."""
    talk = Recorder(ADA, BEN, limits=RekeyLimits(after_s=15.0, after_cells=40), seed=7)
    talk.begin()
    for turn in range(6):
        talk.say(Line(True, turn, f"here {turn} " + "x" * 700))
        talk.say(Line(False, turn, f"there {turn} " + "y" * 900))
        talk.offer(talk.ada.session.choose_base(talk.ada.session.epochs))
        talk.want_file()
        talk.pass_time(2)
        talk.say(Line(True, turn, f"again {turn}"))
        talk.say(Line(False, turn, f"and again {turn}"))
        talk.pass_time(SETTLED)
    transcript = talk.transcript()
    said = check(transcript)
    assert len(said) == 24
    assert [line.text for line in said if line.text.startswith("again")] == [
        f"again {turn}" for turn in range(6)
    ]
    kinds = [type(step) for step in transcript.steps]
    assert kinds.count(Offered) == kinds.count(Answered) == 7
    assert any(a is Offered and b is not Answered for a, b in pairwise(kinds))
    assert len(transcript.secrets.rekeys) >= 3


@pytest.mark.parametrize("seed", range(5))
def test_a_link_verifies_whatever_the_lengths_of_its_flights(seed: int) -> None:
    talk = Recorder(ADA, BEN, seed=seed)
    talk.begin()
    talk.say(LINES[0])
    talk.pass_time(SETTLED)
    assert texts(check(talk.transcript())) == texts(LINES[:1])


@given(lines)
@settings(max_examples=15, deadline=None)
def test_anything_can_be_forged(said: list[Line]) -> None:
    assert check(forge(ADA, BEN.public, said)) == tuple(said)


def test_a_long_talk_is_forged_with_new_epochs_as_a_real_one_has_them() -> None:
    said = [Line(at % 3 == 0, at * 1000, f"line {at}") for at in range(120)]
    forged = forge(ADA, BEN.public, said)
    assert check(forged) == tuple(said)
    assert sum(isinstance(step, Offered) for step in forged.steps) == 3


def test_both_take_the_same_steps() -> None:
    """Neither what is in the file nor the order in it tells one from the other."""
    real, forged = (made(kind) for kind in ("real", "forged"))
    assert [type(step) for step in forged.steps] == [type(step) for step in real.steps]
    for transcript in (real, forged):
        assert {len(passed.data) for passed in transcript.cells} == {CELL_LEN}
        assert {len(flight) % CELL_LEN for flight in transcript.flights} == {0}


# -- what does not --------------------------------------------------------------------------------


def other_flights(good: Transcript) -> Iterator[Transcript]:
    yield replace(good, flights=good.flights[::-1])
    for at, flight in enumerate(good.flights):
        places = (0, SALT_LEN, SALT_LEN + 4, HEAD_LEN - 1, HEAD_LEN, len(flight) // 2, -1)
        changed = [flipped(flight, place) for place in places]
        for bad in (*changed, flight[:-1], flight + b"\0", flight[: SALT_LEN - 1], b""):
            flights = list(good.flights)
            flights[at] = bad
            yield replace(good, flights=tuple(flights))


def other_cells(good: Transcript) -> Iterator[Transcript]:
    for at, passed in enumerate(good.cells):
        place = at * 37 % CELL_LEN
        yield with_cells(good, at, Passed(passed.mine, flipped(passed.data, place)))
        yield with_cells(good, at, Passed(not passed.mine, passed.data))
    last = good.cells[-1]
    yield replace(good, cells=(*good.cells, last))
    yield replace(good, cells=(*good.cells, Passed(last.mine, bytes(CELL_LEN))))
    yield replace(good, cells=(*good.cells, Passed(last.mine, b"\0")))
    yield replace(good, cells=good.cells[1:])
    yield replace(good, cells=())


def other_steps(good: Transcript) -> Iterator[Transcript]:
    for at, step in enumerate(good.steps):
        yield with_step(good, at)
        yield with_step(good, at, step, step)
        match step:
            case Offered(drawn=drawn):
                yield from (with_step(good, at, Offered(other)) for other in changed(drawn))
            case Said(body=body, private=private):
                yield with_step(good, at, Said(flipped(body, -1), private))
                yield with_step(good, at, Said(body + b"\0", private))
                new = KeyPair.generate().private
                yield with_step(good, at, Said(body, None if private else new))
                yield with_step(good, at, Said(body, new))
            case Heard() | Answered():
                yield with_step(good, at, Said(b"\x91\x00", None))
    yield replace(good, steps=())


def other_secrets(good: Transcript) -> Iterator[Transcript]:
    secrets = good.secrets
    yield replace(good, peer=KeyPair.generate().public)
    yield replace(good, peer=flipped(good.peer, 31))
    yield replace(good, secrets=replace(secrets, identity=flipped(secrets.identity, 8)))
    for drawn in changed(secrets.handshake):
        yield replace(good, secrets=replace(secrets, handshake=drawn))
    for at, rekey in enumerate(secrets.rekeys):
        for drawn in changed(rekey):
            rekeys = (*secrets.rekeys[:at], drawn, *secrets.rekeys[at + 1 :])
            yield replace(good, secrets=replace(secrets, rekeys=rekeys))
    yield replace(good, secrets=replace(secrets, rekeys=secrets.rekeys[1:]))
    yield replace(good, secrets=replace(secrets, rekeys=secrets.rekeys[:-1]))
    superfluous = (*secrets.rekeys, Drawn.of(*draw_keys()))
    yield replace(good, secrets=replace(secrets, rekeys=superfluous))


@both
@pytest.mark.parametrize("other", [other_flights, other_cells, other_steps, other_secrets])
def test_a_change_anywhere_does_not_verify(kind: str, other) -> None:  # type: ignore[no-untyped-def]
    """The judge is strict: what verifies does so for a reason."""
    for transcript in other(made(kind)):
        refused(transcript)


@both
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_bit_that_crossed_may_be_another(kind: str, data: st.DataObject) -> None:
    good = made(kind)
    crossed = b"".join((*good.flights, *(passed.data for passed in good.cells)))
    place = data.draw(st.integers(0, len(crossed) - 1))
    bad = flipped(crossed, place, 1 << data.draw(st.integers(0, 7)))
    parts = []
    for length in map(len, (*good.flights, *(passed.data for passed in good.cells))):
        parts.append(bad[:length])
        bad = bad[length:]
    cells = tuple(Passed(p.mine, part) for p, part in zip(good.cells, parts[3:], strict=True))
    refused(replace(good, flights=(parts[0], parts[1], parts[2]), cells=cells))


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("lie", [{"cell_count": 4}, {"cell_count": 5}, {"hour": 1}])
def test_a_flight_says_how_long_it_is_and_only_the_first_says_when(
    number: int, lie: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the secret of the veil can say it; Hum would not read such a flight."""
    write = VeiledNoise.write_again

    def lying(self: VeiledNoise, header: Header, salt: bytes) -> bytes:
        if self._number != number:
            return write(self, header, salt)
        cover, honest = self.next_veil(salt), Header(5 if lie.get("cell_count") == 4 else 4)
        message = cover.open_message(write(self, honest, salt))
        return cover.seal(replace(honest, **lie), message)

    with monkeypatch.context() as patch:
        patch.setattr(VeiledNoise, "write_again", lying)
        forged = forge(ADA, BEN.public, LINES)
    refused(forged)


def test_new_keys_that_were_offered_last_were_drawn_as_it_says() -> None:
    """No cell under them has crossed that could tell."""
    talk = Recorder(ADA, BEN, limits=QUICK)
    talk.begin()
    while not talk.transcript().secrets.rekeys:
        talk.pass_time(1)
    talk.pass_time(2)
    good = talk.transcript()
    assert check(good) == ()
    refused(replace(good, secrets=replace(good.secrets, rekeys=())))
    for drawn in changed(good.secrets.rekeys[0]):
        refused(replace(good, secrets=replace(good.secrets, rekeys=(drawn,))))


@pytest.mark.parametrize("mine", [True, False])
@pytest.mark.parametrize(
    ("channel", "body"),
    [
        (Channel.CONTROL, b"\xc1"),
        (Channel.BULK, b"\x00"),
        (Channel.MESSAGE, b"\x07"),
        (Channel.MESSAGE, encode_envelope(b"short")),
        (Channel.MESSAGE, encode_epoch(PendingOffer.make(None).offer)),
        (Channel.EPOCH, encode_envelope(bytes(200))),
        (Channel.EPOCH, encode_epoch(EpochAnswer(bytes(16), bytes(32), bytes(1088)))),
    ],
)
@pytest.mark.parametrize("begun", [True, False])
def test_a_frame_that_hum_refuses_does_not_verify(
    mine: bool, channel: Channel, body: bytes, begun: bool
) -> None:
    """Whatever the transcript says was done about it."""
    talk = Recorder(ADA, BEN)
    if begun:
        talk.begin()
    good = talk.transcript()
    assert check(good) == ()
    side = talk.ada if mine else talk.ben
    side.link.enqueue(channel, body)
    while side.link.queued_len:
        cell = side.link.next_cell()
        side.link.cell_left()
        good = replace(good, cells=(*good.cells, Passed(mine, cell)))
    drawn = Drawn.of(*draw_keys())
    claims: tuple[Step, ...] = (Said(b"\x91\x00", None), Heard(), Answered(), Offered(drawn))
    refused(good)
    for claim in claims:
        refused(replace(good, steps=(*good.steps, claim)))


def flipped(data: bytes, place: int, bits: int = 1) -> bytes:
    changed = bytearray(data)
    changed[place] ^= bits
    return bytes(changed)


def changed(drawn: Drawn) -> list[Drawn]:
    """Others, but for bits that make no other key: those X25519 fixes, and z of ML-KEM."""
    return [
        Drawn(flipped(drawn.private, 8), drawn.kem_seed),
        Drawn(drawn.private, flipped(drawn.kem_seed, 0)),
        Drawn(drawn.private, flipped(drawn.kem_seed, 31)),
    ]


def with_cells(good: Transcript, at: int, *cells: Passed) -> Transcript:
    return replace(good, cells=(*good.cells[:at], *cells, *good.cells[at + 1 :]))


def with_step(good: Transcript, at: int, *steps: object) -> Transcript:
    return replace(good, steps=(*good.steps[:at], *steps, *good.steps[at + 1 :]))  # type: ignore[arg-type]


def test_who_lacks_both_keys_cannot_forge() -> None:
    """The trick needs one side's own key: a third person's handshake fails at the first message."""
    mallory = KeyPair.generate()
    transcript = forge(mallory, BEN.public, LINES)
    refused(replace(transcript, secrets=replace(transcript.secrets, identity=ADA.private)))
    known = Introduction.KNOWN_KEY
    ada = HandshakeState(
        known.protocol_name, initiator=True, prologue=known.prologue, s=ADA, rs=BEN.public
    )
    alone = HandshakeState(
        known.protocol_name,
        initiator=False,
        prologue=known.prologue,
        s=KeyPair(mallory.private, BEN.public),
    )
    with pytest.raises(DecryptionError):
        alone.read_message(ada.write_message())


def test_nobody_talks_to_themselves() -> None:
    with pytest.raises(HandshakeError):
        forge(ADA, ADA.public, LINES)


def test_a_forged_link_stands_as_long_as_its_lines_take() -> None:
    def instants(pause_s: int) -> int:
        first = 1_700_000_000_000
        lines = (Line(True, first, "one"), Line(False, first + pause_s * 1000, "two"))
        return len(forge(ADA, BEN.public, lines).cells) // 2

    few = instants(10)
    assert few >= 15 + 5  # the time before the first line is part of it: an instant in two seconds
    assert instants(40) - few == 15
    assert instants(3_600) - few == 25  # nobody waits longer than a minute


@both
def test_a_new_ratchet_key_comes_with_each_turn_and_only_then(kind: str) -> None:
    said = [step for step in made(kind).steps if isinstance(step, Said)]
    turns = [step.private is not None for step in said]
    assert turns == [True, False, True]  # the heartbeat, a line, a line after two of theirs


def test_nothing_secret_of_a_transcript_is_printed() -> None:
    forged = made("forged")
    secrets = forged.secrets
    assert repr(secrets.handshake) == "Drawn(…)"
    assert repr(Said(b"", None)) == "Said(…)"
    assert "identity" not in repr(secrets)
    drawn = [secrets.handshake, *secrets.rekeys]
    drawn += [step.drawn for step in forged.steps if isinstance(step, Offered)]
    hidden = [value for each in drawn for value in msgspec.structs.astuple(each)]
    hidden += [step.body for step in forged.steps if isinstance(step, Said)]
    assert len(fields(forged)) == 5
    shown = repr((secrets, forged.steps))
    assert not any(repr(value)[2:-1] in shown for value in (secrets.identity, *hidden))
