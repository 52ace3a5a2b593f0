"""Search: terms, phrases, prefixes, highlights, and words that are really gone."""

import random
import string
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_people import add_person, id_of, receive, together

from messenger.core.types import Contact, Message
from messenger.store.connection import Connection
from messenger.store.database import Transaction, prepare
from messenger.store.phrases import (
    QUERY_MAX_LEN,
    TERMS_MAX,
    Highlighter,
    Phrase,
    parse_query,
)
from messenger.store.search import (
    COMMIT_WORDS_MAX,
    EXPANSIONS_MAX,
    REMOVE_ONE_BY_ONE_MAX,
    REMOVE_ONE_BY_ONE_MAX_LEN,
    SearchIndex,
)
from messenger.store.words import INDEX_VERSION, INDEXED_MAX_LEN, folded_words, indexed_words


def found(tx: Transaction, query: str, contact: Contact | None = None) -> list[str]:
    return [hit.message.text for hit in tx.search(query, None if contact is None else contact.id)]


def fill(tx: Transaction, contact: Contact, *texts: str) -> list[Message]:
    start = contact.id * 1_000 + tx.message_count(contact.id)
    with together(tx):
        return [receive(tx, contact.id, start + n, text) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("query", "hit"),
    [
        ("hello", "Hello, world"),
        ("HEL", "Hello, world"),
        ("wor hel", "Hello, world"),
        ('"hello world"', "Hello, world"),
        ("gruss", "viele Grüße"),
        ("müllers", "bei Mullers"),
        ("天气", "今天天气很好"),
        ("天", "今天天气很好"),
        ("很好", "今天天气很好"),
        ("ガラス", "このｶﾞﾗｽは"),
        ("한", "한국어"),
        ("하", "한국어"),
        ("👍", "sure 👍🏽"),
        ("👍🏿", "sure 👍"),
        ("👩‍👩‍👧", "us: 👩‍👩‍👧!"),
        ("foo_bar", "call foo_bar()"),
        ("it's", "it's late"),
        ("nul", "a\0nul\0b"),
        ("x" * 70, "y " + "x" * 70),
    ],
)
def test_what_is_found(tx: Transaction, ada: Contact, query: str, hit: str) -> None:
    fill(tx, ada, "something else 雨 👎", hit, "更多 words")
    assert found(tx, query) == [hit]


@pytest.mark.parametrize(
    "query",
    [
        "ello",  # not the start of a word
        "hello moon",
        '"world hello"',  # a phrase has an order
        '"hel"',  # in quotes a word is whole
        "h",  # one letter does not go on
        "气天",
        "",
        " \0\t",
        '"',
        '""',
        "!?",
    ],
)
def test_what_is_not_found(tx: Transaction, ada: Contact, query: str) -> None:
    fill(tx, ada, "Hello, world", "今天天气很好")
    assert found(tx, query) == []


OPERATORS = ["OR", "and not", "NEAR(a b)", "words:x", "^x", "x*", "-x", "x AND", "(", "a+b", "{x}:"]


@pytest.mark.parametrize("query", [*OPERATORS, '" OR "1"="1', "'; DROP TABLE message; --", "\0x"])
def test_everything_typed_is_a_literal(tx: Transaction, ada: Contact, query: str) -> None:
    fill(tx, ada, "nothing of that kind", f"verbatim {query} here")
    hits = found(tx, query)
    assert hits == ([f"verbatim {query} here"] if folded_words(query) else [])


def test_any_query_is_answered(tx: Transaction, ada: Contact) -> None:
    fill(tx, ada, *("a b c ab 天 é 0 1 2 😀" for _ in range(3)))

    @settings(max_examples=300)
    @given(query=st.text(max_size=30))
    def ask(query: str) -> None:
        assert all(hit.ranges for hit in tx.search(query, limit=5))

    ask()


