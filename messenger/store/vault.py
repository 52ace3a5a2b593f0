"""The vault of a profile: the slots through which its database key is reached.

The database key is made once, with the profile. Slots come and go without touching the database.
"""

import secrets
import threading
from pathlib import Path
from typing import Final, Self, TypeVar

import msgspec

from messenger.core.errors import (
    DatabaseMissingError,
    InputError,
    KeyringEntryMissingError,
    KeyringError,
    KeyringUnavailableError,
    NotAllowedError,
    ProfileMissingError,
    StoreCorruptError,
    StoreError,
    WrongKeyError,
)
from messenger.store import slots
from messenger.store.connection import DATABASE_KEY_LEN
from messenger.store.files import DATABASE_NAME
from messenger.store.folder import prepare_folder
from messenger.store.key_file import (
    PROFILE_ID_LEN,
    SLOT_NAMES,
    KeyFile,
    KeyringSlot,
    PassphraseSlot,
    RecoverySlot,
    Slot,
    load_first_key_file,
    load_key_file,
    mend_key_file,
    remove_key_file,
    save_key_file,
    slot_name,
)
from messenger.store.keyring import KeyringBackend, backend_named
from messenger.store.recovery_code import new_recovery_code
from messenger.store.slots import Cost

S = TypeVar("S", KeyringSlot, PassphraseSlot, RecoverySlot)

_ENTRY_SUFFIX_LEN: Final = 8  # bytes; each slot has an entry of its own in the keyring


