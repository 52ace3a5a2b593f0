"""What stands in the window while Hum is locked: no name, no text, one way in."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from messenger.core.errors import MessengerError
from messenger.engine.commands import Unlock
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, field_label
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.secret_field import SecretField
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_M, SPACE_S
from messenger.gui.views.pages import EmptyPage

FORM_WIDTH = 360  # pixels, at most; more where the type is large
FORM_LETTERS = 40  # that the words of a button may take


class LockPage(QScrollArea):
    """Asks for what ends the lock. Owner: GUI thread.

    Signals:
        quit_wanted: the person would rather end Hum.
    """

    quit_wanted = Signal()

    def __init__(self, client: EngineClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._requests = Requests(client, self)
        self._slots: frozenset[str] = frozenset()
        self._by_code = False
        self.face = EmptyPage("lock", self.tr("Hum is locked"), "")
        self.passphrase = SecretField(self.tr("Passphrase"))
        self.recovery = QLineEdit()
        self.recovery.setAccessibleName(self.tr("Recovery code"))
        self._passphrase_label = field_label(self.tr("&Passphrase"), self.passphrase)
        self._recovery_label = field_label(self.tr("&Recovery code"), self.recovery)
        self.note = Note()
        self.new_words = TextLabel(bold=True)
        self._progress = BusyBar(self.tr("Opening"))
        self.unlock_button = push_button(self.tr("Unlock"), self._unlock, "primary")
        self.other_button = push_button("", self._other_way, "quiet")
        self.quit_button = push_button(self.tr("Quit"), self.quit_wanted.emit, "quiet")
        self._lay_out()
        self.passphrase.submitted.connect(self._unlock)
        self.recovery.returnPressed.connect(self._unlock)

    def _lay_out(self) -> None:
        form = QWidget()
        letters = FORM_LETTERS * self.fontMetrics().averageCharWidth()
        form.setMaximumWidth(max(FORM_WIDTH, letters))
        column = QVBoxLayout(form)
        column.setContentsMargins(0, SPACE_M, 0, 0)
        column.setSpacing(SPACE_S)
        for widget in (
            self.new_words,
            self._passphrase_label,
            self.passphrase,
            self._recovery_label,
            self.recovery,
            self.note,
            self._progress,
            self.unlock_button,
            self.other_button,
            self.quit_button,
        ):
            column.addWidget(widget)
        self.new_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.face.sentence.setText(
            self.tr(
                "Nothing is shown until you unlock it. The network and the hum go on: messages "
                "are received, kept and sent as before."
            )
        )
        self.face.add_widget(form)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self.face)

    # -- what the window asks ---------------------------------------------------------------------

    def begin(self, slots: frozenset[str]) -> None:
        """Ask anew for one of ``slots``."""
        self._slots = slots
        self.forget()
        self.note.clear()
        self.show_new(0)
        self._show_way(by_code="passphrase" not in slots and "keyring" not in slots)

    def show_new(self, count: int) -> None:
        """Say how many messages came since, and no more than that."""
        self.new_words.setHidden(not count)
        words = self.tr("1 new message") if count == 1 else self.tr("{count} new messages")
        self.new_words.setText(words.replace("{count}", str(count)))

    def forget(self) -> None:
        """Hold no secret any more."""
        self.passphrase.clear()
        self.recovery.clear()
        self._work(False)

    def focus_field(self) -> None:
        """Put the cursor where the person types."""
        if self._by_code:
            self.recovery.setFocus(Qt.FocusReason.OtherFocusReason)
        elif "passphrase" in self._slots:
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.unlock_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- ways in --------------------------------------------------------------------------------

    def _show_way(self, *, by_code: bool) -> None:
        self._by_code = by_code
        by_passphrase = not by_code and "passphrase" in self._slots
        self._passphrase_label.setVisible(by_passphrase)
        self.passphrase.setVisible(by_passphrase)
        self._recovery_label.setVisible(by_code)
        self.recovery.setVisible(by_code)
        if by_code:
            known = "passphrase" in self._slots
            words = self.tr("Use the passphrase") if known else self.tr("Use the keyring")
            self.other_button.setVisible(bool(self._slots & {"passphrase", "keyring"}))
        else:
            words = self.tr("Use the recovery code")
            self.other_button.setVisible("recovery" in self._slots)
        self.other_button.setText(words)
        self.focus_field()

    @Slot()
    def _other_way(self) -> None:
        self.note.clear()
        self._show_way(by_code=not self._by_code)

    @Slot()
    def _unlock(self) -> None:
        if not self.unlock_button.isEnabled():
            return
        if self._by_code:
            command = Unlock(recovery_code=self.recovery.text().strip())
            typed = bool(self.recovery.text().strip())
        elif "passphrase" in self._slots:
            command = Unlock(passphrase=self.passphrase.text)
            typed = bool(self.passphrase.text)
        else:
            command, typed = Unlock(), True
        if typed:
            self.note.clear()
            self._work(True)
            self._requests.ask(command, type(None), self._on_open, self._on_failed)

    def _work(self, busy: bool) -> None:
        self._progress.setVisible(busy)
        for widget in (self.passphrase, self.recovery, self.other_button, self.unlock_button):
            widget.setDisabled(busy)

    def _on_open(self, _result: None) -> None:
        self.forget()

    def _on_failed(self, error: MessengerError) -> None:
        self._work(False)
        self.note.say(sentence(error), Tone.DANGER)
        self.passphrase.edit.selectAll()
        self.focus_field()
