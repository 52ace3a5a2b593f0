"""Comparing programs with a contact: which build each of the two is, said inside the session."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from messenger.core.builds import BuildCheck, BuildComparison, BuildMatch
from messenger.core.errors import MessengerError
from messenger.core.types import Contact
from messenger.engine.commands import CheckBuild, CompareBuild
from messenger.engine.events import BuildCompared
from messenger.gui.build_words import findings_sentence, match_sentence, named, spoken
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.labels import CodeLabel, Note, TextLabel, Tone, field_label, title
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.texts import sentence
from messenger.gui.words import name_in_sentence


class BuildCompareDialog(Sheet):
    """Shows our fingerprint at once and theirs when it comes. Owner: GUI thread."""

    def __init__(self, client: EngineClient, contact: Contact, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Compare programs"), width=560)
        self._contact = contact
        self._requests = Requests(client, self)
        self.own = CodeLabel(self.tr("Your build"))
        self.own.setText("…")
        self.own_name = TextLabel(tone="muted")
        self.peer = CodeLabel(self.tr("Their build"))
        self.peer_name = TextLabel(tone="muted")
        self.outcome = Note()
        self._progress = BusyBar(self.tr("Asking"))
        self._lay_out()
        self.close_button = self.add_button(self.tr("Close"), self.accept)
        self.compare_button = self.add_button(self.tr("Compare"), self._compare, "primary")
        client.received.connect(self._follow)
        self._requests.ask(CheckBuild(), BuildCheck, self._on_checked, self._on_failed)

    def _lay_out(self) -> None:
        name = name_in_sentence(self._contact)
        heading = self.tr("Compare programs with {name}")
        self.body.addWidget(title(heading.replace("{name}", name)))
        words = self.tr(
            "Hum asks {name}’s Hum inside your conversation which build it is, and says which one "
            "yours is. Each of you learns the version and the system of the other."
        )
        self.body.addWidget(TextLabel(words.replace("{name}", name)))
        self.body.addWidget(field_label(self.tr("Your build"), self.own))
        self.body.addWidget(self.own)
        self.body.addWidget(self.own_name)
        self._peer_label = field_label(self.tr("Their build"), self.peer)
        for widget in (self._peer_label, self.peer, self.peer_name):
            self.body.addWidget(widget)
            widget.hide()
        self.body.addWidget(self._progress)
        self.body.addWidget(self.outcome)
        words = self.tr(
            "Equal builds show that nobody gave one of you another program than the other, unless "
            "that program was made to say what a good one would. They do not show that the program "
            "you both have is honest; for that, builds are signed and can be made again by anyone."
        )
        self.body.addWidget(TextLabel(words, tone="muted"))
        self.body.addStretch(1)

    @Slot()
    def _compare(self) -> None:
        self.compare_button.setEnabled(False)
        self.outcome.clear()
        self._progress.show()
        command = CompareBuild(self._contact.id)
        self._requests.ask(command, BuildComparison, self._show, self._on_failed)

    def _on_checked(self, check: BuildCheck) -> None:
        if check.build is not None:
            self.own.setText(spoken(check.build))
            self.own_name.setText(named(check.build))
        if check.findings:
            self.outcome.say(findings_sentence(check.findings), Tone.DANGER)

    def _show(self, comparison: BuildComparison) -> None:
        self._end()
        self.own.setText(spoken(comparison.own))
        self.own_name.setText(named(comparison.own))
        differs = comparison.match is not BuildMatch.SAME
        self.peer.setText(spoken(comparison.peer))
        self.peer_name.setText(named(comparison.peer))
        for widget in (self._peer_label, self.peer, self.peer_name):
            widget.setVisible(differs)
        words = match_sentence(comparison).replace("{name}", name_in_sentence(self._contact))
        different = comparison.match is BuildMatch.DIFFERENT
        self.outcome.say(words, Tone.DANGER if different else Tone.PLAIN)

    def _on_failed(self, error: MessengerError) -> None:
        self._end()
        self.outcome.say(sentence(error), Tone.WARNING)

    def _end(self) -> None:
        self._progress.hide()
        self.compare_button.setEnabled(True)

    @Slot(object)
    def _follow(self, event: object) -> None:
        """They asked while this stands open."""
        if isinstance(event, BuildCompared) and event.contact == self._contact.id:
            self._show(event.comparison)
