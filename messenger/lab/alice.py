"""Alice's process: connects, sends texts, and starts over when the other side fails."""

import asyncio
import secrets
from collections.abc import AsyncIterator

from messenger.core.errors import ConnectFailedError, RemoteProtocolError, TransportError
from messenger.lab.exchange import Sender
from messenger.lab.frames import NONCE_LEN, VERSION, Got, Hello, Missing
from messenger.lab.reporter import Reporter
from messenger.lab.shared_state import Shared
from messenger.lab.stream import Address, FrameStream, unexpected

_PAUSE_S = 0.2  # before a new connection


class Alice:
    """Sends texts one after the other; each is sent until Bob has it.

    Args:
        shared: The file of Alice and Bob.
        address: Where Bob listens, or Eve in his place.
        reporter: Told of every text and every failure.
        patience_s: How long Bob may be gone before Alice gives up.
    """

    def __init__(
        self, shared: Shared, address: Address, reporter: Reporter, patience_s: float = 30.0
    ) -> None:
        self._shared, self._address, self._reporter = shared, address, reporter
        self._patience_s = patience_s
        self._stream: FrameStream | None = None
        self._sender: Sender | None = None

    async def run(self, texts: AsyncIterator[str]) -> None:
        """Send every text.

        Raises:
            ConnectFailedError: Bob was gone for longer than the patience.
        """
        try:
            async for text in texts:
                await self._deliver(text)
        finally:
            await self._hang_up()

    async def _deliver(self, text: str) -> None:
        ident = secrets.token_bytes(8)
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + self._patience_s
        while True:
            try:
                got, resends = await self._send(text, ident)
            except ConnectFailedError:
                raise
            except (TransportError, RemoteProtocolError) as error:
                self._reporter.tell("failure", reason=str(error))
                await self._hang_up()
                if loop.time() > give_up_at:
                    raise ConnectFailedError("Bob cannot be made to understand") from error
                await asyncio.sleep(_PAUSE_S)
            else:
                self._reporter.tell("sent", number=got.number, signed=got.signed, resends=resends)
                return

    async def _send(self, text: str, ident: bytes) -> tuple[Got, int]:
        stream, sender = await self._session()
        await stream.send(sender.send(text, ident))
        resends = 0
        while True:
            answer = await stream.next()
            if isinstance(answer, Got):
                return answer, resends
            if not isinstance(answer, Missing):
                raise unexpected(answer)
            resends += len(answer.blocks)
            await stream.send(sender.again(answer))

    async def _session(self) -> tuple[FrameStream, Sender]:
        """Return the open session, or open one."""
        if self._stream is None or self._sender is None:
            stream = await FrameStream.connect(self._address, self._patience_s)
            self._stream = stream
            nonce = secrets.token_bytes(NONCE_LEN)
            await stream.send(Hello(VERSION, nonce))
            answer = await stream.next()
            if not isinstance(answer, Hello) or answer.version != VERSION:
                raise unexpected(answer)
            self._sender = Sender(self._shared, nonce + answer.nonce)
            self._reporter.tell("connected", address=str(self._address))
        return self._stream, self._sender

    async def _hang_up(self) -> None:
        stream, self._stream, self._sender = self._stream, None, None
        if stream is not None:
            await stream.close()
