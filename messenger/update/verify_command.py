"""``hum verify-install``: is the program in this folder the one that was published?"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Final

from messenger.core.builds import BuildCheck, BuildKind, Damage
from messenger.core.errors import InputError
from messenger.core.spelled_out import spelled_out
from messenger.update.own_files import OwnFiles, running
from messenger.update.spoken_print import digits, words

WORDS: Final = {
    Damage.CONTENT: "changed",
    Damage.MISSING: "missing",
    Damage.EXTRA: "extra",
    Damage.MODE: "changed: its mode allows too much, or too little",
    Damage.KIND: "changed: another kind of file",
    Damage.TARGET: "changed: leads elsewhere",
    Damage.UNREADABLE: "cannot be read",
    Damage.SIGNATURE: "not by enough release keys",
}
VOUCHED: Final = {
    BuildKind.SIGNED: "Release keys have signed the list of its files.",
    BuildKind.UNSIGNED: "Nobody has signed the list of its files: it is somebody's own build.",
    BuildKind.SOURCE: "It runs from its sources: there is no list of its files to compare with.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.description = (
        "Compare every file of Hum with the manifest of its build, and name what differs."
    )
    parser.add_argument("--folder", type=Path, metavar="DIR", help="another Hum than this one")
    parser.add_argument(
        "--manifest", type=Path, metavar="FILE", help="instead of the one in the folder"
    )
    parser.add_argument(
        "--root", type=Path, metavar="FILE", help="whose keys must have signed: TUF root metadata"
    )
    parser.add_argument("--signed", action="store_true", help="fail where nobody has signed")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Look and tell: 0 everything is as listed, 1 it is not, or nothing could be compared.

    Raises:
        InputError: a file that was named cannot be read.
        ManifestError: the folder cannot be read.
    """
    folder = options.folder if options.folder is not None else running().folder
    if folder is not None and not folder.is_dir():
        raise InputError(f"{folder} is no folder.")
    begun = time.monotonic()
    found = OwnFiles(folder, _read(options.manifest), _read(options.root)).check()
    took_s = time.monotonic() - begun
    print(json.dumps(_shape(found, took_s)) if options.json else "\n".join(_lines(found, took_s)))
    refused = found.kind is not BuildKind.SIGNED if options.signed else False
    if found.findings or refused or found.kind is BuildKind.SOURCE:
        print("hum: this program is not verified.", file=sys.stderr)
        return 1
    return 0


def _read(path: Path | None) -> bytes | None:
    try:
        return path.read_bytes() if path is not None else None
    except OSError as error:
        raise InputError(f"{path} cannot be read.") from error


def _lines(found: BuildCheck, took_s: float) -> list[str]:
    lines = [f"{spelled_out(finding.path)}: {WORDS[finding.damage]}" for finding in found.findings]
    if found.build is not None:
        build = found.build
        lines += [
            f"Hum {build.version}, {build.system}, {found.file_count} files, {took_s:.1f} s",
            f"Build fingerprint: {words(build.fingerprint)}",
            f"                   {digits(build.fingerprint)}",
            f"           SHA-256 {build.fingerprint.hex()}",
        ]
    lines.append(VOUCHED[found.kind])
    if found.kind is not BuildKind.SOURCE:
        lines.append(_verdict(len(found.findings)))
    return lines


def _verdict(count: int) -> str:
    if not count:
        return "Every file is as the list says."
    return "1 difference." if count == 1 else f"{count} differences."


def _shape(found: BuildCheck, took_s: float) -> dict[str, object]:
    build = found.build
    return {
        "kind": found.kind.value,
        "version": build.version if build else None,
        "system": build.system if build else None,
        "fingerprint": build.fingerprint.hex() if build else None,
        "words": words(build.fingerprint) if build else None,
        "digits": digits(build.fingerprint) if build else None,
        "files": found.file_count,
        "seconds": round(took_s, 3),
        "findings": [{"path": f.path, "what": f.damage.value} for f in found.findings],
    }
