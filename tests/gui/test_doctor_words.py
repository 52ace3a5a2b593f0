"""The connection doctor speaks in the window as in the terminal."""

from messenger.core.types import Finding, Verdict
from messenger.gui.doctor_words import _sentences, doctor_title, doctor_words
from messenger.rpc.doctor_words import TITLES, WORDS, words


def test_every_finding_has_the_same_words_in_both_tables() -> None:
    assert _sentences() == WORDS
    assert {step: doctor_title(step) for step in TITLES} == TITLES
    late = Finding("clock", Verdict.FAIL, "late")
    assert doctor_words(late) == words(late)
