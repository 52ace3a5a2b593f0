"""Two processes agree on a key by synchronising tree parity machines over a socket.

Sans-io: :meth:`Partner.next_bit` says what to tell, :meth:`Partner.hear` takes what was told. The
inputs are public, drawn from both nonces; the first weights are private. When the parities have
agreed for a while, both tell a digest of their weights with each step; equal digests end it.

This is not a key agreement to use: see :mod:`messenger.lab.tree_attackers` for who else ends up
with the key.
"""

import asyncio
import hashlib
import secrets
from typing import Final

import numpy as np

from messenger.core.errors import HandshakeError, MalformedFrameError
from messenger.lab.frames import NONCE_LEN, TreeBit, TreeHello
from messenger.lab.stream import FrameStream, unexpected
from messenger.lab.tree_attackers import RULE
from messenger.lab.tree_parity import (
    Shape,
    draw_inputs,
    fields,
    first_weights,
    move,
    parity,
    signs,
)

MAX_STEPS: Final = 20_000  # of one agreement; the mean at L = 3 is about 345
QUIET: Final = 24  # agreeing steps in a row before digests are told
CHECK_LEN: Final = 16  # bytes


class Partner:
    """One side of an agreement.

    Args:
        shape: K, N and L, the same on both sides.
        inputs_seed: Both nonces, the smaller first; public.
        own_seed: Draws the first weights; private.
    """

    def __init__(self, shape: Shape, inputs_seed: bytes, own_seed: bytes) -> None:
        self._shape = shape
        self._inputs = np.random.default_rng(int.from_bytes(inputs_seed, "big"))
        own = np.random.default_rng(int.from_bytes(own_seed, "big"))
        self._weights = first_weights(shape, own, 1)
        self._drawn = draw_inputs(shape, self._inputs, 1)
        self._bit: TreeBit | None = None
        self._agreeing = 0
        self.step = 0
        self.key: bytes | None = None  # 32 bytes once both are equal

    def next_bit(self) -> TreeBit:
        """Return what to tell in this step."""
        told = bool(parity(signs(fields(self._weights, self._drawn)))[0] > 0)
        check = self._digest(b"check")[:CHECK_LEN] if self._agreeing >= QUIET else b""
        self._bit = TreeBit(self.step, told, check)
        return self._bit

    def hear(self, bit: TreeBit) -> None:
        """Take what the other side told in this step, and learn.

        Raises:
            MalformedFrameError: It belongs to another step, or tells a digest out of turn.
            HandshakeError: The two do not come together.
        """
        own = self._bit
        if own is None or bit.step != self.step or len(bit.check) != len(own.check):
            raise MalformedFrameError("the other machine is in another step")
        if own.check and own.check == bit.check:
            self.key = self._digest(b"key")
            return
        self._learn(own.told, agreed=own.told == bit.told)
        self._bit = None
        self.step += 1
        if self.step >= MAX_STEPS:
            raise HandshakeError(f"no common weights after {MAX_STEPS} steps")

    def _learn(self, told: bool, *, agreed: bool) -> None:
        if agreed:
            units = signs(fields(self._weights, self._drawn))
            spoken = np.array([1 if told else -1], np.int8)
            moving = units == spoken[:, None]
            limit = self._shape.limit
            self._weights = move(self._weights, self._drawn, moving, spoken, RULE, limit)
        self._agreeing = self._agreeing + 1 if agreed else 0
        self._drawn = draw_inputs(self._shape, self._inputs, 1)

    def _digest(self, label: bytes) -> bytes:
        return hashlib.sha256(label + self._weights.tobytes()).digest()


def meeting_seed(shape: Shape, nonce: bytes, hello: TreeHello) -> bytes:
    """Return the public seed of the inputs, the same on both sides.

    Raises:
        MalformedFrameError: The other machine has other sizes, or is our own echo.
    """
    if (hello.hidden, hello.inputs, hello.limit) != (shape.hidden, shape.inputs, shape.limit):
        raise MalformedFrameError("the other machine has other sizes")
    if hello.nonce == nonce:
        raise MalformedFrameError("the other side only echoes")
    return b"".join(sorted((nonce, hello.nonce)))


async def agree(stream: FrameStream, shape: Shape) -> tuple[bytes, int]:
    """Agree on a key with whoever is at the other end.

    Returns:
        32 bytes that both sides have, and the number of steps it took.

    Raises:
        MalformedFrameError: The other side has other sizes, or breaks the order of steps.
        HandshakeError: The two did not come together.
        ConnectionLostError: The other side went away or fell silent.
    """
    nonce = secrets.token_bytes(NONCE_LEN)
    await stream.send(TreeHello(shape.hidden, shape.inputs, shape.limit, nonce))
    hello = await stream.next()
    if not isinstance(hello, TreeHello):
        raise unexpected(hello)
    partner = Partner(shape, meeting_seed(shape, nonce, hello), secrets.token_bytes(32))
    while partner.key is None:
        await stream.send(partner.next_bit())
        bit = await stream.next()
        if not isinstance(bit, TreeBit):
            raise unexpected(bit)
        partner.hear(bit)
        await asyncio.sleep(0)
    return partner.key, partner.step
