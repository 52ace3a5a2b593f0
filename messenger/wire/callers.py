"""Those who call us: from the accepted socket to a link, or to nothing."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from typing import Final

from messenger.core.types import Address, Cover, CoverMode
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.link import Link
from messenger.protocol.replay import ReplayCache
from messenger.wire.call_rate import CallRate
from messenger.wire.connection import Connection, Hub
from messenger.wire.half_open import HalfOpen
from messenger.wire.listener import Listener
from messenger.wire.messages import (
    AcceptFromWith,
    AcceptWith,
    Listen,
    ListenFailed,
    Listening,
)

log = logging.getLogger(__name__)

_NO_COVER: Final = Cover(1.0)  # nobody is accepted before Listen says what to use


class Callers:
    """Listens, and leads callers through the handshake.

    Owner: the wire process's loop.

    Args:
        on_up: gets the connection of a caller who completed the handshake; returns its number.
        on_down: gets both when the connection is closed.
    """

    def __init__(
        self,
        hub: Hub,
        own: KeyPair,
        replay: ReplayCache,
        *,
        on_up: Callable[[Connection], int],
        on_down: Callable[[int, Connection], None],
    ) -> None:
        self._hub = hub
        self._own = own
        self._former: tuple[KeyPair, ...] = ()
        self._replay = replay
        self.on_up = on_up
        self.on_down = on_down
        self.half_open = HalfOpen()
        self._rate = CallRate()
        self._listener = Listener(self.half_open, self._on_caller)
        self._cover = _NO_COVER
        self._covers_of: dict[bytes, Cover] = {}  # by the caller's key
        self._strangers_until = 0.0  # monotonic seconds
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    def change_identity(self, own: KeyPair, former: tuple[KeyPair, ...]) -> None:
        """Be met under another key from now on, and under those it replaced."""
        self._own, self._former = own, former

    def listen(self, message: Listen) -> Listening | ListenFailed:
        """Bind; links accepted from now on have the cover of ``message``."""
        self._cover = Cover(message.interval_s, CoverMode(message.mode))
        return self._listener.listen(message)

    def accept_with(self, message: AcceptWith) -> None:
        """Give links accepted from now on another cover; links that stand keep theirs."""
        self._cover = Cover(message.interval_s, CoverMode(message.mode))

    def accept_from_with(self, message: AcceptFromWith) -> None:
        """Give links that these keys make from now on a cover of their own."""
        self._covers_of = {
            own.peer_key: Cover(own.interval_s, CoverMode(own.mode)) for own in message.covers
        }

    def stop_listening(self) -> None:
        """Accept nobody any more; who is accepted stays."""
        self._listener.close()

    def admit_strangers(self, seconds: float) -> None:
        """Answer callers on first use for so long from now."""
        self._strangers_until = self._loop.time() + seconds

    def _on_caller(self, sock: socket.socket, address: Address) -> None:
        task = self._loop.create_task(self._accept(sock, address))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, sock: socket.socket, address: Address) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: self._connection_of(address), sock)
        except OSError:  # gone before we looked
            sock.close()
            self.half_open.release(address.host)

    def _connection_of(self, address: Address) -> Connection:
        return Connection(
            self._hub,
            _Caller(self, address.host),
            cover_for=self._cover_for,
            address=address,
            outgoing=False,
            open_link=lambda now: self._open_link(address.host, now),
        )

    def _cover_for(self, peer_key: bytes) -> Cover:
        return self._covers_of.get(peer_key, self._cover)

    def _open_link(self, host: str, now: float) -> Link:
        return Link.accept(
            self._own,
            now=now,
            unix_s=int(time.time()),
            admits_strangers=lambda: self._loop.time() < self._strangers_until,
            may_answer=lambda: self._rate.take(host, self._loop.time()),
            replay=self._replay,
            former=self._former,
        )


class _Caller:
    """Owner of one accepted connection: half-open until its handshake is complete."""

    def __init__(self, callers: Callers, host: str) -> None:
        self._callers = callers
        self._host = host
        self._number: int | None = None

    def on_established(self, connection: Connection) -> int:
        self._callers.half_open.release(self._host)
        self._number = self._callers.on_up(connection)
        return self._number

    def on_handshake_failed(self, reason: str, other_key: bytes | None) -> None:
        log.debug("a caller is not answered: %s", reason)

    def on_closed(self, connection: Connection) -> None:
        if self._number is None:
            self._callers.half_open.release(self._host)
        else:
            self._callers.on_down(self._number, connection)
