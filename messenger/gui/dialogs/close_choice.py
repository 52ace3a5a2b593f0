"""Asked once, when the window is closed where there is a tray."""

from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from messenger.gui.dialogs.labels import TextLabel, heading
from messenger.gui.dialogs.sheet import Sheet


class CloseChoiceDialog(Sheet):
    """Accepted: Hum goes on without a window. ``QUIT``: it ends. Rejected: nothing was chosen."""

    QUIT: Final = 2  # a result beside those of QDialog

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, title="Hum", width=440)
        question = self.tr("Keep Hum running?")
        self.setAccessibleName(question)
        self.body.addWidget(heading(question))
        text = self.tr(
            "Without its window Hum can stay in the tray: messages arrive, and the hum does not "
            "stop when you stop looking. This is asked once; the settings have it too."
        )
        self.body.addWidget(TextLabel(text, tone="muted"))
        self.body.addStretch(1)
        self.quit_button = self.add_button(self.tr("Quit Hum"), partial(self.done, self.QUIT))
        self.keep_button = self.add_button(self.tr("Keep running"), self.accept, "primary")
        self.keep_button.setFocus()
