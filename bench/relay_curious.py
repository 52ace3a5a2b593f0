"""A relay whose host writes down all that a relay can see of two people: one is enough for them.

It answers like every other one; the program of the two cannot tell. What it notes is what any
relay could: when which mailbox was asked for what, how long the question was, and what came of it.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from messenger.core.clock import SystemClock
from messenger.core.types import Address, Cover
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.mailbox import Get, Operation, Size, Status, decode_answer, decode_request
from messenger.protocol.relay_card import RelayCard
from messenger.protocol.replay import ReplayCache
from messenger.relay.admission import Admission
from messenger.relay.server import RelayServer
from messenger.relay.service import Service
from messenger.relay.sqlite_store import SqliteStore

MAX_CLIENTS: Final = 50


@dataclass(frozen=True, slots=True)
class Noted:
    """One request."""

    at: float  # monotonic seconds, when its last byte was there
    operation: Operation
    mailbox: bytes  # the id by which it was asked for
    length: int  # bytes of the request
    found: bool  # a get that was given an envelope


@dataclass
class Notebook:
    """Everything that was asked, in order."""

    requests: list[Noted] = field(default_factory=list)

    def between(self, start: float, end: float) -> list[Noted]:
        """Return what was asked in a stretch of time."""
        return [each for each in self.requests if start <= each.at < end]


class CuriousService(Service):
    """Answers as a relay does, and notes."""

    def __init__(self, store: SqliteStore, notebook: Notebook) -> None:
        super().__init__(store, Admission(SystemClock()))
        self._notebook = notebook

    async def answer(self, data: bytes, address: str, *, may_wait: bool = True) -> bytes:
        """See :class:`Service`."""
        at = time.monotonic()
        answer = await super().answer(data, address, may_wait=may_wait)
        _, request = decode_request(data)
        room: Size | None = request.room if isinstance(request, Get) else None
        _, told = decode_answer(answer, room=room)
        found = room is not None and told.status is Status.OK and told.sequence > 0
        mailbox = data[5:29]  # behind operation and number stands the id, in every request
        noted = Noted(at, Operation(data[0]), mailbox, len(data), found)
        self._notebook.requests.append(noted)
        return answer


@asynccontextmanager
async def curious_relay(folder: Path, cover: Cover) -> AsyncIterator[tuple[RelayCard, Notebook]]:
    """Be such a relay on a free port of this machine, in this loop."""
    notebook, own = Notebook(), KeyPair.generate()
    store = SqliteStore(folder / "relay.db", SystemClock())
    server = RelayServer(
        CuriousService(store, notebook),
        own,
        cover=cover,
        replay=ReplayCache(),
        max_connections=MAX_CLIENTS,
    )
    try:
        yield RelayCard(server.listen(Address("127.0.0.1", 0)), own.public), notebook
    finally:
        await server.stop()
        await store.close()
