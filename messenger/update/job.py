"""One piece of work on an update: it tells how far it is, and can be stopped from outside."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from messenger.core.errors import CancelledByPersonError

Progress = Callable[[int, int], None]  # bytes done, bytes in all


def _nobody_looks(_done: int, _total: int) -> None:
    pass


class Job:
    """Any thread may cancel; the thread that works calls everything else.

    A socket that is watched is shut down by a cancellation and by its deadline, so that nothing
    waits in the middle of a read, a TLS handshake or a header that comes a byte a minute.
    """

    def __init__(self, progress: Progress = _nobody_looks) -> None:
        self.progress = progress
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None
        self._late = False

    def cancel(self) -> None:
        """Stop the work as soon as may be; it ends in CancelledByPersonError."""
        self._cancelled.set()
        self._cut()

    def check(self) -> None:
        """Go on, or not.

        Raises:
            CancelledByPersonError: :meth:`cancel` was called.
        """
        if self._cancelled.is_set():
            raise CancelledByPersonError("The update was stopped.")

    @property
    def late(self) -> bool:
        """Whether the last watch ended by its deadline."""
        return self._late

    @contextmanager
    def watch(self, connection: socket.socket, deadline_s: float) -> Iterator[None]:
        """Let the connection live for so long at most."""
        timer = threading.Timer(deadline_s, self._end_late)
        timer.daemon = True
        with self._lock:
            self._watched, self._late = connection, False
        timer.start()
        try:
            self.check()
            yield
        finally:
            timer.cancel()
            with self._lock:
                self._watched = None

    def _end_late(self) -> None:
        with self._lock:
            self._late = self._watched is not None
        self._cut()

    def _cut(self) -> None:
        with self._lock:
            if self._watched is None:
                return
            try:
                socket.socket.shutdown(self._watched, socket.SHUT_RDWR)
            except OSError:  # it is closed already
                return
