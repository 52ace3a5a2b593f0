"""Pictures lose what they tell besides, and not one pixel."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageReader

from messenger.core.errors import InputError
from messenger.engine.image_metadata import strip_metadata

CANARY = b"canary 52.5163N 13.3777E"


def drawn(kind: str) -> bytes:
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    for x in range(20):
        for y in range(10):
            image.setPixelColor(x, y, QColor(12 * x, 25 * y, 128))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def shown(data: bytes, *, turned: bool = False) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(turned)
    image = reader.read()
    assert not image.isNull(), reader.errorString()
    return image


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def tiff(orientation: int) -> bytes:
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    entries += struct.pack("<HHII", 0x010E, 2, len(CANARY), 38)
    return b"II*\0" + struct.pack("<IH", 8, 2) + entries + b"\0\0\0\0" + CANARY


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + checksum


def talkative_jpeg(orientation: int = 1) -> bytes:
    plain = drawn("JPG")
    told = segment(0xE1, b"Exif\0\0" + tiff(orientation))
    told += segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + CANARY)
    told += segment(0xED, b"Photoshop 3.0\0" + CANARY) + segment(0xFE, CANARY)
    told += segment(0xE2, b"ICC_PROFILE\0\x01\x01" + b"profile")
    return plain[:2] + told + plain[2:] + b"trailer " + CANARY


def test_a_jpeg_keeps_pixels_profile_and_orientation_only() -> None:
    data = talkative_jpeg(6)
    clean = strip_metadata(data)
    assert CANARY not in clean
    assert b"ICC_PROFILE\0" in clean
    assert clean.endswith(b"\xff\xd9")
    assert shown(clean) == shown(data)
    assert shown(clean, turned=True).height() == shown(data, turned=True).height() == 20
    assert strip_metadata(clean) == clean


def test_an_upright_jpeg_needs_no_exif() -> None:
    assert b"Exif" not in strip_metadata(talkative_jpeg(1))


def test_a_png_keeps_pixels_and_colours_only() -> None:
    plain = drawn("PNG")
    head, rest = plain[:33], plain[33:]
    told = chunk(b"tEXt", b"Comment\0" + CANARY) + chunk(b"zTXt", b"a\0\0" + CANARY)
    told += chunk(b"iTXt", CANARY) + chunk(b"tIME", b"\x07\xea\x0b\x15\x04\x00\x00")
    told += chunk(b"eXIf", tiff(8)) + chunk(b"prVt", CANARY) + chunk(b"gAMA", b"\0\0\xb1\x8f")
    data = head + told + rest + CANARY
    clean = strip_metadata(data)
    assert CANARY not in clean
    assert b"tIME" not in clean
    assert b"gAMA" in clean
    assert b"eXIf" in clean
    assert shown(clean) == shown(data)


def webp_chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def test_a_webp_keeps_pixels_and_its_flags_are_right() -> None:
    plain = drawn("WEBP") if b"webp" in QImageReader.supportedImageFormats() else None
    body = plain[12:] if plain else webp_chunk(b"VP8L", b"\x2f\0\0\0\0")
    flags = webp_chunk(b"VP8X", bytes([0x0C, 0, 0, 0, 19, 0, 0, 9, 0, 0]))
    told = webp_chunk(b"EXIF", tiff(1)) + webp_chunk(b"XMP ", CANARY)
    if body[:4] == b"VP8X":
        body = body[18:]
    content = b"WEBP" + flags + body + told
    data = b"RIFF" + len(content).to_bytes(4, "little") + content
    clean = strip_metadata(data)
    assert CANARY not in clean
    assert clean[20] == 0
    assert int.from_bytes(clean[4:8], "little") == len(clean) - 8
    if plain:
        assert shown(clean) == shown(plain)


def test_a_gif_keeps_its_pictures_timing_and_loops() -> None:
    control, loops = b"!\xf9\x04\x04\x0a\0\0\0", b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    comment = b"!\xfe" + bytes([len(CANARY)]) + CANARY + b"\0"
    xmp = b"!\xff\x0bXMP DataXMP" + bytes([len(CANARY)]) + CANARY + b"\0"
    picture = b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0"
    head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"
    data = head + loops + comment + xmp + control + picture + b";" + CANARY
    clean = strip_metadata(data)
    assert clean == head + loops + control + picture + b";"
    assert shown(clean) == shown(data)


@pytest.mark.parametrize("kind", ["JPG", "PNG"])
def test_what_is_cut_short_is_refused(kind: str) -> None:
    data = drawn(kind)
    for length in (*range(0, 64, 7), len(data) // 2, len(data) - 3):
        with pytest.raises(InputError):
            strip_metadata(data[:length])


@given(
    st.binary(max_size=300),
    st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF"]),
)
def test_garbage_is_refused_or_comes_out_a_picture(garbage: bytes, start: bytes) -> None:
    data = start + (b"\x40\0\0\0WEBP" if start == b"RIFF" else b"") + garbage
    try:
        clean = strip_metadata(data)
    except InputError:
        return
    assert strip_metadata(clean) == clean
