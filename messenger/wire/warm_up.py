"""Walks a cell's way to the network once before it, sending nothing.

What has not run for a while is slow the first time: Hum's own code, the kernel's. A message that
came a moment ago has warmed some of it, and its cell would leave a millionth of a second or two
earlier than cover does (measured: docs/wire.md). So every cell finds the way warm.
"""

import contextlib
import os
import socket
import sys


def warm_up(sock: socket.socket) -> None:
    """Write nothing to a TCP connection: the kernel looks at it, and no packet leaves.

    Not on Windows, where a socket is no file.
    """
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # a broken connection: the cell will say so
            os.write(sock.fileno(), b"")
