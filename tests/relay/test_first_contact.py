"""People who have never been online together agree by mail, and write."""

import secrets
from pathlib import Path

import pytest
from letter_box import LetterBox
from mail_people import Scene, play, until

from messenger.core.errors import HandshakeError
from messenger.core.types import MessageState, PinOrigin, Relation
from messenger.crypto.noise.keys import KeyPair
from messenger.engine import strangers
from messenger.engine.commands import RemoveContact
from messenger.engine.events import ContactRequested
from messenger.engine.mail_steps import MailSteps
from messenger.protocol.mailbox import Size
from messenger.store.database import Transaction

NO_KEYS = ({"kem_key": b"\xff" * 1_184}, {"ratchet_key": bytes(32)})  # of an offer in a letter


def test_two_who_never_meet_agree_and_write(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.ask_who_is_away("hello, I am Ada")
        await ada.stop()
        await ben.start()
        assert (await ben.until_asked()).name == "Ada"
        await ben.until_put()
        await ben.stop()
        await ada.start()
        await ada.until_agreed()
        await ada.until_all(MessageState.AT_RELAY)
        await ada.stop()
        await ben.start()
        await ben.until_got("hello, I am Ada")
        await ben.write("hello, Ada")
        await ben.until_all(MessageState.AT_RELAY)
        await ada.start()
        await ada.until_got("hello, Ada")
        await ada.until_all(MessageState.DELIVERED)
        await ben.until_all(MessageState.DELIVERED)

    play(tmp_path, story, strangers=True)


def test_who_has_no_relay_is_answered_at_theirs_and_letters_may_cross(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await ben.start(scene.link)
        await ada.start()
        await ada.add(await ben.link())
        await ben.until_asked()
        await ada.until_agreed()
        await scene.talk("there", "back")
        await ada.until_all(MessageState.DELIVERED)

    play(tmp_path, story, strangers=True)


def test_two_who_ask_each_other_agree(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await ada.start(scene.link)
        await ben.start(scene.link)
        to_ada, to_ben = await ada.link(), await ben.link()
        await ada.add(to_ben)
        await ben.add(to_ada)
        await ada.until_agreed()
        await ben.until_agreed()
        await ada.write("there")
        await ben.write("back")
        await ben.until_got("there")
        await ada.until_got("back")
        assert not ada.of(ContactRequested)
        assert not ben.of(ContactRequested)

    play(tmp_path, story, strangers=True)


def test_forged_old_and_repeated_letters_make_no_request(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ben = scene.ben
        await ben.start(scene.link)
        box = await LetterBox.of(ben)
        real, own = box.letter(), box.letter()
        forged = real[:2_000] + bytes((real[2_000] ^ 1,)) + real[2_001:]
        old = box.letter(age_ms=40 * 24 * 3_600_000)
        to_somebody = box.letter(to=KeyPair.generate().public)
        noise = secrets.token_bytes(Size.SMALL.length)
        await box.leave(scene.relay, forged, old, to_somebody, noise, real, real, own)
        await ben.until_requests(2)
        await ben.until_refused(4)
        asked = await ben.until_requests(2)
        assert [contact.relation for contact in asked] == [Relation.REQUEST] * 2

    play(tmp_path, story, strangers=True)


def test_a_letter_with_keys_that_are_none_makes_no_request(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ben = scene.ben
        await ben.start(scene.link)
        box = await LetterBox.of(ben)
        spoiled = [box.letter_without_answer(**keys) for keys in NO_KEYS]
        await box.leave(scene.relay, *spoiled, box.letter(name="Ada"))
        (asked,) = await ben.until_requests(1)
        assert asked.name == "Ada"
        await ben.until_refused(len(spoiled))

    play(tmp_path, story, strangers=True)


def test_letters_that_cannot_be_answered_stop_neither_a_start_nor_others(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ben = scene.ben
        await ben.start(scene.link)
        box = await LetterBox.of(ben)

        def keep(tx: Transaction) -> None:
            """As a Hum did that looked at these keys only when it answered."""
            for keys in NO_KEYS:
                contact = tx.contacts.add(
                    key=KeyPair.generate().public,
                    name="Eve",
                    alias=None,
                    relation=Relation.ACCEPTED,
                    origin=PinOrigin.REQUEST,
                    pinned_at=1,
                )
                kept = box.letter_without_answer(**keys)
                tx.introductions.received(contact.id, ben.own.public, kept, box.now)

        await ben.store.write(keep)
        await ben.stop()
        await ben.start()

        async def none_waits() -> bool:
            return not await ben.store.write(lambda tx: tx.introductions.to_answer())

        ben.relays.follow()
        await until(none_waits)
        await box.leave(scene.relay, box.letter(name="Ada"))
        await ben.until_asked()
        await until(none_waits)

    play(tmp_path, story, strangers=True)


def test_a_letter_whose_answer_fails_stops_no_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: MailSteps) -> None:
        raise HandshakeError("an offer that nobody could answer")

    async def story(scene: Scene) -> None:
        ben = scene.ben
        await ben.start(scene.link)
        box = await LetterBox.of(ben)
        monkeypatch.setattr(MailSteps, "answer_letter", fail)
        await box.leave(scene.relay, box.letter())
        await ben.until_asked()
        await ben.stop()
        await ben.start()
        await box.leave(scene.relay, box.letter())
        await ben.until_requests(2)

    play(tmp_path, story, strangers=True)


def test_a_flood_of_letters_is_bounded_and_the_rest_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strangers, "MAX_REQUEST_COUNT", 3)

    async def story(scene: Scene) -> None:
        ben = scene.ben
        await ben.start(scene.link)
        box = await LetterBox.of(ben)
        await box.leave(scene.relay, *(box.letter() for _ in range(6)))
        first, *_ = await ben.until_requests(3)
        await ben.contacts.remove(RemoveContact(first.id))
        assert len(await ben.until_requests(4)) == 4

    play(tmp_path, story, strangers=True)
