"""What a person types into the search field: phrases to look for, and where they stand in a text.

Every term of a query must occur in a message. A term is what stands between spaces, and its last
word may go on ("hel" finds "hello") once it has two characters; in double quotes a term is a
phrase of whole words. Nothing a person types is an operator: only folded words are left of it.

Pure functions over str.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from messenger.store.words import folded_words, folds_to_nothing, index_line, sources

QUERY_MAX_LEN: Final = 1_000  # characters; the rest is not looked at
TERMS_MAX: Final = 32
PREFIX_MIN_LEN: Final = 2  # characters; one letter would find half of everything


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must follow each other; with ``open_end`` the last one may go on."""

    words: tuple[str, ...] = field(repr=False)
    open_end: bool


def parse_query(query: str) -> tuple[Phrase, ...]:
    """Turn any text into the phrases to look for; empty if it holds no word."""
    return tuple(islice(_phrases(query[:QUERY_MAX_LEN]), TERMS_MAX))


def _phrases(query: str) -> Iterator[Phrase]:
    for index, part in enumerate(query.split('"')):
        quoted = index % 2 == 1
        for term in (part,) if quoted else part.split():
            words = tuple(folded_words(term))
            if words:
                yield Phrase(words, open_end=not quoted and len(words[-1]) >= PREFIX_MIN_LEN)


class Highlighter:
    """Finds the phrases of one query in many texts."""

    def __init__(self, phrases: tuple[Phrase, ...]) -> None:
        self._patterns = [re.compile(_pattern(phrase)) for phrase in phrases]

    def ranges(self, text: str) -> tuple[tuple[int, int], ...]:
        """Return where the phrases stand: ordered, joined (start, end) in characters."""
        line = index_line(text)
        spans = sorted(m.span() for pattern in self._patterns for m in pattern.finditer(line))
        if not spans:
            return ()
        origins = sources(text)
        return tuple(_joined(_span_in_text(text, origins, span) for span in spans))


def _pattern(phrase: Phrase) -> str:
    """Return a regular expression for a phrase in an index line, where only spaces part words.

    The look back stands behind the first word: what begins with letters is searched for in C.
    """
    first, *others = map(re.escape, phrase.words)
    words = " +".join((f"{first}(?<![^ ]{first})", *others))
    return words if phrase.open_end else f"{words}(?![^ ])"


def _span_in_text(text: str, origins: Sequence[int], span: tuple[int, int]) -> tuple[int, int]:
    end = origins[span[1] - 1] + 1
    while end < len(text) and folds_to_nothing(text[end]):
        end += 1
    return origins[span[0]], end


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ordered spans that touch."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
