"""Brings one picture of a message in a larger size: out of its bytes, or out of the small copy.

Decoding is done in the thumbnail process and in a thread, as everywhere.
"""

from PySide6.QtCore import QObject, QSize, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from messenger.core.errors import MessengerError
from messenger.engine.commands import GetPreview, ReadPicture
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.requests import Requests
from messenger.gui.picture_work import decoded
from messenger.gui.thumbnail_client import Thumbnail, ThumbnailClient


class _Decoder(QObject):
    """Works in a thread; outlives whoever is not there any more to hear of it."""

    decoded = Signal(object)

    def run(self, preview: bytes) -> None:
        self.decoded.emit(decoded(preview))


class PictureLoader(QObject):
    """Owner: GUI thread.

    Signals:
        loaded: QImage, upright, at most as large as was asked for.
        failed: nothing of it can be shown.
    """

    loaded = Signal(object)
    failed = Signal()

    def __init__(self, client: EngineClient, parent: QObject) -> None:
        super().__init__(parent)
        self._requests = Requests(client, self)
        self._row = 0  # Message.row
        self._room = QSize()
        self._thumbnails = ThumbnailClient(self)
        self._thumbnails.made.connect(self._on_made)
        self._thumbnails.failed.connect(self._ask_for_preview)
        self._decoder = _Decoder()
        self._decoder.decoded.connect(self._on_decoded)
        self._pool = QThreadPool(self, maxThreadCount=1)

    def load(self, message_row: int, room: QSize) -> None:
        """Bring a picture; one of the signals follows, unless another one is asked for before."""
        self._row, self._room = message_row, room
        self._requests.forget()
        self._requests.ask(ReadPicture(message_row), bytes, self._on_bytes, self._on_gone)

    def _on_bytes(self, data: bytes) -> None:
        self._thumbnails.make(data, self._room)

    def _on_gone(self, _error: MessengerError) -> None:
        self._ask_for_preview()

    @Slot(object)
    def _on_made(self, thumbnail: Thumbnail) -> None:
        self.loaded.emit(thumbnail.image())

    @Slot()
    def _ask_for_preview(self) -> None:
        self._requests.ask(GetPreview(self._row), object, self._on_preview, self._on_nothing)

    def _on_preview(self, preview: object) -> None:
        if isinstance(preview, bytes):
            decoder = self._decoder
            self._pool.start(lambda: decoder.run(preview))
        else:
            self.failed.emit()

    def _on_nothing(self, _error: MessengerError) -> None:
        self.failed.emit()

    @Slot(object)
    def _on_decoded(self, image: QImage) -> None:
        if image.isNull():
            self.failed.emit()
        else:
            self.loaded.emit(image)
