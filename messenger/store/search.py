"""The search index: what a person typed becomes phrases, phrases become a query and highlights.

Every term of a query must occur in a message. A term is what stands between spaces, and its last
word may go on ("hel" finds "hello") once it has two characters; in double quotes a term is a
phrase of whole words. Nothing a person types is an operator: FTS5 sees only our own folded words
in quotes.

Source: https://www.sqlite.org/fts5.html, "Full-text Query Syntax", "The 'secure-delete'
Configuration Option", "External Content and Contentless Tables".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from messenger.store.connection import Connection
from messenger.store.words import (
    INDEX_VERSION,
    Word,
    conversation_token,
    folded_words,
    index_line,
    placed_words,
)

QUERY_MAX_LEN: Final = 1_000  # characters; the rest is not looked at
TERMS_MAX: Final = 32
PREFIX_MIN_LEN: Final = 2  # characters; the shortest prefix the index has lists for

_VERSION_SETTING: Final = "index.version"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must follow each other; with ``open_end`` the last one may go on."""

    words: tuple[str, ...] = field(repr=False)
    open_end: bool

    def expression(self) -> str:
        """Return the phrase in FTS5's query language; words hold no quotes."""
        quoted = '"' + " ".join(self.words) + '"'
        return quoted + " *" if self.open_end else quoted


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


def match_expression(phrases: tuple[Phrase, ...], contact: int | None) -> str:
    """Return the FTS5 query; the token of a conversation keeps the search inside it."""
    terms = [phrase.expression() for phrase in phrases]
    if contact is not None:
        terms.append(f'"{conversation_token(contact)}"')
    return " AND ".join(terms)


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


class SearchIndex:
    """The words of messages, kept in step with the message table by its one repository."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: int, contact: int, text: str) -> None:
        """Index a message."""
        self._connection.run(
            "INSERT INTO search (rowid, words) VALUES (?, ?)", (row, index_line(contact, text))
        )

    def remove(self, row: int, contact: int, text: str) -> None:
        """Take a message's words out; ``text`` must be what was indexed."""
        self._connection.run(
            "INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)",
            (row, index_line(contact, text)),
        )

    def rebuild(self) -> None:
        """Index every message anew."""
        connection = self._connection
        connection.run("INSERT INTO search (search) VALUES ('delete-all')")
        last = 0
        while batch := connection.rows(
            "SELECT row, contact, text FROM message "
            "WHERE row > ? AND deleted_at IS NULL ORDER BY row LIMIT 1000",
            (last,),
        ):
            for row, contact, text in batch:
                self.add(row, contact, text)
            last = batch[-1][0]

    def ensure_current(self) -> None:
        """Rebuild if the words were cut by other rules than today's (see INDEX_VERSION)."""
        query = "SELECT value FROM setting WHERE name = ?"
        if self._connection.value(query, (_VERSION_SETTING,)) == INDEX_VERSION:
            return
        with self._connection.transaction():
            self.rebuild()
            self._connection.run(
                "INSERT INTO setting VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_VERSION_SETTING, INDEX_VERSION),
            )
