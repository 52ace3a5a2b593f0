"""Shows one picture large, and asks before its file is handed to another program."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from messenger.core.types import Contact, FileState, Message
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.file_offer import PICTURES
from messenger.gui.dialogs.labels import TextLabel, title
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.picture_loader import PictureLoader
from messenger.gui.remote_text import isolated, shown_line
from messenger.gui.words import name_in_sentence, picture_words, size_words

LARGE: Final = QSize(1_280, 960)  # pixels that are asked for
_LEAST: Final = 120  # pixels of height that the picture keeps
_MOST: Final = 440  # pixels of height that it asks for, so that the words below are in sight


class PictureView(QWidget):
    """A picture as large as there is room for, never larger than it is."""

    def __init__(self, words: str, size: tuple[int, int]) -> None:
        super().__init__()
        self._image = QImage()
        self._scaled = QImage()
        self._natural = QSize(*size).scaled(
            LARGE.boundedTo(QSize(*size)), Qt.AspectRatioMode.KeepAspectRatio
        )
        self.setAccessibleName(words)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(min(_LEAST, max(self._natural.height(), 1)))

    def show_image(self, image: QImage) -> None:
        self._image = image
        self._scale()

    def sizeHint(self) -> QSize:
        return QSize(self._natural.width(), min(self._natural.height(), _MOST))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        wide = max(1, self._natural.width())
        wanted = self._natural.height() * min(width, wide) // wide
        return max(self.minimumHeight(), min(wanted, _MOST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scale()

    def _scale(self) -> None:
        if not self._image.isNull():
            room = self.size().boundedTo(self._natural) * self.devicePixelRatioF()
            self._scaled = self._image.scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._scaled.setDevicePixelRatio(self.devicePixelRatioF())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._scaled.isNull():
            return
        place = QRect(0, 0, 0, 0)
        place.setSize(self._scaled.deviceIndependentSize().toSize())
        place.moveCenter(self.rect().center())
        QPainter(self).drawImage(place, self._scaled)


class PictureDialog(Sheet):
    """One picture, what it is, and what can be done with it.

    Signals:
        copy_wanted, save_wanted: asked for.
        open_wanted: it shall be saved, and then opened by another program.
    """

    copy_wanted = Signal()
    save_wanted = Signal()
    open_wanted = Signal()

    def __init__(
        self, client: EngineClient, contact: Contact, message: Message, parent: QWidget | None
    ) -> None:
        super().__init__(parent, title=self.tr("Picture"), width=720)
        file = message.file
        assert file is not None
        assert file.picture is not None
        name = shown_line(message.text)
        self.body.addWidget(title(isolated(name)))
        self.view = PictureView(f"{picture_words(message)}: {name}", file.picture)
        self.body.addWidget(self.view, 1)
        self.busy = BusyBar(self.tr("The picture is being read"))
        self.busy.show()
        self.body.addWidget(self.busy)
        self.details = TextLabel(f"{picture_words(message)} · {size_words(file.size)}")
        self.body.addWidget(self.details)
        self._loader = PictureLoader(client, self)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        self.add_button(self.tr("Copy"), self._copy)
        saved = not message.outgoing and file.state is FileState.DONE
        if saved:
            self._offer_file(contact)
        close = self.add_button(self.tr("Close"), self.accept, "primary")
        close.setFocus()
        self._loader.load(message.row, LARGE)

    def _offer_file(self, contact: Contact) -> None:
        words = self.tr(
            "What you see are its pixels and nothing else. Another program gets the whole file as "
            "{name} sent it, and Hum has to save it unencrypted where you choose."
        )
        self.body.addWidget(
            TextLabel(words.replace("{name}", name_in_sentence(contact)), tone="muted")
        )
        self.add_button(self.tr("Save as…"), self._save)
        self.open_button = self.add_button(self.tr("Save and open…"), self._save_and_open)

    @Slot()
    def _copy(self) -> None:
        self.copy_wanted.emit()

    @Slot()
    def _save(self) -> None:
        self.save_wanted.emit()

    @Slot()
    def _save_and_open(self) -> None:
        self.open_wanted.emit()

    @Slot(object)
    def _on_loaded(self, image: QImage) -> None:
        self.busy.hide()
        self.view.show_image(image)

    @Slot()
    def _on_failed(self) -> None:
        self.busy.hide()
        self.details.setText(self.tr("This picture cannot be shown."))


def may_be_opened(path: Path) -> bool:
    """Whether a saved picture has a name that makes other programs take it for one."""
    return path.suffix.lower() in PICTURES


def open_saved(path: Path) -> bool:
    """Hand a saved picture to the program that the desktop has for it; False if it will not."""
    return may_be_opened(path) and QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
