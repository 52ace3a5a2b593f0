"""Salvage: what is behind whole pages comes out as it was, and the damaged files stay."""

import os
import random
from pathlib import Path

import pytest
from backup_files import cheap, contents, filled
from hypothesis import given, settings
from hypothesis import strategies as st
from store_people import KEY, add_person, receive

from messenger.core.clock import ManualClock
from messenger.core.errors import InputError, StoreCorruptError, WrongKeyError
from messenger.store.backup import Backup
from messenger.store.connection import Connection, open_connection
from messenger.store.database import Transaction, prepare, restore_database
from messenger.store.files import DATABASE_NAME
from messenger.store.salvage import Salvaged, salvage

PAGE_LEN = 4_096  # bytes
NEW_KEY = bytes(range(100, 132))
FIXTURES = Path(__file__).parent.parent / "fixtures" / "stores"


def make(folder: Path) -> None:
    """A database of some two hundred pages."""
    connection = open_connection(folder / DATABASE_NAME, KEY)
    prepare(connection)
    connection.run("PRAGMA synchronous = OFF")
    filled(connection)
    tx = Transaction(connection, ManualClock())
    with connection.transaction():
        eve = add_person(tx, "Eve")
        for number in range(1_500):
            receive(tx, eve.id, 100 + number, f"message {number} {'-' * 100}")
    connection.empty_log()
    connection.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    make(folder)
    return folder


def damaged(whole: Path, folder: Path, pages: list[int]) -> Path:
    """A copy with one byte of each of these pages changed; page 0 is the first."""
    folder.mkdir()
    data = bytearray((whole / DATABASE_NAME).read_bytes())
    for page in pages:
        data[page * PAGE_LEN + 1_000] ^= 1
    (folder / DATABASE_NAME).write_bytes(data)
    return folder


def opened(path: Path, key: bytes) -> Connection:
    return open_connection(path / DATABASE_NAME, key)


def page_count(whole: Path) -> int:
    return (whole / DATABASE_NAME).stat().st_size // PAGE_LEN


def restored(folder: Path, file: Path) -> dict[str, list[tuple[object, ...]]]:
    folder.mkdir()
    restore_database(folder, NEW_KEY, Backup.open(cheap(file)))
    connection = opened(folder, NEW_KEY)
    found = contents(connection)
    connection.close()
    return found


def salvaged(folder: Path, file: Path) -> Salvaged:
    return salvage(folder, KEY, cheap(file), created_at=1)


def test_of_a_whole_database_everything_comes_out(whole: Path, tmp_path: Path) -> None:
    before = (whole / DATABASE_NAME).read_bytes()
    done = salvaged(whole, tmp_path / "s.hum")
    assert done.broken == ()
    assert (whole / DATABASE_NAME).read_bytes() == before
    connection = opened(whole, KEY)
    assert restored(tmp_path / "new", tmp_path / "s.hum") == contents(connection)
    connection.close()
    assert {path.name for path in tmp_path.iterdir()} == {"s.hum", "new"}  # no copy is left


def test_broken_pages_take_what_is_behind_them_only(whole: Path, tmp_path: Path) -> None:
    connection = opened(whole, KEY)
    before = contents(connection)
    connection.close()
    chance, lost_something = random.Random(7), 0
    for attempt in range(8):
        pages = chance.sample(range(1, page_count(whole)), 3)
        folder = damaged(whole, tmp_path / f"damaged-{attempt}", pages)
        evidence = (folder / DATABASE_NAME).read_bytes()
        try:
            done = salvaged(folder, tmp_path / f"{attempt}.hum")
        except StoreCorruptError:  # the page of the schema or of the identity
            assert not (tmp_path / f"{attempt}.hum").exists()
            continue
        finally:
            assert (folder / DATABASE_NAME).read_bytes() == evidence
            assert {path.name for path in folder.iterdir()} == {DATABASE_NAME}
        after = restored(tmp_path / f"new-{attempt}", tmp_path / f"{attempt}.hum")
        for table, rows in after.items():
            assert set(rows) <= set(before[table])  # nothing is invented or changed
            if table not in done.broken and not {"contact", "message"} & set(done.broken):
                assert rows == before[table]
        if "message" in done.broken and len(after["message"]) > 1_400:  # leaves only
            lost_something += 1
    assert lost_something >= 2


def test_what_lies_in_the_log_only_comes_out_too(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    connection = opened(folder, KEY)
    prepare(connection)
    filled(connection)
    done = salvaged(folder, tmp_path / "s.hum")  # before the log is folded in
    assert (folder / (DATABASE_NAME + "-wal")).stat().st_size > 0
    assert done.broken == ()
    assert restored(tmp_path / "new", tmp_path / "s.hum") == contents(connection)
    connection.close()


def test_an_earlier_schema_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / DATABASE_NAME).write_bytes((FIXTURES / "v1.db").read_bytes())
    done = salvaged(folder, tmp_path / "s.hum")
    assert done.broken == ()
    found = restored(tmp_path / "new", tmp_path / "s.hum")
    assert len(found["contact"]) == done.manifest.count("contact") > 0
    assert len(found["message"]) == done.manifest.count("message") > 0


@settings(max_examples=30)
@given(page=st.integers(0, 300), data=st.data())
def test_any_damage_ends_in_a_backup_or_one_error(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, page: int, data: st.DataObject
) -> None:
    length = page_count(whole) * PAGE_LEN
    folder = tmp_path_factory.mktemp("any")
    content = bytearray((whole / DATABASE_NAME).read_bytes())
    start = min(page * PAGE_LEN, length - 1)
    end = min(length, start + data.draw(st.integers(1, 2 * PAGE_LEN)))
    content[start:end] = os.urandom(end - start)
    if data.draw(st.booleans()):
        del content[max(PAGE_LEN, length - data.draw(st.integers(0, 20_000))) :]
    profile = folder / "profile"
    profile.mkdir()
    (profile / DATABASE_NAME).write_bytes(content)
    try:
        salvaged(profile, folder / "s.hum")
    except (StoreCorruptError, WrongKeyError):
        assert not (folder / "s.hum").exists()
    else:
        Backup.open(cheap(folder / "s.hum"))


def test_another_key_and_another_place_are_refused(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongKeyError):
        salvage(whole, NEW_KEY, cheap(tmp_path / "s.hum"), created_at=1)
    with pytest.raises(InputError):
        salvage(whole, KEY, cheap(whole / "s.hum"), created_at=1)
    assert list(tmp_path.iterdir()) == []