def test_newest_first_with_pages(tx: Transaction, ada: Contact, bob: Contact) -> None:
    fill(tx, ada, *(f"common {n}" for n in range(10)))
    fill(tx, bob, *(f"common {n}" for n in range(10, 20)))

    rows = [hit.message.row for hit in tx.search("common")]
    assert rows == sorted(rows, reverse=True)
    assert len(rows) == 20
    first = tx.search("common", limit=7)
    second = tx.search("common", limit=7, before=first[-1].message.row)
    assert [hit.message.row for hit in (*first, *second)] == rows[:14]


def test_one_conversation_is_searched_by_itself(
    tx: Transaction, ada: Contact, bob: Contact
) -> None:
    fill(tx, ada, "shared words", "mine")
    fill(tx, bob, "shared words", "yours")
    assert [hit.message.contact for hit in tx.search("shared", bob.id)] == [bob.id]
    assert found(tx, "mine", bob) == []


def test_limits_of_a_query() -> None:
    assert len(parse_query("ab " * 1_000)) == TERMS_MAX
    assert len(parse_query("a" * 5_000)[0].words[0]) == QUERY_MAX_LEN
    assert parse_query('one "two three" fo') == (
        Phrase(("one",), open_end=True),
        Phrase(("two", "three"), open_end=False),
        Phrase(("fo",), open_end=True),
    )


def test_a_query_does_not_show_in_logs() -> None:
    assert "secret" not in repr(parse_query("secret"))


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Hello, hello world", "hel", ["Hel", "hel"]),
        ("Hello world, hello", '"hello world"', ["Hello world"]),
        ("one two", "two one", ["one", "two"]),
        ("Grüße", "grus", ["Grüß"]),
        ("e\u0301te\u0301!", "ete", ["e\u0301te\u0301"]),
        ("今天天气", "天气", ["天气"]),
        ("ok 👍🏽👍🏽", "👍", ["👍🏽👍🏽"]),
        ("한국", "하", ["한"]),
        ("aa aaa", "aa", ["aa", "aa"]),
        ("ab abc", "ab abc", ["ab", "abc"]),
        ("nothing", "else", []),
    ],
)
def test_highlights_are_ranges_of_characters(text: str, query: str, marked: list[str]) -> None:
    ranges = Highlighter(parse_query(query)).ranges(text)
    assert [text[start:end] for start, end in ranges] == marked


@given(st.text(max_size=40), st.text(max_size=6))
def test_ranges_are_ordered_and_apart(text: str, query: str) -> None:
    end = -1
    for start, stop in Highlighter(parse_query(query)).ranges(text):
        assert end < start < stop <= len(text)
        end = stop


def test_a_prefix_of_very_many_words(tx: Transaction, ada: Contact, connection: Connection) -> None:
    with connection.transaction():
        fill(tx, ada, *(f"item{n:05}" for n in range(EXPANSIONS_MAX + 50)))
    assert len(tx.search("item", limit=1_000)) == EXPANSIONS_MAX + 50
    assert len(tx.search("item0000", limit=1_000)) == 10
    assert tx.search("itemx") == ()


WORDS = ["ab", "abc", "abcd", "abcde", "b", "天", "地", "😀", "É"]
texts = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)


def test_search_agrees_with_a_naive_one(tx: Transaction, connection: Connection) -> None:
    @settings(max_examples=150)
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        connection.run("BEGIN")
        try:
            _compare(data, tx, connection)
        finally:
            connection.run("ROLLBACK")

    compare()


