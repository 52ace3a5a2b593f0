"""What time does to a profile: lifetimes and dates that end, and daily tidying.

Follows this computer's clock and looks at it at least once a minute, so that one that jumps is
noticed. What ends is gone from the database, the index and free pages before anybody is told.
"""

import asyncio
import contextlib
import logging
from typing import Final

from messenger.core.errors import StoreError
from messenger.core.types import ContactId, Message, MessageState
from messenger.engine.clock_watch import ClockWatch
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.engine.events import ClockJumped, Failure, MessageChanged, MessageRemoved
from messenger.store.database import Transaction

log = logging.getLogger(__name__)

LOOK_S: Final = 60.0  # seconds between two looks at the clock
BATCH_COUNT: Final = 200  # messages ended in one transaction, or fewer long ones
DAY_MS: Final = 24 * 3600 * 1000
SKIPPED_MS: Final = 30 * DAY_MS  # keys of missing envelopes are kept so long; design section 6


class Upkeep:
    """One task per node. Owner: the engine's loop thread."""

    def __init__(self, context: Context, contacts: Contacts) -> None:
        self._context = context
        self._contacts = contacts
        self._awake = asyncio.Event()
        self._failed = False
        self._tidied_at: int | None = None  # Unix ms
        self._clock_watch = ClockWatch(context.clock)
        self._task: asyncio.Task[None] | None = None
        context.wake_upkeep = self._awake.set

    async def start(self) -> None:
        """End what ended while the program did not run, then keep watch."""
        await self._try_to_look()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """End what is over by now.

        Raises:
            StoreError: some of it is still there.
        """
        now = self._context.clock.unix_ms()
        touched: set[ContactId] = set()
        while failed := await self._context.store.write(lambda tx: _give_up(tx, now)):
            for message in failed:
                self._context.emit(MessageChanged(message))
        while gone := await self._context.store.write_removal(lambda tx: _remove(tx, now)):
            for message in gone:
                touched.add(message.contact)
                self._context.emit(MessageRemoved(message.contact, message.row, message.id))
        for contact in touched:
            self._contacts.refresh(contact)

    async def _run(self) -> None:
        while True:
            self._tidy()
            await self._wait()
            moved_s = self._clock_watch.look()
            if moved_s:
                self._context.emit(ClockJumped(moved_s))
            await self._try_to_look()

    async def _try_to_look(self) -> None:
        try:
            await self.look()
        except StoreError as error:
            log.error("upkeep: %s", error.kind)
            self._failed = True
            self._context.emit(Failure(error))
        else:
            self._failed = False

    async def _wait(self) -> None:
        """Wait for the next end; after a failure, and for clocks that jump, LOOK_S at most."""
        self._awake.clear()
        try:
            at = await self._context.store.read(lambda reader: reader.next_deadline())
        except StoreError:
            at = None
        delay = LOOK_S
        if at is not None and not self._failed:
            delay = min(max(at - self._context.clock.unix_ms(), 0) / 1000, LOOK_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._awake.wait()

    def _tidy(self) -> None:
        """Once a day: give up envelopes that were found missing long ago."""
        now = self._context.clock.unix_ms()
        if self._tidied_at is not None and 0 <= now - self._tidied_at < DAY_MS:
            return
        self._tidied_at = now
        self._contacts.forget_skipped(now - SKIPPED_MS)


def _give_up(tx: Transaction, now: int) -> list[Message]:
    failed = []
    for row in tx.lifetimes.overdue(now, BATCH_COUNT):
        tx.outbox.take_out(row)
        tx.messages.set_state(row, MessageState.FAILED, "expired")
        failed.append(tx.lifetimes.begin(row, now))
    return failed


def _remove(tx: Transaction, now: int) -> list[Message]:
    removed = []
    for row in tx.lifetimes.over(now, BATCH_COUNT):
        if tx.is_full:
            break
        removed.append(tx.changes.remove(row))
    return removed
