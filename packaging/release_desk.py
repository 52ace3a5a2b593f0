"""The desk on which a release is made: what waits for signatures, and what is published.

    DESK/staged/      root.json, targets.json, packages/: not published, not fully signed yet
    DESK/repository/  metadata/, targets/: published, complete, in the layout of a TUF client

Offline keys sign what is staged, one holder after the other; the desk travels between them, or
only its ``staged`` and ``repository/metadata``. Publishing checks every signature as a client
would, then signs snapshot and timestamp with the online key. The timestamp is written last: until
then a client sees the former state, whole.

Source: The Update Framework Specification 1.0, sections 4 and 6.
"""

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from securesystemslib.signer import Signer, SSlibKey
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import (
    Key,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

OFFLINE: Final = ("root", "targets")
ONLINE: Final = ("snapshot", "timestamp")
SUFFIXES: Final = (".tar.zst", ".deb")  # of packages; docs/updates.md
LIFE: Final = {  # days until somebody must sign anew
    "root": 365,
    "targets": 365,
    "snapshot": 30,
    "timestamp": 14,
}


class DeskError(Exception):
    """What was asked does not fit the state of the desk; nothing was changed."""


@dataclass(frozen=True)
class Desk:
    """A folder with a repository in the making. ``now`` is a test's to choose."""

    folder: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    @property
    def staged(self) -> Path:
        return self.folder / "staged"

    @property
    def metadata(self) -> Path:
        return self.folder / "repository/metadata"

    @property
    def packages(self) -> Path:
        return self.folder / "repository/targets"

    # -- staging --------------------------------------------------------------------------------

    def begin(self, keys: dict[str, list[SSlibKey]], threshold: int) -> None:
        """Stage the first root and empty targets; ``keys`` names those of every role.

        Raises:
            DeskError: the folder is in use, or a role has too few keys.
        """
        if self.folder.exists() and any(self.folder.iterdir()):
            raise DeskError(f"{self.folder} is not empty.")
        needed = dict.fromkeys(OFFLINE, threshold) | dict.fromkeys(ONLINE, 1)
        roles = {}
        for name, count in needed.items():
            own = [key.keyid for key in keys[name]]
            if len(set(own)) != len(own) or len(own) < count:
                raise DeskError(f"{name} needs {count} different keys and has {len(set(own))}.")
            roles[name] = Role(own, count)
        known: dict[str, Key] = {key.keyid: key for own in keys.values() for key in own}
        root = Root(1, expires=self._end("root"), keys=known, roles=roles)
        self._stage("root", Metadata(root))
        self._stage("targets", Metadata(Targets(1, expires=self._end("targets"))))

    def add(self, package: Path, *, version: str, system: str, notes: str) -> str:
        """Stage a package under the name that every version of it has; return that name.

        Raises:
            DeskError: it is none, or has the name of none.
        """
        suffix = next((each for each in SUFFIXES if package.name.endswith(each)), None)
        if suffix is None or not package.is_file():
            raise DeskError(f"{package} is no package: {' or '.join(SUFFIXES)}.")
        name = f"hum-{system}{suffix}"
        target = TargetFile.from_file(name, str(package))
        target.unrecognized_fields["custom"] = {
            "version": version,
            "platform": system,
            "notes": notes,
        }
        staged = self._next_targets()
        staged.signed.targets[name] = target
        place = self.staged / "packages" / target.get_prefixed_paths()[0]
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package, place)
        self._stage("targets", staged)
        return name

    def remove(self, name: str) -> None:
        """Stage targets without a package, for example one that must not spread.

        Raises:
            DeskError: there is none of this name.
        """
        staged = self._next_targets()
        if staged.signed.targets.pop(name, None) is None:
            raise DeskError(f"There is no package {name}.")
        self._stage("targets", staged)

    def rotate(self, role: str, *, old: SSlibKey, new: SSlibKey) -> None:
        """Stage a root with ``new`` in the place of ``old``; what the role signed is signed anew.

        Raises:
            DeskError: the role does not have the old key, or has the new one already.
        """
        staged = self._next_root()
        keys = staged.signed.roles[role].keyids if role in staged.signed.roles else []
        if old.keyid not in keys or new.keyid in keys:
            raise DeskError(f"{role} has not the one key, or has the other already.")
        staged.signed.revoke_key(old.keyid, role)
        staged.signed.add_key(new, role)
        self._stage("root", staged)
        if role == "targets":
            self._stage("targets", self._next_targets())

    def renew(self, role: str) -> None:
        """Stage root or targets as they are, with a new day on which they expire."""
        staged: Metadata[Any] = self._next_root() if role == "root" else self._next_targets()
        self._stage(role, staged)

    def _next_root(self) -> Metadata[Root]:
        return self._next("root", Root)

    def _next_targets(self) -> Metadata[Targets]:
        return self._next("targets", Targets)

    def _next(self, role: str, kind: type[Any]) -> Metadata[Any]:
        """Return what is staged, or what follows the published one, without signatures."""
        published = self.newest(role)
        path = self.staged / f"{role}.json"
        found = Metadata[Any].from_file(str(path)) if path.exists() else published
        if found is None:
            raise DeskError(f"There is nothing in {self.folder} yet: begin with init.")
        assert isinstance(found.signed, kind)
        found.signed.version = (published.signed.version if published is not None else 0) + 1
        found.signed.expires = self._end(role)
        found.signatures.clear()  # they were given for something else
        return found

    def _stage(self, role: str, metadata: Metadata[Any]) -> None:
        self.staged.mkdir(parents=True, exist_ok=True)
        metadata.to_file(str(self.staged / f"{role}.json"))

    def _end(self, role: str) -> datetime:
        return self.now + timedelta(days=LIFE[role])

    # -- signing --------------------------------------------------------------------------------

    def waiting(self) -> dict[str, Metadata[Any]]:
        """Return what is staged, by role."""
        paths = {role: self.staged / f"{role}.json" for role in OFFLINE}
        return {
            role: Metadata[Any].from_file(str(path))
            for role, path in paths.items()
            if path.exists()
        }

    def sign(self, signer: Signer) -> list[str]:
        """Sign everything staged that this key may sign; return the roles.

        Raises:
            DeskError: there is nothing for this key.
        """
        done = []
        for role, metadata in self.waiting().items():
            allowed = {keyid for by in self._signers(role) for keyid in by.roles[role].keyids}
            if signer.public_key.keyid in allowed:
                metadata.sign(signer, append=True)
                self._stage(role, metadata)
                done.append(role)
        if not done:
            raise DeskError("Nothing that is staged waits for this key.")
        return done

    def missing(self) -> dict[str, int]:
        """Return how many signatures each staged role still needs."""
        found = {}
        for role, metadata in self.waiting().items():
            results = [
                by.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
                for by in self._signers(role)
            ]
            found[role] = max(max(0, each.threshold - len(each.signed)) for each in results)
        return found

    def _signers(self, role: str) -> list[Root]:
        """Return the roots that say who signs: for a root itself the old one and the new one."""
        staged = self.waiting().get("root")
        published = self.newest("root")
        roots = [each.signed for each in (published, staged) if each is not None]
        return roots if role == "root" else roots[-1:]

    # -- publishing -----------------------------------------------------------------------------

    def newest(self, role: str) -> Metadata[Any] | None:
        """Return the newest published metadata of a role."""
        if role == "timestamp":
            path = self.metadata / "timestamp.json"
            return Metadata[Any].from_file(str(path)) if path.exists() else None
        found = {
            int(path.name.split(".")[0]): path for path in self.metadata.glob(f"[0-9]*.{role}.json")
        }
        return Metadata[Any].from_file(str(found[max(found)])) if found else None

    def publish(self, online: Signer) -> None:
        """Move what is staged into the repository, and sign snapshot and timestamp anew.

        Raises:
            DeskError: a signature is missing, or the key is not the online one.
        """
        lacking = {role: count for role, count in self.missing().items() if count}
        if lacking:
            words = ", ".join(f"{role} {count} more" for role, count in lacking.items())
            raise DeskError(f"Signatures are missing: {words}.")
        waiting = self.waiting()
        root = waiting.get("root") or self.newest("root")
        targets = waiting.get("targets") or self.newest("targets")
        if root is None or targets is None:
            raise DeskError(f"There is nothing in {self.folder} yet: begin with init.")
        if any(online.public_key.keyid not in root.signed.roles[role].keyids for role in ONLINE):
            raise DeskError("This is not the online key.")
        try:
            root.signed.verify_delegate("targets", targets.signed_bytes, targets.signatures)
        except UnsignedMetadataError as error:
            raise DeskError("The targets are not signed by the keys of the root.") from error
        self._move(waiting)
        self._sign_state(online, targets)

    def _move(self, waiting: dict[str, Metadata[Any]]) -> None:
        self.metadata.mkdir(parents=True, exist_ok=True)
        self.packages.mkdir(parents=True, exist_ok=True)
        for package in (self.staged / "packages").glob("*"):
            package.replace(self.packages / package.name)
        for role, metadata in waiting.items():
            metadata.to_file(str(self.metadata / f"{metadata.signed.version}.{role}.json"))
        shutil.rmtree(self.staged, ignore_errors=True)

    def _sign_state(self, online: Signer, targets: Metadata[Any]) -> None:
        """Write the snapshot of these targets and the timestamp of that snapshot."""
        snapshot = Snapshot(self._version("snapshot"), expires=self._end("snapshot"))
        snapshot.meta = {"targets.json": _described(targets)}
        signed = Metadata(snapshot)
        signed.sign(online)
        signed.to_file(str(self.metadata / f"{snapshot.version}.snapshot.json"))
        timestamp = Timestamp(self._version("timestamp"), expires=self._end("timestamp"))
        timestamp.snapshot_meta = _described(signed)
        last = Metadata(timestamp)
        last.sign(online)
        last.to_file(str(self.metadata / "timestamp.json"))

    def _version(self, role: str) -> int:
        published = self.newest(role)
        return 1 if published is None else published.signed.version + 1


def _described(metadata: Metadata[Any]) -> MetaFile:
    """Return what is said about metadata a level above: version and hash.

    Not the length, so that a client tells metadata of another state from metadata without an end.
    """
    return MetaFile(
        metadata.signed.version, hashes={"sha256": hashlib.sha256(metadata.to_bytes()).hexdigest()}
    )


def mirror(source: Path, target: Path) -> None:
    """Bring a folder that a server shows up to date, so that every moment is a whole state.

    Packages first, the timestamp last; nothing is deleted.
    """
    for path in _in_order(source):
        place = target / path.relative_to(source)
        if path.name == "timestamp.json" or not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished = place.with_name(f".{place.name}.new")
            shutil.copyfile(path, unfinished)
            unfinished.replace(place)


def _in_order(source: Path) -> Iterable[Path]:
    files = [path for path in source.rglob("*") if path.is_file()]
    rank = {"targets": 0, "metadata": 1}
    return sorted(
        files, key=lambda path: (path.name == "timestamp.json", rank[path.parent.name], path.name)
    )
