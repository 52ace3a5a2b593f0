"""Fingerprints and safety numbers, as read, typed and compared."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messenger.core.errors import LinkDamagedError
from messenger.crypto.fingerprint import fingerprint, parse_fingerprint, safety_number
from messenger.crypto.noise import KeyPair

KEY = bytes(range(100, 132))
OTHER = bytes(range(132, 164))
TEXT = "mrsw mz3i nfvg w3dn nzxx a4ls on2h k5tx pb4x u634 pv7h 7aeb qkbu qf4o"
usable_keys = st.binary(min_size=32, max_size=32).filter(lambda key: key[5:20] != bytes(15))


def test_a_fingerprint_never_changes_its_form() -> None:
    """People wrote these down: the text of a key is part of the protocol."""
    assert re.fullmatch(r"([a-z2-7]{4} ){13}[a-z2-7]{4}", fingerprint(KEY))
    assert fingerprint(KEY) == TEXT


@given(usable_keys)
def test_a_fingerprint_is_the_key(key: bytes) -> None:
    assert parse_fingerprint(fingerprint(key)) == key


@pytest.mark.parametrize(
    "written",
    [
        TEXT.upper(),
        TEXT.replace(" ", ""),
        TEXT.replace(" ", "-"),
        TEXT.replace(" ", " \n "),
        f"  {TEXT.title()}\r\n",
    ],
)
def test_case_spaces_and_dashes_do_not_matter(written: str) -> None:
    assert parse_fingerprint(written) == KEY


@settings(max_examples=60)
@given(st.integers(0, 55), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_wrong_character_is_found(place: int, character: str) -> None:
    compact = TEXT.replace(" ", "")
    if compact[place] == character:
        return
    mistyped = compact[:place] + character + compact[place + 1 :]
    group, position = divmod(place, 4)
    with pytest.raises(LinkDamagedError, match=f"Character {position + 1} of group {group + 1} "):
        parse_fingerprint(mistyped)


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("", "no fingerprint"),
        (TEXT[:-1], "lacks 1 char"),
        (TEXT[:-5], "lacks 4 char"),
        (TEXT + "ab", "2 characters too many"),
        (TEXT.replace("nzxx", "n1xx"), "Character 2 of group 5 "),
        (TEXT.replace("nzxx", "nßxx"), "Character 2 of group 5 "),
        (TEXT.replace("mrsw mz3i", "mz3i mrsw"), "two groups are swapped"),
        ("a" * 56, "wrong"),
    ],
)
def test_the_error_says_which_part(written: str, part: str) -> None:
    with pytest.raises(LinkDamagedError, match=part):
        parse_fingerprint(written)


@given(st.text(max_size=80))
def test_garbage_is_only_ever_refused(text: str) -> None:
    with pytest.raises(LinkDamagedError):
        parse_fingerprint(text)


@pytest.mark.parametrize("key", [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"])
def test_the_fingerprint_of_a_worthless_key_is_refused(key: bytes) -> None:
    with pytest.raises(LinkDamagedError, match="no usable key"):
        parse_fingerprint(fingerprint(key))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_our_own_mistake(length: int) -> None:
    with pytest.raises(ValueError, match="32"):
        fingerprint(bytes(length))
    with pytest.raises(ValueError, match="32"):
        safety_number(bytes(length), KEY)


def test_a_safety_number_never_changes() -> None:
    """Two versions of Hum must show the same number."""
    assert safety_number(KEY, OTHER) == (
        "89328 32015 06678 10557 28620 13631 61416 41197 20459 43697 49313 35075"
    )


@settings(max_examples=5)
@given(usable_keys, usable_keys)
def test_both_sides_see_the_same_number(key_a: bytes, key_b: bytes) -> None:
    if key_a == key_b:
        return
    number = safety_number(key_a, key_b)
    assert number == safety_number(key_b, key_a)
    assert re.fullmatch(r"(\d{5} ){11}\d{5}", number)


def test_another_key_gives_another_number() -> None:
    keys = [KeyPair.generate().public for _ in range(4)]
    numbers = {safety_number(a, b) for a in keys for b in keys if a < b}
    assert len(numbers) == 6


def test_a_pair_is_two_keys() -> None:
    with pytest.raises(ValueError, match="two different keys"):
        safety_number(KEY, KEY)
