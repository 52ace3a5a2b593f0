"""One instance of a relay: store, service, server and meter, in one loop."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final, Self

from messenger.core.clock import SystemClock
from messenger.core.errors import MessengerError
from messenger.relay.admission import Admission, UsedUp
from messenger.relay.breaker import Breaker
from messenger.relay.config import RelayConfig
from messenger.relay.folder import RelayFolder
from messenger.relay.meter import Meter, Reading
from messenger.relay.replay_store import ReplayStore
from messenger.relay.server import RelayServer
from messenger.relay.service import Service
from messenger.relay.stores import open_store, room_len

FLIGHTS_PERIOD_S: Final = 600.0  # between two looks for tags that are not needed any more
DESCRIPTORS_BESIDE: Final = 128  # files, doors and strangers, besides the clients

log = logging.getLogger(__name__)


class Instance:
    """Everything that answers clients in one process.

    Owner: the loop it is made in.
    """

    def __init__(
        self,
        store: Breaker,
        replay: ReplayStore,
        meter: Meter,
        service: Service,
        server: RelayServer,
        admitted: Admission,
    ) -> None:
        self.service = service
        self.server = server
        self.admission = admitted
        self._store = store
        self._replay = replay
        self._meter = meter
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(meter.watch_loop()),
            loop.create_task(self._forget_flights()),
        ]
        server.keep_tidy()

    @classmethod
    async def open(
        cls,
        folder: RelayFolder,
        config: RelayConfig,
        on_arrival: Callable[[bytes], None] | None = None,
        on_transition: Callable[[str, str], None] | None = None,
        on_use: Callable[[UsedUp], None] = lambda used: None,
    ) -> Self:
        """Open the store and begin to keep house; doors come later.

        Args:
            on_arrival: gets the owner's id of each mailbox that got an envelope here.
            on_transition: gets each new state of the breaker and its reason.
            on_use: gets what places use up of their room here.

        Raises:
            StoreError, RelayBusyError: the files cannot be used.
        """
        clock = SystemClock()
        own, replay, meter = folder.own_key(), ReplayStore(folder.flights), Meter(clock)
        try:
            store = await open_store(config, folder, clock, on_transition)
        except MessengerError:
            replay.close()
            raise
        tell = (
            on_arrival if on_arrival and config.store.kind == "sqlite" else _tell_nobody
        )  # a cluster tells all
        admitted = Admission(clock, room_len=room_len(config.store), on_use=on_use)
        service = Service(store, admitted, meter=meter, on_arrival=tell)
        server = RelayServer(
            service,
            own,
            cover=config.cover,
            replay=replay,
            max_connections=config.relay.max_connections,
        )
        return cls(store, replay, meter, service, server, admitted)

    def reading(self) -> Reading:
        """Return what this instance says of itself now."""
        return self._meter.reading(
            connections=self.server.connection_count,
            half_open=self.server.half_open.count,
            breaker=self._store.state,
        )

    async def end(self, seconds: float) -> None:
        """Send clients away within ``seconds``, then let go of everything."""
        await self.server.drain(seconds)
        for task in self._tasks:
            task.cancel()
        await self._store.close()
        self._replay.close()

    async def _forget_flights(self) -> None:
        while True:
            self._replay.forget_outdated(int(time.time()))
            await asyncio.sleep(FLIGHTS_PERIOD_S)


def _tell_nobody(owner: bytes) -> None:
    """There is nobody who would not know."""


def prepare_process(max_connections: int) -> None:
    """Let this process have as many sockets as clients; files are for its user alone."""
    os.umask(0o077)
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  POSIX only

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no file with keys in it
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, max_connections + DESCRIPTORS_BESIDE)
    if hard != resource.RLIM_INFINITY and wanted > hard:
        log.warning("the system allows %d open files: fewer clients than configured", hard)
        wanted = hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def log_exception(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log where it happened and nothing of what was in hand: asyncio would print addresses."""
    error = context.get("exception")
    place = ""
    if error is not None and (frame := error.__traceback__) is not None:
        while frame.tb_next is not None:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
    log.error("%s: %s %s", context.get("message"), type(error).__name__, place)
