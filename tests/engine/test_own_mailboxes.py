"""Our own mailboxes: what is said of them."""

from pathlib import Path

import pytest
from two_people import Person, play

from messenger.core.types import Address
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
