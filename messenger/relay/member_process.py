"""An instance as a process of its own: made by the nursery, told by the supervisor what to do.

It ends when it is told to, when it gets SIGTERM, and when the supervisor is gone.
"""

import asyncio
import logging
import os
import signal
import socket
from collections import defaultdict
from pathlib import Path
from typing import Final

from messenger.core.errors import MessengerError
from messenger.relay.admission import UsedUp
from messenger.relay.control import (
    Arrived,
    Begin,
    ControlChannel,
    Drain,
    Heartbeat,
    Here,
    LeaveDoor,
    Message,
    StoreState,
    TakeDoor,
    Used,
)
from messenger.relay.folder import RelayFolder
from messenger.relay.instance import Instance, log_exception, prepare_process

HEARTBEAT_S: Final = 0.25  # seconds between two signs of life
ORPHAN_DRAIN_S: Final = 5.0  # for clients, when the supervisor is gone or somebody sends SIGTERM
GOOD, FAILED = 0, 1  # exit codes

log = logging.getLogger(__name__)


class Member:
    """Leads one instance from the first message of the supervisor to the end.

    Owner: the loop it is made in.
    """

    def __init__(self, control: socket.socket) -> None:
        self._begun: asyncio.Future[Begin] = asyncio.get_running_loop().create_future()
        self._ending: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._instance: Instance | None = None
        self._used: defaultdict[str, float] = defaultdict(
            float
        )  # room that places used up, not told yet
        self._channel = ControlChannel(control, self._on_message, self.end_soon)

    async def run(self) -> int:
        """Live; returns the exit code."""
        self._say_who()
        await asyncio.wait((self._begun, self._ending), return_when=asyncio.FIRST_COMPLETED)
        if not self._begun.done():
            return GOOD
        begin = self._begun.result()
        prepare_process(begin.config.relay.max_connections)
        try:
            folder = RelayFolder(Path(begin.folder))
            self._instance = await Instance.open(
                folder, begin.config, self._on_arrival, self._on_transition, self._on_use
            )
        except MessengerError as error:
            log.error("an instance cannot start: %s", error)
            return FAILED
        beating = asyncio.create_task(self._beat(self._instance))
        seconds = await self._ending
        await self._instance.end(seconds)
        beating.cancel()
        return GOOD

    def end_soon(self, seconds: float = ORPHAN_DRAIN_S) -> None:
        """Send the clients away and end."""
        if not self._ending.done():
            self._ending.set_result(seconds)

    def _say_who(self) -> None:
        """Give the supervisor hold of this process, which it did not start itself."""
        pid = os.getpid()
        handle = os.pidfd_open(pid)
        self._channel.send(Here(pid), handle)
        os.close(handle)

    def _on_message(self, message: Message, descriptor: int | None) -> None:
        match message:
            case Begin() if not self._begun.done():
                self._begun.set_result(message)
            case TakeDoor(number) if descriptor is not None and self._instance is not None:
                if not self._ending.done():
                    self._instance.server.take_door(number, socket.socket(fileno=descriptor))
                    return
            case LeaveDoor(number) if self._instance is not None:
                self._instance.server.leave_door(number)
            case Arrived(owner) if self._instance is not None:
                self._instance.service.wake(owner)
            case Used(seconds) if self._instance is not None:
                self._instance.admission.learn(seconds)
            case Drain(seconds):
                self.end_soon(seconds)
            case _:
                log.error("a control message at the wrong time")
        if descriptor is not None:
            os.close(descriptor)

    def _on_arrival(self, owner: bytes) -> None:
        self._channel.send(Arrived(owner))

    def _on_use(self, used: UsedUp) -> None:
        for place, seconds in used.items():
            self._used[place] += seconds

    def _on_transition(self, state: str, reason: str) -> None:
        self._channel.send(StoreState(state, reason))

    async def _beat(self, instance: Instance) -> None:
        while True:
            self._channel.send(Heartbeat(instance.reading()))
            if self._used:
                self._channel.send(Used(dict(self._used)))
                self._used.clear()
            await asyncio.sleep(HEARTBEAT_S)


async def _live(control: socket.socket) -> int:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log_exception)
    member = Member(control)
    loop.add_signal_handler(signal.SIGTERM, member.end_soon)
    return await member.run()


def live(control: socket.socket) -> int:
    """Be an instance on this control socket; returns the exit code."""
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(_live(control))
