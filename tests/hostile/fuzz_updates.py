"""Targets that read what an update server sends: with nobody's key, and with everybody's."""

import functools
import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fuzz_oracle import Target, cut, holds
from securesystemslib.exceptions import FormatError
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Role,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from messenger.core.errors import UpdateError
from messenger.update.installation import Installation, Kind
from messenger.update.job import Job
from messenger.update.limits import MAX_NOTES_LEN
from messenger.update.release import Release, read_release
from messenger.update.source import Source
from messenger.update.updates import Updates

NAMES = ("2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json")
ROLES = ("root", "timestamp", "snapshot", "targets")
_OWN = Installation(Kind.PORTABLE, Path("program"), "0.1.0", "linux-x86_64")
_VERSION = "0.2.0"


@dataclass(frozen=True)
class _Honest:
    """A state of a repository, as its people publish it."""

    signer: CryptoSigner
    root: bytes
    signed: dict[str, Signed]  # by role, without a signature
    files: dict[str, bytes]


@functools.cache
def honest() -> _Honest:
    """One key signs everything: how many must sign is not what the fuzzer looks at."""
    signer = CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32))
    end = (datetime.now(UTC) + timedelta(days=300)).replace(microsecond=0)
    key = signer.public_key
    roles = {role: Role([key.keyid], 1) for role in ROLES}
    target = TargetFile.from_data(_OWN.target, b"package")
    target.unrecognized_fields["custom"] = {
        "version": _VERSION,
        "platform": _OWN.system,
        "notes": "What is new.",
    }
    signed: dict[str, Signed] = {
        "root": Root(2, expires=end, keys={key.keyid: key}, roles=roles),
        "targets": Targets(1, expires=end, targets={_OWN.target: target}),
    }
    signed["snapshot"] = Snapshot(1, expires=end, meta={"targets.json": MetaFile(1)})
    signed["timestamp"] = Timestamp(1, expires=end, snapshot_meta=MetaFile(1))
    first = _sealed(signer, Root(1, expires=end, keys={key.keyid: key}, roles=roles))
    files = {name: _sealed(signer, signed[role]) for name, role in zip(NAMES, ROLES, strict=True)}
    return _Honest(signer, first, signed, files)


def _sealed(signer: CryptoSigner, signed: Signed) -> bytes:
    metadata: Metadata[Any] = Metadata(signed)
    metadata.sign(signer)
    return metadata.to_bytes()


def _check(files: dict[str, bytes]) -> Release | None:
    """Ask a server with these files; None where what it says was refused."""
    folder = Path(tempfile.mkdtemp(prefix="hum-fuzz-update-"))
    try:
        metadata = folder / "server/metadata"
        metadata.mkdir(parents=True)
        for name, content in files.items():
            (metadata / name).write_bytes(content)
        source = Source(str(folder / "server"), honest().root)
        return Updates(source, folder / "own", _OWN).check(Job())
    except UpdateError:
        return None
    finally:
        shutil.rmtree(folder)


def update_server(data: bytes) -> None:
    """Without a key a server can serve what it likes; what is believed is what was signed."""
    served = zip(NAMES, cut(data, len(NAMES)), strict=True)
    found = _check(honest().files | {name: part for name, part in served if part})
    if found is not None:
        holds(found.version == _VERSION, "only a signed version is found")


def update_signed(data: bytes) -> None:
    """Whatever is rightly signed is read as metadata or refused, and nothing else happens."""
    role = ROLES[data[0] % len(ROLES)] if data else ROLES[0]
    try:
        signed = json.loads(data[1:])
        payload = encode_canonical(signed).encode()
        made = honest().signer.sign(payload)
        content = json.dumps({"signatures": [made.to_dict()], "signed": signed}).encode()
    except (ValueError, RecursionError, FormatError):
        return  # half characters, endless nesting, numbers with a point: nobody can sign those
    found = _check(honest().files | {NAMES[ROLES.index(role)]: content})
    if found is not None:
        _hold_release(found)


def update_custom(data: bytes) -> None:
    """What is said about a package comes out within its limits."""
    try:
        custom = json.loads(data)
        found = read_release(custom, 10, system=_OWN.system, own_version=_OWN.version)
    except (ValueError, RecursionError, UpdateError):
        return
    _hold_release(found)


def _hold_release(found: Release) -> None:
    holds(found.version.replace(".", "").isdigit(), "a version is numbers")
    holds(len(found.notes) <= MAX_NOTES_LEN, "notes are short")
    holds(all(c == "\n" or c >= " " for c in found.notes), "notes have no control characters")
    holds(found.size > 0, "a package has a size")


UPDATES: dict[str, Target] = {
    "update-server": update_server,
    "update-signed": update_signed,
    "update-custom": update_custom,
}
