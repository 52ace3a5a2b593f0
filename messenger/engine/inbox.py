"""The inputs of a conversation: one queue, read by one task.

Frames that wait together are handed out together, so that a burst costs one commit.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from messenger.wire.messages import LinkUp

Step = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Attached:
    """A link to this contact came up."""

    up: LinkUp = field(repr=False)


@dataclass(frozen=True, slots=True)
class Detached:
    """A link ended."""

    link: int


@dataclass(frozen=True, slots=True)
class FrameIn:
    """A frame arrived."""

    link: int
    channel: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FrameOut:
    """A numbered frame has left."""

    link: int
    frame: int


@dataclass(frozen=True, slots=True)
class Do:
    """Something else to be done in turn."""

    step: Step


Input = Attached | Detached | FrameIn | FrameOut | Do


class Inbox:
    """An unbounded queue whose reader may look ahead.

    Owner: the engine's loop thread.
    """

    def __init__(self) -> None:
        self._inputs: deque[Input] = deque()
        self._arrived = asyncio.Event()

    def put(self, item: Input) -> None:
        """Append an input."""
        self._inputs.append(item)
        self._arrived.set()

    async def get(self) -> Input:
        """Wait for the next input."""
        while not self._inputs:
            self._arrived.clear()
            await self._arrived.wait()
        return self._inputs.popleft()

    def take_while(self, wanted: Callable[[Input], bool], limit: int) -> list[Input]:
        """Take further inputs that are there already, up to the first that is not wanted."""
        taken: list[Input] = []
        while self._inputs and len(taken) < limit and wanted(self._inputs[0]):
            taken.append(self._inputs.popleft())
        return taken
