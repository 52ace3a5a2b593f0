"""How this Hum came onto this computer, and so what an update of it would be."""

import platform
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from messenger import __version__
from messenger.core.errors import UpdateInstallError

PROGRAM: Final = "hum"  # its file in its folder
FOLDER: Final = "updates"  # in the folder of a profile: metadata, and a package
SYSTEM_FOLDER: Final = Path("/usr")  # of packages; what lies there is not ours to change


class Kind(StrEnum):
    """The forms in which Hum is given out; the values are the suffixes of the packages."""

    PORTABLE = "tar.zst"
    DEBIAN = "deb"
    SOURCES = "sources"  # a checkout, or what pip and pipx make of it


@dataclass(frozen=True, slots=True)
class Installation:
    """The program that would be updated."""

    kind: Kind
    folder: Path  # which an update replaces as a whole, if the kind is PORTABLE
    version: str = __version__
    system: str = f"{sys.platform}-{platform.machine().lower()}"  # linux-x86_64

    @property
    def target(self) -> str:
        """The name of its package in a repository; the version stands in the metadata.

        There is none of the sources; the portable package tells what is newest all the same.
        """
        kind = Kind.PORTABLE if self.kind is Kind.SOURCES else self.kind
        return target_name(self.system, kind)


def target_name(system: str, kind: Kind) -> str:
    """Return the one name that every version of a package has in a repository."""
    return f"hum-{system}.{kind.value}"


def this_installation() -> Installation:
    """Find out how the running program was installed."""
    if not getattr(sys, "frozen", False):
        return Installation(Kind.SOURCES, Path(__file__).resolve().parents[2])
    folder = Path(sys.executable).resolve().parent
    kind = Kind.DEBIAN if folder.is_relative_to(SYSTEM_FOLDER) else Kind.PORTABLE
    return Installation(kind, folder)


def portable_in(folder: Path) -> Installation:
    """Describe another portable Hum, which is asked for its version.

    Raises:
        UpdateInstallError: there is none, or it does not tell.
    """
    try:
        ask = [str(folder / PROGRAM), "--version"]
        told = subprocess.run(  # noqa: S603  a program that the person names
            ask, check=True, capture_output=True, text=True, timeout=60
        ).stdout.split()
    except (OSError, subprocess.SubprocessError) as error:
        raise UpdateInstallError(
            "There is no Hum in {folder} that runs.", folder=str(folder)
        ) from error
    if len(told) != 2:
        raise UpdateInstallError(
            "There is no Hum in {folder} that tells its version.", folder=str(folder)
        )
    return Installation(Kind.PORTABLE, folder.resolve(), told[1])
