"""From a command line to a relay that runs: folder, configuration, doors, monitor, poster."""

import argparse
import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol, TypeAlias

from messenger.core.errors import RelayConfigError
from messenger.core.types import Address
from messenger.protocol.relay_card import encode_relay_link
from messenger.relay.alone import Alone
from messenger.relay.config import RelayConfig, check_value, load_config
from messenger.relay.doors import door_count, open_doors
from messenger.relay.fleet import Fleet
from messenger.relay.folder import RelayFolder
from messenger.relay.instance import log_exception, prepare_process
from messenger.relay.monitor import Monitor
from messenger.relay.poster import card_of, poster
from messenger.relay.systemd import notify
from messenger.relay.view import RelayView

PULSE_S: Final = 5.0  # between two signs of life to systemd


class Relay(Protocol):
    """What can be hosted: one instance or a fleet."""

    async def start(self) -> None:
        """Open what is needed."""
        ...

    async def run(self, stopped: asyncio.Event) -> None:
        """Serve until ``stopped``."""
        ...

    def view(self) -> RelayView:
        """Return what there is to see."""
        ...


Make: TypeAlias = Callable[[RelayFolder, RelayConfig, list[socket.socket]], Relay]


def serve(options: argparse.Namespace) -> None:
    """Serve in this process until SIGTERM or Ctrl-C."""
    _host(options, lambda folder, config, doors: Alone(folder, config, doors[0]), fleet=False)


def fleet(options: argparse.Namespace) -> None:
    """Supervise instances until SIGTERM or Ctrl-C."""
    _host(options, Fleet, fleet=True)


def _host(options: argparse.Namespace, make: Make, *, fleet: bool) -> None:
    folder = RelayFolder.at(options.folder)
    folder.prepare()
    config = _with_options(load_config(options.config or folder.config), options)
    prepare_process(config.relay.max_connections)
    count = door_count(config.fleet.max) if fleet else 1
    with (
        folder.locked(),
        asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
    ):
        runner.run(_live(folder, config, make, count, qr=not options.no_qr))


def _with_options(config: RelayConfig, options: argparse.Namespace) -> RelayConfig:
    """Let the command line overrule the file, checked by the same rules."""
    told = {
        "relay": {"listen": options.listen, "address": options.address},
        "fleet": {"min": getattr(options, "min", None), "max": getattr(options, "max", None)},
    }
    for table, values in told.items():
        given = {key: value for key, value in values.items() if value is not None}
        for key, value in given.items():
            check_value(table, key, value, f"the option --{key}")
        config = replace(config, **{table: replace(getattr(config, table), **given)})
    if config.fleet.min > config.fleet.max:
        raise RelayConfigError("fleet.min must not be above fleet.max.")
    return config


async def _live(
    folder: RelayFolder, config: RelayConfig, make: Make, count: int, *, qr: bool
) -> None:
    asyncio.get_running_loop().set_exception_handler(log_exception)
    stopped = _stopped_by_signal()
    key = folder.own_key().public
    doors = open_doors(config.listen, count)
    listen = Address(*doors[0].getsockname()[:2])
    relay = make(folder, config, doors)
    await relay.start()
    card = card_of(config, key, listen)
    monitor = Monitor(relay.view)
    at = await monitor.listen(config.monitor_at) if config.monitor_at else None
    pulse = asyncio.create_task(_pulse())
    try:
        with folder.announced(encode_relay_link(card), listen, at):
            sys.stdout.write(poster(card, qr=qr and sys.stdout.isatty()))
            sys.stdout.write(f"It listens on {listen}; Ctrl+C ends it.\n")
            sys.stdout.flush()
            notify("READY=1")
            await relay.run(stopped)
    finally:
        notify("STOPPING=1")
        pulse.cancel()
        await monitor.close()


async def _pulse() -> None:
    """Show systemd that this loop goes round."""
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(PULSE_S)


def _stopped_by_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":  # its loop has no handlers
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stopped.set))
        else:
            loop.add_signal_handler(number, stopped.set)
    return stopped
