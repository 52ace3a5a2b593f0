"""Somebody removes a contact and adds them again by link, and the two have nothing but mail."""

from pathlib import Path

import pytest
from letter_box import LetterBox
from mail_people import Correspondent, Scene, play, until

from messenger.core.errors import ContactExistsError
from messenger.core.types import MessageState, Relation
from messenger.engine.commands import AcceptContact, RemoveContact, SetVerified
from messenger.engine.events import ContactRequested, KeyChanged, SessionReset
from messenger.protocol.bodies import Mailbox
from messenger.protocol.card import decode_link
from messenger.protocol.session import Session

PIN = ("id", "key", "relation", "origin", "pinned_at", "verified_at", "changed_key")


def session_of(person: Correspondent) -> Session:
    return person.contacts.conversation(person.contact).ratchet.session


async def agree(scene: Scene) -> str:
    """Ada and Ben agree by mail and have written to each other; return Ben's link."""
    ada, ben = scene.ada, scene.ben
    await ada.start(scene.link)
    await ben.start(scene.link)
    link = await ben.link()
    await ada.add(link)
    await ben.until_asked()
    await ada.until_agreed()
    await scene.talk("hello", "hello, Ada")
    for person in (ada, ben):
        await person.until_all(MessageState.DELIVERED)
    return link


def test_a_contact_who_was_removed_is_met_again(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        link = await agree(scene)
        await ben.contacts.verify(SetVerified(ben.contact, verified=True))
        before = await ben.store.write(lambda tx: tx.contact(ben.contact))

        await ada.contacts.remove(RemoveContact(ada.contact))
        ada.relays.follow()
        await ben.write("are you there?")  # for a session of which Ada knows nothing any more
        await ada.add(link)
        await ada.write("it is me again")
        await ada.until_agreed()
        await ben.until_got("hello", "it is me again")
        await ada.until_got("are you there?")
        await ben.write("welcome back")
        await ada.until_got("are you there?", "welcome back")
        await ada.until_all(MessageState.DELIVERED)
        await ben.until_all(MessageState.DELIVERED)

        # The same pin, and Ben is told of the new beginning, once.
        after = await ben.store.write(lambda tx: tx.contact(ben.contact))
        pin = {name: getattr(before, name) for name in PIN}
        assert {name: getattr(after, name) for name in PIN} == pin
        assert after.verified_at is not None
        assert ben.of(SessionReset) == [SessionReset(ben.contact)]
        assert not ben.of(KeyChanged)
        assert len(ben.of(ContactRequested)) == 1
        assert not ada.of(SessionReset)
        assert len(session_of(ben).held) == 1

    play(tmp_path, story, strangers=True)


@pytest.mark.parametrize("asker", [True, False], ids=["by the asker", "by who was asked"])
def test_a_request_that_no_link_answered_is_answered_by_mail(tmp_path: Path, asker: bool) -> None:
    """Ada removed Ben, he asked by link, and she accepts when it is gone."""

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await agree(scene)
        await ada.contacts.remove(RemoveContact(ada.contact))
        await ada.meet()
        (asked,) = await ada.until_requests()
        ada.contact = asked.id

        async def ben_knows() -> bool:
            contact = await ben.store.write(lambda tx: tx.contact(ben.contact))
            return contact.relation is Relation.ASKED

        await until(ben_knows)
        await ada.part()
        for person in (ada, ben):
            await until(lambda p=person: p.contacts.conversation(p.contact).link_number is None)
        await ada.contacts.accept(AcceptContact(asked.id))
        await ben.write("have you forgotten me?")
        assert session_of(ada).held == ()

        one, other = (ben, ada) if asker else (ada, ben)
        link = await other.link()
        before = one.contact
        await one.add(link)
        assert one.contact == before
        await ada.until_agreed()
        await ben.until_agreed()
        await ada.until_got("have you forgotten me?")
        await ada.write("never")
        await ben.until_got("hello", "never")
        for person in (ada, ben):
            await person.until_all(MessageState.DELIVERED)
            assert not person.of(KeyChanged)
        with pytest.raises(ContactExistsError):
            await one.add(link)

    play(tmp_path, story, strangers=True)


def test_a_letter_that_the_relay_kept_back_does_not_end_a_session(tmp_path: Path) -> None:
    """It is Ada's own, of some weeks ago, and says that her mail goes elsewhere."""

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        box = LetterBox.named_by(decode_link(await agree(scene)), scene.clock)
        relay = scene.relay
        elsewhere = Mailbox(
            relay.address.host, relay.address.port, relay.key, b"m" * 24, b"s" * 32, True
        )
        old = box.letter(ada.own, age_ms=14 * 24 * 3_600_000, answer_at=elsewhere)
        boxes = await ben.store.write(lambda tx: tx.mail.mailboxes_of(ben.contact))
        working = session_of(ben).sealing_epoch

        await box.leave(scene.relay, old, old)
        await until(lambda: len(session_of(ben).held) > 1)
        await ben.write("and now?")
        await ada.until_got("hello, Ada", "and now?")
        await ada.write("as ever")
        await ben.until_got("hello", "as ever")
        await ada.until_all(MessageState.DELIVERED)
        await ben.until_all(MessageState.DELIVERED)
        found = await ben.store.write(lambda tx: tx.mail.mailboxes_of(ben.contact))
        assert [box.access for box in found] == [box.access for box in boxes]
        assert session_of(ben).sealing_epoch == working
        assert len(session_of(ben).held) == 2  # it was answered once
        assert not ben.of(SessionReset)
        contact = await ben.store.write(lambda tx: tx.contact(ben.contact))
        assert contact.relation is Relation.ACCEPTED

    play(tmp_path, story, strangers=True)
