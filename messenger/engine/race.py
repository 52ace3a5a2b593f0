"""Several ways to the same end, begun one soon after the other; the first that works is taken.

Source: RFC 8305 (Happy Eyeballs), section 5.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from messenger.core.errors import ConnectFailedError

T = TypeVar("T")


async def first_of(
    attempts: Iterable[Callable[[], Coroutine[Any, Any, T]]],
    *,
    stagger_s: float,
    spare: Callable[[T], None],
) -> tuple[T | None, list[ConnectFailedError]]:
    """Run attempts until one succeeds; return its result, or None and why the others failed.

    Args:
        stagger_s: seconds after which the next attempt joins those that are still under way; it
            begins at once when one of them has failed.
        spare: gets what a second one came to that succeeded in the same breath.

    Raises:
        whatever else than ConnectFailedError an attempt raises.
    """
    waiting = list(attempts)[::-1]
    running: set[asyncio.Task[T]] = set()
    failures: list[ConnectFailedError] = []
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.create_task(waiting.pop()()))
            done = await _some(running, stagger_s if waiting else None)
            running -= done
            results = [task.result() for task in done if task.exception() is None]
            for result in results[1:]:
                spare(result)
            if results:
                return results[0], failures
            failures += [_failure(task) for task in done]
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return None, failures


async def _some(running: set[asyncio.Task[T]], timeout_s: float | None) -> set[asyncio.Task[T]]:
    done, _ = await asyncio.wait(running, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    return done


def _failure(task: asyncio.Task[Any]) -> ConnectFailedError:
    error = task.exception()
    if not isinstance(error, ConnectFailedError):
        assert error is not None
        raise error
    return error
