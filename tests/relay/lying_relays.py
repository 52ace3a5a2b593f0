"""Relays that lie, each in one way: real servers whose service is planted.

Until ``awake`` they behave, so that mailboxes come into being.
"""

import asyncio
import itertools
from collections.abc import Callable
from typing import Generic, TypeVar

from messenger.core.clock import SystemClock
from messenger.protocol.mailbox import Ack, Answer, Get, New, Put, Request, Size, Status, Wait
from messenger.relay.admission import Admission
from messenger.relay.service import Service
from messenger.relay.sqlite_store import SqliteStore


class Liar(Service):
    """Remembers what it was given and says something else; by itself it tells the truth."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store, Admission(SystemClock()), patience_s=0.2)
        self.awake = False
        self.lies = 0
        self.numbers = itertools.count(1_000)
        self.owners: dict[bytes, bytes] = {}
        self.taken: list[tuple[bytes, bytes]] = []  # the owner's id, and the envelope

    async def _do(self, request: Request, address: str) -> Answer:
        if isinstance(request, New):
            self.owners[request.depositor] = request.owner
        elif isinstance(request, Put):
            self.taken.append((self.owners[request.access.mailbox], request.envelope))
        lie = self.lie(request) if self.awake else None
        if lie is None:
            return await super()._do(request, address)
        self.lies += 1
        return lie

    def lie(self, request: Request) -> Answer | None:
        """Return what is said in place of the truth; None: the truth."""
        return None

    def of(self, mailbox: bytes) -> list[bytes]:
        """Return what was put into a mailbox, the oldest first."""
        return [envelope for owner, envelope in self.taken if owner == mailbox]

    def envelope(self, request: Get, envelope: bytes) -> Answer:
        """Hand out an envelope under a number that nobody has seen."""
        if len(envelope) > request.room.length:
            return Answer(Status.LARGER, sequence=next(self.numbers))
        return Answer(Status.OK, 0, next(self.numbers), bytes(32), envelope)


class Dropping(Liar):
    """Says that it has an envelope, and throws it away."""

    def lie(self, request: Request) -> Answer | None:
        return Answer(Status.OK) if isinstance(request, Put) else None


class Doubling(Liar):
    """Forgets no acknowledged envelope: the first one comes again and again."""

    def lie(self, request: Request) -> Answer | None:
        if isinstance(request, Get) and (mine := self.of(request.access.mailbox)):
            return self.envelope(request, mine[self.lies % len(mine)])
        return None


class Reversing(Liar):
    """Hands out the newest first."""

    def lie(self, request: Request) -> Answer | None:
        if isinstance(request, Get) and (mine := self.of(request.access.mailbox)):
            return self.envelope(request, mine[-1 - self.lies % len(mine)])
        return None


class Swapping(Liar):
    """Hands out what is in somebody else's mailbox."""

    def lie(self, request: Request) -> Answer | None:
        theirs = [e for owner, e in self.taken if owner != self._asker(request)]
        if isinstance(request, Get) and theirs:
            return self.envelope(request, theirs[-1])
        return None

    def _asker(self, request: Request) -> bytes:
        return request.access.mailbox if isinstance(request, Get) else b""


class Truncating(Liar):
    """Hands out the beginning of an envelope."""

    def lie(self, request: Request) -> Answer | None:
        if isinstance(request, Get) and (mine := self.of(request.access.mailbox)):
            return self.envelope(request, mine[-1][:1_000].ljust(Size.SMALL.length, b"\0"))
        return None


class Refusing(Liar):
    """Says of every mailbox that it is full, unknown, or that it has no time."""

    def lie(self, request: Request) -> Answer | None:
        if isinstance(request, Put | Get | Ack | Wait):
            status = (Status.QUOTA, Status.AUTH, Status.BUSY)[self.lies % 3]
            return Answer(status, retry_after_s=1)
        return None


class Babbling(Liar):
    """Answers with bytes that are no answer."""

    async def answer(self, data: bytes, address: str, *, may_wait: bool = True) -> bytes:
        if not self.awake:
            return await super().answer(data, address, may_wait=may_wait)
        self.lies += 1
        return b"\xff" * 47


class Mute(Liar):
    """Takes every request and answers none."""

    async def answer(self, data: bytes, address: str, *, may_wait: bool = True) -> bytes:
        if not self.awake:
            return await super().answer(data, address, may_wait=may_wait)
        self.lies += 1
        await asyncio.Event().wait()
        raise AssertionError


class Impostor(Liar):
    """Its host has somebody's link: letters that come for them are exchanged for another one."""

    door = b""  # the depositor's id that the link names
    forged = b""

    async def _do(self, request: Request, address: str) -> Answer:
        if self.awake and isinstance(request, Put) and request.access.mailbox == self.door:
            self.lies += 1
            request = Put(request.access, request.envelope_id, self.forged)
        return await super()._do(request, address)


class Answering(Liar):
    """Answers letters itself: what it made up lies before what was really left."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self.answers: list[bytes] = []
        self.to = b""  # the owner's id of whoever waits for an answer

    def lie(self, request: Request) -> Answer | None:
        if isinstance(request, Get) and request.access.mailbox == self.to and self.answers:
            return self.envelope(request, self.answers.pop())
        return None


AnyLiar = TypeVar("AnyLiar", bound=Liar)


class Planted(Generic[AnyLiar]):
    """Makes the service of a story's relay a liar; it is ``liar`` once the relay runs."""

    liar: AnyLiar

    def __init__(self, kind: Callable[[SqliteStore], AnyLiar]) -> None:
        self._kind = kind

    def __call__(self, store: SqliteStore) -> AnyLiar:
        self.liar = self._kind(store)
        return self.liar
