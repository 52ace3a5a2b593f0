"""The key of two tree parity machines, mixed into a real session of Hum as one secret more.

Two processes shake hands (``Noise_XXhfs``), make an epoch, and talk in envelopes of the ratchet.
The machines' bits travel inside those envelopes, between the lines people write. Then the next
epoch is made: with the machines' key where both have the same, else without. So the key can add to
a session and never weaken it, and whoever withholds it delays nothing that people write.

This is the only module of the laboratory that touches Hum's own cryptography.
"""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from messenger.core.errors import HandshakeError
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair
from messenger.lab.frames import Carried, Frame, Line, Mix, TreeBit, TreeHello, decode, encode
from messenger.lab.stream import FrameStream, unexpected
from messenger.lab.tree_agreement import Partner, meeting_seed
from messenger.lab.tree_parity import Shape
from messenger.protocol import message_channel
from messenger.protocol.control import EpochAnswer, EpochOffer
from messenger.protocol.epoch import with_extra_secret
from messenger.protocol.session import Session

PROTOCOL_NAME: Final = "Noise_XXhfs_25519+MLKEM768_ChaChaPoly_SHA256"
PROLOGUE: Final = b"hum lab tree session"
PATIENCE_S: Final = 1.0  # how long the machine of the other side may be silent
NONCE_LEN: Final = 16  # bytes
CHECK_LEN: Final = 16  # bytes
_LENGTH_LEN: Final = 4  # in front of an encoded frame

_Said = TypeVar("_Said", TreeHello, TreeBit)


