"""One window per profile: a second start asks the first one to come forward, then ends.

The two talk over a local socket in the profile's folder, which only this user can open. Who may
have the profile is decided by the engine's lock file alone; this is a courtesy on top, and where
it does not work the second start says that Hum is open already.
"""

import contextlib
import os
import socket
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from messenger.gui.hum_links import MAX_LINK_LEN, hum_link_in

SOCKET_NAME: Final = "hum.window"
ANSWER: Final = b"here"
PATIENCE_S: Final = 2.0  # for the other program to answer
MAX_PATH_LEN: Final = 100  # bytes; sockaddr_un holds 104 to 108 with the end
POSSIBLE: Final = hasattr(socket, "AF_UNIX")


def raise_other(folder: Path, link: str = "") -> bool:
    """Have the Hum that shows this profile come forward, with a link to add if there is one.

    Returns:
        Whether one answered.
    """
    path = folder / SOCKET_NAME
    if not _usable(path) or not path.exists():
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
            caller.settimeout(PATIENCE_S)
            caller.connect(str(path))
            caller.sendall(link.encode("ascii"))
            caller.shutdown(socket.SHUT_WR)
            return caller.recv(len(ANSWER)) == ANSWER
    except OSError:
        return False


class FirstInstance(QObject):
    """Answers later starts. Owner: GUI thread; make one only while the profile is held.

    Signals:
        called: somebody started Hum again; a checked link or the empty string.
    """

    called = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = folder / SOCKET_NAME
        self._listener: socket.socket | None = None
        self._notifier: QSocketNotifier | None = None

    def listen(self) -> bool:
        """Begin to answer; tell whether that is possible here."""
        if self._listener is not None or not _usable(self._path):
            return self._listener is not None
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._path.unlink(missing_ok=True)  # of a Hum that was killed
            listener.bind(str(self._path))
            # Not by the umask: that is the engine's thread's too, which makes folders meanwhile.
            # Until then the folder, which is closed to others, keeps them out.
            self._path.chmod(0o600)
            listener.listen()
        except OSError:
            listener.close()
            return False
        listener.setblocking(False)
        self._listener = listener
        notifier = QSocketNotifier(listener.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._on_caller)
        self._notifier = notifier
        return True

    def close(self) -> None:
        """Answer no more."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._listener is not None:
            self._listener.close()
            self._listener = None
            with contextlib.suppress(OSError):
                self._path.unlink()

    @Slot()
    def _on_caller(self) -> None:
        """Take one call. It is a program of this user and writes at once; else it is left."""
        if self._listener is None:
            return
        with contextlib.suppress(OSError):
            caller, _ = self._listener.accept()
            with caller:
                caller.settimeout(0.05)
                text = _all_of(caller)
                caller.sendall(ANSWER)
                self.called.emit(hum_link_in(text))


def _all_of(caller: socket.socket) -> str:
    data = b""
    while len(data) <= MAX_LINK_LEN:
        part = caller.recv(MAX_LINK_LEN)
        if not part:
            break
        data += part
    return data.decode("ascii", "replace")


def _usable(path: Path) -> bool:
    return POSSIBLE and len(os.fsencode(path)) <= MAX_PATH_LEN
