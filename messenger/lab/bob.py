"""Bob's process: listens, reads texts, and keeps listening whatever a caller does."""

import secrets

from messenger.lab.exchange import Receiver
from messenger.lab.frames import NONCE_LEN, VERSION, Again, Got, Hello, Text
from messenger.lab.reporter import Reporter
from messenger.lab.serving import serve
from messenger.lab.shared_state import Shared
from messenger.lab.stream import Address, FrameStream, unexpected


class Bob:
    """Shows each text once, though a session may break and Alice send it again."""

    def __init__(self, shared: Shared, reporter: Reporter) -> None:
        self._shared, self._reporter = shared, reporter
        self._seen: set[bytes] = set()

    async def serve(self, address: Address) -> None:
        """Listen until cancelled.

        Raises:
            AddressInUseError: The address is taken or is not ours.
        """
        await serve(address, self._answer, self._reporter)

    async def _answer(self, stream: FrameStream) -> None:
        hello = await stream.next()
        if not isinstance(hello, Hello) or hello.version != VERSION:
            raise unexpected(hello)
        nonce = secrets.token_bytes(NONCE_LEN)
        await stream.send(Hello(VERSION, nonce))
        receiver = Receiver(self._shared, hello.nonce + nonce)
        ident = b""
        while True:
            frame = await stream.next(wait_s=None)
            if not isinstance(frame, Text | Again):
                raise unexpected(frame)
            if isinstance(frame, Text):
                ident = frame.ident
            answer = receiver.receive(frame)
            if isinstance(answer, Got):
                self._show(answer, receiver.text, ident)
            await stream.send(answer)

    def _show(self, got: Got, text: str | None, ident: bytes) -> None:
        if text is None:
            self._reporter.tell("refused", number=got.number, reason="hidden states do not fit")
        elif ident not in self._seen:
            self._seen.add(ident)
            self._reporter.tell("text", number=got.number, signed=got.signed, text=text)
