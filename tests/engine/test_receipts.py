"""What was read is told where both sides want that, truly, and to nobody else."""

from pathlib import Path

import pytest
from test_hostile_files import mallory_and_carol
from two_people import Person, play, settled, until

from messenger.core.errors import NotAllowedError
from messenger.core.types import Address, Message, MessageId, Relation, TimelineStep
from messenger.engine import commands as c
from messenger.engine import receipts as receipts_of_engine
from messenger.engine.arrivals import Arrivals
from messenger.engine.receipts import choose, mark_read
from messenger.protocol.bodies import RECEIPT_KIND, Receipt, decode_body
from messenger.protocol.mailbox import Access
from messenger.store.mail import ToldMailbox


async def read_all(person: Person) -> None:
    newest = (await person.history())[-1]
    await person.messages.mark_read(c.MarkRead(person.contact, newest.row))


async def receipts(person: Person, *, wanted: bool) -> None:
    contact = await person.messages.set_receipts(c.SetReceipts(person.contact, wanted))
    assert contact.receipts is wanted


async def read_ones(person: Person) -> list[str]:
    return [message.text for message in await person.history() if message.read_at is not None]


async def arrived(person: Person, count: int) -> None:
    async def there() -> bool:
        return len(await person.history()) == count

    await until(there)


