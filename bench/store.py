"""The store against bare sqlcipher3 with the same SQL and pragmas, and against fixed limits.

    python -m bench store                  # a store of 1,000,000 messages, a quarter of an hour
    HUM_STORE_MESSAGES=100000 python -m bench store    # of as many as you like

Half of the messages are one conversation, the rest is spread over 200. Texts are random words with
the frequencies of natural language (Zipf), every tenth is Chinese characters.
"""

import asyncio
import itertools
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3

from bench.bars import Bar
from bench.report import Row, in_turns, limit_row, timed_row
from messenger.core.clock import SystemClock
from messenger.core.types import ContactId, MessageId, PinOrigin, Relation
from messenger.store.connection import _raw_key, open_connection
from messenger.store.database import Store, Transaction, prepare
from messenger.store.files import DATABASE_NAME
from messenger.store.reader import Reader
from messenger.store.rows import MESSAGE_COLUMNS
from messenger.store.search import ROW_BITS
from messenger.store.words import index_line

_KEY = bytes(range(32))
_PEOPLE = 201
_ROUNDS = 300  # of single commits
_BATCH = 1_000  # messages in one transaction of an import
_SESSION = bytes(2_000)  # about what a ratchet with two epochs takes
_PAGE_QUERY = (
    f"SELECT {MESSAGE_COLUMNS} FROM message m "
    "WHERE m.contact = 1 AND m.row < ? ORDER BY m.row DESC LIMIT ?"
)
_PEER = f"sqlcipher3 {sqlcipher3.dbapi2.sqlite_version}"

_COUNT = int(os.environ.get("HUM_STORE_MESSAGES", "1000000"))
_PAGE = 50
_EVEN = 0.8  # of the time that a tenth of the messages takes to open
_OPENINGS = 40

_INSERT = (
    "INSERT INTO message (contact, id, outgoing, state, text, sent_at, arrived_at, reply_to) "
    "VALUES (?, ?, 0, 'received', ?, ?, ?, NULL)"
)


class Texts:
    """An endless conversation, the same in every run."""

    def __init__(self) -> None:
        self._chance = random.Random(7)
        syllables = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"]
        made = ("".join(self._chance.choices(syllables, k=n % 4 + 1)) for n in itertools.count())
        self.words = list(dict.fromkeys(itertools.islice(made, 60_000)))
        self._word_weights = _zipf(len(self.words))
        self._characters = [chr(0x4E00 + n) for n in range(3_000)]
        self._character_weights = _zipf(len(self._characters))

    def text(self) -> str:
        """One message of about 60 characters."""
        if self._chance.random() < 0.1:
            count = self._chance.randint(4, 30)
            weights = self._character_weights
            return "".join(self._chance.choices(self._characters, cum_weights=weights, k=count))
        return " ".join(self._pick(self._chance.randint(2, 20)))

    def contact(self) -> ContactId:
        """Whose message it is: half of all are the first one's."""
        first = self._chance.random() < 0.5
        return ContactId(1 if first else self._chance.randint(2, _PEOPLE))

    def queries(self, reader: Reader, rows: int) -> list[str]:
        """What people type: beginnings of words, words, two words, phrases, characters."""
        found = [reader.message(self._chance.randint(1, rows)).text for _ in range(300)]
        spaced = [text.split() for text in found if text.count(" ") > 2]
        joined = [text for text in found if " " not in text and len(text) > 3]
        typed = [word[: self._chance.randint(2, len(word))] for word in self._pick(80) if word[1:]]
        rare = self._chance.sample(self.words, 40)
        two = [f"{words[0]} {words[-1]}" for words in spaced[:40]]
        phrases = [f'"{words[1]} {words[2]}"' for words in spaced[40:80]]
        return [*typed, *rare, *two, *phrases, *(text[1:3] for text in joined[:20])]

    def _pick(self, count: int) -> list[str]:
        return self._chance.choices(self.words, cum_weights=self._word_weights, k=count)


def _zipf(count: int) -> list[float]:
    return list(itertools.accumulate(1 / (rank + 2.7) for rank in range(count)))


