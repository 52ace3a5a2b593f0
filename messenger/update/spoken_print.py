"""The build fingerprint as people compare it: words to say, digits to read.

Each stands alone and is made of bits of its own: the words of the last 88, the digits of the rest.
The words are English everywhere, so that two people hear the same.
"""

from functools import cache
from typing import Final

from messenger.core.program import resource_dir

WORD_COUNT: Final = 8  # 88 bits
GROUP_COUNT: Final = 8  # of digits; 132 bits
GROUP_LEN: Final = 5
_BITS_PER_WORD: Final = 11  # resources/words.txt has 2,048 words


def words(fingerprint: bytes) -> str:
    """Return WORD_COUNT words for 32 bytes; empty where the list of words cannot be read."""
    known = _words()
    number = int.from_bytes(fingerprint)
    places = (
        number >> at * _BITS_PER_WORD & (1 << _BITS_PER_WORD) - 1
        for at in reversed(range(WORD_COUNT))
    )
    return " ".join(known[place] for place in places) if known else ""


def digits(fingerprint: bytes) -> str:
    """Return GROUP_COUNT groups of GROUP_LEN digits for 32 bytes."""
    rest = int.from_bytes(fingerprint) >> WORD_COUNT * _BITS_PER_WORD
    text = f"{rest % 10 ** (GROUP_COUNT * GROUP_LEN):0{GROUP_COUNT * GROUP_LEN}}"
    return " ".join(text[at : at + GROUP_LEN] for at in range(0, len(text), GROUP_LEN))


@cache
def _words() -> tuple[str, ...]:
    try:
        found = tuple((resource_dir() / "words.txt").read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError):  # a damaged program still shows digits
        return ()
    return found if len(found) == 1 << _BITS_PER_WORD else ()
