"""Keys of missing messages: limits, eviction, expiry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ratchet_pair import AD, make_sides

from messenger.core.errors import DecryptionError
from messenger.crypto import xchacha
from messenger.crypto.ratchet import MAX_SKIP
from messenger.crypto.ratchet_skipped import (
    MAX_SKIPPED_CHAINS,
    MAX_SKIPPED_KEYS,
    NOTHING_SKIPPED,
    Skipped,
    SkippedKey,
)


def _keys(numbers: range, stamp: int = 0) -> tuple[SkippedKey, ...]:
    return tuple(SkippedKey(number, bytes(32), stamp) for number in numbers)


def _chain(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_the_oldest_keys_go_first() -> None:
    skipped = NOTHING_SKIPPED
    for chain in range(5):
        skipped = skipped.with_keys(_chain(chain), _keys(range(500)))
    assert skipped.count == MAX_SKIPPED_KEYS
    assert skipped.chain(_chain(0)) is None
    skipped = skipped.with_keys(_chain(9), _keys(range(3)))
    assert skipped.count == MAX_SKIPPED_KEYS
    oldest = skipped.chain(_chain(1))
    assert oldest is not None
    assert oldest.find(2) is None
    assert oldest.find(3) is not None


def test_the_number_of_chains_is_bounded() -> None:
    skipped = NOTHING_SKIPPED
    for chain in range(MAX_SKIPPED_CHAINS + 7):
        skipped = skipped.with_keys(_chain(chain), _keys(range(1)))
    assert len(skipped.chains) == skipped.count == MAX_SKIPPED_CHAINS
    assert skipped.chain(_chain(6)) is None
    assert skipped.chain(_chain(7)) is not None


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 40)), max_size=30), st.integers(0, 90))
def test_trimming_keeps_exactly_the_newest(jumps: list[tuple[int, int]], room: int) -> None:
    skipped, next_number, added = NOTHING_SKIPPED, dict[int, int](), list[tuple[bytes, int]]()
    for chain, count in jumps:
        start = next_number.get(chain, 0)
        next_number[chain] = start + count
        skipped = skipped.with_keys(_chain(chain), _keys(range(start, start + count)))
    for group in skipped.chains:
        added += [(group.header_key, key.number) for key in group.keys]
    kept = skipped.trimmed(room)
    left = [(group.header_key, key.number) for group in kept.chains for key in group.keys]
    assert left == (added[-room:] if room else [])
    assert all(group.keys for group in kept.chains)


def test_old_stamps_expire() -> None:
    skipped = Skipped().with_keys(_chain(1), _keys(range(3), stamp=10))
    skipped = skipped.with_keys(_chain(2), _keys(range(2), stamp=20))
    skipped = skipped.with_keys(_chain(1), _keys(range(3, 5), stamp=30))
    assert skipped.without_older(10) is skipped
    assert skipped.without_older(20).count == 4
    assert skipped.without_older(30).count == 2
    assert skipped.without_older(31) == NOTHING_SKIPPED


def test_an_expired_message_no_longer_opens_and_the_next_one_does() -> None:
    alice, bob = make_sides()
    late, later = alice.seal(), alice.seal()
    bob.state, _ = bob.state.open(later, AD, stamp=1000)
    bob.state = bob.state.with_skipped(bob.state.skipped.without_older(1001))
    with pytest.raises(DecryptionError):
        bob.open(late)
    assert bob.open(alice.seal(b"next")) == b"next"


def test_garbage_costs_one_trial_a_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = make_sides()
    for _ in range(4):  # four chains with hundreds of gaps each
        for _ in range(300):
            alice.seal()
        bob.open(alice.seal())
        alice.open(bob.seal())
    assert bob.state.skipped.count == 1200
    trials = 0
    original = xchacha.open_or_none

    def counted(key: bytes, nonce: bytes, ciphertext: bytes, data: bytes) -> bytes | None:
        nonlocal trials
        trials += 1
        return original(key, nonce, ciphertext, data)

    monkeypatch.setattr(xchacha, "open_or_none", counted)
    with pytest.raises(DecryptionError):
        bob.open(bytes(200))
    assert trials == 2 + 4  # HKr, NHKr and the chains


def test_a_sender_of_gaps_cannot_fill_the_memory() -> None:
    alice, bob = make_sides()
    for _ in range(4):
        for _ in range(MAX_SKIP):
            alice.seal()
        bob.open(alice.seal())
    assert bob.state.skipped.count == MAX_SKIPPED_KEYS
