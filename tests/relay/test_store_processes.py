"""One SQLite file, several processes: nothing lost, nothing twice, nothing beyond the bounds."""

import asyncio
import secrets
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from messenger.core.clock import ManualClock, SystemClock
from messenger.core.errors import (
    MailboxFullError,
    RelayBusyError,
    RelayFullError,
    StoreTooNewError,
)
from messenger.protocol.mailbox import LIFETIME_S, MAX_ENVELOPES, Access, New, secret_hash
from messenger.relay import sqlite_store
from messenger.relay.sqlite_store import EXPIRED_AT_ONCE, PAGE_LEN, SqliteStore

OWNER, DEPOSITOR = (Access(bytes([number]) * 24, bytes([number]) * 32) for number in (1, 2))
NEW = New(
    OWNER.mailbox, secret_hash(OWNER.secret), DEPOSITOR.mailbox, secret_hash(DEPOSITOR.secret)
)
ENVELOPE = bytes(4096)
WRITERS, EACH = 3, 40

# Puts envelopes with ids of its own and with ids that all of them use; prints what was accepted.
WRITER = """
import asyncio, sys
from pathlib import Path
from messenger.core.clock import SystemClock
from messenger.protocol.mailbox import Access
from messenger.relay.sqlite_store import SqliteStore

async def main(path, own, each):
    store = SqliteStore(Path(path), SystemClock())
    depositor = Access(bytes([2]) * 24, bytes([2]) * 32)
    ids = [bytes([own]) * 31 + bytes([n]) for n in range(each)]
    ids += [bytes(31) + bytes([n]) for n in range(8)]
    await asyncio.gather(*(store.put(depositor, i, bytes(4096)) for i in ids))
    await store.close()
    print("accepted", len(ids))

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


def rows(path: Path) -> list[tuple[int, bytes]]:
    with sqlite3.connect(path) as database:
        found = database.execute(
            "SELECT sequence, envelope_id FROM envelope ORDER BY sequence"
        ).fetchall()
    database.close()
    return found


def test_processes_that_put_at_once_lose_nothing_and_store_nothing_twice(tmp_path: Path) -> None:
    """None of them has opened the file before: they also make it together."""
    path = tmp_path / "relay.db"

    async def create() -> None:
        store = SqliteStore(path, SystemClock())
        await store.create(NEW)
        await store.close()

    asyncio.run(create())
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, path, str(10 + number), str(EACH // WRITERS * 2)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(WRITERS)
    ]
    said = [writer.communicate()[0].split() for writer in writers]
    assert [words[0] for words in said] == ["accepted"] * WRITERS
    found = rows(path)
    ids = [envelope_id for _, envelope_id in found]
    assert len(set(ids)) == len(ids) == WRITERS * (EACH // WRITERS * 2) + 8
    assert [sequence for sequence, _ in found] == list(range(1, len(found) + 1))


def test_stores_that_open_a_fresh_file_together_make_it_once(tmp_path: Path) -> None:
    async def story() -> None:
        stores = [SqliteStore(tmp_path / "relay.db", SystemClock()) for _ in range(6)]
        await asyncio.gather(*(store.open() for store in stores))
        await asyncio.gather(*(store.create(NEW) for store in stores))
        for number, store in enumerate(stores):
            await store.put(DEPOSITOR, bytes([number]) * 32, ENVELOPE)
        found = [await store.first_after(OWNER, 5) for store in stores]
        assert {each.sequence for each in found if each} == {6}
        for store in stores:
            await store.close()

    asyncio.run(story())


def test_a_fresh_file_that_another_process_is_about_to_make_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite itself gives up at once there, whatever patience it was asked for."""
    maker = sqlite3.connect(tmp_path / "relay.db", isolation_level=None, check_same_thread=False)
    monkeypatch.setattr(sqlite_store, "PATIENCE_S", 0.05)

    async def story() -> None:
        store = SqliteStore(tmp_path / "relay.db", SystemClock())
        maker.execute("BEGIN IMMEDIATE")
        with pytest.raises(RelayBusyError):
            await store.open()
        monkeypatch.setattr(sqlite_store, "PATIENCE_S", 600.0)
        waits: list[float] = []

        def ready(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 3:
                maker.execute("ROLLBACK")

        monkeypatch.setattr(time, "sleep", ready)
        await store.open()
        await store.create(NEW)
        await store.close()
        assert len(waits) == 3

    asyncio.run(story())
    maker.close()


def test_the_bound_of_a_mailbox_holds_over_all_who_have_it_open(tmp_path: Path) -> None:
    async def story() -> None:
        stores = [SqliteStore(tmp_path / "relay.db", SystemClock()) for _ in range(2)]
        await stores[0].create(NEW)
        puts = (
            stores[number % 2].put(DEPOSITOR, secrets.token_bytes(32), ENVELOPE)
            for number in range(MAX_ENVELOPES + 9)
        )
        outcomes = await asyncio.gather(*puts, return_exceptions=True)
        assert sum(isinstance(each, MailboxFullError) for each in outcomes) == 9
        assert sum(each == OWNER.mailbox for each in outcomes) == MAX_ENVELOPES
        for store in stores:
            await store.close()

    asyncio.run(story())


def test_what_is_asked_together_shares_a_transaction_and_not_its_errors(tmp_path: Path) -> None:
    async def story() -> None:
        store = SqliteStore(tmp_path / "relay.db", SystemClock())
        await store.create(NEW)
        changes: list[int] = []

        def listen() -> None:
            assert store._connection is not None
            store._connection.set_trace_callback(
                lambda statement: changes.append(1) if statement.startswith("BEGIN IMM") else None
            )

        await asyncio.get_running_loop().run_in_executor(store._thread, listen)
        wrong = Access(DEPOSITOR.mailbox, bytes(32))
        outcomes = await asyncio.gather(
            *(store.put(DEPOSITOR, bytes([number]) * 32, ENVELOPE) for number in range(20)),
            store.put(wrong, bytes(32), ENVELOPE),
            *(store.put(DEPOSITOR, bytes([number]) * 32, ENVELOPE) for number in range(20, 40)),
            return_exceptions=True,
        )
        assert [type(each).__name__ for each in outcomes if isinstance(each, Exception)] == [
            "MailboxDeniedError"
        ]
        assert len(changes) < 20
        await store.close()
        assert len(rows(tmp_path / "relay.db")) == 40

    asyncio.run(story())


def test_a_full_disk_refuses_what_does_not_fit_and_keeps_the_rest(tmp_path: Path) -> None:
    async def story() -> None:
        store = SqliteStore(tmp_path / "relay.db", SystemClock(), max_len=40 * 4096)
        await store.create(NEW)
        outcomes = await asyncio.gather(
            *(store.put(DEPOSITOR, bytes([number]) * 32, bytes(16384)) for number in range(20)),
            return_exceptions=True,
        )
        accepted = [each for each in outcomes if each == OWNER.mailbox]
        refused = [each for each in outcomes if isinstance(each, RelayBusyError)]
        assert accepted
        assert refused
        assert len(accepted) + len(refused) == 20
        await store.close()
        assert len(rows(tmp_path / "relay.db")) == len(accepted)

    asyncio.run(story())


def test_a_process_that_holds_the_file_makes_others_wait_and_then_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_store, "PATIENCE_S", 0.05)

    async def story() -> None:
        store = SqliteStore(tmp_path / "relay.db", SystemClock())
        await store.create(NEW)
        holder = sqlite3.connect(tmp_path / "relay.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        puts = (store.put(DEPOSITOR, bytes([n]) * 32, ENVELOPE) for n in range(5))
        outcomes = await asyncio.gather(*puts, return_exceptions=True)
        assert {type(each) for each in outcomes} == {RelayBusyError}
        assert await store.first_after(OWNER, 0) is None  # who reads does not wait
        holder.execute("ROLLBACK")
        holder.close()
        await store.put(DEPOSITOR, bytes(32), ENVELOPE)
        await store.close()

    asyncio.run(story())


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "relay.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()

    async def story() -> None:
        store = SqliteStore(path, SystemClock())
        with pytest.raises(StoreTooNewError):
            await store.open()
        await store.close()

    asyncio.run(story())


def test_very_many_that_are_too_old_go_in_parts(tmp_path: Path) -> None:
    async def story() -> None:
        clock = ManualClock()
        store = SqliteStore(tmp_path / "relay.db", clock)
        boxes = EXPIRED_AT_ONCE // 100 + 1
        for box in range(boxes):
            owner, depositor = (Access(bytes([box, end]) * 12, bytes(32)) for end in (0, 1))
            hashed = secret_hash(bytes(32))
            await store.create(New(owner.mailbox, hashed, depositor.mailbox, hashed))
            puts = (store.put(depositor, bytes([n]) * 32, ENVELOPE) for n in range(100))
            await asyncio.gather(*puts)
            await store.acknowledge(owner, 1)
        clock.advance(LIFETIME_S + 2 * 3600)
        assert await store.expire() == boxes * 99
        assert await store.expire() == 0
        await store.close()
        assert rows(tmp_path / "relay.db") == []

    asyncio.run(story())


def test_one_client_cannot_pile_up_ids_that_all_others_wait_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever puts and acknowledges all day in a mailbox of its own; every request counts them."""
    kept, path = 20, tmp_path / "relay.db"
    monkeypatch.setattr(sqlite_store, "ACKNOWLEDGED_KEPT", kept)

    async def story() -> None:
        store = SqliteStore(path, SystemClock())
        await store.create(NEW)
        await store.put(DEPOSITOR, bytes(32), ENVELOPE)  # stays: nobody acknowledges it
        for number in range(1, 3 * kept):
            await store.put(DEPOSITOR, bytes([number]) * 32, ENVELOPE)
            await store.acknowledge(OWNER, number + 1)
        await store.put(DEPOSITOR, bytes([3 * kept - 1]) * 32, ENVELOPE)  # repeated: known
        found = await store.first_after(OWNER, 0)
        assert found is not None
        assert found.sequence == 1
        assert await store.first_after(OWNER, 1) is None
        await store.close()

    asyncio.run(story())
    sequences = [sequence for sequence, _ in rows(path)]
    assert sequences == [1, *range(2 * kept + 1, 3 * kept + 1)]


def test_a_store_of_the_first_version_is_taken_over_even_if_it_is_full(tmp_path: Path) -> None:
    path = tmp_path / "relay.db"

    async def story() -> None:
        store = SqliteStore(path, SystemClock())
        await store.create(NEW)
        await store.put(DEPOSITOR, bytes(32), ENVELOPE)
        await store.close()
        with sqlite3.connect(path) as database:
            database.execute("DROP INDEX envelope_waiting")
            database.execute("PRAGMA user_version = 1")
        database.close()
        store = SqliteStore(path, SystemClock(), max_len=PAGE_LEN)
        assert await store.first_after(OWNER, 0) is not None
        with pytest.raises(RelayFullError):
            await store.put(DEPOSITOR, bytes([1]) * 32, ENVELOPE)
        await store.close()

    asyncio.run(story())
    with sqlite3.connect(path) as database:
        for query in (
            "SELECT count(*) FROM envelope"
            " WHERE mailbox = 1 AND envelope IS NOT NULL AND expires_hour > 1",
            "SELECT sequence, envelope_id, envelope FROM envelope"
            " WHERE mailbox = 1 AND sequence > 0 AND envelope IS NOT NULL AND expires_hour > 1"
            " ORDER BY sequence LIMIT 1",
        ):
            plan = str(database.execute(f"EXPLAIN QUERY PLAN {query}").fetchall())
            assert "envelope_waiting" in plan
    database.close()