class TreeSession:
    """One side of one session over one connection. Owner: the task that runs it.

    Args:
        stream: to the other side.
        initiator: whether this side called.
        shape: K, N and L, the same on both sides.
        on_line: gets every line the other side wrote.
        withhold_after: steps after which this side's machine falls silent; for the experiment.
    """

    def __init__(
        self,
        stream: FrameStream,
        *,
        initiator: bool,
        shape: Shape,
        on_line: Callable[[str], None],
        withhold_after: int | None = None,
    ) -> None:
        self._stream, self._initiator = stream, initiator
        self._shape, self._on_line = shape, on_line
        self._withhold_after = withhold_after
        self._session, self._exporter, self._associated_data = Session.empty(), b"", b""
        self._machine: asyncio.Queue[TreeHello | TreeBit] = asyncio.Queue()
        self._mixes: asyncio.Queue[Mix] = asyncio.Queue()
        self._epochs: asyncio.Queue[EpochOffer | EpochAnswer] = asyncio.Queue()
        self._opened = asyncio.Event()
        self.key: bytes | None = None  # of the machines, 32 bytes
        self.steps = 0  # that both machines took

    @property
    def epoch(self) -> bytes:
        """Id of the newest epoch, which is public."""
        return self._session.epochs[0]

    async def open(self) -> None:
        """Shake hands; :meth:`read` has to run for everything that comes behind it.

        Raises:
            ConnectionLostError, ProtocolError, CryptoError: there is no session.
        """
        own = KeyPair.generate()
        noise = HandshakeState(PROTOCOL_NAME, initiator=self._initiator, prologue=PROLOGUE, s=own)
        while not noise.complete:
            if noise.may_write:
                await self._stream.send(Carried(noise.write_message()))
            else:
                noise.read_message(_carried(await self._stream.next()))
        assert noise.peer_static is not None
        self._associated_data = b"".join(sorted((own.public, noise.peer_static)))
        self._exporter = noise.split().exporter

    async def read(self) -> None:
        """Take what comes until the other side is gone; lines are shown at once.

        Raises:
            ConnectionLostError, ProtocolError: it is gone, or sends what has no place here.
        """
        while True:
            match message_channel.decode(_carried(await self._stream.next(wait_s=None))):
                case message_channel.Envelope(sealed=sealed):
                    self._session, body = self._session.open(sealed, self._associated_data)
                    self._opened.set()
                    self._on_body(decode(body))
                case epoch:
                    self._epochs.put_nowait(epoch)

    async def say(self, text: str) -> None:
        """Send a line; it waits for nothing that the machines do."""
        await self._seal(Line(text))

    async def run_machine(self) -> None:
        """Synchronise the machines; :attr:`key` stays None where the other side falls silent."""
        nonce = secrets.token_bytes(NONCE_LEN)
        shape = self._shape
        await self._seal(TreeHello(shape.hidden, shape.inputs, shape.limit, nonce))
        with contextlib.suppress(TimeoutError, HandshakeError):
            seed = meeting_seed(shape, nonce, await self._heard(TreeHello))
            partner = Partner(shape, seed, secrets.token_bytes(32))
            while partner.key is None and partner.step != self._withhold_after:
                await self._seal(partner.next_bit())
                partner.hear(await self._heard(TreeBit))
                self.steps = partner.step  # also where the other machine falls silent later
            self.key = partner.key

    async def first_epoch(self) -> None:
        """Make the epoch in which everything else is said."""
        await self._make_epoch(self._exporter)

    async def next_epoch(self) -> bool:
        """Make another epoch, with the machines' key where both have the same.

        Returns:
            Whether it was mixed in.
        """
        own = b"" if self.key is None else _check(self.key)
        await self._seal(Mix(own))
        peer = (await self._mixes.get()).check
        if self.key is None or peer != own:
            await self._make_epoch(self._exporter)
            return False
        await self._make_epoch(with_extra_secret(self._exporter, self.key))
        return True

    # -- steps ------------------------------------------------------------------------------------

    async def _make_epoch(self, exporter: bytes) -> None:
        """Make an epoch; it is in use on both sides at the end."""
        if self._initiator:
            await self._offer(exporter)
        else:
            await self._answer(exporter)

    async def _offer(self, exporter: bytes) -> None:
        base = self._session.epochs[0] if self._session.epochs else None
        pending, offer = self._session.offer(base)
        await self._carry(message_channel.encode_epoch(offer))
        answer = await self._epochs.get()
        if not isinstance(answer, EpochAnswer):
            raise HandshakeError("an epoch was offered out of turn")
        self._session = self._session.accept(pending, answer, exporter)
        await self._seal(Line(""))  # the answerer seals in it only now

    async def _answer(self, exporter: bytes) -> None:
        offer = await self._epochs.get()
        if not isinstance(offer, EpochOffer):
            raise HandshakeError("an epoch was answered that nobody offered")
        self._session, answer = self._session.answer(offer, exporter)
        await self._carry(message_channel.encode_epoch(answer))
        while self._session.sealing_epoch != answer.epoch:
            self._opened.clear()
            await self._opened.wait()

    async def _heard(self, kind: type[_Said]) -> _Said:
        """Return the next word of the other machine; TimeoutError where it falls silent."""
        async with asyncio.timeout(PATIENCE_S):
            said = await self._machine.get()
        if not isinstance(said, kind):
            raise unexpected(said)
        return said

    async def _seal(self, frame: Frame) -> None:
        body = encode(frame)[_LENGTH_LEN:]
        self._session, sealed = self._session.seal(body, self._associated_data)
        await self._carry(message_channel.encode_envelope(sealed))

    async def _carry(self, body: bytes) -> None:
        await self._stream.send(Carried(body))

    def _on_body(self, body: Frame) -> None:
        match body:
            case Line(text=text):
                if text:
                    self._on_line(text)
            case TreeHello() | TreeBit():
                self._machine.put_nowait(body)
            case Mix():
                self._mixes.put_nowait(body)
            case _:
                raise unexpected(body)


async def converse(side: TreeSession, story: Callable[[], Awaitable[None]]) -> None:
    """Open a session and run ``story`` in it while what comes is read.

    Raises:
        ConnectionLostError, ProtocolError, CryptoError: the session ended before the story did.
    """
    await side.open()
    reading = asyncio.ensure_future(side.read())
    telling = asyncio.ensure_future(story())
    try:
        await asyncio.wait((reading, telling), return_when=asyncio.FIRST_COMPLETED)
        for ended in (telling, reading):
            if ended.done():
                ended.result()
    finally:
        for task in (reading, telling):
            task.cancel()
        await asyncio.gather(reading, telling, return_exceptions=True)


def _carried(frame: Frame) -> bytes:
    if not isinstance(frame, Carried):
        raise unexpected(frame)
    return frame.body


def _check(key: bytes) -> bytes:
    return hashlib.sha256(b"hum lab mix" + key).digest()[:CHECK_LEN]
