"""How the data on this computer shall be locked: keyring, passphrase, or both."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from messenger.core.errors import KeyringError, KeyringUnavailableError
from messenger.gui.details import own_words
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.dialogs.secret_field import NewPassphrase
from messenger.gui.dialogs.toggles import CheckBox, indented
from messenger.gui.remote_text import shown_line
from messenger.gui.theme import SPACE_M, SPACE_S, set_look


class LockChoice(QWidget):
    """Two ways that can be combined; at least one is needed.

    Signals:
        changed: something was ticked or typed.
    """

    changed = Signal()

    def __init__(self, keyring: str | None, problem: KeyringError | None) -> None:
        super().__init__()
        self.keyring_box = CheckBox(self.tr("Use this computer's &keyring"))
        self.keyring_box.setChecked(keyring is not None)
        self.keyring_box.setEnabled(keyring is not None)
        self.passphrase_box = CheckBox(self.tr("Set a &passphrase"))
        self.passphrase_box.setChecked(keyring is None)
        self.passphrase_box.setEnabled(keyring is not None)
        self.passphrase = NewPassphrase()
        self.passphrase.setVisible(keyring is None)
        keyring_text = (
            self.tr("Hum opens by itself while you are logged in. Kept by: {keyring}.").format(
                keyring=shown_line(keyring)
            )
            if keyring is not None
            else self.tr("Not possible here. {problem}").format(
                problem=own_words(problem or KeyringUnavailableError())
                or self.tr("No keyring answers on this computer.")
            )
        )
        passphrase_text = (
            self.tr("Opens Hum when the keyring does not. Nobody can tell or reset it.")
            if keyring is not None
            else self.tr("Hum asks for it at every start. Nobody can tell or reset it.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(_card(self.keyring_box, keyring_text))
        column.addWidget(_card(self.passphrase_box, passphrase_text, self.passphrase))
        self.setFocusProxy(self.passphrase if keyring is None else self.keyring_box)
        self.keyring_box.toggled.connect(self.changed)
        self.passphrase_box.toggled.connect(self._on_passphrase_toggled)
        self.passphrase.changed.connect(self.changed)

    @property
    def use_keyring(self) -> bool:
        return self.keyring_box.isChecked()

    @property
    def secret(self) -> str | None:
        """The passphrase, or None if none is wanted."""
        return self.passphrase.text if self.passphrase_box.isChecked() else None

    @property
    def complete(self) -> bool:
        if self.passphrase_box.isChecked():
            return self.passphrase.good_enough
        return self.use_keyring

    def require_passphrase(self) -> None:
        """The keyring has failed after all: take it back and ask for a passphrase."""
        self.keyring_box.setChecked(False)
        self.passphrase_box.setChecked(True)

    @Slot(bool)
    def _on_passphrase_toggled(self, wanted: bool) -> None:
        self.passphrase.setVisible(wanted)
        if wanted:
            self.passphrase.setFocus()
        self.changed.emit()


def _card(box: CheckBox, text: str, more: QWidget | None = None) -> QFrame:
    frame = QFrame()
    set_look(frame, "surface", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
    column.setSpacing(SPACE_S)
    label = TextLabel(text, tone="muted")
    box.setAccessibleDescription(text)
    column.addWidget(box)
    column.addLayout(indented(label))
    if more is not None:
        column.addLayout(indented(more))
    return frame
