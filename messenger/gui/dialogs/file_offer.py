"""Before a file is offered: what it is, how long it takes, and what a picture would tell."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from messenger.core.types import LONGEST_LANE_MIN, Contact, FileEstimate, Message
from messenger.engine.commands import EstimateFile, OpenFastLane, SendFile, SetPreference
from messenger.engine.events import Reply
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.labels import TextLabel, heading
from messenger.gui.dialogs.pasted_picture import PastedPicture
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.dialogs.toggles import CheckBox, explained
from messenger.gui.preferences import METADATA, Metadata
from messenger.gui.remote_text import isolated, shown_line
from messenger.gui.texts import sentence
from messenger.gui.words import duration_words, name_in_sentence, size_words

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})  # whose metadata can go


class FileOfferDialog(Sheet):
    """One question with the price of the answer; Esc sends nothing."""

    def __init__(
        self,
        contact: Contact,
        path: Path,
        estimate: FileEstimate,
        parent: QWidget | None,
        *,
        metadata: Metadata | None = None,
    ) -> None:
        """``metadata`` is what becomes of it by the settings; None: this answer decides."""
        super().__init__(parent, title=self.tr("Send a file"), width=440)
        self.size_len = estimate.size
        question = self.tr("Offer this file to {name}?")
        self.body.addWidget(heading(question.replace("{name}", name_in_sentence(contact))))
        self.body.addWidget(
            TextLabel(f"{isolated(shown_line(path.name))}\n{size_words(estimate.size)}")
        )
        words = self.tr(
            "It takes {time} once it is accepted. It rides in cells that would be empty, so nobody "
            "who watches the line sees that anything is sent, and messages are not held up."
        )
        time = duration_words(estimate.seconds)
        self.body.addWidget(TextLabel(words.replace("{time}", time), tone="muted"))
        self.lane = CheckBox(self.tr("Ask for the fast lane"))
        self.body.addLayout(explained(self.lane, _lane_words(estimate, contact)))
        self.strip = CheckBox(self.tr("Remove place, time and camera from the picture"))
        self.strip.setChecked(metadata is not Metadata.KEEP)
        self.is_picture = path.suffix.lower() in PICTURES
        if self.is_picture:
            self.body.addLayout(explained(self.strip, self._metadata_words(metadata)))
        else:
            self.body.addWidget(TextLabel(self._metadata_words(metadata), tone="muted"))
        self.body.addStretch(1)
        self.add_button(self.tr("Cancel"), self.reject)
        self.offer_button = self.add_button(self.tr("Offer"), self.accept, "primary")
        self.offer_button.setFocus()

    def _metadata_words(self, metadata: Metadata | None) -> str:
        if not self.is_picture:
            return self.tr(
                "The file goes as it is, with whatever it tells about its author, place and time."
            )
        if metadata is None:
            return self.tr(
                "Hum remembers this answer for other pictures; the settings, under General, change "
                "it."
            )
        return self.tr("This once. The settings, under General, say what holds for all pictures.")

    @property
    def asks_for_lane(self) -> bool:
        """Whether the contact shall be asked for the fast lane."""
        return self.lane.isChecked()

    @property
    def strips(self) -> bool:
        """Whether what a picture tells of itself shall be removed."""
        return self.is_picture and self.strip.isChecked()


class FileOffer(QObject):
    """From a path to an offer: asks the engine, then the person, then the engine again.

    Signals:
        failed: a sentence.
    """

    failed = Signal(str)

    def __init__(
        self,
        client: EngineClient,
        contact: Contact,
        path: Path,
        parent: QWidget,
        pasted: PastedPicture | None = None,
        metadata: Metadata | None = None,
    ) -> None:
        """``pasted`` is what ``path`` belongs to; it is removed at the end, however it ends.

        ``metadata`` is the remembered answer; without one, that for the first picture is kept.
        """
        super().__init__(parent)
        self._client, self._contact, self._path = client, contact, path
        self._pasted, self._metadata = pasted, metadata
        self._lane_for = 0  # bytes to ask a fast lane for; 0: none
        self._window = parent
        self.dialog: FileOfferDialog | None = None

    def begin(self) -> None:
        """Ask how long it takes."""
        self._client.request(EstimateFile(self._contact.id, self._path), self._on_estimated)

    def _on_estimated(self, reply: Reply) -> None:
        if reply.error is not None:
            self._end(sentence(reply.error))
        elif isinstance(reply.result, FileEstimate):
            self.dialog = FileOfferDialog(
                self._contact, self._path, reply.result, self._window, metadata=self._metadata
            )
            self.dialog.finished.connect(self._on_answered)
            self.dialog.open()

    @Slot(int)
    def _on_answered(self, answer: int) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is None:
            return
        dialog.deleteLater()
        if answer == int(FileOfferDialog.DialogCode.Accepted):
            self._remember(dialog)
            self._lane_for = dialog.size_len if dialog.asks_for_lane else 0
            command = SendFile(self._contact.id, self._path, strip_metadata=dialog.strips)
            self._client.request(command, self._on_offered)
        else:
            self._end("")

    def _remember(self, dialog: FileOfferDialog) -> None:
        if dialog.is_picture and self._metadata is None:
            answer = Metadata.REMOVE if dialog.strips else Metadata.KEEP
            self._client.request(SetPreference(METADATA, answer.value))

    def _on_offered(self, reply: Reply) -> None:
        if reply.error is None and self._lane_for:
            command = OpenFastLane(self._contact.id, self._lane_for)
            self._client.request(command, self._on_asked)
        else:
            self._on_asked(reply)

    def _on_asked(self, reply: Reply) -> None:
        self._end(sentence(reply.error) if reply.error is not None else "")

    def _end(self, words: str) -> None:
        if self._pasted is not None:
            self._pasted.remove()
        if words:
            self.failed.emit(words)
        self.deleteLater()


def _lane_words(estimate: FileEstimate, contact: Contact) -> str:
    """Return what the fast lane costs: time, and what it shows."""
    minutes = estimate.lane_minutes or LONGEST_LANE_MIN
    words = QCoreApplication.translate(
        "FileOffer",
        "If {name} agrees, both of you send at a higher rate for {time}, and the file is through "
        "by then. Whoever watches the line learns that something large moves.",
    )
    if estimate.lane_minutes is None:
        words = QCoreApplication.translate(
            "FileOffer",
            "If {name} agrees, both of you send at a higher rate for {time}; the rest of the file "
            "follows slowly. Whoever watches the line learns that something large moves.",
        )
    words = words.replace("{time}", duration_words(minutes * 60))
    return words.replace("{name}", name_in_sentence(contact))


def choose_file(parent: QWidget) -> str:
    """Ask for a file to send; an empty text if there shall be none."""
    title = QCoreApplication.translate("FileOffer", "Send a file")
    path, _ = QFileDialog.getOpenFileName(parent, title, _home())
    return path


def choose_place(parent: QWidget, message: Message) -> str:
    """Ask where a received file shall be saved; an empty text if nowhere."""
    title = QCoreApplication.translate("FileOffer", "Save the file")
    downloads = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    suggestion = str(Path(downloads or _home()) / message.text)
    path, _ = QFileDialog.getSaveFileName(
        parent, title, suggestion, options=QFileDialog.Option.DontConfirmOverwrite
    )
    return path


def _home() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
