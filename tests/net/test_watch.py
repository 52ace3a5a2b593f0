"""The watch of the network: addresses and sleep are changes, mere news of them is none."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from messenger.net import watch
from messenger.net.watch import NetworkWatch
from tests.net.nat_house import run_inside, why_not

REASON = why_not()
HOME, CAFE = frozenset({"192.0.2.1"}), frozenset({"198.51.100.1"})
Looks = Callable[[], frozenset[str]]


@pytest.mark.skipif(REASON is not None, reason=str(REASON))
def test_only_other_addresses_are_a_change_whatever_a_router_repeats(tmp_path: Path) -> None:
    run_inside("tests.net.watch_story", tmp_path)


def _forbidding(watching: NetworkWatch) -> None:
    raise PermissionError("no netlink here")


async def _until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not met():  # noqa: ASYNC110 - a timer of the watch, a few ms long
            await asyncio.sleep(0)


def _watch(monkeypatch: pytest.MonkeyPatch, look: Looks, slept: Callable[[], float]) -> list[int]:
    """Run a watch that nobody tells anything until it has looked ten times; count what it told."""
    told: list[int] = []
    looks: list[frozenset[str]] = []

    def seen() -> frozenset[str]:
        looks.append(look())
        return looks[-1]

    async def scene() -> None:
        watching = NetworkWatch(lambda: told.append(len(looks)), look=seen, slept=slept, settle_s=0)
        watching.start()
        assert not watching.is_told
        await _until(lambda: len(looks) >= 10)
        watching.stop()
        count = len(looks)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(looks) == count

    monkeypatch.setattr(watch, "LOOK_S", 0.001)
    monkeypatch.setattr(NetworkWatch, "_listen", _forbidding)
    asyncio.run(scene())
    return told


def test_where_nobody_tells_it_is_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = iter([HOME] * 3 + [CAFE] * 3 + [HOME] * 100)
    assert _watch(monkeypatch, lambda: next(seen), lambda: 0.0) == [4, 7]


def test_the_same_addresses_are_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _watch(monkeypatch, lambda: HOME, lambda: 0.0) == []


def test_a_sleep_is_a_change_once_and_a_slow_clock_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.9, 3.8, 3600.0] + [3600.0] * 1000)
    told = _watch(monkeypatch, lambda: HOME, lambda: next(clock))
    assert len(told) == 1
