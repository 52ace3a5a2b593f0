"""How text is cut into words for the search index, and where each word stands.

One table says what each character becomes, so that cutting a message is a single pass in C:

- letters, digits and marks are folded (compatibility forms, case and diacritics make no
  difference) and make words; anything else ends a word;
- each character of a script written without spaces (Chinese, Japanese, Thai, …) is a word of its
  own, so that any part of a sentence is found as a phrase;
- each emoji and other non-ASCII symbol is a word; skin tones, joiners and variation selectors
  are nothing.

FTS5 gets these words with spaces between them and splits there: its ``ascii`` tokenizer takes
every non-ASCII character as part of a word. Pure functions over str. A change of the rules needs
a new INDEX_VERSION; the store then rebuilds the index.

Source: https://www.sqlite.org/fts5.html#ascii_tokenizer; Unicode Standard Annexes 15 and 44.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

# The Unicode tables of another Python may fold differently, so they are part of the version.
INDEX_VERSION: Final = f"2/{unicodedata.unidata_version}"
INDEXED_MAX_LEN: Final = 16_384  # bytes of the words of a text in the index, some 2,500 words

# First and last code points of scripts written without spaces between words.
_UNSPACED: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x0FFF),  # Tibetan
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),  # ideographic iteration mark and zero
    (0x3040, 0x312F),  # Hiragana, Katakana, Bopomofo
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),  # ideographs
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),  # Yi
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),  # half-width Katakana
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFF),
)
# Marks that people leave out when they type a search.
_IGNORED: Final = (
    (0x0300, 0x036F),  # combining diacritical marks
    (0x0591, 0x05C7),  # Hebrew points
    (0x064B, 0x065F),  # Arabic vowel signs
    (0x0670, 0x0670),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),  # keycap and the like
    (0x3099, 0x309A),  # Kana voicing
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
    (0xFF9E, 0xFF9F),  # half-width Kana voicing
    (0x1F3FB, 0x1F3FF),  # skin tones
    (0xE0100, 0xE01EF),
)


def index_line(text: str) -> str:
    """Return the words of ``text`` with spaces between them, as FTS5 gets them."""
    return text.translate(_FOLDED)


def folded_words(text: str) -> list[str]:
    """Return the words of ``text``, in order."""
    return index_line(text).split()


def indexed_words(text: str) -> list[str]:
    """Return the words of ``text`` that are in the index: the first ones, in order.

    They are INDEXED_MAX_LEN bytes at most with a space behind each: whoever sends us texts that
    were made for it must not fill the index, or keep the disk busy when they go.
    """
    words = folded_words(text)
    room = INDEXED_MAX_LEN
    for index, word in enumerate(words):
        room -= len(word.encode()) + 1
        if room < 0:
            return words[:index]
    return words


def sources(text: str) -> Sequence[int]:
    """Return, for each character of ``index_line(text)``, the index of its origin in ``text``."""
    if text.isascii():
        return range(len(text))  # ASCII folds one to one
    return [index for index, character in enumerate(text) for _ in _FOLDED[ord(character)]]


def folds_to_nothing(character: str) -> bool:
    """Whether a character leaves no trace in the index: it belongs to the one before."""
    return not _FOLDED[ord(character)]


class _Folded(dict[int, str]):
    """Code point to its folded form, filled as characters are met."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold(chr(point))
        return folded


_FOLDED: Final = _Folded()


def _fold(character: str) -> str:
    """Return what a character is in the index: part of a word, a word, a gap or nothing."""
    point, category = ord(character), unicodedata.category(character)
    if _within(point, _IGNORED) or category == "Cf":
        return ""
    if category[0] in "LNM":
        letters = _plain(character)
        return f" {letters} " if _within(point, _UNSPACED) else letters
    if category[0] in "ZP" or category in ("Cc", "Cs") or point < 0x80:
        return " "
    return f" {_plain(character) or character} "  # symbols, private use, not yet assigned


def _plain(character: str) -> str:
    """Fold compatibility forms, case and diacritics away."""
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return "".join(
        part
        for part in unicodedata.normalize("NFKD", decomposed)
        if unicodedata.category(part)[0] in "LNM" and not _within(ord(part), _IGNORED)
    )


def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in ranges)
