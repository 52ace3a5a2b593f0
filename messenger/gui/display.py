"""Whether there is a display to open a window on, asked before Qt ends the process over it."""

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication


def display_problem(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return why no window can be opened, in one sentence, or None where one can.

    Only for X11 and Wayland; whoever has chosen another platform for Qt is believed.
    """
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or chosen.partition(":")[0] not in {
        "",
        "xcb",
        "wayland",
    }:
        return None
    if chosen != "xcb" and _wayland_answers(environment):
        return None
    display = environment.get("DISPLAY", "")
    if not display:
        return QCoreApplication.translate(
            "Display",
            "There is no display here. Start Hum in a desktop session, or use `hum rpc` or "
            "`hum demo`, which need none.",
        )
    if _x_answers(display):
        return None
    words = QCoreApplication.translate(
        "Display",
        "The display {display} does not answer. Check the variable DISPLAY, or start Hum in a "
        "desktop session.",
    )
    return words.replace("{display}", display)


def _wayland_answers(environment: Mapping[str, str]) -> bool:
    name = environment.get("WAYLAND_DISPLAY", "")
    if not name:
        return False
    path = Path(environment.get("XDG_RUNTIME_DIR", "")) / name  # an absolute name stands alone
    try:
        with socket.socket(socket.AF_UNIX) as end:
            end.connect(str(path))
    except OSError:
        return False
    return True


def _x_answers(display: str) -> bool:
    """Connect and leave again, as Qt's platform plugin would; True where that cannot be tried."""
    import ctypes  # noqa: PLC0415  4 ms of a start, which a Wayland desktop does not need

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    for name in ("xcb_connection_has_error", "xcb_disconnect"):
        getattr(xcb, name).argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    answers = bool(xcb.xcb_connection_has_error(connection) == 0)
    xcb.xcb_disconnect(connection)
    return answers
