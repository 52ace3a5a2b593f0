"""The service: what it answers, how long the answers are, and whom it lets make mailboxes."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from relay_pair import DEPOSITOR, LARGE, NEW, OK, OWNER, SMALL

from messenger.core.clock import ManualClock
from messenger.core.errors import MalformedFrameError, RelayBusyError
from messenger.protocol.mailbox import (
    Access,
    Ack,
    Answer,
    Delete,
    Get,
    New,
    Put,
    Request,
    Size,
    Status,
    Wait,
    decode_answer,
    encode_request,
    secret_hash,
)
from messenger.relay.admission import NEW_BURST, NEW_PERIOD_S, Admission
from messenger.relay.service import RETRY_AFTER_S, WAITS_MAX_PER_MAILBOX, Service
from messenger.relay.sqlite_store import SqliteStore
from messenger.relay.store import Waiting


async def ask(service: Service, request: Request, address: str = "192.0.2.1") -> Answer:
    data = await service.answer(encode_request(5, request), address)
    room = request.room if isinstance(request, Get) else None
    number, answer = decode_answer(data, room=room)
    assert number == 5
    return answer


def serve(
    path: Path,
    story: Callable[[Service, ManualClock], Awaitable[None]],
    *,
    patience_s: float = 60.0,
) -> None:
    async def run() -> None:
        clock = ManualClock()
        store = SqliteStore(path / "relay.db", clock)
        try:
            await story(Service(store, Admission(clock), patience_s=patience_s), clock)
        finally:
            await store.close()

    asyncio.run(run())


def test_a_letter_from_one_end_to_the_other(tmp_path: Path) -> None:
    async def story(service: Service, clock: ManualClock) -> None:
        assert await ask(service, NEW) == OK
        assert await ask(service, Get(OWNER, 0, Size.SMALL)) == OK
        await ask(service, Put(DEPOSITOR, b"1" * 32, SMALL))
        await ask(service, Put(DEPOSITOR, b"2" * 32, LARGE))
        found = await ask(service, Get(OWNER, 0, Size.SMALL))
        assert found == Answer(Status.OK, 0, 1, b"1" * 32, SMALL)
        assert await ask(service, Get(OWNER, 1, Size.SMALL)) == Answer(Status.LARGER, sequence=2)
        assert (await ask(service, Get(OWNER, 1, Size.LARGE))).envelope == LARGE
        assert await ask(service, Ack(OWNER, 1)) == OK
        assert (await ask(service, Get(OWNER, 0, Size.LARGE))).sequence == 2
        assert await ask(service, Delete(OWNER)) == OK
        assert await ask(service, Delete(OWNER)) == Answer(Status.AUTH)

    serve(tmp_path, story)


def test_a_wait_ends_with_the_put(tmp_path: Path) -> None:
    async def story(service: Service, clock: ManualClock) -> None:
        await ask(service, NEW)
        waiting = asyncio.create_task(ask(service, Wait(OWNER, 0)))
        await ask(service, Put(DEPOSITOR, bytes(32), SMALL))
        assert await waiting == Answer(Status.OK, sequence=1)
        assert await ask(service, Wait(OWNER, 0)) == Answer(Status.OK, sequence=1)

    serve(tmp_path, story)


def test_a_wait_ends_with_its_patience(tmp_path: Path) -> None:
    async def story(service: Service, clock: ManualClock) -> None:
        await ask(service, NEW)
        assert await ask(service, Wait(OWNER, 0)) == OK

    serve(tmp_path, story, patience_s=0)


class CountingStore(SqliteStore):
    looks = 0

    async def first_after(self, access: Access, after: int) -> Waiting | None:
        self.looks += 1
        return await super().first_after(access, after)


def test_a_put_wakes_nobody_elses_wait(tmp_path: Path) -> None:
    other = [Access(secrets.token_bytes(24), secrets.token_bytes(32)) for _ in range(2)]
    hashes = [secret_hash(access.secret) for access in other]

    async def run() -> None:
        clock = ManualClock()
        store = CountingStore(tmp_path / "relay.db", clock)
        service = Service(store, Admission(clock))
        await ask(service, NEW)
        await ask(service, New(other[0].mailbox, hashes[0], other[1].mailbox, hashes[1]))
        waiting = asyncio.create_task(ask(service, Wait(OWNER, 0)))
        await ask(service, Put(other[1], bytes(32), SMALL))
        await ask(service, Get(other[0], 0, Size.SMALL))
        await ask(service, Put(DEPOSITOR, bytes(32), SMALL))
        assert await waiting == Answer(Status.OK, sequence=1)
        assert store.looks == 3  # the wait's first, the get's, the wait's second
        await store.close()

    asyncio.run(run())


def test_a_put_wakes_few_however_many_wait_there(tmp_path: Path) -> None:
    async def run() -> None:
        clock = ManualClock()
        store = CountingStore(tmp_path / "relay.db", clock)
        service = Service(store, Admission(clock), patience_s=3_600.0)
        await ask(service, NEW)
        waits = [asyncio.create_task(ask(service, Wait(OWNER, 0))) for _ in range(100)]
        async with asyncio.timeout(30):
            for over in waits[:-WAITS_MAX_PER_MAILBOX]:
                assert await over == OK  # the oldest, as if nothing had come
        looks = store.looks
        await ask(service, Put(DEPOSITOR, bytes(32), SMALL))
        answers = await asyncio.gather(*waits[-WAITS_MAX_PER_MAILBOX:])
        assert answers == [Answer(Status.OK, sequence=1)] * WAITS_MAX_PER_MAILBOX
        assert store.looks == looks + WAITS_MAX_PER_MAILBOX
        await store.close()

    asyncio.run(run())


def test_whoever_does_not_know_the_secret_ends_no_wait(tmp_path: Path) -> None:
    async def story(service: Service, clock: ManualClock) -> None:
        await ask(service, NEW)
        waiting = asyncio.create_task(ask(service, Wait(OWNER, 0)))
        wrong = Wait(Access(OWNER.mailbox, bytes(32)), 0)
        for _ in range(2 * WAITS_MAX_PER_MAILBOX):
            assert await ask(service, wrong) == Answer(Status.AUTH)
        await ask(service, Put(DEPOSITOR, bytes(32), SMALL))
        assert await waiting == Answer(Status.OK, sequence=1)

    serve(tmp_path, story)


def test_a_wait_whose_link_ended_leaves_its_place(tmp_path: Path) -> None:
    async def story(service: Service, clock: ManualClock) -> None:
        await ask(service, NEW)
        for _ in range(3):
            gone = [
                asyncio.create_task(ask(service, Wait(OWNER, 0)))
                for _ in range(WAITS_MAX_PER_MAILBOX)
            ]
            await ask(service, Get(OWNER, 0, Size.SMALL))  # they have looked
            for wait in gone:
                wait.cancel()
            await asyncio.gather(*gone, return_exceptions=True)
        assert not service._open

    serve(tmp_path, story)


def test_mailboxes_are_rationed_by_address(tmp_path: Path) -> None:
    def another() -> New:
        return New(*(secrets.token_bytes(length) for length in (24, 32, 24, 32)))

    async def story(service: Service, clock: ManualClock) -> None:
        for _ in range(NEW_BURST):
            assert (await ask(service, another())).status is Status.OK
        refused = await ask(service, another())
        assert refused.status is Status.BUSY
        assert NEW_PERIOD_S <= refused.retry_after_s <= NEW_PERIOD_S + 1
        assert (await ask(service, NEW, "192.0.2.2")).status is Status.OK
        clock.advance(refused.retry_after_s)
        assert (await ask(service, another())).status is Status.OK
        assert (await ask(service, another())).status is Status.BUSY

    serve(tmp_path, story)


def test_the_room_in_mailboxes_is_rationed_by_address(tmp_path: Path) -> None:
    async def run() -> None:
        clock = ManualClock()
        store = SqliteStore(tmp_path / "relay.db", clock)
        service = Service(store, Admission(clock, room_len=10 * 3 * len(SMALL)))
        await ask(service, NEW)
        wrong = Put(Access(DEPOSITOR.mailbox, bytes(32)), bytes(32), SMALL)
        for _ in range(9):  # what is refused takes no room
            assert await ask(service, wrong) == Answer(Status.AUTH)
        puts = [Put(DEPOSITOR, bytes([n]) * 32, SMALL) for n in range(6)]
        assert [await ask(service, put) for put in puts[:3]] == [OK] * 3
        refused = await ask(service, puts[3])
        assert refused.status is Status.BUSY
        assert await ask(service, puts[4], "192.0.2.2") == OK
        assert await ask(service, puts[5], "127.0.0.1") == OK
        clock.advance(refused.retry_after_s + 10 * 24 * 3600)
        assert await ask(service, puts[3]) == OK
        await store.close()

    asyncio.run(run())


def test_one_household_of_ipv6_is_one_address() -> None:
    admission = Admission(ManualClock())
    results = [admission.admit(f"2001:db8::{host:x}") for host in range(NEW_BURST + 1)]
    assert [bool(wait) for wait in results] == [False] * NEW_BURST + [True]
    assert admission.admit("2001:db8:0:1::1") == 0


def test_what_is_no_request_is_refused(tmp_path: Path) -> None:
    async def story(service: Service, clock: ManualClock) -> None:
        with pytest.raises(MalformedFrameError):
            await service.answer(b"\x02\0\0\0\0", "192.0.2.1")

    serve(tmp_path, story)


class BusyStore(SqliteStore):
    retry_after_s: int | None = 7

    async def delete(self, access: Access) -> None:
        raise RelayBusyError("not now", retry_after_s=self.retry_after_s)


def test_busy_says_when_to_come_again(tmp_path: Path) -> None:
    async def run() -> None:
        clock = ManualClock()
        store = BusyStore(tmp_path / "relay.db", clock)
        service = Service(store, Admission(clock))
        assert await ask(service, Delete(OWNER)) == Answer(Status.BUSY, 7)
        store.retry_after_s = None
        assert await ask(service, Delete(OWNER)) == Answer(Status.BUSY, RETRY_AFTER_S)
        await store.close()

    asyncio.run(run())
