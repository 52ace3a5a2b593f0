"""How text is cut into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.store.words import folded_words, folds_to_nothing, index_line, sources


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, world!", ["hello", "world"]),
        ("don't foo_bar C++ a\0b", ["don", "t", "foo", "bar", "c", "a", "b"]),
        ("Grüße STRASSE straße", ["grusse", "strasse", "strasse"]),
        ("E\u0301te\u0301 ÉTÉ", ["ete", "ete"]),
        ("ﬁne １２３", ["fine", "123"]),
        ("今天天气", ["今", "天", "天", "气"]),
        ("ひらがなABC漢字", ["ひ", "ら", "か", "な", "abc", "漢", "字"]),
        ("ｶﾞ ガ", ["カ", "カ"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("한국 한국", ["한국"] * 2),
        ("👍🏽👍 ❤️❤", ["👍", "👍", "❤", "❤"]),
        ("👩‍👩‍👧", ["👩", "👩", "👧"]),
        ("1️⃣ 5€", ["1", "5", "€"]),
        ("so\u00adft\u200eware", ["software"]),
        ("हिन्दी", ["हिन्दी"]),
        ("שָׁלוֹם", ["שלום"]),
        ("Σίσυφος ΣΊΣΥΦΟΣ", ["σισυφοσ"] * 2),
        ("İstanbul", ["istanbul"]),
        ("12 \x00\x1b\u2028 \ue000", ["12", "\ue000"]),
        ("\ud800x", ["x"]),
        ("?!… — «»", []),
    ],
)
def test_cutting(text: str, words: list[str]) -> None:
    import unicodedata

    expected = [unicodedata.normalize("NFKD", word) for word in words]
    assert folded_words(text) == expected


def test_a_line_is_the_words_with_gaps() -> None:
    assert index_line("Hi, there").split() == ["hi", "there"]


@given(st.text())
def test_words_hold_nothing_that_means_something_to_the_index(text: str) -> None:
    for word in folded_words(text):
        ascii_part = [character for character in word if ord(character) < 0x80]
        assert all(c.isdigit() or c.islower() for c in ascii_part)


@given(st.text())
def test_every_folded_character_has_an_origin(text: str) -> None:
    origins = list(sources(text))
    assert len(origins) == len(index_line(text))
    assert origins == sorted(origins)
    silent = {index for index, character in enumerate(text) if folds_to_nothing(character)}
    assert set(origins) == set(range(len(text))) - silent


@given(st.text(), st.text())
def test_a_gap_keeps_texts_apart(left: str, right: str) -> None:
    assert folded_words(f"{left} {right}") == folded_words(left) + folded_words(right)
