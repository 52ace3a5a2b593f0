"""What a client and a relay say to each other: six requests, one shape of answer.

Every request of a kind has one length, and so has every answer to it: an empty mailbox, a full
one and a refusal look alike from outside of the channel. Nothing here names a person.

Source: docs/relay.md.
"""

import hashlib
import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, TypeAlias

from messenger.core.errors import MalformedFrameError

MAILBOX_ID_LEN: Final = 24  # bytes, random, drawn by the client
SECRET_LEN: Final = 32  # bytes, random
SECRET_HASH_LEN: Final = 32  # bytes of SHA-256
ENVELOPE_ID_LEN: Final = 32  # bytes, random, drawn by the depositor
MAX_ENVELOPES: Final = 128  # waiting in one mailbox; design section 9
LIFETIME_S: Final = 21 * 24 * 3600  # of an envelope; design section 9
# What a client may have open on one connection, until the last byte of each answer has left.
MAX_OPEN_WAITS: Final = 512  # one for each contact; more are answered BUSY; ours
MAX_UNANSWERED: Final = 16  # other requests, 256 KiB of gets; more end the connection; ours
MAX_SEQUENCE: Final = (1 << 63) - 1  # what SQLite and NATS can count

_HEAD: Final = struct.Struct(">BI")  # operation, request number
_NEW: Final = struct.Struct(">24s32s24s32s")
_PUT: Final = struct.Struct(">24s32s32sB")  # then the envelope
_GET: Final = struct.Struct(">24s32sQB")
_AT: Final = struct.Struct(">24s32sQ")  # ack and wait
_DELETE: Final = struct.Struct(">24s32s")
_ANSWER: Final = struct.Struct(">BIHQ32s")  # then the room of a get
ANSWER_LEN: Final = _ANSWER.size  # bytes, without that room


class Operation(IntEnum):
    """The first byte of a request."""

    NEW = 1
    PUT = 2
    GET = 3
    ACK = 4
    WAIT = 5
    DELETE = 6


class Status(IntEnum):
    """The first byte of an answer."""

    OK = 0
    QUOTA = 1  # the mailbox is full for now
    AUTH = 2  # no such mailbox, or not this secret: which one is not told
    BUSY = 3  # not now; retry_after_s says when
    LARGER = 4  # the next envelope does not fit into the room that was asked for


class Size(IntEnum):
    """The two sizes of envelopes."""

    SMALL = 1
    LARGE = 2

    @property
    def length(self) -> int:
        """Bytes of an envelope of this size."""
        return 4 * 1024 if self is Size.SMALL else 16 * 1024

    @classmethod
    def of(cls, length: int) -> "Size":
        """Return the size whose envelopes have ``length`` bytes.

        Raises:
            ValueError: no size has that many.
        """
        for size in cls:
            if size.length == length:
                return size
        raise ValueError("envelopes have 4 or 16 KiB")


@dataclass(frozen=True, slots=True)
class Access:
    """An end of a mailbox and the secret that opens it."""

    mailbox: bytes = field(repr=False)  # MAILBOX_ID_LEN
    secret: bytes = field(repr=False)  # SECRET_LEN

    def __post_init__(self) -> None:
        _check(self.mailbox, MAILBOX_ID_LEN)
        _check(self.secret, SECRET_LEN)


@dataclass(frozen=True, slots=True)
class New:
    """Make a mailbox; the secrets stay with the client, the relay gets their hashes."""

    owner: bytes = field(repr=False)
    owner_hash: bytes = field(repr=False)
    depositor: bytes = field(repr=False)
    depositor_hash: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check(self.owner, MAILBOX_ID_LEN)
        _check(self.owner_hash, SECRET_HASH_LEN)
        _check(self.depositor, MAILBOX_ID_LEN)
        _check(self.depositor_hash, SECRET_HASH_LEN)


@dataclass(frozen=True, slots=True)
class Put:
    """Leave an envelope; the same id a second time changes nothing."""

    access: Access
    envelope_id: bytes = field(repr=False)
    envelope: bytes = field(repr=False)  # exactly the length of a Size

    def __post_init__(self) -> None:
        _check(self.envelope_id, ENVELOPE_ID_LEN)
        Size.of(len(self.envelope))


@dataclass(frozen=True, slots=True)
class Get:
    """Fetch the first envelope with a sequence above ``after``, if it fits into ``room``."""

    access: Access
    after: int
    room: Size


