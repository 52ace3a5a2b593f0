"""What was deleted, edited or has expired is in no page of a snapshot once these followed it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from store_people import KEY, add_person, receive
from test_store_free_pages import plain_pages

from messenger.core.clock import ManualClock
from messenger.engine.keeper import SETTLE_MS, Keeper
from messenger.store import connection as connection_module
from messenger.store.connection import SALT_LEN
from messenger.store.database import Store, Transaction
from messenger.store.files import SNAPSHOT_FOLDER

DAY_S = 86_400
WORD = "zaunkönigin"
# As it was written, and the end of it as the index folds it.
TRACES = (WORD.encode(), b"aunkonigin")


def snapshots_with(folder: Path) -> list[bool]:
    """For each snapshot: whether one of its decrypted pages holds the word."""
    raw_key = connection_module._raw_key(KEY)[:-SALT_LEN]
    found = []
    for path in sorted((folder / SNAPSHOT_FOLDER).iterdir()):
        plain = plain_pages(path, raw_key)
        assert b"CREATE TABLE message" in plain  # decrypted rightly
        found.append(any(trace in plain for trace in TRACES))
    return found


@pytest.mark.parametrize(
    "away",
    [
        lambda tx, row: tx.messages.delete(row, 1),
        lambda tx, row: tx.messages.edit(row, "nothing", 1),
        lambda tx, row: tx.changes.remove(row),
    ],
    ids=["deleted", "edited", "expired"],
)
def test_a_word_that_went_is_in_no_page_of_a_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: Callable[[Transaction, int], object]
) -> None:
    monkeypatch.setattr("messenger.store.snapshots.SPARE_LEN", 0)

    def fill(tx: Transaction) -> int:
        ada = add_person(tx, "Ada")
        rows = [receive(tx, ada.id, n, text).row for n, text in enumerate([WORD, "stays"])]
        return rows[0]

    async def story() -> None:
        clock = ManualClock()
        store = Store.open(tmp_path, KEY, clock=clock, create=True)
        keeper = Keeper(store, clock, lambda _: None)
        row = await store.write(fill)
        for _ in range(3):
            clock.advance(DAY_S)
            await keeper.look()
        assert snapshots_with(tmp_path) == [True] * 3
        clock.advance(1)
        await store.write_removal(lambda tx: away(tx, row))
        clock.advance(SETTLE_MS / 1000 + 1)
        await keeper.look()
        assert snapshots_with(tmp_path) == [False]
        await keeper.stop()
        await store.close()

    asyncio.run(story())
