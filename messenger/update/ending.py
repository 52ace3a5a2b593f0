"""The last step of an update: the prepared program takes its place as this process ends.

A frozen program loads parts of itself from its folder as it needs them, so the folder is not
exchanged under a running one. Whoever calls this has nothing more to do.
"""

import os
import sys
from collections.abc import Sequence

from messenger.core.errors import UpdateInstallError
from messenger.update.installation import PROGRAM
from messenger.update.prepared import Prepared
from messenger.update.replace import clean_environment, switch


def take_place(prepared: Prepared | None, *, again: Sequence[str] | None = None) -> None:
    """Exchange the programs if one is prepared, and start the new one if ``again`` is given.

    Args:
        again: the arguments of the new program; None: this process merely ends.
    """
    if prepared is None or prepared.folder is None:
        return
    try:
        switch(prepared.folder)
    except UpdateInstallError as error:
        print(f"hum: {error}", file=sys.stderr)
    if again is not None:
        program = prepared.folder / PROGRAM
        # It is another program than this one: PyInstaller must not take it for a part of it.
        environment = clean_environment() | {"PYINSTALLER_RESET_ENVIRONMENT": "1"}
        os.execve(program, [str(program), *again], environment)  # noqa: S606  verified
