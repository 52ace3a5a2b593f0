"""The old chat falls to both attackers; S0-12 of the rows."""

import pytest
from wonderland import WONDERLAND

from messenger.lab.old_cipher import ALPHABET, KEY, MARKER, decrypt, encrypt, fake, session
from messenger.lab.old_cipher_attack import fakes_found, read_substitution, separation

LINES = [line.strip() + " ok" for line in WONDERLAND.replace("\n", " ").split(",")]


def _letters(count: int) -> str:
    seen, text = 0, ""
    for char in WONDERLAND.lower():
        text += char
        seen += char in ALPHABET
        if seen == count:
            return text
    raise AssertionError


def test_the_cipher_is_the_old_one() -> None:
    assert encrypt("Abc, z!") == "poi, z!"
    assert decrypt(encrypt("the quick brown fox")) == "the quick brown fox"
    assert sorted(KEY) == sorted(ALPHABET)


def test_fakes_are_a_marker_and_five_to_ten_letters() -> None:
    from random import Random

    random = Random(1)
    lengths = {len(fake(random)) - len(MARKER) for _ in range(300)}
    assert lengths == set(range(5, 11))


@pytest.mark.parametrize("seed", range(3))
def test_nearly_every_fake_is_found(seed: int) -> None:
    found, spared = fakes_found(session(LINES * 3, seconds=300, seed=seed))
    assert found >= 0.99
    assert spared >= 0.99
    assert separation(session(LINES * 3, seconds=300, seed=seed)) >= 0.99


def test_two_thousand_letters_are_read_without_the_key() -> None:
    plain = _letters(2000)
    read = read_substitution(encrypt(plain), seed=1)
    right = sum(a == b for a, b in zip(read, plain, strict=True) if b in ALPHABET)
    assert right / 2000 >= 0.90
