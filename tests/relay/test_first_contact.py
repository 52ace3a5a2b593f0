"""People who have never been online together agree by mail, and write."""

import secrets
from pathlib import Path

import pytest
from letter_box import LetterBox
from mail_people import Scene, play

from messenger.core.types import MessageState, Relation
from messenger.crypto.noise.keys import KeyPair
from messenger.engine import strangers
from messenger.engine.commands import RemoveContact
from messenger.engine.events import ContactRequested
from messenger.protocol.mailbox import Size


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
