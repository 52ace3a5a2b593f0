"""What a person types into the search field: phrases to look for, and where they stand in a text.

Every term of a query must occur in a message. A term is what stands between spaces, and its last
word may go on ("hel" finds "hello") once it has two characters; in double quotes a term is a
phrase of whole words. Nothing a person types is an operator: only folded words are left of it.

Pure functions over str.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from messenger.store.words import Word, folded_words, placed_words

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


def highlights(text: str, phrases: tuple[Phrase, ...]) -> tuple[tuple[int, int], ...]:
    """Return where the phrases stand in ``text``: ordered, joined (start, end) in characters."""
    words = placed_words(text)
    spans = sorted(span for phrase in phrases for span in _occurrences(words, phrase))
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _occurrences(words: list[Word], phrase: Phrase) -> Iterator[tuple[int, int]]:
    length = len(phrase.words)
    last = phrase.words[-1]
    for first in range(len(words) - length + 1):
        window = words[first : first + length]
        if any(w.folded != p for w, p in zip(window[:-1], phrase.words[:-1], strict=True)):
            continue
        end = window[-1]
        if end.folded == last:
            yield window[0].sources[0], end.end
        elif phrase.open_end and end.folded.startswith(last):
            # One character may fold to several letters, so the next letter may be in the same one.
            typed_end = max(end.sources[len(last) - 1] + 1, end.sources[len(last)])
            yield window[0].sources[0], typed_end
