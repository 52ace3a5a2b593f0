"""Sessions: the exchange of epochs, every place where it can break off, and the stored form."""

import os

import pytest
from session_pair import AD, Side, exchange, make_sides

from messenger.core.errors import (
    DecryptionError,
    HandshakeError,
    LocalProtocolError,
    MalformedFrameError,
    StoreCorruptError,
    StoreTooNewError,
    TooManySkippedError,
)
from messenger.crypto.ratchet import MAX_SKIP
from messenger.crypto.ratchet_chain import RootStep
from messenger.crypto.ratchet_skipped import MAX_SKIPPED_KEYS
from messenger.protocol.control import EpochAnswer, EpochOffer
from messenger.protocol.envelope import ENVELOPE_OVERHEAD
from messenger.protocol.epoch import (
    EpochKeys,
    Lineage,
    _derive,
    _transcript,
    with_extra_secret,
)
from messenger.protocol.session import (
    MAX_EPOCHS,
    SESSION_VERSION,
    Session,
    SessionCounters,
)

EXPORTER = bytes(range(32))


def test_a_first_exchange_opens_both_directions() -> None:
    ann, ben = Side(), Side()
    assert not ann.session.established
    assert not ann.session.can_seal
    pending, offer = ann.session.offer(None)
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    assert not ben.session.can_seal
    assert not ben.session.established
    ann.session = ann.session.accept(pending, answer, EXPORTER)
    assert ann.session.epochs == ben.session.epochs == (answer.epoch,)
    assert ann.session.can_seal
    with pytest.raises(LocalProtocolError):
        ben.seal()
    assert ben.open(ann.seal(b"heartbeat")) == b"heartbeat"
    assert ben.session.can_seal
    assert ann.open(ben.seal(b"hello")) == b"hello"


def test_the_epoch_before_goes_with_the_first_envelope_of_the_new_one() -> None:
    ann, ben = make_sides()
    old = ann.session.epochs[0]
    exchange(ann, ben)
    assert ben.session.epochs == ann.session.epochs[:1]
    assert ann.session.epochs[1:] == (old,)
    ann.open(ben.seal())
    assert ann.session.epochs == ben.session.epochs
    assert old not in ann.session.epochs


def test_envelopes_on_their_way_survive_a_new_epoch() -> None:
    ann, ben = make_sides()
    from_ben = [ben.seal(b"before the answer")]
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    from_ben.append(ben.seal(b"after the answer"))
    from_ann = [ann.seal(b"before accepting")]
    ann.session = ann.session.accept(pending, answer, EXPORTER)
    from_ann.append(ann.seal(b"after accepting"))
    assert [ann.open(envelope) for envelope in from_ben] == [
        b"before the answer",
        b"after the answer",
    ]
    assert [ben.open(envelope) for envelope in from_ann] == [
        b"before accepting",
        b"after accepting",
    ]
    assert ann.open(ben.seal(b"in the new one")) == b"in the new one"
    assert ann.session.epochs == ben.session.epochs == (answer.epoch,)


# -- where an exchange can break off ------------------------------------------------------------


def test_an_answer_that_got_lost_is_made_up_for_by_the_next_offer() -> None:
    ann, ben = make_sides()
    for _ in range(3):
        base = ann.session.choose_base(ben.session.epochs)
        _, offer = ann.session.offer(base)
        ben.session, _ = ben.session.answer(offer, EXPORTER)  # committed, and never heard of
        ann.restart()
        ben.restart()
    assert ann.open(ben.seal(b"still in the old one")) == b"still in the old one"
    exchange(ann, ben)
    assert ann.open(ben.seal(b"and on")) == b"and on"
    assert ann.session.epochs == ben.session.epochs


def test_a_first_answer_that_got_lost_blocks_nobody() -> None:
    ann, ben = Side(), Side()
    _, offer = ann.session.offer(None)
    ben.session, _ = ben.session.answer(offer, EXPORTER)
    ben.restart()
    assert ann.session.choose_base(ben.session.epochs) is None
    exchange(ben, ann)  # this time Ben dials
    assert ben.open(ann.seal(b"hello")) == b"hello"
    assert ann.open(ben.seal(b"hello")) == b"hello"


