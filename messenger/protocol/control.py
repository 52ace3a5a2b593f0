"""Frames of the CONTROL channel: greeting, consent, epoch exchange, acknowledgements, farewell.

Each is a msgpack array ``[tag, field, …]``. A tag, once given, never changes its meaning; a new
field is a new tag, which older versions ignore.

Source: docs/protocol.md, section 6.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from msgspec import Meta

from messenger.core.types import MAX_NAME_LEN, Fork
from messenger.protocol.tagged import Tagged, TaggedCodec, Unknown

PROTOCOL_VERSION: Final = 1
MAX_CONTROL_LEN: Final = 4096  # bytes of one frame; the longest Hello has about 1,500
MAX_HELLO_ADDRESSES: Final = 4  # as in the card, docs/protocol.md, section 2
MAX_HELLO_EPOCHS: Final = 8  # ids; twice what a session keeps, so that later versions keep more
MAX_HOST_LEN: Final = 255  # characters; RFC 1035, section 2.3.4
MAX_ACK_IDS: Final = 64  # message ids in one frame

Id: TypeAlias = Annotated[bytes, Meta(min_length=16, max_length=16)]
_X25519Key: TypeAlias = Annotated[bytes, Meta(min_length=32, max_length=32)]
_KemKey: TypeAlias = Annotated[bytes, Meta(min_length=1184, max_length=1184)]
_KemCiphertext: TypeAlias = Annotated[bytes, Meta(min_length=1088, max_length=1088)]
Host: TypeAlias = Annotated[str, Meta(max_length=MAX_HOST_LEN, pattern=r"\A[\x21-\x7e]+\Z")]
_Word: TypeAlias = Annotated[str, Meta(max_length=64, pattern=r"\A[\x21-\x7e]+\Z")]
Port: TypeAlias = Annotated[int, Meta(ge=1, le=65_535)]
Places = Annotated[tuple[tuple[Host, Port], ...], Meta(max_length=MAX_HELLO_ADDRESSES)]


class GoodbyeReason(StrEnum):
    """Why a side ends a link on purpose."""

    DECLINED = "declined"  # the request was declined, or the contact is blocked
    REMOVED = "removed"  # the contact was removed
    SUPERSEDED = "superseded"  # another link between the same two took over
    KEY_CHANGE = "key_change"  # the contact is frozen because another key answered
    CLOSING = "closing"  # the program ends


class Hello(Tagged, frozen=True, tag=1):
    """The first frame of each side, and again whenever something in it changes."""

    version: Annotated[int, Meta(ge=1, le=65_535)]
    name: Annotated[str, Meta(max_length=MAX_NAME_LEN)]  # remote text: clean it before showing
    consent: bool  # we have added or accepted this peer
    epochs: Annotated[tuple[Id, ...], Meta(max_length=MAX_HELLO_EPOCHS)]  # held, newest first
    listen_port: Annotated[int, Meta(ge=0, le=65_535)]  # where we accept links; 0: nowhere
    addresses: Places


class EpochOffer(Tagged, frozen=True, tag=2):
    """One half of a hybrid exchange, from the initiator of the link."""

    base: Id | None  # the epoch it builds on; None: a fresh session
    ratchet_key: _X25519Key
    kem_key: _KemKey


class EpochAnswer(Tagged, frozen=True, tag=3):
    """The other half."""

    epoch: Id  # the id that both sides derived; another one means another secret
    ratchet_key: _X25519Key  # the peer's first ratchet key in this epoch
    kem_ciphertext: _KemCiphertext


class Ack(Tagged, frozen=True, tag=4):
    """These messages are committed on our disk (now or earlier)."""

    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_ACK_IDS)]


class Unreadable(Tagged, frozen=True, tag=5):
    """Envelopes of yours did not open: make a new epoch and seal what is unacknowledged again."""

    count: Annotated[int, Meta(ge=1, le=0xFFFF_FFFF)]  # on this link so far


class Goodbye(Tagged, frozen=True, tag=6):
    """The last frame before a link is closed on purpose."""

    reason: GoodbyeReason


class Lineage(Tagged, frozen=True, tag=16):
    """Behind the first Hello of a link: which start of the program speaks, and its memory.

    Said once more when the peer's run was new, which is then the one heard last.
    """

    run: Id  # of the sender's program, random, new at each start
    heard: Id | None  # the peer's run that the sender heard last, before this link
    epoch: Id | None  # the newest epoch that the sender holds and that worked
    opened: Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)]  # envelopes of the peer opened in it


class Forked(Tagged, frozen=True, tag=17):
    """The sender's key, or the receiver's, is used in more than one place."""

    fork: Fork
    own: bool  # the sender means its own key; else the receiver's


class LaneAsk(Tagged, frozen=True, tag=18):
    """May cells leave faster, both ways, for so long? See ``lane.py``."""

    minutes: Annotated[int, Meta(ge=1, le=60)]


class LaneAnswer(Tagged, frozen=True, tag=19):
    """The word of the person who was asked; a lane that is agreed on begins with it."""

    accept: bool


class BuildWord(Tagged, frozen=True, tag=20):
    """Which program the sender runs; with ``asks`` the receiver is asked to say the same."""

    version: _Word
    system: _Word  # that it was built for, or "source"
    fingerprint: Annotated[bytes, Meta(min_length=32, max_length=32)]  # over all its files
    asks: bool


ControlFrame: TypeAlias = (
    Hello
    | EpochOffer
    | EpochAnswer
    | Ack
    | Unreadable
    | Goodbye
    | Lineage
    | Forked
    | LaneAsk
    | LaneAnswer
    | BuildWord
)
_CODEC: Final[TaggedCodec[ControlFrame]] = TaggedCodec(
    Hello,
    EpochOffer,
    EpochAnswer,
    Ack,
    Unreadable,
    Goodbye,
    Lineage,
    Forked,
    LaneAsk,
    LaneAnswer,
    BuildWord,
    union=ControlFrame,
    max_len=MAX_CONTROL_LEN,
)


def encode_control(frame: ControlFrame) -> bytes:
    """Return the bytes of a frame.

    Raises:
        ValueError: a field is out of its limits.
    """
    return _CODEC.encode(frame)


def decode_control(data: bytes) -> ControlFrame | Unknown:
    """Read a frame; one that a later version added comes back as :class:`Unknown`.

    Raises:
        MalformedFrameError: anything but the canonical bytes of a frame within its limits.
    """
    return _CODEC.decode(data)


def merged(frames: Sequence[ControlFrame | Unknown]) -> list[ControlFrame | Unknown]:
    """Fold frames that came together: of hellos the newest counts, acknowledgements add up.

    A hello keeps the place of the first one; nothing else changes its order.
    """
    result: list[ControlFrame | Unknown] = []
    for frame in frames:
        before = next((i for i, f in enumerate(result) if type(f) is type(frame)), None)
        if isinstance(frame, Hello) and before is not None:
            result[before] = frame
        elif isinstance(frame, Ack) and result and isinstance(result[-1], Ack):
            result[-1] = Ack((*result[-1].ids, *frame.ids))
        else:
            result.append(frame)
    return result
