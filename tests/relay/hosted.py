"""Stories of a relay that runs as its host runs it: in processes of its own."""

import asyncio
from collections.abc import Awaitable, Callable

from bench.relay_crowd import PAUSE_S, HostedRelay
from messenger.relay.view import RelayView


def play(story: Callable[[], Awaitable[None]], *, limit_s: float = 60.0) -> None:
    """Run a story that starts and stops its relays itself."""

    async def run() -> None:
        async with asyncio.timeout(limit_s):
            await story()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(run())


async def until(relay: HostedRelay, is_so: Callable[[RelayView], bool]) -> RelayView:
    """Wait until a relay shows something of itself, and return what it shows then."""
    while True:
        if is_so(view := await relay.view()):
            return view
        await asyncio.sleep(PAUSE_S)
