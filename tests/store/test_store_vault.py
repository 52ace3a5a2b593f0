"""Key slots: made, opened, changed, refused; and the key file that holds them."""

import asyncio
import json
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from messenger.core.clock import ManualClock
from messenger.core.errors import (
    FolderNotWritableError,
    InputError,
    KeyringEntryMissingError,
    KeyringUnavailableError,
    NotAllowedError,
    ProfileMissingError,
    RecoveryCodeTypoError,
    StoreCorruptError,
    StoreTooNewError,
    WrongKeyError,
)
from messenger.store import key_file as key_files
from messenger.store import slots
from messenger.store import vault as vaults
from messenger.store.database import Store
from messenger.store.files import DATABASE_NAME, KEY_COPY_NAME, KEY_FILE_NAME
from messenger.store.key_file import (
    KEY_FILE_VERSION,
    KeyFile,
    PassphraseSlot,
    decode_key_file,
    encode_key_file,
    load_key_file,
    remove_key_file,
    save_key_file,
)
from messenger.store.slots import (
    CEILING,
    CHEAP_COST_FOR_TESTING_ONLY,
    DEFAULT_COST,
    FLOOR,
    Cost,
    normal_passphrase,
)
from messenger.store.vault import Vault

CHEAP = CHEAP_COST_FOR_TESTING_ONLY
FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


@dataclass
class FakeKeyring:
    """A keyring in memory that can misbehave."""

    name: str = "Secret Service"
    entries: dict[str, str] = field(default_factory=dict)
    forgets: bool = False
    fails: bool = False

    def get(self, entry: str) -> str | None:
        self._maybe_fail()
        return self.entries.get(entry)

    def set(self, entry: str, secret: str) -> None:
        self._maybe_fail()
        if not self.forgets:
            self.entries[entry] = secret

    def delete(self, entry: str) -> None:
        self._maybe_fail()
        self.entries.pop(entry, None)

    def _maybe_fail(self) -> None:
        if self.fails:
            raise KeyringUnavailableError("the fake keyring does not answer")


def make(folder: Path, **options: object) -> tuple[Vault, bytes]:
    """Create a vault and an (opaque) database beside it."""
    options.setdefault("passphrase", "correct horse")
    vault, key = Vault.create(folder, cost_for_testing_only=CHEAP, **options)  # type: ignore[arg-type]
    (folder / DATABASE_NAME).write_bytes(b"a database")
    return vault, key


def reopen(folder: Path) -> Vault:
    return Vault.open(folder, cost_for_testing_only=CHEAP)


# -- opening ---------------------------------------------------------------------------------------


def test_the_passphrase_opens_and_another_does_not(tmp_path: Path) -> None:
    _, key = make(tmp_path)
    assert len(key) == 32
    assert reopen(tmp_path).slots == {"passphrase"}
    assert reopen(tmp_path).unlock_passphrase("correct horse") == key
    for wrong in ("correct hors", "Correct horse", "correct  horse", "x"):
        with pytest.raises(WrongKeyError):
            reopen(tmp_path).unlock_passphrase(wrong)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("correct horse", "  correct horse\r\n"),
        ("café", "cafe\u0301"),
        ("ﬁsh", "fish"),
        ("ｆｕｌｌ", "full"),
        ("a b", "a\u00a0b"),
    ],
)
def test_spellings_of_one_passphrase(typed: str, same: str) -> None:
    assert normal_passphrase(typed) == normal_passphrase(same)


@pytest.mark.parametrize("nothing", ["", " \n\t\u3000", "x" * 5_000, "\ud800"])
def test_what_cannot_be_a_passphrase(tmp_path: Path, nothing: str) -> None:
    with pytest.raises(InputError):
        Vault.create(tmp_path, passphrase=nothing, cost_for_testing_only=CHEAP)
    assert not Vault.exists(tmp_path)
    make(tmp_path)
    with pytest.raises(InputError):
        reopen(tmp_path).unlock_passphrase(nothing)


