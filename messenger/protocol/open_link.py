"""A link after its handshake: cells in both directions, and the keys they are under.

Source: docs/protocol.md, section 4.
"""

import math
from collections.abc import Callable, Iterator
from typing import Final

from messenger.core.errors import LocalProtocolError, RemoteProtocolError
from messenger.crypto.kem import KemKeyPair
from messenger.crypto.noise.keys import KeyPair
from messenger.crypto.noise.transport import Transport
from messenger.protocol.cells import CellOpener, CellSealer
from messenger.protocol.channels import (
    ENGINE_CHANNELS,
    Channel,
    Frame,
    FrameAssembler,
    FrameQueue,
)
from messenger.protocol.rekey import LinkRoot, Rekey, RekeyLimits, draw_keys

_LAST_REKEY_FRAME: Final = -1  # number of the LINK frame after which the sealing key changes


class OpenLink:
    """Both directions of a link that stands.

    Args:
        draw: makes the keys of an exchange that we begin.

    Attributes:
        session_exporter: 32 secret bytes for the session; the link's own keys do not follow
            from them.
    """

    __slots__ = (
        "_armed",
        "_assembler",
        "_limits",
        "_opener",
        "_queue",
        "_rekey",
        "_rekey_at",
        "_sealer",
        "session_exporter",
    )

    def __init__(
        self,
        transport: Transport,
        *,
        initiator: bool,
        limits: RekeyLimits,
        now: float,
        draw: Callable[[], tuple[KeyPair, KemKeyPair]] = draw_keys,
    ) -> None:
        root, self.session_exporter = LinkRoot.derive(transport.exporter)
        self._sealer = CellSealer(transport.send)
        self._opener = CellOpener(transport.receive)
        self._queue = FrameQueue()
        self._assembler = FrameAssembler()
        self._rekey = Rekey(root, initiator=initiator, draw=draw)
        self._limits = limits
        self._rekey_at = now + limits.after_s
        self._armed = False

    # -- going out --------------------------------------------------------------------------

    @property
    def queued_len(self) -> int:
        """Bytes of frames that have not left."""
        return self._queue.queued_len

    def enqueue(self, channel: int, body: bytes, number: int) -> None:
        """Queue a frame of the engine.

        Raises:
            LocalProtocolError: not a channel of the engine, or more than fits.
        """
        if channel not in ENGINE_CHANNELS or number < 0:
            raise LocalProtocolError(f"frame {number} on channel {channel}")
        self._enqueue(Channel(channel), body, number)

    def next_cell(self) -> bytes:
        """Seal the next cell; again before it left: seal it anew with what was queued since."""
        self._armed = True
        return self._sealer.seal(self._queue.compose())

    def cell_left(self) -> list[int]:
        """The cell sealed last was written: return the numbers of frames that ended in it."""
        if not self._armed:
            raise LocalProtocolError("no cell was sealed")
        self._armed = False
        self._sealer.cell_left()
        numbers = self._queue.cell_left()
        if _LAST_REKEY_FRAME in numbers:
            numbers.remove(_LAST_REKEY_FRAME)
            self._sealer.replace_key(self._rekey.last_frame_left())
        if self._sealer.count >= self._limits.after_cells:
            self._renew_keys()
        return numbers

    # -- coming in --------------------------------------------------------------------------

    def receive_data(self, data: bytes | memoryview, now: float) -> Iterator[Frame]:
        """Yield the engine's frames that ``data`` completes, cell by cell.

        Raises:
            RemoteProtocolError: a cell does not open or breaks a rule; no frame of it counts.
        """
        for plaintext in self._opener.receive_data(data):
            frames = self._assembler.receive_cell(plaintext)
            for frame in frames:
                if frame.channel is Channel.LINK:
                    self._on_rekey_frame(frame.body, now)
            yield from (frame for frame in frames if frame.channel is not Channel.LINK)
            worn = max(self._sealer.count, self._opener.count)
            if worn >= self._limits.after_cells:
                self._renew_keys()
            if worn >= self._limits.most_cells:
                raise RemoteProtocolError("the peer does not renew the keys of the link")

    # -- keys -------------------------------------------------------------------------------

    @property
    def deadline(self) -> float:
        """When :meth:`on_time` has something to do."""
        return self._rekey_at if self._rekey.may_begin else math.inf

    def on_time(self, now: float) -> None:
        """Begin to renew the keys if it is time."""
        if now >= self._rekey_at and self._rekey.may_begin:
            self._begin_rekey()

    def _begin_rekey(self) -> None:
        self._enqueue(Channel.LINK, self._rekey.begin(), 0)

    def _on_rekey_frame(self, frame: bytes, now: float) -> None:
        step = self._rekey.receive(frame)
        if step.reply:
            self._enqueue(Channel.LINK, step.reply, _LAST_REKEY_FRAME)
        if step.receive_cipher is not None:
            self._opener.replace_key(step.receive_cipher)
            self._rekey_at = now + self._limits.after_s

    def _renew_keys(self) -> None:
        """Begin to renew the keys, which have had enough cells, unless that is under way."""
        if self._rekey.may_begin:
            self._begin_rekey()

    def _enqueue(self, channel: Channel, body: bytes, number: int) -> None:
        self._queue.enqueue(channel, body, number)
