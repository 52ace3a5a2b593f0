"""Requests to one relay over one link, and the answers they belong to.

Knows no socket: whoever drives the link gives frames in and takes frames out. What the relay says
is checked; a relay that breaks a rule loses the link, and every open request ends with an error.
"""

import asyncio
import itertools
from collections.abc import Callable
from typing import Final

from messenger.core.errors import MalformedFrameError, RelayUnavailableError
from messenger.protocol.mailbox import (
    MAX_OPEN_WAITS,
    MAX_UNANSWERED,
    Answer,
    Get,
    Request,
    Size,
    Wait,
    decode_answer,
    encode_request,
)

_NUMBER_LEN: Final = 4  # bytes, after the status of an answer


class RelayClient:
    """Asks a relay, as much at once as it allows.

    Owner: one loop.

    Args:
        send: queues a frame of the channel MESSAGE on the link.
    """

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._numbers = itertools.count(1)
        self._open: dict[int, tuple[Size | None, asyncio.Future[Answer]]] = {}
        self._waits = asyncio.Semaphore(MAX_OPEN_WAITS)
        self._others = asyncio.Semaphore(MAX_UNANSWERED)
        self._lost = False

    async def ask(self, request: Request) -> Answer:
        """Return the answer, whatever its status.

        A put or new without an answer is asked again with the same ids: that changes nothing
        if the relay did it the first time. A cancelled request still counts until it is answered.

        Raises:
            RelayUnavailableError: the link ended before the answer came.
        """
        places = self._waits if isinstance(request, Wait) else self._others
        await places.acquire()
        if self._lost:
            places.release()
            raise RelayUnavailableError("the link to the relay has ended")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(lambda _: places.release())
        number = next(self._numbers)
        room = request.room if isinstance(request, Get) else None
        self._open[number] = room, answer
        self._send(encode_request(number, request))
        return await asyncio.shield(answer)

    def on_frame(self, body: bytes) -> None:
        """Take in one answer.

        Raises:
            MalformedFrameError: not an answer to anything that was asked; the link is to be ended.
        """
        number = int.from_bytes(body[1 : 1 + _NUMBER_LEN], "big")
        if number not in self._open:
            raise MalformedFrameError("an answer to nothing that was asked")
        room, answer = self._open[number]
        _, told = decode_answer(body, room=room)
        del self._open[number]
        answer.set_result(told)

    def on_lost(self) -> None:
        """The link has ended: no answer will come any more."""
        self._lost = True
        for _, answer in self._open.values():
            answer.set_exception(RelayUnavailableError("the link to the relay has ended"))
            answer.exception()  # whoever was cancelled does not ask for it
        self._open.clear()
