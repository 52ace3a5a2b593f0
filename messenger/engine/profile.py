"""Opening and making profiles: folder lock, key file, keyring, database, identity.

Everything here blocks; the engine calls it in a worker thread.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import (
    FolderNotWritableError,
    InputError,
    KeyringError,
    LockedError,
    ProfileMissingError,
    StoreError,
)
from messenger.core.types import COVER_PROFILES
from messenger.crypto.noise import KeyPair
from messenger.engine.commands import CreateProfile, Unlock
from messenger.engine.names import clean_name
from messenger.store import keyring
from messenger.store.backup import Backup, BackupFile, Progress
from messenger.store.connection import open_connection
from messenger.store.damaged_copy import copy_damaged
from messenger.store.database import Store, Transaction, restore_database
from messenger.store.files import DATABASE_NAME
from messenger.store.folder import prepare_folder
from messenger.store.profile_lock import ProfileLock
from messenger.store.salvage import Salvaged, salvage
from messenger.store.settings import LOCAL_PREFIX
from messenger.store.snapshots import SnapshotFile, Snapshots
from messenger.store.vault import Vault, undo_create

# Settings whose names begin so are of this computer only: no backup holds them.
LOCKED_SETTING: Final = LOCAL_PREFIX + "locked"  # "1": the program ended while it was locked
_TYPE_IT: Final = "Hum was locked when it ended: type the passphrase."


@dataclass(slots=True)
class OpenProfile:
    """An unlocked profile: its database and its key file."""

    store: Store = field(repr=False)
    vault: Vault = field(repr=False)
    database_key: bytes = field(repr=False)
    key_file_mended: bool = False  # it was damaged and its copy was used


class ProfileDoor:
    """One folder, held by this process from construction until :meth:`release`.

    Raises on construction:
        FolderNotWritableError, ProfileInUseError.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        prepare_folder(folder)
        self._lock = ProfileLock(folder)
        self._lock.acquire()

    @property
    def exists(self) -> bool:
        """Whether there is a profile to unlock."""
        return Vault.exists(self._folder)

    @property
    def slots(self) -> frozenset[str]:
        """What can open it: of "keyring", "passphrase", "recovery"."""
        return Vault.open(self._folder, for_snapshot=True).slots

    def release(self) -> None:
        """Let another process have the folder."""
        self._lock.release()

    def create(self, command: CreateProfile) -> OpenProfile:
        """Make key file, database and identity; nothing remains where a step fails.

        Raises:
            InputError: neither keyring nor passphrase, or an unknown cover profile.
            KeyringError: the keyring was asked for and does not keep the secret.
        """
        if command.cover not in COVER_PROFILES:
            raise InputError("There is no cover profile named {name}.", name=command.cover[:20])
        vault, key = self._make_keys(command)
        settings = {"name": clean_name(command.name), "cover": command.cover}
        store = Store.open(
            self._folder,
            key,
            clock=self._clock,
            create=True,
            first=lambda tx: _begin(tx, self._clock, settings),
        )
        return OpenProfile(store, vault, key)

    def key(self, command: Unlock, *, for_snapshot: bool = False) -> tuple[Vault, bytes]:
        """Return the key file, opened by what the command holds, and the database key.

        Args:
            for_snapshot: the database itself may be missing.

        Raises:
            ProfileMissingError, WrongKeyError, StoreError, KeyringError.
            LockedError: only the keyring opened it, and a passphrase must.
        """
        if not self.exists:
            raise ProfileMissingError("There is no profile in this folder yet.")
        vault = Vault.open(self._folder, for_snapshot=for_snapshot)
        if command.passphrase is not None:
            key = vault.unlock_passphrase(command.passphrase)
        elif command.recovery_code is not None:
            key = vault.unlock_recovery(command.recovery_code)
        else:
            key = vault.unlock_keyring()
            if "passphrase" in vault.slots and _ended_locked(self._folder, key):
                raise LockedError(_TYPE_IT)
        return vault, key

    def restore(self, backup: Backup, command: CreateProfile, progress: Progress) -> None:
        """Make key file and database out of a backup; nothing remains where a step fails.

        Raises:
            NotAllowedError: there is a profile here.
            InputError, KeyringError, StoreError.
        """
        _, key = self._make_keys(command)
        try:
            restore_database(self._folder, key, backup, progress)
        except BaseException:
            undo_create(self._folder)
            raise

    def _make_keys(self, command: CreateProfile) -> tuple[Vault, bytes]:
        if not command.use_keyring and not command.passphrase:
            raise InputError("Choose the keyring or a passphrase: one of them must open it.")
        backend = keyring.find_backend() if command.use_keyring else None
        return Vault.create(self._folder, passphrase=command.passphrase or None, keyring=backend)

    def unlock(self, command: Unlock) -> OpenProfile:
        """Open the key file by what the command holds, then the database.

        Raises:
            ProfileMissingError, WrongKeyError, StoreError, KeyringError.
        """
        vault, key = self.key(command)
        store = Store.open(self._folder, key, clock=self._clock)
        return OpenProfile(store, vault, key, key_file_mended=_mend(vault, key))

    def salvage(self, command: Unlock, file: BackupFile) -> Salvaged:
        """Write a backup of what can be read of the damaged database, which stays as it is.

        Raises:
            WrongKeyError, KeyringError, InputError, FolderNotWritableError.
            StoreCorruptError: not even the identity can be read, or there is no database.
        """
        _, key = self.key(command)
        return salvage(self._folder, key, file, created_at=self._clock.unix_ms())

    def copy_damaged(self, target: Path) -> Path:
        """Copy what a closed profile cannot be opened without into a new folder in ``target``.

        Raises:
            InputError: ``target`` is no folder, or lies in that of the profile.
            FolderNotWritableError: no room, or it cannot be written.
        """
        return copy_damaged(self._folder, target, self._clock.unix_ms())

    def check_snapshot(self, key: bytes) -> None:
        """Raise NoSnapshotError if none is good."""
        Snapshots(self._folder, key).newest_good()

    def restore_snapshot(self, key: bytes) -> tuple[SnapshotFile, str | None]:
        """Put the newest good snapshot in the place of the database, which is set aside if there.

        Raises:
            NoSnapshotError, FolderNotWritableError: the database is where it was.
        """
        return Snapshots(self._folder, key).restore(self._clock.unix_ms())