def test_accepting_that_was_never_committed_falls_back_to_the_base() -> None:
    ann, ben = make_sides()
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    ann.session.accept(pending, answer, EXPORTER)  # the result is lost in the crash
    ann.restart()
    assert ann.session.choose_base(ben.session.epochs) == offer.base
    exchange(ann, ben)
    assert ann.open(ben.seal()) == b"body"


def test_accepting_whose_first_envelope_got_lost_goes_on_from_the_new_epoch() -> None:
    ann, ben = make_sides()
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    ann.session = ann.session.accept(pending, answer, EXPORTER)
    ann.seal(b"lost")
    ann.restart()
    ben.restart()
    assert ann.open(ben.seal(b"from the base")) == b"from the base"
    assert ben.session.choose_base(ann.session.epochs) == answer.epoch
    exchange(ben, ann)
    assert ben.open(ann.seal()) == b"body"


def test_one_offer_answered_twice_is_accepted_once() -> None:
    ann, ben = make_sides()
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, first = ben.session.answer(offer, EXPORTER)
    ben.session, second = ben.session.answer(offer, EXPORTER)
    assert first.epoch != second.epoch
    ann.session = ann.session.accept(pending, first, EXPORTER)
    with pytest.raises(HandshakeError):
        ann.session.accept(pending, first, EXPORTER)
    assert ben.open(ann.seal()) == b"body"
    assert ann.open(ben.seal()) == b"body"


@pytest.mark.parametrize("fresh", [False, True])
def test_exchanges_that_cross_leave_a_working_session(fresh: bool) -> None:
    ann, ben = (Side(), Side()) if fresh else make_sides()
    base = None if fresh else ann.session.epochs[0]
    pending_a, offer_a = ann.session.offer(base)
    pending_b, offer_b = ben.session.offer(base)
    ben.session, answer_b = ben.session.answer(offer_a, EXPORTER)
    ann.session, answer_a = ann.session.answer(offer_b, EXPORTER)
    ann.session = ann.session.accept(pending_a, answer_b, EXPORTER)
    ben.session = ben.session.accept(pending_b, answer_a, EXPORTER)
    heartbeats = ann.seal(), ben.seal()
    assert (ben.open(heartbeats[0]), ann.open(heartbeats[1])) == (b"body", b"body")
    for _ in range(2):
        assert ben.open(ann.seal()) == b"body"
        assert ann.open(ben.seal()) == b"body"
    exchange(ann, ben)
    ann.open(ben.seal())
    assert ann.session.epochs == ben.session.epochs


def test_an_answer_on_top_of_a_base_that_is_gone_is_refused() -> None:
    ann, ben = make_sides()
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    exchange(ben, ann)  # another link was faster
    ben.open(ann.seal())
    before = ann.session
    with pytest.raises(HandshakeError):
        ann.session.accept(pending, answer, EXPORTER)
    assert ann.session == before
    assert ben.open(ann.seal()) == b"body"


def test_a_restored_backup_begins_afresh_and_what_lies_behind_is_not_used_any_more() -> None:
    ann, ben = make_sides()
    ann.session = Session.empty()
    base = ann.session.choose_base(ben.session.epochs)
    assert base is None
    pending, offer = ann.session.offer(base)
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    assert not ben.session.can_seal  # Ann could not open the old epoch
    assert ben.session.established
    ann.session = ann.session.accept(pending, answer, EXPORTER)
    ben.open(ann.seal())
    assert ann.open(ben.seal()) == b"body"
    assert ann.session.epochs == ben.session.epochs


def test_a_store_that_went_back_in_time_heals_with_the_next_epoch() -> None:
    ann, ben = make_sides()
    old = ann.session
    for _ in range(3):
        ben.open(ann.seal())
        ann.open(ben.seal())
    ann.session = old
    with pytest.raises(DecryptionError):
        ben.open(ann.seal())
    exchange(ann, ben)
    assert ann.open(ben.seal()) == b"body"
    assert ben.open(ann.seal()) == b"body"