def _compare(data: st.DataObject, tx: Transaction, connection: Connection) -> None:
    people = [add_person(tx, name) for name in ("Ada", "Bob")]
    messages: list[Message] = []
    for number, text in enumerate(data.draw(st.lists(texts, max_size=12))):
        owner = people[data.draw(st.integers(0, 1))]
        messages.append(receive(tx, owner.id, number, text))
    for message in list(messages):
        action = data.draw(st.sampled_from(["keep", "keep", "edit", "delete"]))
        if action == "edit":
            edited = tx.messages.edit(message.row, data.draw(texts), 1)
            messages[messages.index(message)] = edited
        elif action == "delete":
            tx.messages.delete(message.row, 1)
            messages.remove(message)
    assert words_listed(connection) == {w for m in messages for w in folded_words(m.text)}
    query = data.draw(
        st.lists(st.sampled_from([*WORDS, '"ab b"', '"abc"', "a", "abcd"]), max_size=3)
    )
    contact = data.draw(st.sampled_from([None, *(person.id for person in people)]))

    got = tx.search(" ".join(query), contact)

    expected = [
        message
        for message in reversed(messages)
        if query
        and (contact is None or message.contact == contact)
        and all(_holds(message.text, term) for term in query)
    ]
    assert [hit.message for hit in got] == expected
    assert all(hit.ranges for hit in got)


def _holds(text: str, term: str) -> bool:
    """A search written without the index and without its parser."""
    words = [unicodedata.normalize("NFD", w)[0] if w == "É" else w for w in text.split()]
    wanted = term.strip('"').replace("É", "E").split()
    for first in range(len(words) - len(wanted) + 1):
        *head, last = words[first : first + len(wanted)]
        goes_on = '"' not in term and len(wanted[-1]) > 1
        if head == wanted[:-1] and (
            last == wanted[-1] or (goes_on and last.startswith(wanted[-1]))
        ):
            return True
    return False


def words_listed(connection: Connection) -> set[str]:
    return {word for (word,) in connection.rows("SELECT text FROM word")}


def dump(connection: Connection) -> bytes:
    """Everything the index keeps, as stored."""
    tables = connection.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 "
        "AND (name LIKE 'search%' OR name = 'word')"
    )
    rows = [row for (name,) in tables for row in connection.rows(f"SELECT * FROM {name}")]
    return b"\n".join(
        cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row
    )


