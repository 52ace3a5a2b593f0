"""Adding a contact: my side and their side in one dialog, by link or by address."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QTabBar, QWidget

from messenger.core.errors import MessengerError
from messenger.core.types import Contact, ContactId, MailRoute, NodeInfo
from messenger.engine.commands import ListContacts, WaitForStrangers
from messenger.engine.events import (
    ContactAccepted,
    ContactAdded,
    ContactChanged,
    ContactRemoved,
    ContactRequested,
    NodeInfoChanged,
    PresenceChanged,
    RelaysChanged,
    StrangersAdmitted,
)
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.acquaintances import one_name_two_keys
from messenger.gui.dialogs.added_page import AddedPage, cancelled_words
from messenger.gui.dialogs.code_source import CodeSource
from messenger.gui.dialogs.dial_panel import DialPanel
from messenger.gui.dialogs.doorway import Doorway
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import Note, Tone, title
from messenger.gui.dialogs.own_side import OwnSide
from messenger.gui.dialogs.pages import Page, Pages
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.dialogs.their_side import TheirSide
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_S, SPACE_XXL
from messenger.gui.words import name_in_sentence

_TWO_COLUMNS_FROM = 620  # pixels

_TABS_WIDTH = 200  # pixels, at least; below what their words take they end in ellipses


class AddContactDialog(Sheet):
    """Gives my side away and takes theirs; stays open to tell what happens next."""

    def __init__(self, client: EngineClient, node_info: NodeInfo, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Add a contact"), width=860)
        self.setAcceptDrops(True)
        self._requests = Requests(client, self)
        self._dialling = Requests(client, self)  # apart, so that it can be forgotten
        self._contacts: dict[ContactId, Contact] = {}
        self._mail: dict[ContactId, MailRoute] = {}  # ways through relays, as they come
        self.own_side = OwnSide(node_info)
        self.their_side = TheirSide(node_info, self)
        self.doorway = Doorway(node_info)
        self.dial_panel = DialPanel()
        self.added_page = AddedPage()
        self._tabs = QTabBar()
        self._tabs.setAccessibleName(self.tr("How to add"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        self._tabs.setMinimumWidth(_TABS_WIDTH)
        self._tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self._head = title(self.tr("Add a contact"))
        self._note = Note()
        self._pages = Pages()
        self._ways = (
            _two_columns(self.own_side, self.their_side),
            _two_columns(self.doorway, self.dial_panel),
        )
        self.body.addWidget(self._head)
        self.body.addWidget(self._tabs)
        self.body.addSpacing(SPACE_S)
        self.body.addWidget(self._pages)
        self.body.addWidget(self._note)
        self.body.addStretch(1)
        self.close_button = self.add_button(self.tr("Close"), self.close)
        self.add_another_button = self.add_button(self.tr("Add another"), self._start_over)
        self.add_contact_button = self.add_button(self.tr("Add contact"), self._go, "primary")
        self._connect(client)
        self._show_way(0)
        self._requests.ask(ListContacts(), tuple, self._on_contacts, self._on_failed)

    def _connect(self, client: EngineClient) -> None:
        self._tabs.addTab(self.tr("Link or QR code"))
        self._tabs.addTab(self.tr("By address"))
        self._tabs.currentChanged.connect(self._show_way)
        self.their_side.changed.connect(self._refresh)
        self.dial_panel.changed.connect(self._refresh)
        self.dial_panel.cancelled.connect(self._stop_dialling)
        self.doorway.asked.connect(self._ask_strangers)
        self.finished.connect(self._on_closed)
        client.received.connect(self._follow)

    # -- pages -----------------------------------------------------------------------------------

    @Slot(int)
    def _show_way(self, index: int) -> None:
        self._note.clear()
        self._pages.show_page(self._ways[index])
        self._refresh()
        if not self._tabs.hasFocus():
            fields: tuple[QWidget, ...] = (self.their_side.text_edit, self.dial_panel.host_edit)
            fields[index].setFocus()

    @Slot()
    def _start_over(self) -> None:
        self.added_page.forget()
        self.their_side.clear()
        self.dial_panel.clear()
        self._show_way(self._tabs.currentIndex())

    @Slot()
    def _refresh(self) -> None:
        done = self._pages.page is self.added_page
        by_address = self._pages.page is self._ways[1]
        self._head.setHidden(done)
        self._tabs.setHidden(done)
        self.add_another_button.setVisible(done)
        self.close_button.setHidden(done)
        words = self.tr("Connect") if by_address else self.tr("Add contact")
        self.add_contact_button.setText(self.tr("Done") if done else words)
        busy = self._dialling.busy
        ready = self.dial_panel.command if by_address else self.their_side.command
        self.add_contact_button.setEnabled(done or (ready is not None and not busy))

    @Slot()
    def _go(self) -> None:
        self._note.clear()
        if self._pages.page is self.added_page:
            self.close()
        elif self._pages.page is self._ways[1]:
            self._dial()
        elif (command := self.their_side.command) is not None:
            self._requests.ask(command, Contact, self._on_added, self._on_failed)
            self.add_contact_button.setEnabled(False)

    def _on_added(self, contact: Contact) -> None:
        others = [each for each in self._contacts.values() if each.id != contact.id]
        odd = one_name_two_keys(contact.title, contact.key, others)
        known = self._contacts.get(contact.id, contact)  # events may be ahead of the answer
        warning, mail = odd.text if odd else "", self._mail.get(contact.id)
        self.added_page.show_contact(known, warning=warning, mail=mail)
        self._pages.show_page(self.added_page)
        self._refresh()
        self.add_contact_button.setFocus()

    def _on_failed(self, error: MessengerError) -> None:
        self._note.say(sentence(error), Tone.DANGER)
        self._refresh()

    # -- by address --------------------------------------------------------------------------------

    def _dial(self) -> None:
        command = self.dial_panel.command
        if command is not None:
            self.dial_panel.show_work(command.address)
            self._dialling.ask(command, Contact, self._on_answered, self._on_dial_failed)
            self._refresh()

    def _on_answered(self, contact: Contact) -> None:
        self.dial_panel.show_work(None)
        self._on_added(contact)

    def _on_dial_failed(self, error: MessengerError) -> None:
        self.dial_panel.show_problem(sentence(error))
        self._refresh()

    @Slot()
    def _stop_dialling(self) -> None:
        self._dialling.forget()
        self.dial_panel.show_work(None)
        self.dial_panel.note.say(cancelled_words())
        self._refresh()

    @Slot(float)
    def _ask_strangers(self, seconds: float) -> None:
        command = WaitForStrangers(seconds)
        self._requests.ask(command, type(None), _nothing, self._on_door_failed)

    def _on_door_failed(self, error: MessengerError) -> None:
        self.doorway.show_problem(sentence(error))

    @Slot()
    def _on_closed(self) -> None:
        self.their_side.source.cancel()
        if self.doorway.waiting:
            self._ask_strangers(0.0)

    # -- events ------------------------------------------------------------------------------------

    def _on_contacts(self, contacts: Iterable[Contact]) -> None:
        self._contacts = {contact.id: contact for contact in contacts}
        self.their_side.show_contacts(self._contacts.values())

    @Slot(object)
    def _follow(self, event: object) -> None:
        match event:
            case ContactAdded(contact) | ContactChanged(contact) | ContactAccepted(contact):
                self._on_contact(contact)
            case ContactRequested(contact):
                self.doorway.show_visitor(name_in_sentence(contact))
            case ContactRemoved(contact_id):
                self._contacts.pop(contact_id, None)
                self.their_side.show_contacts(self._contacts.values())
            case PresenceChanged(contact_id):
                shown = self.added_page.contact
                if shown is not None and shown.id == contact_id:
                    self.added_page.show_contact(shown, event)
            case RelaysChanged(overview):
                self._mail = overview.best_routes()
                if (shown := self.added_page.contact) is not None:
                    self.added_page.show_contact(shown, mail=self._mail.get(shown.id))
            case StrangersAdmitted(until):
                self.doorway.admit_until(until)
            case NodeInfoChanged(info):
                self.own_side.show_info(info)
                self.doorway.show_info(info)
            case _:
                pass

    def _on_contact(self, contact: Contact) -> None:
        self._contacts[contact.id] = contact
        self.their_side.show_contacts(self._contacts.values())
        shown = self.added_page.contact
        if shown is not None and shown.id == contact.id:
            self.added_page.show_contact(contact)

    # -- pictures ----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if CodeSource.can_read(event.mimeData()) or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._tabs.setCurrentIndex(0)
        if self.their_side.read_mime(event.mimeData()):
            event.acceptProposedAction()


def _two_columns(left: Page, right: Page) -> Page:
    page = Page()
    row = FoldingRow(spacing=SPACE_XXL, side_by_side_from=_TWO_COLUMNS_FROM)
    row.add(left, 1)
    row.add(right, 1)
    page.column.addWidget(row)
    return page


def _nothing(_result: None) -> None:
    """The events tell what an accepted command did."""
