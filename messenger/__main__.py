"""The ``hum`` command: reads the command line and starts one of the programs."""

import argparse
import contextlib
import gc
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

from messenger import __version__
from messenger.core.errors import MessengerError
from messenger.core.logs import start_logging

GOOD, FAILED, USAGE = 0, 1, 2  # exit codes; docs/rpc.md
# Helper processes of a frozen program, which has no `python -m`: whose ``main`` a name runs.
INNER: Final = {
    "wire-process": "messenger.wire.process",
    "qr-reader": "messenger.gui.qr_reader",
    "thumbnailer": "messenger.gui.thumbnailer",
    "port-mapper": "messenger.net.port_mapper",
    "lan-finder": "messenger.net.lan_finder",
    "relay-nursery": "messenger.relay.nursery_process",
    "wiretest-witness": "messenger.wiretest.witness",
    "wiretest-computer": "messenger.wiretest.computers",
    "wiretest-controls": "messenger.wiretest.controls",
    "wiretest-window": "messenger.wiretest.window",
}
DUMPED_MEMORY: Final = Path("/proc/self/coredump_filter")  # bits: kinds of memory in a dump
_WITNESSED_NODE: Final = "wiretest-node"  # hum rpc whose wire process remembers its real cells
# Commands with options of their own: name, help, the module whose ``add_arguments`` declares them.
GROUPS: Final = (
    ("relay", "host a relay: mail waits there", "messenger.relay.command"),
    (
        "verify-install",
        "compare every file of Hum with its build",
        "messenger.update.verify_command",
    ),
    ("lab", "experiments that protect nothing", "messenger.lab.command"),
    ("wiretest", "attack the wire of this program on this machine", "messenger.wiretest.command"),
)

