"""Settings: language, notifications, closing, starting with the session, links."""

import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Slot

from messenger.core.errors import MessengerError
from messenger.engine.commands import SetInlinePictures, SetPreference
from messenger.gui import desktop_files, language
from messenger.gui.dialogs.labels import Note, Tone, explanation, field_label, heading, title
from messenger.gui.dialogs.narrow_choice import narrow_choice
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.toggles import CheckBox, explained
from messenger.gui.preferences import (
    CLOSE,
    HIDDEN,
    LAST_SEEN,
    METADATA,
    NOTIFICATIONS,
    START,
    YES,
    Metadata,
    Notifications,
    OnClose,
    metadata,
    notifications,
    on_close,
    shows_last_seen,
    starts_hidden,
)
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_S
from messenger.gui.tray import Tray


class GeneralSection(Page):
    """Each choice applies at once, but for the language, which waits for the next start.

    Args:
        folder: that of the profile, for the language; None where nothing is kept.
        inline_pictures: whether small pictures of verified contacts are taken unasked.
    """

    def __init__(
        self,
        requests: Requests,
        preferences: Mapping[str, str],
        folder: Path | None,
        *,
        inline_pictures: bool = False,
    ) -> None:
        super().__init__()
        self._requests = requests
        self._folder = folder
        self.note = Note()
        self.column.addWidget(title(self.tr("General")))
        self._build_language()
        self._build_notifications(preferences)
        self._build_presence(preferences)
        self._build_pictures(preferences, inline=inline_pictures)
        self._build_window(preferences)
        self._build_desktop()
        self.column.addWidget(self.note)

    # -- language ----------------------------------------------------------------------------------

    def _build_language(self) -> None:
        self.language_box = narrow_choice()
        self.language_box.addItem(self.tr("As the system has it"), language.SYSTEM)
        for code, name in language.LANGUAGES.items():
            self.language_box.addItem(name, code)
        self.language_box.setCurrentIndex(self.language_box.findData(language.chosen(self._folder)))
        self.language_box.setEnabled(self._folder is not None)
        self.column.addWidget(field_label(self.tr("&Language"), self.language_box))
        self.column.addWidget(self.language_box)
        self.language_box.activated.connect(self._set_language)

    @Slot()
    def _set_language(self) -> None:
        if self._folder is None:
            return
        try:
            language.choose(self._folder, self.language_box.currentData())
        except MessengerError as error:
            self.note.say(sentence(error), Tone.DANGER)
        else:
            self.note.say(self.tr("The language changes when Hum starts the next time."))

    # -- notifications -----------------------------------------------------------------------------

    def _build_notifications(self, preferences: Mapping[str, str]) -> None:
        self.notifications = narrow_choice()
        for choice, words in {
            Notifications.PLAIN: self.tr("Say only that something came"),
            Notifications.NAME: self.tr("Say also from whom"),
            Notifications.OFF: self.tr("None"),
        }.items():
            self.notifications.addItem(words, choice.value)
        current = self.notifications.findData(notifications(preferences).value)
        self.notifications.setCurrentIndex(current)
        self.column.addSpacing(SPACE_S)
        self.column.addWidget(field_label(self.tr("&Notifications"), self.notifications))
        self.column.addWidget(self.notifications)
        words = self.tr("Never the text of a message, and none at all while Hum is locked.")
        self.column.addWidget(explanation(words, self.notifications))
        self.notifications.activated.connect(self._set_notifications)

    @Slot()
    def _set_notifications(self) -> None:
        self._set(SetPreference(NOTIFICATIONS, self.notifications.currentData()))

    # -- presence ----------------------------------------------------------------------------------

    def _build_presence(self, preferences: Mapping[str, str]) -> None:
        self.seen_box = CheckBox(self.tr("Show when a &contact was last connected"))
        self.seen_box.setChecked(shows_last_seen(preferences))
        self.column.addSpacing(SPACE_S)
        words = self.tr("Noted only while Hum runs and is not locked, and never written down.")
        self.column.addLayout(explained(self.seen_box, words))
        self.seen_box.clicked.connect(self._set_seen)

    @Slot(bool)
    def _set_seen(self, wanted: bool) -> None:
        self._set(SetPreference(LAST_SEEN, YES if wanted else ""))

    # -- pictures ----------------------------------------------------------------------------------

    def _build_pictures(self, preferences: Mapping[str, str], *, inline: bool) -> None:
        self.pictures_box = CheckBox(
            self.tr("Show small &pictures of verified contacts without asking")
        )
        self.pictures_box.setChecked(inline)
        self.column.addSpacing(SPACE_S)
        self.column.addWidget(heading(self.tr("Pictures")))
        words = self.tr(
            "Below 1 MiB, and only of contacts whose safety number you have compared. They stay "
            "encrypted on this computer. Whoever sends one can tell that you take it."
        )
        self.column.addLayout(explained(self.pictures_box, words))
        self.pictures_box.clicked.connect(self._set_pictures)
        self.strip_box = CheckBox(self.tr("&Remove place, time and camera from pictures I send"))
        self.strip_box.setChecked(metadata(preferences) is not Metadata.KEEP)
        self.column.addSpacing(SPACE_S)
        words = self.tr("The dialog that sends a picture can decide otherwise for that one.")
        self.column.addLayout(explained(self.strip_box, words))
        self.strip_box.clicked.connect(self._set_strip)

    @Slot(bool)
    def _set_pictures(self, wanted: bool) -> None:
        self._requests.ask(
            SetInlinePictures(wanted), type(None), self._on_set, self._on_pictures_failed
        )

    @Slot(bool)
    def _set_strip(self, wanted: bool) -> None:
        value = Metadata.REMOVE if wanted else Metadata.KEEP
        self._set(SetPreference(METADATA, value.value))

    def _on_pictures_failed(self, error: MessengerError) -> None:
        self.pictures_box.setChecked(not self.pictures_box.isChecked())
        self._on_failed(error)

    # -- window and desktop ------------------------------------------------------------------------

    def _build_window(self, preferences: Mapping[str, str]) -> None:
        self.keep_box = CheckBox(self.tr("Keep running in the &tray when the window is closed"))
        self.keep_box.setChecked(on_close(preferences) is OnClose.KEEP)
        self.column.addSpacing(SPACE_S)
        self.column.addWidget(heading(self.tr("Window and desktop")))
        if Tray.available():
            self.column.addWidget(self.keep_box)
        else:
            self.keep_box.setEnabled(False)
            words = self.tr("This desktop has no tray, so closing the window ends Hum.")
            self.column.addLayout(explained(self.keep_box, words))
        self.keep_box.clicked.connect(self._set_keep)
        self.hidden_box = CheckBox(self.tr("Start &without the window"))
        self.hidden_box.setChecked(starts_hidden(preferences))
        words = self.tr("A second start brings it forward.")
        if Tray.available():
            words = self.tr("A click in the tray or a second start brings it forward.")
        self.column.addLayout(explained(self.hidden_box, words))
        self.hidden_box.clicked.connect(self._set_hidden)

    @Slot(bool)
    def _set_keep(self, keep: bool) -> None:
        value = OnClose.KEEP if keep else OnClose.QUIT
        self._set(SetPreference(CLOSE, value.value))

    @Slot(bool)
    def _set_hidden(self, wanted: bool) -> None:
        self._set(SetPreference(START, HIDDEN if wanted else ""))

    def _build_desktop(self) -> None:
        command = own_command()
        self._autostart = desktop_files.autostart(command)
        self._handler = desktop_files.link_handler(command)
        self.autostart_box = CheckBox(self.tr("&Start Hum, out of sight, when I log in"))
        self.links_box = CheckBox(self.tr("&Open hum: links of the browser with Hum"))
        for box, file in (
            (self.autostart_box, self._autostart),
            (self.links_box, self._handler),
        ):
            box.setChecked(file.exists)
            box.setVisible(desktop_files.possible())
            self.column.addWidget(box)
        self.autostart_box.clicked.connect(self._set_autostart)
        self.links_box.clicked.connect(self._set_links)

    @Slot(bool)
    def _set_autostart(self, wanted: bool) -> None:
        self._put(self._autostart, self.autostart_box, wanted)

    @Slot(bool)
    def _set_links(self, wanted: bool) -> None:
        self._put(self._handler, self.links_box, wanted)

    def _put(self, file: desktop_files.DesktopFile, box: CheckBox, wanted: bool) -> None:
        try:
            file.put(wanted)
        except MessengerError as error:
            box.setChecked(file.exists)
            self.note.say(sentence(error), Tone.DANGER)
        else:
            self.note.clear()

    def _set(self, command: SetPreference) -> None:
        self._requests.ask(command, type(None), self._on_set, self._on_failed)

    def _on_set(self, _result: None) -> None:
        self.note.clear()

    def _on_failed(self, error: MessengerError) -> None:
        self.note.say(sentence(error), Tone.DANGER)


def own_command() -> list[str]:
    """Return what starts Hum as it was started now."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "messenger"]