class Vault:
    """The key file of one profile. Blocking; one thread at a time."""

    def __init__(self, folder: Path, key_file: KeyFile, cost_for_testing_only: Cost | None) -> None:
        """Use :meth:`create` or :meth:`open`."""
        self._folder = folder
        self._file = key_file
        self._cost = cost_for_testing_only
        self._changing = threading.Lock()  # the key file is read, changed and written as a whole

    # -- making and reading the file ----------------------------------------------------------

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether there is a profile here, whole or damaged; if so, never make a new one."""
        if (folder / DATABASE_NAME).exists():
            return True
        for load in (load_first_key_file, load_key_file):
            try:
                return load(folder).complete
            except FileNotFoundError:
                continue  # a copy may be there
            except StoreError:
                return True
        return False

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        passphrase: str | None = None,
        keyring: KeyringBackend | None = None,
        cost_for_testing_only: Cost | None = None,
    ) -> tuple[Self, bytes]:
        """Draw a database key, lock it into the slots asked for, write the key file.

        The keyring is read back before anything is written; Store.open(create=True) follows.

        Returns:
            The vault and the database key, DATABASE_KEY_LEN bytes.

        Raises:
            NotAllowedError: there is a profile here, even a damaged one.
            InputError: neither passphrase nor keyring, or an impossible passphrase.
            KeyringError: the keyring did not take the secret or did not give it back.
            FolderNotWritableError: the folder cannot be written.
        """
        if cls.exists(folder):
            raise NotAllowedError("There is a profile in this folder already.")
        if passphrase is None and keyring is None:
            raise InputError("A profile needs a passphrase or a keyring.")
        prepare_folder(folder)
        key = secrets.token_bytes(DATABASE_KEY_LEN)
        profile = secrets.token_bytes(PROFILE_ID_LEN)
        key_file = KeyFile(profile, slots.key_check(key), complete=False, slots=[])
        vault = cls(folder, key_file, cost_for_testing_only)
        made: list[Slot] = []
        if passphrase is not None:
            made.append(vault._passphrase_slot(key, passphrase))
        if keyring is not None:
            made.append(vault._keyring_slot(key, keyring))
        vault._save(made)
        return vault, key

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        for_snapshot: bool = False,
        cost_for_testing_only: Cost | None = None,
    ) -> Self:
        """Read the key file; nothing is unlocked yet and nothing is written.

        Args:
            for_snapshot: the database may be missing: a snapshot is to take its place.

        Raises:
            ProfileMissingError: no profile here, or one whose making was interrupted.
            DatabaseMissingError: there is its key file only.
            StoreCorruptError: the key file is damaged or missing.
            StoreTooNewError: a later version of Hum wrote it.
        """
        has_database = (folder / DATABASE_NAME).exists()
        try:
            key_file = load_key_file(folder)
        except FileNotFoundError:
            if has_database:
                raise StoreCorruptError("the key file is missing beside the database") from None
            raise ProfileMissingError("there is no profile in this folder") from None
        if key_file.complete and not has_database and not for_snapshot:
            raise DatabaseMissingError("the database is missing beside its key file")
        if not key_file.complete and not has_database:
            raise ProfileMissingError("the making of this profile was interrupted")
        return cls(folder, key_file, cost_for_testing_only)

    @property
    def slots(self) -> frozenset[str]:
        """The kinds of slots there are: of "keyring", "passphrase", "recovery"."""
        return frozenset(map(slot_name, self._file.slots))

    @property
    def sealed(self) -> bool:
        """Whether the database of this key file was ever made."""
        return self._file.complete or (self._folder / DATABASE_NAME).exists()

    @property
    def keyring_name(self) -> str | None:
        """The keyring that holds a secret of this profile, or None."""
        return next((s.backend for s in self._file.slots if isinstance(s, KeyringSlot)), None)

    # -- unlocking ----------------------------------------------------------------------------

    def unlock_passphrase(self, passphrase: str) -> bytes:
        """Return the database key; takes about a second and 256 MiB.

        Raises:
            WrongKeyError: another passphrase.
            InputError: nothing that could be a passphrase.
            NotAllowedError: the profile has no passphrase.
            StoreCorruptError: the key file is damaged.
        """
        slot = self._slot(PassphraseSlot)
        return self._checked(
            slots.open_by_passphrase(slot, self._file.profile, passphrase, allowed_cost=self._cost)
        )

    def unlock_keyring(self, backend: KeyringBackend | None = None) -> bytes:
        """Return the database key with the secret from the keyring that the key file names.

        Raises:
            KeyringUnavailableError: that keyring does not answer, or ``backend`` is another one.
            KeyringEntryMissingError: it answers and has no secret of this profile.
            WrongKeyError: it has something else.
            NotAllowedError: the profile has no keyring slot.
        """
        slot = self._slot(KeyringSlot)
        backend = backend_named(slot.backend) if backend is None else backend
        if backend.name != slot.backend:
            raise KeyringUnavailableError(
                "The key is in {slot}, not in {keyring}.", slot=slot.backend, keyring=backend.name
            )
        secret = backend.get(slot.entry)
        if secret is None:
            raise KeyringEntryMissingError(
                "{keyring} has no key of this profile.", keyring=slot.backend
            )
        return self._checked(slots.open_by_keyring(slot, self._file.profile, secret))

    def unlock_recovery(self, code: str) -> bytes:
        """Return the database key.

        Raises:
            RecoveryCodeTypoError: the code was not copied correctly.
            WrongKeyError: a recovery code of something else, or an old one.
            NotAllowedError: the profile has no recovery code.
        """
        slot = self._slot(RecoverySlot)
        return self._checked(slots.open_by_recovery(slot, self._file.profile, code))

    def _slot(self, kind: type[S]) -> S:
        for slot in self._file.slots:
            if isinstance(slot, kind):
                return slot
        raise NotAllowedError(
            "This profile has no {slot} slot.", slot=str(kind.__struct_config__.tag)
        )

    def _checked(self, key: bytes) -> bytes:
        if not slots.fits(key, self._file.check):
            raise StoreCorruptError("the key file is damaged: its key does not fit")
        return key

    # -- changing slots -----------------------------------------------------------------------

    def set_passphrase(self, key: bytes, passphrase: str | None) -> None:
        """Make or replace the passphrase slot, or remove it with None."""
        self._prove(key)
        if passphrase is None:
            self.give_up_slot(key, "passphrase")
        else:
            self._replace(self._passphrase_slot(key, passphrase))

    def _prove_keyring(self, key: bytes) -> None:
        """A keyring that is the only way left must work: it may have been reset meanwhile."""
        try:
            opened = self.unlock_keyring()
        except (KeyringError, WrongKeyError) as error:
            raise NotAllowedError(
                "Without the passphrase nothing opens this profile: its keyring does not work."
            ) from error
        if opened != key:
            raise NotAllowedError("The keyring holds the key of another profile.")

    def mend(self, key: bytes) -> bool:
        """After unlocking: make key file and copy whole; tell whether the file was not."""
        self._prove(key)
        with self._changing:
            return mend_key_file(self._folder, self._file)

    def settle(self) -> None:
        """Wait until a change that another thread began is written."""
        with self._changing:
            pass

    def add_recovery(self, key: bytes) -> str:
        """Make or replace the recovery slot; return its code, which is shown once."""
        self._prove(key)
        code = new_recovery_code()
        self._replace(slots.seal_for_recovery(key, self._file.profile, code))
        return code

    def set_keyring(self, key: bytes, backend: KeyringBackend) -> None:
        """Make or replace the keyring slot.

        Raises:
            KeyringError: the keyring did not take the secret or did not give it back; the slot
                that was there still works.
        """
        self._prove(key)
        old = self._file.slots
        self._replace(self._keyring_slot(key, backend))
        _forget_entries(old, backend)

    def remove_slot(self, name: str, backend: KeyringBackend | None = None) -> None:
        """Remove a slot; with ``backend`` also the entry in the keyring.

        Raises:
            NotAllowedError: it is the last one, or there is no such slot.
        """
        if name not in SLOT_NAMES:
            raise ValueError("no such kind of slot")
        if name not in self.slots:
            raise NotAllowedError("This profile has no {slot} slot.", slot=name)
        with self._changing:
            if len(self._file.slots) == 1:
                raise NotAllowedError("The last way to open a profile cannot be removed.")
            removed = [slot for slot in self._file.slots if slot_name(slot) == name]
            self._save([slot for slot in self._file.slots if slot_name(slot) != name])
        if backend is not None:
            _forget_entries(removed, backend)

    def give_up_slot(self, key: bytes, name: str) -> None:
        """Remove a slot as a person asks for it, its entry in the keyring too.

        Raises:
            InputError: no such kind of slot.
            NotAllowedError: it is the last one, there is none, or a keyring that would be the only
                one left does not work.
        """
        if name not in SLOT_NAMES:
            raise InputError("A slot is one of {names}.", names=", ".join(SLOT_NAMES))
        if self.slots - {name} == {"keyring"}:
            self._prove_keyring(key)
        backend = self._own_backend() if name == "keyring" else None
        self.remove_slot(name, backend)

    def _own_backend(self) -> KeyringBackend | None:
        """The keyring that has our secret, if it is there."""
        try:
            return backend_named(self.keyring_name) if self.keyring_name else None
        except KeyringError:
            return None

    def _prove(self, key: bytes) -> None:
        """A slot with a wrong key would lock its owner out one day."""
        if not slots.fits(key, self._file.check):
            raise WrongKeyError("this is not the database key of this profile")

    def _passphrase_slot(self, key: bytes, passphrase: str) -> PassphraseSlot:
        cost = slots.DEFAULT_COST if self._cost is None else self._cost
        return slots.seal_for_passphrase(key, self._file.profile, passphrase, cost)

    def _keyring_slot(self, key: bytes, backend: KeyringBackend) -> KeyringSlot:
        """Give a keyring a new secret under a new entry and read it back.

        A new entry each time: if the keyring answers too late, the old one is unharmed.
        """
        entry = f"{self._file.profile.hex()}-{secrets.token_hex(_ENTRY_SUFFIX_LEN)}"
        secret = slots.new_keyring_secret()
        backend.set(entry, secret)
        if backend.get(entry) != secret:
            raise KeyringUnavailableError(
                "{keyring} did not give back what it was given.", keyring=backend.name
            )
        return slots.seal_for_keyring(
            key, self._file.profile, secret=secret, backend=backend.name, entry=entry
        )

    def _replace(self, new: Slot) -> None:
        with self._changing:
            others = [slot for slot in self._file.slots if slot_name(slot) != slot_name(new)]
            self._save([*others, new])

    def _save(self, new_slots: list[Slot]) -> None:
        complete = (self._folder / DATABASE_NAME).exists()
        key_file = msgspec.structs.replace(self._file, slots=new_slots, complete=complete)
        save_key_file(self._folder, key_file)
        self._file = key_file


def undo_create(folder: Path) -> None:
    """Remove the key file of a profile whose database never came to be."""
    if not (folder / DATABASE_NAME).exists():
        remove_key_file(folder)


def mark_complete(folder: Path) -> None:
    """Note in the key file, if there is one, that its database was made."""
    try:
        key_file = load_key_file(folder)
    except FileNotFoundError:
        return
    save_key_file(folder, msgspec.structs.replace(key_file, complete=True))


def _forget_entries(old: list[Slot], backend: KeyringBackend) -> None:
    """Remove secrets that open nothing any more; a keyring that does not answer keeps them."""
    for slot in old:
        if isinstance(slot, KeyringSlot) and slot.backend == backend.name:
            try:
                backend.delete(slot.entry)
            except KeyringError:
                return
