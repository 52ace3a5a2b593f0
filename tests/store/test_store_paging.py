"""Pages under any interleaving of arrivals, deletions and removals."""

from hypothesis import given, settings
from hypothesis import strategies as st
from store_people import add_person, receive

from messenger.core.types import Contact, Message
from messenger.store.connection import Connection
from messenger.store.database import Transaction

steps = st.lists(
    st.sampled_from(["ada", "ada", "bob", "delete", "older", "newer", "newer"]), max_size=40
)


def test_a_window_that_grows_both_ways_is_the_conversation(
    tx: Transaction, ada: Contact, bob: Contact, connection: Connection
) -> None:
    @settings(max_examples=200)
    @given(steps, st.integers(1, 5), st.integers(0, 12))
    def scroll(actions: list[str], size: int, there_already: int) -> None:
        connection.run("BEGIN")
        try:
            _scroll(tx, ada, bob, actions, size, there_already)
        finally:
            connection.run("ROLLBACK")

    scroll()


def _scroll(
    tx: Transaction,
    ada: Contact,
    bob: Contact,
    actions: list[str],
    size: int,
    there_already: int,
) -> None:
    for number in range(there_already):
        receive(tx, ada.id if number % 2 else bob.id, number, str(number))
    window = list(tx.messages_before(ada.id, None, size))
    count = there_already
    for action in actions:
        first = window[0].row if window else None
        last = window[-1].row if window else 0
        if action in ("ada", "bob"):
            receive(tx, (ada if action == "ada" else bob).id, count, str(count))
            count += 1
        elif action == "delete" and window:
            tx.messages.delete(window[len(window) // 2].row, 1)
        elif action == "older":
            window = [*tx.messages_before(ada.id, first, size), *window]
        elif action == "newer":
            window = [*window, *tx.messages_after(ada.id, last, size)]
        _check(tx, ada, window)
    _complete(tx, ada, window, size)


def _check(tx: Transaction, ada: Contact, window: list[Message]) -> None:
    """The window is a gapless stretch of the conversation."""
    rows = [message.row for message in window]
    every = [message.row for message in tx.messages_before(ada.id, None, 1_000)]
    if rows:
        start = every.index(rows[0])
        assert rows == every[start : start + len(rows)]


def _complete(tx: Transaction, ada: Contact, window: list[Message], size: int) -> None:
    """Growing on yields everything, once and in order."""
    rows = [message.row for message in window]
    while page := tx.messages_before(ada.id, rows[0] if rows else None, size):
        rows = [message.row for message in page] + rows
    while page := tx.messages_after(ada.id, rows[-1] if rows else 0, size):
        rows += [message.row for message in page]
    assert rows == [message.row for message in tx.messages_before(ada.id, None, 1_000)]
    assert len(rows) == tx.message_count(ada.id)


def test_a_page_starts_anywhere(tx: Transaction, ada: Contact) -> None:
    messages = [receive(tx, ada.id, number, str(number)) for number in range(6)]
    add_person(tx, "Cem")
    for row in (-(2**62), 0, messages[0].row):
        assert tx.messages_before(ada.id, row, 3) == ()
    assert tx.messages_before(ada.id, 2**62, 3) == tuple(messages[3:])
    assert tx.messages_after(ada.id, -(2**62), 3) == tuple(messages[:3])


def test_the_first_message_since_an_instant(tx: Transaction, ada: Contact, bob: Contact) -> None:
    for number in range(40):
        receive(tx, (ada if number % 3 else bob).id, number, str(number))
    page = tx.messages_before(ada.id, None, 100)
    for message in page:
        assert tx.first_since(ada.id, message.arrived_at) == next(
            other.row for other in page if other.arrived_at >= message.arrived_at
        )
    assert tx.first_since(ada.id, 0) == page[0].row
    assert tx.first_since(ada.id, page[-1].arrived_at + 1) is None


def test_the_first_message_that_was_not_seen(tx: Transaction, ada: Contact) -> None:
    assert tx.first_unread(ada.id) is None
    for number in range(5):
        receive(tx, ada.id, number, str(number))
    rows = [message.row for message in tx.messages_before(ada.id, None, 100)]
    assert tx.first_unread(ada.id) == rows[0]
    tx.contacts.mark_read(ada.id, rows[2])
    assert tx.first_unread(ada.id) == rows[3]
    tx.contacts.mark_read(ada.id, rows[4])
    assert tx.first_unread(ada.id) is None
