"""The manifest of a build: every file of the program folder, in one canonical text.

One JSON object in each line: a head, then the files and symbolic links in the order of their
paths. The same files give the same bytes, and only those bytes are accepted, so the SHA-256 of the
file ``manifest.jsonl`` (``sha256sum`` prints it) names the build: it is the build fingerprint.

Left out are the manifest itself, its signatures, and empty folders. A file may be stricter than
its mode says, never looser.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import ManifestError

MANIFEST_NAME: Final = "manifest.jsonl"
SIGNATURES_NAME: Final = "manifest.signatures.json"
NOT_LISTED: Final = frozenset({MANIFEST_NAME, SIGNATURES_NAME})
MAX_MANIFEST_LEN: Final = 16 << 20  # bytes; a build of 350 files has 60 KB
READERS: Final = 4  # threads that hash: more than most disks can feed

_Path: TypeAlias = Annotated[str, Meta(min_length=1, max_length=1024)]
_Digest: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Word: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"\A[\x21-\x7e]+\Z")]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="file", tag_field="kind"):
    """A regular file."""

    path: _Path  # below the program folder, "/" between the parts
    size: Annotated[int, Meta(ge=0)]  # bytes
    sha256: _Digest
    mode: Literal["644", "755"]


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="link", tag_field="kind"):
    """A symbolic link; what it leads to is listed on its own account."""

    path: _Path
    target: Annotated[str, Meta(min_length=1, max_length=1024)]  # as it stands in the link


Entry: TypeAlias = File | Link


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["hum manifest 1"]
    version: _Word
    system: _Word


_ENCODER: Final = msgspec.json.Encoder()
_HEAD: Final = msgspec.json.Decoder(_Head)
_ENTRIES: Final[msgspec.json.Decoder[Entry]] = msgspec.json.Decoder(Entry)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build consists of."""

    version: str
    system: str  # of what the build is for, such as linux-x86_64
    entries: tuple[Entry, ...]  # in the order of their paths

    def encode(self) -> bytes:
        """Return the canonical bytes."""
        return _ENCODER.encode_lines(
            [_Head("hum manifest 1", self.version, self.system), *self.entries]
        )

    @property
    def fingerprint(self) -> bytes:
        """The build fingerprint, 32 bytes."""
        return hashlib.sha256(self.encode()).digest()


def decode(data: bytes) -> Manifest:
    """Read the bytes of a manifest.

    Raises:
        ManifestError: they are not what :meth:`Manifest.encode` writes.
    """
    if len(data) > MAX_MANIFEST_LEN:
        raise ManifestError("The manifest is larger than any manifest may be.")
    first, _, rest = data.partition(b"\n")
    try:
        head = _HEAD.decode(first)
        entries = tuple(_ENTRIES.decode_lines(rest))
    except DECODE_ERRORS as error:
        raise ManifestError("The manifest does not read like one.") from error
    found = Manifest(head.version, head.system, entries)
    paths = [entry.path for entry in entries]
    if found.encode() != data or paths != sorted(set(paths)) or not all(map(_inside, paths)):
        raise ManifestError("The manifest was not written by a build of Hum.")
    return found


def _inside(path: str) -> bool:
    """Whether a path stays below the folder it is meant for."""
    return not {"", ".", ".."} & set(path.split("/")) and path not in NOT_LISTED


def read(folder: Path) -> bytes | None:
    """Return the bytes of the manifest in a program folder; None: there is none.

    Raises:
        ManifestError: there is one, and it cannot be read.
    """
    try:
        with (folder / MANIFEST_NAME).open("rb") as file:
            return file.read(MAX_MANIFEST_LEN + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ManifestError("The manifest cannot be read.") from error


# -- from a folder ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a folder that is no folder."""

    path: str
    info: os.stat_result  # of itself, not of what a link leads to


def walk(folder: Path) -> Iterator[Found]:
    """Yield everything below a folder but folders and the manifest itself; links are not followed.

    Raises:
        OSError: a folder cannot be read.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(folder / below if below else folder) as entries:
            for entry in entries:
                path = f"{below}/{entry.name}" if below else entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif path not in NOT_LISTED:
                    yield Found(path, (folder / path).lstat())


def describe(folder: Path, version: str, system: str) -> Manifest:
    """Return the manifest of what lies in a folder now; reads every file.

    Raises:
        ManifestError: a file cannot be read, or is none (a pipe, a device).
    """
    try:
        found = sorted(walk(folder), key=lambda each: each.path)
        with ThreadPoolExecutor(READERS) as readers:
            entries = tuple(readers.map(lambda each: _entry(folder, each), found))
    except OSError as error:
        raise ManifestError("A file of the program cannot be read.") from error
    return Manifest(version, system, entries)


def _entry(folder: Path, found: Found) -> Entry:
    place = folder / found.path
    if stat.S_ISLNK(found.info.st_mode):
        return Link(shown_path(found.path), leads_to(place))
    if not stat.S_ISREG(found.info.st_mode):
        raise ManifestError("Something in the program folder is neither a file nor a link.")
    size, digest = content(place)
    return File(shown_path(found.path), size, digest, plain_mode(found.info.st_mode))


def leads_to(link: Path) -> str:
    """Return the target of a symbolic link as it stands there."""
    target = os.readlink(link)  # noqa: PTH115  Path would tidy it up
    return shown_path(target.replace(os.sep, "/"))


def content(place: Path) -> tuple[int, str]:
    """Return size and SHA-256 of a file, from one reading.

    Raises:
        OSError: it cannot be read.
    """
    with place.open("rb", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def plain_mode(mode: int) -> Literal["644", "755"]:
    """Return the one of the two modes of a build that a file has: may its owner run it?"""
    return "755" if mode & stat.S_IXUSR else "644"


def shown_path(path: str) -> str:
    """Return a path as text; bytes that are none are spelled out, so that it can be shown."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
