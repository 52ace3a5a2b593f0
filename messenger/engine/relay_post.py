"""Keeping a relay connected: dials it for as long as no link stands.

Like the dialler of a contact it never looks at what waits to be sent, so that the times of
dialling say nothing about it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from messenger.core.errors import ConnectFailedError, MessengerError
from messenger.core.types import Address, Cover, RelayState
from messenger.engine.backoff import Backoff
from messenger.engine.context import Context
from messenger.engine.dialer import STEADY_S
from messenger.engine.links import DialRefusedError, Links
from messenger.engine.name_dials import NEXT_REASONS
from messenger.engine.relay_places import is_name, public_places
from messenger.engine.relay_visit import Desk, RelayVisit
from messenger.store.relays import Relay
from messenger.wire.messages import LinkUp

log = logging.getLogger(__name__)


class RelayPost:
    """The task of one relay.

    Owner: the engine's loop thread.

    Args:
        on_state: called when ``state`` or ``astray`` has changed.
        anywhere: whether a name of a relay that is not ours may lead anywhere, to this computer
            too.
    """

    def __init__(
        self,
        context: Context,
        links: Links,
        relay: Relay,
        desk: Desk,
        on_state: Callable[[], None],
        anywhere: Callable[[], bool] = lambda: False,
    ) -> None:
        self.relay = relay
        self.state = RelayState.CONNECTING
        self.astray = False  # its name leads where a contact may not send us
        self._context = context
        self._links = links
        self._desk = desk
        self._on_state = on_state
        self._anywhere = anywhere
        self._backoff = Backoff()
        self._visit: RelayVisit | None = None
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def look_again(self, relay: Relay) -> None:
        """Our mailboxes there may be other ones now, or the relay one of our own."""
        if relay != self.relay:
            self.relay = relay
            self.dial_again()
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
                reason = error.reason if isinstance(error, DialRefusedError) else ""
                silent = reason == "silent"
                self._become(
                    RelayState.SILENT if silent else RelayState.UNREACHABLE,
                    astray=reason == "astray",
                )
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
        up = await self._reach(cover)
        self._visit = visit = RelayVisit(self._links, up, self.relay, cover, self._desk)
        self._become(RelayState.CONNECTED)
        try:
            await visit.run()
        finally:
            self._visit = None
        self._become(RelayState.FAILING if visit.broken else RelayState.CONNECTING)

    async def _reach(self, cover: Cover) -> LinkUp:
        """Dial each place of the relay until one answers."""
        *places, last = await self._places()
        for place in places:
            try:
                return await self._dial(place, cover)
            except DialRefusedError as error:
                if error.reason not in NEXT_REASONS:
                    raise
        return await self._dial(last, cover)

    async def _places(self) -> list[Address]:
        """Return where to dial: a name is left to whoever looks it up for us, if it is trusted."""
        relay, proxied = self.relay, self._context.network.proxy is not None
        if relay.ours or proxied or self._anywhere() or not is_name(relay.address.host):
            return [relay.address]
        return await public_places(relay.address)

    async def _dial(self, place: Address, cover: Cover) -> LinkUp:
        return await self._links.dial(place, cover, peer_key=self.relay.key, relay=True)

    def _become(self, state: RelayState, *, astray: bool = False) -> None:
        if (state, astray) != (self.state, self.astray):
            self.state, self.astray = state, astray
            self._on_state()
