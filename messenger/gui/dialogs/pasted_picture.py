"""A picture on the clipboard, as a file for as long as it takes to offer it.

The engine seals files, and a screenshot is none. Where the system has a folder in memory for the
session, it lies there, and never on a disk.
"""

import tempfile
from pathlib import Path
from typing import Final, Self

from PySide6.QtCore import QCoreApplication, QDateTime, QMimeData, QStandardPaths
from PySide6.QtGui import QImage

from messenger.core.errors import FolderNotWritableError

# What other programs put on a clipboard encoded; taken as it is, so that no decoder runs here.
ENCODED: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
}


def holds_picture(mime: QMimeData) -> bool:
    """Whether it is a picture and nothing else; cells of a table come as text and as a picture."""
    if mime.hasUrls() or (mime.hasText() and mime.text().strip()):
        return False
    return mime.hasImage() or any(map(mime.hasFormat, ENCODED))


class PastedPicture:
    """One file in a private folder. Owner: GUI thread."""

    def __init__(self, folder: tempfile.TemporaryDirectory[str], path: Path) -> None:
        """Use :meth:`keep`."""
        self._folder = folder  # goes with this object at the latest
        self.path = path

    @classmethod
    def keep(cls, mime: QMimeData) -> Self:
        """Write down what `holds_picture` has found.

        Raises:
            FolderNotWritableError: it cannot be kept; nothing is left of it.
        """
        runtime = QStandardPaths.StandardLocation.RuntimeLocation
        try:
            folder = tempfile.TemporaryDirectory(
                prefix="hum-", dir=QStandardPaths.writableLocation(runtime) or None
            )
            return cls(folder, _write(mime, Path(folder.name)))
        except OSError as error:
            raise FolderNotWritableError("The picture cannot be kept.") from error

    def remove(self) -> None:
        """Delete it, because it was offered or will not be."""
        self._folder.cleanup()


def _write(mime: QMimeData, folder: Path) -> Path:
    words = QCoreApplication.translate("PastedPicture", "Picture {time}")
    name = words.replace("{time}", QDateTime.currentDateTime().toString("yyyy-MM-dd HH.mm.ss"))
    encoded = next(filter(mime.hasFormat, ENCODED), None)
    if encoded is not None:
        path = folder / f"{name}.{ENCODED[encoded]}"
        path.write_bytes(bytes(mime.data(encoded).data()))
        return path
    path = folder / f"{name}.png"
    if not QImage(mime.imageData()).save(str(path)):
        raise OSError("the picture was not written")
    return path
