"""What lies in the folder of a program and is not of it, before that folder is exchanged whole.

A person may keep the profile beside a portable program, or save files there. The first exchange
would carry them off into the former program's folder, and the second one would remove them.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from messenger.core.errors import ManifestError, UpdateInstallError
from messenger.core.spelled_out import spelled_out
from messenger.update import manifest as manifests
from messenger.update.manifest import Manifest

NAMED_COUNT: Final = 3  # of what is foreign; the rest is counted
COMPILED: Final = "__pycache__"  # folders of what Python makes again by itself


def refuse_foreign(folder: Path) -> None:
    """Refuse to exchange a program folder that holds more than its manifest lists.

    Raises:
        UpdateInstallError: it does, or that cannot be told; the text names what was found.
    """
    try:
        data = manifests.read(folder)
        listed = manifests.decode(data) if data is not None else None
        foreign = sorted(set(_foreign(folder, listed))) if listed is not None else []
    except (ManifestError, OSError) as error:
        raise _untold(folder) from error
    if listed is None:
        raise _untold(folder)
    if foreign:
        names = ", ".join(map(spelled_out, foreign[:NAMED_COUNT]))
        raise UpdateInstallError(
            "The folder {folder} is exchanged as a whole, and not everything in it is Hum's: "
            "{names} ({count} in all). Move that elsewhere first.",
            folder=str(folder),
            names=names,
            count=len(foreign),
        )


def _untold(folder: Path) -> UpdateInstallError:
    return UpdateInstallError(
        "Hum cannot tell what in the folder {folder} is yours: its list of files is missing or "
        "damaged. Unpack the new package somewhere else.",
        folder=str(folder),
    )


def _foreign(folder: Path, listed: Manifest) -> Iterator[str]:
    """Yield what is not listed: a whole folder of it by the name of that folder."""
    files = {entry.path for entry in listed.entries}
    folders = {str(above) for path in files for above in PurePosixPath(path).parents}
    for found in manifests.walk(folder):
        path = PurePosixPath(found.path)
        if found.path not in files and path.parent.name != COMPILED:
            above = [each for each in path.parents if str(each) not in folders]
            yield str(above[-1] if above else path)
