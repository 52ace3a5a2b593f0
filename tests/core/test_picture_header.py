"""What the first bytes of a picture say, whoever wrote them."""

import zlib
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.picture_header import (
    MAX_SIDE,
    PictureFormat,
    PictureHeader,
    format_of,
    orientation_of,
    read_header,
)


def png(width: int, height: int, depth: int = 8, colours: int = 2, after: bytes = b"") -> bytes:
    body = b"IHDR" + pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\x0d" + body + pack(">I", zlib.crc32(body)) + after


def exif(orientation: int, order: str = ">") -> bytes:
    mark = b"MM\0*" if order == ">" else b"II*\0"
    return mark + pack(f"{order}IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def jpeg(width: int, height: int, *segments: tuple[int, bytes], marker: int = 0xC2) -> bytes:
    frame = pack(">BHHB", 8, height, width, 3) + bytes(9)
    parts = [*segments, (marker, frame)]
    body = b"".join(b"\xff" + bytes([m]) + pack(">H", 2 + len(s)) + s for m, s in parts)
    return b"\xff\xd8" + body + b"\xff\xda"


def webp(kind: bytes, body: bytes) -> bytes:
    content = b"WEBP" + kind + pack("<I", len(body)) + body
    return b"RIFF" + pack("<I", len(content)) + content


HEADERS = {
    "png": (png(300, 20), PictureHeader(PictureFormat.PNG, 300, 20)),
    "jpeg": (jpeg(640, 480), PictureHeader(PictureFormat.JPEG, 640, 480)),
    "gif": (b"GIF89a" + pack("<HH", 7, 9), PictureHeader(PictureFormat.GIF, 7, 9)),
    "webp": (
        webp(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + pack("<HH", 0x4000 | 33, 44)),
        PictureHeader(PictureFormat.WEBP, 33, 44),
    ),
    "webp, lossless": (
        webp(b"VP8L", b"\x2f" + pack("<I", 99 | 199 << 14)),
        PictureHeader(PictureFormat.WEBP, 100, 200),
    ),
    "webp, extended": (
        webp(b"VP8X", b"\x02\0\0\0" + (15).to_bytes(3, "little") + (16).to_bytes(3, "little")),
        PictureHeader(PictureFormat.WEBP, 16, 17),
    ),
}


@pytest.mark.parametrize("name", HEADERS)
def test_every_format_tells_its_size(name: str) -> None:
    data, header = HEADERS[name]
    assert read_header(data) == header
    assert header.fits


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_is_cut_off_says_nothing_or_the_same(name: str) -> None:
    data, header = HEADERS[name]
    assert {read_header(data[:end]) for end in range(len(data))} <= {None, header}
    assert read_header(data[:9]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM" + bytes(60),
        b"II*\0" + bytes(60),
        b"\0\0\x01\0" + bytes(60),
        b"%PDF-1.7",
        b"P6 2 2 255\n" + bytes(12),
    ],
)
def test_other_formats_are_none(data: bytes) -> None:
    assert format_of(data) is None
    assert read_header(data) is None


@pytest.mark.parametrize(
    "data",
    [
        png(0, 5),
        png(5, 0),
        png(5, 5, depth=3),
        png(5, 5, colours=5),
        png(5, 5)[:-1] + b"!",
        jpeg(5, 0),
        jpeg(5, 5, marker=0xC4),
        b"\xff\xd8\xff\xd9",
        b"GIF89a" + bytes(4),
        webp(b"VP8L", b"\x2e" + bytes(4)),
        webp(b"VP8 ", bytes(20)),
        webp(b"ICCP", bytes(20)),
    ],
)
def test_a_header_that_makes_no_sense_is_none(data: bytes) -> None:
    assert read_header(data) is None


@pytest.mark.parametrize("size", [(20_000, 20_000), (MAX_SIDE + 1, 1), (8_000, 8_000)])
def test_what_is_too_large_does_not_fit(size: tuple[int, int]) -> None:
    header = read_header(png(*size))
    assert header is not None
    assert not header.fits


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", "<>")
def test_a_picture_that_lies_on_its_side_is_shown_upright(orientation: int, order: str) -> None:
    block = b"Exif\0\0" + exif(orientation, order)
    header = read_header(jpeg(40, 30, (0xE0, b"JFIF\0"), (0xE1, block)))
    assert header is not None
    assert header.orientation == orientation
    assert header.shown_size == ((40, 30) if orientation < 5 else (30, 40))


def test_a_png_says_how_it_is_turned_before_its_pixels() -> None:
    block = exif(6)
    said = pack(">I", len(block)) + b"eXIf" + block + bytes(4)
    header = read_header(png(40, 30, after=said))
    assert header is not None
    assert header.shown_size == (30, 40)
    late = read_header(png(40, 30, after=pack(">I", 0) + b"IDAT" + bytes(4) + said))
    assert late is not None
    assert late.shown_size == (40, 30)


@pytest.mark.parametrize("block", [b"", b"MM", exif(0), exif(9), exif(6)[:12], b"XX" + exif(6)[2:]])
def test_an_exif_block_that_says_nothing_turns_nothing(block: bytes) -> None:
    assert orientation_of(block) is None


@given(st.sampled_from(["png", "jpeg", "gif", "webp", "webp, extended"]), st.binary(max_size=300))
def test_no_bytes_behind_the_right_first_ones_break_it(name: str, data: bytes) -> None:
    header = read_header(HEADERS[name][0][:12] + data)
    assert header is None or (header.width > 0 and header.height > 0)
