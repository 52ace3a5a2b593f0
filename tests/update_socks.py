"""A SOCKS5 proxy that takes every name for one port of this computer, and keeps the names."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

REQUEST_NAME = 3  # RFC 1928: the address is a name


class SocksProxy:
    """Leads everything to one port on loopback."""

    def __init__(self, port: int, *, asks_who: bool = False) -> None:
        self._port = port
        self._asks_who = asks_who
        self.names: list[str] = []
        self.users: set[tuple[str, str]] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._lead, args=(caller,), daemon=True).start()

    def _lead(self, caller: socket.socket) -> None:
        with caller, contextlib.suppress(OSError):
            caller.recv(262)
            if self._asks_who:
                caller.sendall(b"\5\2")
                said = caller.recv(513)  # RFC 1929
                password = said[2 + said[1] :]
                self.users.add((said[2 : 2 + said[1]].decode(), password[1:].decode()))
                caller.sendall(b"\1\0")
            else:
                caller.sendall(b"\5\0")
            head = caller.recv(5)
            if head[3] != REQUEST_NAME:
                caller.sendall(b"\5\x08\0\1" + bytes(6))
                return
            self.names.append(caller.recv(head[4]).decode())
            caller.recv(2)
            with socket.create_connection(("127.0.0.1", self._port)) as end:
                caller.sendall(b"\5\0\0\1" + bytes(6))
                back = threading.Thread(target=_pour, args=(end, caller), daemon=True)
                back.start()
                _pour(caller, end)
                back.join()


def _pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