_COMMANDS: Final = frozenset(
    {
        "rpc",
        "doctor",
        "backup",
        "restore",
        "salvage",
        "search-rebuild",
        "demo",
        "forge",
        "lab",
        "relay",
        "update",
        "verify-install",
    }
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 good, 1 failed, 2 wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == [_WITNESSED_NODE]:
        import_module("messenger.wiretest.witness").use_witness()
        arguments[0] = "rpc"
    if arguments and arguments[0] in INNER:
        return _call(INNER[arguments[0]], "main", arguments[1:])
    if arguments and arguments[-1][:4].lower() == "hum:" and not _COMMANDS & set(arguments):
        arguments.insert(-1, "--add")  # as a browser says it: hum "hum:…"
    _forbid_core_dumps()
    options = _parser().parse_args(arguments)
    start_logging(verbose=options.verbose)
    command: Callable[[argparse.Namespace], int] = options.run
    try:
        return command(options)
    except MessengerError as error:
        print(f"hum: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130


def _forbid_core_dumps() -> None:
    """Memory holds keys and texts: a crash must not write them to the disk.

    No file is written beyond the first limit. Desktops have a program collect crashes instead,
    which Linux hands a dump whatever that limit is: so all memory is left out of it. Every process
    that this one starts inherits both. Source: core(5).
    """
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  POSIX only

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a kernel without dumps
            DUMPED_MEMORY.write_text("0", encoding="ascii")


def _call(module: str, function: str, argument: object) -> int:
    """Import a module only now that its work is wanted, and do it: every start stays light."""
    work: Callable[[object], int] = getattr(import_module(module), function)
    return work(argument)


def _later(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Return a command that is imported when it runs; it gets the options."""
    return partial(_call, module, function)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", type=Path, metavar="DIR", help="folder of the profile")
    common.add_argument("--profile", metavar="NAME", help="one of several profiles of this user")
    common.add_argument("--verbose", action="store_true", help="log more, on stderr")
    parser = argparse.ArgumentParser(
        prog="hum",
        parents=[common],
        description="A peer-to-peer messenger whose line never goes quiet.",
        epilog="Without a command the desktop application opens.",
        allow_abbrev=False,  # what begins like ours may be a command's: --min of a fleet
    )
    parser.add_argument("--version", action="version", version=f"hum {__version__}")
    parser.add_argument(
        "--minimised", "--minimized", action="store_true", help="start without a window"
    )
    parser.add_argument("--add", metavar="LINK", default="", help="open with a hum: link to add")
    parser.set_defaults(run=_app)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    rpc = commands.add_parser("rpc", parents=[common], help="the engine as JSON-RPC on stdio")
    _add_rpc(rpc)
    doctor = commands.add_parser(
        "doctor", parents=[common], help="why nobody is reached, step by step"
    )
    _add_keys(doctor)
    doctor.add_argument(
        "--wait", type=float, default=20.0, metavar="S", help="seconds for contacts and router"
    )
    doctor.set_defaults(run=_later("messenger.rpc.doctor_command", "run_doctor"))
    backup = commands.add_parser("backup", parents=[common], help="write a profile to one file")
    _add_backup(backup)
    restore = commands.add_parser("restore", parents=[common], help="make a profile of a backup")
    _add_restore(restore)
    salvage = commands.add_parser(
        "salvage", parents=[common], help="make a backup of what a damaged profile still holds"
    )
    _add_file(salvage)
    salvage.set_defaults(run=_later("messenger.rpc.profile_commands", "run_salvage"))
    rebuild = commands.add_parser(
        "search-rebuild", parents=[common], help="index all messages of a profile anew"
    )
    _add_keys(rebuild)
    rebuild.set_defaults(run=_later("messenger.rpc.profile_commands", "run_search_rebuild"))
    demo = commands.add_parser("demo", help="two profiles chat on this machine, wire and all")
    demo.add_argument(
        "--cover", default="lively", metavar="PROFILE", help="saver, balanced, lively"
    )
    demo.add_argument("--verbose", action="store_true", help=argparse.SUPPRESS)
    demo.set_defaults(run=lambda options: _call("messenger.rpc.demo", "run_demo", options.cover))
    forge = commands.add_parser("forge", help="make up a conversation that verifies")
    _add_forge(forge)
    update = commands.add_parser("update", help="look for a newer Hum")
    import_module("messenger.update.command").add_arguments(update, common)
    for name, words, module in GROUPS:
        import_module(module).add_arguments(commands.add_parser(name, help=words))
    return parser


def _add_rpc(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--listen", metavar="HOST:PORT", help="port 0: any free one")
    _add_keys(parser)
    parser.add_argument("--name", default="", help="what we call ourselves, on the first start")
    parser.add_argument(
        "--cover", metavar="PROFILE", help="saver, balanced, lively, or T=SECONDS to measure"
    )
    parser.add_argument(
        "--proxy", metavar="URL", help="everything leaves by it: socks5://[USER@]IP:PORT"
    )
    parser.add_argument(
        "--proxy-password-file", type=Path, metavar="F", help="of the user of --proxy"
    )
    parser.add_argument(
        "--no-direct", action="store_true", help="nobody is dialled or let in without a proxy"
    )
    parser.add_argument(
        "--relay",
        action="append",
        default=[],
        metavar="LINK",
        help="use this relay; may be given three times",
    )
    parser.add_argument("--restore", type=Path, metavar="FILE", help="on the first start: a backup")
    parser.add_argument(
        "--backup-passphrase-file", type=Path, metavar="F", help="opens the backup of --restore"
    )
    parser.set_defaults(run=_later("messenger.rpc.command", "run_rpc"))


def _add_keys(parser: argparse.ArgumentParser) -> None:
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--passphrase-file", type=Path, metavar="F", help="opens the profile")
    keys.add_argument("--keyring", action="store_true", help="open by the OS keyring (default)")


def _add_backup(parser: argparse.ArgumentParser) -> None:
    _add_file(parser)
    parser.add_argument("--contacts-only", action="store_true", help="without any message")
    parser.set_defaults(run=_later("messenger.rpc.profile_commands", "run_backup"))


def _add_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", nargs="?", help="the backup")
    parser.add_argument("--backup-passphrase-file", type=Path, metavar="F", help="opens the backup")
    parser.add_argument(
        "--snapshot",
        action="store_true",
        help="instead: the newest good snapshot, in place of a damaged database",
    )
    _add_keys(parser)
    parser.set_defaults(
        run=_later("messenger.rpc.profile_commands", "run_restore"), usage=parser.error
    )


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument(
        "--backup-passphrase-file", type=Path, metavar="F", required=True, help="opens the backup"
    )
    _add_keys(parser)


def _add_forge(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lines", nargs="*", metavar="LINE", help="me: … or them: …, in order")
    parser.add_argument("--peer", metavar="LINK", help="their link or fingerprint; else made up")
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep the transcript")
    parser.add_argument("--check", type=Path, metavar="FILE", help="verify a transcript instead")
    parser.add_argument("--verbose", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(run=_later("messenger.rpc.forge_command", "run_forge"))


def _app(options: argparse.Namespace) -> int:
    gc.disable()  # a start makes much and drops little; messenger/gui/garbage.py goes on from here
    # Qt makes each import after its own slower (messenger/gui/__init__.py), so it comes last.
    from messenger.engine.options import EngineOptions, profile_folder  # noqa: PLC0415  before Qt

    engine_options = EngineOptions(profile_folder(options.data_dir, options.profile))

    from messenger.app import run_gui  # noqa: PLC0415  Qt is loaded for the window only
    from messenger.gui.hum_links import hum_link_in  # noqa: PLC0415  likewise

    return run_gui(engine_options, minimised=options.minimised, link=hum_link_in(options.add))


if __name__ == "__main__":
    sys.exit(main())
