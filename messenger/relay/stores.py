"""Which store a configuration means."""

import contextlib
from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import MessengerError
from messenger.relay.config import StoreConfig
from messenger.relay.folder import RelayFolder
from messenger.relay.sqlite_store import SqliteStore
from messenger.relay.store import Store

MIB: Final = 1024 * 1024  # bytes


async def open_store(config: StoreConfig, folder: RelayFolder, clock: Clock) -> Store:
    """Open the store.

    Raises:
        StoreTooNewError, RelayBusyError: it cannot be used.
    """
    store = SqliteStore(folder.store, clock, max_len=config.max_mib * MIB)
    try:
        await store.open()
    except MessengerError:
        await store.close()
        raise
    return store


def store_len(folder: RelayFolder) -> int:
    """Return the bytes that the store takes on the disk of this machine."""
    length = 0
    for path in (folder.store, folder.store.with_name(folder.store.name + "-wal")):
        with contextlib.suppress(OSError):
            length += path.stat().st_size
    return length
