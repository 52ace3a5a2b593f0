"""A copy of the files without which a profile does not open, as they are, for whoever may help."""

import shutil
import time
from pathlib import Path
from typing import Final

from messenger.core.errors import FolderNotWritableError, InputError
from messenger.store.atomic import sync_file, sync_folder
from messenger.store.files import COUNT_NAME, DATABASE_NAME, KEY_COPY_NAME, KEY_FILE_NAME

_COPIED: Final = (
    DATABASE_NAME,
    f"{DATABASE_NAME}-wal",
    KEY_FILE_NAME,
    KEY_COPY_NAME,
    COUNT_NAME,
)


def copy_damaged(profile: Path, target: Path, now: int) -> Path:
    """Copy what is there of a closed profile into a new folder in ``target``; blocks.

    Args:
        now: Unix ms; its local time is in the name of the new folder.

    Returns:
        The new folder, readable by its owner only.

    Raises:
        InputError: ``target`` is no folder, or lies in that of the profile.
        FolderNotWritableError: no room, or something cannot be read or written; nothing remains.
    """
    if not target.is_dir():
        raise InputError("Choose a folder that is there.")
    if target.resolve().is_relative_to(profile.resolve()):
        raise InputError("A copy belongs outside the folder of the profile.")
    made = target / time.strftime("Hum damaged %Y-%m-%d %H.%M.%S", time.localtime(now / 1000))
    try:
        made.mkdir(mode=0o700)
    except OSError as error:
        raise FolderNotWritableError(f"the folder {target} cannot be written") from error
    try:
        for name in _COPIED:
            if (profile / name).exists():
                shutil.copyfile(profile / name, made / name)
                (made / name).chmod(0o600)
                sync_file(made / name)
        sync_folder(made)
    except OSError as error:
        shutil.rmtree(made, ignore_errors=True)
        raise FolderNotWritableError("the files cannot be copied") from error
    return made
