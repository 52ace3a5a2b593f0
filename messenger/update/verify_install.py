"""Compare a program folder with its manifest: what was changed, what is missing, what is extra."""

import stat
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from messenger.core.builds import Damage, FileFinding
from messenger.core.errors import ManifestError
from messenger.update.manifest import (
    READERS,
    Entry,
    File,
    Found,
    Link,
    Manifest,
    content,
    leads_to,
    shown_path,
    walk,
)

_HAS_MODES: Final = sys.platform != "win32"


def compare(
    folder: Path, manifest: Manifest, read: Callable[[File], bool] = lambda file: True
) -> tuple[FileFinding, ...]:
    """Return every difference, in the order of the paths.

    Args:
        read: whether the content of a file is to be compared too. Names, kinds, sizes, modes and
            the targets of links are compared for all.

    Raises:
        ManifestError: the folder cannot be read.
    """
    try:
        there = {found.path: found for found in walk(folder)}
    except OSError as error:
        raise ManifestError("The program folder cannot be read.") from error
    listed = {entry.path for entry in manifest.entries}
    findings = [FileFinding(shown_path(path), Damage.EXTRA) for path in there.keys() - listed]
    whole: list[File] = []
    for entry in manifest.entries:
        found = there.get(entry.path)
        damage = Damage.MISSING if found is None else _outside(folder, entry, found)
        if damage is not None:
            findings.append(FileFinding(entry.path, damage))
        elif isinstance(entry, File) and read(entry):
            whole.append(entry)
    findings += _contents(folder, whole)
    return tuple(sorted(findings, key=lambda finding: finding.path))


def _outside(folder: Path, entry: Entry, found: Found) -> Damage | None:
    """What is wrong with something, as far as can be seen without opening it."""
    mode = found.info.st_mode
    if isinstance(entry, Link):
        if not stat.S_ISLNK(mode):
            return Damage.KIND
        return None if leads_to(folder / entry.path) == entry.target else Damage.TARGET
    if not stat.S_ISREG(mode):
        return Damage.KIND
    if found.info.st_size != entry.size:
        return Damage.CONTENT
    return Damage.MODE if _HAS_MODES and _looser(mode, int(entry.mode, 8)) else None


def _looser(mode: int, said: int) -> bool:
    """Whether more people may do more with a file than its mode says, or its owner less."""
    allowed = stat.S_IMODE(mode)
    return bool(allowed & ~said) or (allowed ^ said) & stat.S_IXUSR != 0


def _contents(folder: Path, files: list[File]) -> Iterator[FileFinding]:
    with ThreadPoolExecutor(READERS) as readers:
        damages = readers.map(lambda file: _content(folder, file), files)
        for file, damage in zip(files, damages, strict=True):
            if damage is not None:
                yield FileFinding(file.path, damage)


def _content(folder: Path, file: File) -> Damage | None:
    try:
        _, digest = content(folder / file.path)
    except OSError:
        return Damage.UNREADABLE
    return None if digest == file.sha256 else Damage.CONTENT
