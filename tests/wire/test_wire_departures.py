"""What the process does around an instant: the same for every cell, and nothing in between."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from virtual_net import People, VirtualLoop, join, run

from messenger.core.types import Cover
from messenger.protocol.link import Link
from messenger.wire.departures import FREEZE_S, Departures

MESSAGE = 2  # channel
INTERVAL_S = 0.5


class Diary:
    """Calls in their order, each with the time since an instant, in whole microseconds."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, float]] = []

    def write_down(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``act`` with a note whenever it is called."""

        def noted(*args: Any) -> Any:
            self.calls.append((name, asyncio.get_running_loop().time()))
            return act(*args)

        return noted

    def around(self, instant: float) -> list[tuple[str, int]]:
        """Return the calls of the cell that left at ``instant``."""
        near = [(name, at) for name, at in self.calls if abs(at - instant) < INTERVAL_S / 5]
        return [(name, round((at - instant) * 1e6)) for name, at in near]


def diary_of_a_talk(patch: pytest.MonkeyPatch, *, busy: bool) -> list[list[tuple[str, int]]]:
    """Return the calls around each instant of a link, on which every cell is full or none."""
    diary = Diary()
    instants: list[float] = []

    async def scene() -> None:
        people, cover = People(seed=3), Cover(INTERVAL_S)
        ann, ben = people.ann(cover=cover), people.ben(cover=cover)
        join(ann, ben)
        await asyncio.sleep(0.01)
        assert ann.connection._sender
        assert ben.connection._sender
        ben.connection._sender.cancel()  # only Ann's cells are of interest
        for name, owner, method in (
            ("wait", ann.hub.departures, "_wait_until"),
            ("seal", ann.connection._link, "next_cell"),
            ("look at the network", ann.connection._sender, "_is_stalled"),
            ("warm up", ann.connection._sender, "warm_up"),
            ("write", ann.transport, "write"),
            ("take out of the queue", ann.connection._link, "cell_left"),
            ("turn to other work", ann.connection._sender, "_on_departed"),
        ):
            patch.setattr(owner, method, diary.write_down(name, getattr(owner, method)))
        if busy:
            ann.connection.send_frame(MESSAGE, bytes(20_000), 1)
        await asyncio.sleep(20)
        carried = ann.connection._link.queued_len
        assert (0 < carried < 20_000 - 30 * 480) if busy else carried == 0
        instants.extend(at for at, _ in ann.transport.writes if at > 0)

    run(scene())
    patch.undo()
    assert len(instants) >= 38
    return [diary.around(instant) for instant in instants]


def test_cover_and_real_cells_go_through_the_same_calls_at_the_same_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cover = diary_of_a_talk(monkeypatch, busy=False)
    real = diary_of_a_talk(monkeypatch, busy=True)
    lead = -round(FREEZE_S * 1e6)
    every_cell = [
        ("seal", lead),
        ("look at the network", lead),
        ("wait", lead),
        ("warm up", lead),
        ("write", 0),
        ("take out of the queue", 0),
        ("turn to other work", 0),
    ]
    assert cover == [every_cell] * len(cover)
    assert real == cover


def test_what_is_queued_is_sealed_no_earlier_than_any_cover(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Queueing makes no cell: the work of a message is done where a cover's work is done."""

    async def scene() -> None:
        people, cover = People(), Cover(INTERVAL_S)
        ann, ben = people.ann(cover=cover), people.ben(cover=cover)
        join(ann, ben)
        await asyncio.sleep(0.01)
        sealed: list[float] = []
        loop = asyncio.get_running_loop()

        def next_cell(link: Link) -> bytes:
            sealed.append(loop.time())
            return make(link)

        make = Link.next_cell
        monkeypatch.setattr(Link, "next_cell", next_cell)
        ann.connection.send_frame(MESSAGE, b"hello", 1)
        await asyncio.sleep(0.1)  # the first instant comes after a quarter of the interval
        assert sealed == []

    run(scene())


class _Cell:
    """Somebody with one instant."""

    def __init__(self, name: str, next_at: float, calls: list[tuple[str, float]]) -> None:
        self.name = name
        self.next_at = next_at
        self.is_over = False
        self._calls = calls

    def prepare(self) -> None:
        self._note("prepare")

    def warm_up(self) -> None:
        """Shortly before."""

    def leave(self) -> None:
        self._note("leave")

    def settle(self) -> None:
        self._note("settle")
        self.is_over = True

    def _note(self, what: str) -> None:
        self._calls.append((f"{what} {self.name}", round(asyncio.get_running_loop().time(), 6)))


def _departures() -> Departures:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return Departures(loop.wait_until)


def _calls_of(*instants: float, until: float, stalled_s: float = 0.0) -> list[tuple[str, float]]:
    """Return what happens to a cell at each of these instants, named a, b, c…"""
    calls: list[tuple[str, float]] = []

    async def scene() -> None:
        departures = _departures()
        for name, at in zip("abc", instants, strict=False):
            departures.add(_Cell(name, at, calls))
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.stall(stalled_s)
        await asyncio.sleep(until)

    run(scene())
    return calls


def test_cells_far_from_each_other_are_made_one_by_one_in_the_order_of_instants() -> None:
    assert _calls_of(1.5, 1.0, until=2) == [
        ("prepare b", 0.998),
        ("leave b", 1.0),
        ("settle b", 1.0),
        ("prepare a", 1.498),
        ("leave a", 1.5),
        ("settle a", 1.5),
    ]


def test_cells_close_to_each_other_are_made_together_and_leave_on_time() -> None:
    """A stall until 1 ms before the first instant puts both into the same lead."""
    assert _calls_of(1.0, 1.0005, 1.5, until=0.3, stalled_s=0.999) == [
        ("prepare a", 0.999),
        ("prepare b", 0.999),
        ("leave a", 1.0),
        ("leave b", 1.0005),
        ("settle a", 1.0005),
        ("settle b", 1.0005),
    ]


def test_what_is_late_leaves_at_once() -> None:
    assert _calls_of(1.0, until=0.1, stalled_s=7.0) == [
        ("prepare a", 7.0),
        ("leave a", 7.0),
        ("settle a", 7.0),
    ]


def test_a_mistake_in_one_link_stops_no_other() -> None:
    calls: list[tuple[str, float]] = []
    told: list[str] = []

    class Broken(_Cell):
        def warm_up(self) -> None:
            raise RuntimeError("the first")

        def leave(self) -> None:
            raise RuntimeError("a bug")

        def settle(self) -> None:
            raise RuntimeError("another")

    async def scene() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(str(context["exception"])))
        departures = _departures()
        departures.add(Broken("a", 1.0, calls))
        departures.add(_Cell("b", 1.0, calls))
        await asyncio.sleep(2)

    run(scene())
    assert told == ["the first", "a bug", "another"]
    assert ("leave b", 1.0) in calls


def test_somebody_who_is_gone_is_not_waited_for() -> None:
    calls: list[tuple[str, float]] = []

    async def scene() -> None:
        departures = _departures()
        gone = _Cell("a", 1.0, calls)
        departures.add(gone)
        gone.is_over = True
        await asyncio.sleep(2)

    run(scene())
    assert calls == []