# -- a confused or hostile peer -----------------------------------------------------------------


def test_offers_without_end_never_cost_the_epoch_that_works() -> None:
    ann, ben = make_sides()
    working = ben.working
    assert working is not None
    for base in [None, working] * 8:
        _, offer = ann.session.offer(base)
        ben.session, _ = ben.session.answer(offer, EXPORTER)
        assert len(ben.session.held) <= MAX_EPOCHS
        assert working in ben.session.epochs
    assert ben.open(ann.seal(b"still here")) == b"still here"


def test_accepted_offers_without_end_never_cost_the_epoch_that_works() -> None:
    ann, ben = make_sides()
    working = ann.working
    for _ in range(8):
        pending, offer = ann.session.offer(ann.session.choose_base(ben.session.epochs))
        ben.session, answer = ben.session.answer(offer, EXPORTER)
        ann.session = ann.session.accept(pending, answer, EXPORTER)  # and nothing is ever sent
        assert len(ann.session.held) <= MAX_EPOCHS
        assert working in ann.session.epochs
    assert ann.open(ben.seal(b"still here")) == b"still here"


def test_what_answers_without_end_pushed_out_is_not_sealed_in() -> None:
    ann, ben = make_sides()
    working = ann.working
    pending, offer = ann.session.offer(ann.session.choose_base(ben.session.epochs))
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    ann.session = ann.session.accept(pending, answer, EXPORTER)
    ann.seal(b"lost")
    for _ in range(MAX_EPOCHS - 1):
        _, offer = ann.session.offer(working)  # as if the newer one were not there
        ben.session, _ = ben.session.answer(offer, EXPORTER)  # never heard of
    assert ann.session.sealing_epoch == answer.epoch
    assert answer.epoch not in ben.session.epochs
    base = ben.session.choose_base(ann.session.epochs)  # now Ben dials
    _, offer = ben.session.offer(base)
    ann.session, _ = ann.session.answer(offer, EXPORTER)
    assert ben.open(ann.seal(b"in what both hold")) == b"in what both hold"


def test_accepting_keeps_the_base_in_which_the_peer_still_seals() -> None:
    ann, ben = make_sides()
    pending, offer = ben.session.offer(ben.session.choose_base(ann.session.epochs))
    ann.session, answer = ann.session.answer(offer, EXPORTER)
    ben.session = ben.session.accept(pending, answer, EXPORTER)
    ben.seal(b"lost with the link")
    for _ in range(MAX_EPOCHS - 2):  # links that end before Ann's answer has left
        _, offer = ben.session.offer(ben.session.choose_base(ann.session.epochs))
        ann.session, _ = ann.session.answer(offer, EXPORTER)
    assert ann.session.is_full
    pending, offer = ann.session.offer(ann.session.choose_base(ben.session.epochs))
    envelope = ben.seal(b"overtakes the exchange")
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    ann.session = ann.session.accept(pending, answer, EXPORTER)
    assert ann.open(envelope) == b"overtakes the exchange"
    assert ben.open(ann.seal(b"in the new one")) == b"in the new one"


def test_an_offer_on_top_of_an_unknown_epoch_is_refused() -> None:
    ann, ben = make_sides()
    _, offer = ann.session.offer(None)
    before = ben.session
    with pytest.raises(HandshakeError):
        ben.session.answer(EpochOffer(bytes(16), offer.ratchet_key, offer.kem_key), EXPORTER)
    assert ben.session == before
    with pytest.raises(LocalProtocolError):
        ann.session.offer(bytes(16))


