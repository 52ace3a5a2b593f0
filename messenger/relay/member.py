"""An instance as the supervisor sees it: a process, a channel, and what it last said."""

import logging
import signal
import socket
import subprocess
from collections.abc import Callable

from messenger.core.program import own_command
from messenger.relay.control import Begin, ControlChannel, Message
from messenger.relay.meter import Reading
from messenger.relay.view import State

log = logging.getLogger(__name__)


class MemberHandle:
    """One process of the fleet.

    Owner: the supervisor's loop.

    Args:
        now: monotonic seconds.
        on_message: gets what it says.
        on_end: called once when its channel ends; its process is then about to.
    """

    def __init__(
        self,
        number: int,
        begin: Begin,
        now: float,
        on_message: Callable[["MemberHandle", Message], None],
        on_end: Callable[["MemberHandle"], None],
    ) -> None:
        self.number = number
        self.state = State.STARTING
        self.started_at = self.heard_at = self.since = now  # since: of its present state
        self.reading = Reading()
        self.replaced_as = "died"  # how its end is to be counted, should it end by itself
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  this very program
                own_command("relay-instance", str(theirs.fileno())),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self.channel = ControlChannel(
            ours, lambda message, _: on_message(self, message), lambda: on_end(self)
        )
        self.channel.send(begin)

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def turn(self, state: State, now: float) -> None:
        """Be in another state from now on."""
        self.state, self.since = state, now

    def has_ended(self) -> bool:
        """Whether the process is gone; then nothing of it remains."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """End it hard. What it has answered is in the store."""
        self._process.send_signal(signal.SIGKILL)
