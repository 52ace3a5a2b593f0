"""What stands over everything when files of the program are not those of its build."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from messenger.core.builds import FileFinding
from messenger.gui.build_words import findings_sentence
from messenger.gui.views.banners import Banner


class ProgramBanner(Banner):
    """It cannot be closed, and stays over a lock.

    Signals:
        details_wanted: the page that looks at every file again.
    """

    details_wanted = Signal()

    def __init__(self, findings: tuple[FileFinding, ...], parent: QWidget | None = None) -> None:
        super().__init__("warning", "danger", parent)
        self.say(findings_sentence(findings))

    def _fill(self) -> None:
        super()._fill()
        self.details_button = self.button(self.tr("About Hum"))
        self.buttons.add_stretch()
        self.details_button.clicked.connect(self.details_wanted)