class Bare:
    """sqlcipher3 without any of our layers; statements and values are ready."""

    def __init__(self, folder: Path) -> None:
        connection = open_connection(folder / DATABASE_NAME, _KEY)
        prepare(connection)
        with connection.transaction():
            add_people(Transaction(connection, SystemClock()))
        self._raw: Any = connection._raw
        self._path = folder / DATABASE_NAME

    def open_newest(self) -> None:
        """Open the file once more, and read the newest page of the long conversation."""
        raw = sqlcipher3.dbapi2.connect(str(self._path), isolation_level=None)
        raw.execute(f"PRAGMA key = \"x'{_raw_key(_KEY).hex()}'\"")
        _fetch_page(raw, 1 << 62)
        raw.close()

    def page(self, row: int) -> None:
        """Read the page before a row."""
        _fetch_page(self._raw, row)

    def commit(self, batch: list[tuple[ContactId, MessageId, str, str, str]]) -> None:
        """One transaction of incoming messages with index, and the session of the last."""
        run = self._raw.execute
        run("BEGIN IMMEDIATE")
        for contact, message_id, text, line, words in batch:
            known = (message_id, contact)
            run("SELECT 1 FROM message WHERE id = ? AND contact = ?", known).fetchone()
            run("SELECT 1 FROM contact WHERE id = ?", (contact,)).fetchone()
            row = run(_INSERT, (contact, message_id, text, 1, 2)).lastrowid
            run("INSERT INTO search (rowid, words) VALUES (?, ?)", (row, line))
            within = "INSERT INTO search_within (rowid, words) VALUES (?, ?)"
            run(within, (contact << ROW_BITS | row, line))
            run("INSERT OR IGNORE INTO word SELECT value FROM json_each(?)", (words,))
            run("UPDATE contact SET unread_count = unread_count + 1 WHERE id = ?", (contact,))
        run(
            "INSERT INTO session VALUES (?, ?) "
            "ON CONFLICT (contact) DO UPDATE SET state = excluded.state",
            (batch[-1][0], _SESSION),
        )
        run("COMMIT")


def _fetch_page(raw: Any, row: int) -> None:
    raw.execute(_PAGE_QUERY, (row, _PAGE)).fetchall()


class Ours:
    """The same work through the store."""

    def __init__(self, folder: Path, runner: asyncio.Runner) -> None:
        self.store = Store.open(folder, _KEY, clock=SystemClock(), create=True)
        self._runner = runner
        runner.run(self.store.write(add_people))

    def commit(self, batch: list[tuple[ContactId, MessageId, str]]) -> None:
        """One transaction of incoming messages, and the session of the last."""
        self._runner.run(self.store.write(lambda tx: receive(tx, batch)))


def receive(tx: Transaction, batch: list[tuple[ContactId, MessageId, str]]) -> None:
    """What the engine does with a batch of envelopes, inside its transaction."""
    for contact, message_id, text in batch:
        tx.messages.add_incoming(contact, message_id, text, 1)
    tx.sessions.save(batch[-1][0], _SESSION)


def add_people(tx: Transaction) -> None:
    """Make the contacts whose messages they are."""
    for number in range(_PEOPLE):
        tx.contacts.add(
            key=number.to_bytes(32, "big"),
            name=f"Person {number}",
            alias=None,
            relation=Relation.ACCEPTED,
            origin=PinOrigin.LINK,
            pinned_at=1,
        )


