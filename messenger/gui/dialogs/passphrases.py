"""Passphrases: four random words to suggest, and an honest guess at how long one would hold.

The word list is our own selection of WORD_COUNT common English words of three to seven letters
(``resources/words.txt``), so each word drawn at random is worth exactly 11 bits. The estimate of
what a person typed is meant to be too low rather than too high.
"""

import math
import re
import secrets
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import cache
from typing import Final

from messenger.core.frozen import frozen
from messenger.gui.resources import resource_dir

WORD_COUNT: Final = 2048
SUGGESTED_WORDS: Final = 4  # 44 bits
MIN_BITS: Final = 30.0  # below this a passphrase is refused

# What a thief with a thousand graphics cards might try: Argon2id with 256 MiB moves about 1.5 GiB
# of memory for each guess and such a card moves about 1 TB in a second. Our estimate.
GUESSES_PER_S: Final = 500_000

_BITS_PER_WORD: Final = math.log2(WORD_COUNT)
_BITS_PER_LETTER_OF_TEXT: Final = 2.0  # letters that look like a word we do not know
_BITS_PER_LETTER: Final = math.log2(26)
_BITS_PER_DIGIT: Final = math.log2(10)
_BITS_PER_SIGN: Final = 4.0  # people use few of the 33
_BITS_OF_A_YEAR: Final = 7.0
_BITS_OF_A_HABIT: Final = 3.0  # "password", "1111", "qwertz"
_HABITS: Final = frozenset(
    [
        "password",
        "passwort",
        "passwd",
        "pass",
        "secret",
        "geheim",
        "admin",
        "hallo",
        "hello",
        "love",
        "liebe",
        "master",
        "letmein",
        "welcome",
        "willkommen",
        "login",
        "schatz",
        "monkey",
        "dragon",
        "princess",
        "sunshine",
        "football",
        "iloveyou",
        "qwerty",
        "qwertz",
        "asdf",
        "yxcv",
        "zxcv",
        "abc",
        "hum",
        "messenger",
    ]
)
_RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
)
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+|\s+|.", re.DOTALL)
_YEAR: Final = re.compile(r"(19|20)\d\d")


class Level(IntEnum):
    """How long the passphrase would hold against GUESSES_PER_S."""

    TOO_WEAK = 0  # less than MIN_BITS
    WEAK = 1  # minutes to days
    GOOD = 2  # months: four random words
    STRONG = 3  # centuries: five random words and more


@frozen
class Strength:
    """An estimate from below; never stored or logged."""

    bits: float

    @property
    def level(self) -> Level:
        if self.bits < MIN_BITS:
            return Level.TOO_WEAK
        if self.bits < SUGGESTED_WORDS * _BITS_PER_WORD:
            return Level.WEAK
        return Level.GOOD if self.bits < 5 * _BITS_PER_WORD else Level.STRONG

    @property
    def seconds(self) -> float:
        """How long half of all guesses take at GUESSES_PER_S."""
        return float(2.0 ** (min(self.bits, 1000.0) - 1) / GUESSES_PER_S)


@cache
def words() -> tuple[str, ...]:
    """Return the word list, WORD_COUNT different words."""
    text = (resource_dir() / "words.txt").read_text(encoding="ascii")
    return tuple(text.split())


def suggest(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Draw SUGGESTED_WORDS random words."""
    return " ".join(choose(words()) for _ in range(SUGGESTED_WORDS))


def estimate(passphrase: str) -> Strength:
    """Guess how many bits of surprise a passphrase holds.

    Words of our list count as drawn at random, which is true of suggested ones and kind to others;
    anything repeated counts once.
    """
    bits = 0.0
    seen: set[str] = set()
    for token in _TOKEN.findall(passphrase):
        folded = token.casefold()
        if folded in seen or token.isspace():
            bits += 1.0 if folded in seen and not token.isspace() else 0.0
            continue
        seen.add(folded)
        bits += _bits_of(token, folded)
    return Strength(bits)


def _bits_of(token: str, folded: str) -> float:
    if folded in _HABITS or _is_run(folded):
        return _BITS_OF_A_HABIT
    if token.isalpha():
        return _bits_of_letters(token, folded)
    if token.isdigit():
        return _BITS_OF_A_YEAR if _YEAR.fullmatch(token) else len(token) * _BITS_PER_DIGIT
    return _BITS_PER_SIGN


def _bits_of_letters(token: str, folded: str) -> float:
    mixed = 0.0 if token in (folded, folded.capitalize()) else 1.0
    if folded in _word_set():
        return _BITS_PER_WORD + mixed
    if len(token) < 3:
        return len(token) * (_BITS_PER_LETTER + mixed)
    return len(token) * (_BITS_PER_LETTER_OF_TEXT + mixed)


@cache
def _word_set() -> frozenset[str]:
    return frozenset(words())


def _is_run(folded: str) -> bool:
    if len(folded) < 3:
        return False
    same = len(set(folded)) == 1
    return same or any(folded in run or folded in run[::-1] for run in _RUNS)
