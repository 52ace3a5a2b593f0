"""The program that runs: where its files lie, and whether they are those of its build.

A frozen program has its manifest beside it. From the sources, or from a wheel, there is none; then
the package's own files make a fingerprint that is marked "source".

What a program says about itself is worth what the program is worth: who can change its files can
also change what it says about them. docs/packaging.md tells how to look from outside.
"""

import platform
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from messenger import __version__
from messenger.core.builds import Build, BuildCheck, BuildKind, Damage, FileFinding
from messenger.core.errors import ManifestError, ManifestSignatureError
from messenger.core.program import PACKAGE, resource_dir
from messenger.update import manifest as manifests
from messenger.update.manifest import MANIFEST_NAME, SIGNATURES_NAME, File, Manifest
from messenger.update.manifest_signature import check_signatures, trusted_root
from messenger.update.verify_install import compare

SOURCE: Final = "source"  # in the place of a system
SAMPLE_LEN: Final = 16 << 20  # bytes of other files that a quick look reads, beside our own
# What is Hum's own in a frozen program: the file that is started, which holds all our code, what
# of Python is read first, and our own data.
OWN_NAMES: Final = frozenset({"hum", "hum.exe", "_internal/base_library.zip"})
SEALED_BY_SYSTEM: Final = sys.platform == "darwin"  # whose bundles carry no manifest
OWN_FOLDER: Final = "_internal/messenger/"
LEFT_BEHIND: Final = frozenset({"__pycache__", "_resources"})


def system_name() -> str:
    """Return the system that this Python is for, such as ``linux-x86_64``."""
    return f"{sys.platform}-{platform.machine().lower() or 'unknown'}"


def running() -> "OwnFiles":
    """The program that executes this line."""
    if getattr(sys, "frozen", False):
        return OwnFiles(Path(sys.executable).resolve().parent)
    return OwnFiles(None)


class OwnFiles:
    """The files of a program. The methods read files: call them where waiting does no harm.

    Args:
        folder: of a frozen program; None: this package, from its sources.
        given: the manifest to compare with, instead of the one in the folder.
        root: TUF root metadata whose keys must have signed; None: what is shipped, if anything is.
    """

    def __init__(
        self, folder: Path | None, given: bytes | None = None, root: bytes | None = None
    ) -> None:
        self.folder = folder
        self._given = given
        self._root = root

    def check(self) -> BuildCheck:
        """Look at every file, which takes about a second."""
        if self.folder is None:
            found = source_manifest()
            return BuildCheck(BuildKind.SOURCE, _build(found), len(found.entries))
        data, listed, findings = self._listed()
        if listed is not None and data is not None:
            findings += compare(self.folder, listed)
        kind, unsigned = self._kind(data)
        # Where something differs, the fingerprint is that of what is there.
        there = _described(self.folder, listed) if findings or listed is None else listed
        count = len(there.entries) if there else 0
        return BuildCheck(kind, _build(there) if there else None, count, findings + unsigned)

    def glance(self) -> tuple[FileFinding, ...]:
        """Look at all names, sizes, modes and links, and into our own files and some others.

        Which others is drawn anew each time. Signatures are not checked. From the sources there is
        nothing to compare with, and nothing is found.
        """
        if self.folder is None:
            return ()
        _, listed, findings = self._listed()
        if listed is None:
            return findings
        return findings + compare(self.folder, listed, _sample(listed))

    def _listed(self) -> tuple[bytes | None, Manifest | None, tuple[FileFinding, ...]]:
        """The manifest as bytes and as read, and what is wrong with it itself."""
        assert self.folder is not None
        try:
            data = manifests.read(self.folder) if self._given is None else self._given
            if data is None:
                missing = (FileFinding(MANIFEST_NAME, Damage.MISSING),)
                return None, None, () if SEALED_BY_SYSTEM else missing
            return data, manifests.decode(data), ()
        except ManifestError:
            return None, None, (FileFinding(MANIFEST_NAME, Damage.CONTENT),)

    def _kind(self, manifest: bytes | None) -> tuple[BuildKind, tuple[FileFinding, ...]]:
        """Who vouches for the manifest; a signature that does not hold is a finding."""
        assert self.folder is not None
        try:
            signatures = (self.folder / SIGNATURES_NAME).read_bytes()
        except FileNotFoundError:
            return BuildKind.UNSIGNED, ()
        except OSError:
            return BuildKind.UNSIGNED, (FileFinding(SIGNATURES_NAME, Damage.UNREADABLE),)
        root = self._root or trusted_root()
        if manifest is None or root is None:
            return BuildKind.UNSIGNED, ()
        try:
            check_signatures(manifest, signatures, root)
        except ManifestSignatureError:
            return BuildKind.UNSIGNED, (FileFinding(SIGNATURES_NAME, Damage.SIGNATURE),)
        return BuildKind.SIGNED, ()


def source_manifest(package: Path = PACKAGE, resources: Path | None = None) -> Manifest:
    """Describe the package's own files: the same in a checkout and in an installed wheel.

    Raises:
        ManifestError: one cannot be read.
    """
    entries: list[File] = []
    for label, folder in (("messenger", package), ("resources", resources or resource_dir())):
        try:
            for path in _sources(folder):
                size, digest = manifests.content(folder / path)
                entries.append(File(f"{label}/{path}", size, digest, "644"))
        except OSError as error:
            raise ManifestError("A file of the program cannot be read.") from error
    return Manifest(__version__, SOURCE, tuple(sorted(entries, key=lambda entry: entry.path)))


def _sources(folder: Path) -> Iterator[str]:
    for found in manifests.walk(folder):
        if not LEFT_BEHIND & set(PurePosixPath(found.path).parts):
            yield found.path


def _described(folder: Path, listed: Manifest | None) -> Manifest | None:
    """The manifest of what is there; None where not even that can be said."""
    version = listed.version if listed else __version__
    system = listed.system if listed else system_name()
    try:
        return manifests.describe(folder, version, system)
    except ManifestError:
        return None


def _build(of: Manifest) -> Build:
    return Build(of.version, of.system, of.fingerprint)


def _sample(listed: Manifest) -> Callable[[File], bool]:
    """Choose what a quick look reads."""
    files = [entry for entry in listed.entries if isinstance(entry, File)]
    chosen = {file.path for file in files if _is_own(file.path)}
    others = [file for file in files if file.path not in chosen]
    random.SystemRandom().shuffle(others)
    left = SAMPLE_LEN
    for file in others:
        if file.size <= left:
            left -= file.size
            chosen.add(file.path)
    return lambda file: file.path in chosen


def _is_own(path: str) -> bool:
    return path in OWN_NAMES or path.startswith(OWN_FOLDER)
