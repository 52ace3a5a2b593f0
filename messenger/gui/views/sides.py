"""The two sides of the window: contacts on the left, on the right a conversation or none.

Where there is no room for both, one of them is shown at a time.
"""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from messenger.core.errors import MessengerError
from messenger.core.types import Contact, ContactId, SearchHit
from messenger.gui.client import EngineClient
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.models.history import History
from messenger.gui.texts import sentence
from messenger.gui.views.contacts_panel import ContactsPanel
from messenger.gui.views.conversation_page import ConversationPage
from messenger.gui.views.pages import EmptyPage


class Sides(QSplitter):
    """Leads from one conversation to another, and back to the contacts.

    Owner: GUI thread.

    Signals:
        failed: a sentence for the person; no conversation is on screen.
    """

    failed = Signal(str)

    def __init__(self, client: EngineClient, contacts: ContactsModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._contacts = contacts
        self._history: History | None = None
        self._narrow = False
        self.panel = ContactsPanel(contacts, self)
        self.right = QStackedWidget(self)
        self.nothing_chosen = EmptyPage("wave", "", "", self.right)
        self.nothing_chosen.use_surface()
        self.page = ConversationPage(client, contacts, self.right)
        self._lay_out()
        for signal in (contacts.rowsInserted, contacts.rowsRemoved, contacts.modelReset):
            signal.connect(self._refresh_nothing_chosen)
        self._refresh_nothing_chosen()
        self.panel.chosen.connect(self.choose)
        self.page.back_wanted.connect(self._back)
        self.page.contact_made.connect(self.choose)

    def _lay_out(self) -> None:
        self.right.addWidget(self.nothing_chosen)
        self.right.addWidget(self.page)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.addWidget(self.panel)
        self.addWidget(self.right)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self.setSizes([320, 640])

    @Slot()
    def _refresh_nothing_chosen(self) -> None:
        page = self.nothing_chosen
        if self._contacts.rowCount():
            page.heading.setText(self.tr("No conversation chosen"))
            page.sentence.setText(
                self.tr("Choose somebody on the left, or press Ctrl+K and type a name.")
            )
        else:
            page.heading.setText(self.tr("Your conversations will stand here"))
            page.sentence.setText(
                self.tr(
                    "Once you are connected, cells of one size leave at instants that no message "
                    "ever moves. Along the bottom you see them go by."
                )
            )

    # -- what is shown --------------------------------------------------------------------------

    @property
    def talking(self) -> bool:
        """Whether a conversation is on screen."""
        return self.right.currentWidget() is self.page

    def read_from(self, history: History) -> None:
        """Show conversations of this history from now on."""
        self._history = history

    @Slot(object)
    def choose(self, contact_id: ContactId) -> None:
        """Show a conversation."""
        contact = self._contacts.contact(contact_id)
        if contact is None or self._history is None:
            return
        self.panel.show_chosen(contact_id)
        if self.page.contact_id != contact_id and not self._read(self._history, contact):
            return
        self.right.setCurrentWidget(self.page)
        self._show()
        self.page.reading.tell()
        if not self.panel.list.hasFocus() or self._narrow:
            self.page.focus_composer()

    def _read(self, history: History, contact: Contact) -> bool:
        """Have the page show a conversation; where it cannot be read, show none and say so."""
        try:
            self.page.show_contact(history, contact)
        except MessengerError as error:
            self.close_conversation()
            self.failed.emit(sentence(error))
            return False
        return True

    @Slot(object)
    def show_hit(self, hit: SearchHit) -> None:
        """Show a message that was found elsewhere."""
        self.choose(hit.message.contact)
        if self.page.contact_id == hit.message.contact:
            self.page.find_bar.finish()
            self.page.finding.show_hit(hit)

    def close_conversation(self) -> None:
        """Show none: the contact is gone, or what they wrote cannot be read."""
        self.page.close_contact()
        self._show_nothing()

    def forget(self) -> None:
        """Hold nothing of anybody: Hum was locked."""
        self.page.forget()
        self.panel.search.clear()
        self._show_nothing()
        self._history = None

    def _show_nothing(self) -> None:
        self.panel.show_chosen(None)
        self.right.setCurrentWidget(self.nothing_chosen)
        self._show()

    def set_narrow(self, narrow: bool) -> None:
        """Have room for one side only, or for both."""
        if narrow is not self._narrow:
            self._narrow = narrow
            self._show()

    def _show(self) -> None:
        """Show both sides, or in a narrow window the one that matters."""
        self.panel.setVisible(not (self._narrow and self.talking))
        self.right.setVisible(self.talking or not self._narrow)
        self.page.header.back_button.setVisible(self._narrow)

    # -- by keys --------------------------------------------------------------------------------

    @Slot()
    def jump(self) -> None:
        """Type a name to go to."""
        if self._narrow and self.talking:
            self._back()
        self.panel.focus_search()

    @Slot()
    def previous(self) -> None:
        self.panel.step(-1)

    @Slot()
    def next(self) -> None:
        self.panel.step(1)

    def end_search(self) -> bool:
        """End the nearest search; tell whether there was one."""
        if self.panel.search.text():
            self.panel.search.clear()
        elif not self.page.find_bar.isHidden():
            self.page.find_bar.finish()
        else:
            return False
        return True

    def step_back(self) -> None:
        """Go to the contacts where the conversation hides them, or else to the composer."""
        if self._narrow and self.talking:
            self._back()
        elif self.talking:
            self.page.focus_composer()

    @Slot()
    def _back(self) -> None:
        """In a narrow window, show the contacts again."""
        self.page.leave()
        self.close_conversation()
        self.panel.list.setFocus(Qt.FocusReason.OtherFocusReason)
