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

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# The Unicode tables of another Python may fold differently, so they are part of the version.
INDEX_VERSION: Final = f"1/{unicodedata.unidata_version}"

_WORD: Final = re.compile("[^ ]+")

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


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where its characters come from."""

    folded: str
    sources: tuple[int, ...]  # for each folded character, the index of its character in the text
    end: int  # index behind the word in the text, marks that fold to nothing included


def index_line(text: str) -> str:
    """Return the words of ``text`` with spaces between them, as FTS5 gets them."""
    return text.translate(_FOLDED)


def folded_words(text: str) -> list[str]:
    """Return the words of ``text``, in order."""
    return index_line(text).split()


def placed_words(text: str) -> list[Word]:
    """Return the words of ``text`` with their places, in order."""
    pieces = [_FOLDED[ord(character)] for character in text]
    sources = [index for index, piece in enumerate(pieces) for _ in piece]
    return [
        Word(
            match.group(),
            tuple(sources[match.start() : match.end()]),
            _skip_nothing(pieces, sources[match.end() - 1] + 1),
        )
        for match in _WORD.finditer("".join(pieces))
    ]


def _skip_nothing(pieces: list[str], index: int) -> int:
    """Move over characters that fold to nothing: they belong to the one before."""
    while index < len(pieces) and not pieces[index]:
        index += 1
    return index


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
