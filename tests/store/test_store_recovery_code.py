"""The recovery code: typed from paper, with mistakes found."""

import random

import pytest

from messenger.core.errors import RecoveryCodeTypoError
from messenger.store.recovery_code import new_recovery_code, recovery_secret

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def a_code() -> str:
    return new_recovery_code()


def test_codes_differ_and_have_six_groups_of_five() -> None:
    codes = {a_code() for _ in range(100)}
    assert len(codes) == 100
    for code in codes:
        groups = code.split("-")
        assert [len(group) for group in groups] == [5] * 6
        assert set("".join(groups)) <= set(ALPHABET)


def test_the_secret_has_more_than_128_bits() -> None:
    assert len(recovery_secret(a_code())) * 5 >= 128


def test_spelling_is_forgiven() -> None:
    code = a_code()
    secret = recovery_secret(code)
    loose = code.lower().replace("-", "  ").replace("1", "l").replace("0", "o")
    assert recovery_secret(loose) == secret
    assert recovery_secret(f"\n {code.replace('1', 'I')}\t") == secret


def test_every_single_typo_is_found() -> None:
    symbols = a_code().replace("-", "")
    missed = 0
    for index in range(len(symbols)):
        for other in ALPHABET:
            if other != symbols[index]:
                missed += _accepted(symbols[:index] + other + symbols[index + 1 :])
    # 930 typos, each missed once in a million: more than one is a broken checksum.
    assert missed <= 1


def test_swapped_neighbours_are_found() -> None:
    rng = random.Random(5)
    for _ in range(20):
        symbols = a_code().replace("-", "")
        index = rng.randrange(len(symbols) - 1)
        left, right = symbols[index], symbols[index + 1]
        if left != right:
            assert not _accepted(symbols[:index] + right + left + symbols[index + 2 :])


def _accepted(code: str) -> bool:
    try:
        recovery_secret(code)
    except RecoveryCodeTypoError:
        return False
    return True


@pytest.mark.parametrize("code", ["", "x", "A" * 29, "A" * 31, "U" * 30, "é" * 30, "0" * 30, "\0"])
def test_what_is_no_code_is_refused_without_being_repeated(code: str) -> None:
    with pytest.raises(RecoveryCodeTypoError) as caught:
        recovery_secret(code)
    assert not code or code not in str(caught.value)
