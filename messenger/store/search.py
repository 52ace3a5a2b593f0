"""The search index: two FTS5 tables and a list of all words, in step with the message table.

FTS5 walks the matches of a query from the newest row down and stops when a page is full; that
stays fast as long as it need not read what it does not return. Hence:

- a table by row answers for all conversations; a table whose row ids are (conversation, row)
  answers within one, where all its matches lie side by side;
- a prefix of two or three letters has lists of its own in both tables; a longer one is replaced by
  the words it may stand for, because FTS5 would merge all their lists before the first hit.

Measured against one table with a token per conversation: docs/store.md.

Source: https://www.sqlite.org/fts5.html, "Full-text Query Syntax", "Contentless Tables", "The
'secure-delete' Configuration Option", "The 'optimize' Command", "The fts5vocab Virtual Table".
"""

from typing import Final

from messenger.core.types import ContactId
from messenger.store.connection import Connection
from messenger.store.phrases import Phrase
from messenger.store.words import INDEX_VERSION, indexed_words

ROW_BITS: Final = 40  # of a row id in search_within; the conversation is above them
PREFIX_LISTS_LEN: Final = 3  # characters; longest prefix with lists in the tables (schema)
EXPANSIONS_MAX: Final = 400  # words in place of a prefix; beyond, FTS5 merges lists faster
REMOVE_ONE_BY_ONE_MAX: Final = 200  # messages; beyond, one sweep through the index is faster
REMOVE_ONE_BY_ONE_MAX_LEN: Final = 32_000  # characters of messages; beyond, likewise
COMMIT_WORDS_MAX: Final = 4_096  # words in or out of the index in one commit, and one text more
# What the index takes on the disk, about, at the most; measured with words made for it.
WORD_COST: Final = 64  # bytes for each word of a message
BYTE_COST: Final = 4  # bytes for each byte of it

_VERSION_SETTING: Final = "index.version"
_BATCH: Final = 1_000  # messages held in memory at a time


