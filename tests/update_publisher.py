"""People who publish releases, with the tools of packaging/, and what a thief of keys can sign."""

import hashlib
import importlib.util
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Timestamp

from messenger.update.manifest import MANIFEST_NAME, describe

SYSTEM = f"{sys.platform}-{platform.machine().lower()}"  # that of this computer
PACKAGE = f"hum-{SYSTEM}.tar.zst"
DEB = f"hum-{SYSTEM}.deb"
_FOLDER = Path(__file__).resolve().parents[1] / "packaging"


def tool(name: str) -> ModuleType:
    """Load one of the scripts, which find each other by their bare names."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _FOLDER / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


tool("release_keys")
desk_tool = tool("release_desk")


def today() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


class Publisher:
    """Three holders of offline keys, one online key, a desk, and the folder that is published."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.holders = [CryptoSigner.generate_ed25519() for _ in range(3)]
        self.online = CryptoSigner.generate_ed25519()
        self.public = folder / "public"
        self.desk = desk_tool.Desk(folder / "desk")
        offline = [holder.public_key for holder in self.holders]
        online = [self.online.public_key]
        keys = {"root": offline, "targets": offline, "snapshot": online, "timestamp": online}
        self.desk.begin(keys, 2)

    def at(self, **ago: float) -> Any:
        """The same desk, some time ago."""
        return desk_tool.Desk(self.desk.folder, today() - timedelta(**ago))

    def add(self, version: str, *packages: Path, notes: str = "", desk: Any = None) -> None:
        for package in packages:
            (desk or self.desk).add(package, version=version, system=SYSTEM, notes=notes)

    def sign(self, *holders: CryptoSigner) -> None:
        """The first two holders sign, or those named."""
        for holder in holders or self.holders[:2]:
            self.desk.sign(holder)

    def publish(self, desk: Any = None, online: CryptoSigner | None = None) -> None:
        (desk or self.desk).publish(online or self.online)
        desk_tool.mirror(self.desk.folder / "repository", self.public)

    def release(self, version: str, *packages: Path, notes: str = "") -> None:
        """All of it at once."""
        self.add(version, *packages, notes=notes)
        self.sign()
        self.publish()

    @property
    def root(self) -> bytes:
        """The first root, as a build carries it."""
        return (self.public / "metadata/1.root.json").read_bytes()

    # -- what somebody with some of the keys and the server can do ------------------------------

    def served(self, role: str) -> Metadata[Any]:
        """The newest metadata of a role on the server."""
        found = sorted(self.public.glob(f"metadata/*.{role}.json"), key=_number)
        path = found[-1] if found else self.public / f"metadata/{role}.json"
        return Metadata[Any].from_file(str(path))

    def put(self, name: str, content: bytes) -> None:
        (self.public / name).write_bytes(content)

    def forge(
        self, role: str, change: Callable[[Any], None], signers: Sequence[CryptoSigner]
    ) -> None:
        """Serve the next version of root or targets, changed and signed by these keys."""
        forged = self.served(role)
        forged.signed.version += 1
        change(forged.signed)
        forged.signatures.clear()
        for signer in signers:
            forged.sign(signer, append=True)
        self.put(f"metadata/{forged.signed.version}.{role}.json", forged.to_bytes())

    def forge_state(
        self,
        *,
        online: CryptoSigner | None = None,
        leap: int = 1,
        targets: Metadata[Any] | None = None,
        targets_version: int | None = None,
    ) -> None:
        """Serve a snapshot and a timestamp of these targets, with a (stolen) online key."""
        signer = online or self.online
        chosen = targets or self.served("targets")
        snapshot = self.served("snapshot")
        assert isinstance(snapshot.signed, Snapshot)
        snapshot.signed.version += leap
        snapshot.signed.meta["targets.json"] = described(chosen)
        if targets_version is not None:
            snapshot.signed.meta["targets.json"].version = targets_version
        snapshot.sign(signer)
        self.put(f"metadata/{snapshot.signed.version}.snapshot.json", snapshot.to_bytes())
        timestamp = self.served("timestamp")
        assert isinstance(timestamp.signed, Timestamp)
        timestamp.signed.version += leap
        timestamp.signed.snapshot_meta = described(snapshot)
        timestamp.sign(signer)
        self.put("metadata/timestamp.json", timestamp.to_bytes())

    def evil_package(self, content: bytes, version: str = "6.6.6") -> Callable[[Any], None]:
        """A change of targets that offers these bytes, which the server then has."""
        target = TargetFile.from_data(PACKAGE, content)
        target.unrecognized_fields["custom"] = {"version": version, "platform": SYSTEM}
        digest = hashlib.sha256(content).hexdigest()
        self.put(f"targets/{digest}.{PACKAGE}", content)

        def change(signed: Any) -> None:
            signed.targets[PACKAGE] = target

        return change


def described(metadata: Metadata[Any]) -> MetaFile:
    digest = hashlib.sha256(metadata.to_bytes()).hexdigest()
    return MetaFile(metadata.signed.version, hashes={"sha256": digest})


def one_more_root_key(thief: CryptoSigner) -> Callable[[Root], None]:
    """A change of the root that lets a thief sign everything alone."""

    def change(signed: Root) -> None:
        for role in signed.roles:
            signed.add_key(thief.public_key, role)
            signed.roles[role].threshold = 1

    return change


def _number(path: Path) -> int:
    return int(path.name.split(".")[0])


def portable(folder: Path, version: str, *, runs: bool = True) -> Path:
    """Make a program like the portable one: a folder, a program, a library, a link, a manifest."""
    program = folder / f"hum-{version}"
    (program / "_internal").mkdir(parents=True)
    (program / "_internal/lib.so.1").write_bytes(version.encode() * 5000)
    (program / "_internal/lib.so").symlink_to("lib.so.1")
    (program / "hum").write_text(f"#!/bin/sh\necho hum {version if runs else '?'}\n")
    (program / "hum").chmod(0o755)
    (program / MANIFEST_NAME).write_bytes(describe(program, version, SYSTEM).encode())
    return program


def packed(program: Path, target: Path | None = None) -> Path:
    """Pack a folder as ``make package`` does."""
    archive = target or program.with_name(program.name + ".tar.zst")
    plain = archive.with_suffix("")
    with tarfile.open(plain, "w", format=tarfile.PAX_FORMAT) as tar:
        tar.add(program, program.name)
    subprocess.run(["zstd", "-q", "-1", "--rm", "-f", plain, "-o", archive], check=True)
    return archive


def small_package(folder: Path, version: str) -> Path:
    """A package whose inside nobody looks at."""
    path = folder / f"hum-{version}.tar.zst"
    path.write_bytes(f"package {version} ".encode() * 4000)
    return path


def copied(folder: Path, target: Path) -> Path:
    shutil.copytree(folder, target)
    return target
