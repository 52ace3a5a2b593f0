"""Two engines over a cable in memory: what is ignored, kept, refused, and given up in time."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from two_people import Person, connect, play, settled, until

from messenger.core.errors import InputError, NoSuchContactError, NotAllowedError, QuotaError
from messenger.core.ids import new_message_id
from messenger.core.types import Message, MessageState
from messenger.engine import commands as c
from messenger.engine import messages as engine_messages
from messenger.engine.events import (
    Failure,
    MessageAdded,
    MessageChanged,
    MessageRemoved,
    SessionReset,
)
from messenger.engine.upkeep import DAY_MS, SKIPPED_MS
from messenger.protocol import message_channel
from messenger.protocol.bodies import Delete, Edit, KnownBody, React, Text, encode_body
from messenger.protocol.channels import Channel
from messenger.wire.messages import SendFrame

HOUR_S = 3600


async def inject(person: Person, *bodies: KnownBody | bytes) -> None:
    """Send bodies as somebody would whose program does as it likes."""
    conversation = person.conversation

    async def step() -> None:
        link, ratchet = conversation._link, conversation.ratchet
        assert link is not None
        for body in bodies:
            raw = body if isinstance(body, bytes) else encode_body(body)
            session, envelope = ratchet.session.seal(raw, ratchet.associated_data)
            await person.store.write(lambda tx, s=session: ratchet.save(tx, s))
            ratchet.adopt(session)
            link.send_message(message_channel.encode_envelope(envelope))

    await conversation.call(step)


async def exchanged(ada: Person, ben: Person) -> tuple[Message, Message]:
    """One delivered message each way, as each author has it."""
    ours = await ada.write("from Ada")
    await settled(ada)
    theirs = await ben.write("from Ben")
    await settled(ben)
    return ours, theirs


async def sees(person: Person, texts: list[str]) -> None:
    async def met() -> bool:
        return await person.texts() == texts

    await until(met)


async def ignored(person: Person) -> int:
    info = await person.contacts.session_info(c.GetSessionInfo(person.contact))
    return info.ignored_count


# -- what others may not do ------------------------------------------------------------------------


def test_changes_count_only_from_the_author(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        from_ada, _ = await exchanged(ada, ben)
        await inject(
            ben,
            Edit(new_message_id(), from_ada.id, "words in her mouth", 1 << 50),
            Delete(new_message_id(), from_ada.id, 1 << 50),
        )
        await ben.write("the end")
        await sees(ada, ["from Ada", "from Ben", "the end"])
        assert await ignored(ada) == 2
        assert [m.deleted_at for m in await ada.history()] == [None] * 3
        assert not ada.of(MessageRemoved)

    play(tmp_path, story)


def test_every_body_is_acknowledged_and_counts_once(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        _, from_ben = await exchanged(ada, ben)
        heart = React(new_message_id(), from_ben.id, "♥", 5)
        none = React(new_message_id(), from_ben.id, "", 6)
        text = Text(new_message_id(), "once", 7)
        await inject(ben, heart, none, text, heart, none, text, Text(heart.id, "no", 8))
        await sees(ada, ["from Ada", "from Ben", "once"])

        async def all_acknowledged() -> bool:
            acks = b"".join(f.body for f in ada.end.sent if f.channel == Channel.CONTROL)
            return [acks.count(body.id) for body in (heart, none, text)] == [3, 2, 2]

        await until(all_acknowledged)
        assert (await ada.history())[1].peer_reaction == ""

    play(tmp_path, story)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_changes_before_their_message_wait_for_it(tmp_path: Path, order: tuple[int, ...]) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await exchanged(ada, ben)
        target = new_message_id()
        changes = [
            Edit(new_message_id(), target, "newer", 20),
            Edit(new_message_id(), target, "older", 10),
            React(new_message_id(), target, "♥", 10),
        ]
        await inject(ben, *(changes[at] for at in order), Text(target, "first", 1))
        await sees(ada, ["from Ada", "from Ben", "newer"])
        assert (await ada.history())[-1].peer_reaction == "♥"

    play(tmp_path, story)


def test_a_deletion_before_its_message_wipes_it(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await exchanged(ada, ben)
        target = new_message_id()
        await inject(ben, Delete(new_message_id(), target, 1), Text(target, "regretted", 1))
        await sees(ada, ["from Ada", "from Ben", ""])
        assert await ada.messages.search(c.SearchMessages("regretted")) == ()
        assert (await ada.history())[-1].deleted_at is not None

    play(tmp_path, story)


def test_a_body_of_a_later_version_is_acknowledged_and_kept(tmp_path: Path) -> None:
    raw = msgspec.msgpack.encode([99, bytes(range(16)), "something new"])

    async def story(ada: Person, ben: Person) -> None:
        await exchanged(ada, ben)
        await inject(ben, raw, raw)
        await ben.write("go on")
        await sees(ada, ["from Ada", "from Ben", "", "go on"])
        kept = (await ada.history())[2]
        assert (kept.unsupported, kept.id) == (True, bytes(range(16)))
        stored = await ada.store.write(
            lambda tx: tx._connection.value(
                "SELECT later_body FROM message WHERE row = ?", (kept.row,)
            )
        )
        assert stored == raw

        async def acknowledged() -> bool:
            return any(bytes(range(16)) in frame.body for frame in ada.end.sent)

        await until(acknowledged)

    play(tmp_path, story)


def test_control_frames_of_later_versions_are_ignored(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await exchanged(ada, ben)
        ben.end.inject(Channel.CONTROL, msgspec.msgpack.encode([77, "new", {"field": 1}]))
        await ben.write("still here")
        await sees(ada, ["from Ada", "from Ben", "still here"])
        assert ada.conversation.online
        assert not ada.of(Failure)

    play(tmp_path, story)


# -- envelopes that do not open --------------------------------------------------------------------


@pytest.mark.parametrize("dialled", [True, False])
def test_after_an_unreadable_envelope_only_a_newer_epoch_seals(
    tmp_path: Path, dialled: bool
) -> None:
    """Whoever dialled: complaints come, nothing more is sealed in that epoch, nothing is lost."""

    async def story(one: Person, two: Person) -> None:
        ada, ben = (one, two) if dialled else (two, one)
        await exchanged(ada, ben)
        broken = ada.conversation.ratchet.session.sealing_epoch

        def damage(frame: SendFrame) -> SendFrame:
            sealing = ada.conversation.ratchet.session.sealing_epoch
            envelope = frame.channel == Channel.MESSAGE and frame.body[:1] == b"\0"
            if envelope and sealing == broken:
                body = frame.body[:-1] + bytes([frame.body[-1] ^ 1])
                return SendFrame(frame.link, frame.frame, frame.channel, body)
            return frame

        ada.end.filter = damage
        texts = [f"message {number}" for number in range(30)]
        for text in texts:
            await ada.write(text)
        await settled(ada)
        assert (await ben.texts())[-30:] == texts
        assert ada.conversation.ratchet.session.sealing_epoch != broken
        assert not ada.of(SessionReset)
        complaints = [
            f for f in ben.end.sent if f.channel == Channel.CONTROL and f.body[1:2] == b"\5"
        ]
        # What was on its way, which depends on the machine; far from one for each of the thirty.
        assert 1 <= len(complaints) <= len(texts) // 2

    play(tmp_path, story)


# -- deleting and editing what may be under way ----------------------------------------------------


def test_a_sealed_message_that_is_deleted_is_deleted_there_too(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await exchanged(ada, ben)
        ben.end.filter = lambda frame: None if frame.channel == Channel.CONTROL else frame
        sent = await ada.write("regretted")  # arrives, and its acknowledgement gets lost
        await sees(ben, ["from Ada", "from Ben", "regretted"])
        await ada.changes.edit(c.EditMessage(sent.row, "regretted more"))
        left = await ada.changes.delete(c.DeleteMessage(sent.row, for_both=True))
        assert left is not None
        assert (left.state, left.failure, left.text) == (MessageState.FAILED, "deleted", "")
        assert left.change_waiting
        await sees(ben, ["from Ada", "from Ben", ""])
        ada.end.cut()
        connect(ada, ben)
        ben.end.filter = lambda frame: frame
        await settled(ada)
        assert not (await ada.history())[-1].change_waiting

    play(tmp_path, story)


def test_a_message_that_was_given_up_and_arrived_is_delivered(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await exchanged(ada, ben)
        held: list[SendFrame] = []
        ben.end.filter = lambda frame: held.append(frame) if frame.channel == 1 else frame
        sent = await ada.write("on its way")
        await sees(ben, ["from Ada", "from Ben", "on its way"])
        assert (await ada.changes.cancel(c.CancelMessage(sent.row))).failure == "cancelled"
        for frame in held:
            ben.end.inject(frame.channel, frame.body)

        async def delivered() -> bool:
            return (await ada.history())[-1].state is MessageState.DELIVERED

        await until(delivered)

    play(tmp_path, story)


# -- time ------------------------------------------------------------------------------------------


async def agree(ada: Person, ben: Person, lifetime_s: int) -> None:
    await ada.changes.set_timer(c.SetTimer(ada.contact, lifetime_s))
    await settled(ada)

    async def both() -> bool:
        return {ada.conversation.contact.lifetime_s, ben.conversation.contact.lifetime_s} == {
            lifetime_s
        }

    await until(both)


def test_disappearing_messages_survive_restarts_and_clocks_that_jump(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await exchanged(ada, ben)
        await agree(ada, ben, 24 * HOUR_S)
        mortal = await ada.write("canary")
        await settled(ada)
        await ada.changes.react(c.React(mortal.row, "♥"))
        await settled(ada)
        ada.clock.advance(-10 * 365 * 24 * HOUR_S)  # the clock was wrong by ten years
        await ada.upkeep.look()
        ada.clock.advance(24 * HOUR_S - 1)
        await ada.stop()
        await ada.start()
        assert "canary" in await ada.texts()
        ada.clock.advance(1)
        for person in (ada, ben):
            await person.upkeep.look()
        # Ben did not look while the clock was wrong: a day from now at the latest.
        ada.clock.advance(24 * HOUR_S)
        await ben.upkeep.look()
        for person in (ada, ben):
            assert await person.texts() == ["from Ada", "from Ben"]
            assert [e.id for e in person.of(MessageRemoved)] == [mortal.id]
            assert await person.messages.search(c.SearchMessages("canary")) == ()

    play(tmp_path, story)


def test_each_message_keeps_the_lifetime_it_was_written_with(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        ada.end.cut()
        await ada.changes.set_timer(c.SetTimer(ada.contact, HOUR_S))
        before = await ada.write("not agreed yet")
        assert before.lifetime_s == 0
        connect(ada, ben)
        await settled(ada)
        await agree(ada, ben, HOUR_S)
        assert (await ada.write("mortal")).lifetime_s == HOUR_S
        await agree(ben, ada, 2 * HOUR_S)
        assert (await ben.write("mortal too")).lifetime_s == 2 * HOUR_S
        await settled(ada, ben)
        ada.clock.advance(HOUR_S)
        for person in (ada, ben):
            await person.upkeep.look()
            assert await person.texts() == ["not agreed yet", "mortal too"]

    play(tmp_path, story)


def test_both_wishes_at_once_end_in_one(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await exchanged(ada, ben)
        ada.end.cut()
        await ada.changes.set_timer(c.SetTimer(ada.contact, 5 * HOUR_S))
        await ben.changes.set_timer(c.SetTimer(ben.contact, 7 * HOUR_S))
        connect(ada, ben)
        await settled(ada, ben)

        async def one_holds() -> bool:
            contacts = [person.conversation.contact for person in (ada, ben)]
            wishes = {contact.lifetime_s for contact in contacts}
            return wishes in ({5 * HOUR_S}, {7 * HOUR_S}) and not any(
                contact.proposed_lifetime_s for contact in contacts
            )

        await until(one_holds)

    play(tmp_path, story)


def test_a_waiting_message_is_given_up_at_its_date(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        sent = await ada.write("in time?", expires_in_s=60)
        for wrong in (0, -1, 366 * 24 * HOUR_S + 1):
            with pytest.raises(InputError):
                await ada.write("x", expires_in_s=wrong)
        ada.clock.advance(59)
        await ada.upkeep.look()
        assert (await ada.history())[0].state is MessageState.WAITING
        ada.clock.advance(1)
        await ada.stop()
        await ada.start()
        assert ada.of(MessageChanged)[-1].message == (await ada.history())[0]
        failed = (await ada.history())[0]
        assert (failed.state, failed.failure) == (MessageState.FAILED, "expired")
        assert failed.id == sent.id

    play(tmp_path, story, linked=False)


def test_what_is_past_its_date_is_not_sealed_though_nobody_looked(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.write("too late", expires_in_s=60)
        await ada.write("in time")
        ada.clock.advance(61)
        connect(ada, ben)
        await sees(ben, ["in time"])

    play(tmp_path, story, linked=False)


def test_keys_of_missing_envelopes_are_given_up_after_thirty_days(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await exchanged(ada, ben)
        lost: list[Any] = []

        def lose_one(frame: SendFrame) -> SendFrame | None:
            if frame.channel == Channel.MESSAGE and not lost:
                lost.append(frame)
                return None
            return frame

        ada.end.filter = lose_one
        await ada.write("lost")
        await ada.write("found")
        await sees(ben, ["from Ada", "from Ben", "found"])
        assert ben.conversation.session_info().skipped_count == 1
        ben.clock.advance((SKIPPED_MS - 1) / 1000)
        ben.upkeep._tidy()
        ben.clock.advance(DAY_MS / 1000)
        await ben.conversation.call(_nothing)
        assert ben.conversation.session_info().skipped_count == 1
        ben.upkeep._tidy()
        await ben.conversation.call(_nothing)
        assert ben.conversation.session_info().skipped_count == 0

    play(tmp_path, story)


async def _nothing() -> None:
    return


# -- quotas ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", ["MAX_WAITING_COUNT", "MAX_WAITING_LEN"])
def test_a_full_outbox_refuses_and_a_deletion_makes_room(
    tmp_path: Path, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine_messages.MAX_WAITING_COUNT == 10_000
    assert engine_messages.MAX_WAITING_LEN == 100 * 1024 * 1024
    monkeypatch.setattr(engine_messages, limit, 5 if limit == "MAX_WAITING_COUNT" else 100)

    async def story(ada: Person, _: Person) -> None:
        sent = [await ada.write("twenty bytes of text") for _ in range(5)]
        for refused in (
            ada.write("one more"),
            ada.changes.react(c.React(sent[0].row, "♥")),
            ada.changes.set_timer(c.SetTimer(ada.contact, HOUR_S)),
        ):
            with pytest.raises(QuotaError):
                await refused
        await ada.changes.delete(c.DeleteMessage(sent[0].row, for_both=True))
        await ada.write("room again")
        assert len(await ada.texts()) == 5
        assert len(ada.of(MessageAdded)) == 6

    play(tmp_path, story, linked=False)


def test_commands_refuse_what_does_not_fit(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        _, from_ben = await exchanged(ada, ben)
        row = next(m.row for m in await ada.history() if m.id == from_ben.id)
        for refused in (
            ada.changes.edit(c.EditMessage(row, "not mine")),
            ada.changes.delete(c.DeleteMessage(row, for_both=True)),
            ada.changes.retry(c.RetryMessage(row)),
            ada.changes.cancel(c.CancelMessage(row)),
        ):
            with pytest.raises(NotAllowedError):
                await refused
        for emoji in ("\n", "x" * 65, "\ud800"):
            with pytest.raises(InputError):
                await ada.changes.react(c.React(row, emoji))
        assert [m.change_waiting for m in await ada.history()] == [False, False]

    play(tmp_path, story)


def test_a_command_for_a_contact_that_is_being_removed_ends_by_an_error(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        conversation = ada.conversation
        never = asyncio.Event()

        async def stuck() -> None:
            await never.wait()

        conversation.soon(stuck)
        waiting = asyncio.create_task(ada.contacts.rename(c.RenameContact(ada.contact, "Eve")))
        await asyncio.sleep(0)
        await ada.contacts.remove(c.RemoveContact(ada.contact))
        with pytest.raises(NoSuchContactError):
            await waiting

    play(tmp_path, story)