@pytest.mark.parametrize("part", ["low-order point", "kem key"])
def test_an_offer_with_a_bad_key_is_refused(part: str) -> None:
    _, offer = Session.empty().offer(None)
    ratchet_key = bytes(32) if part == "low-order point" else offer.ratchet_key
    kem_key = b"\xff" * 1184 if part == "kem key" else offer.kem_key
    with pytest.raises(HandshakeError):
        Session.empty().answer(EpochOffer(None, ratchet_key, kem_key), EXPORTER)


@pytest.mark.parametrize("part", ["epoch", "ratchet key", "low-order point", "ciphertext"])
def test_an_answer_for_another_secret_is_refused_and_changes_nothing(part: str) -> None:
    ann, ben = make_sides()
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    parts = {
        "epoch": answer.epoch,
        "ratchet key": answer.ratchet_key,
        "ciphertext": answer.kem_ciphertext,
    }
    changes = {
        "epoch": os.urandom(16),
        "ratchet key": os.urandom(32),
        "low-order point": bytes(32),
        "ciphertext": os.urandom(1088),
    }
    parts["ratchet key" if part == "low-order point" else part] = changes[part]
    before = ann.session
    with pytest.raises(HandshakeError):
        ann.session.accept(pending, EpochAnswer(*parts.values()), EXPORTER)
    assert ann.session == before
    ann.session = ann.session.accept(pending, answer, EXPORTER)


def test_an_exchange_holds_only_on_the_link_that_carried_it() -> None:
    ann, ben = make_sides()
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    with pytest.raises(HandshakeError):
        ann.session.accept(pending, answer, bytes(32))
    with pytest.raises(ValueError, match="32 bytes"):
        ann.session.accept(pending, answer, b"")


def test_a_secret_from_elsewhere_makes_another_epoch_and_must_be_the_same_on_both_sides() -> None:
    plain = EXPORTER
    mixed = [with_extra_secret(plain, extra) for extra in (b"", b"a" * 32, b"b" * 32)]
    assert len({plain, *mixed}) == 4
    assert all(len(exporter) == 32 for exporter in mixed)
    assert with_extra_secret(os.urandom(32), b"a" * 32) not in mixed  # the link's part counts too
    ann, ben = make_sides()
    exchange(ann, ben, exporter=mixed[1])
    assert ann.open(ben.seal()) == b"body"
    pending, offer = ann.session.offer(ann.session.epochs[0])
    ben.session, answer = ben.session.answer(offer, mixed[1])
    with pytest.raises(HandshakeError):
        ann.session.accept(pending, answer, mixed[2])
    assert ann.open(ben.seal(b"as before")) == b"as before"


def test_a_secret_from_elsewhere_is_mixed_in_as_written_down() -> None:
    """The vector is home-made: HMAC-SHA-256 of the standard library, by the formula of the page."""
    vector = "143495f0e584426b8566ed16d0ba9310df1af05af6bc13142cd534b22ffca125"
    assert with_extra_secret(bytes(range(32)), bytes(range(32, 64))).hex() == vector


def test_a_base_with_another_secret_yields_another_epoch() -> None:
    """The chain of epochs is mixed in: the same ids over other secrets do not agree."""
    ann, ben = make_sides()
    pending, offer = ann.session.offer(ann.session.epochs[0])
    stranger = Side(Session.decode(ben.session.encode().replace(_chain_secret(ben), bytes(32))))
    _, answer = stranger.session.answer(offer, EXPORTER)
    with pytest.raises(HandshakeError):
        ann.session.accept(pending, answer, EXPORTER)


def test_every_public_part_of_an_exchange_is_mixed_in() -> None:
    _, offer = Session.empty().offer(None)
    lineage = Lineage(None, 1, EXPORTER, 0)
    transcripts = {
        _transcript(other, key, ciphertext)
        for other in (
            offer,
            EpochOffer(bytes(16), offer.ratchet_key, offer.kem_key),
            EpochOffer(None, bytes(32), offer.kem_key),
            EpochOffer(None, offer.ratchet_key, bytes(1184)),
        )
        for key in (bytes(32), EXPORTER)
        for ciphertext in (bytes(1088), b"\1" * 1088)
    }
    assert len(transcripts) == 4 * 2 * 2
    keys = {_derive(lineage, bytes(64), transcript) for transcript in transcripts}
    for part in zip(*keys, strict=True):
        assert len(set(part)) == len(transcripts)


