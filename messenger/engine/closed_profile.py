"""What is done with a profile that no node has open: no wire, no listener, closed again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from messenger.core.clock import Clock
from messenger.core.errors import ProfileMissingError
from messenger.engine.commands import BackUp, Unlock
from messenger.engine.events import BackupDone
from messenger.engine.profile import ProfileDoor
from messenger.store.backup import BackupFile
from messenger.store.backup_tables import Manifest
from messenger.store.database import Store, Transaction
from messenger.store.vault import Vault


def profile_exists(folder: Path) -> bool:
    """Whether a folder holds a profile."""
    return Vault.exists(folder)


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


def salvage_profile(
    folder: Path, unlock: Unlock, command: BackUp, *, clock: Clock
) -> tuple[BackupDone, tuple[str, ...]]:
    """Write a backup of what can be read of a damaged profile, which stays as it is.

    Returns:
        What was found, and the tables of which something could not be read.

    Raises:
        ProfileInUseError, ProfileMissingError, WrongKeyError, KeyringError, InputError.
        StoreCorruptError: not even the identity can be read.
    """
    if not Vault.exists(folder):
        raise ProfileMissingError("There is no profile in this folder.")
    door = ProfileDoor(folder, clock)
    try:
        salvaged = door.salvage(unlock, BackupFile(command.path, command.passphrase))
    finally:
        door.release()
    return backup_done(salvaged.manifest), salvaged.broken


def backup_done(manifest: Manifest) -> BackupDone:
    """Return what there is to say about a backup."""
    return BackupDone(
        contact_count=manifest.count("contact"),
        message_count=manifest.count("message"),
        created_at=manifest.created_at,
        history=manifest.history,
    )
