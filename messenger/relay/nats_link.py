"""One connection to a NATS cluster, and the few requests of JetStream that the store needs.

A request that finds no leader, no server or no answer is made again until its caller's time is
over; every request here can be repeated. Nothing is sent late: while there is no connection a
request fails at once instead of waiting in a buffer.

Source: https://docs.nats.io/reference/reference-protocols/nats_api_reference.
"""

import asyncio
import base64
import contextlib
import logging
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import RelayBusyError, RelayFullError, RelayStoreError

log = logging.getLogger(__name__)

CONNECT_S: Final = 10.0  # for the first connection
ATTEMPT_S: Final = 1.5  # one request; ours
AGAIN_S: Final = 0.1  # between two attempts; a leader is elected in seconds
PING_S: Final = 1  # a server that is stopped is left after three of these
RECONNECT_S: Final = 0.2

# Source: errors.json of nats-server.
_NO_MESSAGE: Final = {10037, 10043, 10057}  # no message found, sequence not found, delete failed
_NO_STREAM: Final = 10059
_WRONG_LAST: Final = 10071
_STORE_FAILED: Final = 10077
_NO_ROOM: Final = {10023, 10028, 10047}  # memory, storage or other resources are used up
_UNAVAILABLE: Final = 503  # no leader for now, and other passing states
_PER_SUBJECT: Final = "per subject"

Hearing: TypeAlias = Callable[[str], None]  # gets the subject


class ConflictError(Exception):
    """The last message of the subject is not the expected one. Never leaves the store."""


class SubjectFullError(Exception):
    """As many messages lie on the subject as may. Never leaves the store."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it lies in a stream."""

    subject: str = field(repr=False)
    sequence: int
    data: bytes = field(repr=False)
    time: str  # RFC 3339, of its arrival


class _Error(msgspec.Struct):
    code: int = 0
    err_code: int = 0
    description: str = ""


class _Message(msgspec.Struct):
    subject: str
    seq: int
    time: str
    data: str = ""  # base64


class State(msgspec.Struct):
    """What a stream holds."""

    first_seq: int = 0
    last_seq: int = 0
    bytes: int = 0


class Info(msgspec.Struct):
    """A stream."""

    config: dict[str, Any]
    state: State


class _Reply(msgspec.Struct):
    error: _Error | None = None
    seq: int = 0
    message: _Message | None = None
    config: dict[str, Any] | None = None
    state: State | None = None
    streams: list[str] | None = None