@pytest.mark.parametrize(
    "away", ["delete", "edit", "remove contact", "remove big contact", "remove wordy contact"]
)
def test_the_words_of_a_deleted_message_are_gone(
    tx: Transaction, ada: Contact, bob: Contact, connection: Connection, away: str
) -> None:
    fill(tx, bob, *(f"quiet talk number {n}" for n in range(50)))
    row = fill(tx, ada, "xylophone 密 qwertz")[0].row
    fill(tx, bob, *(f"more of it {n}" for n in range(50)))
    canaries = [b"ylophone", "密".encode(), b"wertz"]
    assert all(canary in dump(connection) for canary in canaries)

    if away == "remove big contact":
        fill(tx, ada, *(f"of her {n}" for n in range(REMOVE_ONE_BY_ONE_MAX)))
    if away == "remove wordy contact":
        fill(tx, ada, "of her " * REMOVE_ONE_BY_ONE_MAX_LEN)
    if away == "delete":
        tx.messages.delete(row, 1)
    elif away == "edit":
        tx.messages.edit(row, "nothing", 1)
    else:
        tx.contacts.remove(ada.id)

    left = dump(connection)
    # (The index cuts off what a word shares with its neighbour, so these are word ends.)
    assert not any(canary in left for canary in canaries)
    for table in ("search", "search_within"):
        connection.run(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
    assert found(tx, "talk 49") == ["quiet talk number 49"]
    assert connection.rows("SELECT text FROM word WHERE text = 'quiet'") == [("quiet",)]


def test_the_index_is_rebuilt_when_its_rules_change(
    tx: Transaction, ada: Contact, connection: Connection
) -> None:
    kept, gone = fill(tx, ada, "kept", "gone")
    tx.messages.delete(gone.row, 1)
    connection.run("INSERT INTO search (search) VALUES ('delete-all')")
    tx.settings.put("index.version", "0/of the past")
    assert found(tx, "kept") == []

    prepare(connection)

    assert found(tx, "kept") == [kept.text]
    assert found(tx, "gone") == []
    assert tx.settings.get("index.version") == INDEX_VERSION


def test_a_rebuild_is_complete(tx: Transaction, ada: Contact, connection: Connection) -> None:
    with connection.transaction():
        fill(tx, ada, *(f"message {n}" for n in range(2_500)))
        SearchIndex(connection).rebuild()
    assert len(tx.search("message", limit=10_000)) == 2_500
    tx.messages.add_incoming(ada.id, id_of(9_999_999), "message again", 1)
    assert len(tx.search("message", limit=10_000)) == 2_501


LONG = " ".join(f"w{number:05}" for number in range(9_000))


def statement_count(
    monkeypatch: pytest.MonkeyPatch, connection: Connection, work: Callable[[], object]
) -> int:
    """Return how many statements ``work`` runs."""
    count = 0
    with monkeypatch.context() as patch:
        for name in ("run", "change", "rows", "row"):
            method = getattr(connection, name)

            def counted(*values: object, method: Callable[..., object] = method) -> object:
                nonlocal count
                count += 1
                return method(*values)

            patch.setattr(connection, name, counted)
        work()
    return count


@pytest.mark.parametrize("away", ["delete", "edit"])
def test_a_long_text_goes_in_as_few_statements_as_a_short_one(
    tx: Transaction,
    ada: Contact,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    away: str,
) -> None:
    counts = []
    for message in fill(tx, ada, "one two", LONG):
        works: dict[str, Callable[[], object]] = {
            "delete": lambda row=message.row: tx.messages.delete(row, 1),
            "edit": lambda row=message.row: tx.messages.edit(row, "three", 1),
        }
        counts.append(statement_count(monkeypatch, connection, works[away]))
    assert counts[0] == counts[1]
    assert words_listed(connection) == ({"three"} if away == "edit" else set())


def test_the_first_words_of_a_very_long_text_are_found(
    tx: Transaction, ada: Contact, connection: Connection
) -> None:
    (message,) = fill(tx, ada, LONG)
    count = INDEXED_MAX_LEN // len("w00000 ")
    assert indexed_words(LONG) == folded_words(LONG)[:count]
    assert found(tx, f"w{count - 1:05}") == [LONG]
    assert found(tx, f"w{count:05}") == []
    tx.messages.edit(message.row, f"{LONG} more", 1)
    assert len(words_listed(connection)) == count
    tx.messages.delete(message.row, 1)
    assert words_listed(connection) == set()
    for table in ("search", "search_within"):
        connection.run(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")


@pytest.mark.parametrize("ligatures", [0, 1, 8])
def test_the_index_takes_no_more_on_the_disk_than_it_says(
    tx: Transaction, ada: Contact, connection: Connection, ligatures: int
) -> None:
    """Words made for it: none twice, or each of a few bytes that are folded into many."""
    rng = random.Random(7)

    def word() -> str:
        return "".join(rng.choices(string.ascii_lowercase, k=5)) + "\ufdfa" * ligatures

    before, growth = connection.value("PRAGMA page_count"), 0
    for number in range(100):
        with connection.transaction():
            text = " ".join(word() for _ in range(400))
            receive(tx, ada.id, number, text)
            growth += tx.index_growth + len(text.encode())
    grown = (connection.value("PRAGMA page_count") - before) * 4_096
    assert growth / 2 < grown < growth


def test_a_transaction_is_full_when_much_was_indexed_or_taken_out(
    tx: Transaction, ada: Contact, connection: Connection
) -> None:
    text = "word " * COMMIT_WORDS_MAX
    assert len(indexed_words(text)) < COMMIT_WORDS_MAX <= 2 * len(indexed_words(text))
    with connection.transaction():
        (message,) = fill(tx, ada, text)
        assert not tx.is_full
        tx.messages.delete(message.row, 1)
        assert tx.is_full
    with connection.transaction():
        assert not tx.is_full
