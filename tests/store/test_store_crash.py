"""Power cuts, kills and second processes."""

import asyncio
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from store_people import KEY, add_person
from upgrade import UPGRADE

from messenger.core.clock import ManualClock
from messenger.core.errors import FolderNotWritableError, ProfileInUseError, WrongKeyError
from messenger.store.connection import Connection, open_connection
from messenger.store.database import Store
from messenger.store.files import DATABASE_NAME, LOCK_NAME, RESERVE_NAME
from messenger.store.migrate import load_migrations, migrate
from messenger.store.profile_lock import ProfileLock

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures" / "stores"
ENVIRONMENT = os.environ | {"PYTHONPATH": f"{HERE.parent.parent}{os.pathsep}{HERE}"}
NEWEST = len(load_migrations())


def child(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(HERE / "crash_child.py"), *arguments],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("line_count", [1, 37, 400])
def test_a_killed_writer_loses_nothing_that_was_committed(tmp_path: Path, line_count: int) -> None:
    with child("write", str(tmp_path)) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(line_count)]
        writer.kill()
        lines += writer.stdout.readlines()
    printed = [tuple(map(int, line.split())) for line in lines if line.endswith("\n")]

    async def look() -> None:
        store = Store.open(tmp_path, KEY, clock=ManualClock())
        ada = (await store.read(lambda reader: reader.contacts()))[0]
        stored = await store.read(lambda reader: reader.messages_before(ada.id, None, 1_000_000))
        found = await store.read(lambda reader: reader.search("message", ada.id, 1_000_000))
        state = await store.read(lambda reader: reader.session(ada.id))
        await store.close()
        assert [m.row for m in stored][: len(printed)] == [row for row, _ in printed]
        # One more may have been committed before it could be printed, and is whole then.
        assert len(printed) <= len(stored) <= len(printed) + 1
        assert [hit.message for hit in reversed(found)] == list(stored)
        assert state == (len(stored) - 1).to_bytes(8, "big")
        assert ada.unread_count == len(stored)

    asyncio.run(look())


def test_a_wrong_key_after_a_crash_harms_nothing(tmp_path: Path) -> None:
    with child("write", str(tmp_path)) as writer:
        assert writer.stdout is not None
        committed = [writer.stdout.readline() for _ in range(20)]
        writer.kill()
    assert (tmp_path / (DATABASE_NAME + "-wal")).stat().st_size > 0

    with pytest.raises(WrongKeyError):
        Store.open(tmp_path, bytes(32), clock=ManualClock())

    store = Store.open(tmp_path, KEY, clock=ManualClock())

    async def count() -> int:
        ada = (await store.read(lambda reader: reader.contacts()))[0]
        return await store.read(lambda reader: reader.message_count(ada.id))

    assert asyncio.run(count()) >= len(committed)
    asyncio.run(store.close())


def _ends(action: str, folder: Path, counts: list[int]) -> list[int]:
    """Let crash_child.py die before each of these statements; return the exit codes."""
    with child(action, str(folder), *map(str, counts)) as process:
        assert process.stdout is not None
        return [int(line) for line in process.stdout]


@pytest.mark.skipif(os.name != "posix", reason="kills itself by SIGKILL")
def test_a_creation_killed_on_the_way_leaves_no_database(tmp_path: Path) -> None:
    counts = [0, 1, 9, 20, len(load_migrations()[0].statements) + 3]
    for count in counts:
        (tmp_path / str(count)).mkdir()
    assert _ends("create", tmp_path, counts) == [-9] * len(counts)
    for count in counts:
        folder = tmp_path / str(count)
        assert not (folder / DATABASE_NAME).exists()
        store = Store.open(folder, KEY, clock=ManualClock(), create=True)
        asyncio.run(store.close())
        assert {path.name for path in folder.iterdir()} == {DATABASE_NAME, RESERVE_NAME}