def run(count: int = _COUNT) -> list[Row]:
    """Fill both databases while timing it, then measure the questions people ask."""
    with (
        tempfile.TemporaryDirectory() as ours_at,
        tempfile.TemporaryDirectory() as tenth_at,
        tempfile.TemporaryDirectory() as bare_at,
        asyncio.Runner() as runner,
    ):
        ours, bare = Ours(Path(ours_at), runner), Bare(Path(bare_at))
        texts, numbers = Texts(), itertools.count(1)
        spent = _import(ours, bare, texts, numbers, count // 10)
        _copy_store(Path(ours_at), Path(tenth_at))
        later = _import(ours, bare, texts, numbers, count - count // 10)
        rows = [_import_row(count, spent, later)]
        rows += _commits(ours, bare, texts, numbers, Path(ours_at))
        rows += _openings(ours.store, bare, Path(tenth_at), count)
        rows += _questions(ours.store, bare, texts, count)
        runner.run(ours.store.close())
    return rows


def _message(texts: Texts, numbers: Iterator[int]) -> tuple[ContactId, MessageId, str]:
    number = next(numbers)
    message_id = MessageId((number * 0x9E3779B97F4A7C15 % 2**128).to_bytes(16, "little"))
    return texts.contact(), message_id, texts.text()


def _ready(message: tuple[ContactId, MessageId, str]) -> tuple[Any, ...]:
    line = index_line(message[2])
    return (*message, line, msgspec.json.encode(line.split()).decode())


def _import(
    ours: Ours, bare: Bare, texts: Texts, numbers: Iterator[int], count: int
) -> list[tuple[float, float]]:
    """Add messages in large transactions, batch by batch on each side; return the seconds."""
    spent = []
    for _ in range(count // _BATCH):
        batch = [_message(texts, numbers) for _ in range(_BATCH)]
        ready = [_ready(message) for message in batch]
        started = time.perf_counter()
        ours.commit(batch)
        between = time.perf_counter()
        bare.commit(ready)
        spent.append((between - started, time.perf_counter() - between))
    return spent


def _import_row(count: int, *spent: list[tuple[float, float]]) -> Row:
    mine, other = zip(*itertools.chain(*spent), strict=True)
    work = f"import of {_BATCH:,} messages with index, up to {count:,}"
    return timed_row(work, _PEER, mine, other, "ms", goal=0.8)


def _copy_store(source: Path, target: Path) -> None:
    """Copy the database as it is; its log is brought into it first."""
    connection = open_connection(source / DATABASE_NAME, _KEY)
    connection.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(source / DATABASE_NAME, target / DATABASE_NAME)


def _commits(
    ours: Ours, bare: Bare, texts: Texts, numbers: Iterator[int], folder: Path
) -> list[Row]:
    """Single messages: on the thread that owns the connection, then awaited from an event loop."""
    made = [_message(texts, numbers) for _ in range(4 * _ROUNDS + 8)]
    messages, ready = iter(made[::2]), iter([_ready(message) for message in made[1::2]])
    connection = open_connection(folder / DATABASE_NAME, _KEY)  # a second one, of this thread
    prepare(connection)
    tx = Transaction(connection, SystemClock())

    def here() -> None:
        with connection.transaction():
            receive(tx, [next(messages)])

    rows = []
    for how, work, goal, bar in (
        ("", here, 0.9, Bar.COMMIT),
        (", awaited from an event loop", lambda: ours.commit([next(messages)]), None, None),
    ):
        mine, other = in_turns(work, lambda: bare.commit([next(ready)]), rounds=_ROUNDS)
        name = f"commit a message with session state and index{how}"
        rows.append(timed_row(name, _PEER, mine, other, "ms", goal=goal, bar=bar))
    connection.close()
    return rows


def _openings(store: Store, bare: Bare, tenth: Path, count: int) -> list[Row]:
    """The newest page of the long conversation, from a closed file: all, a tenth, and bare."""

    def open_tenth() -> None:
        reader = Reader(open_connection(tenth / DATABASE_NAME, _KEY, read_only=True))
        reader.messages_before(ContactId(1), None, _PAGE)
        reader.close()

    whole, part, other = in_turns(
        lambda: _open(store), open_tenth, bare.open_newest, rounds=_OPENINGS
    )
    work, bar = f"open {count:,} messages, first {_PAGE} rows", Bar.OPEN
    few = f"the same with {count // 10:,}"
    return [
        limit_row(work, [seconds * 1e3 for seconds in whole], 3.0, "ms", bar=bar),
        timed_row(work, few, whole, part, "ms", goal=_EVEN, bar=bar),
        timed_row(work, _PEER, whole, other, "ms", bar=bar),
    ]


def _questions(store: Store, bare: Bare, texts: Texts, count: int) -> list[Row]:
    with _reader(store) as reader:
        first, small = ContactId(1), ContactId(77)
        queries = texts.queries(reader, count)
        chance = random.Random(3)
        depths = [chance.randint(1, count) for _ in range(500)]
        size, bar = f"{count:,} messages", Bar.QUESTIONS

        def page(row: int) -> object:
            return reader.messages_before(first, row, _PAGE)

        return [
            _limit(f"a page of {_PAGE} at any depth, {size}, p95", 0.5, page, depths, bar),
            _page_row(page, bare, depths, size),
            _limit(f"search, newest 50 of {size}, p95", 3.0, reader.search, queries, bar),
            _limit(
                f"search in the largest conversation, {size}, p95",
                2.0,
                lambda query: reader.search(query, first),
                queries,
                bar,
            ),
            _limit(
                f"search in a small conversation, {size}, p95",
                2.0,
                lambda query: reader.search(query, small),
                queries,
                bar,
            ),
            _limit(
                f"the list of {_PEOPLE} contacts, p95", 10.0, lambda _: reader.contacts(), range(50)
            ),
        ]


def _page_row(page: Callable[[int], object], bare: Bare, depths: list[int], size: str) -> Row:
    mine, other = itertools.cycle(depths), itertools.cycle(depths)
    ours, theirs = in_turns(
        lambda: page(next(mine)), lambda: bare.page(next(other)), rounds=len(depths)
    )
    work = f"a page of {_PAGE} at any depth, {size}, p50"
    return timed_row(work, f"{_PEER}, rows as they are", ours, theirs, "ms", bar=Bar.QUESTIONS)


@contextmanager
def _reader(store: Store) -> Iterator[Reader]:
    reader = store.open_reader()
    yield reader
    reader.close()


def _open(store: Store) -> None:
    with _reader(store) as reader:
        reader.messages_before(ContactId(1), None, _PAGE)


def _limit(
    work: str,
    limit_ms: float,
    ask: Callable[[Any], object],
    arguments: Any,
    bar: Bar | None = None,
) -> Row:
    """Hold the 95th percentile over the questions against a limit; each is asked thrice.

    The quickest answer counts: pages are in memory then, and nobody else had the processor.
    """
    times = [min(_timed(ask, argument) for _ in range(3)) for argument in arguments]
    p95 = sorted(times)[int(len(times) * 0.95)]
    return Row(work, "limit", p95, limit_ms, "ms", 1.0, bar=bar)


def _timed(ask: Callable[[Any], object], argument: Any) -> float:
    started = time.perf_counter()
    ask(argument)
    return (time.perf_counter() - started) * 1e3
