"""Bytes in, blocks of 16 bits out, with room for the errors of a neural cipher.

A block carries 11 data bits in an extended Hamming code: one wrong bit is corrected, two are
noticed. Every 32 blocks end in a CRC-16, so that three wrong bits in a block cost 32 blocks and not
the whole text; over the text stands its length and a CRC-32. None of it is secret or authentic.

Source: Hamming 1950, "Error detecting and error correcting codes", sections 3 and 4; CRC-CCITT.
"""

import binascii
import hashlib
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from messenger.core.errors import InputError, MalformedFrameError
from messenger.lab.network import Floats
from messenger.lab.trio import BITS

DATA_BITS: Final = 11  # of the BITS of a block
MAX_TEXT_LEN: Final = 8_192  # bytes of UTF-8
_HEAD_LEN: Final = 2  # length of the text, big endian
_CRC_LEN: Final = 4
SEGMENT: Final = 32  # blocks
_SEGMENT_LEN: Final = SEGMENT * DATA_BITS // 8  # bytes of data, the last two are the CRC-16
_INNER_CRC_LEN: Final = 2
_PAYLOAD_LEN: Final = _SEGMENT_LEN - _INNER_CRC_LEN

_PLACES: Final = np.array([3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15])  # of the data bits
_CHECKS: Final = np.array([1, 2, 4, 8])
_NUMBERS: Final = (np.arange(BITS)[:, None] >> np.arange(4)) & 1  # place -> its number, in bits


class DamagedTextError(MalformedFrameError):
    """All blocks decoded, but length or CRC do not fit: some block has three wrong bits."""

    kind = "damaged_text"


def to_blocks(text: bytes) -> Floats:
    """Encode a text of at most MAX_TEXT_LEN bytes into ``(blocks, BITS)`` floats of -1 and 1.

    Raises:
        InputError: The text is too long.
    """
    if len(text) > MAX_TEXT_LEN:
        raise InputError(f"a text of the laboratory has at most {MAX_TEXT_LEN} bytes")
    body = len(text).to_bytes(_HEAD_LEN, "big") + text
    body += zlib.crc32(body).to_bytes(_CRC_LEN, "big")
    parts = [
        body[start : start + _PAYLOAD_LEN].ljust(_PAYLOAD_LEN, b"\0")
        for start in range(0, len(body), _PAYLOAD_LEN)
    ]
    coded = b"".join(part + _inner_crc(part) for part in parts)
    data = np.unpackbits(np.frombuffer(coded, np.uint8)).reshape(-1, DATA_BITS).astype(np.int64)
    words = np.zeros((len(data), BITS), np.int64)
    words[:, _PLACES] = data
    words[:, _CHECKS] = words @ _NUMBERS % 2
    words[:, 0] = words.sum(axis=1) % 2
    return words.astype(np.float32) * np.float32(2) - np.float32(1)


def correct(read: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Correct one wrong bit per block.

    Args:
        read: ``(blocks, BITS)``; the signs are the bits.

    Returns:
        The data bits ``(blocks, DATA_BITS)``, and which blocks cannot be corrected.
    """
    words = (read > 0).astype(np.int64)
    place = (words @ _NUMBERS % 2) @ (1 << np.arange(4))
    odd = words.sum(axis=1) % 2 == 1
    words[odd, place[odd]] ^= 1
    return words[:, _PLACES].astype(np.bool_), ~odd & (place != 0)


def scrambler(label: bytes, count: int) -> Floats:
    """Return signs ``(count, BITS)`` that everybody knows, to flip the bits of blocks with.

    Some plaintexts are read wrong under almost any key; flipped anew for each attempt, none stays
    one of them. No secret is involved: Eve undoes it as Bob does.
    """
    drawn = hashlib.shake_256(b"public" + label).digest(BITS // 8 * count)
    bits = np.unpackbits(np.frombuffer(drawn, np.uint8)).reshape(count, BITS)
    return bits.astype(np.float32) * np.float32(2) - np.float32(1)


def damaged_segments(data: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return, for each block, whether the CRC-16 of its segment does not fit."""
    parts = _segments(data)
    bad = [_inner_crc(part[:_PAYLOAD_LEN]) != part[_PAYLOAD_LEN:] for part in parts]
    return np.repeat(np.array(bad, np.bool_), SEGMENT)


def from_data(data: NDArray[np.bool_]) -> bytes:
    """Put the text back together.

    Raises:
        DamagedTextError: Length or CRC do not fit.
    """
    body = b"".join(part[:_PAYLOAD_LEN] for part in _segments(data))
    text_len = int.from_bytes(body[:_HEAD_LEN], "big")
    end = _HEAD_LEN + text_len
    if block_count(text_len) != len(data):
        raise DamagedTextError("the length of a text does not fit its blocks")
    if zlib.crc32(body[:end]) != int.from_bytes(body[end : end + _CRC_LEN], "big"):
        raise DamagedTextError("the CRC of a text does not fit")
    return body[_HEAD_LEN:end]


def raw_text(data: NDArray[np.bool_]) -> bytes:
    """Return what stands where the text is, right or wrong, with the filling behind it."""
    return b"".join(part[:_PAYLOAD_LEN] for part in _segments(data))[_HEAD_LEN:]


def block_count(text_len: int) -> int:
    """Return how many blocks a text of ``text_len`` bytes fills."""
    return SEGMENT * -(-(_HEAD_LEN + text_len + _CRC_LEN) // _PAYLOAD_LEN)


def _segments(data: NDArray[np.bool_]) -> list[bytes]:
    raw = np.packbits(data.ravel()).tobytes()
    return [raw[start : start + _SEGMENT_LEN] for start in range(0, len(raw), _SEGMENT_LEN)]


def _inner_crc(part: bytes) -> bytes:
    return binascii.crc_hqx(part, 0xFFFF).to_bytes(_INNER_CRC_LEN, "big")


MAX_BLOCKS: Final = block_count(MAX_TEXT_LEN)
