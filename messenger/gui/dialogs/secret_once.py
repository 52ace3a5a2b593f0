"""Shows a secret that is meant for paper."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.theme import SPACE_L, TextSize, fixed_font, set_look


class SecretOnce(QFrame):
    """Large fixed letters on a card. It cannot be selected: a clipboard is not a safe place."""

    def __init__(self, name: str, secret: str = "") -> None:
        super().__init__()
        set_look(self, "surface", "card")
        self._label = TextLabel()
        self._label.setFont(fixed_font(TextSize.HEADING, bold=True))
        self._label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # for screen readers
        self._label.setAccessibleName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.addWidget(self._label)
        self.show_secret(secret)

    @property
    def text(self) -> str:
        return self._label.text()

    def show_secret(self, secret: str) -> None:
        self._label.setText(secret)
        self._label.setAccessibleDescription(" ".join(secret))

    def clear(self) -> None:
        self.show_secret("")
