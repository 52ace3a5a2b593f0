"""Strict msgpack for families of small structs, each an array that opens with its tag.

What a peer sent is accepted only if we would have written the very same bytes. A tag that
we do not know is a later version's word: it comes back as :class:`Unknown` and is ignored or
kept, never taken for damage.

Source: docs/protocol.md, sections 6 and 8; MessagePack specification.
"""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import MalformedFrameError

T = TypeVar("T")


class Tagged(msgspec.Struct, frozen=True, array_like=True):
    """Base of every struct of such a family; subclasses name their integer ``tag``."""


class _Head(msgspec.Struct, frozen=True, array_like=True):
    tag: int  # the first element; the others are skipped


@dataclass(frozen=True, slots=True)
class Unknown:
    """An element of the family that a later version added."""

    tag: int
    raw: bytes = field(repr=False)  # as it came


class TaggedCodec(Generic[T]):
    """Encodes and decodes one family: ``kinds`` are its classes, ``max_len`` bytes its limit."""

    def __init__(self, *kinds: type[Tagged], union: Any, max_len: int) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(union)
        self._head = msgspec.msgpack.Decoder(_Head)
        self._max_len = max_len
        self._tags = frozenset(int(str(kind.__struct_config__.tag)) for kind in kinds)

    def encode(self, value: T) -> bytes:
        """Return the canonical bytes of ``value``.

        Raises:
            ValueError: the peer would refuse it (a field out of its limits, or too long).
        """
        data = self._encoder.encode(value)
        try:
            self.decode(data)
        except MalformedFrameError as error:
            raise ValueError(str(error)) from error
        return data

    def decode(self, data: bytes) -> T | Unknown:
        """Read one struct of the family.

        Raises:
            MalformedFrameError: too long, a wrong shape or length of a field, or not the bytes
                that :meth:`encode` would have written.
        """
        if len(data) > self._max_len:
            raise MalformedFrameError(f"more than {self._max_len} bytes")
        try:
            value = self._decoder.decode(data)
        except DECODE_ERRORS as error:
            if (unknown := self._unknown(data)) is not None:
                return unknown
            raise MalformedFrameError(_reason(error)) from error
        if self._encoder.encode(value) != data:
            raise MalformedFrameError("not the canonical encoding")
        return value

    def _unknown(self, data: bytes) -> Unknown | None:
        try:
            tag = self._head.decode(data).tag
        except DECODE_ERRORS:
            return None
        later = tag > min(self._tags) and tag not in self._tags
        return Unknown(tag, data) if later else None


def _reason(error: Exception) -> str:
    """Say which field is wrong and what belongs there, never what stood there.

    msgspec repeats a word that is none of those it knows; its other texts name types and paths.
    """
    if not isinstance(error, msgspec.ValidationError):
        return "not msgpack"
    said, at, place = str(error).rpartition(" - at ")
    return f"an unknown word - at {place}" if said.startswith("Invalid ") else said + at + place
