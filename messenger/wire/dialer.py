"""Calling out: one TCP connection and handshake for each Dial."""

import asyncio
import time
from collections.abc import Callable

from messenger.core.types import Address, Cover, CoverMode
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.link import Link
from messenger.protocol.relay_link import dial_relay
from messenger.wire.connection import Connection, Hub
from messenger.wire.messages import Dial, DialFailed
from messenger.wire.ways import Way, WayFailedError


class Dialing:
    """One dial, from its message to LinkUp or DialFailed.

    Owner: the wire process's loop.

    Args:
        way: how connections leave.
        on_up: takes the connection into the table of links.
        on_closed: called once, when dial and connection, if there was one, are over.
    """

    def __init__(
        self,
        hub: Hub,
        own: KeyPair,
        message: Dial,
        way: Way,
        *,
        on_up: Callable[[int, Connection], None],
        on_closed: Callable[["Dialing", Connection | None], None],
    ) -> None:
        self._hub = hub
        self._own = own
        self._message = message
        self._way = way
        self._on_up = on_up
        self._on_closed = on_closed
        self._connection: Connection | None = None
        self._answered = False
        self._task = asyncio.get_running_loop().create_task(self._connect())

    @property
    def link(self) -> int:
        """The number that the engine chose."""
        return self._message.link

    def give_up(self) -> None:
        """The engine wants the link no more."""
        self._answered = True
        if self._connection is not None:
            self._connection.end("closed")
        else:
            self._task.cancel()
            self._on_closed(self, None)

    def turn_back(self) -> None:
        """Connections leave by another way now."""
        self.on_handshake_failed("rerouted", None)
        self.give_up()

    # -- ConnectionOwner ----------------------------------------------------------------------

    def on_established(self, connection: Connection) -> int:
        self._answered = True
        self._on_up(self._message.link, connection)
        return self._message.link

    def on_handshake_failed(self, reason: str, other_key: bytes | None) -> None:
        if not self._answered:
            self._answered = True
            self._hub.post(DialFailed(self._message.link, reason, other_key))

    def on_closed(self, connection: Connection) -> None:
        self._on_closed(self, connection)

    # -- the way there ------------------------------------------------------------------------

    async def _connect(self) -> None:
        message = self._message
        try:
            peer = message.peer_key or message.expect or message.host.encode()
            sock = await self._way.reach(Address(message.host, message.port), peer)
        except WayFailedError as error:
            self.on_handshake_failed(error.reason, None)
            self._on_closed(self, None)
            return
        await asyncio.get_running_loop().create_connection(self._new_connection, sock=sock)

    def _new_connection(self) -> Connection:
        message = self._message
        cover = Cover(message.interval_s, CoverMode(message.mode))
        self._connection = Connection(
            self._hub,
            self,
            cover_for=lambda _: cover,
            address=Address(message.host, message.port),
            outgoing=True,
            open_link=self._open_link,
        )
        return self._connection

    def _open_link(self, now: float) -> Link:
        message, unix_s = self._message, int(time.time())
        if message.relay and message.peer_key is not None:
            return dial_relay(message.peer_key, now=now, unix_s=unix_s)
        return Link.dial(self._own, message.peer_key, expect=message.expect, now=now, unix_s=unix_s)
