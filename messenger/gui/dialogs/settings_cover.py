"""Settings: the cover for everybody and for one contact, the data budget, and the price."""

from PySide6.QtCore import Slot

from messenger.core.errors import MessengerError
from messenger.core.types import COVER_PROFILES, DEFAULT_COVER, NodeInfo
from messenger.engine.commands import SetCover
from messenger.gui.dialogs.budget_field import BudgetField
from messenger.gui.dialogs.contact_cover import ContactCover
from messenger.gui.dialogs.cover_choice import CoverChoice, profile_of
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.texts import sentence


class CoverSection(Page):
    """Choosing a profile, for everybody or one, applies it to the links made from then on."""

    def __init__(self, requests: Requests, info: NodeInfo) -> None:
        super().__init__()
        self._requests = requests
        self._info = info
        self.choice = CoverChoice(profile_of(info.cover) or DEFAULT_COVER)
        self.note = Note()
        self.column.addWidget(title(self.tr("Cover traffic")))
        when = self.tr(
            "A change takes effect with the next connection, never in the middle of one: what you "
            "do must not be seen on the wire."
        )
        self.column.addWidget(TextLabel(when, tone="muted"))
        self.column.addWidget(self.choice)
        self.column.addWidget(self.note)
        self.for_one = ContactCover(requests, info)
        self.column.addWidget(self.for_one)
        self.budget = BudgetField(requests, info.plan)
        self.column.addWidget(self.budget)
        self.choice.chosen.connect(self._set)

    def show_info(self, info: NodeInfo) -> None:
        """Follow a change that was made elsewhere."""
        self._info = info
        name = profile_of(info.cover)
        if name is not None:
            self.choice.choose(name)
        self.for_one.show_info(info)
        self.budget.show_plan(info.plan)

    @Slot(str)
    def _set(self, name: str) -> None:
        command = SetCover(COVER_PROFILES[name])
        self._requests.ask(command, type(None), self._on_set, self._on_failed)

    def _on_set(self, _result: None) -> None:
        self.note.say(self.tr("Saved. It applies to connections made from now on."))

    def _on_failed(self, error: MessengerError) -> None:
        self.show_info(self._info)
        self.note.say(sentence(error), Tone.DANGER)
