"""Keeping a relay connected: dials it for as long as no link stands.

Like the dialler of a contact it never looks at what waits to be sent, so that the times of
dialling say nothing about it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from messenger.core.errors import ConnectFailedError, MessengerError
from messenger.core.types import RelayState
from messenger.engine.backoff import Backoff
from messenger.engine.context import Context
from messenger.engine.dialer import STEADY_S
from messenger.engine.links import DialRefusedError, Links
from messenger.engine.relay_visit import Desk, RelayVisit
from messenger.store.relays import Relay

log = logging.getLogger(__name__)


class RelayPost:
    """The task of one relay.

    Owner: the engine's loop thread.

    Args:
        on_state: called when ``state`` has changed.
    """

    def __init__(
        self,
        context: Context,
        links: Links,
        relay: Relay,
        desk: Desk,
        on_state: Callable[[], None],
    ) -> None:
        self.relay = relay
        self.state = RelayState.CONNECTING
        self._context = context
        self._links = links
        self._desk = desk
        self._on_state = on_state
        self._backoff = Backoff()
        self._visit: RelayVisit | None = None
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def look_again(self) -> None:
        """Our mailboxes there may be other ones now."""
        if self._visit is not None:
            await self._visit.look_again()

    def dial_again(self) -> None:
        """There may be a way where there was none: dial now, if no link stands."""
        self._backoff.reset()
        self._wake.set()

    async def stop(self) -> None:
        """End the task and the link."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            began = self._context.clock.now()
            try:
                await self._turn()
            except ConnectFailedError as error:
                silent = isinstance(error, DialRefusedError) and error.reason == "silent"
                self._become(RelayState.SILENT if silent else RelayState.UNREACHABLE)
            except MessengerError as error:
                log.error("a relay cannot be used now: %s", error.kind)
                self._become(RelayState.CONNECTING)
            except Exception:  # the top of the task
                log.exception("a relay failed in a way that nobody planned")
                self._become(RelayState.FAILING)
            lasted = self._context.clock.now() - began > STEADY_S
            if lasted and self.state is RelayState.CONNECTING:
                self._backoff.reset()
            await self._pause(self._backoff.next_delay())

    async def _pause(self, seconds: float) -> None:
        """Sleep, or less if there may be another way meanwhile."""
        self._wake.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _turn(self) -> None:
        """Connect, and stay until the link ends."""
        cover = self._context.cover_for(None)
        up = await self._links.dial(self.relay.address, cover, peer_key=self.relay.key, relay=True)
        self._visit = visit = RelayVisit(self._links, up, self.relay, cover, self._desk)
        self._become(RelayState.CONNECTED)
        try:
            await visit.run()
        finally:
            self._visit = None
        self._become(RelayState.FAILING if visit.broken else RelayState.CONNECTING)

    def _become(self, state: RelayState) -> None:
        if state is not self.state:
            self.state = state
            self._on_state()
