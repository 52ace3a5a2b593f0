"""Their side of adding a contact: a link, a fingerprint or a picture of a QR code."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QMimeData, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from messenger.core.errors import MessengerError, OwnLinkError
from messenger.core.types import MAX_NAME_LEN, Address, Contact, NodeInfo, PinOrigin
from messenger.engine.commands import AddContact
from messenger.engine.options import parse_address
from messenger.engine.pasted import Pasted
from messenger.gui.dialogs.acquaintances import suspicion
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.code_source import CodeSource
from messenger.gui.dialogs.labels import Note, Tone, explanation, field_label, heading
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.paste_edit import PasteEdit
from messenger.gui.dialogs.pasted_reader import PastedReader
from messenger.gui.remote_text import isolated, shown_name
from messenger.gui.texts import sentence

_MAX_ADDRESS_TEXT_LEN: Final = 300  # characters


class TheirSide(Page):
    """What I know of the other person; ``command`` is what to ask of the engine.

    Signals:
        changed: what can be added changed.
    """

    changed = Signal()

    def __init__(self, info: NodeInfo, window: QWidget) -> None:
        super().__init__()
        self._own_key = info.key
        self._contacts: tuple[Contact, ...] = ()
        self._pasted: Pasted | None = None
        self._scanned = ""  # the text that stood before the camera
        self._address: Address | None = None
        self._blocked = False
        self.text_edit = PasteEdit()
        self.address_edit = QLineEdit()
        self.alias_edit = QLineEdit()
        self.note = Note()
        self._progress = BusyBar(self.tr("Reading the picture"))
        self.source = CodeSource(window, _is_link, self.tr("a link of Hum"))
        self._reader = PastedReader(self)
        self._build()
        self._connect()
        self._show_address_field(False)

    @property
    def command(self) -> AddContact | None:
        """What to ask of the engine, or None as long as something is missing or wrong."""
        pasted = self._pasted
        if pasted is None or self._blocked or (self._address_text() and not self._address):
            return None
        alias = self.alias_edit.text().strip() or None
        if not pasted.is_link:
            return AddContact(
                fingerprint=pasted.text,
                address=self._address,
                alias=alias,
                origin=PinOrigin.FINGERPRINT,
            )
        origin = PinOrigin.SCANNED if self._is_scanned() else PinOrigin.LINK
        return AddContact(link=pasted.text, alias=alias, origin=origin)

    def show_contacts(self, contacts: Iterable[Contact]) -> None:
        """Compare with these people from now on."""
        self._contacts = tuple(contacts)
        self._judge()

    def clear(self) -> None:
        for field in (self.address_edit, self.alias_edit):
            field.clear()
        self.text_edit.clear()
        self._on_text_changed()

    def take_link(self, link: str) -> None:
        """Put a link that came from outside where a person would paste it."""
        self.text_edit.setPlainText(link)
        self._on_pasted()

    def read_mime(self, mime: QMimeData) -> bool:
        """Take what was dropped on the window."""
        return self.source.read_mime(mime)

    def _build(self) -> None:
        self.text_edit.setPlaceholderText("hum:…")
        self.alias_edit.setMaxLength(MAX_NAME_LEN)
        self.address_edit.setMaxLength(_MAX_ADDRESS_TEXT_LEN)
        self.address_edit.setPlaceholderText("192.0.2.7:4567")
        self._address_label = field_label(
            self.tr("A&ddress and port, if you know it"), self.address_edit
        )
        self.column.addWidget(heading(self.tr("Their side")))
        hint = self.tr("Paste their link or fingerprint, or drop a picture of their QR code here.")
        self.column.addWidget(explanation(hint, self.text_edit))
        self.column.addWidget(field_label(self.tr("&Their link or fingerprint"), self.text_edit))
        self.column.addWidget(self.text_edit)
        self.column.addWidget(self.source.make_buttons())
        self.column.addWidget(self._progress)
        self.column.addWidget(self.note)
        self.column.addWidget(self._address_label)
        self.column.addWidget(self.address_edit)
        self.column.addWidget(field_label(self.tr("Private &name for them"), self.alias_edit))
        self.column.addWidget(self.alias_edit)
        only = self.tr("Only you see it. Leave it empty to use the name they chose.")
        self.column.addWidget(explanation(only, self.alias_edit))
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.text_edit.textChanged.connect(self._on_text_changed)
        self.text_edit.pasted.connect(self._on_pasted)
        self.text_edit.mime_received.connect(self.source.read_mime)
        self.address_edit.textChanged.connect(self._judge)
        self.alias_edit.textChanged.connect(self._judge)
        self.source.started.connect(self._on_reading)
        self.source.found.connect(self._on_found)
        self.source.failed.connect(self._on_unreadable)
        self._reader.answered.connect(self._on_answered)

    # -- text --------------------------------------------------------------------------------------

    @Slot()
    def _on_text_changed(self) -> None:
        """Wait with a verdict until the person pauses."""
        self._pasted = None
        self.note.clear()
        if self._text():
            self._reader.read(self._text())
        else:
            self._reader.forget()
            self._show_address_field(False)
        self.changed.emit()

    @Slot()
    def _on_pasted(self) -> None:
        if self._text():
            self._reader.read(self._text(), now=True)

    @Slot(object)
    def _on_answered(self, answer: object) -> None:
        if isinstance(answer, Pasted):
            self._pasted = answer
            self._show_address_field(not answer.is_link)
            self._judge()
        elif isinstance(answer, MessengerError):
            self.note.say(sentence(answer), Tone.WARNING)
            self.changed.emit()

    @Slot()
    def _judge(self) -> None:
        """Say what the link is and whether something is odd about it."""
        pasted = self._pasted
        if pasted is None:
            return
        odd = suspicion(pasted, self.alias_edit.text(), self._contacts)
        self._blocked = pasted.key == self._own_key or (odd is not None and odd.blocks)
        self._address = self._read_address()
        if pasted.key == self._own_key:
            self.note.say(sentence(OwnLinkError()), Tone.WARNING)
        elif odd is not None:
            self.note.say(odd.text, Tone.WARNING)
        elif self._address_text() and self._address is None:
            self.note.say(self.tr("An address looks like 192.0.2.7:4567."), Tone.WARNING)
        else:
            self.note.say(self._description(pasted))
        self.changed.emit()

    def _description(self, pasted: Pasted) -> str:
        if not pasted.is_link:
            return self.tr(
                "A complete fingerprint. Without an address, Hum waits until they connect to you."
            )
        if not pasted.name:
            return self.tr("A complete link. It names nobody, so check who gave it to you.")
        whose = self.tr("A complete link that says it is from {name}.")
        return whose.format(name=isolated(shown_name(pasted.name)))

    def _text(self) -> str:
        return self.text_edit.toPlainText().strip()

    # -- address -----------------------------------------------------------------------------------

    def _show_address_field(self, shown: bool) -> None:
        self._address_label.setVisible(shown)
        self.address_edit.setVisible(shown)

    def _address_text(self) -> str:
        return self.address_edit.text().strip() if not self.address_edit.isHidden() else ""

    def _read_address(self) -> Address | None:
        try:
            return parse_address(self._address_text()) if self._address_text() else None
        except ValueError:
            return None

    # -- pictures ----------------------------------------------------------------------------------

    @Slot()
    def _on_reading(self) -> None:
        self.note.clear()
        self._progress.show()

    @Slot(str)
    def _on_found(self, text: str) -> None:
        self._progress.hide()
        self._scanned = text if self.source.through_camera else ""
        self.text_edit.setPlainText(text)
        self._on_pasted()

    @Slot(str)
    def _on_unreadable(self, problem: str) -> None:
        self._progress.hide()
        self.note.say(problem, Tone.WARNING)

    def _is_scanned(self) -> bool:
        return self._text() == self._scanned


def _is_link(text: str) -> bool:
    return text.strip().lower().startswith("hum:")
