"""Several ways at once: who wins, who is given up, and what is said of those that failed."""

import asyncio

import pytest

from messenger.core.errors import ConnectFailedError
from messenger.engine.race import first_of


class Ways:
    """Attempts that end when a test says so."""

    def __init__(self, count: int) -> None:
        self.begun: list[int] = []
        self.given_up: list[int] = []
        self.ends: list[asyncio.Future[str]] = [asyncio.Future() for _ in range(count)]
        self.spared: list[str] = []

    async def attempt(self, number: int) -> str:
        self.begun.append(number)
        try:
            return await self.ends[number]
        except asyncio.CancelledError:
            self.given_up.append(number)
            raise

    def race(self, stagger_s: float) -> asyncio.Task[tuple[str | None, list[ConnectFailedError]]]:
        attempts = [lambda n=n: self.attempt(n) for n in range(len(self.ends))]
        return asyncio.create_task(
            first_of(attempts, stagger_s=stagger_s, spare=self.spared.append)
        )


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_the_first_that_answers_is_taken_and_the_others_are_given_up() -> None:
    async def scene() -> None:
        ways = Ways(3)
        race = ways.race(0.0)
        await asyncio.sleep(0.01)
        assert ways.begun == [0, 1, 2]
        ways.ends[1].set_result("second")
        assert await race == ("second", [])
        assert sorted(ways.given_up) == [0, 2]

    asyncio.run(scene())


def test_nobody_is_bothered_while_the_first_may_still_answer() -> None:
    async def scene() -> None:
        ways = Ways(2)
        race = ways.race(3600.0)
        await turns()
        ways.ends[0].set_result("first")
        assert await race == ("first", [])
        assert ways.begun == [0]

    asyncio.run(scene())


def test_a_failure_lets_the_next_one_begin_at_once_and_all_are_told() -> None:
    async def scene() -> None:
        ways = Ways(2)
        race = ways.race(3600.0)
        await turns()
        ways.ends[0].set_exception(ConnectFailedError("nobody there"))
        await turns()
        assert ways.begun == [0, 1]
        ways.ends[1].set_exception(ConnectFailedError("nor there"))
        winner, failures = await race
        assert winner is None
        assert [str(failure) for failure in failures] == ["nobody there", "nor there"]

    asyncio.run(scene())


def test_of_two_in_one_breath_one_is_spare() -> None:
    async def scene() -> None:
        ways = Ways(2)
        race = ways.race(0.0)
        await asyncio.sleep(0.01)
        for end, word in zip(ways.ends, ("one", "two"), strict=True):
            end.set_result(word)
        winner, _ = await race
        assert {winner, *ways.spared} == {"one", "two"}
        assert len(ways.spared) == 1

    asyncio.run(scene())


def test_what_nobody_planned_comes_out() -> None:
    async def scene() -> None:
        ways = Ways(2)
        race = ways.race(0.0)
        await asyncio.sleep(0.01)
        ways.ends[0].set_exception(ZeroDivisionError())
        with pytest.raises(ZeroDivisionError):
            await race
        assert ways.given_up == [1]

    asyncio.run(scene())
