"""How text is cut into words for the search index, and where each word stands.

FTS5 gets our own words, separated by spaces, and splits at the spaces only (its ``ascii``
tokenizer takes every other non-ASCII character as part of a word). So the rules are here:

- letters and digits of scripts with spaces make words, split at anything else;
- each character of a script without spaces (Chinese, Japanese, Thai, …) is a word of its own, so
  that any part of a sentence is found as a phrase;
- each emoji and other symbol is a word; skin tones, joiners and variation selectors are not;
- words are folded: compatibility forms, case and diacritics make no difference.

Pure functions over str. A change of the rules needs a new INDEX_VERSION: the store rebuilds.

Source: https://www.sqlite.org/fts5.html#ascii_tokenizer; Unicode Standard Annex 44 (categories).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# The Unicode tables of another Python may cut differently, so they are part of the version.
INDEX_VERSION: Final = f"1/{unicodedata.unidata_version}"

_CONVERSATION: Final = "\ue000"  # private use: starts the token of a conversation, never a word

_WORD, _SINGLE, _JOIN, _BREAK = "wsj "  # classes of characters
_TOKEN: Final = re.compile(f"{_WORD}[{_WORD}{_JOIN}]*|{_SINGLE}{_JOIN}*")
_NOT_IN_ASCII_WORD: Final = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]")

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
_IGNORED_MARKS: Final = (
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
    (0xE0100, 0xE01EF),
)


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands: text[start:end]."""

    folded: str
    start: int
    end: int


def cut(text: str) -> list[Word]:
    """Cut ``text`` into words, in order."""
    classes = text.translate(_CLASSES)
    spans = (match.span() for match in _TOKEN.finditer(classes))
    folded = ((_fold(text[start:end]), start, end) for start, end in spans)
    return [Word(word, start, end) for word, start, end in folded if word]


def index_line(contact: int, text: str) -> str:
    """What the index holds of a message: its conversation's token, then its words."""
    return " ".join((conversation_token(contact), *(word.folded for word in cut(text))))


def conversation_token(contact: int) -> str:
    """A word that every message of one conversation has and no text can have."""
    return f"{_CONVERSATION}{contact}"


class _Classes(dict[int, str]):
    """Code point to class, filled as characters are met."""

    def __missing__(self, point: int) -> str:
        found = self[point] = _class_of(point)
        return found


_CLASSES: Final = _Classes()


def _class_of(point: int) -> str:
    category = unicodedata.category(chr(point))
    if category[0] == "M" or category == "Cf" or 0x1F3FB <= point <= 0x1F3FF:  # skin tones
        return _JOIN
    if category[0] in "LN":
        return _SINGLE if _within(point, _UNSPACED) else _WORD
    if (
        chr(point) == _CONVERSATION
        or category in ("Cc", "Cs")
        or category[0] in "ZP"
        or point < 0x80
    ):
        return _BREAK
    return _SINGLE  # symbols, private use, what this Python does not know yet


def _fold(word: str) -> str:
    """Fold a word so that spellings of the same thing are equal."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    kept = "".join(c for c in plain if not _is_ignored(c))
    return _NOT_IN_ASCII_WORD.sub("", kept)


def _is_ignored(character: str) -> bool:
    point = ord(character)
    if point < 0x80:
        return False
    return (
        _within(point, _IGNORED_MARKS)
        or 0x1F3FB <= point <= 0x1F3FF
        or unicodedata.category(character) == "Cf"
    )


def _within(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in ranges)