@dataclass(frozen=True, slots=True)
class Ack:
    """Our copy of this one envelope is on our disk: forget yours."""

    access: Access
    sequence: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Answer once something above ``after`` is there, or when patience ends."""

    access: Access
    after: int


@dataclass(frozen=True, slots=True)
class Delete:
    """Forget the mailbox and all that waits in it."""

    access: Access


Request: TypeAlias = New | Put | Get | Ack | Wait | Delete


@dataclass(frozen=True, slots=True)
class Answer:
    """What the relay says to one request; empty room means that nothing waits."""

    status: Status
    retry_after_s: int = 0  # with BUSY
    sequence: int = 0  # of the envelope found; 0: none
    envelope_id: bytes = field(default=bytes(ENVELOPE_ID_LEN), repr=False)
    envelope: bytes = field(default=b"", repr=False)


def secret_hash(secret: bytes) -> bytes:
    """Return what a relay keeps of a secret; 256 random bits need no stretching."""
    return hashlib.sha256(b"hum mailbox" + secret).digest()


def encode_request(number: int, request: Request) -> bytes:
    """Return the bytes of a request; ``number`` (u32) comes back in its answer."""
    match request:
        case New(owner, owner_hash, depositor, depositor_hash):
            operation, body = Operation.NEW, _NEW.pack(owner, owner_hash, depositor, depositor_hash)
        case Put(access, envelope_id, envelope):
            size = Size.of(len(envelope))
            head = _PUT.pack(access.mailbox, access.secret, envelope_id, size)
            operation, body = Operation.PUT, head + envelope
        case Get(access, after, room):
            operation = Operation.GET
            body = _GET.pack(access.mailbox, access.secret, after, room)
        case Ack(access, sequence):
            operation, body = Operation.ACK, _AT.pack(access.mailbox, access.secret, sequence)
        case Wait(access, after):
            operation, body = Operation.WAIT, _AT.pack(access.mailbox, access.secret, after)
        case Delete(access):
            operation, body = Operation.DELETE, _DELETE.pack(access.mailbox, access.secret)
    return _HEAD.pack(operation, number) + body


def decode_request(data: bytes) -> tuple[int, Request]:
    """Read a request and its number.

    Raises:
        MalformedFrameError: an unknown operation or size, a wrong length, a sequence too large.
    """
    try:
        operation, number = _HEAD.unpack_from(data)
        return number, _decode_body(Operation(operation), data[_HEAD.size :])
    except (ValueError, struct.error) as error:
        raise MalformedFrameError("not a request to a relay") from error


def _decode_body(operation: Operation, body: bytes) -> Request:
    match operation:
        case Operation.NEW:
            return New(*_NEW.unpack(body))
        case Operation.PUT:
            mailbox, secret, envelope_id, size = _PUT.unpack_from(body)
            envelope = body[_PUT.size :]
            _check(envelope, Size(size).length)
            return Put(Access(mailbox, secret), envelope_id, envelope)
        case Operation.GET:
            mailbox, secret, after, room = _GET.unpack(body)
            return Get(Access(mailbox, secret), _sequence(after), Size(room))
        case Operation.ACK:
            mailbox, secret, sequence = _AT.unpack(body)
            return Ack(Access(mailbox, secret), _sequence(sequence))
        case Operation.WAIT:
            mailbox, secret, after = _AT.unpack(body)
            return Wait(Access(mailbox, secret), _sequence(after))
        case Operation.DELETE:
            return Delete(Access(*_DELETE.unpack(body)))


def encode_answer(number: int, answer: Answer, *, room: Size | None = None) -> bytes:
    """Return the bytes of an answer; with ``room`` (a get) always as long as that room."""
    head = _ANSWER.pack(
        answer.status, number, answer.retry_after_s, answer.sequence, answer.envelope_id
    )
    length = room.length if room else 0
    if len(answer.envelope) > length:
        raise ValueError("the envelope does not fit into the room asked for")
    return head + answer.envelope.ljust(length, b"\0")


def decode_answer(data: bytes, *, room: Size | None = None) -> tuple[int, Answer]:
    """Read an answer to a request that asked for ``room``, and the number of that request.

    An envelope of 4 KiB in a room of 16 comes back with the zeros behind it; it is sealed, and
    who opens it knows its length.

    Raises:
        MalformedFrameError: an unknown status, a wrong length, or an envelope where none can be.
    """
    length = room.length if room else 0
    try:
        _check(data, _ANSWER.size + length)
        status, number, retry_after_s, sequence, envelope_id = _ANSWER.unpack_from(data)
        found = bool(length and sequence and status == Status.OK)
        envelope = data[_ANSWER.size :]
        if not found and envelope.strip(b"\0"):
            raise MalformedFrameError("an envelope where none can be")
        kept = envelope if found else b""
        answer = Answer(Status(status), retry_after_s, _sequence(sequence), envelope_id, kept)
    except (ValueError, struct.error) as error:
        raise MalformedFrameError("not an answer of a relay") from error
    return number, answer


def _check(value: bytes, length: int) -> None:
    if len(value) != length:
        raise ValueError(f"{length} bytes are wanted, not {len(value)}")


def _sequence(value: int) -> int:
    if value > MAX_SEQUENCE:
        raise ValueError("a sequence out of its range")
    return value
