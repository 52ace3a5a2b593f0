"""Pictures without what they tell about place, time, camera and person; no pixel is changed.

Works on the containers only: compressed image data is copied as it is. Colour profiles stay, and
of a JPEG's Exif the orientation alone, in a fresh block. What is not understood is refused, never
passed on; so is data behind the end of a picture left out, where cameras hide films.

Source: ITU-T T.81, annex B (JPEG); Exif 2.32, section 4.6; PNG, third edition; RFC 9649 (WebP);
GIF89a specification.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from messenger.core.errors import InputError
from messenger.core.picture_header import orientation_of

MAX_IMAGE_LEN: Final = 64 << 20  # bytes that are looked at in memory; ours

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
# What an image needs to look the same; every other chunk of a PNG is left out.
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP"}
    | {b"sBIT", b"bKGD", b"hIST", b"pHYs", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT"}
)
_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_VP8X_METADATA: Final = 0x08 | 0x04  # flags: Exif, XMP
_GIF_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often an animation runs
_SOI, _EOI, _SOS, _COM, _DAC, _APP0, _APP1 = 0xD8, 0xD9, 0xDA, 0xFE, 0xCC, 0xE0, 0xE1
_APP2, _APP14, _APP15 = 0xE2, 0xEE, 0xEF
_ORIENTATION: Final = 0x0112  # tag; a SHORT from 1 to 8


def strip_metadata(data: bytes) -> bytes:
    """Return the same picture without what it tells besides.

    Raises:
        InputError: it is no whole JPEG, PNG, WebP or GIF; then nothing is known about it.
    """
    try:
        if data.startswith(b"\xff\xd8"):
            return _strip_jpeg(data)
        if data.startswith(_PNG_START):
            return _strip_png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _strip_webp(data)
        if data[:6] in {b"GIF87a", b"GIF89a"}:
            return _strip_gif(data)
    except (IndexError, struct.error, ValueError) as error:
        raise InputError(_REFUSAL) from error
    raise InputError(_REFUSAL)


_REFUSAL: Final = (
    "The details of this file cannot be removed: it is no picture that Hum understands."
)


def _cut(data: bytes, start: int, length: int) -> bytes:
    """Return exactly ``length`` bytes."""
    part = data[start : start + length]
    if length < 0 or len(part) != length:
        raise ValueError("a damaged picture")
    return part


# -- JPEG -----------------------------------------------------------------------------------------


def _strip_jpeg(data: bytes) -> bytes:
    orientation, placed = 1, False
    head, body = bytearray(b"\xff\xd8"), bytearray()
    for marker, segment in _jpeg_parts(data):
        if marker == _APP1 and segment[4:10] == b"Exif\0\0":
            orientation = orientation_of(segment[10:]) or orientation
        elif marker == _APP0 and segment[4:9] == b"JFIF\0":
            head += _plain_jfif(segment)
        elif _jpeg_keeps(marker, segment):
            body += segment
        placed = placed or marker == _SOS
    if not placed:
        raise ValueError("a damaged picture")
    if orientation != 1:
        head += _exif_of(orientation)
    return bytes(head + body)


def _plain_jfif(segment: bytes) -> bytes:
    """Return the JFIF header without its thumbnail, which may show what was cut away."""
    _cut(segment, 0, 18)
    return segment[:2] + (16).to_bytes(2, "big") + segment[4:16] + b"\0\0"


def _jpeg_keeps(marker: int, segment: bytes) -> bool:
    if marker == _COM:
        return False
    if _APP0 <= marker <= _APP15:
        profile = marker == _APP2 and segment[4:16] == b"ICC_PROFILE\0"
        return profile or (marker == _APP14 and segment[4:9] == b"Adobe")
    return True


def _jpeg_parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each marker with its segment; a scan's data belongs to its SOS. Ends with EOI."""
    position = 2
    while True:
        if data[position] != 0xFF:
            raise ValueError("a damaged picture")
        while data[position + 1] == 0xFF:  # fill bytes
            position += 1
        marker = data[position + 1]
        if marker == _EOI:
            yield marker, b"\xff\xd9"
            return
        if marker in {0x00, 0x01, _SOI} or 0xD0 <= marker <= 0xD7:
            raise ValueError("a damaged picture")
        length = int.from_bytes(_cut(data, position + 2, 2), "big")
        if length < 2:
            raise ValueError("a damaged picture")
        end = position + 2 + length
        segment = _cut(data, position, 2 + length)
        if marker == _SOS:
            scan_end = _scan_end(data, end)
            segment += data[end:scan_end]
            end = scan_end
        yield marker, segment
        position = end


