"""Contacts who offer too much or speak of files that are not theirs, and room promised twice."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from fresh_database import fresh_database
from test_arrivals import person
from test_transfers import hold_chunks_after, in_state, offered, written
from two_people import Person, play

from messenger.core.errors import QuotaError
from messenger.core.types import ContactId, FileState, MessageId, PinOrigin, Relation
from messenger.engine import commands as c
from messenger.engine.arrivals import Arrivals
from messenger.engine.file_steps import MAX_OPEN_COUNT, MAX_REFUSED_COUNT
from messenger.protocol.bodies import FileOffer, FileStep, StepWord
from messenger.protocol.file_chunks import CHUNK_LEN
from messenger.store.database import Transaction
from messenger.store.sealed_files import FREE_MIN_LEN, new_name
from messenger.store.transfers import FileSecret

STEPS: tuple[StepWord, ...] = (
    *("accepted", "paused", "resumed", "done", "cancelled", "failed", "refused"),
)


def offer(number: int) -> FileOffer:
    return FileOffer(
        id=number.to_bytes(16, "big"),
        name=f"{number}.bin",
        size=100,
        kind="",
        digest=bytes(32),
        key=bytes(32),
        sent_at=1,
        reply_to=None,
        lifetime_s=0,
    )


def step(number: int, word: StepWord) -> FileStep:
    return FileStep(os.urandom(16), number.to_bytes(16, "big"), word)


def mallory_and_carol() -> tuple[Transaction, ContactId, ContactId]:
    tx, mallory = person(fresh_database())
    carol = tx.contacts.add(
        key=bytes([9]) * 32,
        name="Carol",
        alias=None,
        relation=Relation.ACCEPTED,
        origin=PinOrigin.LINK,
        pinned_at=1,
    )
    return tx, mallory, carol.id


def test_a_thousand_offers_are_a_few_open_ones_and_a_bounded_answer() -> None:
    tx, mallory, carol = mallory_and_carol()
    arrivals = Arrivals(tx, mallory, 1_000)
    for number in range(1_000):
        arrivals.take(offer(number))
    assert tx.files.open_count(mallory, outgoing=False) == MAX_OPEN_COUNT
    assert len(tx.files.stored_names()) == MAX_OPEN_COUNT
    assert tx.outbox.totals(mallory)[0] == MAX_REFUSED_COUNT
    assert tx.outbox.totals(carol)[0] == 0
    again = Arrivals(tx, mallory, 2_000)
    again.take(offer(5))  # once more
    assert again.added == []


def test_nobody_moves_a_file_of_another_conversation_or_one_that_is_deleted() -> None:
    tx, mallory, carol = mallory_and_carol()
    Arrivals(tx, carol, 1).take(offer(1))
    own = tx.messages.add_outgoing(carol, MessageId((2).to_bytes(16, "big")), "ours", 1)
    tx.files.add(own.row, size=5, kind="", secret=FileSecret(bytes(32), bytes(32), new_name()))
    Arrivals(tx, mallory, 1).take(offer(3))
    gone = tx.find_message(MessageId((3).to_bytes(16, "big")), mallory)
    tx.messages.delete(gone.row, 2)
    arrivals = Arrivals(tx, mallory, 1_000)
    for number in (1, 2, 3):
        for word in STEPS:
            arrivals.take(step(number, word))
    assert arrivals.changed == {}
    assert arrivals.file_rows == set()
    states = {m.text: m.file.state for m in tx.files.messages(carol) if m.file is not None}
    assert states == {"1.bin": FileState.OFFERED, "ours": FileState.OFFERED}
    assert tx.message(gone.row).file is None


def test_an_offer_under_the_number_of_a_message_that_is_there_changes_nothing() -> None:
    tx, mallory, carol = mallory_and_carol()
    ours = tx.messages.add_outgoing(mallory, MessageId((1).to_bytes(16, "big")), "ours", 1)
    Arrivals(tx, carol, 1).take(offer(2))
    arrivals = Arrivals(tx, mallory, 1_000)
    arrivals.take(offer(1))
    assert arrivals.added == []
    assert tx.message(ours.row).file is None
    arrivals.take(offer(2))  # Carol has a file of this number: this one is another
    assert [m.contact for m in arrivals.added] == [mallory]
    assert len(tx.files.messages(carol)) == 1


@pytest.mark.parametrize("word", ["accepted", "done", "refused"])
def test_a_sender_cannot_take_the_step_of_the_receiver(word: StepWord) -> None:
    tx, mallory, _ = mallory_and_carol()
    arrivals = Arrivals(tx, mallory, 1_000)
    arrivals.take(offer(1))
    arrivals.take(step(1, word))
    (message,) = tx.files.messages(mallory)
    assert message.file is not None
    assert message.file.state is FileState.OFFERED


def test_room_that_is_promised_to_one_file_is_not_promised_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 4 * CHUNK_LEN

    async def story(ada: Person, ben: Person) -> None:
        hold_chunks_after(ada, 0)
        sent, first = await offered(ada, ben, written(tmp_path, os.urandom(size), "first"))
        _, second = await offered(ada, ben, written(tmp_path, os.urandom(size), "second"))
        free = FREE_MIN_LEN + size * 3 // 2
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
        await ben.transfers.accept(c.AcceptFile(first.row, tmp_path / "a"))
        with pytest.raises(QuotaError, match="files under way"):
            await ben.transfers.accept(c.AcceptFile(second.row, tmp_path / "b"))
        await ben.transfers.cancel(c.CancelFile(first.row))
        await in_state(ada, sent.row, FileState.CANCELLED)
        await ben.transfers.accept(c.AcceptFile(second.row, tmp_path / "b"))

    play(tmp_path, story)
