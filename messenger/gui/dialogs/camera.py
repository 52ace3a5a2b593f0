"""Reads a QR code with a camera, where QtMultimedia (extra ``camera``) and a camera exist."""

import importlib
import importlib.util
from types import ModuleType
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.qr_reader_client import QrReaderClient

_PREVIEW = QSize(480, 360)


def camera_module() -> ModuleType | None:
    """Return QtMultimedia if it is installed and sees a camera; loads it only then."""
    if importlib.util.find_spec("PySide6.QtMultimedia") is None:
        return None
    try:
        module = importlib.import_module("PySide6.QtMultimedia")
    except ImportError:  # a system library of its own is missing
        return None
    return module if module.QMediaDevices.videoInputs() else None


class CameraDialog(Sheet):
    """Shows what the camera sees until a QR code is found in it.

    Signals:
        found: list[str], the texts of the codes.
    """

    found = Signal(object)

    def __init__(self, multimedia: ModuleType, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Camera"), width=560)
        self._preview = QLabel()
        self._preview.setMinimumSize(_PREVIEW / 2)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setAccessibleName(self.tr("Picture of the camera"))
        hint = self.tr("Hold the QR code so that it fills about half of the picture.")
        self.body.addWidget(TextLabel(hint))
        self.body.addWidget(self._preview, 1)
        self.add_button(self.tr("Cancel"), self.reject).setFocus()
        self._reader = QrReaderClient(self)
        self._reader.read.connect(self._on_read)
        self._sink = multimedia.QVideoSink(self)
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._session = multimedia.QMediaCaptureSession(self)
        self._camera = multimedia.QCamera(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(self._sink)
        self._camera.start()
        self.finished.connect(self._stop)

    def _on_frame(self, frame: Any) -> None:
        image: QImage = frame.toImage()
        if image.isNull():
            return
        shown = image.scaled(
            self._preview.size() * self.devicePixelRatioF(),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(self.devicePixelRatioF())
        self._preview.setPixmap(QPixmap.fromImage(shown))
        if not self._reader.busy:
            self._reader.read_pixels(image)

    @Slot(object)
    def _on_read(self, texts: list[str]) -> None:
        self.accept()
        self.found.emit(texts)

    @Slot()
    def _stop(self) -> None:
        self._camera.stop()
        self._reader.cancel()
