"""The contract of a relay's store, on each kind of store."""

import asyncio
import random
import secrets
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from nats_cluster import Cluster
from store_places import (
    ENVELOPE,
    Box,
    NatsPlace,
    Place,
    SqlitePlace,
    opened,
    play,
    random_access,
    random_box,
    waiting,
)

from messenger.core.clock import ManualClock
from messenger.core.errors import (
    MailboxDeniedError,
    MailboxFullError,
    MessengerError,
    RelayFullError,
)
from messenger.protocol.mailbox import LIFETIME_S, MAX_ENVELOPES, Access
from messenger.relay.store import Store


@pytest.fixture(params=["sqlite", "nats"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where the store on trial lives."""
    if request.param == "sqlite":
        return SqlitePlace(tmp_path / "relay.db")
    return NatsPlace(request.getfixturevalue("cluster"))


def test_the_same_id_twice_is_stored_once_even_after_its_acknowledgement(place: Place) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        envelope_id = secrets.token_bytes(32)
        for _ in range(2):
            await store.put(box.depositor, envelope_id, ENVELOPE)
        assert await waiting(store, box) == [(1, ENVELOPE)]
        for _ in range(2):
            await store.acknowledge(box.owner, 1)
        await store.put(box.depositor, envelope_id, ENVELOPE)
        assert await waiting(store, box) == []

    play(place, story)


def test_the_129th_waits_until_one_is_acknowledged(place: Place) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        for _ in range(MAX_ENVELOPES):
            await store.put(box.depositor, secrets.token_bytes(32), ENVELOPE)
        with pytest.raises(MailboxFullError):
            await store.put(box.depositor, bytes(32), ENVELOPE)
        await store.acknowledge(box.owner, 1)
        await store.put(box.depositor, bytes(32), ENVELOPE)
        sequences = [sequence for sequence, _ in await waiting(store, box)]
        assert sequences == list(range(2, MAX_ENVELOPES + 2))

    play(place, story)


def test_an_envelope_expires_after_21_days_and_not_before(place: Place) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        await store.put(box.depositor, bytes(32), ENVELOPE)
        clock.advance(LIFETIME_S)
        assert await store.expire() == 0
        assert len(await waiting(store, box)) == 1
        clock.advance(3600)
        assert await waiting(store, box) == []  # before anybody has swept
        assert await store.expire() == 1

    play(place.limited(2**24), story)  # a sweep goes through all mailboxes


def test_each_end_opens_with_its_own_secret_only(place: Place) -> None:
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

    play(place, story)


def test_making_a_mailbox_again_is_harmless_and_nobody_elses_id_can_be_had(place: Place) -> None:
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

    play(place, story)


def test_a_deleted_mailbox_is_gone_with_its_mail(place: Place) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        await store.put(box.depositor, bytes(32), ENVELOPE)
        await store.delete(box.owner)
        with pytest.raises(MailboxDeniedError):
            await store.first_after(box.owner, 0)
        await store.create(box.new)
        assert await waiting(store, box) == []

    play(place, story)


def test_what_was_answered_is_there_after_another_start(place: Place) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        await store.put(box.depositor, bytes(32), ENVELOPE)
        async with opened(place, clock) as again:
            assert await waiting(again, box) == [(1, ENVELOPE)]

    play(place, story)


def test_puts_at_the_same_moment_are_all_kept_in_one_order(place: Place) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        ids = [secrets.token_bytes(32) for _ in range(10)]
        async with opened(place, clock) as other:
            puts = [each.put(box.depositor, i, i * 128) for i in ids for each in (store, other)]
            await asyncio.gather(*puts)  # each of them twice, at two instances
        found = await waiting(store, box)
        assert [sequence for sequence, _ in found] == list(range(1, 11))
        assert {envelope for _, envelope in found} == {i * 128 for i in ids}

    play(place, story)


def test_a_store_that_works_says_so_and_shows_nothing_of_it(place: Place) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        await store.check()
        await store.put(box.depositor, bytes(32), ENVELOPE)
        await store.check()
        assert await waiting(store, box) == [(1, ENVELOPE)]

    play(place, story)


def test_a_full_disk_is_a_refusal_that_loses_nothing(place: Place) -> None:
    async def story(store: Store, box: Box, clock: ManualClock) -> None:
        kept = 0
        try:
            while kept < MAX_ENVELOPES:
                await store.put(box.depositor, secrets.token_bytes(32), ENVELOPE)
                kept += 1
        except RelayFullError:
            assert 0 < len(await waiting(store, box)) == kept
        assert kept < MAX_ENVELOPES
        await store.acknowledge(box.owner, 1)
        await store.put(box.depositor, secrets.token_bytes(32), ENVELOPE)

    play(place.limited(256 * 1024), story)


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

    play(SqlitePlace(tmp_path / "relay.db"), story)


# -- both at once ----------------------------------------------------------------------------------

STEPS = 400
Step = Callable[[Store], Awaitable[object]]


class Chance:
    """Draws steps around a few mailboxes and a few envelopes, so that they meet."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._boxes = [random_box() for _ in range(3)]
        self._ids = [self._random.randbytes(32) for _ in range(40)]

    def step(self) -> tuple[str, Step]:
        """Return the name of a step and what it does to a store."""
        box, envelope_id = self._random.choice(self._boxes), self._random.choice(self._ids)
        sequence = self._random.randint(0, 12)
        odd = self._random.random() < 0.1
        owner = random_access() if odd else box.owner
        depositor = box.owner if odd else box.depositor
        other = Box(box.owner, self._random.choice(self._boxes).depositor)
        steps: dict[str, Step] = {
            "create": lambda store: store.create(other.new if odd else box.new),
            "put": lambda store: store.put(depositor, envelope_id, ENVELOPE),
            "look": lambda store: store.first_after(owner, sequence),
            "look first": lambda store: store.first_after(owner, 0),
            "acknowledge": lambda store: store.acknowledge(owner, sequence),
            "delete": lambda store: store.delete(owner),
        }
        name = self._random.choices(list(steps), [6, 40, 15, 15, 20, 2])[0]
        return name, steps[name]


async def outcome(step: Step, store: Store) -> object:
    try:
        return await step(store)
    except MessengerError as error:
        return type(error)


@pytest.mark.parametrize("seed", [1, 2])
def test_two_relays_on_nats_answer_as_one_on_sqlite(
    cluster: Cluster, tmp_path: Path, seed: int
) -> None:
    async def run() -> None:
        chance, clock, turns = Chance(seed), ManualClock(), random.Random(seed)
        async with AsyncExitStack() as stack:
            file = SqlitePlace(tmp_path / "relay.db")
            one = await stack.enter_async_context(opened(file, clock))
            several = [
                await stack.enter_async_context(opened(NatsPlace(cluster), clock)) for _ in "ab"
            ]
            for number in range(STEPS):
                name, step = chance.step()
                expected = await outcome(step, one)
                found = await outcome(step, turns.choice(several))
                assert found == expected, f"step {number}, {name}"

    asyncio.run(run())
