"""First flights that were answered, kept across restarts.

Somebody who knows our link can make as many as we answer, so the table has the bound of the memory
that it fills at the next start, and what comes while one commit is under way shares the next one.
"""

import asyncio
import logging
from collections import deque
from functools import partial
from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import StoreError
from messenger.protocol.replay import MAX_TAG_COUNT
from messenger.store.database import Store, Transaction

log = logging.getLogger(__name__)

FLIGHT_MEMORY_MS: Final = 8 * 24 * 3600 * 1000  # replay tags are kept longer than their validity
TIDY_COUNT: Final = 1_024  # tags added between two looks at how many there are


def known_flights(tx: Transaction, now: int) -> tuple[bytes, ...]:
    """Return the tags that still matter at Unix ms ``now``, oldest first; forget the others."""
    tx.flights.keep(MAX_TAG_COUNT, since=now - FLIGHT_MEMORY_MS)
    return tx.flights.all()


class FlightMemory:
    """Owner: the engine's loop thread."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: deque[bytes] = deque(maxlen=MAX_TAG_COUNT)
        self._added = 0  # since the last look
        self._writing: asyncio.Task[None] | None = None

    def remember(self, tag: bytes) -> None:
        """Keep a tag, so that its flight is refused after a restart too."""
        self._waiting.append(tag)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def stop(self) -> None:
        """Let what waits be written."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            tags = tuple(self._waiting)
            self._waiting.clear()
            try:
                await self._store.write(partial(self._add, tags=tags))
            except StoreError as error:  # the wire process knows them for as long as it lives
                log.error("tags of first flights are not kept: %s", error.kind)

    def _add(self, tx: Transaction, tags: tuple[bytes, ...]) -> None:
        now = self._clock.unix_ms()
        for tag in tags:
            tx.flights.add(tag, now)
        self._added += len(tags)
        if self._added >= TIDY_COUNT:
            self._added = 0
            tx.flights.keep(MAX_TAG_COUNT, since=now - FLIGHT_MEMORY_MS)
