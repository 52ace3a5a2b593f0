"""Announced keys and doubled identities, where a test owns every frame and every commit."""

from functools import partial
from pathlib import Path

import pytest
from test_conversation import ignored, inject
from two_people import End, Person, connect, play, settled, until

from messenger.core.errors import NotAllowedError
from messenger.core.ids import new_message_id
from messenger.core.types import ContactId, Fork, PinOrigin, Relation
from messenger.crypto.noise import KeyPair
from messenger.engine.commands import AddContact, GetSafetyNumber, RotateIdentity, SetVerified
from messenger.engine.events import ForkSeen, KeyAdopted, KeyChanged, KeyTold
from messenger.engine.rotation import Rotation
from messenger.protocol.bodies import MAX_TIME_MS, NEW_KEY_KIND, NewKey, decode_body
from messenger.protocol.card import Card, encode_link
from messenger.protocol.channels import Channel
from messenger.protocol.control import (
    Ack,
    ControlFrame,
    Forked,
    Goodbye,
    GoodbyeReason,
    Hello,
    Lineage,
    decode_control,
    encode_control,
)
from messenger.store.database import Transaction
from messenger.store.lineage import RUNS_KEPT
from messenger.wire.messages import FrameReceived, LinkUp, SendFrame

OTHER = KeyPair.generate().public


async def rotate(person: Person) -> Rotation:
    rotation = Rotation(person.context)
    await rotation.start()
    await rotation.rotate(RotateIdentity())
    person.contacts.own_key_changed()
    return rotation


