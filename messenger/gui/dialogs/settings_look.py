"""Settings: light, dark, or as the system has it."""

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup

from messenger.core.errors import MessengerError
from messenger.engine.commands import SetPreference
from messenger.gui.dialogs.labels import Note, Tone, heading, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.toggles import RadioButton
from messenger.gui.texts import sentence
from messenger.gui.theme import ThemeChoice

PREFERENCE = "theme"


class LookSection(Page):
    """Three radio buttons; whoever owns the theme follows the command's effect."""

    def __init__(self, requests: Requests, preferences: Mapping[str, str]) -> None:
        super().__init__()
        self._requests = requests
        self._group = QButtonGroup(self)
        self.note = Note()
        self.column.addWidget(title(self.tr("Appearance")))
        self.column.addWidget(heading(self.tr("Theme")))
        words = {
            ThemeChoice.SYSTEM: self.tr("As the &system has it"),
            ThemeChoice.LIGHT: self.tr("&Light"),
            ThemeChoice.DARK: self.tr("&Dark"),
        }
        self._choices = list(words)
        kept = preferences.get(PREFERENCE, "")
        current = kept if kept in self._choices else ThemeChoice.SYSTEM.value
        for number, (choice, text) in enumerate(words.items()):
            button = RadioButton(text)
            self._group.addButton(button, number)
            button.setChecked(choice.value == current)
            self.column.addWidget(button)
        self.column.addWidget(self.note)
        self._group.idClicked.connect(self._set)

    @Slot(int)
    def _set(self, number: int) -> None:
        command = SetPreference(PREFERENCE, self._choices[number].value)
        self._requests.ask(command, type(None), self._on_set, self._on_failed)

    def _on_set(self, _result: None) -> None:
        self.note.clear()

    def _on_failed(self, error: MessengerError) -> None:
        self.note.say(sentence(error), Tone.DANGER)