@pytest.mark.skipif(os.name != "posix", reason="kills itself by SIGKILL")
def test_an_upgrade_killed_at_any_step_is_old_or_new(tmp_path: Path) -> None:
    store = Store.open(tmp_path, KEY, clock=ManualClock(), create=True)
    asyncio.run(store.write(lambda tx: add_person(tx, "Ada")))
    asyncio.run(store.close())
    first = len(UPGRADE[0].statements) + 4  # BEGIN, two numbers, COMMIT
    both = first + len(UPGRADE[1].statements) + 4
    for count in range(both + 1):
        (tmp_path / str(count)).mkdir()
        shutil.copy(tmp_path / DATABASE_NAME, tmp_path / str(count))

    assert _ends("migrate", tmp_path, list(range(both + 1))) == [-9] * both + [0]

    for count in range(both + 1):
        connection = open_connection(tmp_path / str(count) / DATABASE_NAME, KEY)
        version = connection.value("PRAGMA user_version")
        names = {row[0] for row in connection.rows("SELECT name FROM sqlite_schema")}
        people = connection.rows("SELECT name FROM contact")
        assert version == NEWEST + (0 if count < first else 1 if count < both else 2)
        assert ("colour" in names) == (version > NEWEST)
        assert ("colour_name" in names) == (version == NEWEST + 1)
        assert people == ([("Ada!",)] if version == NEWEST + 2 else [("Ada",)])
        migrate(connection, (*load_migrations(), *UPGRADE))
        assert connection.rows("SELECT name FROM contact") == [("Ada!",)]
        connection.close()


@pytest.mark.skipif(os.name != "posix", reason="kills itself by SIGKILL")
@pytest.mark.parametrize("version", range(1, NEWEST))
def test_a_profile_of_every_release_survives_a_kill_at_every_step(
    tmp_path: Path, version: int
) -> None:
    steps = load_migrations()[version:]
    ends = list(itertools.accumulate(len(step.statements) + 4 for step in steps))
    counts = list(range(ends[-1] + 1))
    for count in counts:
        (tmp_path / str(count)).mkdir()
        shutil.copyfile(FIXTURES / f"v{version}.db", tmp_path / str(count) / DATABASE_NAME)

    assert _ends("release", tmp_path, counts) == [-9] * ends[-1] + [0]

    whole = open_connection(tmp_path / str(ends[-1]) / DATABASE_NAME, KEY)
    wanted = _content(whole)
    whole.close()
    for count in counts:
        connection = open_connection(tmp_path / str(count) / DATABASE_NAME, KEY)
        done = sum(end <= count for end in ends)
        assert connection.value("PRAGMA user_version") == version + done
        migrate(connection)  # as the next start does
        assert _content(connection) == wanted
        connection.close()


def _content(connection: Connection) -> list[Any]:
    """The schema and all rows of the tables that people fill."""
    schema = connection.rows("SELECT name, sql FROM sqlite_schema ORDER BY name")
    tables = ("contact", "message", "outbox", "setting", "identity", "session", "draft")
    return [schema, *(connection.rows(f"SELECT * FROM {name}") for name in tables)]


# -- one process per profile -----------------------------------------------------------------------


def test_a_second_process_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    with child("hold", str(tmp_path)) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ProfileInUseError):
            ProfileLock(tmp_path).acquire()
        holder.kill()
        holder.wait()
        with ProfileLock(tmp_path):
            pass


def test_a_lock_is_taken_once_and_given_back(tmp_path: Path) -> None:
    first, second = ProfileLock(tmp_path), ProfileLock(tmp_path)
    assert first.acquire() is first.acquire()
    with pytest.raises(ProfileInUseError):
        second.acquire()
    first.release()
    first.release()
    second.acquire()
    second.release()
    assert (tmp_path / LOCK_NAME).exists()


def test_a_lock_is_not_inherited_by_child_processes(tmp_path: Path) -> None:
    lock = ProfileLock(tmp_path).acquire()
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    lock.release()
    with ProfileLock(tmp_path):
        pass
    sleeper.communicate(b"\n")


def test_a_lock_in_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FolderNotWritableError):
        ProfileLock(tmp_path / "missing").acquire()
