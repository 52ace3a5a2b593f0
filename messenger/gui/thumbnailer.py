"""A short-lived process that makes pictures from strangers small and harmless.

``python -m messenger.gui.thumbnailer WIDTH HEIGHT`` reads one picture file on stdin and answers
with its pixels, turned upright, scaled down to fit into WIDTH x HEIGHT, without profile, text or
second frame: THUMB_HEAD, then rows of red, green, blue (and alpha) without padding; or with
``{"problem": …}``. In the packaged program the first argument is ``thumbnailer`` and the
executable is ``hum`` itself. What it gives up is in ``picture_child``.
"""

import sys
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QTransform

from messenger.core.picture_header import HEAD_LEN, PictureFormat, PictureHeader, read_header
from messenger.gui.picture_child import (
    PictureError,
    answer_problem,
    check_size,
    limit_this_process,
    read_input,
    read_picture,
    smaller,
)
from messenger.gui.picture_limits import MAX_FILE_LEN, MAX_THUMB_SIDE, PictureProblem
from messenger.gui.thumbnail_format import THUMB_HEAD, THUMB_MARK

_GIF_PALETTE: Final = 0x80  # a flag; the low three bits are its size
_GIF_EXTENSION, _GIF_IMAGE = 0x21, 0x2C
# How a picture is turned for each orientation of Exif: mirrored left to right, then by degrees.
_TURNS: Final = {
    2: (True, 0),
    3: (False, 180),
    4: (True, 180),
    5: (True, 270),
    6: (False, 90),
    7: (True, 90),
    8: (False, 270),
}


def first_frame(data: bytes) -> bytes:
    """Return a GIF that ends behind its first frame; Qt would look at a hundred thousand.

    Raises:
        PictureError: its blocks do not lead to a frame.
    """
    try:
        at = 13 + _palette_len(data[10])
        while data[at] == _GIF_EXTENSION:
            at = _blocks_end(data, at + 2)
        if data[at] != _GIF_IMAGE:
            raise PictureError(PictureProblem.DAMAGED)
        return data[: _blocks_end(data, at + 11 + _palette_len(data[at + 9]))] + b";"
    except IndexError as error:
        raise PictureError(PictureProblem.DAMAGED) from error


def _palette_len(packed: int) -> int:
    return 3 << ((packed & 7) + 1) if packed & _GIF_PALETTE else 0


def _blocks_end(data: bytes, at: int) -> int:
    """Return what follows a row of sub-blocks."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


def checked(data: bytes) -> tuple[bytes, PictureHeader]:
    """Return what a decoder may see of a file, and its header; no pixel is looked at.

    Raises:
        PictureError: see PictureProblem.
    """
    if len(data) > MAX_FILE_LEN:
        raise PictureError(PictureProblem.TOO_LARGE)
    header = read_header(data[:HEAD_LEN])
    if header is None:
        raise PictureError(PictureProblem.NOT_A_PICTURE)
    check_size(QSize(header.width, header.height))
    return (first_frame(data) if header.format is PictureFormat.GIF else data), header


def thumbnail_of(data: bytes, header: PictureHeader, room: QSize) -> QImage:
    """Decode a picture and make it small.

    Raises:
        PictureError: see PictureProblem.
    """
    room = room.transposed() if header.lying else room  # for the picture as it is stored
    image = read_picture(data, header.format.value.encode(), room)
    return _upright(_fitted(_plain(image), room), header)


def _plain(image: QImage) -> QImage:
    """Return a picture in the colours of a screen, eight bits each."""
    wanted = QImage.Format.Format_RGB888
    if image.hasAlphaChannel():
        wanted = QImage.Format.Format_RGBA8888
    space = image.colorSpace()
    standard = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    if space.isValid() and space != standard:
        coloured = image.convertToFormat(QImage.Format.Format_RGBA8888).convertedToColorSpace(
            standard
        )
        image = image if coloured.isNull() else coloured
    return image.convertToFormat(wanted)


def _fitted(image: QImage, room: QSize) -> QImage:
    """Return a picture that fits; decoders may not have scaled as they were told."""
    if image.width() <= room.width() and image.height() <= room.height():
        return image
    return image.scaled(
        smaller(image.size(), room),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _upright(image: QImage, header: PictureHeader) -> QImage:
    mirrored, degrees = _TURNS.get(header.orientation, (False, 0))
    if mirrored:
        image = image.flipped(Qt.Orientation.Horizontal)
    return image.transformed(QTransform().rotate(degrees)) if degrees else image


def encode_thumbnail(image: QImage) -> bytes:
    """Return head and pixels."""
    depth = 4 if image.hasAlphaChannel() else 3
    wanted = QImage.Format.Format_RGBA8888 if depth == 4 else QImage.Format.Format_RGB888
    image = image.convertToFormat(wanted)
    width, height, stride = image.width(), image.height(), image.bytesPerLine()
    pixels = bytes(image.constBits())
    rows = (pixels[row * stride : row * stride + width * depth] for row in range(height))
    return THUMB_HEAD.pack(THUMB_MARK, width, height, depth) + b"".join(rows)


def main(arguments: list[str]) -> int:
    """Answer for one picture on stdin; the process ends afterwards."""
    width, height = (max(1, min(int(side), MAX_THUMB_SIDE)) for side in arguments)
    try:
        data, header = checked(read_input())
        limit_this_process(header.format.value.encode())
        image = thumbnail_of(data, header, QSize(width, height))
    except PictureError as error:
        answer_problem(error.problem)
        return 0
    sys.stdout.buffer.write(encode_thumbnail(image))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
