"""The two halves of delivery by themselves: what goes out when, and what a batch comes to."""

from pathlib import Path

import pytest
from two_people import Person, play

from messenger.core.types import ContactId, MessageId, MessageState, TimelineStep
from messenger.engine import outbound as outbounds
from messenger.engine.inbound import Inbound
from messenger.engine.outbound import Outbound
from messenger.engine.ratchet import Ratchet
from messenger.protocol.bodies import Heartbeat, Text, decode_body, encode_body
from messenger.protocol.session import Session

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


async def steps(person: Person, row: int) -> list[TimelineStep]:
    told = await person.store.read(lambda reader: reader.timeline(row))
    return [step for step, _ in told]
