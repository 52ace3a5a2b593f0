"""The contract of a relay's store."""

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from messenger.core.clock import ManualClock
from messenger.core.errors import MailboxDeniedError, MailboxFullError, RelayBusyError
from messenger.protocol.mailbox import LIFETIME_S, MAX_ENVELOPES, Access, New, secret_hash
from messenger.relay.sqlite_store import SqliteStore
from messenger.relay.store import Store


@dataclass
class Box:
    """Both ends of a mailbox."""

    owner: Access
    depositor: Access

    @property
    def new(self) -> New:
        return New(
            self.owner.mailbox,
            secret_hash(self.owner.secret),
            self.depositor.mailbox,
            secret_hash(self.depositor.secret),
        )


def random_access() -> Access:
    return Access(secrets.token_bytes(24), secrets.token_bytes(32))


def random_box() -> Box:
    return Box(random_access(), random_access())


ENVELOPE = bytes(range(256)) * 16


def play(
    path: Path, story: Callable[[Store, Box, ManualClock], Awaitable[None]], **limits: int
) -> None:
    """Run a story on a fresh store with one mailbox in it."""

    @asynccontextmanager
    async def opened(clock: ManualClock) -> AsyncIterator[Store]:
        store = SqliteStore(path / "relay.db", clock, **limits)
        try:
            yield store
        finally:
            await store.close()

    async def run() -> None:
        clock, box = ManualClock(), random_box()
        async with opened(clock) as store:
            await store.create(box.new)
            await story(store, box, clock)

    asyncio.run(run())


async def waiting(store: Store, box: Box) -> list[tuple[int, bytes]]:
    """Return all that lies there, as (sequence, envelope)."""
    found: list[tuple[int, bytes]] = []
    while each := await store.first_after(box.owner, found[-1][0] if found else 0):
        found.append((each.sequence, each.envelope))
    return found


def test_the_same_id_twice_is_stored_once_even_after_its_acknowledgement(tmp_path: Path) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        envelope_id = secrets.token_bytes(32)
        for _ in range(2):
            await store.put(box.depositor, envelope_id, ENVELOPE)
        assert await waiting(store, box) == [(1, ENVELOPE)]
        for _ in range(2):
            await store.acknowledge(box.owner, 1)
        await store.put(box.depositor, envelope_id, ENVELOPE)
        assert await waiting(store, box) == []

    play(tmp_path, story)


def test_the_129th_waits_until_one_is_acknowledged(tmp_path: Path) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        for _ in range(MAX_ENVELOPES):
            await store.put(box.depositor, secrets.token_bytes(32), ENVELOPE)
        with pytest.raises(MailboxFullError):
            await store.put(box.depositor, bytes(32), ENVELOPE)
        await store.acknowledge(box.owner, 1)
        await store.put(box.depositor, bytes(32), ENVELOPE)
        sequences = [sequence for sequence, _ in await waiting(store, box)]
        assert sequences == list(range(2, MAX_ENVELOPES + 2))

    play(tmp_path, story)


def test_an_envelope_expires_after_21_days_and_not_before(tmp_path: Path) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        await store.put(box.depositor, bytes(32), ENVELOPE)
        clock.advance(LIFETIME_S)
        assert await store.expire() == 0
        assert len(await waiting(store, box)) == 1
        clock.advance(3600)
        assert await waiting(store, box) == []  # before anybody has swept
        assert await store.expire() == 1

    play(tmp_path, story)


def test_each_end_opens_with_its_own_secret_only(tmp_path: Path) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        stranger = random_access()
        wrong = Access(box.owner.mailbox, box.depositor.secret)
        for access in (stranger, wrong, box.depositor):
            for act in (
                store.first_after(access, 0),
                store.acknowledge(access, 1),
                store.delete(access),
            ):
                with pytest.raises(MailboxDeniedError):
                    await act
        for access in (stranger, box.owner):
            with pytest.raises(MailboxDeniedError):
                await store.put(access, bytes(32), ENVELOPE)

    play(tmp_path, story)


def test_making_a_mailbox_again_is_harmless_and_nobody_elses_id_can_be_had(tmp_path: Path) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        await store.put(box.depositor, bytes(32), ENVELOPE)
        await store.create(box.new)
        assert len(await waiting(store, box)) == 1
        thief = random_box()
        for taken in (
            Box(Access(box.owner.mailbox, thief.owner.secret), thief.depositor),
            Box(thief.owner, Access(box.depositor.mailbox, thief.depositor.secret)),
            Box(Access(box.depositor.mailbox, thief.owner.secret), thief.depositor),
            Box(thief.owner, Access(thief.owner.mailbox, thief.depositor.secret)),
        ):
            with pytest.raises(MailboxDeniedError):
                await store.create(taken.new)

    play(tmp_path, story)


def test_a_deleted_mailbox_is_gone_with_its_mail(tmp_path: Path) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        await store.put(box.depositor, bytes(32), ENVELOPE)
        await store.delete(box.owner)
        with pytest.raises(MailboxDeniedError):
            await store.first_after(box.owner, 0)
        await store.create(box.new)
        assert await waiting(store, box) == []

    play(tmp_path, story)


def test_what_was_answered_is_there_after_another_start(tmp_path: Path) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        await store.put(box.depositor, bytes(32), ENVELOPE)
        again = SqliteStore(tmp_path / "relay.db", clock)
        assert await waiting(again, box) == [(1, ENVELOPE)]
        await again.close()

    play(tmp_path, story)


def test_a_full_disk_is_a_refusal_that_loses_nothing(tmp_path: Path) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        kept = 0
        try:
            while kept < MAX_ENVELOPES:
                await store.put(box.depositor, secrets.token_bytes(32), ENVELOPE)
                kept += 1
        except RelayBusyError:
            assert 0 < len(await waiting(store, box)) == kept
        assert kept < MAX_ENVELOPES
        await store.acknowledge(box.owner, 1)
        await store.put(box.depositor, secrets.token_bytes(32), ENVELOPE)

    play(tmp_path, story, max_len=256 * 1024)


def test_the_file_holds_hashes_of_secrets_only(tmp_path: Path) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        await store.put(box.depositor, bytes(32), ENVELOPE)
        await waiting(store, box)
        database = sqlite3.connect(tmp_path / "relay.db")
        dump = [
            row
            for table in ("mailbox", "envelope")
            for row in database.execute(f"SELECT * FROM {table}")
        ]
        database.close()
        values = [value for row in dump for value in row]
        assert ENVELOPE in values
        assert box.owner.secret not in values
        assert box.depositor.secret not in values

    play(tmp_path, story)
