"""Putting a portable program in the place of another, whole or not at all.

The new one is unpacked beside the old one and started once to see whether it runs here. Then the
two folders change places, in one step of the file system where it knows such a step, and the old
one is kept. Nothing is written into a folder that is in use.
"""

import contextlib
import ctypes
import errno
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import IO, Final

from messenger.core.errors import UpdateInstallError
from messenger.update.foreign_files import refuse_foreign
from messenger.update.installation import PROGRAM
from messenger.update.limits import CHUNK_LEN, MAX_FILE_COUNT, MAX_UNPACKED_LEN

NEXT: Final = ".next"  # suffixes of the folder's name
PREVIOUS: Final = ".previous"
TRIAL_S: Final = 60.0  # for the new program to tell its version

_AT_FDCWD: Final = -100  # renameat2(2)
_RENAME_EXCHANGE: Final = 2
_NO_SUCH_STEP: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP})


def unpack(package: IO[bytes], folder: Path, version: str) -> Path:
    """Unpack a ``.tar.zst`` beside ``folder`` and try the program in it.

    Returns:
        The folder of the new program, NEXT to the old one.

    Raises:
        UpdateInstallError: it cannot be unpacked here or does not run; nothing of it remains.
    """
    place = folder.with_name(folder.name + NEXT)
    work = folder.with_name(f".{folder.name}{NEXT}-{os.getpid()}")
    try:
        _remove(place)
        work.mkdir()
        _extract(package, work)
        inside = list(work.iterdir())
        if len(inside) != 1 or not inside[0].is_dir():
            raise UpdateInstallError("The package does not hold one folder with the program.")
        _try_out(inside[0] / PROGRAM, version)
        inside[0].rename(place)
    except (OSError, tarfile.TarError) as error:
        raise UpdateInstallError(
            "The package cannot be unpacked beside {folder}.", folder=str(folder)
        ) from error
    finally:
        _remove(work)
    return place


def _extract(package: IO[bytes], target: Path) -> None:
    program = shutil.which("zstd")
    if program is None:
        raise UpdateInstallError("Unpacking needs the program zstd, which is not installed.")
    os.lseek(package.fileno(), 0, os.SEEK_SET)  # the child reads the file, not our buffer of it
    silent = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603  from the PATH of the person
        [program, "-q", "-dc"],
        stdin=package,
        stdout=subprocess.PIPE,
        stderr=silent,
        env=clean_environment(),
    ) as unzip:
        assert unzip.stdout is not None
        try:
            with tarfile.open(fileobj=unzip.stdout, mode="r|") as tar:
                _extract_all(tar, target)
            while unzip.stdout.read(CHUNK_LEN):
                pass  # zeros behind the end of the archive
            if unzip.wait():
                raise UpdateInstallError("The package is compressed in a way that zstd refuses.")
        finally:
            unzip.stdout.close()
            unzip.kill()


def _extract_all(tar: tarfile.TarFile, target: Path) -> None:
    """Extract files, folders and links inside the folder; anything else is refused."""
    left = MAX_UNPACKED_LEN
    for count, member in enumerate(tar):
        left -= member.size
        if left < 0 or count >= MAX_FILE_COUNT:
            raise UpdateInstallError("The package holds more than a program does.")
        tar.extract(member, target, filter="data")


def _try_out(program: Path, version: str) -> None:
    """Start the new program once; whether it runs here is better known before than after."""
    try:
        done = subprocess.run(  # noqa: S603  verified, and what the person asked for
            [program, "--version"],
            check=False,
            capture_output=True,
            text=True,
            timeout=TRIAL_S,
            env=clean_environment(),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UpdateInstallError("The new program does not start on this computer.") from error
    if done.returncode != 0 or done.stdout.split()[-1:] != [version]:
        raise UpdateInstallError("The new program does not run on this computer.")


def clean_environment() -> dict[str, str]:
    """Return our environment without what the frozen program has set for itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("_PYI")}
    original = kept.pop("LD_LIBRARY_PATH_ORIG", None)
    if getattr(sys, "frozen", False):
        kept.pop("LD_LIBRARY_PATH", None)
    return kept | ({"LD_LIBRARY_PATH": original} if original else {})


def refuse_loss(folder: Path) -> None:
    """Refuse to exchange a program if that would move or remove what is not of a program.

    Raises:
        UpdateInstallError: it would, as of :func:`refuse_foreign`.
    """
    refuse_foreign(folder)
    old = folder.with_name(folder.name + PREVIOUS)
    if old.exists():
        refuse_foreign(old)


def switch(folder: Path) -> Path:
    """Let the unpacked program and the old one change places; return where the old one is now.

    The one that was replaced before is removed at the very end.

    Raises:
        UpdateInstallError: they cannot; everything is where it was.
    """
    new, old = folder.with_name(folder.name + NEXT), folder.with_name(folder.name + PREVIOUS)
    refuse_loss(folder)
    try:
        _exchange(new, folder)
        try:
            if old.exists():
                _exchange(new, old)
            else:
                new.rename(old)
        except OSError:
            _exchange(new, folder)
            raise
    except OSError as error:
        raise UpdateInstallError(
            "The program in {folder} cannot be replaced.", folder=str(folder)
        ) from error
    shutil.rmtree(new, ignore_errors=True)  # what is left of it is removed by the next update
    return old


def go_back(folder: Path) -> Path:
    """Exchange a program and the one that it replaced; called for either of the two.

    Returns:
        The folder that holds the older program again.

    Raises:
        UpdateInstallError: there is none, or it cannot be moved; everything is where it was.
    """
    place = folder.with_name(folder.name.removesuffix(PREVIOUS))
    old = place.with_name(place.name + PREVIOUS)
    if not (old / PROGRAM).exists() or not place.is_dir():
        raise UpdateInstallError("There is no former program to go back to.")
    refuse_loss(place)
    try:
        _exchange(old, place)
    except OSError as error:
        raise UpdateInstallError(
            "The program in {folder} cannot be replaced.", folder=str(place)
        ) from error
    return place


def _exchange(first: Path, second: Path) -> None:
    """Exchange two folders in one step, or where that is unknown in three, undone if one fails."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        names = (os.fsencode(first), os.fsencode(second))
        if not libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE):
            return
        if ctypes.get_errno() not in _NO_SUCH_STEP:
            raise OSError(ctypes.get_errno(), "the folders cannot be exchanged")
    aside = second.with_name(f".{second.name}-{os.getpid()}")
    with contextlib.ExitStack() as undo:
        second.rename(aside)
        undo.callback(aside.rename, second)
        first.rename(second)
        undo.callback(second.rename, first)
        aside.rename(first)
        undo.pop_all()


def _remove(folder: Path) -> None:
    """Remove a folder of ours if it is there."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)


def others_running(folder: Path) -> bool:
    """Tell whether somebody beside us and our helpers runs a program of the folder; Linux only."""
    own = os.getpid()
    for link in Path("/proc").glob("[0-9]*/exe"):
        with contextlib.suppress(OSError):
            if link.readlink().is_relative_to(folder):
                parent = int((link.parent / "stat").read_text().rpartition(")")[2].split()[1])
                if own not in {int(link.parent.name), parent}:
                    return True
    return False
