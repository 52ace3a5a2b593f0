"""The nursery as the supervisor sees it: asked for an instance, it makes one in milliseconds."""

import contextlib
import socket
import subprocess

from messenger.core.program import own_command
from messenger.relay.nursery_process import REQUEST


class Nursery:
    """Starts the process that makes instances, and starts it again when it is gone.

    Owner: the supervisor's loop.

    Args:
        kind: of the store that instances will open.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    @property
    def pid(self) -> int:
        """The number of its process; 0: there is none."""
        return self._process.pid if self._process is not None else 0

    def ask(self) -> socket.socket:
        """Have one instance made; return our end of its channel, which ends where that fails.

        Raises:
            OSError: no process, no descriptor or no memory is to be had.
        """
        if self._process is not None and self._process.poll() is not None:
            self.end()
        requests = self._socket or self._start()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                socket.send_fds(requests, [REQUEST], [theirs.fileno()])
        except OSError:  # it died this moment, or it does not read any more
            ours.close()
            self.end()
            raise
        return ours

    def end(self) -> None:
        """Let go of it; instances live on. The next request starts another one."""
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()
        self._socket = self._process = None

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603  this very program
                    own_command("relay-nursery", str(theirs.fileno()), self._kind),
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                )
            except OSError:
                ours.close()
                raise
        self._socket = ours
        return ours