class SearchIndex:
    """The words of messages. Its changes belong into the transaction that changes the messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- asking -----------------------------------------------------------------------------

    def find(
        self, phrases: tuple[Phrase, ...], contact: ContactId | None, before: int | None, limit: int
    ) -> list[int]:
        """Return the newest ``limit`` rows that hold every phrase, below row ``before``."""
        expressions = [self._expression(phrase) for phrase in phrases]
        if not expressions or None in expressions:
            return []
        query = " AND ".join(filter(None, expressions))
        newest = (1 << ROW_BITS) if before is None else before
        if contact is None:
            table, lowest = "search", 0
        else:
            table, lowest = "search_within", contact << ROW_BITS
        rows = self._connection.rows(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid > ? AND rowid < ? "  # noqa: S608 - two names of ours
            "ORDER BY rowid DESC LIMIT ?",
            (query, lowest, lowest + newest, limit),
        )
        return [row[0] - lowest for row in rows]

    def _expression(self, phrase: Phrase) -> str | None:
        """Return a phrase in FTS5's query language, or None if no message can hold it.

        Folded words hold no quotes, so nothing of them is read as syntax.
        """
        quoted = _quoted(phrase.words)
        if not phrase.open_end:
            return quoted
        if len(phrase.words) > 1 or len(phrase.words[0]) <= PREFIX_LISTS_LEN:
            return f"{quoted} *"
        words = self._words_from(phrase.words[0])
        if len(words) > EXPANSIONS_MAX:
            return f"{quoted} *"
        return f"({' OR '.join(map(_quoted, words))})" if words else None

    def _words_from(self, prefix: str) -> list[tuple[str]]:
        """Return the indexed words that start with ``prefix``, at most one more than allowed."""
        rows = self._connection.rows(
            "SELECT text FROM word WHERE text >= ? AND text < ? LIMIT ?",
            (prefix, prefix + "\U0010ffff", EXPANSIONS_MAX + 1),
        )
        return [(row[0],) for row in rows]

    # -- changing ---------------------------------------------------------------------------

    def add(self, row: int, contact: ContactId, text: str) -> None:
        """Index a message."""
        words = indexed_words(text)
        line = " ".join(words)
        run = self._connection.run
        run("INSERT INTO search (rowid, words) VALUES (?, ?)", (row, line))
        run(
            "INSERT INTO search_within (rowid, words) VALUES (?, ?)",
            (contact << ROW_BITS | row, line),
        )
        run("INSERT OR IGNORE INTO word SELECT value FROM json_each(?)", (_json(words),))
        self._connection.note_indexed(len(words), growth=_growth(words))

    def remove(self, row: int, contact: ContactId, text: str) -> None:
        """Take a message's words out; ``text`` must be what was indexed."""
        self._forget_words(set(self._take_out(row, contact, text)))

    def replace(self, row: int, contact: ContactId, text: str, new_text: str) -> None:
        """Index a message with another text than the one that was indexed."""
        words = self._take_out(row, contact, text)
        self.add(row, contact, new_text)
        self._forget_words(set(words).difference(indexed_words(new_text)))

    def _forget_words(self, words: set[str]) -> None:
        """Take those out of the list that no message holds any more.

        One statement: a text has thousands of words, and everybody else waits for the writer.
        """
        self._connection.run(
            "DELETE FROM word WHERE text IN (SELECT value FROM json_each(?)) AND "
            "NOT EXISTS (SELECT 1 FROM search WHERE search MATCH '\"' || word.text || '\"')",
            (_json(sorted(words)),),
        )

    def remove_conversation(self, contact: ContactId) -> None:
        """Take the words of a whole conversation out, before its messages are deleted."""
        ((count, length),) = self._connection.rows(
            "SELECT count(*), coalesce(sum(length(text)), 0) FROM message WHERE contact = ?",
            (contact,),
        )
        if count <= REMOVE_ONE_BY_ONE_MAX and length <= REMOVE_ONE_BY_ONE_MAX_LEN:
            for row, _, text in self._batch("contact = ?", (contact,), after=0):
                self.remove(row, contact, text)
        else:
            self._sweep_out(contact)

    def _sweep_out(self, contact: ContactId) -> None:
        """Mark rows as gone, then rewrite both tables without them."""
        self._for_both("INSERT INTO {0} ({0}, rank) VALUES ('secure-delete', 0)")
        last = 0
        while batch := self._batch("contact = ?", (contact,), after=last):
            for row, _, text in batch:
                self._take_out(row, contact, text)
            last = batch[-1][0]
        self._for_both("INSERT INTO {0} ({0}) VALUES ('optimize')")
        self._for_both("INSERT INTO {0} ({0}, rank) VALUES ('secure-delete', 1)")
        self._connection.run("DELETE FROM word WHERE text NOT IN (SELECT term FROM search_words)")

    def _take_out(self, row: int, contact: ContactId, text: str) -> list[str]:
        """Take a message out of both tables; return its words."""
        words = indexed_words(text)
        line = " ".join(words)
        self._connection.run(
            "INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)", (row, line)
        )
        self._connection.run(
            "INSERT INTO search_within (search_within, rowid, words) VALUES ('delete', ?, ?)",
            (contact << ROW_BITS | row, line),
        )
        self._connection.note_indexed(len(words))
        return words

    def rebuild(self) -> int:
        """Index every message anew; return how many there are."""
        count = 0
        self._for_both("INSERT INTO {0} ({0}) VALUES ('delete-all')")
        self._connection.run("DELETE FROM word")
        last = 0
        while batch := self._batch("TRUE", (), after=last):
            for row, contact, text in batch:
                self.add(row, contact, text)
            last = batch[-1][0]
            count += len(batch)
        return count

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

    def _batch(
        self, condition: str, values: tuple[object, ...], *, after: int
    ) -> list[tuple[int, ContactId, str]]:
        """Return the next messages that are in the index: (row, contact, text)."""
        return self._connection.rows(
            f"SELECT row, contact, text FROM message WHERE {condition} AND row > ? "  # noqa: S608 - constants only
            f"AND deleted_at IS NULL ORDER BY row LIMIT {_BATCH}",
            (*values, after),
        )

    def _for_both(self, command: str) -> None:
        for table in ("search", "search_within"):
            self._connection.run(command.format(table))


def _growth(words: list[str]) -> int:
    return WORD_COST * len(words) + BYTE_COST * sum(len(word.encode()) for word in words)


def _json(words: list[str]) -> str:
    """Write words as JSON; none holds a quote, a backslash or a control character."""
    return '["' + '", "'.join(words) + '"]' if words else "[]"


def _quoted(words: tuple[str, ...]) -> str:
    return '"' + " ".join(words) + '"'
