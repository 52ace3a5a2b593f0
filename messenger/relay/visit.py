"""One client's connection to the relay: requests come in, answers leave on the schedule.

What a client may have open is bounded, because it may ask faster than our schedule lets answers
leave: every request counts until the last byte of its answer has left.
"""

import asyncio
import itertools
import logging
from typing import Protocol

from messenger.core.errors import MalformedFrameError
from messenger.protocol.channels import Channel
from messenger.protocol.mailbox import MAX_OPEN_WAITS, MAX_UNANSWERED, Operation
from messenger.relay.places import Waits
from messenger.relay.service import Service
from messenger.wire.connection import Connection

log = logging.getLogger(__name__)


class Visits(Protocol):
    """The server around the connections."""

    waits: Waits

    def on_up(self, visit: "Visit") -> int:
        """The handshake is complete; return the number of the link."""
        ...

    def on_gone(self, visit: "Visit") -> None:
        """The socket is closed, whether or not there was a handshake."""
        ...


class Visit:
    """The owner of one accepted connection.

    Owner: the relay's loop.

    Args:
        host: the client's address, for what one place may have; never logged.
    """

    def __init__(self, visits: Visits, service: Service, host: str) -> None:
        self._visits = visits
        self._service = service
        self.host = host
        self.number: int | None = None  # None: half-open
        self._connection: Connection | None = None
        self._frame_numbers = itertools.count(1)
        # Frame numbers of the answers, until these have left; of waits also whether it counts.
        self._waits: dict[int, bool] = {}
        self._others: set[int] = set()
        self._leaving = False
        self._tasks: set[asyncio.Task[None]] = set()

    # -- ConnectionOwner ----------------------------------------------------------------------

    def on_established(self, connection: Connection) -> int:
        self._connection = connection
        self.number = self._visits.on_up(self)
        return self.number

    def on_handshake_failed(self, reason: str, other_key: bytes | None) -> None:
        log.debug("a caller is not answered: %s", reason)

    def on_closed(self, connection: Connection) -> None:
        self.forget_requests()
        self._visits.on_gone(self)

    # -- requests -----------------------------------------------------------------------------

    def on_frame(self, channel: int, body: bytes) -> None:
        """Begin to answer one request, or end the link of a client that breaks a rule."""
        if channel != Channel.MESSAGE:
            self.end("protocol")
            return
        is_wait = body[:1] == bytes((Operation.WAIT,)) and len(self._waits) < MAX_OPEN_WAITS
        if not is_wait and len(self._others) >= MAX_UNANSWERED:
            self.end("protocol")
            return
        may_wait = is_wait and self._visits.waits.take(self.host)
        frame = next(self._frame_numbers)
        if is_wait:
            self._waits[frame] = may_wait
        else:
            self._others.add(frame)
        task = asyncio.create_task(self._answer(body, frame, may_wait=may_wait))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def on_left(self, frame: int) -> None:
        """The last byte of an answer is on the wire."""
        if self._waits.pop(frame, False):
            self._visits.waits.give_back(self.host)
        self._others.discard(frame)
        if self._leaving and not self._others:
            self.end("closed")

    def leave(self) -> None:
        """End the link when what was asked is answered; a wait is no reason to stay."""
        self._leaving = True
        if not self._others:
            self.end("closed")

    def forget_requests(self) -> None:
        """Nobody hears the answers any more. What the store was told already stays so."""
        for task in self._tasks:
            task.cancel()
        self._visits.waits.give_back(self.host, sum(self._waits.values()))
        self._waits.clear()

    def end(self, reason: str) -> None:
        """End the link the way links end."""
        if self._connection is not None:
            self._connection.end(reason)

    async def _answer(self, body: bytes, frame: int, *, may_wait: bool) -> None:
        try:
            answer = await self._service.answer(body, self.host, may_wait=may_wait)
        except MalformedFrameError:
            self.end("protocol")
        except Exception as error:
            # A bug of ours: one client loses its link. Its traceback could show what it sent.
            log.error("a request could not be answered: %s", type(error).__name__)
            self.end("closed")
        else:
            if self._connection is not None:
                self._connection.send_frame(Channel.MESSAGE, answer, frame)
