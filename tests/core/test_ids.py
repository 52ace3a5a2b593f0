"""Ids and the base32 in which people see keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.ids import base32_decode, base32_encode, new_message_id
from messenger.core.types import MESSAGE_ID_LEN


def test_message_ids_have_their_length_and_do_not_repeat() -> None:
    ids = {new_message_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {MESSAGE_ID_LEN}


@given(st.binary(max_size=80))
def test_base32_comes_back_in_either_case(data: bytes) -> None:
    text = base32_encode(data)
    assert text == text.lower()
    assert "=" not in text
    assert base32_decode(text) == data
    assert base32_decode(text.upper()) == data


def test_base32_is_the_alphabet_of_rfc_4648() -> None:
    assert base32_encode(b"foobar") == "mzxw6ytboi"  # RFC 4648, section 10


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "1a",
        "a",
        "abc",
        "abcdef",
        "mzxw6ytbo1",
        "mz xw",
        "ab=c",
        "aé",
        "mzxw6yr",
        "mzxw6ytboı",
        "\n",
    ],
)
def test_what_is_not_base32_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base32"):
        base32_decode(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", max_size=40))
def test_no_two_texts_decode_to_the_same_bytes(text: str) -> None:
    try:
        data = base32_decode(text)
    except ValueError:
        return
    assert base32_encode(data) == text
