"""The two halves of delivery by themselves: what goes out when, and what a batch comes to."""

import asyncio
import threading
from pathlib import Path

import pytest
from two_people import Person, play, settled, until

from messenger.core.errors import LocalProtocolError, QuotaError, StoreError
from messenger.core.ids import new_message_id
from messenger.core.types import (
    Address,
    ContactId,
    FileState,
    Message,
    MessageId,
    MessageState,
    PinOrigin,
    Relation,
    TimelineStep,
)
from messenger.crypto.noise import KeyPair
from messenger.engine import outbound as outbounds
from messenger.engine.events import MessageAdded
from messenger.engine.inbound import Inbound
from messenger.engine.outbound import Outbound
from messenger.engine.ratchet import Ratchet
from messenger.protocol.bodies import Addresses, Heartbeat, Text, decode_body, encode_body
from messenger.protocol.session import Session
from messenger.protocol.transfer import Transfer
from messenger.store.database import Transaction
from messenger.store.sealed_files import new_name
from messenger.store.transfers import FileSecret

AD = bytes(64)
FIRST, SECOND = bytes([1]) * 16, bytes([2]) * 16


def sessions() -> tuple[Session, Session]:
    """Two sessions that can both seal."""
    pending, offer = Session.empty().offer(None)
    ben, answer = Session.empty().answer(offer, bytes(32))
    ada, envelope = Session.empty().accept(pending, answer, bytes(32)).seal(b"", AD)
    ben, _ = ben.open(envelope, AD)
    return ada, ben


