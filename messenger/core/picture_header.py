"""What the beginning of a picture says: its format, how large it is and how it is turned.

Four formats and no others, told by their first bytes and by a header that makes sense; nothing is
guessed from a name, and no pixel is looked at. Pure: bytes in, values out, bounded in time.

Source: PNG, third edition, sections 5.2 and 11.2.1; ITU-T T.81, annex B (JPEG); GIF89a
specification, section 18; RFC 9649 (WebP), sections 2.5 to 2.7; Exif 2.32, section 4.6.
"""

import struct
import zlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from messenger.core.frozen import frozen

MAX_PICTURE_LEN: Final = 32 << 20  # bytes of a file that is decoded; ours
MAX_PIXEL_COUNT: Final = 40_000_000  # above what most cameras and screens give
MAX_SIDE: Final = 16_384  # pixels
MAX_PREVIEW_LEN: Final = 2 << 20  # bytes of a small copy that is kept; ours
HEAD_LEN: Final = 1 << 20  # bytes in which a header has to stand; colour profiles come before it

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_PNG_IHDR: Final = b"\x00\x00\x00\x0dIHDR"
_PNG_DEPTHS: Final = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF markers
_JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a segment
_JPEG_ENDS: Final = frozenset({0xD8, 0xD9, 0xDA})  # no header stands behind one of these
_APP1: Final = 0xE1
_EXIF: Final = b"Exif\0\0"
_ORIENTATION: Final = 0x0112  # tag; a SHORT from 1 to 8
_SHORT: Final = 3
_UPRIGHT: Final = 1  # orientation of most pictures
_LYING: Final = 5  # from this orientation on a picture lies on its side


class PictureFormat(StrEnum):
    """The formats that are decoded; the values are their names in Qt."""

    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"


@frozen
class PictureHeader:
    """What a header says."""

    format: PictureFormat
    width: int  # pixels, as they are stored
    height: int
    orientation: int = _UPRIGHT  # 1 to 8, as Exif counts

    @property
    def lying(self) -> bool:
        """Whether the picture is shown with its sides exchanged."""
        return self.orientation >= _LYING

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height of the picture as it is shown."""
        return (self.height, self.width) if self.lying else (self.width, self.height)

    @property
    def fits(self) -> bool:
        """Whether the picture is small enough to be decoded."""
        sides = self.width, self.height
        return max(sides) <= MAX_SIDE and self.width * self.height <= MAX_PIXEL_COUNT


def format_of(head: bytes) -> PictureFormat | None:
    """Return the format that the first 12 bytes announce, or None."""
    if head.startswith(_PNG_START):
        return PictureFormat.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return PictureFormat.JPEG
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        return PictureFormat.GIF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return PictureFormat.WEBP
    return None


def read_header(head: bytes) -> PictureHeader | None:
    """Read the header of a picture; None for anything else, and for one without an area.

    Args:
        head: the first HEAD_LEN bytes of a file, or all of a shorter one.
    """
    found = format_of(head)
    if found is None:
        return None
    read = {
        PictureFormat.PNG: _read_png,
        PictureFormat.JPEG: _read_jpeg,
        PictureFormat.GIF: _read_gif,
        PictureFormat.WEBP: _read_webp,
    }[found]
    try:
        header = read(head)
    except (struct.error, IndexError):
        return None
    return header if header is not None and header.width and header.height else None


def orientation_of(tiff: bytes) -> int | None:
    """Read the orientation out of an Exif block; None where it says nothing that counts."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return None
        start = struct.unpack_from(f"{order}I", tiff, 4)[0]
        count = struct.unpack_from(f"{order}H", tiff, start)[0]
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == _ORIENTATION and kind == _SHORT and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return None
    return None


# -- PNG ------------------------------------------------------------------------------------------


def _read_png(head: bytes) -> PictureHeader | None:
    at = len(_PNG_START)
    checked = head[at + 4 : at + 21]
    if head[at : at + 8] != _PNG_IHDR or head[at + 21 : at + 25] != _crc(checked):
        return None
    width, height, depth, colours = struct.unpack_from(">IIBB", head, at + 8)
    if depth not in _PNG_DEPTHS.get(colours, ()):
        return None
    return PictureHeader(PictureFormat.PNG, width, height, _png_orientation(head, at + 25))


def _png_orientation(head: bytes, position: int) -> int:
    """Look for the Exif block among the chunks before the pixels."""
    while len(head) >= position + 8:
        length, kind = struct.unpack_from(">I4s", head, position)
        if kind == b"IDAT":
            break
        if kind == b"eXIf":
            return orientation_of(head[position + 8 : position + 8 + length]) or _UPRIGHT
        position += 12 + length
    return _UPRIGHT


def _crc(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")


# -- JPEG -----------------------------------------------------------------------------------------


def _read_jpeg(head: bytes) -> PictureHeader | None:
    orientation = _UPRIGHT
    for marker, segment in _jpeg_segments(head):
        if marker == _APP1 and segment.startswith(_EXIF):
            orientation = orientation_of(segment[len(_EXIF) :]) or orientation
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", segment, 1)
            return PictureHeader(PictureFormat.JPEG, width, height, orientation)
    return None


def _jpeg_segments(head: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield markers with what stands in their segments, up to the first scan."""
    position = 2
    while head[position] == 0xFF:
        marker = head[position + 1]
        if marker == 0xFF:  # a marker may be filled up in front
            position += 1
        elif marker in _JPEG_BARE:
            position += 2
        elif marker in _JPEG_ENDS:
            return
        else:
            length = struct.unpack_from(">H", head, position + 2)[0]
            yield marker, head[position + 4 : position + 2 + length]
            position += 2 + max(length, 2)


# -- GIF and WebP ---------------------------------------------------------------------------------


def _read_gif(head: bytes) -> PictureHeader | None:
    width, height = struct.unpack_from("<HH", head, 6)
    return PictureHeader(PictureFormat.GIF, width, height)


def _read_webp(head: bytes) -> PictureHeader | None:
    size = _webp_size(head)
    return None if size is None else PictureHeader(PictureFormat.WEBP, *size)


def _webp_size(head: bytes) -> tuple[int, int] | None:
    match head[12:16]:
        case b"VP8 " if head[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", head, 26)
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L" if head[20] == 0x2F:
            packed = struct.unpack_from("<I", head, 21)[0]
            return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
        case b"VP8X":
            sides = head[24:30]
            if len(sides) < 6:
                return None
            return (
                int.from_bytes(sides[:3], "little") + 1,
                int.from_bytes(sides[3:], "little") + 1,
            )
        case _:
            return None
