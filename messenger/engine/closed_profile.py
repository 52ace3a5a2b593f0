"""What is done with a profile that no node has open: no wire, no listener, closed again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from messenger.core.clock import Clock
from messenger.core.errors import ProfileMissingError
from messenger.engine.commands import Unlock
from messenger.engine.profile import ProfileDoor
from messenger.store.database import Store, Transaction
from messenger.store.vault import Vault


@asynccontextmanager
async def closed_profile(folder: Path, unlock: Unlock, *, clock: Clock) -> AsyncIterator[Store]:
    """Open the database of a profile for the block.

    Raises:
        ProfileInUseError, ProfileMissingError, WrongKeyError, KeyringError, StoreError.
    """
    if not Vault.exists(folder):  # before anything is made in that place
        raise ProfileMissingError("There is no profile in this folder.")
    door = ProfileDoor(folder, clock)
    try:
        store = door.unlock(unlock).store
        try:
            yield store
        finally:
            await store.close()
    finally:
        door.release()


async def rebuild_search(folder: Path, unlock: Unlock, *, clock: Clock) -> int:
    """Index every message anew; return how many there are.

    Raises:
        ProfileInUseError, ProfileMissingError, WrongKeyError, KeyringError, StoreError.
    """

    def work(tx: Transaction) -> int:
        return tx.search_index.rebuild()

    async with closed_profile(folder, unlock, clock=clock) as store:
        return await store.write(work)
