"""Which answered first flights the store remembers, also while somebody makes thousands."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from messenger.core.clock import ManualClock
from messenger.core.errors import StoreError
from messenger.engine import flights
from messenger.engine.flights import FLIGHT_MEMORY_MS, FlightMemory, known_flights
from messenger.store.database import Store

MOST, LOOK_AT = 50, 20


def tag(number: int) -> bytes:
    return number.to_bytes(16, "big")


async def all_in(store: Store) -> tuple[bytes, ...]:
    return await store.write(lambda tx: tx.flights.all())


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flights, "MAX_TAG_COUNT", MOST)
    monkeypatch.setattr(flights, "TIDY_COUNT", LOOK_AT)


def test_a_flood_of_callers_is_bounded_and_shares_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 10 * MOST

    async def story() -> None:
        clock = ManualClock()
        store = Store.open(tmp_path, bytes(32), clock=clock, create=True)
        write, commits = store.write, list[Any]()

        async def counted(work: Any) -> Any:
            commits.append(work)
            return await write(work)

        monkeypatch.setattr(store, "write", counted)
        memory = FlightMemory(store, clock)
        for number in range(count):
            memory.remember(tag(number))
            clock.advance(1)
            if number % 10 == 9:
                await asyncio.sleep(0)
        await memory.stop()
        assert len(commits) <= count // 10
        kept = await all_in(store)
        assert len(kept) < MOST + LOOK_AT
        assert kept[-1] == tag(count - 1)
        known = await write(lambda tx: known_flights(tx, clock.unix_ms()))
        assert known == kept[-MOST:] == await all_in(store)
        clock.advance(FLIGHT_MEMORY_MS / 1000 + 1)
        assert await write(lambda tx: known_flights(tx, clock.unix_ms())) == ()
        await store.close()

    asyncio.run(story())


def test_a_disk_that_fails_costs_those_tags_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        clock = ManualClock()
        store = Store.open(tmp_path, bytes(32), clock=clock, create=True)
        memory = FlightMemory(store, clock)

        async def fail(work: Any) -> None:
            raise StoreError("the disk did not answer")

        with monkeypatch.context() as patch:
            patch.setattr(store, "write", fail)
            memory.remember(tag(1))
            await memory.stop()
        memory.remember(tag(2))
        await memory.stop()
        assert await all_in(store) == (tag(2),)
        await store.close()

    asyncio.run(story())