def test_the_real_cost_is_within_its_own_limits(tmp_path: Path) -> None:
    assert Cost(passes=4, memory_len=256 << 20) == DEFAULT_COST
    assert Cost(passes=3, memory_len=256 << 20) == FLOOR
    assert Cost(passes=32, memory_len=4 << 30) == CEILING
    vault, key = Vault.create(tmp_path, passphrase="once at full cost")
    (tmp_path / DATABASE_NAME).write_bytes(b"a database")
    assert Vault.open(tmp_path).unlock_passphrase("once at full cost") == key
    assert vault.slots == {"passphrase"}


@pytest.mark.parametrize(
    "cost",
    [
        CHEAP,
        Cost(FLOOR.passes - 1, FLOOR.memory_len),
        Cost(FLOOR.passes, FLOOR.memory_len - 1),
        Cost(CEILING.passes + 1, FLOOR.memory_len),
        Cost(FLOOR.passes, CEILING.memory_len + 1),
        Cost(0, 0),
        Cost(-1, 1 << 63),
    ],
)
def test_a_key_file_with_an_absurd_cost_is_damaged(tmp_path: Path, cost: Cost) -> None:
    make(tmp_path)
    key_file = load_key_file(tmp_path)
    slot = key_file.slots[0]
    assert isinstance(slot, PassphraseSlot)
    changed = msgspec.structs.replace(slot, passes=cost.passes, memory_len=cost.memory_len)
    save_key_file(tmp_path, msgspec.structs.replace(key_file, slots=[changed]))
    with pytest.raises(StoreCorruptError):
        Vault.open(tmp_path).unlock_passphrase("correct horse")


def test_the_cost_is_part_of_what_is_sealed(tmp_path: Path) -> None:
    _, key = make(tmp_path)
    profile = load_key_file(tmp_path).profile
    slot = slots.seal_for_passphrase(key, profile, "p", CHEAP)
    other = Cost(CHEAP.passes + 1, CHEAP.memory_len)
    with pytest.raises(WrongKeyError):
        slots.open_by_passphrase(
            msgspec.structs.replace(slot, passes=other.passes), profile, "p", allowed_cost=other
        )


def test_the_keyring_opens(tmp_path: Path) -> None:
    keyring = FakeKeyring()
    _, key = make(tmp_path, passphrase=None, keyring=keyring)
    vault = reopen(tmp_path)
    assert (vault.slots, vault.keyring_name) == ({"keyring"}, "Secret Service")
    assert vault.unlock_keyring(keyring) == key


def test_the_entry_names_the_profile_and_nobody(tmp_path: Path) -> None:
    keyring = FakeKeyring()
    make(tmp_path, passphrase=None, keyring=keyring)
    (entry,) = keyring.entries
    assert entry.startswith(load_key_file(tmp_path).profile.hex())
    assert set(entry) <= set("0123456789abcdef-")


def test_what_a_keyring_can_do_wrong(tmp_path: Path) -> None:
    keyring = FakeKeyring()
    make(tmp_path, passphrase=None, keyring=keyring)
    (entry,) = keyring.entries
    vault = reopen(tmp_path)
    with pytest.raises(KeyringUnavailableError):
        vault.unlock_keyring(FakeKeyring(entries=keyring.entries, fails=True))
    with pytest.raises(KeyringUnavailableError, match="KWallet"):
        vault.unlock_keyring(FakeKeyring(name="KWallet", entries=keyring.entries))
    with pytest.raises(KeyringEntryMissingError):
        vault.unlock_keyring(FakeKeyring())
    for other in ("", "zz", "00", secrets.token_hex(32), "Größe"):
        with pytest.raises(WrongKeyError):
            vault.unlock_keyring(FakeKeyring(entries={entry: other}))


