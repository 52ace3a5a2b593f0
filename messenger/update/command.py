"""``hum update check | download | apply | back``: for a terminal, without opening a profile.

``add_arguments`` is cheap; python-tuf and the network are loaded when a command runs.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from messenger.core.errors import InputError

if TYPE_CHECKING:
    from messenger.core.types import NetworkSettings
    from messenger.update.installation import Installation
    from messenger.update.updates import Updates

CONSENT: Final = (
    "Each of these asks the server that publishes updates, because you typed it; Hum itself asks "
    "nobody unless its settings allow it. The server sees the address of this computer, or of the "
    "proxy, and which package is fetched. The proxy of a profile is not known here: give --proxy."
)


def add_arguments(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """Declare the commands of updates; ``common`` holds the options of every command."""
    parser.description = CONSENT
    commands = parser.add_subparsers(metavar="STEP", title="steps", required=True)
    for name, words, run in (
        ("check", "ask for the newest version", _check),
        ("download", "fetch it and verify it", _download),
        ("apply", "put the downloaded one in place of this program", _apply),
        ("back", "put the former program in its place again", _back),
    ):
        step = commands.add_parser(name, parents=[common], help=words)
        step.add_argument(
            "--program", type=Path, metavar="DIR", help="another portable Hum than this one"
        )
        step.set_defaults(run=run)
        if name != "back":
            _add_source(step)


def _add_source(step: argparse.ArgumentParser) -> None:
    step.add_argument(
        "--from", dest="address", metavar="URL_OR_FOLDER", help="another place than the usual one"
    )
    step.add_argument("--root", type=Path, metavar="FILE", help="believe this first root.json")
    step.add_argument("--proxy", metavar="URL", help="socks5://[USER@]IP:PORT")
    step.add_argument(
        "--proxy-password-file", type=Path, metavar="F", help="of the user of --proxy"
    )


def _check(options: argparse.Namespace) -> int:
    from messenger.update.job import Job  # noqa: PLC0415  see above

    updates = _updates(options)
    release = updates.check(Job())
    own = updates.installed.version
    if not release.newer:
        print(f"Hum {own} is the newest; published is {release.version}.")
        return 0
    print(f"Hum {release.version} is there; this is {own}.")
    if release.notes:
        print(release.notes)
    return 0


def _download(options: argparse.Namespace) -> int:
    from messenger.update.job import Job  # noqa: PLC0415  likewise

    job = Job(_show if sys.stderr.isatty() else Job().progress)
    path = _updates(options).download(job)
    print(f"Downloaded and verified: {path}")
    return 0


def _apply(options: argparse.Namespace) -> int:
    from messenger.update.apply import prepare  # noqa: PLC0415  likewise
    from messenger.update.job import Job  # noqa: PLC0415  likewise
    from messenger.update.replace import switch  # noqa: PLC0415  likewise

    prepared = prepare(_updates(options), Job())
    if prepared.folder is None:
        print(f"Verified. Install Hum {prepared.version} with: {prepared.command}")
        return 0
    old = switch(prepared.folder)
    print(f"Hum {prepared.version} is in place. The former one is kept in {old}.")
    return 0


def _back(options: argparse.Namespace) -> int:
    from messenger.update.installation import Kind  # noqa: PLC0415  likewise
    from messenger.update.replace import go_back  # noqa: PLC0415  likewise

    installed = _installed(options)
    if installed.kind is not Kind.PORTABLE:
        raise InputError("Only a portable Hum keeps the former program; name it with --program.")
    print(f"The former program is back in {go_back(installed.folder)}.")
    return 0


def _updates(options: argparse.Namespace) -> "Updates":
    from messenger.store.folder import profile_folder  # noqa: PLC0415  likewise
    from messenger.update.installation import FOLDER  # noqa: PLC0415  likewise
    from messenger.update.line import Dialler  # noqa: PLC0415  likewise
    from messenger.update.source import find_source  # noqa: PLC0415  likewise
    from messenger.update.updates import Updates  # noqa: PLC0415  likewise

    source = find_source(options.address, options.root)
    folder = profile_folder(options.data_dir, options.profile) / FOLDER
    return Updates(source, folder, _installed(options), Dialler(_network(options)))


def _network(options: argparse.Namespace) -> "NetworkSettings":
    from messenger.core.proxy_text import check_credentials, proxy_from_text  # noqa: PLC0415  likewise
    from messenger.core.types import NetworkSettings  # noqa: PLC0415  likewise

    if options.proxy is None:
        return NetworkSettings()
    try:
        file = options.proxy_password_file
        password = file.read_text("utf-8").rstrip("\r\n") if file is not None else ""
        proxy = proxy_from_text(options.proxy, password)
        check_credentials(proxy)
    except (OSError, ValueError) as error:
        raise InputError(f"--proxy: {error}.") from error
    return NetworkSettings(proxy=proxy)


def _installed(options: argparse.Namespace) -> "Installation":
    from messenger.update.installation import (  # noqa: PLC0415  likewise
        portable_in,
        this_installation,
    )

    if options.program is None:
        return this_installation()
    return portable_in(options.program)


def _show(done: int, total: int) -> None:
    print(f"\r{done >> 20} of {total >> 20} MiB", end="", file=sys.stderr, flush=True)
