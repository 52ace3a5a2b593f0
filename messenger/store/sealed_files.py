"""The folder of sealed files: chunks on the disk as they cross the wire, under random names.

Every method blocks and may run in any thread; no two threads write the same file.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from io import BufferedIOBase, BufferedReader, BufferedWriter, FileIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from messenger.core.errors import (
    DecryptionError,
    FolderNotWritableError,
    QuotaError,
    StoreCorruptError,
)
from messenger.core.types import MAX_FILE_NAME_LEN
from messenger.protocol.file_chunks import (
    CHUNK_LEN,
    SEALED_CHUNK_LEN,
    FileCipher,
    chunk_count,
    sealed_len,
)
from messenger.store.atomic import sync_folder
from messenger.store.file_sealing import new_digest, seal_stream

FREE_MIN_LEN: Final = 128 << 20  # bytes that files leave free for messages; ours
_NAME_LEN: Final = 16  # random bytes
_BUFFER_LEN: Final = 256 << 10  # bytes collected for one write of a file in the clear
_TRIES: Final = 1_000  # numbers tried behind a name that is taken


def new_name() -> str:
    """Draw the name of a sealed file."""
    return secrets.token_hex(_NAME_LEN)


class SealedFiles:
    """What is kept of files in one profile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check_room(self, size: int, promised: int = 0) -> None:
        """Raise QuotaError if a file of ``size`` bytes would leave less than FREE_MIN_LEN free.

        Args:
            promised: bytes of other files that were accepted and are still to come.
        """
        free = shutil.disk_usage(self._folder.parent).free
        if free - sealed_len(size) - promised < FREE_MIN_LEN:
            others = f"files under way {(promised >> 20) + 1} MiB, " if promised else ""
            raise QuotaError(
                f"The disk has {free >> 20} MiB free; this file needs {(size >> 20) + 1} MiB, "
                f"{others}and {FREE_MIN_LEN >> 20} MiB stay free for messages."
            )

    def seal(self, source: BufferedIOBase, name: str, cipher: FileCipher) -> bytes:
        """Seal all of ``source`` under ``name`` and return its digest; whole, or nothing stays.

        Raises:
            InputError: the source has not the length that the cipher was made for.
            FolderNotWritableError: no room, or a disk that fails.
        """
        try:
            with self._create(name) as target:
                digest = seal_stream(source, target, cipher)
                os.fsync(target.fileno())
            sync_folder(self._folder)
        except OSError as error:
            self.remove(name)
            raise FolderNotWritableError(_words(error)) from error
        except BaseException:
            self.remove(name)
            raise
        return digest

    def create(self, name: str) -> None:
        """Make the empty file into which chunks will be received, unless it is there.

        Raises:
            FolderNotWritableError: it cannot be made.
        """
        try:
            with contextlib.suppress(FileExistsError), self._create(name):
                pass
            sync_folder(self._folder)
        except OSError as error:
            raise FolderNotWritableError(_words(error)) from error

    def append(self, name: str, index: int, sealed: bytes) -> None:
        """Write chunks from number ``index`` on; they are on the disk when this returns.

        Raises:
            FileNotFoundError: the file was removed meanwhile.
            FolderNotWritableError: no room, or a disk that fails; what was there stays.
        """
        try:
            with self._path(name).open("r+b") as file:
                file.truncate(index * SEALED_CHUNK_LEN)
                file.seek(index * SEALED_CHUNK_LEN)
                file.write(sealed)
                _to_disk(file)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise FolderNotWritableError(_words(error)) from error

    def read(self, name: str, index: int) -> bytes:
        """Return one sealed chunk.

        Raises:
            StoreCorruptError: it is not there.
        """
        try:
            with self._path(name).open("rb") as file:
                file.seek(index * SEALED_CHUNK_LEN)
                sealed = file.read(SEALED_CHUNK_LEN)
        except OSError as error:
            raise StoreCorruptError("a file that is being sent cannot be read") from error
        if not sealed:
            raise StoreCorruptError("a file that is being sent is not whole")
        return sealed

    def verify(self, name: str, cipher: FileCipher) -> tuple[int, Any]:
        """Return how many chunks from the first on are good, and the digest so far."""
        digest, index = new_digest(), 0
        with contextlib.suppress(OSError, DecryptionError):
            for chunk in self.chunks(name, cipher):
                digest.update(chunk)
                index += 1
        return index, digest

    def chunks(self, name: str, cipher: FileCipher) -> Iterator[bytes]:
        """Open the chunks in order; DecryptionError at the first that is missing or damaged."""
        with self._path(name).open("rb") as file:
            for index in range(chunk_count(cipher.size)):
                yield cipher.open(index, file.read(SEALED_CHUNK_LEN))

    def read_plain(self, name: str, cipher: FileCipher, limit: int) -> bytes:
        """Return the first bytes of a whole file in the clear, about ``limit`` of them.

        Raises:
            StoreCorruptError: it is not there, or damaged.
        """
        plain = bytearray()
        try:
            for chunk in self.chunks(name, cipher):
                plain += chunk
                if len(plain) >= limit:
                    break
        except (OSError, DecryptionError) as error:
            raise StoreCorruptError("The file is damaged on this computer's disk.") from error
        return bytes(plain)

    def received_len(self, name: str, size: int) -> int:
        """Return the bytes of a file that are here, by the length of its sealed chunks."""
        try:
            here = self._path(name).stat().st_size
        except OSError:
            return 0
        return min(here // SEALED_CHUNK_LEN * CHUNK_LEN, size) if here < sealed_len(size) else size

    def save(
        self, name: str, cipher: FileCipher, target: Path, *, after_a_crash: bool = False
    ) -> Path:
        """Write a whole file in the clear, readable by this user only; return where it is.

        A name that is taken gets a number; nothing is replaced and no link is followed. What
        an interrupted call for the same target left is removed; with ``after_a_crash`` a file that
        it had finished is found by its content and is not written a second time.

        Raises:
            StoreCorruptError: the sealed file is damaged; nothing is left at the target.
            FolderNotWritableError: it cannot be written there.
        """
        part = target.with_name(_part_name(name))
        try:
            part.unlink(missing_ok=True)
            there = self._saved_before(name, cipher, target) if after_a_crash else None
            if there is not None:
                return there
            with BufferedWriter(_new_file(part), _BUFFER_LEN) as out:
                for chunk in self.chunks(name, cipher):
                    out.write(chunk)
                _to_disk(out)
            return _give_name(part, target)
        except DecryptionError as error:
            raise StoreCorruptError("The file is damaged on this computer's disk.") from error
        except OSError as error:
            raise FolderNotWritableError(f"{target.name}: {_words(error)}") from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def _saved_before(self, name: str, cipher: FileCipher, target: Path) -> Path | None:
        """Return the place that an interrupted save had given the file already."""
        for place in _places(target):
            if place.is_symlink():
                continue
            try:
                with open_regular(place) as found:
                    length = os.fstat(found.fileno()).st_size
                    chunks = self.chunks(name, cipher) if length == cipher.size else None
                    if chunks is not None and all(found.read(len(c)) == c for c in chunks):
                        return place
            except FileNotFoundError:
                return None
            except OSError:
                continue  # somebody else's: no file, or not ours to read
        return None

    def remove(self, name: str) -> bool:
        """Remove a file; tell whether it is gone."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def sweep(self, known: frozenset[str]) -> None:
        """Remove whatever belongs to nothing: a process was killed while it sealed."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if _is_name(path.name) and path.name not in known:
                    self.remove(path.name)

    def _create(self, name: str) -> FileIO:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        return _new_file(self._path(name))

    def _path(self, name: str) -> Path:
        if not _is_name(name):
            raise ValueError("not the name of a sealed file")
        return self._folder / name


def _is_name(name: str) -> bool:
    return len(name) == 2 * _NAME_LEN and set(name) <= set("0123456789abcdef")


def _new_file(path: Path) -> FileIO:
    return FileIO(path, "xb", opener=_open_new)


def _open_new(path: str, flags: int) -> int:
    """Open what ``flags`` say is to be new, for this user only, and follow no link."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def open_regular(path: Path) -> BufferedReader:
    """Open a file to read it, and only a file: a pipe or a device in its place cannot hold us up.

    Raises:
        OSError: there is none, it may not be read, or it is something else.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _part_name(name: str) -> str:
    """Return the name of the unfinished copy: the same after a crash, and it tells nothing."""
    return f".{hashlib.blake2b(name.encode(), digest_size=_NAME_LEN).hexdigest()}.part"


def _places(target: Path) -> Iterator[Path]:
    """Yield a target and its numbered neighbours."""
    yield target
    for number in range(2, _TRIES):
        yield target.with_name(_numbered(target, number))


def _give_name(part: Path, target: Path) -> Path:
    """Give a finished file its name, or the next one that is free; never over another file."""
    for place in _places(target):
        try:
            os.link(part, place, follow_symlinks=False)
        except FileExistsError:
            continue
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if not _rename(part, place):
                continue
        sync_folder(place.parent)
        return place
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _numbered(target: Path, number: int) -> str:
    """Return the name with a number in front of its suffix, cut so that it stays a name."""
    end = f" ({number}){target.suffix}"
    room = MAX_FILE_NAME_LEN - len(os.fsencode(end))
    if room < 1:  # all suffix
        end, room = f" ({number})", MAX_FILE_NAME_LEN - len(f" ({number})")
    stem = os.fsencode(target.stem)
    return stem[:room].decode(errors="ignore") + end if len(stem) > room else target.stem + end


_NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def _rename(part: Path, place: Path) -> bool:
    """On a file system without hard links: take the name with an empty file, then replace that."""
    try:
        _new_file(place).close()
    except FileExistsError:
        return False
    try:
        part.replace(place)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    return True


def _words(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "The disk is full. Make room, then resume."
    return f"The disk does not take it ({error.strerror or type(error).__name__})."