@pytest.mark.parametrize("keyring", [FakeKeyring(forgets=True), FakeKeyring(fails=True)])
def test_a_keyring_that_does_not_keep_makes_no_profile(
    tmp_path: Path, keyring: FakeKeyring
) -> None:
    with pytest.raises(KeyringUnavailableError):
        Vault.create(tmp_path, keyring=keyring)
    assert not Vault.exists(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_recovery_code_opens(tmp_path: Path) -> None:
    vault, key = make(tmp_path)
    code = vault.add_recovery(key)
    assert reopen(tmp_path).slots == {"passphrase", "recovery"}
    assert reopen(tmp_path).unlock_recovery(code.lower()) == key
    with pytest.raises(RecoveryCodeTypoError):
        reopen(tmp_path).unlock_recovery(code[:-1])
    newer = vault.add_recovery(key)
    assert reopen(tmp_path).unlock_recovery(newer) == key
    with pytest.raises(WrongKeyError):
        reopen(tmp_path).unlock_recovery(code)


def test_a_key_file_of_an_earlier_version_opens_in_every_way(tmp_path: Path) -> None:
    old = json.loads((FIXTURES / "keys/v1.json").read_text())
    (tmp_path / KEY_FILE_NAME).write_bytes(bytes.fromhex(old["file"]))
    (tmp_path / DATABASE_NAME).write_bytes(b"a database")
    vault, key = reopen(tmp_path), bytes.fromhex(old["key"])
    assert vault.unlock_passphrase(old["passphrase"]) == key
    assert vault.unlock_recovery(old["recovery_code"]) == key
    assert vault.unlock_keyring(FakeKeyring(entries=old["keyring"])) == key


def test_a_slot_that_is_not_there(tmp_path: Path) -> None:
    vault, _ = make(tmp_path)
    with pytest.raises(NotAllowedError):
        vault.unlock_keyring(FakeKeyring())
    with pytest.raises(NotAllowedError):
        vault.unlock_recovery("x")
    with pytest.raises(NotAllowedError):
        vault.remove_slot("recovery")
    with pytest.raises(ValueError, match="slot"):
        vault.remove_slot("window")


# -- changing --------------------------------------------------------------------------------------


def test_every_slot_can_be_changed_and_the_old_one_opens_no_more(tmp_path: Path) -> None:
    keyring = FakeKeyring()
    vault, key = make(tmp_path, keyring=keyring)
    old_entry = dict(keyring.entries)

    vault.set_passphrase(key, "battery staple")
    vault.set_keyring(key, keyring)

    assert reopen(tmp_path).unlock_passphrase("battery staple") == key
    assert reopen(tmp_path).unlock_keyring(keyring) == key
    with pytest.raises(WrongKeyError):
        reopen(tmp_path).unlock_passphrase("correct horse")
    assert len(keyring.entries) == 1
    with pytest.raises(KeyringEntryMissingError):
        reopen(tmp_path).unlock_keyring(FakeKeyring(entries=old_entry))


def test_a_keyring_that_fails_leaves_the_old_slot_working(tmp_path: Path) -> None:
    keyring = FakeKeyring()
    vault, key = make(tmp_path, keyring=keyring)
    with pytest.raises(KeyringUnavailableError):
        vault.set_keyring(key, FakeKeyring(entries=keyring.entries, forgets=True))
    assert reopen(tmp_path).unlock_keyring(keyring) == key


def test_the_last_slot_stays(tmp_path: Path) -> None:
    keyring = FakeKeyring()
    vault, key = make(tmp_path, keyring=keyring)
    vault.remove_slot("keyring", keyring)
    assert keyring.entries == {}
    for attempt in (
        lambda: vault.remove_slot("passphrase"),
        lambda: vault.set_passphrase(key, None),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
    vault.add_recovery(key)
    vault.set_passphrase(key, None)
    assert reopen(tmp_path).slots == {"recovery"}


def test_a_slot_is_removed_though_the_keyring_does_not_answer(tmp_path: Path) -> None:
    vault, _ = make(tmp_path, keyring=FakeKeyring())
    vault.remove_slot("keyring", FakeKeyring(fails=True))
    assert reopen(tmp_path).slots == {"passphrase"}


def test_a_wrong_key_gets_no_slot(tmp_path: Path) -> None:
    vault, key = make(tmp_path)
    wrong = bytes(32)
    for attempt in (
        lambda: vault.set_passphrase(wrong, "x"),
        lambda: vault.add_recovery(wrong),
        lambda: vault.set_keyring(wrong, FakeKeyring()),
    ):
        with pytest.raises(WrongKeyError):
            attempt()
    assert reopen(tmp_path).slots == {"passphrase"}
    assert reopen(tmp_path).unlock_passphrase("correct horse") == key


def test_a_slot_of_another_profile_does_not_fit(tmp_path: Path) -> None:
    vault, key = make(tmp_path / "one")
    make(tmp_path / "two")
    code = vault.add_recovery(key)
    one, two = load_key_file(tmp_path / "one"), load_key_file(tmp_path / "two")
    save_key_file(tmp_path / "two", msgspec.structs.replace(two, slots=one.slots))
    with pytest.raises(WrongKeyError):
        reopen(tmp_path / "two").unlock_recovery(code)


# -- the life of a profile -------------------------------------------------------------------------


def test_a_profile_is_never_made_over_another(tmp_path: Path) -> None:
    make(tmp_path)
    before = (tmp_path / KEY_FILE_NAME).read_bytes()
    with pytest.raises(NotAllowedError):
        Vault.create(tmp_path, passphrase="x", cost_for_testing_only=CHEAP)
    (tmp_path / KEY_FILE_NAME).unlink()
    with pytest.raises(NotAllowedError):
        Vault.create(tmp_path, passphrase="x", cost_for_testing_only=CHEAP)
    (tmp_path / KEY_FILE_NAME).write_bytes(before)
    (tmp_path / DATABASE_NAME).unlink()
    (tmp_path / KEY_FILE_NAME).write_bytes(b"damaged")
    with pytest.raises(NotAllowedError):
        Vault.create(tmp_path, passphrase="x", cost_for_testing_only=CHEAP)


def test_a_profile_needs_a_way_in(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        Vault.create(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_half_a_profile_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(ProfileMissingError):
        Vault.open(tmp_path)
    make(tmp_path)
    key_file = (tmp_path / KEY_FILE_NAME).read_bytes()

    remove_key_file(tmp_path)
    assert Vault.exists(tmp_path)
    with pytest.raises(StoreCorruptError, match="key file is missing"):
        Vault.open(tmp_path)

    (tmp_path / KEY_FILE_NAME).write_bytes(key_file)
    (tmp_path / DATABASE_NAME).unlink()
    assert not Vault.exists(tmp_path)  # the database was never made: nothing is lost
    with pytest.raises(ProfileMissingError, match="interrupted"):
        Vault.open(tmp_path)


def test_a_lost_database_is_damage_once_it_was_made(tmp_path: Path) -> None:
    _, key = Vault.create(tmp_path, passphrase="p", cost_for_testing_only=CHEAP)
    store = Store.open(tmp_path, key, clock=ManualClock(), create=True)
    asyncio.run(store.close())
    assert reopen(tmp_path).sealed
    (tmp_path / DATABASE_NAME).unlink()
    assert Vault.exists(tmp_path)
    with pytest.raises(StoreCorruptError, match="database is missing"):
        Vault.open(tmp_path)


def test_a_change_of_a_slot_notes_that_there_is_a_database(tmp_path: Path) -> None:
    vault, key = Vault.create(tmp_path, passphrase="p", cost_for_testing_only=CHEAP)
    vault.add_recovery(key)
    assert not key_files.load_key_file(tmp_path).complete
    (tmp_path / DATABASE_NAME).write_bytes(b"a database")
    vault.add_recovery(key)
    assert key_files.load_key_file(tmp_path).complete


def test_only_a_profile_without_a_database_is_undone(tmp_path: Path) -> None:
    Vault.create(tmp_path, passphrase="p", cost_for_testing_only=CHEAP)
    (tmp_path / DATABASE_NAME).write_bytes(b"a database")
    vaults.undo_create(tmp_path)
    assert (tmp_path / KEY_FILE_NAME).exists()
    (tmp_path / DATABASE_NAME).unlink()
    vaults.undo_create(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_profile_is_made_again(tmp_path: Path) -> None:
    Vault.create(tmp_path, passphrase="first", cost_for_testing_only=CHEAP)
    _, key = make(tmp_path, passphrase="second")
    assert reopen(tmp_path).unlock_passphrase("second") == key


# -- the file --------------------------------------------------------------------------------------


def test_every_flipped_bit_is_damage(tmp_path: Path) -> None:
    make(tmp_path, keyring=FakeKeyring())
    content = (tmp_path / KEY_FILE_NAME).read_bytes()
    for index in range(len(content)):
        for bit in (1, 128):
            damaged = content[:index] + bytes([content[index] ^ bit]) + content[index + 1 :]
            with pytest.raises(StoreCorruptError):
                decode_key_file(damaged)


@pytest.mark.parametrize("cut", [0, 1, 8, 10, 40, -1])
def test_a_cut_file_is_damage(tmp_path: Path, cut: int) -> None:
    make(tmp_path)
    path = tmp_path / KEY_FILE_NAME
    path.write_bytes(path.read_bytes()[:cut])
    (tmp_path / KEY_COPY_NAME).unlink()
    before = path.read_bytes()
    with pytest.raises(StoreCorruptError):
        Vault.open(tmp_path)
    assert path.read_bytes() == before


def test_extra_and_endless_bytes_are_damage(tmp_path: Path) -> None:
    make(tmp_path)
    content = (tmp_path / KEY_FILE_NAME).read_bytes()
    for wrong in (content + b"\0", content * 2, b"\0" * 1_000_000):
        with pytest.raises(StoreCorruptError):
            decode_key_file(wrong)


def test_a_later_version_is_not_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path)
    key_file = load_key_file(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("messenger.store.key_file.KEY_FILE_VERSION", KEY_FILE_VERSION + 1)
        later = encode_key_file(key_file)
    with pytest.raises(StoreTooNewError):
        decode_key_file(later)


def test_a_file_with_no_slot_or_two_of_a_kind_is_damage(tmp_path: Path) -> None:
    make(tmp_path)
    good = load_key_file(tmp_path)
    for wrong in ([], good.slots * 2):
        with pytest.raises(StoreCorruptError):
            decode_key_file(encode_key_file(KeyFile(good.profile, good.check, True, wrong)))


def test_a_key_that_does_not_fit_its_check_is_damage(tmp_path: Path) -> None:
    make(tmp_path)
    key_file = load_key_file(tmp_path)
    save_key_file(tmp_path, msgspec.structs.replace(key_file, check=bytes(16)))
    with pytest.raises(StoreCorruptError):
        reopen(tmp_path).unlock_passphrase("correct horse")


def test_the_key_is_not_in_the_file_and_not_in_a_repr(tmp_path: Path) -> None:
    keyring = FakeKeyring()
    vault, key = make(tmp_path, keyring=keyring)
    code = vault.add_recovery(key)
    content = (tmp_path / KEY_FILE_NAME).read_bytes()
    (secret,) = keyring.entries.values()
    for canary in (key, bytes.fromhex(secret), b"correct horse", code[:5].encode()):
        assert canary not in content
    assert repr(key)[2:10] not in repr(vault)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX here")
def test_folder_and_file_are_for_their_owner_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make(tmp_path / "new" / "profile")
    finally:
        os.umask(old)
    assert (tmp_path / "new" / "profile").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "profile" / KEY_FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, key = make(tmp_path)
    before = (tmp_path / KEY_FILE_NAME).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("messenger.store.atomic.os.fsync", full)
        with pytest.raises(FolderNotWritableError):
            vault.set_passphrase(key, "another")
    assert (tmp_path / KEY_FILE_NAME).read_bytes() == before
    assert vault.unlock_passphrase("correct horse") == key
    vault.set_passphrase(key, "another")  # what the failure left behind is in nobody's way
    assert reopen(tmp_path).unlock_passphrase("another") == key


def test_the_passphrase_stays_while_the_keyring_does_not_open(tmp_path: Path) -> None:
    vault, key = make(tmp_path, passphrase="one", keyring=FakeKeyring())
    with pytest.raises(NotAllowedError):  # no keyring of that name answers here
        vault.set_passphrase(key, None)
    assert vault.slots == {"keyring", "passphrase"}
    vault.add_recovery(key)
    vault.set_passphrase(key, None)
    assert vault.slots == {"keyring", "recovery"}


def test_the_passphrase_goes_where_the_keyring_opens_the_same_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeKeyring()
    asked: list[str] = []

    def named(name: str) -> FakeKeyring:
        asked.append(name)
        return fake

    monkeypatch.setattr(vaults, "backend_named", named)
    vault, key = make(tmp_path, passphrase="one", keyring=fake)
    (entry,) = fake.entries
    secret, fake.entries[entry] = fake.entries[entry], "00" * 32
    with pytest.raises(NotAllowedError, match="keyring does not work"):
        vault.set_passphrase(key, None)
    fake.entries[entry] = secret
    vault.set_passphrase(key, None)
    assert vault.slots == {"keyring"}
    assert set(asked) == {"Secret Service"}
    assert reopen(tmp_path).unlock_keyring() == key
    vault.set_passphrase(key, "two")
    vault.give_up_slot(key, "keyring")
    assert fake.entries == {}  # the secret is taken out of the keyring too
    with pytest.raises(InputError, match="keyring, passphrase, recovery"):
        vault.give_up_slot(key, "door")


def test_changes_from_two_threads_are_both_kept(tmp_path: Path) -> None:
    vault, key = make(tmp_path, passphrase="one", keyring=None)
    for _ in range(10):
        with ThreadPoolExecutor(2) as pool:
            code = pool.submit(vault.add_recovery, key)
            pool.submit(vault.set_passphrase, key, "two").result()
        assert (
            Vault.open(tmp_path, cost_for_testing_only=CHEAP).unlock_recovery(code.result()) == key
        )


# -- the second copy -------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [None, b"", b"damaged"])
def test_a_damaged_key_file_is_mended_from_its_copy(tmp_path: Path, content: bytes | None) -> None:
    _, key = make(tmp_path, passphrase="one")
    path = tmp_path / KEY_FILE_NAME
    whole = path.read_bytes()
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    vault = reopen(tmp_path)
    assert vault.unlock_passphrase("one") == key
    assert (path.read_bytes() if path.exists() else None) == content  # unlocking writes nothing
    assert vault.mend(key)
    assert path.read_bytes() == (tmp_path / KEY_COPY_NAME).read_bytes() == whole
    assert not vault.mend(key)


def test_two_damaged_files_are_damage_and_none_is_none(tmp_path: Path) -> None:
    make(tmp_path)
    for name in (KEY_FILE_NAME, KEY_COPY_NAME):
        (tmp_path / name).write_bytes(b"damaged")
    with pytest.raises(StoreCorruptError):
        load_key_file(tmp_path)
    (tmp_path / KEY_FILE_NAME).unlink()
    with pytest.raises(FileNotFoundError):
        load_key_file(tmp_path)
    (tmp_path / KEY_COPY_NAME).unlink()
    with pytest.raises(FileNotFoundError):
        load_key_file(tmp_path)


def test_no_copy_is_better_than_an_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault, key = make(tmp_path, passphrase="one")
    write = key_files.write_atomically

    def only_the_file(path: Path, content: bytes) -> None:
        if path.name == KEY_COPY_NAME:
            raise FolderNotWritableError("no room for a copy")
        write(path, content)

    monkeypatch.setattr(key_files, "write_atomically", only_the_file)
    for passphrase in ("two", "three"):  # with a copy to be removed, and without
        vault.set_passphrase(key, passphrase)
        assert not (tmp_path / KEY_COPY_NAME).exists()
        assert reopen(tmp_path).unlock_passphrase(passphrase) == key


def test_the_copy_opens_with_nothing_that_was_given_up(tmp_path: Path) -> None:
    vault, key = make(tmp_path, passphrase="one")
    old = (tmp_path / KEY_COPY_NAME).read_bytes()
    vault.set_passphrase(key, "two")
    (tmp_path / KEY_FILE_NAME).write_bytes(b"damaged")
    with pytest.raises(WrongKeyError):
        reopen(tmp_path).unlock_passphrase("one")
    vault.set_passphrase(key, "three")
    (tmp_path / KEY_COPY_NAME).write_bytes(old)  # a crash between the two files
    assert not vault.mend(key)  # the file itself was whole
    assert old != (tmp_path / KEY_COPY_NAME).read_bytes()
