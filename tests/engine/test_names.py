"""Names of other people are shortened and stripped, never refused."""

from hypothesis import given
from hypothesis import strategies as st

from messenger.core.types import MAX_NAME_LEN
from messenger.engine.names import clean_name


@given(st.text(max_size=300))
def test_any_text_becomes_a_name(text: str) -> None:
    name = clean_name(text)
    assert len(name) <= MAX_NAME_LEN
    assert name == " ".join(name.split())
    assert clean_name(name) == name
    name.encode()


def test_control_characters_and_lone_surrogates_go() -> None:
    assert clean_name(" A\0da\n\u2028 Lovelace\ud800 ") == "A da Lovelace"


def test_a_name_of_64_kib_is_cut() -> None:
    assert clean_name("x" * 65_536) == "x" * MAX_NAME_LEN