def _chain_secret(side: Side) -> bytes:
    return side.session.held[0].chain_secret


# -- envelopes ----------------------------------------------------------------------------------


def test_a_refused_envelope_changes_nothing() -> None:
    ann, ben = make_sides()
    envelope = ann.seal()
    before = ben.session
    for damaged in (b"", envelope[:-1], envelope + b"\0", bytes(len(envelope)), os.urandom(500)):
        with pytest.raises(DecryptionError):
            ben.open(damaged)
    with pytest.raises(DecryptionError):
        ben.session.open(envelope, AD[::-1])
    assert ben.session == before
    assert ben.open(envelope) == b"body"


def test_a_gap_too_wide_is_named() -> None:
    ann, ben = make_sides()
    for _ in range(MAX_SKIP + 1):
        ann.seal()
    with pytest.raises(TooManySkippedError):
        ben.open(ann.seal())


def test_skipped_keys_are_bounded_and_expire() -> None:
    ann, ben = make_sides()
    for stamp in range(3):
        for _ in range(MAX_SKIP):
            ann.seal()
        ben.session, _ = ben.session.open(ann.seal(), AD, stamp=stamp)
    assert ben.session.info.skipped_count == MAX_SKIPPED_KEYS
    assert ben.session.forget_skipped(1).info.skipped_count == MAX_SKIPPED_KEYS
    assert ben.session.forget_skipped(2).info.skipped_count == MAX_SKIP
    assert ben.session.forget_skipped(3).info.skipped_count == 0


def test_what_came_behind_a_later_one_is_late() -> None:
    ann, ben = make_sides()
    first, second, third = ann.seal(b"1"), ann.seal(b"2"), ann.seal(b"3")
    told = []
    for envelope in (first, third, second):
        before = ben.session
        ben.open(envelope)
        told.append(ben.session.was_late(before))
    assert told == [False, False, True]
    before = ann.session
    ann.open(ben.seal(b"the other way, with a ratchet step"))
    assert not ann.session.was_late(before)
    pending, offer = ann.session.offer(ann.session.choose_base(ben.session.epochs))
    ben.session, answer = ben.session.answer(offer, EXPORTER)
    ann.session = ann.session.accept(pending, answer, EXPORTER)
    before = ben.session
    ben.open(ann.seal(b"the first of an epoch"))
    assert not ben.session.was_late(before)


def test_missing_messages_go_with_their_epoch() -> None:
    ann, ben = make_sides()
    late = ann.seal()
    ben.open(ann.seal())
    exchange(ann, ben)
    assert ben.session.info.skipped_count == 0
    with pytest.raises(DecryptionError):
        ben.open(late)


def test_padded_envelopes_have_one_length() -> None:
    ann, ben = make_sides()
    for body in (b"", b"x", bytes(4096 - ENVELOPE_OVERHEAD)):
        ann.session, envelope = ann.session.seal(body, AD, length=4096)
        assert len(envelope) == 4096
        assert ben.open(envelope) == body
    with pytest.raises(ValueError, match="fit"):
        ann.session.seal(bytes(4096), AD, length=4096)


def test_an_envelope_without_padding_is_a_fault_of_the_peer() -> None:
    ann, ben = make_sides()
    _, envelope = ann.session.held[0].ratchet.seal(b"no mark", AD)
    before = ben.session
    with pytest.raises(MalformedFrameError):
        ben.open(envelope)
    assert ben.session == before


