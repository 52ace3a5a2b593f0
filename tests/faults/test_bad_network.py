"""Links that are slow, chopped, cut, stalled or falsified: late is all a message may be."""

import asyncio
import itertools
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from chaos_proxy import (
    ChaosProxy,
    Crumbs,
    Cut,
    Delay,
    FlipBit,
    Mischief,
    Stall,
    Throttle,
    at_random,
)
from file_trial import name_of
from trial import Pair, play, text_of, until

MESSAGE_COUNT = 25
FILE_LEN = 40_000  # bytes
SEED = 5
LONGEST = 200_000  # bytes of a stream within which a blow falls


async def meet_through_proxies(pair: Pair) -> list[ChaosProxy]:
    """Make contacts whose every dial goes through a relay of ours."""
    proxies = [ChaosProxy(), ChaosProxy()]
    for proxy, node in zip(proxies, pair.nodes, strict=True):
        await proxy.start()
        node.liberties = ["--dial-through", f"127.0.0.1:{proxy.port}"]
    starting = asyncio.create_task(pair.meet())
    await until(lambda: all(node.client and node.client.ready for node in pair.nodes))
    _aim(proxies, pair)
    await starting
    return proxies


def _aim(proxies: list[ChaosProxy], pair: Pair) -> None:
    for proxy, other in zip(proxies, reversed(pair.nodes), strict=True):
        assert other.client is not None
        proxy.target = other.client.ready["listen"][1]


async def converse(pair: Pair, chance: random.Random, lap: int = 0) -> None:
    """Let both write at once and wait until everything is delivered."""

    async def write(node_number: int) -> None:
        node, last = pair.nodes[node_number], ""
        for number in range(MESSAGE_COUNT):
            message = await node.write(f"{lap}: {text_of(node, number, chance)}")
            assert message is not None
            last = message["message"]
        await node.delivered(last)

    await asyncio.gather(write(0), write(1))


async def under(pair: Pair, mischief: Callable[[], Mischief], *, least: int) -> None:
    """Write until the mischief has made ``least`` connections necessary, end it, and judge."""
    proxies = await meet_through_proxies(pair)
    for proxy in proxies:
        proxy.mischief = mischief
        proxy.cut_all()
    before, chance = sum(proxy.connections for proxy in proxies), random.Random(SEED)

    def struck() -> bool:
        return sum(proxy.connections for proxy in proxies) >= before + least

    async def write() -> None:
        for node in pair.nodes:
            await node.desk.offer(name_of(node, "in bad weather", FILE_LEN))
            await node.desk.settle_some()
        await converse(pair, chance)
        await asyncio.gather(*(node.desk.settle_some() for node in pair.nodes))
        for lap in itertools.takewhile(lambda _: not struck(), itertools.count(1)):
            await converse(pair, chance, lap)

    writing = asyncio.create_task(write())
    await until(lambda: struck() or writing.done())
    if least > 1:
        heal(proxies)
    await writing
    assert struck()
    await judge(pair, proxies)


def heal(proxies: list[ChaosProxy]) -> None:
    """An honest line again."""
    for proxy in proxies:
        proxy.mischief = Mischief
        proxy.cut_all()


async def judge(pair: Pair, proxies: list[ChaosProxy]) -> None:
    """Everything arrived, once, in order, and said so."""
    verdict = await pair.judge()
    for proxy in proxies:
        await proxy.stop()
    assert verdict.good, verdict.details()
    assert not verdict.waiting, verdict.details()
    assert verdict.message_count >= 2 * MESSAGE_COUNT


@pytest.mark.parametrize(
    "mischief",
    [lambda: Delay(0.05), lambda: Crumbs(SEED), lambda: Throttle(40_000)],
    ids=["late", "in single bytes", "slow"],
)
def test_a_bad_line_only_costs_time(tmp_path: Path, mischief: Callable[[], Mischief]) -> None:
    play(tmp_path, lambda pair: under(pair, mischief, least=1))


@pytest.mark.parametrize("kind", [Cut, FlipBit])
def test_blows_anywhere_in_the_stream(tmp_path: Path, kind: type[Cut | FlipBit]) -> None:
    mischief = at_random(kind, random.Random(SEED), LONGEST)
    play(tmp_path, lambda pair: under(pair, mischief, least=6))


def test_what_a_stalled_link_swallowed_comes_with_the_next_one(tmp_path: Path) -> None:
    """The link itself notices, but not for 40 s; here the line is cut before."""

    async def story(pair: Pair) -> None:
        proxies = await meet_through_proxies(pair)
        stalls: list[Stall] = []

        def stall() -> Stall:
            stalls.append(Stall(30_000))
            return stalls[-1]

        for proxy in proxies:
            proxy.mischief = stall
            proxy.cut_all()
        writing = asyncio.create_task(converse(pair, random.Random(SEED)))
        await until(lambda: any(one.passed > one.place for one in stalls))
        await asyncio.sleep(0.5)  # what is written now falls into the hole
        assert not writing.done()
        heal(proxies)
        await writing
        await judge(pair, proxies)

    play(tmp_path, story)
