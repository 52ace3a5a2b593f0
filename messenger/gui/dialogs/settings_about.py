"""Settings: which Hum this is, to be compared with somebody else's."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent

from messenger.core.types import NodeInfo
from messenger.gui.build_print import BuildPrint
from messenger.gui.dialogs.copy_button import CopyButton
from messenger.gui.dialogs.labels import CodeLabel, TextLabel, field_label, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.theme import SPACE_S


class AboutSection(Page):
    """The build fingerprint is computed when the page is seen first, in another thread."""

    def __init__(self, info: NodeInfo) -> None:
        super().__init__()
        self._print = BuildPrint()
        self._begun = False
        self.build = CodeLabel(self.tr("Build fingerprint"))
        self.build.setText("…")
        self.copy_button = CopyButton(self.tr("Copy"), self.build.text)
        self.copy_button.setAccessibleName(self.tr("Copy the build fingerprint"))
        self.column.addWidget(title(self.tr("About Hum")))
        words = self.tr("Version {version}. Free software, GPL 3 or later.")
        self.column.addWidget(TextLabel(words.replace("{version}", info.version)))
        self.column.addSpacing(SPACE_S)
        self.column.addWidget(field_label(self.tr("&Build fingerprint"), self.build))
        self.column.addWidget(self.build)
        self.column.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)
        words = self.tr(
            "It is made from every file of this program. Whoever has the same release sees the "
            "same number: compare it with somebody you know. It tells one program from another; "
            "a program that was changed to lie could also lie about this."
        )
        self.column.addWidget(TextLabel(words, tone="muted"))
        self._print.ready.connect(self._on_ready)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            self._print.begin()

    @Slot(str)
    def _on_ready(self, found: str) -> None:
        self.build.setText(found or self.tr("A file of the program cannot be read."))
