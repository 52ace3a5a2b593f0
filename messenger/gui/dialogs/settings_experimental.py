"""Settings: what is there to look at and protects nothing."""

from PySide6.QtCore import Qt, Slot

from messenger.gui import dialogs
from messenger.gui.dialogs.labels import TextLabel, heading, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.sheet import push_button


class ExperimentalSection(Page):
    """The way to the laboratory."""

    def __init__(self) -> None:
        super().__init__()
        words = self.tr(
            "Watch two small networks invent a cipher, and a third one break it. Hum uses none of "
            "it, and nothing there touches your conversations."
        )
        self.laboratory_button = push_button(self.tr("Laboratory…"), self._open_laboratory)
        self.column.addWidget(title(self.tr("Experimental")))
        self.column.addWidget(heading(self.tr("Neural cryptography")))
        self.column.addWidget(TextLabel(words, tone="muted"))
        self.column.addWidget(self.laboratory_button, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def _open_laboratory(self) -> None:
        dialog = dialogs.LabDialog(self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
