"""The breaker: when it opens, what it lets through, how it closes, and what the hook hears."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from nats_cluster import Cluster, nats_cluster
from store_places import ENVELOPE, Box, random_access, random_box, waiting

from messenger.core.clock import ManualClock, SystemClock
from messenger.core.errors import (
    MailboxDeniedError,
    MailboxFullError,
    RelayBusyError,
    RelayFullError,
)
from messenger.protocol.mailbox import (
    MAX_ENVELOPES,
    Answer,
    Put,
    Status,
    decode_answer,
    encode_request,
)
from messenger.relay.admission import Admission
from messenger.relay.breaker import Breaker, Patience
from messenger.relay.nats_store import open_nats_store
from messenger.relay.service import Service
from messenger.relay.sqlite_store import SqliteStore

T = TypeVar("T")

QUICK = Patience(threshold=5, call_s=1.0, sweep_s=5.0, pause_s=1.0)  # time for a real put
SLOW = Patience(threshold=5, call_s=5.0, sweep_s=5.0, pause_s=3_600.0)  # it stays open


class MoodyStore(SqliteStore):
    """A real store whose interface hangs or fails when told to."""

    mood = "well"
    calls = 0
    held: asyncio.Event

    async def _run(self, work: Callable[..., T], *, writes: bool = True) -> T:
        self.calls += 1
        if self.mood == "hangs":
            await asyncio.Event().wait()
        if self.mood == "is held":
            await self.held.wait()
        if self.mood in {"fails", "is held"}:
            raise RelayBusyError("the disk is gone")
        if self.mood == "full":
            raise RelayFullError("no room")
        return await super()._run(work, writes=writes)


class Told:
    """What the hook has heard."""

    def __init__(self) -> None:
        self.words: list[tuple[str, str]] = []
        self._more = asyncio.Event()

    def __call__(self, state: str, reason: str) -> None:
        self.words.append((state, reason))
        self._more.set()

    @property
    def states(self) -> list[str]:
        return [state for state, _ in self.words]

    async def until(self, *states: str) -> None:
        """Return when exactly these have been told."""
        while len(self.words) < len(states):
            await self.more()
        assert self.states == list(states)

    async def more(self) -> None:
        """Return after the next word."""
        self._more.clear()
        await self._more.wait()


Story = Callable[[Breaker, MoodyStore, Told, Box], Awaitable[None]]


def play(path: Path, story: Story, patience: Patience) -> None:
    async def run() -> None:
        store, told, box = MoodyStore(path / "relay.db", ManualClock()), Told(), random_box()
        breaker = Breaker(store, on_transition=told, patience=patience)
        try:
            await store.create(box.new)
            await story(breaker, store, told, box)
        finally:
            await breaker.close()

    asyncio.run(run())


async def put(breaker: Breaker, box: Box) -> bytes:
    return await breaker.put(box.depositor, secrets.token_bytes(32), ENVELOPE)


async def fail(breaker: Breaker, box: Box, times: int) -> None:
    puts = [put(breaker, box) for _ in range(times)]
    answers = await asyncio.gather(*puts, return_exceptions=True)
    assert [type(answer) for answer in answers] == [RelayBusyError] * times


@pytest.mark.parametrize("mood", ["hangs", "fails"])
def test_it_opens_after_five_failures_and_leaves_the_store_alone(tmp_path: Path, mood: str) -> None:
    async def story(breaker: Breaker, store: MoodyStore, told: Told, box: Box) -> None:
        store.mood = mood
        await fail(breaker, box, 4)
        assert (breaker.state, told.words) == ("closed", [])
        await fail(breaker, box, 1)
        assert breaker.state == "opened"
        calls = store.calls
        for _ in range(100):
            with pytest.raises(RelayBusyError) as refused:
                await put(breaker, box)
            assert refused.value.retry_after_s == 3_600
        assert store.calls == calls
        reason = "no answer in 0.05 s" if mood == "hangs" else "the disk is gone"
        assert told.words == [("opened", f"5 calls failed: {reason}")]

    play(tmp_path, story, Patience(threshold=5, call_s=0.05, sweep_s=1.0, pause_s=3_600.0))


def test_it_closes_by_itself_though_nobody_asks(tmp_path: Path) -> None:
    async def story(breaker: Breaker, store: MoodyStore, told: Told, box: Box) -> None:
        store.mood = "hangs"
        await fail(breaker, box, 5)
        await told.until("opened")
        store.mood = "well"
        await told.until("opened", "half-opened", "closed")
        await put(breaker, box)
        assert await waiting(breaker, box) == [(1, ENVELOPE)]

    play(tmp_path, story, QUICK)


def test_a_probe_that_fails_opens_again_and_only_one_looks(tmp_path: Path) -> None:
    async def story(breaker: Breaker, store: MoodyStore, told: Told, box: Box) -> None:
        store.mood = "fails"
        await fail(breaker, box, 5)
        await told.until("opened")
        store.mood, store.held, calls = "is held", asyncio.Event(), store.calls
        await told.until("opened", "half-opened")
        await fail(breaker, box, 50)  # refused: the probe is not over
        assert store.calls == calls + 1
        store.held.set()
        await told.until("opened", "half-opened", "opened")
        assert told.words[-1][1] == "the probe failed: the disk is gone"
        store.mood = "well"
        await told.until("opened", "half-opened", "opened", "half-opened", "closed")

    play(tmp_path, story, QUICK)


def test_what_a_working_store_refuses_is_no_failure(tmp_path: Path) -> None:
    async def story(breaker: Breaker, store: MoodyStore, told: Told, box: Box) -> None:
        for _ in range(10):
            with pytest.raises(MailboxDeniedError):
                await breaker.first_after(random_access(), 0)
        for _ in range(MAX_ENVELOPES):
            await put(breaker, box)
        for _ in range(10):
            with pytest.raises(MailboxFullError):
                await put(breaker, box)
        store.mood = "full"  # mail must still be fetched, or there would never be room
        for _ in range(10):
            with pytest.raises(RelayFullError):
                await put(breaker, box)
        assert (breaker.state, told.words) == ("closed", [])

    play(tmp_path, story, SLOW)


def test_only_failures_in_a_row_count(tmp_path: Path) -> None:
    async def story(breaker: Breaker, store: MoodyStore, told: Told, box: Box) -> None:
        for _ in range(3):
            store.mood = "fails"
            await fail(breaker, box, 4)
            store.mood = "well"
            await put(breaker, box)
        assert told.words == []

    play(tmp_path, story, SLOW)


def test_a_caller_who_goes_away_neither_hides_a_failure_nor_makes_one(tmp_path: Path) -> None:
    async def story(breaker: Breaker, store: MoodyStore, told: Told, box: Box) -> None:
        async def leave() -> None:
            caller = asyncio.create_task(put(breaker, box))
            await asyncio.sleep(0)
            caller.cancel()
            await asyncio.wait([caller])

        for _ in range(10):
            await leave()
        while len(await waiting(breaker, box)) < 10:  # what was told to the store is done
            pass
        assert told.words == []
        store.mood = "hangs"
        for _ in range(5):
            await leave()
        await told.until("opened")

    play(tmp_path, story, Patience(threshold=5, call_s=0.5, sweep_s=1.0, pause_s=3_600.0))


def test_clients_hear_busy_and_when_to_come_again(tmp_path: Path) -> None:
    async def story(breaker: Breaker, store: MoodyStore, told: Told, box: Box) -> None:
        service = Service(breaker, Admission(ManualClock()))
        store.mood = "fails"
        await fail(breaker, box, 5)
        question = encode_request(1, Put(box.depositor, bytes(32), ENVELOPE))
        answer = decode_answer(await service.answer(question, "192.0.2.1"))
        assert answer == (1, Answer(Status.BUSY, 3_600))

    play(tmp_path, story, SLOW)


@pytest.mark.parametrize(
    "wrong", [{"threshold": 0}, {"call_s": 0.0}, {"pause_s": 5.9}, {"sweep_s": -1.0}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"zero|shorter"):
        Patience(**wrong)  # type: ignore[arg-type]


def test_a_stopped_nats_server_is_left_alone_until_it_goes_on(tmp_path: Path) -> None:
    async def story(alone: Cluster) -> None:
        told, box, node = Told(), random_box(), alone.nodes[0]
        store = await open_nats_store(alone.urls, SystemClock(), alone.options())
        patience = Patience(threshold=5, call_s=0.2, sweep_s=1.0, pause_s=0.3)
        breaker = Breaker(store, on_transition=told, patience=patience)
        try:
            await breaker.create(box.new)
            node.pause()
            envelope_id = secrets.token_bytes(32)
            for _ in range(5):
                with pytest.raises(RelayBusyError):
                    await breaker.put(box.depositor, envelope_id, ENVELOPE)
            await told.until("opened")
            node.resume()
            while breaker.state != "closed":
                await told.more()  # a probe may have been on its way while the server stood
            await breaker.put(box.depositor, envelope_id, ENVELOPE)
            assert await waiting(breaker, box) == [(1, ENVELOPE)]  # it was in none or all of them
            assert told.states[0] == "opened"
            assert told.states[-1] == "closed"
            assert told.states.count("closed") == 1
        finally:
            node.resume()
            await breaker.close()

    with nats_cluster(tmp_path, count=1) as alone:
        asyncio.run(story(alone))
