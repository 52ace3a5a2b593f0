"""Message bodies: what stands inside an envelope once it is opened.

Each is a msgpack array ``[kind, id, field, …]``; only the heartbeat has no id and is not
acknowledged. A kind that this version does not know decodes to :class:`Unsupported`: it has an id
too, so it is acknowledged and kept, and a later version can still show it.

Source: docs/protocol.md, section 8.
"""

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import MalformedFrameError
from messenger.core.types import (
    MAX_FILE_LEN,
    MAX_FILE_NAME_LEN,
    MAX_LIFETIME_S,
    MAX_TEXT_LEN,
)
from messenger.protocol.control import Host, Id, Places, Port
from messenger.protocol.mailbox import MAILBOX_ID_LEN
from messenger.protocol.tagged import Tagged, TaggedCodec, Unknown

MAX_BODY_LEN: Final = MAX_TEXT_LEN + 512  # bytes; the longest text and the fields around it
MAX_EMOJI_LEN: Final = 64  # bytes of UTF-8; the longest emoji sequences have about 40
MAX_KIND_LEN: Final = 64  # characters of a media type
MAX_MAILBOXES: Final = 3  # of one contact for another: one at each relay of theirs
MAX_RECEIPT_COUNT: Final = 128  # messages named in one receipt
MAX_TIME_MS: Final = 1 << 53  # Unix ms; what JSON scripts can hold exactly

_Time: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_TIME_MS)]
_Text: TypeAlias = Annotated[str, Meta(max_length=MAX_TEXT_LEN)]  # bytes are checked apart
_Bytes32: TypeAlias = Annotated[bytes, Meta(min_length=32, max_length=32)]
_Lifetime: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_LIFETIME_S)]  # seconds; 0: for good


class Heartbeat(Tagged, frozen=True, tag=0):
    """Nothing but a turn of the ratchet."""


class Text(Tagged, frozen=True, tag=1):
    """A written message."""

    id: Id
    text: _Text
    sent_at: _Time  # Unix ms, the sender's clock
    reply_to: Id | None = None
    lifetime_s: _Lifetime = 0  # how long both sides keep it from its delivery on

    def __repr__(self) -> str:
        return f"Text(id={self.id.hex()})"


class Edit(Tagged, frozen=True, tag=2):
    """The author replaces the text of an earlier message."""

    id: Id
    target: Id
    text: _Text
    at: _Time

    def __repr__(self) -> str:
        return f"Edit(target={self.target.hex()})"


class Delete(Tagged, frozen=True, tag=3):
    """The author takes an earlier message back."""

    id: Id
    target: Id
    at: _Time


class React(Tagged, frozen=True, tag=4):
    """One reaction of the sender to a message; an empty one takes it back."""

    id: Id
    target: Id
    emoji: Annotated[str, Meta(max_length=MAX_EMOJI_LEN)]
    at: _Time

    def __repr__(self) -> str:
        return f"React(target={self.target.hex()})"


class SetTimer(Tagged, frozen=True, tag=5):
    """How long messages live that either side writes once both have this."""

    id: Id
    lifetime_s: _Lifetime
    at: _Time  # the newer wish holds on both sides; of two equal ones that with the greater id


class NewKey(Tagged, frozen=True, tag=16):
    """The sender goes by another identity key from now on."""

    id: Id
    key: Annotated[bytes, Meta(min_length=32, max_length=32)]  # X25519 public key
    at: _Time


class Mailbox(msgspec.Struct, frozen=True, array_like=True):
    """Where at a relay we fetch what you leave there for us; docs/relay.md."""

    host: Host
    port: Port
    relay_key: _Bytes32  # X25519 public key of the relay
    mailbox: Annotated[bytes, Meta(min_length=MAILBOX_ID_LEN, max_length=MAILBOX_ID_LEN)]
    secret: _Bytes32  # of the depositor
    chosen: bool  # by us: whoever has no relay may have a mailbox for us there too

    def __repr__(self) -> str:
        return f"Mailbox(host={self.host!r}, port={self.port})"


class Mailboxes(Tagged, frozen=True, tag=17):
    """All mailboxes that the sender has for the receiver now; none: write to me directly."""

    id: Id
    boxes: Annotated[tuple[Mailbox, ...], Meta(max_length=MAX_MAILBOXES)]
    at: _Time  # the newest list counts


