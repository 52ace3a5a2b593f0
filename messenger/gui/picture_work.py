"""What is done to the pixels of previews, in a thread beside the window's.

Pixels come from the thumbnail process, encoded previews from the encrypted database, where only
:func:`encoded` has put them; nothing of a stranger's file is decoded here.
"""

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QImageWriter, QPainter, QPainterPath

from messenger.core.picture_header import MAX_PREVIEW_LEN

CORNER: Final = 8  # logical pixels of a round corner
_JPEG_QUALITY: Final = 85
_PNG_START: Final = b"\x89PNG"
_PNG, _JPEG = b"png", b"jpeg"  # names of Qt


def encoded(image: QImage) -> bytes:
    """Return a preview as it is kept: JPEG, or PNG where one can see through it."""
    if image.hasAlphaChannel():
        data = _saved(image, _PNG, -1)
        if len(data) <= MAX_PREVIEW_LEN:
            return data
        image = on_white(image)
    return _saved(image, _JPEG, _JPEG_QUALITY)


def on_white(image: QImage) -> QImage:
    """Return a picture that hides what is behind it."""
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    return paper


def _saved(image: QImage, name: bytes, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(name))
    writer.setQuality(quality)
    writer.write(image)
    return bytes(buffer.data().data())


def decoded(preview: bytes) -> QImage:
    """Return the pixels of a preview; a null image if it is damaged."""
    buffer = QBuffer()
    buffer.setData(QByteArray(preview))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(_PNG if preview.startswith(_PNG_START) else _JPEG))
    reader.setAutoDetectImageFormat(False)
    return reader.read()


def ready_to_paint(image: QImage, size: QSize, ratio: float) -> QImage:
    """Return a picture of exactly ``size`` device pixels with round corners, to be copied only.

    Args:
        ratio: device pixels a logical one.
    """
    shape = image.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
    small = image.scaled(
        shape.expandedTo(QSize(1, 1)),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    canvas = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.fill(Qt.GlobalColor.transparent)
    place = QRectF(small.rect())
    place.moveCenter(QRectF(canvas.rect()).center())
    path = QPainterPath()
    path.addRoundedRect(place, CORNER * ratio, CORNER * ratio)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(path)
    painter.drawImage(place.topLeft(), small)
    painter.end()
    canvas.setDevicePixelRatio(ratio)
    return canvas
