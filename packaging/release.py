"""Make a release that Hum believes: keys, packages, signatures, a folder for a server.

    release.py key FILE                          a new key; FILE.pub goes to whoever runs init
    release.py init DESK --root A.pub B.pub C.pub --online O.pub
    release.py add DESK --version 0.2.0 --platform linux-x86_64 --notes FILE PACKAGE…
    release.py sign DESK KEY --built PACKAGE…    each holder, on their own computer
    release.py publish DESK FOLDER --online KEY  what a web server then shows
    release.py rotate DESK ROLE --old A.pub --new D.pub
    release.py renew DESK ROLE                   before root or targets expire
    release.py remove DESK NAME                  no longer offer a package
    release.py status DESK                       what waits for whom, and what expires when
    release.py anchor DESK --address URL         what a build carries: resources/update

docs/releasing.md tells the whole way. Needs the locked requirements, and no network.
"""

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from release_desk import OFFLINE, ONLINE, Desk, DeskError, mirror
from release_keys import KeyFileError, make_key, open_key, read_public
from tuf.api.metadata import Metadata, TargetFile

ANCHOR = Path(__file__).resolve().parent.parent / "resources/update"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 good, 1 with one line on stderr, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
    except (DeskError, KeyFileError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make a release that Hum believes.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        made = commands.add_parser(name)
        made.set_defaults(run=run)
        if name != "key":
            made.add_argument("desk", type=Path)
        return made

    def secret(made: argparse.ArgumentParser) -> None:
        made.add_argument("--passphrase-file", type=Path, help="else it is asked for")

    key = command("key", _key)
    key.add_argument("file", type=Path)
    secret(key)
    init = command("init", _init)
    init.add_argument("--root", type=Path, nargs="+", required=True)
    init.add_argument("--targets", type=Path, nargs="+", help="else those of the root")
    init.add_argument("--online", type=Path, required=True)
    init.add_argument("--threshold", type=int, default=2)
    add = command("add", _add)
    add.add_argument("--version", required=True)
    add.add_argument("--platform", required=True)
    add.add_argument("--notes", type=Path, required=True, help="plain text, what is new")
    add.add_argument("packages", type=Path, nargs="+")
    sign = command("sign", _sign)
    sign.add_argument("key", type=Path)
    sign.add_argument("--built", type=Path, nargs="*", default=[], help="packages of our own build")
    secret(sign)
    publish = command("publish", _publish)
    publish.add_argument("folder", type=Path)
    publish.add_argument("--online", type=Path, required=True)
    secret(publish)
    rotate = command("rotate", _rotate)
    rotate.add_argument("role", choices=(*OFFLINE, "online"))
    rotate.add_argument("--old", type=Path, required=True)
    rotate.add_argument("--new", type=Path, required=True)
    command("renew", _renew).add_argument("role", choices=OFFLINE)
    command("remove", _remove).add_argument("name")
    command("status", _status)
    command("anchor", _anchor).add_argument("--address", required=True, help="of the server")
    return parser


def _key(options: argparse.Namespace) -> None:
    public = make_key(options.file, _passphrase(options, twice=True))
    print(f"Made {options.file}. Its number is {public.keyid}. Pass on {options.file}.pub only.")


def _init(options: argparse.Namespace) -> None:
    root = [read_public(path) for path in options.root]
    online = [read_public(options.online)]
    targets = [read_public(path) for path in options.targets] if options.targets else root
    keys = {"root": root, "targets": targets} | dict.fromkeys(ONLINE, online)
    Desk(options.desk).begin(keys, options.threshold)
    print(f"Staged. Now {options.threshold} of {len(root)} holders sign, then publish.")


def _add(options: argparse.Namespace) -> None:
    desk = Desk(options.desk)
    notes = options.notes.read_text("utf-8")
    for package in options.packages:
        name = desk.add(package, version=options.version, system=options.platform, notes=notes)
        print(f"Staged {package} as {name}.")


def _sign(options: argparse.Namespace) -> None:
    desk = Desk(options.desk)
    waiting = desk.waiting()
    _compare(waiting, options.built)
    for role, metadata in waiting.items():
        _show(role, metadata)
    signer = open_key(options.key, _passphrase(options))
    print(f"Signed: {', '.join(desk.sign(signer))}.")
    _tell_missing(desk)


def _compare(waiting: dict[str, Metadata[Any]], built: list[Path]) -> None:
    """Refuse to sign packages that are not, byte for byte, those that we built ourselves."""
    staged = waiting["targets"].signed.targets if "targets" in waiting else {}
    hashes = {tuple(target.hashes.values()) for target in staged.values()}
    for path in built:
        if tuple(TargetFile.from_file("built", str(path)).hashes.values()) not in hashes:
            raise DeskError(f"{path} is not what is staged: one of the two builds is not to trust.")


def _publish(options: argparse.Namespace) -> None:
    desk = Desk(options.desk)
    desk.publish(open_key(options.online, _passphrase(options)))
    mirror(desk.folder / "repository", options.folder)
    print(f"Published in {options.folder}. Copy it to the server, timestamp.json last.")


def _rotate(options: argparse.Namespace) -> None:
    old, new = read_public(options.old), read_public(options.new)
    for role in ONLINE if options.role == "online" else (options.role,):
        Desk(options.desk).rotate(role, old=old, new=new)
    _tell_missing(Desk(options.desk))


def _renew(options: argparse.Namespace) -> None:
    Desk(options.desk).renew(options.role)
    _tell_missing(Desk(options.desk))


def _remove(options: argparse.Namespace) -> None:
    Desk(options.desk).remove(options.name)
    _tell_missing(Desk(options.desk))


def _status(options: argparse.Namespace) -> None:
    desk = Desk(options.desk)
    for role in (*OFFLINE, *ONLINE):
        published = desk.newest(role)
        if published is not None:
            left = (published.signed.expires - desk.now).days
            print(f"{role} {published.signed.version} is published, for {left} more days.")
    _tell_missing(desk)


def _tell_missing(desk: Desk) -> None:
    for role, count in desk.missing().items():
        print(f"{role}: {f'{count} more signatures' if count else 'all signatures are there'}.")


def _anchor(options: argparse.Namespace) -> None:
    root = Desk(options.desk).newest("root")
    if root is None:
        raise DeskError("No root is published yet.")
    ANCHOR.mkdir(parents=True, exist_ok=True)
    root.to_file(str(ANCHOR / "root.json"))
    (ANCHOR / "repository").write_text(options.address.strip() + "\n")
    print(f"Wrote root {root.signed.version} and the address into {ANCHOR}. Commit both.")


def _show(role: str, metadata: Metadata[Any]) -> None:
    """Say what is about to be signed, in words that can be compared with somebody's."""
    signed = metadata.signed
    print(f"{role} {signed.version}, good until {signed.expires:%Y-%m-%d}:")
    if role == "root":
        for name, by in sorted(signed.roles.items()):
            print(f"  {name}: {by.threshold} of {', '.join(key[:16] for key in by.keyids)}")
    else:
        for name, target in sorted(signed.targets.items()):
            version = target.unrecognized_fields["custom"]["version"]
            print(f"  {name} {version}, {target.length} bytes, {target.hashes['sha256']}")


def _passphrase(options: argparse.Namespace, *, twice: bool = False) -> str:
    if options.passphrase_file is not None:
        return str(options.passphrase_file.read_text("utf-8").rstrip("\r\n"))
    given = getpass.getpass("Passphrase: ")
    if twice and getpass.getpass("Once more: ") != given:
        raise KeyFileError("The two are not the same.")
    return given


if __name__ == "__main__":
    sys.exit(main())
