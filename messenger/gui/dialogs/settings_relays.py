"""Settings: the relays where mail waits for me, and how I stand with each of them."""

from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from messenger.core.errors import MessengerError
from messenger.core.types import (
    Contact,
    ContactId,
    MailRoute,
    OwnRelay,
    RelayId,
    RelayOverview,
    RelayState,
)
from messenger.engine.commands import AddRelay, ListContacts, ListRelays, RemoveRelay
from messenger.engine.events import RelaysChanged
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.code_source import CodeSource
from messenger.gui.dialogs.confirm import confirm
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, field_label, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.dialogs.paste_edit import PasteEdit
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import push_button
from messenger.gui.mail_words import trouble_sentence
from messenger.gui.remote_text import isolated, shown_line
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_M, SPACE_S, set_look
from messenger.gui.words import name_in_sentence

MAX_RELAYS = 3  # as the engine allows

CARD_FROM: Final = 340  # pixels; narrower, the button stands below the words


class RelaySection(Page):
    """A card for each relay, a field for the link of another one, and what does not work."""

    def __init__(self, requests: Requests) -> None:
        super().__init__()
        self._requests = requests
        self._names: dict[ContactId, str] = {}
        self._overview = RelayOverview((), ())
        self.note = Note()
        self.troubles = Note()
        self.edit = PasteEdit()
        self.edit.setPlaceholderText("hum-relay:…")
        self.source = CodeSource(self, _is_link, self.tr("the link of a relay"))
        self._progress = BusyBar(self.tr("Reading the picture"))
        self.add_button = push_button(self.tr("Add relay"), self._add)
        self._buttons = self.source.make_buttons()
        self.column.addWidget(title(self.tr("Relays")))
        what = self.tr(
            "A relay is a server, your own or a friend’s, where messages wait while one of you is "
            "offline. It sees sealed envelopes, when they come and go, so when you write, and the "
            "address of this computer. It sees no names and no texts. Each relay costs as much "
            "cover traffic as a contact."
        )
        self.column.addWidget(TextLabel(what, tone="muted"))
        self._cards = QVBoxLayout()
        self._cards.setSpacing(SPACE_S)
        self.column.addLayout(self._cards)
        self._label = field_label(self.tr("&Link of a relay"), self.edit)
        for widget in (self._label, self.edit, self._buttons, self._progress):
            self.column.addWidget(widget)
        self.column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.note)
        self.column.addWidget(self.troubles)
        self._connect()
        self._show()
        requests.ask(ListContacts(), tuple, self._on_contacts, self._on_failed)
        requests.ask(ListRelays(), RelayOverview, self._on_overview, self._on_failed)

    def follow(self, event: RelaysChanged) -> None:
        """Follow what happens at the relays."""
        self._on_overview(event.overview)

    def _connect(self) -> None:
        self.edit.textChanged.connect(self._on_text)
        self.edit.mime_received.connect(self.source.read_mime)
        self.source.started.connect(self._progress.show)
        self.source.found.connect(self._on_found)
        self.source.failed.connect(self._on_unreadable)

    # -- adding and removing ----------------------------------------------------------------------

    @Slot()
    def _on_text(self) -> None:
        self.note.clear()
        self.add_button.setEnabled(bool(self.edit.toPlainText().strip()))

    @Slot(str)
    def _on_found(self, text: str) -> None:
        self._progress.hide()
        self.edit.setPlainText(text)

    @Slot(str)
    def _on_unreadable(self, problem: str) -> None:
        self._progress.hide()
        self.note.say(problem, Tone.WARNING)

    @Slot()
    def _add(self) -> None:
        link = self.edit.toPlainText().strip()
        if link:
            self.add_button.setEnabled(False)
            self._requests.ask(AddRelay(link), RelayOverview, self._on_added, self._on_refused)

    def _on_added(self, overview: RelayOverview) -> None:
        self.edit.clear()
        self._on_overview(overview)
        self.note.say(
            self.tr(
                "Added. Hum makes mailboxes there and tells your contacts the next time it "
                "reaches them."
            )
        )

    def _on_refused(self, error: MessengerError) -> None:
        self.add_button.setEnabled(True)
        self.note.say(sentence(error), Tone.WARNING)

    def _remove(self, relay: OwnRelay) -> None:
        if confirm(
            self,
            question=self.tr("Leave the relay {host}?").replace("{host}", str(relay.address)),
            effect=self.tr(
                "Your contacts are told to leave nothing there any more. What waits there is "
                "fetched first, then your mailboxes there are deleted."
            ),
            verb=self.tr("Leave"),
        ):
            command = RemoveRelay(RelayId(relay.id))
            self._requests.ask(command, RelayOverview, self._on_overview, self._on_failed)

    # -- what is shown ----------------------------------------------------------------------------

    def _on_contacts(self, contacts: tuple[Contact, ...]) -> None:
        self._names = {contact.id: name_in_sentence(contact) for contact in contacts}
        self._show_troubles()

    def _on_overview(self, overview: RelayOverview) -> None:
        self._overview = overview
        self._show()

    def _on_failed(self, error: MessengerError) -> None:
        self.note.say(sentence(error), Tone.DANGER)

    def _show(self) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        shown: list[QWidget] = [self._card(relay) for relay in self._overview.own]
        if not self._overview.own:
            none = self.tr(
                "You have no relay. Messages to you wait on the computers of your contacts until "
                "you are both online."
            )
            shown.append(TextLabel(none))
        for widget in shown:
            self._cards.addWidget(widget)
            widget.show()
        room = len(self._overview.own) < MAX_RELAYS
        for widget in (self._label, self.edit, self._buttons, self.add_button):
            widget.setVisible(room)
        self.add_button.setEnabled(bool(self.edit.toPlainText().strip()))
        self._show_troubles()

    def _card(self, relay: OwnRelay) -> QFrame:
        card = QFrame()
        set_look(card, "surface", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        row = FoldingRow(side_by_side_from=CARD_FROM)
        row.set_margins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        words = Page()
        words.column.setSpacing(SPACE_S)
        words.column.addWidget(TextLabel(_place_words(str(relay.address)), bold=True))
        words.column.addWidget(TextLabel(self._state_words(relay), tone="muted"))
        row.add(words, 1)
        leave = push_button(self.tr("Leave…"), lambda: self._remove(relay))
        leave.setAccessibleName(
            self.tr("Leave the relay {host}").replace("{host}", str(relay.address))
        )
        row.add(leave, top=True)
        column.addWidget(row)
        return card

    def _state_words(self, relay: OwnRelay) -> str:
        words = [
            {
                RelayState.CONNECTING: self.tr("Connecting…"),
                RelayState.CONNECTED: self.tr("Connected."),
                RelayState.UNREACHABLE: self.tr(
                    "Nobody answers at this address. Hum keeps trying."
                ),
                RelayState.SILENT: self.tr(
                    "Something answers there, but not as this relay. Compare the link with the one "
                    "that its host shows."
                ),
                RelayState.FAILING: self.tr(
                    "It did not answer as a relay does. Hum comes back later."
                ),
            }[relay.state]
        ]
        if relay.wanted_count:
            to_make = self.tr("Mailboxes still to be made: {count}.")
            words.append(to_make.replace("{count}", str(relay.wanted_count)))
        if relay.refused_count:
            strange = self.tr(
                "Envelopes that did not open: {count}. A few are left over when a direct "
                "connection was faster; many mean that the relay is broken or lies."
            )
            words.append(strange.replace("{count}", str(relay.refused_count)))
        return " ".join(words)

    def _show_troubles(self) -> None:
        lines = [self._trouble_words(r) for r in self._overview.routes if r.trouble is not None]
        self.troubles.say("\n".join(lines[:5]), Tone.WARNING, aloud=False)

    def _trouble_words(self, route: MailRoute) -> str:
        return trouble_sentence(route, self._names.get(route.contact, "…"))


def _is_link(text: str) -> bool:
    return text.strip().lower().startswith("hum-relay:")


def _place_words(address: str) -> str:
    """Return an address that may break after its dots and colons in a narrow window."""
    shown = isolated(shown_line(address))
    return shown.replace(".", ".\u200b").replace(":", ":\u200b")
