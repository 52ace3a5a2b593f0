"""Somebody moved while no link was left: a relay tells where they are, and the link comes back."""

from pathlib import Path

from mail_people import Correspondent, Scene, play, until

from messenger.core.types import Address, ContactId, Presence
from messenger.engine.events import PresenceChanged
from messenger.store.database import Transaction


async def places_of(person: Correspondent) -> tuple[Address, ...]:
    """Where a person looks for the other one."""
    contact = ContactId(person.contact)
    return await person.store.write(lambda tx: tx.contacts.addresses(contact))


async def until_linked(person: Correspondent) -> None:
    async def met() -> bool:
        changes = person.of(PresenceChanged)
        return bool(changes) and changes[-1].presence is Presence.ONLINE

    await until(met)


def test_a_new_address_comes_by_the_relay_and_the_link_by_the_address(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.acquaint()
        assert await places_of(ben) == ()
        ben.events.clear()
        here = await ada.listen()
        ada.context.addresses = (here, Address("192.0.2.7", 4567))
        ada.whereabouts.start()
        await until_linked(ben)
        assert set(await places_of(ben)) == set(ada.context.addresses)

        # It is acknowledged like everything else, and was no message.
        await scene.settled()
        assert await ada.history() == await ben.history() == []
        await ben.write("there you are")
        await ada.until_got("there you are")

    play(tmp_path, story)


def test_it_waits_at_the_relay_for_somebody_who_is_away(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.acquaint()
        await ben.stop()
        ada.context.addresses = (await ada.listen(),)
        ada.whereabouts.start()

        async def at_relay() -> bool:
            sealed = await ada.store.write(lambda tx: tx.mail.mailboxes_of(ada.contact)[0].packed)
            return sealed > 0 and not await ada.store.write(waiting)

        def waiting(tx: Transaction) -> int:
            return tx.mail.waiting_count(tx.mail.mailboxes_of(ada.contact)[0].number)

        await until(at_relay)
        assert await places_of(ada) == ()
        ben.events.clear()
        await ben.start(scene.link)
        await until_linked(ben)
        assert await places_of(ben) == ada.context.addresses

    play(tmp_path, story)
