"""An offer that came by mail: it may be weeks old, and must not end what works."""

import os

import pytest
from session_pair import AD, Side, exchange, make_sides

from messenger.core.errors import DecryptionError, LocalProtocolError
from messenger.protocol.epoch import PendingOffer
from messenger.protocol.session import MAX_EPOCHS, Session


def ask(answerer: Side) -> tuple[PendingOffer, Side]:
    """Somebody without a session asks by mail; return what reads the answer, and who has read."""
    pending, offer = Session.empty().offer(None)
    exporter = os.urandom(32)
    answerer.session, answer = answerer.session.answer(offer, exporter, by_mail=True)
    answerer.restart()
    return pending, Side(Session.empty().accept(pending, answer, exporter))


def test_a_letter_that_a_relay_kept_back_ends_nothing() -> None:
    ann, ben = make_sides()
    working = ben.session.sealing_epoch
    ask(ben)
    assert ben.session.sealing_epoch == working
    assert ann.open(ben.seal(b"one")) == b"one"
    before = ben.session
    assert ben.open(ann.seal(b"two")) == b"two"
    assert not ben.session.began_anew(before)
    exchange(ann, ben)  # the next link builds on what both hold
    assert ann.open(ben.seal(b"three")) == b"three"
    assert len(ben.session.held) == 1


def test_whoever_forgot_takes_the_place_of_the_session_before_by_the_first_envelope() -> None:
    ann, ben = make_sides()
    _, anew = ask(ben)
    before = ben.session
    late = ann.seal(b"from before")
    assert ben.open(anew.seal(b"me again")) == b"me again"
    assert ben.session.began_anew(before)
    with pytest.raises(DecryptionError):
        ben.open(late)
    assert anew.open(ben.seal(b"welcome")) == b"welcome"
    before = ben.session
    assert ben.open(anew.seal()) == b"body"
    assert not ben.session.began_anew(before)  # it is told once


def test_a_link_that_builds_on_it_is_a_new_beginning_too() -> None:
    ann, ben = make_sides()
    _, anew = ask(ben)
    pending, offer = anew.session.offer(anew.session.choose_base(ben.session.epochs))
    exporter = os.urandom(32)
    ben.session, answer = ben.session.answer(offer, exporter)
    anew.session = anew.session.accept(pending, answer, exporter)
    before = ben.session
    ben.open(anew.seal())
    assert ben.session.began_anew(before)
    assert len(ben.session.held) == 1
    with pytest.raises(DecryptionError):
        ben.open(ann.seal())


def test_what_was_written_before_a_link_was_faster_opens_nothing() -> None:
    _, ben = make_sides()
    _, anew = ask(ben)
    late = anew.seal(b"still under way")
    linked = Side()  # the same person, who had no answer yet when the link came
    exchange(linked, ben)
    with pytest.raises(DecryptionError):
        ben.open(late)
    assert linked.open(ben.seal()) == b"body"


def test_either_of_two_answers_may_be_the_one_that_is_read() -> None:
    """The first one was put late, and the letter was written again meanwhile."""
    ben = Side()
    _, first = ask(ben)
    _, second = ask(ben)
    assert not ben.session.can_seal
    for reader in (first, second):
        again = Side(ben.session)
        assert again.open(reader.seal(b"hello")) == b"hello"
        assert reader.open(again.seal(b"welcome")) == b"welcome"
        assert not again.session.began_anew(ben.session)  # there was nothing before


def test_letters_without_end_push_out_each_other_only() -> None:
    ann, ben = make_sides()
    for _ in range(2 * MAX_EPOCHS):
        _, anew = ask(ben)
    assert len(ben.session.held) == MAX_EPOCHS
    assert ann.open(ben.seal(b"on")) == b"on"
    assert ben.open(ann.seal(b"and on")) == b"and on"
    assert ben.open(anew.seal(b"the last of them")) == b"the last of them"


def test_whoever_waits_for_a_link_goes_on_waiting() -> None:
    """A link said that they hold nothing any more; a letter does not take that back."""
    _, ben = make_sides()
    _, offer = Session.empty().offer(None)
    ben.session, _ = ben.session.answer(offer, os.urandom(32))
    ask(ben)
    assert not ben.session.can_seal
    with pytest.raises(LocalProtocolError):
        ben.session.seal(b"body", AD)
