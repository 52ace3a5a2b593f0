"""Which program runs, whether its files are those of its build, and how a contact's compares."""

from enum import StrEnum
from typing import Protocol

from messenger.core.frozen import frozen


class Damage(StrEnum):
    """How something in the program folder differs from the manifest."""

    CONTENT = "content"
    MISSING = "missing"
    EXTRA = "extra"  # no build put it there
    MODE = "mode"  # more people may change or run it than should
    KIND = "kind"  # a link where a file was, or the other way round
    TARGET = "target"  # a link leads elsewhere
    UNREADABLE = "unreadable"
    SIGNATURE = "signature"  # of the manifest: not by enough release keys, or not theirs


class BuildKind(StrEnum):
    """Who vouches for a build."""

    SIGNED = "signed"  # release keys have signed its manifest
    UNSIGNED = "unsigned"  # nobody has: somebody's own build
    SOURCE = "source"  # it runs from its sources, and there is no manifest


@frozen
class FileFinding:
    """One difference."""

    path: str  # below the program folder
    damage: Damage


@frozen
class Build:
    """What two people compare."""

    version: str
    system: str  # that it was built for; "source": the package's own files
    fingerprint: bytes  # 32 bytes, over all files as they are now


@frozen
class BuildCheck:
    """What a look at every file of the program found."""

    kind: BuildKind
    build: Build | None  # None: a file cannot be read
    file_count: int
    findings: tuple[FileFinding, ...] = ()


class OwnProgram(Protocol):
    """What the engine asks about the program it belongs to. Both methods read files."""

    def check(self) -> BuildCheck:
        """Look at every file."""

    def glance(self) -> tuple[FileFinding, ...]:
        """Look quickly; what this does not find may be there all the same."""


class BuildMatch(StrEnum):
    """How two builds compare."""

    SAME = "same"
    DIFFERENT = "different"  # of one version for one system: they must not be
    OTHER_VERSION = "other_version"
    OTHER_SYSTEM = "other_system"  # of one version; their files are meant to differ


@frozen
class BuildComparison:
    """Our build and what a contact's program says of its own."""

    match: BuildMatch
    own: Build
    peer: Build


def compare_builds(own: Build, peer: Build) -> BuildComparison:
    """Return how two builds compare."""
    if own.fingerprint == peer.fingerprint:
        match = BuildMatch.SAME
    elif own.version != peer.version:
        match = BuildMatch.OTHER_VERSION
    elif own.system != peer.system:
        match = BuildMatch.OTHER_SYSTEM
    else:
        match = BuildMatch.DIFFERENT
    return BuildComparison(match, own, peer)
