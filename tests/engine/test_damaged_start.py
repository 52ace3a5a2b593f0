"""A start on a database that is damaged or gone: every way out, by the engine, on real files."""

from pathlib import Path

import pytest
from test_engine import Run, created, play

from messenger.core.errors import (
    DatabaseMissingError,
    InputError,
    NoSnapshotError,
    NotAllowedError,
    StoreCorruptError,
)
from messenger.engine.commands import (
    CopyDamaged,
    MakeSnapshot,
    RestoreBackup,
    RestoreSnapshot,
    Salvage,
    Shutdown,
    Unlock,
)
from messenger.engine.events import (
    NodeReady,
    ProfileNeeded,
    Salvaged,
    SnapshotRestored,
    UnlockNeeded,
)
from messenger.store.connection import PAGE_LEN, open_connection
from messenger.store.files import DATABASE_NAME, KEY_FILE_NAME
from messenger.store.slots import CHEAP_COST_FOR_TESTING_ONLY
from messenger.store.vault import Vault

BACKUP = "passphrase of the backup"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disks of tests need not have room to spare, and passphrases cost nothing."""
    monkeypatch.setattr("messenger.store.snapshots.SPARE_LEN", 0)
    used = ("slots.FLOOR", "slots.DEFAULT_COST", "backup.DEFAULT_COST", "salvage.DEFAULT_COST")
    for name in used:
        monkeypatch.setattr(f"messenger.store.{name}", CHEAP_COST_FOR_TESTING_ONLY)


async def closed(folder: Path, *, snapshot: bool) -> bytes:
    """Make a profile, with a snapshot or without, close it and return its public key."""
    run = await created(folder)
    if snapshot:
        await run.engine.execute(MakeSnapshot())
    ready: NodeReady = await run.event(NodeReady)
    await run.stop()
    return ready.info.key


async def refused(folder: Path, kind: type[StoreCorruptError]) -> Run:
    """Start on it; the passphrase opens the key file, and then the damage is said."""
    run = Run(folder)
    needed: UnlockNeeded = await run.event(UnlockNeeded)
    assert needed.slots == frozenset({"passphrase"})
    with pytest.raises(kind):
        await run.engine.execute(Unlock(passphrase="first"))
    return run


def damage_contacts(profile: Path) -> None:
    """Flip one bit in the first page of the table of contacts."""
    key = Vault.open(profile).unlock_passphrase("first")
    connection = open_connection(profile / DATABASE_NAME, key, read_only=True)
    page = connection.value("SELECT rootpage FROM sqlite_schema WHERE name = 'contact'")
    connection.close()
    with (profile / DATABASE_NAME).open("r+b") as file:
        file.seek((page - 1) * PAGE_LEN + 100)
        (byte,) = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))


def test_a_database_that_is_gone_comes_back_from_a_snapshot(tmp_path: Path) -> None:
    async def story() -> None:
        key = await closed(tmp_path, snapshot=True)
        (tmp_path / DATABASE_NAME).unlink()
        run = await refused(tmp_path, DatabaseMissingError)
        assert not (tmp_path / DATABASE_NAME).exists()  # nothing new in its place
        with pytest.raises(DatabaseMissingError):
            await run.engine.execute(Salvage(tmp_path.parent / "x.hum", BACKUP, "first"))
        await run.engine.execute(RestoreSnapshot(passphrase="first"))
        restored: SnapshotRestored = await run.event(SnapshotRestored)
        assert restored.set_aside is None
        again: NodeReady = await run.event(NodeReady)
        assert again.info.key == key
        await run.stop()

    play(story)


def test_without_a_snapshot_nothing_is_made_up(tmp_path: Path) -> None:
    async def story() -> None:
        await closed(tmp_path, snapshot=False)
        (tmp_path / DATABASE_NAME).unlink()
        before = sorted(path.name for path in tmp_path.iterdir())
        run = await refused(tmp_path, DatabaseMissingError)
        with pytest.raises(NoSnapshotError):
            await run.engine.execute(RestoreSnapshot(passphrase="first"))
        await run.engine.execute(Shutdown())
        await run.task
        assert sorted(path.name for path in tmp_path.iterdir()) == before

    play(story)


def test_a_damaged_database_is_salvaged_and_copied_and_stays(tmp_path: Path) -> None:
    profile, outside = tmp_path / "profile", tmp_path / "outside"
    outside.mkdir()

    async def story() -> None:
        key = await closed(profile, snapshot=False)
        database = profile / DATABASE_NAME
        damage_contacts(profile)
        damaged = database.read_bytes()
        run = await refused(profile, StoreCorruptError)

        made = await run.engine.execute(CopyDamaged(outside))
        assert isinstance(made, Path)
        assert made.parent == outside
        assert (made / DATABASE_NAME).read_bytes() == damaged
        assert (made / KEY_FILE_NAME).read_bytes() == (profile / KEY_FILE_NAME).read_bytes()
        assert made.stat().st_mode & 0o777 == 0o700
        for target, refusal in (
            (profile, InputError),
            (outside / "nowhere", InputError),
        ):
            with pytest.raises(refusal):
                await run.engine.execute(CopyDamaged(target))

        backup = outside / "found.humbackup"
        with pytest.raises(InputError):
            await run.engine.execute(Salvage(profile / "x.hum", BACKUP, "first"))
        found = await run.engine.execute(Salvage(backup, BACKUP, "first"))
        assert found == Salvaged(0, 0, ("contact",))
        assert database.read_bytes() == damaged
        await run.engine.execute(Shutdown())
        await run.task

        other = Run(tmp_path / "other")
        await other.event(ProfileNeeded)
        await other.engine.execute(RestoreBackup(backup, BACKUP, False, "second"))
        again: NodeReady = await other.event(NodeReady)
        assert again.info.key == key
        with pytest.raises(NotAllowedError):
            await other.engine.execute(CopyDamaged(outside))
        await other.stop()

    play(story)