class Addresses(Tagged, frozen=True, tag=18):
    """Where the sender can be dialled now; what a hello says, for whoever has no link."""

    id: Id
    addresses: Places
    at: _Time  # from then on they were true, by the sender's clock


class FileOffer(Tagged, frozen=True, tag=6):
    """A message that offers a file; its chunks come on the BULK channel once it is accepted."""

    id: Id  # of the message and of the file
    name: Annotated[str, Meta(min_length=1, max_length=MAX_FILE_NAME_LEN)]  # remote text
    size: Annotated[int, Meta(ge=0, le=MAX_FILE_LEN)]  # bytes
    kind: Annotated[str, Meta(max_length=MAX_KIND_LEN)]  # media type, a guess
    digest: _Bytes32  # SHA-256 of the whole
    key: _Bytes32  # of this file alone; each chunk opens under it and nothing else
    sent_at: _Time
    reply_to: Id | None = None
    lifetime_s: _Lifetime = 0

    def __repr__(self) -> str:
        return f"FileOffer(id={self.id.hex()})"


StepWord: TypeAlias = Literal[
    "accepted", "done", "paused", "resumed", "cancelled", "failed", "refused"
]


class FileStep(Tagged, frozen=True, tag=7):
    """One side says what it has done about a file."""

    id: Id
    target: Id  # the offer
    step: StepWord


class Receipt(Tagged, frozen=True, tag=8):
    """The sender has had these messages of the other side on screen."""

    id: Id
    read: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_RECEIPT_COUNT)]

    def __repr__(self) -> str:
        return f"Receipt(id={self.id.hex()})"


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A body that a later version of Hum wrote."""

    kind: int
    id: bytes
    raw: bytes = field(repr=False)  # the whole body, to be kept


class _Later(msgspec.Struct, frozen=True, array_like=True):
    kind: int
    id: Id  # the other fields are skipped


# Kinds by which an outbox knows what it holds.
EDIT_KIND, DELETE_KIND, REACT_KIND, TIMER_KIND, FILE_STEP_KIND = 2, 3, 4, 5, 7
RECEIPT_KIND, NEW_KEY_KIND, MAILBOXES_KIND, ADDRESSES_KIND = 8, 16, 17, 18
Change: TypeAlias = Edit | Delete | React | FileStep  # of an earlier message, its target
KnownBody: TypeAlias = (
    Heartbeat | Text | Change | SetTimer | NewKey | Mailboxes | Addresses | FileOffer | Receipt
)
Body: TypeAlias = KnownBody | Unsupported
_CODEC: Final[TaggedCodec[KnownBody]] = TaggedCodec(
    *(Heartbeat, Text, Edit, Delete, React, SetTimer, FileOffer, FileStep),
    *(Receipt, NewKey, Mailboxes, Addresses),
    union=KnownBody,
    max_len=MAX_BODY_LEN,
)
_LATER: Final = msgspec.msgpack.Decoder(_Later)


def encode_body(body: KnownBody) -> bytes:
    """Return the bytes of a body, at most MAX_BODY_LEN.

    Raises:
        ValueError: a field is out of its limits (a text of more than MAX_TEXT_LEN bytes of UTF-8).
    """
    data = _CODEC.encode(body)
    if _too_long(body):
        raise ValueError("a text field is longer than its limit in bytes")
    return data


def decode_body(data: bytes) -> Body:
    """Read what an envelope held.

    Raises:
        MalformedFrameError: anything but the canonical bytes of a body within its limits.
    """
    body = _CODEC.decode(data)
    if isinstance(body, Unknown):
        return _unsupported(body)
    if _too_long(body):
        raise MalformedFrameError("a text field is longer than its limit in bytes")
    return body


def _unsupported(body: Unknown) -> Unsupported:
    try:
        message_id = _LATER.decode(body.raw).id
    except DECODE_ERRORS as error:
        raise MalformedFrameError("a body without an id") from error
    return Unsupported(body.tag, message_id, body.raw)


def _too_long(body: KnownBody) -> bool:
    match body:
        case Text(text=text) | Edit(text=text):
            return len(text.encode()) > MAX_TEXT_LEN
        case React(emoji=emoji):
            return len(emoji.encode()) > MAX_EMOJI_LEN
        case FileOffer(name=name):
            return len(name.encode()) > MAX_FILE_NAME_LEN
        case _:
            return False
