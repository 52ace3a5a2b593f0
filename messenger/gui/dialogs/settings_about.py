"""Settings: which Hum this is, whether its files are those of its build, and how to compare."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent

from messenger.core.builds import BuildCheck, BuildKind
from messenger.core.errors import MessengerError
from messenger.core.types import NodeInfo
from messenger.engine.commands import CheckBuild
from messenger.gui.build_words import check_sentence, named, spoken
from messenger.gui.dialogs.copy_button import CopyButton
from messenger.gui.dialogs.labels import CodeLabel, Note, TextLabel, Tone, field_label, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_S


class AboutSection(Page):
    """Every file of the program is looked at when the page is seen first."""

    def __init__(self, requests: Requests, info: NodeInfo) -> None:
        super().__init__()
        self._requests = requests
        self._begun = False
        self.build = CodeLabel(self.tr("Build fingerprint"))
        self.build.setText("…")
        self.which = TextLabel(tone="muted")
        self.state = Note()
        self.copy_button = CopyButton(self.tr("Copy"), self.build.text)
        self.copy_button.setAccessibleName(self.tr("Copy the build fingerprint"))
        self.column.addWidget(title(self.tr("About Hum")))
        words = self.tr("Version {version}. Free software, GPL 3 or later.")
        self.column.addWidget(TextLabel(words.replace("{version}", info.version)))
        self.column.addSpacing(SPACE_S)
        self.column.addWidget(field_label(self.tr("&Build fingerprint"), self.build))
        self.column.addWidget(self.build)
        self.column.addWidget(self.which)
        self.column.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.state)
        words = self.tr(
            "The build fingerprint is made from every file of this program. Whoever has the same "
            "build sees the same words and digits: compare them with somebody you know, or let Hum "
            "do it from the menu of a conversation. It tells one build from another. A program "
            "that was changed to lie could also lie about this; the command “hum verify-install” "
            "of another Hum, which you trust, can look at this one from outside."
        )
        self.column.addWidget(TextLabel(words, tone="muted"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            self._requests.ask(CheckBuild(), BuildCheck, self._on_checked, self._on_failed)

    def _on_checked(self, check: BuildCheck) -> None:
        if check.build is None:
            self.build.setText(self.tr("A file of the program cannot be read."))
        else:
            self.build.setText(spoken(check.build))
            self.which.setText(named(check.build))
        tone = Tone.PLAIN if check.kind is not BuildKind.UNSIGNED else Tone.WARNING
        self.state.say(check_sentence(check), Tone.DANGER if check.findings else tone)

    def _on_failed(self, error: MessengerError) -> None:
        self.build.setText("–")
        self.state.say(sentence(error), Tone.WARNING)
