"""Characters that lie to the eye."""

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