def _mend(vault: Vault, key: bytes) -> bool:
    try:
        return vault.mend(key)
    except FolderNotWritableError:
        return False  # the copy goes on to serve; the next start tries again


def _ended_locked(folder: Path, key: bytes) -> bool:
    """Whether the program ended while it was locked, as far as the database can be read."""
    try:
        connection = open_connection(folder / DATABASE_NAME, key, read_only=True)
    except (StoreError, OSError):
        return False
    query = "SELECT value FROM setting WHERE name = ?"
    try:
        return bool(connection.value(query, (LOCKED_SETTING,)))
    except StoreError:
        return False
    finally:
        connection.close()


def working_keyring() -> tuple[str | None, KeyringError | None]:
    """Return the name of a keyring that answers here, or None and the reason."""
    try:
        return keyring.find_backend().name, None
    except KeyringError as error:
        return None, error


def _begin(tx: Transaction, clock: Clock, settings: dict[str, str]) -> None:
    """Write what a new profile begins with: its identity and its settings."""
    tx.identity.save(KeyPair.generate().private, clock.unix_ms())
    for name, value in settings.items():
        tx.settings.put(name, value)


async def refuse_locked(profile: OpenProfile, command: Unlock) -> None:
    """Raise LockedError if a keyring is to end a lock that a passphrase must end."""
    if command.passphrase is None and command.recovery_code is None:
        was_locked = await profile.store.write(lambda tx: tx.settings.get(LOCKED_SETTING))
        if was_locked and "passphrase" in profile.vault.slots:
            raise LockedError(_TYPE_IT)


async def load_identity(profile: OpenProfile, *, clock: Clock) -> KeyPair:
    """Return the identity in the database; a database that has none gets a new one."""

    def work(tx: Transaction) -> bytes:
        if tx.identity.load() is None:
            _begin(tx, clock, {})
        stored = tx.identity.load()
        assert stored is not None
        return stored

    return KeyPair.from_private(await profile.store.write(work))
