"""A cover of its own for one contact: whose, which, and what it costs."""

from typing import Final

from PySide6.QtCore import QLocale, QSignalBlocker, Slot

from messenger.core.cover_budget import within
from messenger.core.cover_price import price_of
from messenger.core.errors import MessengerError
from messenger.core.types import COVER_PROFILES, Contact, ContactId, Cover, NodeInfo, Relation
from messenger.engine.commands import ListContacts, SetContactCover
from messenger.gui.dialogs.cover_choice import data_size, profile_of, profile_title
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, field_label
from messenger.gui.dialogs.narrow_choice import narrow_choice
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.requests import Requests
from messenger.gui.remote_text import isolated
from messenger.gui.texts import sentence
from messenger.gui.words import title_of

_EVERYBODY, _OTHER = "", "other"  # beside the names in COVER_PROFILES
_NAMES_SHOWN: Final = 12  # of those who have a cover of their own


class ContactCover(Page):
    """Hidden while there is nobody to choose for. Owner: GUI thread."""

    def __init__(self, requests: Requests, info: NodeInfo) -> None:
        super().__init__()
        self._requests = requests
        self._info = info
        self._contacts: dict[ContactId, Contact] = {}
        self.who = narrow_choice()
        self.which = narrow_choice(
            (self.tr("As for everybody"), _EVERYBODY),
            *((profile_title(name), name) for name in COVER_PROFILES),
        )
        self.price = TextLabel(tone="muted")
        self.others = TextLabel(tone="muted")
        self.note = Note()
        for widget in (
            field_label(self.tr("Another choice for one &contact"), self.who),
            self.who,
            field_label(self.tr("Cover for this c&ontact"), self.which),
            self.which,
            self.price,
            self.others,
            self.note,
        ):
            self.column.addWidget(widget)
        self.who.currentIndexChanged.connect(self._show_choice)
        self.which.activated.connect(self._set)
        self.hide()
        self.ask()

    def ask(self) -> None:
        """Have the engine tell who there is."""
        self._requests.ask(ListContacts(), tuple, self._on_contacts, self._on_failed)

    def show_info(self, info: NodeInfo) -> None:
        """Follow another choice for everybody, another budget, other people."""
        self._info = info
        self.ask()

    def follow(self, contact: Contact) -> None:
        """Follow another choice for one contact that was made elsewhere."""
        known = self._contacts.get(contact.id)
        if known is not None and known.cover != contact.cover:
            self._contacts[contact.id] = contact
            self._show_choice()

    def _on_contacts(self, contacts: tuple[Contact, ...]) -> None:
        agreed = {Relation.ASKED, Relation.ACCEPTED}
        self._contacts = {c.id: c for c in contacts if c.relation in agreed and not c.frozen}
        chosen = self.who.currentData()
        with QSignalBlocker(self.who):
            self.who.clear()
            for contact in sorted(self._contacts.values(), key=lambda c: title_of(c).casefold()):
                self.who.addItem(title_of(contact), contact.id)
            self.who.setCurrentIndex(max(0, self.who.findData(chosen)))
        self.setHidden(not self._contacts)
        self._show_choice()

    @Slot()
    def _show_choice(self) -> None:
        contact = self._contacts.get(self.who.currentData())
        if contact is None:
            return
        name = _EVERYBODY if contact.cover is None else profile_of(contact.cover) or _OTHER
        if self.which.findData(_OTHER) < 0 and name == _OTHER:
            self.which.addItem(self.tr("Another schedule"), _OTHER)
        self.which.setCurrentIndex(self.which.findData(name))
        cover = within(contact.cover or self._info.cover, self._info.plan.limit)
        self._show_price(cover, reduced=cover != (contact.cover or self._info.cover))
        self._show_others()

    def _show_price(self, cover: Cover, *, reduced: bool) -> None:
        price = price_of(cover)
        words = self.tr("{hour} an hour · {month} a month")
        if reduced:
            words = self.tr("Reduced by the data budget: {hour} an hour · {month} a month")
        words = words.replace("{hour}", data_size(price.bytes_per_hour))
        self.price.setText(words.replace("{month}", data_size(price.bytes_per_month)))
        self.which.setAccessibleDescription(self.price.text())

    def _show_others(self) -> None:
        own = [c for c in self._contacts.values() if c.cover is not None]
        names = [
            f"{isolated(title_of(c))} ({profile_title(profile_of(c.cover) or '…')})"
            for c in own[:_NAMES_SHOWN]
            if c.cover is not None
        ]
        if len(own) > _NAMES_SHOWN:
            names.append(f"+{QLocale().toString(len(own) - _NAMES_SHOWN)}")
        words = self.tr("With a cover of their own: {names}.")
        self.others.setText(words.replace("{names}", ", ".join(names)))
        self.others.setHidden(not names)

    @Slot()
    def _set(self) -> None:
        name = self.which.currentData()
        if name == _OTHER:
            return
        command = SetContactCover(self.who.currentData(), COVER_PROFILES.get(name))
        self._requests.ask(command, Contact, self._on_set, self._on_failed)

    def _on_set(self, contact: Contact) -> None:
        self._contacts[contact.id] = contact
        self._show_choice()
        self.note.say(self.tr("Saved. It applies to connections that are made from now on."))

    def _on_failed(self, error: MessengerError) -> None:
        self._show_choice()
        self.note.say(sentence(error), Tone.DANGER)
