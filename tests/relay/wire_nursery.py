"""Wire processes of stories, forked from one process that has loaded what they need.

Each is a process of its own that runs the program's :func:`messenger.wire.process.main` on its own
three pipes. Only the start of Python and the imports are paid once for all of them: nine tenths of
what a wire process costs that lives for a second. That ``python -m messenger.wire`` starts as well
is shown where the whole program is on trial (tests/wire, tests/engine, test_mail_nodes.py).

The engine starts LAUNCHER, which hands its descriptors to the nursery and ends with the process
that has them.
"""

import contextlib
import gc
import os
import selectors
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from messenger.wire import process

# Begins without site-packages: it needs nothing but a socket.
LAUNCHER: Final = """
import os, socket, sys
nursery = socket.socket(socket.AF_UNIX)
nursery.connect(sys.argv[1])
socket.send_fds(nursery, [b"."], [0, 1, 2])
for descriptor in (0, 1, 2):
    os.close(descriptor)
code = nursery.recv(1)
os._exit(code[0] if code else 1)
"""


class WireNursery:
    """Starts the process on first use; for ``wire_client.wire_command``."""

    def __init__(self, folder: Path) -> None:
        self._door = folder / "door"
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> tuple[str, ...]:
        """Return what starts one wire process."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(self._door)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            assert self._process.stdout is not None
            assert self._process.stdout.readline() == b"ready\n"
        return (sys.executable, "-I", "-S", "-c", LAUNCHER, str(self._door))

    def end(self) -> None:
        """End it; its children end with their engines."""
        if self._process is not None:
            self._process.communicate()


def serve(door: Path) -> None:
    """Fork for whoever brings three descriptors, until stdin ends."""
    gc.collect()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener, selectors.DefaultSelector() as selector:
        listener.bind(str(door))
        listener.listen(64)
        selector.register(sys.stdin, selectors.EVENT_READ)
        selector.register(listener, selectors.EVENT_READ)
        print("ready", flush=True)
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    return
                if key.fileobj is listener:
                    launcher, _ = listener.accept()
                    child = _forked(launcher)
                    selector.register(os.pidfd_open(child), selectors.EVENT_READ, (child, launcher))
                else:
                    selector.unregister(key.fileobj)
                    os.close(key.fd)
                    _tell_the_end(*key.data)


def _forked(launcher: socket.socket) -> int:
    _, pipes, _, _ = socket.recv_fds(launcher, 1, 3)
    child = os.fork()
    if child == 0:
        _become(pipes)
    for pipe in pipes:
        os.close(pipe)
    return child


def _become(pipes: Sequence[int]) -> None:
    """Be the wire process of these; what else is open it closes itself."""
    code = 1
    try:
        os.setsid()
        for number, pipe in enumerate(pipes):
            os.dup2(pipe, number)
        code = process.main()
    finally:
        os._exit(code)


def _tell_the_end(child: int, launcher: socket.socket) -> None:
    _, status = os.waitpid(child, 0)
    with launcher, contextlib.suppress(BrokenPipeError):  # the launcher was killed before
        launcher.send(bytes([os.waitstatus_to_exitcode(status) % 256]))


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
