"""What the fuzz targets share: what a target is, and what counts as broken."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

from messenger.core.errors import CryptoError, RemoteProtocolError

Target = Callable[[bytes], None]
Form = TypeVar("Form", bytes, str)
Found = TypeVar("Found")
Refusals = type[Exception] | tuple[type[Exception], ...]

# What whoever reads a peer's bytes may raise; LocalProtocolError is not among it: that is our bug.
REMOTE = (CryptoError, RemoteProtocolError)


class BrokenError(AssertionError):
    """A rule of ours does not hold."""


def same(got: Any, wanted: Any, rule: str) -> None:
    """Raise :class:`BrokenError` unless both are equal."""
    if got != wanted:
        raise BrokenError(f"{rule}: {got!r} is not {wanted!r}"[:2000])


def holds(condition: bool, rule: str) -> None:
    """Raise :class:`BrokenError` unless ``condition`` holds."""
    if not condition:
        raise BrokenError(rule)


def encodes_back(
    data: Form,
    decode: Callable[[Form], Found],
    encode: Callable[[Found], Form],
    what: str,
    *,
    refusals: Refusals = REMOTE,
) -> Found | None:
    """Hold that what is accepted encodes back to the very form it was read from.

    Returns:
        What was read; None where it was refused as it should be.
    """
    try:
        found = decode(data)
    except refusals:
        return None
    same(encode(found), data, f"{what} encodes back")
    return found


_PLACE_LEN = 2  # bytes


def cut(data: bytes, count: int) -> list[bytes]:
    """Cut bytes into ``count`` parts at places that the first bytes choose, so a fuzzer can steer.

    The parts together are ``data`` without its first ``2 * (count - 1)`` bytes.
    """
    chosen, rest = data[: _PLACE_LEN * (count - 1)], data[_PLACE_LEN * (count - 1) :]
    places = [chosen[at : at + _PLACE_LEN] for at in range(0, len(chosen), _PLACE_LEN)]
    wished = [int.from_bytes(place, "big") * len(rest) // 65_535 for place in places]
    at = [0] * (count - 1 - len(wished)) + sorted(wished)
    return [rest[start:end] for start, end in pairwise([0, *at, len(rest)])]


def joined(*parts: bytes) -> bytes:
    """Return bytes that :func:`cut` cuts into these parts, of at most 64 KiB in all."""
    rest, places, at = b"".join(parts), b"", 0
    for part in parts[:-1]:
        at += len(part)
        places += (-(-at * 65_535 // len(rest))).to_bytes(_PLACE_LEN, "big")
    return places + rest


def text_of(data: bytes) -> str:
    """Make a text of any bytes, half characters (surrogates) included where they are spelt out."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def damaged(data: bytes, changes: bytes) -> bytes:
    """Apply ``changes`` to ``data``: each 3 bytes are a place and what is XORed there."""
    changed = bytearray(data)
    for at in range(0, len(changes) - 2, 3):
        place = int.from_bytes(changes[at : at + 2], "big") % len(changed)
        changed[place] ^= changes[at + 2]
    return bytes(changed)
