"""Characters that lie to the eye."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import (
    ContactExistsError,
    LinkDamagedError,
    MessengerError,
    OwnLinkError,
)
from messenger.core.types import MAX_NAME_LEN
from messenger.gui import remote_text
from messenger.gui.dialogs.names import same_name
from messenger.gui.remote_text import (
    MAX_MARKS,
    REPLACEMENT,
    isolated,
    shown_body,
    shown_line,
    shown_name,
    tool_tip,
)
from messenger.gui.texts import sentence

LIARS = [
    *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "\u200b",
    "\ufeff",
]


@pytest.mark.parametrize("liar", LIARS)
def test_names_show_what_was_hidden_in_them(liar: str) -> None:
    assert shown_name(f"Ma{liar}ra") == f"Ma{REPLACEMENT}ra"


def test_two_names_that_differ_do_not_look_alike() -> None:
    assert shown_name("Mara") != shown_name("Mara\u200b")


# Format characters that are seen: signs over numbers and the like.
SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
UNSEEN = [
    *(chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cf" and n not in SEEN),
    *map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0, 0xFFF5)),
    *map(chr, (0x180B, 0x180F, 0xFE00, 0xFE0E, 0xFE0F, 0xE0100, 0xE01EF, 0xE0FFF)),
]


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda char: f"{ord(char):x}")
def test_what_leaves_no_ink_makes_no_second_name(unseen: str) -> None:
    for name in (f"Mara{unseen}", f"Ma{unseen}ra"):
        assert REPLACEMENT in shown_name(name)
        assert same_name("Mara", name)


@pytest.mark.parametrize(
    "name",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian: a break between letters
        "\u0915\u094d\u200d\u0937",  # Devanagari: half a letter
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3",  # Sinhala: Sri
        "\u0d28\u0d4d\u200d\u0d2e",  # Malayalam, as it was written before 2008
        "\u0d2e\u0d4b\u0d39\u0d28\u0d4d\u200d",  # Mohan in Malayalam: the joiner ends the word
        "\u0d15\u0d46. \u0d06\u0d30\u0d4d\u200d. \u0d28\u0d3e",  # and an initial
        "\u09b8\u09c1\u099c\u09bf\u09a4\u09cd\u200d",  # Bengali, khanda ta as it was
        "\u0cb0\u0cbe\u0c9c\u0ccd\u200c\u0c95\u0cc1\u0cae\u0cbe\u0cb0\u0ccd\u200c",  # Kannada
        "\u0936\u094d\u0930\u0940\u092e\u093e\u0928\u094d\u200c",  # Hindi
        "\u2764\ufe0f",
        "1\ufe0f\u20e3",
        "\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f468",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # England
        "\u845b\U000e0100\u57ce",  # Katsuragi with the older form of a letter
        "\u182d\u180b\u1820",  # Mongolian: a variant
    ],
)
def test_what_belongs_to_a_spelling_stays(name: str) -> None:
    assert shown_name(name) == name
    assert same_name(name, name.replace("\u200c", "").replace("\u200d", ""))


@pytest.mark.parametrize(
    "name",
    [
        "Ma\u200dra",
        "\u0645\u0627\u0631\u0627\u200d",  # at the end, where it joins nothing
        "\u0645\u200c\u200c\u0627",  # twice
        "Mara\u200d\U0001f680",
        "Mara \U0001f3f4\U000e0061\U000e007f",  # no such flag
        "\U0001f3f3\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_where_it_belongs_to_none_it_is_shown(name: str) -> None:
    assert REPLACEMENT in shown_name(name)


def test_a_pile_of_unseen_characters_does_not_push_the_name_out() -> None:
    assert len(shown_name("\u200d" * 64_000)) == MAX_NAME_LEN
    assert same_name("\u200d", "\ufe0f")  # both are one sign that says so


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mara", "Mara"),
        ("  Mara \n Lind\t", "Mara Lind"),
        ("Ma\x00ra", "Ma␀ra"),
        ("Ma\x1bra", "Ma␛ra"),
        ("مارا", "مارا"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("", ""),
    ],
)
def test_names_become_one_clean_line(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_long_names_end_in_an_ellipsis() -> None:
    shown = shown_name("x" * 64_000)
    assert len(shown) == MAX_NAME_LEN
    assert shown.endswith("…")


def test_piles_of_marks_are_cut() -> None:
    assert shown_name("a" + "\u0301" * 50) == "a" + "\u0301" * MAX_MARKS


@given(st.text())
def test_bodies_keep_every_character_at_its_place(text: str) -> None:
    assert len(shown_body(text)) == len(text)


@given(st.text(alphabet=st.characters(), max_size=300))
def test_no_control_or_override_reaches_the_screen(text: str) -> None:
    shown = shown_body(text)
    assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in shown)
    assert not set(shown) & set("\u202d\u202e\ufffc\n\r")
    assert not any(0xD800 <= ord(char) < 0xE000 for char in shown)


def test_lone_surrogates_are_replaced() -> None:
    assert shown_body("a\ud83db") == f"a{REPLACEMENT}b"


def test_previews_are_one_line() -> None:
    assert shown_line("one\n two\r\n\tthree") == "one two three"


def test_tool_tips_show_markup_as_text() -> None:
    assert "<img" not in tool_tip("<img src=x>")
    assert "&lt;img src=x&gt;" in tool_tip("<img src=x>")


def test_isolated_names_are_closed_again() -> None:
    assert isolated("مارا")[0] == "\u2068"
    assert isolated("مارا")[-1] == "\u2069"


def every_error(kind: type[MessengerError] = MessengerError) -> list[type[MessengerError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in every_error(child))]


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.kind)
def test_every_error_has_a_sentence(kind: type[MessengerError]) -> None:
    words = sentence(kind("what happened"))
    assert words.endswith(".")
    assert "{" not in words


def test_sentences_name_the_damaged_part() -> None:
    assert "the checksum" in sentence(LinkDamagedError("the checksum does not match"))


def test_a_kind_without_a_sentence_speaks_for_its_branch() -> None:
    class YoungerError(OwnLinkError):
        kind = "younger"

    assert sentence(YoungerError()) == sentence(OwnLinkError())
    assert sentence(YoungerError()) != sentence(ContactExistsError())


def test_a_virama_is_what_unicode_calls_one() -> None:
    assert {unicodedata.combining(char) for char in remote_text._VIRAMAS} == {9}