@pytest.mark.parametrize("kind", ["no key", "the receiver's own", "another contact's"])
def test_an_announcement_that_cannot_be_is_acknowledged_and_ignored(
    tmp_path: Path, kind: str
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.write("before")
        await settled(ada)
        pinned = ben.conversation.contact.key
        key = {"no key": bytes(32), "the receiver's own": ben.own.public}.get(kind, OTHER)
        if key == OTHER:
            await ben.store.write(
                lambda tx: tx.contacts.add(
                    key=OTHER,
                    name="Cy",
                    alias=None,
                    relation=Relation.ACCEPTED,
                    origin=PinOrigin.LINK,
                    pinned_at=1,
                )
            )
        await inject(ada, NewKey(new_message_id(), key, 1))

        async def counted() -> bool:
            return await ignored(ben) == 1

        await until(counted)
        await ada.write("after")
        await settled(ada)
        assert ben.conversation.contact.key == pinned
        assert not ben.of(KeyAdopted)

    play(tmp_path, story)


def test_an_acknowledgement_that_got_lost_comes_with_the_next_link(tmp_path: Path) -> None:
    """The old key is let in until the new one was seen, so that the two cannot lose each other."""

    def without_acks(frame: SendFrame) -> SendFrame | None:
        is_ack = frame.channel == 1 and isinstance(decode_control(frame.body), Ack)
        return None if is_ack else frame

    async def story(ada: Person, ben: Person) -> None:
        await ada.write("before")
        await settled(ada)
        ben.end.filter = without_acks
        rotation = await rotate(ada)

        async def adopted() -> bool:
            return bool(ben.of(KeyAdopted))

        await until(adopted)
        assert ben.conversation.contact.key == ada.context.own.public
        assert ben.conversation.contact.former_key == ada.own.public
        assert not ada.of(KeyTold)
        assert ada.context.key_for(ada.conversation.contact).public == ada.own.public

        ben.end.filter = lambda frame: frame
        ada.end.cut()
        connect(ada, ben)  # under the old key, which Ben's side still knows as Ada's

        async def told() -> bool:
            return bool(ada.of(KeyTold))

        await until(told)
        assert ada.of(KeyTold)[-1].untold == 0
        assert ada.context.former == {}
        assert len(ben.of(KeyAdopted)) == 1
        await rotation.stop()

    play(tmp_path, story)


async def announced_by_ada(ada: Person, ben: Person, key: bytes) -> None:
    """Ben's side has adopted a key that Ada announced and did not show; no link stands."""
    await ada.write("before")
    await settled(ada)
    await inject(ada, NewKey(new_message_id(), key, 1))

    async def adopted() -> bool:
        return bool(ben.of(KeyAdopted))

    await until(adopted)
    ada.end.cut()


def call_of(ben: Person, key: bytes, *frames: ControlFrame) -> End:
    """Somebody who holds ``key`` calls Ben and says these frames."""
    ben.end.other, ben.end.link = End(), ben.end.link + 1
    ben.end.sent.clear()
    secret = bytes(32)
    ben.conversation.attach(
        LinkUp(ben.end.link, False, False, key, secret, secret, "192.0.2.1", 9, 0.5, "frames")
    )
    for frame in frames:
        body = encode_control(frame)
        ben.end.deliver(FrameReceived(ben.end.link, Channel.CONTROL, body))
    return ben.end.other


def hello(*epochs: bytes) -> Hello:
    return Hello(version=1, name="Cy", consent=True, epochs=epochs, listen_port=0, addresses=())


def test_an_announced_key_of_somebody_else_is_given_up_and_nothing_is_said(tmp_path: Path) -> None:
    """Its owner calls and knows nothing of the session: the pin before it stands again."""

    async def story(ada: Person, ben: Person) -> None:
        await ben.store.write(lambda tx: tx.contacts.set_verified(ben.contact, 7))
        await announced_by_ada(ada, ben, OTHER)
        before = ben.conversation.contact
        assert (before.key, before.verified_at, before.origin) == (OTHER, None, PinOrigin.ANNOUNCED)
        call_of(ben, OTHER, hello(bytes(16)))

        async def frozen() -> bool:
            return bool(ben.of(KeyChanged))

        await until(frozen)
        contact = ben.conversation.contact
        assert (contact.key, contact.changed_key, contact.former_key) == (
            ada.own.public,
            OTHER,
            None,
        )
        assert (contact.verified_at, contact.origin, contact.pinned_at) == (7, PinOrigin.LINK, 1)
        assert not await ben.store.read(lambda reader: reader.former_pins(ben.contact))
        assert not ben.end.sent
        assert ben.end.other is None  # the link is closed
        await ben.write("waits")
        assert await ada.texts() == ["before"]

    play(tmp_path, story)


def test_a_key_that_was_only_announced_is_not_compared(tmp_path: Path) -> None:
    """Who announces somebody else's would be verified as that person, and get their messages."""

    async def story(ada: Person, ben: Person) -> None:
        victor = KeyPair.generate()
        asked = GetSafetyNumber(ben.contact)
        number = await ben.contacts.safety_number(asked)
        await announced_by_ada(ada, ben, victor.public)
        for verified in (SetVerified(ben.contact, True), SetVerified(ben.contact, True, number)):
            with pytest.raises(NotAllowedError, match="not shown it yet"):
                await ben.contacts.verify(verified)
        with pytest.raises(NotAllowedError, match="not shown it yet"):
            await ben.contacts.safety_number(asked)
        assert (await ben.contacts.verify(SetVerified(ben.contact, False))).verified_at is None
        with pytest.raises(NotAllowedError, match="or remove Ada, if this link is somebody"):
            await ben.contacts.add(AddContact(encode_link(Card(victor.public, name="Victor"))))

    play(tmp_path, story)


def test_what_was_compared_is_marked_and_no_key_after_it(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        compared = await ben.contacts.safety_number(GetSafetyNumber(ben.contact))
        new = KeyPair.generate()
        await announced_by_ada(ada, ben, new.public)
        call_of(ben, new.public, hello(*ben.conversation.ratchet.session.epochs))

        async def shown() -> bool:
            return ben.conversation.contact.former_key is None

        await until(shown)
        with pytest.raises(NotAllowedError, match="Compare the new one"):
            await ben.contacts.verify(SetVerified(ben.contact, True, compared))
        assert ben.conversation.contact.verified_at is None
        number = await ben.contacts.safety_number(GetSafetyNumber(ben.contact))
        marked = await ben.contacts.verify(SetVerified(ben.contact, True, number))
        assert (marked.key, marked.verified_at) == (new.public, ben.clock.unix_ms())

    play(tmp_path, story)


def test_two_who_work_together_cannot_make_a_false_pin_stay(tmp_path: Path) -> None:
    """The second takes the first one's own key, to which the pin would have to go back."""

    async def story(ada: Person, ben: Person) -> None:
        await announced_by_ada(ada, ben, OTHER)

        def adopt(tx: Transaction) -> bool:
            second = tx.contacts.add(
                key=KeyPair.generate().public,
                name="Cy",
                alias=None,
                relation=Relation.ACCEPTED,
                origin=PinOrigin.LINK,
                pinned_at=1,
            )
            return tx.contacts.adopt_key(second.id, ada.own.public, made_at=5, at=5)

        assert not await ben.store.write(adopt)
        call_of(ben, OTHER, hello(bytes(16)))

        async def frozen() -> bool:
            return bool(ben.of(KeyChanged))

        await until(frozen)
        assert ben.conversation.contact.key == ada.own.public

    play(tmp_path, story)


def test_a_stamp_far_ahead_does_not_silence_later_announcements(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.write("before")
        await settled(ada)
        await inject(ada, NewKey(new_message_id(), OTHER, MAX_TIME_MS))

        async def adopted(count: int) -> bool:
            return len(ben.of(KeyAdopted)) == count

        await until(partial(adopted, 1))
        later = KeyPair.generate().public
        await inject(ada, NewKey(new_message_id(), later, ben.clock.unix_ms()))
        await until(partial(adopted, 2))
        assert ben.conversation.contact.key == later

    play(tmp_path, story)


def test_who_shows_an_announced_key_says_hello_first_or_is_left(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await announced_by_ada(ada, ben, OTHER)
        call_of(
            ben, OTHER, Ack((new_message_id(),)), hello(*ben.conversation.ratchet.session.epochs)
        )

        async def left() -> bool:
            return ben.end.other is None

        await until(left)
        assert not ben.end.sent
        assert ben.conversation.contact.former_key == ada.own.public  # still to be proven

    play(tmp_path, story)


def test_an_announced_key_counts_as_seen_when_its_owner_is_in_the_session(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await announced_by_ada(ada, ben, OTHER)
        call_of(ben, OTHER, hello(*ben.conversation.ratchet.session.epochs))

        async def greeted() -> bool:
            return bool(ben.end.sent)

        await until(greeted)
        assert isinstance(decode_control(ben.end.sent[0].body), Hello)
        assert ben.conversation.contact.former_key is None
        assert ben.conversation.contact.key == OTHER

    play(tmp_path, story)


def test_a_call_under_the_old_key_that_waits_while_the_new_one_is_proven_is_turned_away(
    tmp_path: Path,
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await announced_by_ada(ada, ben, OTHER)
        call_of(ben, OTHER, hello(*ben.conversation.ratchet.session.epochs))
        call_of(ben, ada.own.public)  # by whoever has stolen it, before Ben's side has looked

        async def answered() -> bool:
            return bool(ben.end.sent)

        await until(answered)
        assert [decode_control(frame.body) for frame in ben.end.sent] == [
            Forked(Fork.RETIRED, own=False),
            Goodbye(GoodbyeReason.KEY_CHANGE),
        ]
        assert ben.conversation.live_link is not None
        assert ben.conversation.live_link.up.peer_key == OTHER

        async def told() -> bool:
            seen = [(each.contact, each.fork, each.own) for each in ben.of(ForkSeen)]
            return (ContactId(ben.contact), Fork.RETIRED, False) in seen

        await until(told)

    play(tmp_path, story)


def test_an_announcement_that_a_backup_left_out_is_made_again(tmp_path: Path) -> None:
    """Contacts without history: who does not know the new key is still told of it."""

    async def story(ada: Person, ben: Person) -> None:
        await rotate(ada)
        await ada.store.write(lambda tx: tx.outbox.drop_kind(ada.contact, NEW_KEY_KIND))
        rotation = Rotation(ada.context)
        await rotation.start()
        await rotation.start()  # once is enough
        (waiting,) = await ada.store.write(lambda tx: tx.outbox.waiting(ada.contact))
        assert waiting.kind == NEW_KEY_KIND
        assert waiting.body is not None
        body = decode_body(waiting.body)
        assert isinstance(body, NewKey)
        assert body.key == ada.context.own.public
        made_at = await ada.store.write(lambda tx: tx.identity.made_at())
        assert body.at == made_at  # by which they know it from one before it

    play(tmp_path, story, linked=False)


def test_a_third_change_waits_for_the_first(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        rotation = await rotate(ada)
        await rotation.rotate(RotateIdentity())
        before = ada.context.own
        with pytest.raises(NotAllowedError, match="Ben"):
            await rotation.rotate(RotateIdentity())
        assert ada.context.own == before
        assert len(ada.context.former) == 2
        await ada.store.write(lambda tx: tx.contacts.set_relation(ada.contact, Relation.BLOCKED))
        await rotation.rotate(RotateIdentity())  # nobody waits for these keys any more
        assert ada.context.former == {}

    play(tmp_path, story, linked=False)


def test_a_restart_with_another_link_is_no_second_computer(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        for number in range(4):
            await ada.write(f"{number} from Ada")
            await ben.write(f"{number} from Ben")
            await settled(ada, ben)
            for person in (ada, ben) if number % 2 else (ben,):
                await person.stop()
                await person.start()
            connect(ben, ada)
        await ada.write("the end")
        await settled(ada, ben)
        assert not ada.of(ForkSeen)
        assert not ben.of(ForkSeen)

    play(tmp_path, story)


def test_fewer_sealed_than_they_opened_is_an_older_copy(tmp_path: Path) -> None:
    """Put back within one run, where no run id could tell."""

    async def story(ada: Person, ben: Person) -> None:
        await ada.write("one")
        await ben.write("two")
        await settled(ada, ben)
        older = await ada.store.write(lambda tx: tx.sessions.load(ada.contact))
        assert older is not None
        await ada.write("three")
        await settled(ada)
        ada.end.cut()
        await ada.store.write(lambda tx: tx.sessions.save(ada.contact, older))
        await ada.stop()
        await ada.start()
        connect(ada, ben)

        async def seen() -> bool:
            return bool(ada.of(ForkSeen) and ben.of(ForkSeen))

        await until(seen)
        at = ada.clock.unix_ms()
        assert ada.of(ForkSeen) == [ForkSeen(ContactId(1), Fork.ROLLED_BACK, own=True, at=at)]
        assert ben.of(ForkSeen) == [ForkSeen(ContactId(1), Fork.ROLLED_BACK, own=False, at=at)]
        (kept,) = await ben.store.read(lambda reader: reader.contacts())
        assert (kept.fork, kept.fork_at) == (Fork.ROLLED_BACK, at)
        (kept,) = await ada.store.read(lambda reader: reader.contacts())
        assert (kept.own_fork, kept.own_fork_at) == (Fork.ROLLED_BACK, at)
        await ada.write("four")
        await settled(ada)
        theirs = [message.text for message in await ben.history() if not message.outgoing]
        assert theirs == ["one", "three", "four"]

    play(tmp_path, story)


def test_what_runs_mean(tmp_path: Path) -> None:
    """The table of docs/protocol.md, section 7, row by row."""
    now, before, foreign, later = (bytes([n]) * 16 for n in range(4))

    async def story(ada: Person, ben: Person) -> None:
        def work(tx: Transaction) -> None:
            lineage, contact = tx.lineage, ContactId(ada.contact)
            for run in (before, now):
                lineage.begin(run, 1)
            assert lineage.judge(contact, None, now) is None
            assert lineage.judge(contact, before, now) is None
            assert lineage.judge(contact, foreign, now) is Fork.ROLLED_BACK
            assert lineage.judge(contact, foreign, now) is None  # told once
            assert lineage.judge(contact, later, now) is Fork.IN_USE
            assert lineage.judge(contact, now, now) is None
            assert lineage.judge(contact, foreign, now) is Fork.IN_USE

            assert [lineage.hear(contact, run) for run in (foreign, foreign, later)] == [False] * 3
            assert lineage.hear(contact, foreign)  # back after another one: both are alive
            for n in range(RUNS_KEPT + 1):
                assert not lineage.hear(contact, bytes([100 + n]) * 16)
            assert not lineage.hear(contact, foreign)  # forgotten by now

        await ada.store.write(work)

    play(tmp_path, story, linked=False)


def test_a_restored_profile_says_so_once(tmp_path: Path) -> None:
    now, foreign, later = (bytes([n]) * 16 for n in range(3))

    async def story(ada: Person, ben: Person) -> None:
        def work(tx: Transaction) -> None:
            contact = ContactId(ada.contact)
            tx.lineage.begin(later, 0, restored=True)
            tx.lineage.begin(now, 1)
            assert tx.lineage.judge(contact, foreign, now) is Fork.RESTORED
            assert tx.lineage.judge(contact, foreign, now) is None
            assert tx.lineage.judge(contact, bytes([9]) * 16, now) is Fork.IN_USE

        await ada.store.write(work)

    play(tmp_path, story, linked=False)


def test_the_frames_of_this_are_said_to_contacts_only(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.write("hello")
        await settled(ada)
        said = [decode_control(f.body) for f in ada.end.sent if f.channel == 1]
        assert sum(isinstance(frame, Lineage) for frame in said) == 2  # and once more, confirmed
        assert not any(isinstance(frame, Forked) for frame in said)

    play(tmp_path, story)
