"""From a configuration to an open store, with the breaker around it."""

import contextlib
import ssl
from collections.abc import Callable
from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import MessengerError, RelayStoreError
from messenger.relay.breaker import Breaker, Patience
from messenger.relay.config import RelayConfig, StoreConfig
from messenger.relay.folder import RelayFolder
from messenger.relay.sqlite_store import SqliteStore
from messenger.relay.store import Store

MIB: Final = 1024 * 1024  # bytes


async def open_store(
    config: RelayConfig,
    folder: RelayFolder,
    clock: Clock,
    on_transition: Callable[[str, str], None] | None = None,
) -> Breaker:
    """Open the store; ``on_transition`` is that of the breaker around it.

    Raises:
        StoreTooNewError, RelayBusyError, RelayStoreError: it cannot be used.
    """
    rules = config.breaker
    patience = Patience(threshold=rules.failures, call_s=rules.call_s, pause_s=rules.pause_s)
    if config.store.kind == "nats":
        store: Store = await _open_nats(config.store, clock)
    else:
        store = await _open_sqlite(config.store, folder, clock)
    if on_transition is None:
        return Breaker(store, patience=patience)
    return Breaker(store, patience=patience, on_transition=on_transition)


def room_len(config: StoreConfig) -> int:
    """Return the bytes of envelopes for which there is room, whichever mailboxes they are for.

    Who chooses the ids of mailboxes chooses among the streams of a cluster: one of them counts.
    """
    return config.max_mib * MIB // (config.spread if config.kind == "nats" else 1)


def store_len(folder: RelayFolder) -> int:
    """Return the bytes that the store takes on the disk of this machine."""
    length = 0
    for path in (folder.store, folder.store.with_name(folder.store.name + "-wal")):
        with contextlib.suppress(OSError):
            length += path.stat().st_size
    return length


async def _open_sqlite(config: StoreConfig, folder: RelayFolder, clock: Clock) -> SqliteStore:
    store = SqliteStore(folder.store, clock, max_len=config.max_mib * MIB)
    try:
        await store.open()
    except MessengerError:
        await store.close()
        raise
    return store


async def _open_nats(config: StoreConfig, clock: Clock) -> Store:
    from messenger.relay.nats_store import (  # noqa: PLC0415  its client is for clusters only
        NatsOptions,
        open_nats_store,
    )

    options = NatsOptions(
        prefix=config.prefix,
        spread=config.spread,
        replicas=config.replicas,
        max_len=config.max_mib * MIB,
        tls=_tls(config),
    )
    return await open_nats_store(config.servers, clock, options)


def _tls(config: StoreConfig) -> ssl.SSLContext | None:
    if not any(server.startswith("tls:") for server in config.servers):
        return None
    try:
        return ssl.create_default_context(cafile=config.ca or None)
    except OSError as error:
        raise RelayStoreError(f"store.ca: {config.ca} is no file of certificates") from error
