"""A TCP proxy that keeps when the kernel received what passes, and how much it was.

It works in threads of its own: one for each direction, which only read, note and write.
"""

import contextlib
import socket
import struct
import threading
import time
from typing import Final

from messenger.wiretest.packets import Packet

READ_LEN: Final = 65_536  # bytes
SO_TIMESTAMPNS: Final = 35  # asm-generic/socket.h, Linux
ANCILLARY_LEN: Final = 64  # bytes; one timespec and its header


class RecordingProxy:
    """Stands before one listener, for as many callers as come."""

    def __init__(self, host: str, port: int) -> None:
        self.port = port  # of the listener behind it
        self.towards: list[Packet] = []  # the caller's bytes
        self.back: list[Packet] = []
        self._behind = (host, port)
        self._sockets: list[socket.socket] = []
        self._stopping = False

    def start(self) -> tuple[str, int]:
        """Listen; returns host and port to dial instead."""
        listener = socket.create_server((self._behind[0], 0))
        self._sockets.append(listener)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        host, port = listener.getsockname()[:2]
        return str(host), int(port)

    def stop(self) -> None:
        """Close everything; the threads end by that."""
        self._stopping = True
        for sock in self._sockets:
            with contextlib.suppress(OSError):  # it never was connected, or is gone
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _accept(self, listener: socket.socket) -> None:
        while not self._stopping:
            try:
                caller, _ = listener.accept()
                behind = socket.create_connection(self._behind)
            except OSError:  # stopped, or nobody behind
                return
            self._sockets += [caller, behind]
            for source, target, kept in (
                (caller, behind, self.towards),
                (behind, caller, self.back),
            ):
                target.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _ask_for_times(source)
                threading.Thread(target=_pass_on, args=(source, target, kept), daemon=True).start()


def _ask_for_times(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # not Linux: the time of our read has to do
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)


def _pass_on(source: socket.socket, target: socket.socket, kept: list[Packet]) -> None:
    try:
        while True:
            data, ancillary, _, _ = source.recvmsg(READ_LEN, ANCILLARY_LEN)
            if not data:
                target.shutdown(socket.SHUT_WR)
                return
            at = time.time()
            for level, kind, value in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS) and len(value) >= 16:
                    seconds, nanoseconds = struct.unpack_from("@ll", value)
                    at = seconds + nanoseconds * 1e-9
            kept.append(Packet(at, len(data)))
            target.sendall(data)
    except OSError:  # one side has gone
        return
