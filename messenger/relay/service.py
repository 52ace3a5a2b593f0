"""From the bytes of a request to the bytes of its answer, over any store."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final
from weakref import WeakValueDictionary

from messenger.core.errors import (
    MailboxDeniedError,
    MailboxFullError,
    RelayBusyError,
    RelayUnavailableError,
)
from messenger.protocol.mailbox import (
    Access,
    Ack,
    Answer,
    Delete,
    Get,
    New,
    Operation,
    Put,
    Request,
    Size,
    Status,
    Wait,
    decode_request,
    encode_answer,
)
from messenger.relay.admission import Admission
from messenger.relay.meter import Meter
from messenger.relay.store import Store

RETRY_AFTER_S: Final = 5  # with BUSY of the store; ours
DEFAULT_PATIENCE_S: Final = 60.0  # how long a wait is left open; ours
# Open waits at one mailbox: of its owner, perhaps on two computers, and of links that broke and do
# not know it yet. Each put there asks the store for each of them; ours.
WAITS_MAX_PER_MAILBOX: Final = 4


class Service:
    """Answers requests; holds nothing that another instance would need.

    A wait notices a put at this instance at once, and one at another instance when the store tells
    of it or somebody calls :meth:`wake`. Where the word went missing, the wait finds the envelope
    when its patience ends. A mailbox has a few waits open at most: one more ends the oldest.

    Args:
        meter: counts what is asked and answered.
        on_arrival: gets the owner's id of each mailbox that got an envelope here.
    """

    def __init__(
        self,
        store: Store,
        admission: Admission,
        *,
        patience_s: float = DEFAULT_PATIENCE_S,
        meter: Meter | None = None,
        on_arrival: Callable[[bytes], None] = lambda owner: None,
    ) -> None:
        self._store = store
        self._admission = admission
        self._patience_s = patience_s
        self._meter = meter
        self._on_arrival = on_arrival
        # By the owner's id, for as long as somebody waits there: the wait holds the event.
        self._arrivals: WeakValueDictionary[bytes, asyncio.Event] = WeakValueDictionary()
        # By the same id, oldest first, for as long as one of them is open.
        self._open: WeakValueDictionary[bytes, deque[asyncio.Timeout]] = WeakValueDictionary()
        store.watch(self.wake)

    async def answer(self, data: bytes, address: str, *, may_wait: bool = True) -> bytes:
        """Return the answer to one request that came from ``address``.

        Args:
            may_wait: False answers a wait with BUSY: this client has too many open.

        Raises:
            MalformedFrameError: not a request; the connection is to be closed.
        """
        number, request = decode_request(data)
        room = request.room if isinstance(request, Get) else None
        if isinstance(request, Wait) and not may_wait:
            return encode_answer(number, Answer(Status.BUSY, RETRY_AFTER_S))
        began = time.monotonic()
        answer = await self._checked(request, address)
        if self._meter is not None:
            operation = Operation(data[0])
            self._meter.on_request(operation, answer.status, time.monotonic() - began)
        return encode_answer(number, answer, room=room)

    def wake(self, owner: bytes) -> None:
        """Let whoever waits at this mailbox look again."""
        if arrived := self._arrivals.pop(owner, None):
            arrived.set()

    async def expire(self) -> int:
        """Forget what is too old; return how many envelopes.

        Raises:
            RelayBusyError: the store cannot do this now.
        """
        return await self._store.expire()

    async def _checked(self, request: Request, address: str) -> Answer:
        try:
            return await self._do(request, address)
        except MailboxDeniedError:
            return Answer(Status.AUTH)
        except MailboxFullError:
            return Answer(Status.QUOTA)
        except RelayBusyError as error:
            return Answer(Status.BUSY, error.retry_after_s or RETRY_AFTER_S)

    async def _do(self, request: Request, address: str) -> Answer:
        match request:
            case New():
                if retry_after_s := self._admission.admit(address):
                    return Answer(Status.BUSY, retry_after_s)
                await self._store.create(request)
            case Put(access, envelope_id, envelope):
                if retry_after_s := self._admission.admit_put(address, len(envelope)):
                    return Answer(Status.BUSY, retry_after_s)
                owner = await self._put(access, envelope_id, envelope, address)
                self.wake(owner)
                self._on_arrival(owner)
            case Get(access, after, room):
                return await self._get(access, after, room)
            case Ack(access, sequence):
                await self._store.acknowledge(access, sequence)
            case Wait(access, after):
                return await self._wait(access, after)
            case Delete(access):
                await self._store.delete(access)
        return Answer(Status.OK)

    async def _put(
        self, access: Access, envelope_id: bytes, envelope: bytes, address: str
    ) -> bytes:
        try:
            return await self._store.put(access, envelope_id, envelope)
        except RelayUnavailableError:
            self._admission.give_back(address, len(envelope))
            raise

    async def _get(self, access: Access, after: int, room: Size) -> Answer:
        found = await self._store.first_after(access, after)
        if found is None:
            return Answer(Status.OK)
        if len(found.envelope) > room.length:
            return Answer(Status.LARGER, sequence=found.sequence)
        return Answer(Status.OK, 0, found.sequence, found.envelope_id, found.envelope)

    async def _wait(self, access: Access, after: int) -> Answer:
        try:
            async with asyncio.timeout(self._patience_s) as patience:
                return await self._first(access, after, patience)
        except TimeoutError:
            found = await self._store.first_after(access, after)
            return Answer(Status.OK, sequence=found.sequence if found else 0)

    async def _first(self, access: Access, after: int, patience: asyncio.Timeout) -> Answer:
        while True:
            # Taken before the look, so that no put falls between.
            arrived = self._arrivals.setdefault(access.mailbox, asyncio.Event())
            if found := await self._store.first_after(access, after):
                return Answer(Status.OK, sequence=found.sequence)
            with self._staying(access.mailbox, patience):  # the secret is right
                await arrived.wait()

    @contextlib.contextmanager
    def _staying(self, mailbox: bytes, patience: asyncio.Timeout) -> Iterator[None]:
        """Keep a wait open; where there are too many, the patience of the oldest ends now."""
        waits = self._open.setdefault(mailbox, deque())
        waits.append(patience)
        if len(waits) > WAITS_MAX_PER_MAILBOX:
            oldest = waits.popleft()
            if not oldest.expired():
                oldest.reschedule(0)
        try:
            yield
        finally:
            if patience in waits:
                waits.remove(patience)