def test_by_default_nothing_is_told(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.write("hello")
        await arrived(ben, 1)
        await settled(ada, ben)
        await read_all(ben)
        assert await ben.store.write(lambda tx: tx.outbox.totals(ben.contact)) == (0, 0)
        assert await read_ones(ada) == []

    play(tmp_path, story)


def test_what_was_read_is_told_and_stamped(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await receipts(ada, wanted=True)
        await receipts(ben, wanted=True)
        for text in ("one", "two", "three"):
            await ada.write(text)
        await arrived(ben, 3)
        second = (await ben.history())[1]
        await ben.messages.mark_read(c.MarkRead(ben.contact, second.row))
        await settled(ada, ben)
        assert await read_ones(ada) == ["one", "two"]
        first = (await ada.history())[0]
        steps = dict(await ada.messages.timeline(c.GetTimeline(first.row)))
        assert steps[TimelineStep.READ] == first.read_at
        await read_all(ben)
        await read_all(ben)  # nothing new: nothing is told
        await settled(ada, ben)
        assert await read_ones(ada) == ["one", "two", "three"]

    play(tmp_path, story)


@pytest.mark.parametrize(("ada_wants", "ben_wants"), [(True, False), (False, True)])
def test_one_side_alone_learns_nothing(tmp_path: Path, ada_wants: bool, ben_wants: bool) -> None:
    """Who does not tell is not shown anything, and who does not want it tells nothing."""

    async def story(ada: Person, ben: Person) -> None:
        await receipts(ada, wanted=ada_wants)
        await receipts(ben, wanted=ben_wants)
        await ada.write("hello")
        await arrived(ben, 1)
        await read_all(ben)
        await settled(ada, ben)
        assert await read_ones(ada) == []
        await receipts(ada, wanted=True)
        assert await read_ones(ada) == []  # nor afterwards

    play(tmp_path, story)


def test_what_waits_is_not_told_once_it_is_off(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await receipts(ada, wanted=True)
        await receipts(ben, wanted=True)
        await ada.write("hello")
        await arrived(ben, 1)
        await settled(ada, ben)
        ben.end.cut()
        await read_all(ben)
        assert await ben.store.write(lambda tx: tx.outbox.totals(ben.contact)) != (0, 0)
        await receipts(ben, wanted=False)
        assert await ben.store.write(lambda tx: tx.outbox.totals(ben.contact)) == (0, 0)

    play(tmp_path, story)


def test_a_contact_that_gets_nothing_gets_no_setting_either(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        contact = ada.contact
        await ada.store.write(lambda tx: tx.contacts.set_relation(contact, Relation.BLOCKED))
        await ada.conversation.call(ada.conversation.refresh)
        with pytest.raises(NotAllowedError):
            await receipts(ada, wanted=True)

    play(tmp_path, story, linked=False)


def test_no_relay_is_given_an_envelope_because_somebody_reads(tmp_path: Path) -> None:
    """It would see when: a receipt waits for a link, and rides there in cells that leave anyway."""

    async def story(ada: Person, ben: Person) -> None:
        await receipts(ada, wanted=True)
        await receipts(ben, wanted=True)
        await ada.write("hello")
        await arrived(ben, 1)
        await settled(ada, ben)
        ben.end.cut()
        told = ToldMailbox(Address("192.0.2.9", 1), b"r" * 32, Access(b"m" * 24, b"s" * 32))
        await ben.store.write(lambda tx: tx.mail.learn(ben.contact, [told], 1, 1))
        (box,) = await ben.store.write(lambda tx: tx.mail.mailboxes_of(ben.contact))
        mail = ben.conversation._traffic.mail
        await read_all(ben)
        assert not await mail.pack(ben.conversation.contact, box.number)
        await ben.write("an answer")
        assert await mail.pack(ben.conversation.contact, box.number)
        kinds = await ben.store.write(lambda tx: [w.kind for w in tx.outbox.waiting(ben.contact)])
        assert RECEIPT_KIND in kinds  # still there, for the next link

    play(tmp_path, story)


# -- inside the transaction ------------------------------------------------------------------------


def number(value: int) -> MessageId:
    return MessageId(value.to_bytes(16, "big"))


def test_a_receipt_counts_for_messages_of_ours_in_this_conversation_only() -> None:
    tx, mallory, carol = mallory_and_carol()
    for contact in (mallory, carol):
        choose(tx, contact, wanted=True)
    tx.messages.add_outgoing(carol, number(1), "for Carol", 1)
    ours = tx.messages.add_outgoing(mallory, number(2), "for Mallory", 1)
    tx.messages.add_incoming(mallory, number(3), "from Mallory", 1)
    gone = tx.messages.add_outgoing(mallory, number(4), "taken back", 1)
    tx.messages.delete(gone.row, 2)
    arrivals = Arrivals(tx, mallory, 1_000)
    arrivals.take(Receipt(number(9), tuple(number(one) for one in range(1, 7))))
    assert {m.text for m in arrivals.changed.values()} == {"for Mallory"}
    assert tx.message(ours.row).read_at == 1_000
    again = Arrivals(tx, mallory, 2_000)
    again.take(Receipt(number(10), (number(2),)))
    assert again.changed == {}
    assert tx.message(ours.row).read_at == 1_000
    assert again.committed == [number(10)]


def test_many_messages_are_named_in_bounded_bodies_of_a_bounded_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receipts_of_engine, "MAX_RECEIPT_COUNT", 4)
    monkeypatch.setattr(receipts_of_engine, "MAX_WAITING_RECEIPTS", 3)
    tx, mallory, _ = mallory_and_carol()
    choose(tx, mallory, wanted=True)
    total = 4 * (3 + 1)
    last: Message | None = None
    for each in range(1, total + 1):
        last = tx.messages.add_incoming(mallory, number(each), "x", 1)
    assert last is not None
    mark_read(tx, mallory, last.row)
    waiting = tx.outbox.waiting(mallory, limit=1_000)
    assert [entry.kind for entry in waiting] == [RECEIPT_KIND] * 3
    bodies = [decode_body(entry.body or b"") for entry in waiting]
    named = [one for body in bodies if isinstance(body, Receipt) for one in body.read]
    assert named == [number(each) for each in range(1, 13)]
    assert tx.contact(mallory).unread_count == 0


def test_nothing_is_told_to_somebody_whose_key_has_changed() -> None:
    tx, mallory, _ = mallory_and_carol()
    choose(tx, mallory, wanted=True)
    message = tx.messages.add_incoming(mallory, number(1), "x", 1)
    assert message is not None
    tx.contacts.set_changed_key(mallory, bytes(range(32)), 1)
    mark_read(tx, mallory, message.row)
    assert tx.outbox.totals(mallory) == (0, 0)
