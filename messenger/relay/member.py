"""An instance as the supervisor sees it: a process, a channel, and what it last said."""

import contextlib
import os
import select
import signal
import socket
from collections.abc import Callable

from messenger.relay.control import Begin, ControlChannel, Here, Message
from messenger.relay.meter import Reading
from messenger.relay.view import State


class MemberHandle:
    """One process of the fleet.

    It is no child of ours (the nursery made it), so we hold a descriptor of it, which it sends
    with its first message: its number may be another process's when it has ended.

    Owner: the supervisor's loop.

    Args:
        channel: our end of the channel to it.
        now: monotonic seconds.
        on_message: gets what it says.
        on_end: called once when its channel ends; its process is then about to.

    Source: pidfd_open(2), Linux 5.3.
    """

    def __init__(
        self,
        number: int,
        channel: socket.socket,
        begin: Begin,
        now: float,
        on_message: Callable[["MemberHandle", Message], None],
        on_end: Callable[["MemberHandle"], None],
    ) -> None:
        self.number = number
        self.pid = 0  # until it has said so
        self.state = State.STARTING
        self.started_at = self.heard_at = self.since = now  # since: of its present state
        self.reading = Reading()
        self.replaced_as = "died"  # how its end is to be counted, should it end by itself
        self._process: int | None = None  # descriptor
        self._on_message = on_message
        self.channel = ControlChannel(channel, self._take, lambda: on_end(self))
        self.channel.send(begin)

    def turn(self, state: State, now: float) -> None:
        """Be in another state from now on."""
        self.state, self.since = state, now

    def has_ended(self) -> bool:
        """Whether the process is gone, or never was; then nothing of it remains."""
        if self._process is None:
            return True
        ended = select.poll()
        ended.register(self._process, select.POLLIN)
        if not ended.poll(0):
            return False
        os.close(self._process)
        self._process = None
        return True

    def kill(self) -> None:
        """End it hard. What it has answered is in the store."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def _take(self, message: Message, descriptor: int | None) -> None:
        if isinstance(message, Here) and descriptor is not None and self._process is None:
            self.pid, self._process = message.pid, descriptor
            return
        if descriptor is not None:
            os.close(descriptor)
        self._on_message(self, message)
