"""All the ways a QR code comes in: file, drop, clipboard, a region of the screen, camera."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from messenger.gui.dialogs.camera import CameraDialog, camera_module
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.screen_region import ScreenRegion
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.picture_limits import MAX_FILE_LEN, MAX_PIXEL_COUNT, PictureProblem
from messenger.gui.qr_reader_client import QrReaderClient

# What other programs put on a clipboard undecoded; we prefer it, so that no decoder runs here.
_PICTURE_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/gif")


class CodeSource(QObject):
    """Reads one QR code at a time for a window.

    Lives in the GUI thread.

    Signals:
        started: a picture is being read.
        found: str, the one text that fits.
        failed: str, a sentence.
    """

    started = Signal()
    found = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget, fits: Callable[[str], bool], wanted: str) -> None:
        """``fits`` tells the codes that count; ``wanted`` names them, for "This is not …"."""
        super().__init__(window)
        self._window = window
        self._fits = fits
        self._wanted = wanted
        self.through_camera = False  # what was found last stood before the camera
        self.reader = QrReaderClient(self)
        self.reader.read.connect(self._on_read)
        self.reader.failed.connect(self._on_failed)
        self.screen_region = ScreenRegion(window)
        self.screen_region.picked.connect(self._on_pixels)
        self.screen_region.forbidden.connect(self._on_forbidden)

    def make_buttons(self) -> FoldingRow:
        """Make a row of buttons, one for each way; where it is narrow, two rows of two."""
        both = FoldingRow()
        for pair in (
            ((self.tr("Picture…"), self.ask_for_file), (self.tr("Paste"), self.paste)),
            (
                (self.tr("From screen…"), self.screen_region.start),
                (self.tr("Camera…"), self.open_camera),
            ),
        ):
            row = FoldingRow()
            for words, way in pair:
                row.add(push_button(words, way))
            row.add_stretch()
            both.add(row)
        both.add_stretch()
        return both

    @Slot()
    def ask_for_file(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Open a picture with a QR code"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif)"))
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    @Slot(str)
    def read_file(self, path: str) -> None:
        self._begin()
        self.reader.read_file(path)

    @Slot()
    def paste(self) -> None:
        """Read the clipboard: a picture, or the text of a code."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not self.read_mime(mime):  # None: nothing was ever copied
            self.failed.emit(self.tr("There is no text and no picture on the clipboard."))

    @staticmethod
    def can_read(mime: QMimeData) -> bool:
        """Tell whether something dropped or pasted may hold a picture."""
        return mime.hasImage() or mime.hasUrls() or any(map(mime.hasFormat, _PICTURE_TYPES))

    def read_mime(self, mime: QMimeData) -> bool:
        """Read what was dropped or pasted; False if there is nothing to read in it."""
        picture_type = next(filter(mime.hasFormat, _PICTURE_TYPES), None)
        if mime.hasUrls():
            self._read_urls(mime)
        elif picture_type is not None:
            self._begin()
            self.reader.read_data(bytes(mime.data(picture_type).data()))
        elif mime.hasImage():
            self._on_pixels(QImage(mime.imageData()))
        elif mime.hasText() and mime.text().strip():
            self.through_camera = False
            self.found.emit(mime.text().strip())
        else:
            return False
        return True

    @Slot()
    def open_camera(self) -> None:
        multimedia = camera_module()
        if multimedia is None:
            self.failed.emit(
                self.tr(
                    "Hum sees no camera here. Take a picture of the QR code with another device "
                    "and open it here, or have the link sent to you."
                )
            )
            return
        dialog = CameraDialog(multimedia, self._window)
        dialog.found.connect(self._on_seen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def cancel(self) -> None:
        self.reader.cancel()

    def _read_urls(self, mime: QMimeData) -> None:
        urls = mime.urls()
        if len(urls) == 1 and urls[0].scheme() == "hum":
            self.through_camera = False
            self.found.emit(urls[0].toString())
        elif len(urls) != 1:
            self.failed.emit(self.tr("These are several files. Take one at a time."))
        elif not urls[0].isLocalFile() or urls[0].host():
            # A picture of the web would have to be fetched, and fetching tells on us.
            self.failed.emit(self.tr("This is not on this computer. Save the picture here first."))
        else:
            self.read_file(urls[0].toLocalFile())

    def _begin(self) -> None:
        self.through_camera = False
        self.started.emit()

    @Slot(object)
    def _on_seen(self, texts: list[str]) -> None:
        self.through_camera = True
        self._on_read(texts)

    @Slot(object)
    def _on_pixels(self, image: QImage) -> None:
        self._begin()
        self.reader.read_pixels(image)

    @Slot(object)
    def _on_read(self, texts: list[str]) -> None:
        fitting = [text for text in texts if self._fits(text)]
        if len(fitting) == 1:
            self.found.emit(fitting[0])
        elif fitting:
            several = self.tr("There are {count} QR codes in this picture. Take a part with one.")
            self.failed.emit(several.format(count=len(fitting)))
        else:
            wrong = self.tr("The QR code in this picture is not {wanted}.")
            self.failed.emit(wrong.format(wanted=self._wanted))

    @Slot(object)
    def _on_failed(self, problem: PictureProblem) -> None:
        self.failed.emit(self._sentence(problem))

    @Slot()
    def _on_forbidden(self) -> None:
        self.failed.emit(
            self.tr(
                "This desktop does not let programs see the screen. Take a screenshot of the QR "
                "code and paste it here, or drop the picture into this window."
            )
        )

    def _sentence(self, problem: PictureProblem) -> str:
        return {
            PictureProblem.NOT_A_PICTURE: self.tr(
                "This is no picture that Hum reads: PNG, JPEG, WebP, BMP or GIF."
            ),
            PictureProblem.TOO_LARGE: self.tr(
                "This picture is too large. Hum reads up to {megapixels} megapixels and "
                "{megabytes} MiB; take a part of it."
            ).format(megapixels=MAX_PIXEL_COUNT // 1_000_000, megabytes=MAX_FILE_LEN >> 20),
            PictureProblem.DAMAGED: self.tr("This picture is damaged. Save or send it once more."),
            PictureProblem.NO_CODE: self.tr(
                "There is no QR code to be found in this picture. Try a sharper one that shows "
                "the whole code with its white edge."
            ),
            PictureProblem.UNREADABLE: self.tr("This file cannot be read."),
            PictureProblem.TIMEOUT: self.tr(
                "Reading this picture took too long. Take a smaller part."
            ),
            PictureProblem.CRASHED: self.tr("This picture could not be read. Try another one."),
        }[problem]
