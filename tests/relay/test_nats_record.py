"""Records and names of the store on NATS: one reading, and nothing that means something there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import RelayStoreError
from messenger.relay.nats_layout import Layout, arrived, owner_of
from messenger.relay.nats_record import BOX_LEN, Entry, Mailbox, Pointer, Record, decode

NUMBERS = st.integers(0, 2**63 - 1)


def exactly(length: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=length, max_size=length)


ENTRIES = st.builds(Entry, NUMBERS, NUMBERS, exactly(32), st.integers(0, 2**32 - 1))
MAILBOXES = st.builds(
    Mailbox,
    exactly(32),
    exactly(24),
    exactly(32),
    exactly(BOX_LEN),
    NUMBERS,
    st.lists(ENTRIES, max_size=5).map(tuple),
)
RECORDS = MAILBOXES | st.builds(Pointer, exactly(32), exactly(24))
EMPTY = Mailbox(bytes(32), bytes(24), bytes(32), bytes(BOX_LEN))


@given(RECORDS, NUMBERS)
def test_a_record_is_read_as_it_was_written(record: Record, parent: int) -> None:
    assert decode(record.encode(parent)) == (parent, record)


@given(RECORDS, st.data())
def test_what_is_no_record_is_refused(record: Record, data: st.DataObject) -> None:
    good = record.encode(1)
    for bad in (b"\x02" + good[1:], good[:1] + b"\x09" + good[2:], good[:-1], good + b"\0", b""):
        with pytest.raises(RelayStoreError):
            decode(bad)


def test_what_has_arrived_is_counted_in_order_and_struck_out_by_its_number() -> None:
    full = EMPTY.added(70, b"a" * 32, 10).added(90, b"b" * 32, 11)
    assert [(entry.sequence, entry.place) for entry in full.entries] == [(1, 70), (2, 90)]
    assert full.waiting(1, 0) == full.entries[1:]
    assert full.unexpired(10).entries == full.entries[1:]
    left = full.without(2)
    assert (left.last, left.entries) == (2, full.entries[:1])
    assert left.added(95, b"c" * 32, 12).last == 3  # no number is given twice
    assert left.holds(b"a" * 32)
    assert not left.holds(b"b" * 32)
    assert left.names(70)
    assert not left.names(90)


@given(exactly(24), exactly(BOX_LEN), exactly(32), st.integers(1, 8))
def test_ids_are_plain_letters_in_subjects(
    owner: bytes, box: bytes, envelope_id: bytes, spread: int
) -> None:
    layout = Layout("hum", spread)
    subjects = {
        layout.box(owner): 4,
        layout.envelope(owner, box): 5,
        layout.id_subject(owner, box, envelope_id): 6,
        layout.arrival(owner): 3,
    }
    for subject, words in subjects.items():
        assert re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", subject)
        assert len(subject.split(".")) == words
    assert owner_of(layout.envelope(owner, box)) == owner
    assert arrived(layout.arrival(owner)) == owner
    names = {layout.boxes(owner), layout.envelopes(owner), layout.ids(owner)}
    assert names <= {config["name"] for config in layout.configs(3, 2**30)}


@pytest.mark.parametrize(("prefix", "spread"), [("", 1), ("a.b", 1), ("*", 1), ("hum", 0)])
def test_a_layout_that_cannot_be_is_refused(prefix: str, spread: int) -> None:
    with pytest.raises(ValueError, match=r"prefix|spread"):
        Layout(prefix, spread)
