"""Pictures that somebody made to hurt whoever looks at them, and harmless ones to compare with."""

import zlib
from struct import pack

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
RED, GREEN, BLUE = 0xFFFF0000, 0xFF00FF00, 0xFF0000FF


def encoded(image: QImage, name: str, quality: int = 95) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, name, quality)
    return bytes(buffer.data().data())


def flag(width: int = 120, height: int = 60) -> QImage:
    """Red at the upper left, green at the upper right, blue below: shows how it is turned."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor.fromRgba(BLUE))
    for y in range(height // 2):
        for x in range(width):
            image.setPixel(x, y, RED if x < width // 2 else GREEN)
    return image


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *more: bytes, depth: int = 1, colours: int = 0) -> bytes:
    """A whole black PNG; its rows take next to nothing compressed."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    row = b"\0" + bytes((width * depth * channels + 7) // 8)
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0))
    return PNG_HEAD + head + b"".join(more) + chunk(b"IDAT", packed) + chunk(b"IEND")


def lying_png(width: int, height: int, inflated: int) -> bytes:
    """A small PNG with pixels that inflate to far more than they should."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(inflated >> 20))
    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return PNG_HEAD + head + chunk(b"IDAT", packed + packer.flush()) + chunk(b"IEND")


def zipped_bomb(kind: bytes, name: bytes, inflated: int) -> bytes:
    """A chunk with text or a profile that inflates to far more than a picture."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(inflated >> 20))
    return chunk(kind, name + b"\0\0" + packed + packer.flush())


def gif_of_frames(count: int, width: int = 8, height: int = 8) -> bytes:
    """A GIF whose first frame is red, and all others green."""
    size = pack("<HH", width, height)
    palette = b"\xff\x00\x00" + b"\x00\xff\x00"
    head = b"GIF89a" + size + b"\x80\x00\x00" + palette

    def frame(colour: int) -> bytes:
        codes = [4]
        for number in range(width * height):
            if number and number % 2 == 0:
                codes.append(4)
            codes.append(colour)
        bits = sum(code << 3 * at for at, code in enumerate([*codes, 5]))
        data = bits.to_bytes(3 * (len(codes) + 1) // 8 + 1, "little")
        return b"\x2c\0\0\0\0" + size + b"\0\x02" + bytes([len(data)]) + data + b"\0"

    return head + frame(0) + frame(1) * (count - 1) + b";"


def turned_jpeg(orientation: int, image: QImage | None = None) -> bytes:
    """A JPEG that says how it is to be turned."""
    tiff = b"MM\0*" + pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    block = b"Exif\0\0" + tiff
    data = encoded(image or flag(), "jpg")
    return data[:2] + b"\xff\xe1" + pack(">H", 2 + len(block)) + block + data[2:]


def jpeg_with_profile(profile: bytes) -> bytes:
    """A JPEG with a colour profile in one segment."""
    block = b"ICC_PROFILE\0\x01\x01" + profile
    data = encoded(flag(), "jpg")
    return data[:2] + b"\xff\xe2" + pack(">H", 2 + len(block)) + block + data[2:]
