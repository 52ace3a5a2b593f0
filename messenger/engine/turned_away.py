"""A link that is ended with a word: nothing is heard on it any more."""

import asyncio
from typing import Final

from messenger.engine.links import Links
from messenger.protocol.channels import Channel
from messenger.protocol.control import ControlFrame, encode_control

PATIENCE_S: Final = 30.0  # for the word to leave, then the link ends without it


class TurnedAway:
    """Owner of such a link: says its frames and closes the link behind the last one."""

    def __init__(self, links: Links, link: int, *frames: ControlFrame) -> None:
        self._links = links
        self._link = link
        self._last = 0
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_S, self._close)
        links.own(link, self)
        for frame in frames:
            self._last = links.send(link, Channel.CONTROL, encode_control(frame), numbered=True)

    def on_frame(self, link: int, channel: int, body: bytes) -> None:
        """Whatever they say."""

    def on_left(self, link: int, frame: int) -> None:
        """Our last word has left."""
        if frame == self._last:
            self._close()

    def on_down(self, link: int) -> None:
        """They left first."""
        self._timer.cancel()

    def _close(self) -> None:
        self._timer.cancel()
        self._links.close(self._link)
