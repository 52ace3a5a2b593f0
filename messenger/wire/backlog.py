"""How much of what was written the network has not acknowledged yet, and for how long.

A cell that would only lengthen the kernel's queue is skipped instead: when a stalled path heals,
the kernel sends all it holds at once, and that burst must stay short.
"""

import contextlib
import socket
import sys
from typing import Final

from messenger.protocol.cells import CELL_LEN

IN_FLIGHT_S: Final = 2.0  # seconds' worth of cells that may be on their way: a very slow path
IN_FLIGHT_MIN_COUNT: Final = 4  # cells
UNACKNOWLEDGED_S: Final = 10.0  # seconds without an acknowledgement, then the path is gone; Linux


def in_flight_max_len(interval_s: float) -> int:
    """Return how many bytes may be unacknowledged on a link of this interval."""
    return max(IN_FLIGHT_MIN_COUNT, round(IN_FLIGHT_S / interval_s)) * CELL_LEN


def give_up_dead_path(sock: socket.socket) -> None:
    """Let the kernel end the connection if for UNACKNOWLEDGED_S nothing we sent arrives.

    It is the peer's kernel that acknowledges, whatever the peer's cover. Elsewhere than on Linux,
    and behind a proxy, the silence of the peer has to do.

    Source: tcp(7), TCP_USER_TIMEOUT.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # it was reset: the next read will say so
            timeout_ms = round(UNACKNOWLEDGED_S * 1000)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, timeout_ms)


if sys.platform == "linux":
    import fcntl
    import termios

    def unacknowledged_len(sock: socket.socket) -> int:
        """Return the bytes in the kernel's send queue. Source: tcp(7), SIOCOUTQ."""
        answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4))
        return int.from_bytes(answer, sys.byteorder)

elif sys.platform == "darwin":
    SO_NWRITE: Final = 0x1024  # sys/socket.h

    def unacknowledged_len(sock: socket.socket) -> int:
        """Return the bytes in the kernel's send queue. Source: sys/socket.h, SO_NWRITE."""
        return sock.getsockopt(socket.SOL_SOCKET, SO_NWRITE)

else:

    def unacknowledged_len(sock: socket.socket) -> int:
        """Return 0: this system does not tell."""
        return 0