def _scan_end(data: bytes, position: int) -> int:
    """Return where the entropy-coded data ends: at a marker that is no restart."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 1 >= len(data):
            raise ValueError("a damaged picture")
        following = data[position + 1]
        if following == 0xFF:
            position += 1
        elif following == 0x00 or 0xD0 <= following <= 0xD7:
            position += 2
        else:
            return position


def _exif_of(orientation: int) -> bytes:
    """Return an APP1 segment that says how to turn the picture, and nothing else."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + (2 + 6 + len(tiff)).to_bytes(2, "big") + b"Exif\0\0" + tiff


# -- PNG ------------------------------------------------------------------------------------------


def _strip_png(data: bytes) -> bytes:
    out = bytearray(_PNG_START)
    orientation: int | None = None
    header_end = position = len(_PNG_START)
    kind = b""
    while kind != b"IEND":
        length = int.from_bytes(_cut(data, position, 4), "big")
        chunk = _cut(data, position, 12 + length)
        kind = chunk[4:8]
        if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            raise ValueError("a damaged picture")
        if (kind == b"IHDR") != (position == len(_PNG_START)):
            raise ValueError("a damaged picture")
        if kind == b"eXIf":
            orientation = orientation_of(chunk[8:-4])
        elif kind == b"iCCP":
            out += _nameless_profile(chunk)
        elif kind in _PNG_KEPT:
            out += chunk
        elif not kind[0] & 0x20:  # a chunk without which it cannot be shown
            raise ValueError("a damaged picture")
        if kind == b"IHDR":
            header_end = len(out)
        position += len(chunk)
    if orientation not in {None, 1}:
        assert orientation is not None
        out[header_end:header_end] = _png_chunk(b"eXIf", _exif_of(orientation)[10:])
    return bytes(out)


def _nameless_profile(chunk: bytes) -> bytes:
    """Return a colour profile under a name that says nothing."""
    name, zero, rest = chunk[8:-4].partition(b"\0")
    if not zero or not 1 <= len(name) <= 79:
        raise ValueError("a damaged picture")
    return _png_chunk(b"iCCP", b"icc\0" + rest)


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return len(content).to_bytes(4, "big") + checked + zlib.crc32(checked).to_bytes(4, "big")


# -- WebP -----------------------------------------------------------------------------------------


def _strip_webp(data: bytes) -> bytes:
    end = 8 + int.from_bytes(_cut(data, 4, 4), "little")
    _cut(data, 0, end)
    kept = bytearray(b"WEBP")
    orientation: int | None = None
    position = 12
    while position < end:
        kind = _cut(data, position, 4)
        length = int.from_bytes(_cut(data, position + 4, 4), "little")
        padded = 8 + length + length % 2
        if position + padded > end:
            raise ValueError("a damaged picture")
        chunk = _cut(data, position, padded)
        if kind == b"EXIF":
            content = chunk[8 : 8 + length]
            orientation = orientation_of(content.removeprefix(b"Exif\0\0"))
        elif kind == b"VP8X":
            _cut(chunk, 0, 18)
            kept += chunk[:8] + bytes([chunk[8] & ~_VP8X_METADATA]) + chunk[9:]
        elif kind in _WEBP_KEPT:
            kept += chunk
        position += padded
    if not {b"VP8 ", b"VP8L", b"ANMF"} & {bytes(kind) for kind in _webp_kinds(kept)}:
        raise ValueError("a damaged picture")
    if orientation not in {None, 1}:
        raise InputError(
            "The details of this picture cannot be removed: it would be shown turned around."
        )
    return b"RIFF" + len(kept).to_bytes(4, "little") + bytes(kept)


def _webp_kinds(content: bytearray) -> Iterator[bytearray]:
    position = 4
    while position < len(content):
        yield content[position : position + 4]
        length = int.from_bytes(content[position + 4 : position + 8], "little")
        position += 8 + length + length % 2


# -- GIF ------------------------------------------------------------------------------------------


def _strip_gif(data: bytes) -> bytes:
    position = 13 + _colours_len(data[10])
    out = bytearray(_cut(data, 0, position))
    while data[position] != 0x3B:
        if data[position] == 0x2C:
            start = position + 10 + _colours_len(data[position + 9]) + 1
            end = _blocks_end(data, start)
            keep = True
        elif data[position] == 0x21:
            end = _blocks_end(data, position + 2)
            keep = _gif_keeps(data[position:end])
        else:
            raise ValueError("a damaged picture")
        if keep:
            out += data[position:end]
        position = end
    return bytes(out + b";")


def _colours_len(packed: int) -> int:
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _blocks_end(data: bytes, position: int) -> int:
    """Return what follows a row of sub-blocks."""
    while data[position]:
        position += 1 + data[position]
    return position + 1


def _gif_keeps(extension: bytes) -> bool:
    """Timing and transparency, and how often it runs: no comments, texts, or others' data."""
    label = extension[1]
    loops = label == 0xFF and extension[3:14] in _GIF_LOOPS
    return label == 0xF9 or (loops and len(extension) == 19)
