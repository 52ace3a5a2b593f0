"""Parcels: what an envelope in a mailbox holds, so that one of a fixed size carries all that fits.

A parcel is a msgpack array of items, each a byte string with a tag of its own: acknowledgements,
whole bodies, and pieces of bodies that are longer than the largest envelope of a relay. Parcels
exist in mailboxes only; on a link a body stands in an envelope by itself.

Source: docs/protocol.md, section 12.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import MalformedFrameError
from messenger.protocol.bodies import MAX_BODY_LEN
from messenger.protocol.control import MAX_ACK_IDS, Id
from messenger.protocol.envelope import ENVELOPE_OVERHEAD
from messenger.protocol.mailbox import Size
from messenger.protocol.tagged import Tagged, TaggedCodec, Unknown

MAX_ITEMS: Final = 1_024  # of one parcel; the shortest body has some 20 bytes
_ITEM_HEAD: Final = 3  # bytes of msgpack before a byte string of up to 64 KiB
_LIST_HEAD: Final = 3  # bytes of msgpack before the items
_PIECE_HEAD: Final = 40  # bytes around the data of a piece: tag, digest, two numbers, lengths


class Acks(Tagged, frozen=True, tag=1):
    """These bodies of yours are committed on our disk."""

    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_ACK_IDS)]


class Whole(Tagged, frozen=True, tag=2):
    """One body, as section 8 lays it out."""

    body: Annotated[bytes, Meta(min_length=1, max_length=MAX_BODY_LEN)]


class Piece(Tagged, frozen=True, tag=3):
    """A part of a body, named by what the whole comes to."""

    digest: Id  # SHA-256 of the whole body, its first 16 bytes
    at: Annotated[int, Meta(ge=0, le=MAX_BODY_LEN)]  # place of ``data`` in it
    total: Annotated[int, Meta(ge=1, le=MAX_BODY_LEN)]  # bytes of the whole
    data: Annotated[bytes, Meta(min_length=1, max_length=MAX_BODY_LEN)]


Item: TypeAlias = Acks | Whole | Piece
_CODEC: Final[TaggedCodec[Item]] = TaggedCodec(
    Acks, Whole, Piece, union=Item, max_len=MAX_BODY_LEN + _PIECE_HEAD
)
_LIST: Final = msgspec.msgpack.Decoder(Annotated[tuple[bytes, ...], Meta(max_length=MAX_ITEMS)])
_ENCODER: Final = msgspec.msgpack.Encoder()


def room(size: Size) -> int:
    """Return how many bytes the items of a parcel may have in an envelope of this size."""
    return size.length - ENVELOPE_OVERHEAD - _LIST_HEAD


def item_len(item: Item) -> int:
    """Return how many of these bytes an item takes."""
    return _ITEM_HEAD + len(_CODEC.encode(item))


def encode_parcel(items: Sequence[Item]) -> bytes:
    """Return the bytes of a parcel.

    Raises:
        ValueError: an item is out of its limits, or there are too many.
    """
    if len(items) > MAX_ITEMS:
        raise ValueError(f"a parcel has at most {MAX_ITEMS} items")
    return _ENCODER.encode(tuple(map(_CODEC.encode, items)))


def decode_parcel(data: bytes) -> list[Item]:
    """Read a parcel; items of a later version are left out.

    Raises:
        MalformedFrameError: anything but the canonical bytes of a parcel.
    """
    try:
        parts = _LIST.decode(data)
    except DECODE_ERRORS as error:
        raise MalformedFrameError("not a parcel") from error
    if _ENCODER.encode(parts) != data:
        raise MalformedFrameError("a parcel in another than its canonical encoding")
    items = map(_CODEC.decode, parts)
    return [item for item in items if not isinstance(item, Unknown)]


def digest_of(body: bytes) -> bytes:
    """Return what names a body that travels in pieces."""
    return hashlib.sha256(body).digest()[:16]


def pieces_of(body: bytes) -> Iterator[Piece]:
    """Cut a body into pieces, each of which fills a large envelope by itself."""
    step = room(Size.LARGE) - _ITEM_HEAD - _PIECE_HEAD
    digest = digest_of(body)
    for at in range(0, len(body), step):
        yield Piece(digest, at, len(body), body[at : at + step])


@dataclass(slots=True)
class Packing:
    """Items that go into one envelope together, in order, for as long as they fit."""

    items: list[Item]
    length: int = 0

    @classmethod
    def begin(cls, items: Sequence[Item] = ()) -> "Packing":
        """Begin with items that are known to fit."""
        return cls(list(items), sum(map(item_len, items)))

    def add(self, item: Item) -> bool:
        """Put an item in; False if it does not fit any more."""
        length = self.length + item_len(item)
        if length > room(Size.LARGE) or len(self.items) >= MAX_ITEMS:
            return False
        self.items.append(item)
        self.length = length
        return True

    @property
    def size(self) -> Size:
        """The smaller envelope that holds all of it."""
        return Size.SMALL if self.length <= room(Size.SMALL) else Size.LARGE
