"""A fleet of real processes: it grows, shrinks, loses instances, and no client loses anything."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest
from hosted import play, until

from bench.relay_crowd import (
    Conversation,
    Crowd,
    HostedRelay,
    config_text,
    converse,
    hang_up_all,
)
from bench.relay_crowd import until as crowd_until
from messenger.core.errors import RelayNotRunningError
from messenger.core.types import Cover
from messenger.protocol.mailbox import Answer, Put, Status, Wait
from messenger.relay.view import RelayView

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a fleet needs Linux")

FAST = Cover(0.02)
CHANCE = random.Random(7)
KILLS = 4


@asynccontextmanager
async def fleet(path: Path, **rules: float) -> AsyncIterator[HostedRelay]:
    # A busy machine makes loops late, puts slow and instances silent; here only what the tests do
    # counts.
    calm: dict[str, float] = {"loop_lag_ms": 10_000, "put_ms": 60_000, "hung_after_s": 30}
    config = config_text(FAST, per_core=8, drain_s=5, **(calm | rules))
    relay = await HostedRelay.start(path / "relay", "fleet", config=config)
    try:
        yield relay
    finally:
        await relay.stop()


def has_replaced(count: int, view: RelayView) -> bool:
    return view.replaced.get("died", 0) == count


def pids(view: RelayView) -> list[int]:
    return [each.pid for each in view.serving]


async def talks(relay: HostedRelay, count: int) -> list[Conversation]:
    crowd = Crowd(relay.card, FAST)
    return list(await asyncio.gather(*(Conversation(crowd).open() for _ in range(count))))


async def ended(pid: int) -> None:
    """Wait until a process is gone, or nobody but the system remembers it."""
    await crowd_until(lambda: not _lives(pid))


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def assert_all_arrived(conversations: list[Conversation]) -> None:
    # Chance says who writes when, so one of them may have been silent; all of them never are.
    assert sum(len(each.accepted) for each in conversations) >= len(conversations)
    assert [each.missing for each in conversations] == [0] * len(conversations)
    assert [each.doubled for each in conversations] == [0] * len(conversations)


def test_it_grows_with_its_clients_and_shrinks_behind_them(tmp_path: Path) -> None:
    rules = {"min": 1, "max": 3, "connections": 4, "grow_after_s": 0.2, "shrink_after_s": 0.6}

    async def story() -> None:
        async with fleet(tmp_path, **rules) as relay:
            first = await until(relay, lambda view: view.status == "ok")
            assert len(first.serving) == 1
            crowd = await talks(relay, 6)
            many = asyncio.create_task(converse(crowd, 2.0, 20, 20))
            grown = await until(relay, lambda view: len(view.serving) == 3)
            assert (grown.wanted, grown.because) == (3, "connections")
            assert [each.doors for each in grown.serving] == [4, 4, 4]
            await many
            assert_all_arrived(crowd)
            await hang_up_all(crowd[1:])  # one goes on while instances leave
            last = asyncio.create_task(converse(crowd[:1], 2.0, 10, 20))
            shrunk = await until(relay, lambda view: len(view.members) == 2)
            assert (len(shrunk.serving), shrunk.replaced) == (1, {})
            await last
            assert_all_arrived(crowd)
            assert shrunk.counts.requests["put ok"] >= sum(len(each.accepted) for each in crowd[1:])
            await hang_up_all(crowd)

    play(story, limit_s=90)


def test_instances_are_killed_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    async def story() -> None:
        async with fleet(tmp_path, min=2, max=2) as relay:
            await until(relay, lambda view: view.status == "ok")
            crowd = await talks(relay, 3)
            killed = 0

            async def write_on() -> None:
                while killed < KILLS:
                    await converse(crowd, 1.0, 20, 30)

            writing = asyncio.create_task(write_on())
            while killed < KILLS:
                view = await until(relay, lambda view: view.status == "ok")
                os.kill(CHANCE.choice(pids(view)), signal.SIGKILL)
                await until(relay, partial(has_replaced, killed + 1))
                killed += 1
            await writing
            assert_all_arrived(crowd)
            view = await until(relay, lambda view: view.status == "ok")
            assert view.replaced == {"died": KILLS}
            await hang_up_all(crowd)

    play(story, limit_s=90)


def test_an_instance_that_hangs_is_replaced(tmp_path: Path) -> None:
    async def story() -> None:
        async with fleet(tmp_path, min=2, max=2, hung_after_s=1.0) as relay:
            before = await until(relay, lambda view: view.status == "ok")
            crowd = await talks(relay, 3)
            writing = asyncio.create_task(converse(crowd, 2.0, 10, 30))
            os.kill(pids(before)[0], signal.SIGSTOP)
            after = await until(
                relay,
                lambda view: (
                    pids(before)[0] not in [each.pid for each in view.members]
                    and len(view.serving) == 2
                ),
            )
            assert after.replaced.keys() == {"hung"}  # on a busy machine another one may be, too
            await writing
            assert_all_arrived(crowd)
            await ended(pids(before)[0])  # and not only forgotten
            await hang_up_all(crowd)

    play(story, limit_s=90)


def test_who_waits_at_one_instance_hears_of_a_put_at_another(tmp_path: Path) -> None:
    async def story() -> None:
        async with fleet(tmp_path, min=2, max=2) as relay:
            await until(relay, lambda view: view.status == "ok")
            (talk,) = await talks(relay, 1)
            while True:  # until they are at different ones
                await talk.writer.connected()
                view = await until(
                    relay, lambda view: sum(each.reading.connections for each in view.serving) == 2
                )
                if all(each.reading.connections == 1 for each in view.serving):
                    break
                talk.writer.hang_up()
                await until(
                    relay, lambda view: sum(each.reading.connections for each in view.serving) == 1
                )
            waiting = asyncio.create_task(talk.reader.ask(Wait(talk.owner, 0)))
            put = Put(talk.depositor, bytes(32), bytes(4096))
            assert (await talk.writer.ask(put)).status is Status.OK
            async with asyncio.timeout(30):  # half of what the wait itself would take
                assert await waiting == Answer(Status.OK, sequence=1)
            await hang_up_all([talk])

    play(story, limit_s=90)


def test_instances_do_not_outlive_their_supervisor(tmp_path: Path) -> None:
    async def story() -> None:
        async with fleet(tmp_path, min=2, max=2) as relay:
            view = await until(relay, lambda view: len(view.members) == 3)
            relay.process.kill()
            await relay.process.communicate()
            with pytest.raises(RelayNotRunningError):
                await relay.view()
            for member in view.members:
                await ended(member.pid)
        async with fleet(tmp_path, min=1, max=2) as again:
            assert again.card.key == relay.card.key
            await until(again, lambda view: view.status == "ok")

    play(story, limit_s=90)
