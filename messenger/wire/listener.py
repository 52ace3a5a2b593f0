"""Letting callers in."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from typing import Final

from messenger.core.types import Address
from messenger.wire.half_open import HalfOpen, plain_host
from messenger.wire.messages import Listen, ListenFailed, Listening

log = logging.getLogger(__name__)

EVERYWHERE: Final = "::"  # every interface
EVERYWHERE_IPV4: Final = "0.0.0.0"  # noqa: S104  of a system without IPv6
BACKLOG_COUNT: Final = 128  # callers the kernel keeps while we are busy
ACCEPTS_PER_TURN: Final = 8  # callers taken before the loop looks at its clock again
ACCEPT_PAUSE_S: Final = 1.0  # seconds without accepting when the system is out of descriptors

_REASONS: Final = {
    errno.EADDRINUSE: "in_use",
    errno.EADDRNOTAVAIL: "not_ours",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
}


class Listener:
    """The listening socket, and who is let through it.

    Owner: the wire process's loop.

    Args:
        half_open: the caps; ``on_caller`` must release what was admitted.
        on_caller: takes over the socket of an admitted caller, with their address.
    """

    def __init__(
        self, half_open: HalfOpen, on_caller: Callable[[socket.socket, Address], None]
    ) -> None:
        self._half_open = half_open
        self._on_caller = on_caller
        self._socket: socket.socket | None = None
        self._resume: asyncio.TimerHandle | None = None

    def listen(self, message: Listen) -> Listening | ListenFailed:
        """Bind, replacing the present listener; on failure there is none."""
        self.close()
        try:
            self._socket = _bind(message.host, message.port)
        except OSError as error:
            log.info("not listening: %s", errno.errorcode.get(error.errno or 0, "?"))
            return ListenFailed(_REASONS.get(error.errno or 0, "other"))
        asyncio.get_running_loop().add_reader(self._socket, self._on_acceptable)
        host, port, *_ = self._socket.getsockname()
        return Listening(host, port)

    def adopt(self, sock: socket.socket) -> None:
        """Accept at a socket that listens already and does not block, replacing the present one."""
        self.close()
        self._socket = sock
        asyncio.get_running_loop().add_reader(sock, self._on_acceptable)

    def close(self) -> None:
        """Accept nobody any more."""
        if self._resume is not None:
            self._resume.cancel()
            self._resume = None
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _on_acceptable(self) -> None:
        for _ in range(ACCEPTS_PER_TURN):
            if self._socket is None or not self._accept(self._socket):
                return

    def _accept(self, listening: socket.socket) -> bool:
        """Take one caller; False when there is none, or no room in the system."""
        try:
            sock, address = listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return False
        except OSError as error:
            log.warning("accepting pauses: %s", errno.errorcode.get(error.errno or 0, "?"))
            self._pause(listening)
            return False
        sock.setblocking(False)
        host = plain_host(address[0])
        if send_at_once(sock) and self._half_open.admit(host):
            self._on_caller(sock, Address(host, address[1]))
        else:
            sock.close()
        return True

    def _pause(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(listening)
        self._resume = loop.call_later(
            ACCEPT_PAUSE_S, loop.add_reader, listening, self._on_acceptable
        )


def send_at_once(sock: socket.socket) -> bool:
    """Make each write a segment of its own; False if the connection is gone already."""
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:  # some systems say so of a connection that was reset
        return False
    return True


def _bind(host: str, port: int) -> socket.socket:
    """Return a listening socket on an IP address; EVERYWHERE is that of IPv4 too, or of it alone.

    Raises:
        OSError: the address cannot be bound.
    """
    if host == EVERYWHERE and socket.has_dualstack_ipv6():
        sock = socket.create_server(
            (host, port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=BACKLOG_COUNT
        )
    else:
        host = EVERYWHERE_IPV4 if host == EVERYWHERE else host
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.create_server((host, port), family=family, backlog=BACKLOG_COUNT)
    sock.setblocking(False)
    return sock
