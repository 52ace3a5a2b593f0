"""Frames over a TCP connection of asyncio, with every failure named.

A peer that dies, hangs or sends garbage becomes one error of :mod:`messenger.core.errors`, at the
latest after the seconds a caller is willing to wait.
"""

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from typing import Final, Self

from messenger.core.errors import (
    ConnectFailedError,
    ConnectionLostError,
    InputError,
    MalformedFrameError,
)
from messenger.lab.frames import Frame, FrameBuffer, encode

ANSWER_S: Final = 2.0  # how long one side waits for the other's next frame
CHUNK_LEN: Final = 65_536  # bytes of one read


@dataclass(frozen=True, slots=True)
class Address:
    """Where one side listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``host:port`` or ``[ipv6]:port``.

        Raises:
            InputError: It is neither.
        """
        host, colon, port = text.rpartition(":")
        if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
            raise InputError(f"{text!r} is not an address; write host:port")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def __str__(self) -> str:
        """Return what :meth:`parse` reads."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class FrameStream:
    """One connection; owner: the task that made it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._buffer = FrameBuffer()
        self._ready: deque[Frame] = deque()

    @classmethod
    async def connect(cls, address: Address, patience_s: float) -> Self:
        """Call until somebody answers.

        Raises:
            ConnectFailedError: Nobody did within ``patience_s`` seconds.
        """
        try:
            async with asyncio.timeout(patience_s):
                while True:
                    try:
                        return cls(*await asyncio.open_connection(address.host, address.port))
                    except OSError:
                        await asyncio.sleep(0.1)
        except TimeoutError as error:
            raise ConnectFailedError(f"nobody answers at {address}") from error

    async def send(self, frame: Frame) -> None:
        """Send one frame.

        Raises:
            ConnectionLostError: The other side is gone, or reads nothing any more.
        """
        try:
            async with asyncio.timeout(ANSWER_S):
                self._writer.write(encode(frame))
                await self._writer.drain()
        except (OSError, TimeoutError) as error:
            raise ConnectionLostError("the other side went away") from error

    async def next(self, wait_s: float | None = ANSWER_S) -> Frame:
        """Return the next frame; waits for ever when ``wait_s`` is None.

        Raises:
            ConnectionLostError: The connection ended, or nothing came in time.
            MalformedFrameError: What came is no frame.
        """
        while not self._ready:
            try:
                async with asyncio.timeout(wait_s):
                    data = await self._reader.read(CHUNK_LEN)
            except TimeoutError as error:
                raise ConnectionLostError(f"no answer for {wait_s:g} s") from error
            except OSError as error:
                raise ConnectionLostError("the other side went away") from error
            if not data:
                raise ConnectionLostError("the other side went away")
            self._ready.extend(self._buffer.receive(data))
        return self._ready.popleft()

    async def close(self) -> None:
        """Close the connection, whatever state it is in."""
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                await self._writer.wait_closed()


def unexpected(frame: Frame) -> MalformedFrameError:
    """Return the error for a frame that has no place here."""
    return MalformedFrameError(f"a frame {type(frame).__name__} has no place here")
