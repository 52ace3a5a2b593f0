"""What a person does with the files and pictures of the conversation on screen."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from messenger.core.errors import FolderNotWritableError
from messenger.core.types import Contact, Message
from messenger.engine.commands import AcceptFile, Command, SetPreference
from messenger.engine.events import FileSaved, NodeReady, Reply, Unlocked
from messenger.gui import dialogs
from messenger.gui.client import EngineClient
from messenger.gui.preferences import METADATA, Metadata, metadata
from messenger.gui.remote_text import shown_line
from messenger.gui.texts import sentence

if TYPE_CHECKING:
    from messenger.gui.picture_loader import PictureLoader


class Attachments(QObject):
    """Offers, saves, shows and copies; asks first where something leaves Hum.

    Owner: GUI thread.

    Args:
        page: over which dialogs open.

    Signals:
        failed: a sentence for the person.
    """

    failed = Signal(str)

    def __init__(self, client: EngineClient, page: QWidget) -> None:
        super().__init__(page)
        self._client = client
        self._page = page
        self._contact: Contact | None = None
        self._to_open: set[int] = set()  # Message.row of pictures that are opened once saved
        self._copier: PictureLoader | None = None
        self._metadata: Metadata | None = None  # the remembered answer
        client.carried_out.connect(self._on_carried_out)

    def belong_to(self, contact: Contact | None) -> None:
        """Go on with another conversation, or with none."""
        self._contact = contact

    def forget(self) -> None:
        """Hum was locked: nothing is opened or copied any more."""
        self._contact = None
        self._to_open.clear()

    def follow(self, event: object) -> None:
        """Open what was saved for that; know what becomes of metadata."""
        match event:
            case FileSaved(row=row) if row in self._to_open:
                self._open_saved(event)
            case NodeReady(_, preferences) | Unlocked(_, preferences):
                self._metadata = metadata(preferences)
            case _:
                pass

    @Slot(object)
    def _on_carried_out(self, command: Command) -> None:
        if isinstance(command, SetPreference) and command.name == METADATA:
            self._metadata = metadata({METADATA: command.value})

    # -- files ----------------------------------------------------------------------------------

    def offer_files(self, paths: Iterable[str]) -> None:
        """Ask about each of several files, as the composer does when they fall on it."""
        for path in paths:
            self.offer_file(path)

    @Slot(str)
    def offer_file(self, path: str) -> None:
        """Ask how long a file takes, then whether it shall be offered; an empty path: which."""
        if self._contact is None:
            return
        chosen = path or dialogs.choose_file(self._page)
        if chosen:
            self._begin(self._contact, Path(chosen))

    @Slot(object)
    def offer_picture(self, mime: QMimeData) -> None:
        """The same for a picture on the clipboard."""
        if self._contact is None:
            return
        try:
            kept = dialogs.PastedPicture.keep(mime)
        except FolderNotWritableError as error:
            self.failed.emit(sentence(error))
            return
        self._begin(self._contact, kept.path, kept)

    def _begin(
        self, contact: Contact, path: Path, pasted: "dialogs.PastedPicture | None" = None
    ) -> None:
        offer = dialogs.FileOffer(
            self._client, contact, path, self._page, pasted=pasted, metadata=self._metadata
        )
        offer.failed.connect(self.failed)
        offer.begin()

    def save(self, message: Message) -> bool:
        """Ask where to, then have a file saved; tell whether there was a place."""
        place = dialogs.choose_place(self._page, message)
        if place:
            self._to_open.discard(message.row)  # wanted of an earlier try, which may have failed
            self._client.request(AcceptFile(message.row, Path(place)), self._on_asked)
        return bool(place)

    def _on_asked(self, reply: Reply) -> None:
        if reply.error is not None:
            self.failed.emit(sentence(reply.error))

    # -- pictures -------------------------------------------------------------------------------

    @Slot(object)
    def show_picture(self, message: Message) -> None:
        """Show a picture large, with what can be done with it."""
        if self._contact is None:
            return
        dialog = dialogs.PictureDialog(self._client, self._contact, message, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.copy_wanted.connect(partial(self.copy_picture, message))
        dialog.save_wanted.connect(partial(self.save, message))
        dialog.open_wanted.connect(partial(self._save_and_open, message))
        dialog.open()

    def copy_picture(self, message: Message) -> None:
        """Put the pixels into the clipboard once they are there."""
        from messenger.gui.picture_limits import MAX_THUMB_SIDE  # noqa: PLC0415  seldom
        from messenger.gui.picture_loader import PictureLoader  # noqa: PLC0415  likewise

        if self._copier is None:
            self._copier = PictureLoader(self._client, self)
            self._copier.loaded.connect(self._on_copied)
            self._copier.failed.connect(self._on_not_copied)
        self._copier.load(message.row, QSize(MAX_THUMB_SIDE, MAX_THUMB_SIDE))

    @Slot(object)
    def _on_copied(self, image: QImage) -> None:
        if self._contact is not None:  # neither locked nor gone meanwhile
            QGuiApplication.clipboard().setImage(image)

    @Slot()
    def _on_not_copied(self) -> None:
        self.failed.emit(self.tr("This picture cannot be shown."))

    def _save_and_open(self, message: Message) -> None:
        """Have it saved where the person says; what is opened then is that file."""
        if self.save(message):
            self._to_open.add(message.row)

    def _open_saved(self, event: FileSaved) -> None:
        self._to_open.discard(event.row)
        if not dialogs.open_saved(event.path):
            words = self.tr(
                "The picture is saved as {name}. Hum has not opened it: either the name does not "
                "end like a picture’s, or no program here shows such files."
            )
            self.failed.emit(words.replace("{name}", shown_line(event.path.name)))
