"""Padding that hides how long a plaintext is: one 0x80, then zeros (ISO/IEC 7816-4).

Applied before sealing, so the authentication tag covers it and unpadding needs no constant time.
"""

from typing import Final

from messenger.core.errors import MalformedFrameError

MIN_PADDING_LEN: Final = 1  # bytes that even the shortest padding takes

_MARK: Final = b"\x80"


def pad(data: bytes, length: int | None = None) -> bytes:
    """Append the mark, and zeros up to ``length`` bytes in all; None: the mark alone.

    Raises:
        ValueError: ``data`` and its mark do not fit into ``length`` bytes.
    """
    if length is None:
        return data + _MARK
    if len(data) + MIN_PADDING_LEN > length:
        raise ValueError(f"{len(data)} bytes do not fit into {length} with their padding")
    return (data + _MARK).ljust(length, b"\0")


def unpad(padded: bytes) -> bytes:
    """Return what :func:`pad` was given.

    Raises:
        MalformedFrameError: no mark, or something but zeros behind the last one.
    """
    data, mark, zeros = padded.rpartition(_MARK)
    if not mark or zeros.strip(b"\0"):
        raise MalformedFrameError("no padding where it must be")
    return data
