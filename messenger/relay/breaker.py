"""A circuit breaker around any store: what fails or hangs is left alone until it answers again.

Purgatory counts the failures and keeps the three states. What is ours: a bound on the time of
each call, one probe at a time that nobody's request has to pay for, and a pause that no setting of
the computer's clock can stretch.

    closed       every call goes through
    opened       after ``threshold`` failures in a row; every call is refused at once
    half-opened  after ``pause_s``; one look at the store decides, the rest is still refused

Source: https://github.com/mardiros/purgatory; docs/relay.md, "When the store does not answer".
"""

import asyncio
import contextlib
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from purgatory import AsyncCircuitBreakerFactory, ContextChanged, Event

from messenger.core.errors import (
    MailboxDeniedError,
    MailboxFullError,
    MessengerError,
    RelayBusyError,
    RelayFullError,
)
from messenger.protocol.mailbox import Access, New
from messenger.relay.store import Heard, Store, Waiting

T = TypeVar("T")

_CIRCUIT: Final = "store"
# Of a store that works; and our own end, which says nothing about the store.
_NO_FAILURES: Final = [
    MailboxDeniedError,
    MailboxFullError,
    RelayFullError,
    asyncio.CancelledError,
]
_OWN_PAUSE: Final = -1e9  # s; purgatory's pause follows the settable clock, so it gets none


@dataclass(frozen=True, slots=True)
class Patience:
    """What the host sets; all times in seconds."""

    threshold: int = 5  # failures in a row that open; row S1-8
    call_s: float = 6.0  # one call; longer than the store on NATS tries by itself
    sweep_s: float = 120.0  # the hourly sweep, which has more to do
    pause_s: float = 10.0  # before each look at the store

    def __post_init__(self) -> None:
        if self.threshold < 1 or min(self.call_s, self.sweep_s) <= 0:
            raise ValueError("a threshold and the times of calls are above zero")
        if self.pause_s < self.call_s:
            # So every call from before the opening has ended when the probe begins, and none is
            # taken for it. (A sweep may be; it also tells whether the store works.)
            raise ValueError("the pause is not shorter than a call may take")


class Breaker:
    """A Store around a Store. Owner: the loop of its calls.

    A caller who goes away does not end the call: what the store was told stays so, and a
    hanging store is found out though its callers lose patience.

    Args:
        on_transition: called in the loop with the new state and a reason, once for each change;
            a :class:`messenger.relay.hook.HookCommand` fits.
    """

    def __init__(
        self,
        store: Store,
        *,
        on_transition: Callable[[str, str], None] = lambda state, reason: None,
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._on_transition = on_transition
        self._patience = patience or Patience()
        self._factory = AsyncCircuitBreakerFactory(self._patience.threshold, _OWN_PAUSE)
        self._factory.add_listener(self._on_event)
        self._state = "closed"
        self._refused_until: float | None = None  # of the loop's clock; None: not opened
        self._last_failure = ""
        self._calls: set[asyncio.Task[Any]] = set()
        self._probing: asyncio.Task[None] | None = None

    @property
    def state(self) -> str:
        """``closed``, ``opened`` or ``half-opened``."""
        return self._state

    # -- Store --------------------------------------------------------------------------------

    async def create(self, mailbox: New) -> None:
        """See :class:`Store`."""
        await self._call(lambda: self._store.create(mailbox))

    async def put(self, access: Access, envelope_id: bytes, envelope: bytes) -> bytes:
        """See :class:`Store`."""
        return await self._call(lambda: self._store.put(access, envelope_id, envelope))

    async def first_after(self, access: Access, after: int) -> Waiting | None:
        """See :class:`Store`."""
        return await self._call(lambda: self._store.first_after(access, after))

    async def acknowledge(self, access: Access, sequence: int) -> None:
        """See :class:`Store`."""
        await self._call(lambda: self._store.acknowledge(access, sequence))

    async def delete(self, access: Access) -> None:
        """See :class:`Store`."""
        await self._call(lambda: self._store.delete(access))

    async def expire(self) -> int:
        """See :class:`Store`."""
        return await self._call(self._store.expire, self._patience.sweep_s)

    async def check(self) -> None:
        """See :class:`Store`."""
        await self._call(self._store.check)

    def watch(self, heard: Heard) -> None:
        """See :class:`Store`."""
        self._store.watch(heard)

    async def close(self) -> None:
        """End the probe and let go of the store, which is not waited for longer than a call."""
        if self._probing is not None:
            self._probing.cancel()
        for call in self._calls:
            call.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience.call_s):
                await self._store.close()

    # -- calls --------------------------------------------------------------------------------

    async def _call(self, work: Callable[[], Awaitable[T]], limit_s: float | None = None) -> T:
        if self._refused_until is not None:
            left_s = self._refused_until - asyncio.get_running_loop().time()
            raise RelayBusyError(
                "the store of the relay is left alone for now",
                retry_after_s=max(1, math.ceil(left_s)),
            )
        call = asyncio.create_task(self._guarded(work, limit_s or self._patience.call_s))
        self._calls.add(call)
        call.add_done_callback(self._on_called)
        return await asyncio.shield(call)

    def _on_called(self, call: asyncio.Task[Any]) -> None:
        self._calls.discard(call)
        if not call.cancelled():
            call.exception()  # seen, also when its caller has gone

    async def _guarded(self, work: Callable[[], Awaitable[T]], limit_s: float) -> T:
        circuit = await self._factory.get_breaker(_CIRCUIT, exclude=[*_NO_FAILURES])
        async with circuit:
            # Purgatory would tell of half-opened together with what comes after it.
            for event in _taken(circuit.context.messages):
                await circuit.messagebus.handle(event, circuit.uow)
            return await self._timed(work, limit_s)

    async def _timed(self, work: Callable[[], Awaitable[T]], limit_s: float) -> T:
        try:
            async with asyncio.timeout(limit_s):
                return await work()
        except TimeoutError as error:
            self._last_failure = f"no answer in {limit_s:g} s"
            raise RelayBusyError("the store of the relay does not answer") from error
        except MessengerError as error:
            self._last_failure = str(error)
            raise
        except Exception as error:
            self._last_failure = type(error).__name__  # its text is not ours
            raise

    # -- states -------------------------------------------------------------------------------

    def _on_event(self, circuit: str, kind: str, event: Event) -> None:
        if not isinstance(event, ContextChanged):
            return
        was, self._state = self._state, event.state
        if event.state == "opened":
            loop = asyncio.get_running_loop()
            self._refused_until = loop.time() + self._patience.pause_s
            if self._probing is None:
                self._probing = loop.create_task(self._probe())
            failures = "the probe" if was == "half-opened" else f"{self._patience.threshold} calls"
            self._on_transition("opened", f"{failures} failed: {self._last_failure}")
        elif event.state == "half-opened":
            self._on_transition("half-opened", "a look at the store decides")
        else:
            self._refused_until = None
            self._on_transition("closed", "the store answers")

    async def _probe(self) -> None:
        while self._refused_until is not None:
            await asyncio.sleep(self._patience.pause_s)
            with contextlib.suppress(Exception):  # told already: the state opens again
                await self._guarded(self._store.check, self._patience.call_s)
        self._probing = None


def _taken(messages: list[Event]) -> list[Event]:
    taken = messages[:]
    messages.clear()
    return taken
