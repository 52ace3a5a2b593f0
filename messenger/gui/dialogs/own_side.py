"""My side of adding a contact: QR code, link and fingerprint to give away."""

from PySide6.QtCore import QByteArray, QCoreApplication, Slot
from PySide6.QtGui import QImageWriter
from PySide6.QtWidgets import QFileDialog, QLineEdit

from messenger.core.types import NodeInfo
from messenger.gui.dialogs.copy_button import CopyButton
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import (
    FingerprintLabel,
    Note,
    TextLabel,
    Tone,
    field_label,
    heading,
)
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.qr_view import QrView
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.qr import qr_image


class OwnSide(Page):
    """What the other person needs to add me."""

    def __init__(self, info: NodeInfo) -> None:
        super().__init__()
        self._info = info
        self.qr = QrView(self.tr("QR code of your link"))
        self.link_edit = QLineEdit()
        self.link_edit.setReadOnly(True)
        self.fingerprint_label = FingerprintLabel(self.tr("Your fingerprint"))
        self._note = Note()
        self.column.addWidget(heading(self.tr("Your side")))
        hint = self.tr("Let them scan this, or send them the link over a channel you trust.")
        self.column.addWidget(TextLabel(hint, tone="muted"))
        self.column.addWidget(self.qr)
        self.column.addWidget(field_label(self.tr("Your &link"), self.link_edit))
        self.column.addWidget(self.link_edit)
        row = FoldingRow()
        row.add(CopyButton(self.tr("Copy link"), lambda: self._info.link))
        row.add(push_button(self.tr("Save image…"), self._ask_where))
        row.add_stretch()
        self.column.addWidget(row)
        caption = self.tr("Your fingerprint, to &read aloud")
        self.column.addWidget(field_label(caption, self.fingerprint_label))
        self.column.addWidget(self.fingerprint_label)
        row = FoldingRow()
        row.add(CopyButton(self.tr("Copy fingerprint"), lambda: self._info.fingerprint))
        row.add_stretch()
        self.column.addWidget(row)
        self.column.addWidget(self._note)
        self.column.addStretch(1)
        self.show_info(info)

    def show_info(self, info: NodeInfo) -> None:
        """Follow a change of name or address."""
        self._info = info
        self.qr.show_text(info.link)
        self.link_edit.setText(info.link)
        self.link_edit.setCursorPosition(0)
        self.fingerprint_label.show_fingerprint(info.fingerprint)

    @Slot()
    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.tr("Save QR code as image"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(QCoreApplication.translate("OwnSide", "PNG picture (*.png)"))
        dialog.setDefaultSuffix("png")
        dialog.selectFile("hum.png")
        dialog.fileSelected.connect(self.save_image)
        dialog.open()

    @Slot(str)
    def save_image(self, path: str) -> None:
        """Write the QR code to a file the person chose."""
        if QImageWriter(path, QByteArray(b"png")).write(qr_image(self._info.link)):
            self._note.say(self.tr("Saved. Whoever gets this picture can ask to be your contact."))
        else:
            self._note.say(self.tr("The picture could not be written there."), Tone.DANGER)
