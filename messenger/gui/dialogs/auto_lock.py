"""Settings: when Hum locks by itself, what opens it now, and locking at once."""

from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from messenger.core.errors import MessengerError
from messenger.engine.commands import GetLockSettings, Lock, SetLock
from messenger.engine.events import LockSettings
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, field_label
from messenger.gui.dialogs.narrow_choice import choose_number, narrow_choice
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.dialogs.toggles import CheckBox
from messenger.gui.texts import sentence

IDLE_MIN: Final = (2, 5, 10, 15, 30, 60)  # beside never and one


class AutoLock(Page):
    """Follows the engine's answer and not the clicks. Owner: GUI thread."""

    def __init__(self, requests: Requests) -> None:
        super().__init__()
        self._requests = requests
        self.ways = TextLabel(tone="muted")
        words = self.tr("{n} minutes")
        self.minutes = narrow_choice(
            (self.tr("Never"), 0),
            (self.tr("1 minute"), 1),
            *((words.replace("{n}", str(each)), each) for each in IDLE_MIN),
        )
        self.screen_box = CheckBox(self.tr("Lock together with the &screen"))
        self.lock_button = push_button(self.tr("Lock now"), self._lock)
        self.note = Note()
        rows: tuple[QWidget, ...] = (
            self.ways,
            field_label(self.tr("Lock when nobody has used Hum &for"), self.minutes),
            self.minutes,
            self.screen_box,
            self.note,
        )
        for widget in rows:
            self.column.addWidget(widget)
        self.column.addWidget(self.lock_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.minutes.activated.connect(self._set)
        self.screen_box.clicked.connect(self._set)
        self.ask()

    def ask(self) -> None:
        """Have the engine tell what opens the profile now."""
        self._requests.ask(GetLockSettings(), LockSettings, self._show, self._on_failed)

    def _show(self, settings: LockSettings) -> None:
        choose_number(self.minutes, settings.idle_min)
        self.screen_box.setChecked(settings.with_screen)
        names = {
            "keyring": self.tr("keyring"),
            "passphrase": self.tr("passphrase"),
            "recovery": self.tr("recovery code"),
        }
        ways = ", ".join(words for slot, words in names.items() if slot in settings.slots)
        self.ways.setText(self.tr("What opens Hum now: {ways}.").replace("{ways}", ways))
        if settings.keeps_out:
            self.note.clear()
        else:
            self.note.say(
                self.tr(
                    "Without a passphrase, whoever sits at your open session can unlock Hum with "
                    "one click. Set a passphrase to change that."
                ),
                Tone.WARNING,
                aloud=False,
            )

    @Slot()
    def _set(self) -> None:
        command = SetLock(self.minutes.currentData(), self.screen_box.isChecked())
        self._requests.ask(command, LockSettings, self._show, self._on_failed)

    @Slot()
    def _lock(self) -> None:
        self._requests.ask(Lock(), type(None), self._on_locked, self._on_failed)

    def _on_locked(self, _result: None) -> None:
        pass  # Locked closes this window

    def _on_failed(self, error: MessengerError) -> None:
        self.note.say(sentence(error), Tone.DANGER)
