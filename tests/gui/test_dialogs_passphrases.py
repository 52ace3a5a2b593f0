"""Our word list, the honesty of the meter, and the price of cover."""

import pytest

from messenger.core.cover_price import price_of
from messenger.core.types import COVER_PROFILES, Cover
from messenger.gui.dialogs.cover_choice import CoverChoice, data_size, profile_of
from messenger.gui.dialogs.passphrases import (
    SUGGESTED_WORDS,
    WORD_COUNT,
    Level,
    estimate,
    suggest,
    words,
)


def test_the_list_has_as_many_different_words_as_the_bits_say() -> None:
    assert len(words()) == len(set(words())) == WORD_COUNT == 2**11


def test_the_words_are_short_plain_and_sorted() -> None:
    assert all(3 <= len(word) <= 7 and word.isascii() and word.islower() for word in words())
    assert list(words()) == sorted(words())


def test_a_suggestion_is_four_words_of_the_list_and_never_the_same() -> None:
    first, second = suggest(), suggest()
    assert first != second
    assert len(first.split()) == SUGGESTED_WORDS
    assert set(first.split()) <= set(words())


def test_each_word_is_drawn_from_the_whole_list() -> None:
    drawn: list[int] = []
    suggest(lambda choices: drawn.append(len(choices)) or choices[0])
    assert drawn == [WORD_COUNT] * SUGGESTED_WORDS


def test_four_random_words_are_44_bits_and_five_55() -> None:
    assert estimate("able acorn baker cabin").bits == pytest.approx(44)
    assert estimate("able acorn baker cabin dairy").bits == pytest.approx(55)


@pytest.mark.parametrize(
    ("passphrase", "level"),
    [
        ("", Level.TOO_WEAK),
        ("password", Level.TOO_WEAK),
        ("Password123", Level.TOO_WEAK),
        ("1234567890", Level.TOO_WEAK),
        ("aaaaaaaaaaaaaaaaaaaa", Level.TOO_WEAK),
        ("able able able able able", Level.TOO_WEAK),
        ("Sommer2024!", Level.TOO_WEAK),
        ("qwertzuiop", Level.TOO_WEAK),
        ("able acorn baker", Level.WEAK),
        ("able acorn baker cabin", Level.GOOD),
        ("able acorn baker cabin dairy", Level.STRONG),
    ],
)
def test_the_meter_does_not_flatter(passphrase: str, level: Level) -> None:
    assert estimate(passphrase).level is level


def test_more_words_take_longer() -> None:
    times = [estimate(" ".join(words()[:count])).seconds for count in range(1, 30)]
    assert times == sorted(set(times))


def test_the_price_counts_cells_headers_and_acknowledgements_both_ways() -> None:
    price = price_of(Cover(1.0))
    assert price.bytes_per_hour == 2 * 3600 * (512 + 52 + 52)
    assert price.bytes_per_month == price.bytes_per_hour * 24 * 30
    assert price.wait_s == pytest.approx(0.6)


def test_the_balanced_profile_costs_what_the_first_run_says(qapp: object) -> None:
    price = price_of(COVER_PROFILES["balanced"])
    assert data_size(price.bytes_per_hour) == "8.9 MB"
    assert data_size(price.bytes_per_month) == "6.4 GB"


def test_the_choice_tells_which_profile_was_clicked(qtbot: object) -> None:
    choice = CoverChoice()
    qtbot.addWidget(choice)
    assert choice.current == "balanced"
    with qtbot.waitSignal(choice.chosen) as chosen:
        choice._group.button(2).click()
    assert chosen.args == ["lively"]
    assert choice.current == "lively"


def test_a_measuring_schedule_is_no_profile() -> None:
    assert profile_of(Cover(0.01)) is None
    assert profile_of(COVER_PROFILES["saver"]) == "saver"
