"""What the supervisor and its instances say to each other, over one pair of sockets each.

SOCK_SEQPACKET keeps messages whole and carries descriptors, so a door is lent with the message
that names it. The end of one side is the end of the channel: nobody outlives the other unnoticed.

Source: unix(7), SOCK_SEQPACKET, SCM_RIGHTS.
"""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable
from typing import Final

import msgspec

from messenger.core.decoding import DECODE_ERRORS
from messenger.relay.config import RelayConfig
from messenger.relay.meter import Reading

MESSAGE_MAX_LEN: Final = 65_536  # bytes
_READS_PER_TURN: Final = 64  # messages taken before the loop looks at anything else

log = logging.getLogger(__name__)


class ControlMessage(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Base of both directions; the tag is the class name."""


class Begin(ControlMessage, frozen=True):
    """To an instance, once and first: what it works on."""

    folder: str
    config: RelayConfig


class TakeDoor(ControlMessage, frozen=True):
    """Let clients in here; carries the descriptor of the door."""

    number: int


class LeaveDoor(ControlMessage, frozen=True):
    """Somebody else lets them in here now."""

    number: int


class Drain(ControlMessage, frozen=True):
    """Send your clients away within so many seconds, then end."""

    seconds: float


class Arrived(ControlMessage, frozen=True):
    """Both ways: a mailbox got an envelope; somebody may wait for it at another instance."""

    owner: bytes

    def __repr__(self) -> str:
        return "Arrived()"


class Used(ControlMessage, frozen=True):
    """Both ways: places have used up so much of their room in the store."""

    seconds: dict[str, float]  # by place

    def __repr__(self) -> str:
        return "Used()"


class Here(ControlMessage, frozen=True):
    """From an instance, first: which process it is; carries a descriptor of that process."""

    pid: int


class StoreState(ControlMessage, frozen=True):
    """From an instance: its breaker is in another state now."""

    state: str
    reason: str


class Heartbeat(ControlMessage, frozen=True):
    """From an instance: it lives, and how it is."""

    reading: Reading


Message = Begin | TakeDoor | LeaveDoor | Drain | Arrived | Used | Here | StoreState | Heartbeat
_DECODER: Final = msgspec.msgpack.Decoder(Message)


class ControlChannel:
    """One end of such a pair.

    Owner: the loop it is made in.

    Args:
        on_message: gets each message, and the descriptor that came with it or None; whoever gets
            a descriptor closes it.
        on_end: called once when the other side has ended.
    """

    def __init__(
        self,
        sock: socket.socket,
        on_message: Callable[[Message, int | None], None],
        on_end: Callable[[], None],
    ) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._on_message = on_message
        self._on_end = on_end
        self._open = True
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._on_readable)

    def send(self, message: Message, descriptor: int | None = None) -> bool:
        """Send now or not at all: False if the other side does not read or is gone."""
        if not self._open:
            return False
        data = msgspec.msgpack.encode(message)
        try:
            if descriptor is None:
                self._socket.send(data)
            else:
                socket.send_fds(self._socket, [data], [descriptor])
        except OSError:  # its buffer is full, or it is gone: the reader notices the latter
            return False
        return True

    def close(self) -> None:
        """Let go of the socket; nothing is called any more."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._socket)
            self._socket.close()

    def _on_readable(self) -> None:
        for _ in range(_READS_PER_TURN):
            try:
                data, descriptors, _, _ = socket.recv_fds(self._socket, MESSAGE_MAX_LEN, 1)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                data, descriptors = b"", []
            if not data:
                self.close()
                self._on_end()
                return
            self._take(data, descriptors[0] if descriptors else None)
            if not self._open:
                return

    def _take(self, data: bytes, descriptor: int | None) -> None:
        try:
            message = _DECODER.decode(data)
        except DECODE_ERRORS:
            log.error("a control message does not decode")
            if descriptor is not None:
                with contextlib.suppress(OSError):
                    os.close(descriptor)
            return
        self._on_message(message, descriptor)