def test_counters_count_and_show_no_secret() -> None:
    ann, ben = Side(), Side()
    assert ann.session.info.epoch == 0
    exchange(ann, ben)
    ann.open(ben.seal())
    for _ in range(3):
        ben.open(ann.seal())
    assert (ann.session.info.epoch, ben.session.info.epoch) == (1, 1)
    assert (ann.session.info.sent_count, ann.session.info.received_count) == (4, 1)
    assert ann.session.info.since_epoch == ben.session.info.since_epoch == 5
    lost = ann.seal()
    ben.open(ann.seal())
    assert ben.session.info.skipped_count == 1
    ben.open(lost)
    assert ben.session.info.skipped_count == 0
    exchange(ben, ann)
    assert (ann.session.info.epoch, ann.session.info.sent_count) == (2, 0)
    pending, offer = ann.session.offer(None)
    for value in (ann.session, ann.session.held[0], pending):
        assert len(repr(value)) < 80
        assert "b'" not in repr(value)
    assert offer.base is None


def test_an_empty_session_counts_nothing() -> None:
    assert Session.empty().info == SessionCounters(0, 0, 0, 0, 0)


def test_the_newest_epoch_in_which_an_envelope_opened_is_told() -> None:
    ann, ben = Side(), Side()
    assert ann.session.opened == (None, 0)
    exchange(ann, ben)
    first = ann.session.epochs[0]
    assert ann.session.opened == (None, 0)
    assert ben.session.opened == (first, 1)
    ann.open(ben.seal())
    ann.open(ben.seal())
    assert ann.session.opened == (first, 2)
    exchange(ann, ben)
    second = ann.session.epochs[0]
    assert ann.session.opened == (first, 2)  # nothing has come back in the new one yet
    assert ben.session.opened == (second, 1)


def test_an_older_copy_of_a_session_is_behind() -> None:
    ann, ben = make_sides()
    epoch = ann.session.epochs[0]
    copied = ann.session
    ben.open(ann.seal())
    assert ben.session.opened == (epoch, 2)
    assert not ann.session.is_behind(epoch, 2)
    assert copied.is_behind(epoch, 2)
    assert not copied.is_behind(epoch, 1)
    assert not copied.is_behind(bytes(len(epoch)), 2)
    assert not copied.is_behind(None, 0)


def test_the_time_of_an_epoch_is_kept_as_given() -> None:
    pending, offer = Session.empty().offer(None)
    answered, answer = Session.empty().answer(offer, EXPORTER, at=1_700_000_000_000)
    accepted = Session.empty().accept(pending, answer, EXPORTER, at=1_700_000_000_500)
    assert answered.info.started_at == 1_700_000_000_000
    assert Session.decode(accepted.encode()).info.started_at == 1_700_000_000_500


# -- the stored form ----------------------------------------------------------------------------


def test_the_stored_form_is_exact_and_versioned() -> None:
    ann, ben = make_sides()
    ben.open([ann.seal() for _ in range(3)][2])
    for side in (ann, ben, Side()):
        stored = side.session.encode()
        assert stored[0] == SESSION_VERSION
        assert Session.decode(stored) == side.session
        with pytest.raises(StoreTooNewError):
            Session.decode(bytes((SESSION_VERSION + 1,)) + stored[1:])
        for damaged in (
            b"",
            b"\0" + stored[1:],
            stored[:-1],
            stored + b"\0",
            stored[1:],
            stored[:1],
        ):
            with pytest.raises((StoreCorruptError, StoreTooNewError)):
                Session.decode(damaged)


def test_a_damaged_stored_form_never_crashes() -> None:
    _, ben = make_sides()
    stored = ben.session.encode()
    for at in range(1, len(stored)):
        for value in (0x00, 0xC0, 0xFF):
            damaged = stored[:at] + bytes((value,)) + stored[at + 1 :]
            try:
                Session.decode(damaged)  # another secret byte cannot be noticed here
            except StoreCorruptError:
                continue


def test_no_step_of_a_key_schedule_is_shown() -> None:
    """Tuples show all that is in them unless they are told not to."""
    secret = b"top secret".ljust(32, b"!")
    for value in (
        EpochKeys(bytes(16), secret, secret, secret, secret),
        Lineage(None, 7, secret, 0),
        RootStep(secret, secret, secret),
    ):
        assert "secret" not in repr(value)
