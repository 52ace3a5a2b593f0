"""How much of what was written the network has not acknowledged yet.

A cell that would only lengthen the kernel's queue is skipped instead: when a stalled path heals,
the kernel sends all it holds at once, and that burst must stay short.
"""

import socket
import sys
from typing import Final

from messenger.protocol.cells import CELL_LEN

IN_FLIGHT_S: Final = 2.0  # seconds' worth of cells that may be on their way: a very slow path
IN_FLIGHT_MIN_COUNT: Final = 4  # cells


def in_flight_max_len(interval_s: float) -> int:
    """Return how many bytes may be unacknowledged on a link of this interval."""
    return max(IN_FLIGHT_MIN_COUNT, round(IN_FLIGHT_S / interval_s)) * CELL_LEN


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
