"""Reading that no acknowledgement shows.

Linux acknowledges some of what arrived when it is read, and when that is depends on how busy a
computer is. Three things keep this from the wire:

- Before each read the connection is put into the kernel's interactive mode, in which reading one
  segment acknowledges nothing: the next cell of our own does, or a timer of the kernel after 40 ms.
- The mode does not hold for a second segment before that. So, where cells come that fast, what was
  read is followed by no other read until a cell of our own has left or the timer has.
- The kernel acknowledges at once when more than one segment of the longest it has seen is open. So
  flights of a handshake are written two cells at a time (:data:`SEGMENT_LEN`): then two cells are
  one such segment.

What remains is when our cells leave, and times of the kernel's own. Elsewhere nothing happens here.

Source: tcp_cleanup_rbuf, tcp_measure_rcv_mss and __tcp_ack_snd_check of Linux 6.18; tcp(7).
"""

import asyncio
import contextlib
import socket
import sys
from typing import Final

from messenger.protocol.cells import CELL_LEN

SEGMENT_LEN: Final = 2 * CELL_LEN  # bytes of a flight that are written at once
# Seconds after which the kernel's timer has acknowledged what was read: TCP_ATO_MIN is 40 ms, and
# its clock may tick every 10.
ACKNOWLEDGED_S: Final = 0.06


class SteadyReading:
    """Decides when one connection may be read. Owner: the wire process's loop.

    Args:
        transport: of a TCP socket; everything is left as it is where the system has no such mode.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._socket: socket.socket | None = None
        if sys.platform == "linux":
            self._socket = transport.get_extra_info("socket")
        self._loop = asyncio.get_running_loop()
        self._read_at = -ACKNOWLEDGED_S
        self._pause: asyncio.TimerHandle | None = None

    def before(self) -> None:
        """Something is there, and will be read right after this."""
        if sys.platform == "linux" and self._socket is not None:
            with contextlib.suppress(OSError):  # it was reset: the read will say so
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)

    def after(self, now: float) -> None:
        """It was read. If the one before was a moment ago, the next one waits."""
        is_fast = now - self._read_at < ACKNOWLEDGED_S
        self._read_at = now
        if is_fast and self._socket is not None and self._pause is None:
            self._transport.pause_reading()
            self._pause = self._loop.call_at(now + ACKNOWLEDGED_S, self.go_on)

    def go_on(self) -> None:
        """A cell has left, and with it the acknowledgement of all that came; or the timer has."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
            self._transport.resume_reading()

    def stop(self) -> None:
        """The connection is gone."""
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
