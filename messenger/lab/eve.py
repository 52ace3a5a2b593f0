"""Eve's process: a proxy in the middle that hears every byte and shows what she makes of it.

She forwards everything untouched, in both directions, also what she does not understand. Her guess
is that of the Eve network; a referee who holds the file of Alice and Bob may score it, so that
people see her error and not only her guess.
"""

import asyncio
import contextlib
from dataclasses import dataclass

from messenger.core.errors import MalformedFrameError
from messenger.lab.coding import correct, raw_text, scrambler
from messenger.lab.exchange import attempt_label, ciphertexts
from messenger.lab.frames import Frame, FrameBuffer, Hello, Text
from messenger.lab.network import Floats
from messenger.lab.reporter import NobodyReadsError, Reporter
from messenger.lab.serving import listen
from messenger.lab.shared_state import Shared
from messenger.lab.stream import CHUNK_LEN, Address
from messenger.lab.trio import EVE_NETWORK, wrong_bits


@dataclass(frozen=True, slots=True)
class Guess:
    """What Eve makes of one text."""

    number: int
    blocks: int
    text: str
    wrong: float | None  # bits of a block, by the referee; None without one


class Ear:
    """Eve's understanding of one session: give it the bytes of both directions."""

    def __init__(self, eve: Floats, referee: Shared | None = None) -> None:
        self._eve, self._referee = eve, referee
        self._buffers = {"alice": FrameBuffer(), "bob": FrameBuffer()}
        self._nonces: dict[str, bytes] = {}
        self._deaf: set[str] = set()

    def hear(self, side: str, data: bytes) -> list[Guess]:
        """Listen to bytes that alice or bob sent; garbage makes Eve deaf to that side."""
        if side in self._deaf:
            return []
        try:
            frames = list(self._buffers[side].receive(data))
            return [guess for frame in frames for guess in self._understand(side, frame)]
        except MalformedFrameError:
            self._deaf.add(side)
            return []

    def _understand(self, side: str, frame: Frame) -> list[Guess]:
        if isinstance(frame, Hello):
            self._nonces[side] = frame.nonce
        if not isinstance(frame, Text) or len(self._nonces) < 2:
            return []
        label = attempt_label(self._nonces["alice"] + self._nonces["bob"], frame.number, attempt=0)
        cipher = ciphertexts(frame.cipher)
        read = EVE_NETWORK.forward(self._eve, cipher).output
        text = _as_text(read * scrambler(label, len(cipher)))
        return [Guess(frame.number, len(cipher), text, self._score(label, cipher, read))]

    def _score(self, label: bytes, cipher: Floats, read: Floats) -> float | None:
        if self._referee is None:
            return None
        keys = self._referee.keys(label, len(cipher))
        return wrong_bits(read, self._referee.pair.decrypt(cipher, keys))


class Eve:
    """Stands between Alice and Bob.

    Args:
        eve: Her network.
        bob: Where Bob listens.
        reporter: Told of every guess.
        referee: The file of Alice and Bob, used for nothing but the score.
    """

    def __init__(
        self, eve: Floats, bob: Address, reporter: Reporter, referee: Shared | None = None
    ) -> None:
        self._eve, self._bob, self._reporter, self._referee = eve, bob, reporter, referee

    async def serve(self, address: Address) -> None:
        """Stand there until cancelled.

        Raises:
            AddressInUseError: The address is taken or is not ours.
            NobodyReadsError: There is nobody to tell anything.
        """
        await listen(address, self._between, self._reporter)

    async def _between(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ear = Ear(self._eve, self._referee)
        try:
            onward = await asyncio.open_connection(self._bob.host, self._bob.port)
        except OSError:
            self._reporter.tell("failure", reason=f"nobody answers at {self._bob}")
            writer.close()
            return
        ways = (
            asyncio.ensure_future(self._pass_on("alice", reader, onward[1], ear)),
            asyncio.ensure_future(self._pass_on("bob", onward[0], writer, ear)),
        )
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            ended = await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, onward[1]):
                end.close()
        for result in ended:
            if isinstance(result, NobodyReadsError):
                raise result

    async def _pass_on(
        self, side: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ear: Ear
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK_LEN):
                writer.write(data)
                await writer.drain()
                for guess in ear.hear(side, data):
                    self._reporter.tell(
                        "guess",
                        number=guess.number,
                        blocks=guess.blocks,
                        wrong=guess.wrong,
                        text=guess.text,
                    )


def _as_text(read: Floats) -> str:
    """Read the guess as Bob would, but take whatever comes out."""
    data, _ = correct(read)
    return raw_text(data).decode(errors="replace")
