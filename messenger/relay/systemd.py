"""Signs of life to systemd, where it started us; nothing anywhere else.

Source: sd_notify(3).
"""

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Say ``READY=1``, ``WATCHDOG=1`` or ``STOPPING=1``."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path or not hasattr(socket, "AF_UNIX"):
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        with contextlib.suppress(OSError):  # a supervisor that does not listen is its own trouble
            sock.sendto(state.encode("ascii"), address)
