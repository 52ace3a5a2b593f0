"""`hum relay serve` on each kind of store, and what it does when the store does not answer."""

import asyncio
import json
import sqlite3
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hosted import play, until
from nats_cluster import Cluster

from bench.relay_crowd import (
    Conversation,
    Crowd,
    HostedRelay,
    config_text,
    hang_up_all,
)
from bench.relay_crowd import until as crowd_until
from messenger.core.types import Cover
from messenger.protocol.mailbox import Get, Put, Size, Status, Wait

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

FAST = Cover(0.01)
ENVELOPE = bytes(4096)


def test_two_machines_on_one_cluster_are_one_relay(tmp_path: Path, cluster: Cluster) -> None:
    """The same key, the same store, each its own folder: put at one, get at the other."""
    options = cluster.options()
    config = (
        f'{config_text(FAST)}[store]\nkind = "nats"\nservers = {json.dumps(cluster.urls)}\n'
        f"spread = {options.spread}\nreplicas = {options.replicas}\n"
    )

    async def story() -> None:
        one = await HostedRelay.start(tmp_path / "one", "serve", config=config)
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "relay.key").write_bytes((one.folder.path / "relay.key").read_bytes())
        other = await HostedRelay.start(tmp_path / "other", "serve", config=config)
        assert one.card.key == other.card.key
        here = await Conversation(Crowd(one.card, FAST)).open()
        there = Conversation(Crowd(other.card, FAST))
        waiting = asyncio.create_task(there.reader.ask(Wait(here.owner, 0)))
        put = Put(here.depositor, b"1" * 32, ENVELOPE)
        assert (await here.writer.ask(put)).status is Status.OK
        assert (await waiting).sequence == 1
        assert (await there.reader.ask(Get(here.owner, 0, Size.SMALL))).envelope == ENVELOPE
        assert (await one.view()).members[0].reading.breaker == "closed"
        await hang_up_all([here, there])
        assert (await one.stop(), await other.stop()) == (0, 0)
        assert not (one.folder.path / "relay.db").exists()

    play(story)


def config_with_hook(told: Path, **fleet: float) -> str:
    """Return a configuration with a quick breaker, whose hook writes each new state down."""
    hook = [
        sys.executable,
        "-c",
        "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + '\\n')",
        str(told),
    ]
    return (
        f"{config_text(FAST, **fleet)}[breaker]\nfailures = 2\ncall_s = 0.2\npause_s = 0.5\n"
        f"hook = {json.dumps(hook)}\n"
    )


def test_a_store_that_stands_still_is_left_alone_and_the_host_is_told(tmp_path: Path) -> None:
    told = tmp_path / "told"
    config = config_with_hook(told)

    async def story() -> None:
        relay = await HostedRelay.start(tmp_path / "relay", "serve", config=config)
        talk = await Conversation(Crowd(relay.card, FAST)).open()
        holder = sqlite3.connect(relay.folder.store, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        putting = asyncio.create_task(talk.put())  # asks again and again
        await until(relay, lambda view: view.members[0].reading.breaker == "opened")
        view = await until(relay, lambda view: view.counts.requests.get("put busy", 0) >= 5)
        assert view.status == "ok"  # this instance is well, its store is not
        assert not talk.accepted
        holder.execute("ROLLBACK")
        holder.close()
        await putting
        view = await relay.view()
        assert view.members[0].reading.breaker == "closed"
        assert view.counts.requests["put ok"] == 1
        await crowd_until(lambda: told.read_text().endswith("closed\n"))
        words = told.read_text().split()
        assert (words[0], words[-1]) == ("opened", "closed")
        assert words.count("closed") == 1
        await hang_up_all([talk])
        assert await relay.stop() == 0

    play(story)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a fleet needs Linux")
def test_the_host_of_a_fleet_is_told_once_though_every_instance_finds_out(tmp_path: Path) -> None:
    told = tmp_path / "told"
    # In this test a put is late because the store stands still, and no reason for more instances.
    config = config_with_hook(told, min=2, max=2, per_core=8, put_ms=60_000, hung_after_s=30)

    async def story() -> None:
        relay = await HostedRelay.start(tmp_path / "relay", "fleet", config=config)
        await until(relay, lambda view: view.status == "ok")
        crowd = Crowd(relay.card, FAST)
        talks = await asyncio.gather(*(Conversation(crowd).open() for _ in range(16)))
        holder = sqlite3.connect(relay.folder.store, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        putting = [asyncio.create_task(talk.put()) for talk in talks]
        view = await until(
            relay, lambda view: {each.reading.breaker for each in view.serving} == {"opened"}
        )
        assert view.breaker == "opened"
        holder.execute("ROLLBACK")
        holder.close()
        await asyncio.gather(*putting)
        await until(relay, lambda view: view.breaker == "closed")
        await crowd_until(lambda: told.read_text().endswith("closed\n"))
        words = told.read_text().split()
        # A busy machine may let both look again while the store still stands: they then open again.
        assert all(word != following for word, following in pairwise(words))
        assert (words[0], words.count("closed")) == ("opened", 1)
        await hang_up_all(talks)
        assert await relay.stop() == 0

    play(story)
