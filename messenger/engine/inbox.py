"""The inputs of a conversation: one queue, read by one task.

Frames that wait together are handed out together, so that a burst costs one commit.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

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


MAX_FRAME_COUNT: Final = 4_096  # frames of a peer that wait to be worked off
MAX_FRAMES_LEN: Final = 8 << 20  # bytes of them


class Inbox:
    """A queue whose reader may look ahead; what a peer may put into it is bounded.

    Owner: the engine's loop thread.
    """

    def __init__(self) -> None:
        self._inputs: deque[Input] = deque()
        self._arrived = asyncio.Event()
        self._awaited = False
        self._frame_count = 0
        self._frames_len = 0

    def has_room_for(self, length: int) -> bool:
        """Whether a frame of so many bytes may wait here too."""
        return self._frame_count < MAX_FRAME_COUNT and self._frames_len + length <= MAX_FRAMES_LEN

    @property
    def frame_count(self) -> int:
        """How many frames wait."""
        return self._frame_count

    @property
    def idle(self) -> bool:
        """Whether whoever reads it has nothing to do: what is put now is its next input."""
        return self._awaited and not self._inputs

    def put(self, item: Input) -> None:
        """Append an input."""
        if isinstance(item, FrameIn):
            self._frame_count += 1
            self._frames_len += len(item.body)
        self._inputs.append(item)
        self._arrived.set()

    def forget_frames(self) -> None:
        """Throw away the frames that wait."""
        self._inputs = deque(item for item in self._inputs if not isinstance(item, FrameIn))
        self._frame_count = self._frames_len = 0

    def forget_links(self) -> list[int]:
        """Throw away the links that wait to be taken over; return their numbers."""
        numbers = [item.up.link for item in self._inputs if isinstance(item, Attached)]
        self._inputs = deque(item for item in self._inputs if not isinstance(item, Attached))
        return numbers

    async def get(self) -> Input:
        """Wait for the next input."""
        while not self._inputs:
            self._arrived.clear()
            self._awaited = True
            try:
                await self._arrived.wait()
            finally:
                self._awaited = False
        return self._take()

    def take_while(self, wanted: Callable[[Input], bool], limit: int) -> list[Input]:
        """Take further inputs that are there already, up to the first that is not wanted."""
        taken: list[Input] = []
        while self._inputs and len(taken) < limit and wanted(self._inputs[0]):
            taken.append(self._take())
        return taken

    def _take(self) -> Input:
        item = self._inputs.popleft()
        if isinstance(item, FrameIn):
            self._frame_count -= 1
            self._frames_len -= len(item.body)
        return item
