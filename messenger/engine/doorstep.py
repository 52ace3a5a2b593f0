"""A stranger who proved a key but is no contact: heard until the first hello, no further."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from messenger.core.errors import RemoteProtocolError
from messenger.engine.links import LinkOwner, Links
from messenger.protocol.channels import Channel
from messenger.protocol.control import Hello, decode_control
from messenger.wire.messages import LinkUp

log = logging.getLogger(__name__)

PATIENCE_S: Final = 60.0  # for the first hello
MAX_KEPT_COUNT: Final = 64  # frames kept while the request is being committed


class Doorstep:
    """Owner of a stranger's link until a conversation takes it over."""

    def __init__(
        self,
        links: Links,
        up: LinkUp,
        on_hello: Callable[["Doorstep"], None],
        on_end: Callable[["Doorstep"], None],
    ) -> None:
        self.up = up
        self.name = ""
        self.ended = False  # nobody is there any more
        self._links = links
        self._on_hello = on_hello
        self._on_end = on_end
        self._kept: list[tuple[int, bytes]] = []
        self._timer = asyncio.get_running_loop().call_later(PATIENCE_S, self.close)
        links.own(up.link, self)

    def on_frame(self, link: int, channel: int, body: bytes) -> None:
        """Wait for a hello; keep what comes behind it."""
        if not self._kept and not self._read_hello(channel, body):
            self.close()
            return
        self._kept.append((channel, body))
        if len(self._kept) > MAX_KEPT_COUNT:
            self.close()

    def on_left(self, link: int, frame: int) -> None:
        """Nothing is ever sent from here."""

    def on_down(self, link: int) -> None:
        """The stranger left."""
        self._end()

    def hand_over(self, owner: LinkOwner) -> None:
        """Give what was heard to the conversation that owns the link now."""
        for channel, body in self._kept:
            owner.on_frame(self.up.link, channel, body)

    def _read_hello(self, channel: int, body: bytes) -> bool:
        if channel != Channel.CONTROL:
            return False
        try:
            frame = decode_control(body)
        except RemoteProtocolError as error:
            log.info("a stranger said something malformed: %s", error)
            return False
        if not isinstance(frame, Hello):
            return False
        self._timer.cancel()
        self.name = frame.name
        self._on_hello(self)
        return True

    def close(self) -> None:
        """Send the stranger away."""
        self._end()
        self._links.close(self.up.link)

    def _end(self) -> None:
        self.ended = True
        self._timer.cancel()
        self._on_end(self)