def test_a_batch_is_opened_as_far_as_it_can_be(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ada
        theirs, ours = sessions()
        ratchet = Ratchet(ContactId(ben.contact), ours, AD)
        theirs, first = theirs.seal(encode_body(Text(FIRST, "one", 1, None, 60)), AD)
        theirs, nonsense = theirs.seal(b"\x91\xff", AD)
        theirs, again = theirs.seal(encode_body(Text(FIRST, "one", 1, None, 60)), AD)
        theirs, second = theirs.seal(encode_body(Text(SECOND, "two", 1)), AD)
        batch = [first, nonsense, bytes(300), first, again, second]
        received = await Inbound(ben.context, ratchet).receive(batch)
        assert [message.text for message in received.added] == ["one", "two"]
        assert received.committed == [FIRST, FIRST, SECOND]  # a duplicate is acknowledged too
        assert (received.malformed_count, received.unreadable_count) == (1, 2)
        assert received.changed == []
        assert not (received.contact_changed)
        assert not (received.new_key)
        assert not (received.mailboxes)
        assert ratchet.session is received.session
        stored = await ben.store.write(lambda tx: tx.sessions.load(ContactId(ben.contact)))
        assert stored == received.session.encode()
        assert await ben.texts() == ["one", "two"]

    play(tmp_path, story, linked=False)


async def _nothing() -> None:
    pass


class Line:
    """Where an outbound half hands its envelopes; the other side's session reads them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.read: list[object] = []

    def send(self, envelope: bytes) -> int:
        self.session, plaintext = self.session.open(envelope, AD)
        body = decode_body(plaintext)
        self.read.append(body.text if isinstance(body, Text) else body)
        return len(self.read)


def half(person: Person) -> tuple[Outbound, Line]:
    ours, theirs = sessions()
    ratchet = Ratchet(ContactId(person.contact), ours, AD)
    return Outbound(person.context, ratchet), Line(theirs)


def test_so_many_are_under_way_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbounds, "MAX_IN_FLIGHT_COUNT", 2)

    async def story(ada: Person, ben: Person) -> None:
        del ben
        outbound, line = half(ada)
        assert not await outbound.pump(line.send)
        rows = [(await ada.write(text)).row for text in ("one", "two", "three")]
        assert await outbound.pump(line.send)
        assert line.read == ["one", "two"]
        assert not await outbound.pump(line.send)
        await outbound.on_left([1, 99])
        assert await outbound.pump(line.send)
        assert line.read == ["one", "two", "three"]
        left = [TimelineStep.LEFT in await steps(ada, row) for row in rows]
        assert left == [True, False, False]
        await ada.store.write(lambda tx: tx.changes.remove(rows[1]))
        await outbound.on_left([2, 3])
        assert TimelineStep.LEFT in await steps(ada, rows[2])
        assert not await outbound.pump(line.send)
        outbound.rewind()
        assert await outbound.pump(line.send)
        assert line.read[3:] == ["one", "three"]
        await outbound.heartbeat(line.send)
        assert line.read[5:] == [Heartbeat()]

    play(tmp_path, story, linked=False)


def test_a_conversation_that_ends_tells_of_what_it_has_begun_to_write(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ben
        await ada.write("first")
        await settled(ada)
        await ada.conversation.call(_nothing)
        await asyncio.sleep(0)
        disk = threading.Event()
        busy = asyncio.ensure_future(ada.store.write(lambda _: disk.wait(60)))
        begun = asyncio.ensure_future(ada.write("second"))
        await until(lambda: asyncio.sleep(0, ada.conversation._writing is not None))
        stopping = asyncio.ensure_future(ada.conversation.stop())
        await asyncio.sleep(0)
        disk.set()
        await asyncio.gather(busy, stopping)
        assert (await begun).text == "second"
        assert ada.of(MessageAdded)[-1].message.text == "second"
        assert await ada.texts() == ["first", "second"]

    play(tmp_path, story)


def test_what_is_written_is_sealed_in_the_same_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.write("first")
        await settled(ada)
        await ada.conversation.call(_nothing)
        await asyncio.sleep(0)  # its task waits for the next input again
        commits: list[int] = []
        until_sent: list[int] = []
        count_one = ada.store._step_count
        monkeypatch.setattr(ada.store, "_step_count", lambda: (commits.append(1), count_one()))
        ada.end.filter = lambda frame: (until_sent.append(len(commits)), frame)[1]
        added = await ada.write("second")
        await settled(ada)
        assert until_sent[0] == 1
        assert await ben.texts() == ["first", "second"]
        assert [event.message.row for event in ada.of(MessageAdded)][-1] == added.row

    play(tmp_path, story)


def test_what_is_written_at_once_stays_in_order(tmp_path: Path) -> None:
    """Whether or not the conversation has something else to do when each of them comes."""

    async def story(ada: Person, ben: Person) -> None:
        texts = [f"{number}" for number in range(60)]
        writes = []
        for number, text in enumerate(texts):
            writes.append(asyncio.ensure_future(ada.write(text)))
            if number % 7 == 0:
                ada.conversation.nudge()
            if number % 5 == 0:
                await asyncio.sleep(0.001 * (number % 3))
        await asyncio.gather(*writes)
        assert await ada.texts() == texts
        await settled(ada)
        assert await ben.texts() == texts

    play(tmp_path, story)


def test_what_cannot_be_sealed_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ben
        outbound, line = half(ada)
        contact = ContactId(ada.contact)

        def refuse(*_: object) -> None:
            raise LocalProtocolError("no epoch can seal yet")

        def add(tx: Transaction) -> Message:
            return tx.messages.add_outgoing(contact, new_message_id(), "one", 1, None)

        with monkeypatch.context() as patch:
            patch.setattr(Session, "seal", refuse)
            assert (await outbound.write(add, line.send)).text == "one"
        assert line.read == []
        assert await ada.texts() == ["one"]
        assert await outbound.pump(line.send)
        assert line.read == ["one"]

        commits: list[int] = []

        def broken_end() -> None:
            commits.append(1)
            raise StoreError("the disk does not answer")

        with monkeypatch.context() as patch:  # what fails behind a commit commits nothing twice
            patch.setattr(ada.store._connection, "empty_log", broken_end)
            ada.store._connection.note_deletion()
            assert (await outbound.write(add, line.send)).text == "one"
        assert commits
        assert await ada.texts() == ["one", "one"]
        assert line.read == ["one", "one"]

        def full(tx: Transaction) -> Message:
            add(tx)
            raise QuotaError("too much")

        with pytest.raises(QuotaError):
            await outbound.write(full, line.send)
        assert await ada.texts() == ["one", "one"]
        assert not await outbound.pump(line.send)

    play(tmp_path, story, linked=False)


def test_long_ones_go_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbounds, "MAX_IN_FLIGHT_LEN", 1)

    async def story(ada: Person, ben: Person) -> None:
        del ben
        outbound, line = half(ada)
        for text in ("one", "two"):
            await ada.write(text)
        assert await outbound.pump(line.send)
        assert line.read == ["one"]
        assert not await outbound.pump(line.send)
        await outbound.on_left([1])
        assert await outbound.pump(line.send)
        assert line.read == ["one", "two"]

    play(tmp_path, story, linked=False)


def test_an_offer_whose_file_is_gone_fails_and_holds_up_nothing(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ben
        outbound, line = half(ada)
        contact = ContactId(ada.contact)

        def offer(tx: Transaction) -> Message:
            added = tx.messages.add_outgoing(contact, new_message_id(), "plan.pdf", 1)
            secret = FileSecret(bytes(32), bytes(32), new_name())
            tx.files.add(added.row, size=5, kind="", secret=secret)
            return tx.files.move(added.row, Transfer(FileState.FAILED))

        gone = await ada.store.write(offer)
        await ada.write("after it")
        while await outbound.pump(line.send):
            pass
        assert line.read == ["after it"]
        failed = await ada.store.read(lambda reader: reader.message(gone.row))
        assert (failed.state, failed.failure) == (MessageState.FAILED, "cancelled")
        waiting = await ada.store.write(lambda tx: tx.outbox.waiting(contact))
        assert gone.id not in [entry.id for entry in waiting]

    play(tmp_path, story, linked=False)


def test_an_acknowledgement_counts_once_and_for_our_own_only(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ben
        outbound, _ = half(ada)
        contact = ContactId(ada.contact)
        ours = await ada.write("ours")
        still = await ada.write("still waits")
        theirs = MessageId(FIRST)
        await ada.store.write(lambda tx: tx.messages.add_incoming(contact, theirs, "theirs", 1))
        delivered = await outbound.on_ack([SECOND, theirs, ours.id])
        assert list(delivered.messages) == [ours.row]
        assert delivered.messages[ours.row].state is MessageState.DELIVERED
        assert not (delivered.new_key)
        assert not (delivered.timer)
        assert not (delivered.deadline)
        assert (await outbound.on_ack([ours.id])).messages == {}
        assert await steps(ada, ours.row) == [TimelineStep.WRITTEN, TimelineStep.ACKNOWLEDGED]
        waiting = await ada.store.write(lambda tx: tx.outbox.waiting(contact))
        assert [entry.id for entry in waiting] == [still.id]

    play(tmp_path, story, linked=False)


def test_nobody_acknowledges_what_was_written_to_somebody_else(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ben
        outbound, _ = half(ada)

        def write_to_eve(tx: Transaction) -> Message:
            eve = tx.contacts.add(
                key=KeyPair.generate().public,
                name="Eve",
                alias=None,
                relation=Relation.ACCEPTED,
                origin=PinOrigin.LINK,
                pinned_at=1,
            )
            return tx.messages.add_outgoing(eve.id, new_message_id(), "to Eve", 1)

        other = await ada.store.write(write_to_eve)
        assert (await outbound.on_ack([other.id])).messages == {}
        assert await ada.store.read(lambda reader: reader.message(other.row)) == other
        assert other.state is not MessageState.DELIVERED

    play(tmp_path, story, linked=False)


@pytest.mark.parametrize(("listen", "believed"), [("127.0.0.1", True), ("192.0.2.9", False)])
def test_only_who_lives_on_this_computer_alone_is_sent_to_it(
    tmp_path: Path, listen: str, believed: bool
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ben
        ours, theirs = sessions()
        contact = ContactId(ada.contact)
        ada.context.listen = Address(listen, 4_567)
        inbound = Inbound(ada.context, Ratchet(contact, ours, AD))
        here = Addresses(new_message_id(), (("127.0.0.1", 4_568),), 1)
        _, envelope = theirs.seal(encode_body(here), AD)
        assert (await inbound.receive([envelope])).addresses == believed
        known = await ada.store.write(lambda tx: tx.contacts.addresses(contact))
        assert known == ((Address("127.0.0.1", 4_568),) if believed else ())

    play(tmp_path, story, linked=False)


async def steps(person: Person, row: int) -> list[TimelineStep]:
    told = await person.store.read(lambda reader: reader.timeline(row))
    return [step for step, _ in told]
