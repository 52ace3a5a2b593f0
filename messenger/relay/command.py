"""``hum relay``: its part of the command line. What hosts a relay is loaded when one is hosted."""

import argparse
import contextlib
import sys
from pathlib import Path
from types import ModuleType

from messenger.core.errors import RelayConfigError

GOOD = 0  # exit code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands to ``hum relay``."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--folder", type=Path, metavar="DIR", help="where everything of it lies")
    common.add_argument("--verbose", action="store_true", help="log more, on stderr")
    hosting = argparse.ArgumentParser(add_help=False, parents=[common])
    hosting.add_argument("--config", type=Path, metavar="FILE", help="instead of DIR/relay.toml")
    hosting.add_argument("--listen", metavar="IP:PORT", help="where clients come in")
    hosting.add_argument("--address", metavar="HOST:PORT", help="what the link says")
    hosting.add_argument("--no-qr", action="store_true", help="print the link alone")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", required=True)
    serve = commands.add_parser("serve", parents=[hosting], help="one instance: enough for most")
    serve.set_defaults(run=_serve)
    fleet = commands.add_parser(
        "fleet", parents=[hosting], help="as many instances as are needed, replaced when they fail"
    )
    fleet.add_argument("--min", type=int, metavar="N", help="instances that always run")
    fleet.add_argument("--max", type=int, metavar="N", help="the most that ever run")
    fleet.set_defaults(run=_fleet)
    link = commands.add_parser("link", parents=[common], help="print the link of a running relay")
    link.set_defaults(run=_link)
    status = commands.add_parser("status", parents=[common], help="show a running relay")
    status.add_argument("--once", action="store_true", help="print the table once")
    status.add_argument("--json", action="store_true", help="print what /healthz says")
    status.set_defaults(run=_status)


def _serve(options: argparse.Namespace) -> int:
    """Serve in this process until SIGTERM or Ctrl-C."""
    _hosting().serve(options)
    return GOOD


def _fleet(options: argparse.Namespace) -> int:
    """Supervise instances until SIGTERM or Ctrl-C."""
    if not sys.platform.startswith("linux"):
        raise RelayConfigError("a fleet needs Linux; `hum relay serve` runs everywhere")
    _hosting().fleet(options)
    return GOOD


def _link(options: argparse.Namespace) -> int:
    """Print the link of the relay that runs."""
    from messenger.relay.folder import RelayFolder  # noqa: PLC0415  keeps other commands light

    print(RelayFolder.at(options.folder).running().link)
    return GOOD


def _status(options: argparse.Namespace) -> int:
    """Print the view of the relay that runs, live on a terminal."""
    from messenger.relay import status  # noqa: PLC0415  keeps other commands light
    from messenger.relay.folder import RelayFolder  # noqa: PLC0415  likewise

    monitor = RelayFolder.at(options.folder).running().monitor
    if options.json:
        sys.stdout.write(status.ask(monitor).decode("utf-8", "replace"))
    elif options.once or not sys.stdout.isatty():
        sys.stdout.write(status.table(status.read(status.ask(monitor))))
    else:
        with contextlib.suppress(KeyboardInterrupt):
            status.show_live(monitor)
    return GOOD


def _hosting() -> ModuleType:
    """Load what hosts a relay; the rest of Hum does not need what that needs."""
    try:
        from messenger.relay import hosting  # noqa: PLC0415  see above
    except ModuleNotFoundError as error:
        raise RelayConfigError(
            f"to host a relay, install what it needs: pip install 'hum-messenger[relay]' "
            f"({error.name} is missing)"
        ) from error
    return hosting
