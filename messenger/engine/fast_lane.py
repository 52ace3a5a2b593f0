"""The fast lane of one conversation: asked for, agreed on by both people, run to its end.

A request starts at a time that is not the click's. It begins nothing without the word of the
person on the other side, and it cannot be taken back or cut short: how long a lane runs says
nothing about what went through it.

Source: docs/protocol.md, section 6.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Final

from messenger.core.errors import NotAllowedError
from messenger.core.types import ContactId, LaneState
from messenger.engine.context import Context
from messenger.engine.events import FastLaneChanged
from messenger.engine.live_link import LiveLink
from messenger.protocol.control import LaneAnswer, LaneAsk, encode_control
from messenger.protocol.lane import (
    LANE_INTERVAL_S,
    LANE_MINUTES,
    lane_instants,
)
from messenger.wire.messages import FastLane as RunFastLane

ASK_AFTER_S: Final = (1.0, 10.0)  # seconds between the click and the request, at random
PAUSE_S: Final = 60.0  # seconds after a lane or a refusal in which there is no other


class FastLane:
    """Where the lane of one contact stands. Owner: the conversation's task.

    Args:
        link: the link that both have agreed on, or None.
        soon: runs a function in turn with the conversation's other inputs.
    """

    def __init__(
        self,
        context: Context,
        contact: ContactId,
        link: Callable[[], LiveLink | None],
        soon: Callable[[Callable[[], None]], None],
    ) -> None:
        self._context = context
        self._contact = contact
        self._link = link
        self._soon = soon
        self._random = random.SystemRandom()
        self._timer: asyncio.TimerHandle | None = None
        self._minutes = 0
        self._rest_until = 0.0  # monotonic seconds; a new link does not shorten it
        self.state = LaneState.CLOSED

    # -- the person -----------------------------------------------------------------------------

    def open(self, minutes: int) -> None:
        """Ask for a lane, a little later.

        Raises:
            NotAllowedError: no link, or a lane is under way or was there a moment ago.
        """
        if self._link() is None:
            raise NotAllowedError("A fast lane needs a connection to this contact.")
        if self.state is not LaneState.CLOSED:
            raise NotAllowedError("There is a fast lane, or a question about one, already.")
        if self._resting:
            raise NotAllowedError(
                "Between two fast lanes lie at least {least} seconds.", least=round(PAUSE_S)
            )
        self._change(LaneState.WAITING, minutes)
        self._after(self._random.uniform(*ASK_AFTER_S), self._ask)

    def answer(self, *, accept: bool) -> None:
        """Say yes or no to what the other side asks.

        Raises:
            NotAllowedError: it asks nothing.
        """
        link = self._link()
        if self.state is not LaneState.ASKED or link is None:
            raise NotAllowedError("This contact does not ask for a fast lane.")
        link.send_control(encode_control(LaneAnswer(accept)))
        if accept:
            self._run(link, self._minutes)
        else:
            self._close()

    def tell(self) -> None:
        """Say again how it stands, to somebody who could not hear it: Hum was locked."""
        self._context.emit(FastLaneChanged(self._contact, self.state, self._minutes))

    # -- the other side -------------------------------------------------------------------------

    def on_frame(self, frame: LaneAsk | LaneAnswer) -> None:
        """They ask or answer."""
        match frame:
            case LaneAsk(minutes=minutes):
                self._on_ask(minutes)
            case LaneAnswer(accept=accept):
                self._on_answer(accept=accept)

    def _on_ask(self, minutes: int) -> None:
        """They ask. Two who ask at once have both agreed, to the longer of the two."""
        link = self._link()
        if link is None:
            return
        if self.state is LaneState.ASKING and minutes in LANE_MINUTES:
            self._run(link, max(minutes, self._minutes))
        elif self.state is LaneState.ASKED:
            pass  # one question is shown at a time
        elif self._may_be_asked and minutes in LANE_MINUTES:
            self._stop_timer()
            self._change(LaneState.ASKED, minutes)
        else:
            link.send_control(encode_control(LaneAnswer(accept=False)))

    def _on_answer(self, *, accept: bool) -> None:
        """They answer; what nobody asked for does nothing."""
        link = self._link()
        if self.state is not LaneState.ASKING or link is None:
            return
        if accept:
            self._run(link, self._minutes)
        else:
            self._close()

    def on_link_gone(self) -> None:
        """A lane ends with its link; so does what was asked on it."""
        if self.state is LaneState.RUNNING:
            self._close()
        elif self.state is not LaneState.CLOSED:
            self._stop_timer()
            self._change(LaneState.CLOSED, 0)

    # -- inside ---------------------------------------------------------------------------------

    @property
    def _resting(self) -> bool:
        return self._context.clock.now() < self._rest_until

    @property
    def _may_be_asked(self) -> bool:
        return self.state in {LaneState.CLOSED, LaneState.WAITING} and not self._resting

    def _ask(self) -> None:
        link = self._link()
        if self.state is LaneState.WAITING and link is not None:
            link.send_control(encode_control(LaneAsk(self._minutes)))
            self._change(LaneState.ASKING, self._minutes)

    def _run(self, link: LiveLink, minutes: int) -> None:
        self._context.wire.send(RunFastLane(link.number, LANE_INTERVAL_S, lane_instants(minutes)))
        self._change(LaneState.RUNNING, minutes)
        self._after(minutes * 60.0, self._close)

    def _close(self) -> None:
        self._stop_timer()
        if self.state is not LaneState.CLOSED:
            self._rest_until = self._context.clock.now() + PAUSE_S
            self._change(LaneState.CLOSED, 0)

    def _change(self, state: LaneState, minutes: int) -> None:
        self.state, self._minutes = state, minutes
        self._context.emit(FastLaneChanged(self._contact, state, minutes))

    def _after(self, seconds: float, step: Callable[[], None]) -> None:
        self._stop_timer()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, self._soon, step)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
