"""Fields for secrets: hidden characters, an eye to show them, a meter that tells the truth."""

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from messenger.gui.dialogs import passphrases
from messenger.gui.dialogs.labels import TextLabel
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.icons import IconButton
from messenger.gui.theme import SPACE_S, SPACE_XS, set_look

MAX_SECRET_LEN = 1024  # characters

# Seconds. Named, because lupdate reads a number with _ before self.tr as the name of a class.
_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3_600.0
_DAY_S: Final = 86_400.0
_YEAR_S: Final = 31_536_000.0


class SecretField(QWidget):
    """One line whose characters are hidden until the eye is pressed.

    Signals:
        changed: the text changed.
        submitted: Enter was pressed.
    """

    changed = Signal()
    submitted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.setMaxLength(MAX_SECRET_LEN)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.edit.textChanged.connect(self.changed)
        self.edit.returnPressed.connect(self.submitted)
        self._eye = IconButton("eye", self.tr("Show the characters"))
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self.reveal)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_XS)
        row.addWidget(self.edit, 1)
        row.addWidget(self._eye)
        self.setFocusProxy(self.edit)

    @property
    def text(self) -> str:
        return self.edit.text()

    def clear(self) -> None:
        """Empty the field and its undo history."""
        self.edit.clear()
        self.reveal(False)

    def set_text(self, text: str) -> None:
        self.edit.setText(text)

    @Slot(bool)
    def reveal(self, shown: bool) -> None:
        """Show or hide the characters."""
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.edit.setEchoMode(mode)
        self._eye.setChecked(shown)
        self._eye.set_icon("eye-off" if shown else "eye")
        self._eye.set_words(
            self.tr("Hide the characters") if shown else self.tr("Show the characters")
        )


class NewPassphrase(QWidget):
    """A new passphrase: field, meter, and four random words for those who want them.

    Signals:
        changed: the text changed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field = SecretField(self.tr("New passphrase"))
        self._meter = QProgressBar()
        self._meter.setRange(0, len(passphrases.Level))
        self._meter.setTextVisible(False)
        self._meter.setAccessibleName(self.tr("Strength of the passphrase"))
        self._verdict = TextLabel(tone="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self.field)
        column.addWidget(self._meter)
        column.addWidget(self._verdict)
        suggest = push_button(self.tr("Suggest four words"), self._suggest)
        column.addWidget(suggest, 0, Qt.AlignmentFlag.AlignLeft)
        self.field.changed.connect(self._judge)
        self.setFocusProxy(self.field)
        self._judge()

    @property
    def text(self) -> str:
        return self.field.text

    @property
    def good_enough(self) -> bool:
        return passphrases.estimate(self.text).level > passphrases.Level.TOO_WEAK

    def clear(self) -> None:
        self.field.clear()

    @Slot()
    def _suggest(self) -> None:
        self.field.set_text(passphrases.suggest())
        self.field.reveal(True)
        self.field.setFocus()

    @Slot()
    def _judge(self) -> None:
        strength = passphrases.estimate(self.text)
        level = strength.level
        self._meter.setValue(level + 1 if self.text else 0)
        self._verdict.setText(self._sentence(strength))
        set_look(self._verdict, "tone", "muted" if level < passphrases.Level.GOOD else "success")
        self.changed.emit()

    def _sentence(self, strength: passphrases.Strength) -> str:
        if not self.text:
            return self.tr(
                "Long beats complicated. Hum draws each of its words from 2,048: there are over 17 "
                "trillion ways to draw four, and 2,048 times as many to draw five."
            )
        verdicts = {
            passphrases.Level.TOO_WEAK: self.tr("Too easy to guess; add words."),
            passphrases.Level.WEAK: self.tr("Weak."),
            passphrases.Level.GOOD: self.tr("Good."),
            passphrases.Level.STRONG: self.tr("Strong."),
        }
        held = self.tr("A well equipped thief of this computer would need {time} to guess it.")
        return f"{verdicts[strength.level]} {held.format(time=self._time(strength.seconds))}"

    def _time(self, seconds: float) -> str:
        bounds = (
            (2 * _MINUTE_S, self.tr("seconds")),
            (2 * _HOUR_S, self.tr("minutes")),
            (2 * _DAY_S, self.tr("hours")),
            (60 * _DAY_S, self.tr("days")),
            (2 * _YEAR_S, self.tr("months")),
            (200 * _YEAR_S, self.tr("years")),
        )
        return next((words for bound, words in bounds if seconds < bound), self.tr("centuries"))
