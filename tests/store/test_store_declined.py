"""Who was declined, in the store."""

from store_people import key_of

from messenger.store.database import Transaction
from messenger.store.declined import MAX_KEYS, QUIET_MS


def test_a_declined_key_is_remembered_for_a_while(tx: Transaction) -> None:
    tx.declined.note(key_of("Mallory"), 5)
    assert not tx.declined.holds(key_of("Eve"), 5)
    assert tx.declined.holds(key_of("Mallory"), 5 + QUIET_MS - 1)
    assert not tx.declined.holds(key_of("Mallory"), 5 + QUIET_MS)
    tx.declined.note(key_of("Mallory"), 6)
    assert tx.declined.holds(key_of("Mallory"), 5 + QUIET_MS)
    tx.declined.forget(key_of("Mallory"))
    assert not tx.declined.holds(key_of("Mallory"), 6)


def test_what_is_remembered_is_bounded_in_time_and_number(tx: Transaction) -> None:
    def count() -> int:
        keys = [key_of(f"{number}") for number in range(MAX_KEYS + 2)]
        return sum(tx.declined.holds(key, QUIET_MS) for key in keys)

    for number in range(MAX_KEYS + 2):
        tx.declined.note(key_of(f"{number}"), 1 + number)
    assert count() == MAX_KEYS
    assert not tx.declined.holds(key_of("1"), 1)  # the oldest went
    assert tx.declined.holds(key_of("2"), 1)
    tx.declined.note(key_of("late"), MAX_KEYS + QUIET_MS + 2)
    assert count() == 0