class NatsLink:
    """A connection that comes back by itself.

    Args:
        servers: ``nats://`` or ``tls://`` addresses, with user and password where needed.
        tls: for servers with certificates of one's own.
    """

    def __init__(self, servers: Sequence[str], tls: ssl.SSLContext | None = None) -> None:
        self._servers = list(servers)
        self._tls = tls
        self._client: Client | None = None
        self._connecting = asyncio.Lock()
        self._heard: list[tuple[str, Hearing]] = []
        self._ended = False

    @property
    def server_version(self) -> tuple[int, int, int]:
        """Of the server at the other end."""
        assert self._client is not None, "connect first"
        version = self._client.connected_server_version
        return version.major, version.minor, version.patch

    async def connect(self) -> None:
        """Connect for the first time.

        Raises:
            RelayStoreError: no server answers, or it refuses us.
        """
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._connected()
        except (TimeoutError, OSError, nats.errors.Error) as error:
            await self.close()
            raise RelayStoreError("no NATS server lets this relay in") from error

    async def close(self) -> None:
        """End the connection."""
        self._ended = True
        if self._client is not None:
            with contextlib.suppress(nats.errors.Error, OSError):
                await self._client.close()

    # -- words between instances ---------------------------------------------------------------

    async def hear(self, subject: str, hearing: Hearing) -> None:
        """Call ``hearing`` for each word of other connections on ``subject``."""
        client = await self._connected()
        self._heard.append((subject, hearing))
        await self._subscribe(client, subject, hearing)

    async def tell(self, subject: str) -> None:
        """Say a word to whoever hears; it may go missing."""
        with contextlib.suppress(nats.errors.Error, OSError):
            await (await self._connected()).publish(subject)

    # -- messages ------------------------------------------------------------------------------

    async def publish(self, subject: str, data: bytes, *, expect: int | None = None) -> int:
        """Append a message; return its sequence in the stream.

        Args:
            expect: the sequence of the last message on the subject, 0: there is none. From 1 on
                two of these at the same moment may both succeed (nats-server before 2.9.21,
                issue 4320); 0 holds always.

        Raises:
            ConflictError: another message is the last one.
            SubjectFullError: the subject has as many as it may.
            RelayFullError: the stream has no room.
        """
        headers = None
        if expect is not None:
            headers = {"Nats-Expected-Last-Subject-Sequence": str(expect)}
        reply = await self._request(subject, data, headers)
        if reply.error is None:
            return reply.seq
        if reply.error.err_code == _WRONG_LAST:
            raise ConflictError
        if reply.error.err_code == _STORE_FAILED and _PER_SUBJECT in reply.error.description:
            raise SubjectFullError
        raise _refused(reply.error)

    async def last(self, stream: str, subject: str) -> Kept | None:
        """Return the newest message on a subject."""
        return await self._message(stream, {"last_by_subj": subject})

    async def next(self, stream: str, subject: str, start: int) -> Kept | None:
        """Return the first message on a subject (wildcards allowed) from a sequence on."""
        return await self._message(stream, {"next_by_subj": subject, "seq": max(1, start)})

    async def at(self, stream: str, sequence: int) -> Kept | None:
        """Return one message."""
        return await self._message(stream, {"seq": sequence})

    async def erase(self, stream: str, sequence: int) -> None:
        """Delete one message and overwrite its bytes; one that is gone is well."""
        reply = await self._api(f"STREAM.MSG.DELETE.{stream}", {"seq": sequence})
        if reply.error is not None and reply.error.err_code not in _NO_MESSAGE:
            raise _refused(reply.error)

    async def purge(self, stream: str, subject: str) -> None:
        """Delete all messages on a subject (wildcards allowed)."""
        reply = await self._api(f"STREAM.PURGE.{stream}", {"filter": subject})
        if reply.error is not None:
            raise _refused(reply.error)

    # -- streams -------------------------------------------------------------------------------

    async def names(self, subject: str) -> list[str]:
        """Return the names of the streams that take in a subject."""
        reply = await self._api("STREAM.NAMES", {"subject": subject})
        return reply.streams or []

    async def info(self, stream: str) -> Info | None:
        """Return what a stream is and holds, as its leader knows it."""
        return _info(await self._api(f"STREAM.INFO.{stream}", {}))

    async def make(self, config: dict[str, Any]) -> Info | None:
        """Make a stream; one that is there with the same settings is well.

        Raises:
            RelayStoreError: the cluster cannot have such a stream.
        """
        reply = await self._api(f"STREAM.CREATE.{config['name']}", config)
        if reply.error is not None:
            raise RelayStoreError(f"the NATS cluster refuses a stream: {reply.error.description}")
        return _info(reply)

    # -- requests ------------------------------------------------------------------------------

    async def _message(self, stream: str, query: dict[str, Any]) -> Kept | None:
        reply = await self._api(f"STREAM.MSG.GET.{stream}", query)
        if reply.message is not None:
            found = reply.message
            return Kept(found.subject, found.seq, base64.b64decode(found.data), found.time)
        if reply.error is not None and reply.error.err_code not in _NO_MESSAGE:
            raise _refused(reply.error)
        return None

    async def _api(self, operation: str, query: dict[str, Any]) -> _Reply:
        return await self._request(f"$JS.API.{operation}", msgspec.json.encode(query))

    async def _request(
        self, subject: str, data: bytes, headers: dict[str, str] | None = None
    ) -> _Reply:
        """Ask until there is an answer; the caller bounds the time."""
        while True:
            with contextlib.suppress(OSError, nats.errors.Error):
                client = await self._connected()
                answer = await client.request(subject, data, ATTEMPT_S, headers=headers)
                reply = _decoded(answer.data)
                if reply.error is None or reply.error.code != _UNAVAILABLE:
                    return reply
                if reply.error.err_code in {_STORE_FAILED, *_NO_ROOM}:
                    return reply
            await asyncio.sleep(AGAIN_S)

    async def _connected(self) -> Client:
        """Return the client; a new one when the library has given up the old one for good."""
        async with self._connecting:
            if self._ended:
                raise RelayBusyError("the store of the relay is closed")
            if self._client is None or self._client.is_closed:
                self._client = await self._opened()
            return self._client

    async def _opened(self) -> Client:
        client = Client()
        try:
            await client.connect(
                self._servers,
                error_cb=_on_error,
                name="hum relay",
                connect_timeout=2,
                reconnect_time_wait=RECONNECT_S,  # type: ignore[arg-type]  # seconds for a sleep
                max_reconnect_attempts=-1,
                ping_interval=PING_S,
                no_echo=True,
                pending_size=0,
                tls=self._tls,
            )
            for subject, hearing in self._heard:
                await self._subscribe(client, subject, hearing)
        except BaseException:
            await client.close()
            raise
        return client

    async def _subscribe(self, client: Client, subject: str, hearing: Hearing) -> None:
        async def on_word(word: Msg) -> None:
            hearing(word.subject)

        await client.subscribe(subject, cb=on_word)


async def _on_error(error: Exception) -> None:
    # Its text can hold addresses and subjects.
    log.debug("the connection to NATS: %s", type(error).__name__)


def _decoded(data: bytes) -> _Reply:
    try:
        return msgspec.json.decode(data, type=_Reply)
    except DECODE_ERRORS as error:
        raise RelayStoreError("what answers is no NATS JetStream") from error


def _info(reply: _Reply) -> Info | None:
    if reply.error is not None and reply.error.err_code != _NO_STREAM:
        raise _refused(reply.error)
    if reply.config is None or reply.state is None:
        return None
    return Info(reply.config, reply.state)


def _refused(error: _Error) -> RelayBusyError:
    if error.err_code in {_STORE_FAILED, *_NO_ROOM}:
        return RelayFullError("the store of the relay is full")
    return RelayBusyError(f"the NATS cluster refuses: error {error.err_code}")
