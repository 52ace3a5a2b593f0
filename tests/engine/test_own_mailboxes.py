"""Our own mailboxes: what is said of them."""

from dataclasses import replace
from pathlib import Path

import pytest
from two_people import Person, play

from messenger.core.types import Address, Relation
from messenger.engine.relays import Relays
from messenger.store.database import Transaction
from messenger.store.relays import OwnMailbox

AWAY = Address("192.0.2.7", 4711)


def test_only_a_mailbox_that_we_did_not_delete_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(ada: Person, _: Person) -> None:
        def begin(tx: Transaction) -> OwnMailbox:
            relay = tx.relays.choose(AWAY, bytes(32))
            tx.relays.settle({(relay, ada.contact)}, 1)
            (box,) = tx.relays.mailboxes_at(relay)
            tx.relays.note_made(box.number)
            return box

        def words() -> list[str]:
            return [r.getMessage() for r in caplog.records if "lost a mailbox" in r.getMessage()]

        box = await ada.store.write(begin)
        relays = Relays(ada.context, ada.contacts)
        await relays.lost(box)
        await relays.lost(box)  # asked twice before the first answer
        assert len(words()) == 1
        await relays.made(box)
        await ada.store.write(lambda tx: tx.relays.settle(set(), 2))
        await relays.lost(box)  # what waits there is told that we have deleted it
        await relays.deleted(box)
        await relays.lost(box)
        assert len(words()) == 1

    play(tmp_path, story, linked=False)


@pytest.mark.parametrize(
    ("relation", "wanted"),
    [(Relation.ACCEPTED, True), (Relation.ASKED, True), (Relation.BLOCKED, False)],
)
def test_a_mailbox_that_is_left_is_emptied_for_those_whom_we_hear(
    tmp_path: Path, relation: Relation, wanted: bool
) -> None:
    async def story(ada: Person, _: Person) -> None:
        def begin(tx: Transaction) -> tuple[OwnMailbox, OwnMailbox, OwnMailbox]:
            relay = tx.relays.choose(AWAY, bytes(32))
            tx.relays.settle({(relay, ada.contact)}, 1)
            tx.relays.settle_introduction(relay, 1)
            tx.contacts.set_relation(ada.contact, relation)
            box, letters = tx.relays.mailboxes_at(relay)
            return box, letters, replace(box, contact=None)

        relays = Relays(ada.context, ada.contacts)
        box, letters, nobodys = await ada.store.write(begin)
        assert await relays.wants_mail(box) is wanted
        assert await relays.wants_mail(letters)
        assert not await relays.wants_mail(nobodys)

    play(tmp_path, story, linked=False)
