"""One conversation on screen: header, banners, messages, composer; or a request to answer.

Widgets hold no truth: the page follows events, and its parts send commands. What a person does
there is told in modules of their own: about the contact (contact_deeds), with a message
(message_deeds), with files (attachments), writing, reading, finding.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from messenger.core.errors import MessengerError
from messenger.core.types import Contact, ContactId, Relation
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.acquaintances import one_name_two_keys
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.models.conversation import ConversationModel
from messenger.gui.models.history import History
from messenger.gui.previews import Previews
from messenger.gui.standing import Standing
from messenger.gui.texts import sentence
from messenger.gui.views.attachments import Attachments
from messenger.gui.views.banners import (
    BannerArea,
    ChangedKeyBanner,
    FailureBanner,
    MailBanner,
    WaitingBanner,
)
from messenger.gui.views.composer import Composer
from messenger.gui.views.contact_deeds import ContactDeeds
from messenger.gui.views.conversation_view import ConversationView
from messenger.gui.views.find_bar import FindBar
from messenger.gui.views.finding import Finding
from messenger.gui.views.header import ConversationHeader, separator
from messenger.gui.views.message_deeds import MessageDeeds
from messenger.gui.views.reading import Reading
from messenger.gui.views.writing import Writing
from messenger.gui.words import name_in_sentence

if TYPE_CHECKING:
    from messenger.gui.views.request_page import RequestPage

SILENT: Final = frozenset({Relation.BLOCKED, Relation.DECLINED})  # nothing can be written to them


class ConversationPage(QWidget):
    """Owner: GUI thread.

    Signals:
        back_wanted: in a narrow window, back to the contacts.
        check_wanted: the person wants the connection check.
        contact_made: a ContactId that came out of treating a changed key as a new contact.
    """

    back_wanted = Signal()
    check_wanted = Signal()
    contact_made = Signal(object)

    def __init__(
        self, client: EngineClient, contacts: ContactsModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._contacts = contacts
        self._history: History | None = None
        self._contact: Contact | None = None
        self.model = ConversationModel(self)
        self.previews = Previews(client, self)
        # From the outside inwards, as in the window.
        self.header = ConversationHeader(self)
        self.find_bar = FindBar(self)
        self.pages = QStackedWidget(self)
        self._chat = QWidget(self.pages)
        self.changed_key = ChangedKeyBanner()
        self.waiting = WaitingBanner()
        self.mail = MailBanner()
        self.failure = FailureBanner()
        banners = (self.changed_key, self.waiting, self.mail, self.failure)
        self.banners = BannerArea(banners, self._chat)
        self.view = ConversationView(self.model, self._chat)
        self.composer = Composer(self._chat)
        self.attachments = Attachments(client, self)
        self.contact_deeds = ContactDeeds(client, contacts, self)
        self.message_deeds = MessageDeeds(client, self.attachments, self)
        self.writing = Writing(client, contacts, self.model, self.composer, self)
        self.reading = Reading(client, self.model, self.view, self)
        self.finding = Finding(client, self.model, self.view, self.find_bar, self)
        self._lay_out()
        self._connect_frame()
        self._connect_messages()

    # -- set up ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._chat)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banners)
        column.addWidget(self.view, 1)
        column.addWidget(self.composer)
        self.pages.addWidget(self._chat)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        for widget in (self.header, separator(), self.find_bar):
            outer.addWidget(widget)
        outer.addWidget(self.pages, 1)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    @cached_property
    def request(self) -> "RequestPage":
        """Stands there instead of a chat while somebody asks to be a contact; made then."""
        from messenger.gui.views.request_page import RequestPage  # noqa: PLC0415  seldom

        page = RequestPage(self.pages)
        page.accept_wanted.connect(self.contact_deeds.accept)
        page.decline_wanted.connect(self.contact_deeds.decline)
        page.block_wanted.connect(self.contact_deeds.block)
        self.pages.addWidget(page)
        return page

    def _connect_frame(self) -> None:
        """Header, banners and request: what is done about the contact."""
        header, deeds = self.header, self.contact_deeds
        header.back_wanted.connect(self.back_wanted)
        header.search_wanted.connect(self.finding.begin)
        header.date_wanted.connect(self.finding.go_to_date)
        header.connection_wanted.connect(deeds.show_connection)
        header.safety_number_wanted.connect(deeds.show_safety_number)
        header.build_wanted.connect(deeds.compare_builds)
        header.rename_wanted.connect(deeds.rename)
        header.block_wanted.connect(deeds.set_blocked)
        header.remove_wanted.connect(deeds.remove)
        header.timer_wanted.connect(deeds.set_timer)
        header.receipts_wanted.connect(deeds.set_receipts)
        self.changed_key.compare_wanted.connect(deeds.show_safety_number)
        self.changed_key.new_contact_wanted.connect(deeds.treat_as_new)
        self.changed_key.keep_wanted.connect(deeds.keep_frozen)
        self.waiting.unblock_wanted.connect(deeds.unblock)
        deeds.left_as_it_was.connect(self.refresh)
        deeds.check_wanted.connect(self.check_wanted)
        deeds.contact_made.connect(self.contact_made)

    def _connect_messages(self) -> None:
        """Messages and composer: what is done with a message, and with files."""
        view, composer, deeds = self.view, self.composer, self.message_deeds
        view.menu_wanted.connect(deeds.show_menu)
        view.again_wanted.connect(deeds.send_again)
        view.file_step_wanted.connect(deeds.take_file_step)
        view.link_activated.connect(deeds.open_link)
        view.answered_wanted.connect(self.finding.show_answered)
        view.picture_wanted.connect(self.attachments.show_picture)
        view.show_pictures(self.previews)
        deeds.copy_wanted.connect(view.copy)
        deeds.reply_wanted.connect(composer.reply_to)
        deeds.edit_wanted.connect(composer.edit_message)
        composer.file_wanted.connect(self.attachments.offer_file)
        composer.picture_wanted.connect(self.attachments.offer_picture)
        self.writing.sending.connect(self.finding.unmark)
        self.writing.sending.connect(view.show_newest)
        self.finding.ended.connect(self.focus_composer)
        parts = (view, self.attachments, self.contact_deeds, deeds, self.writing, self.finding)
        for part in parts:
            part.failed.connect(self.failure.show_words)

    # -- what the window asks -------------------------------------------------------------------

    @property
    def contact_id(self) -> ContactId | None:
        return self._contact.id if self._contact is not None else None

    def show_contact(self, history: History, contact: Contact) -> None:
        """Show a conversation from its newest message, with its draft.

        Raises:
            MessengerError: it cannot be read; the page then belongs to nobody.
        """
        self.leave()
        self.close_contact()  # first: what is written never goes to whom it was not meant for
        self._history = history
        self.model.open(history, contact)
        self._belong_to(contact)
        self.reading.begin()
        self.find_bar.finish()
        self.finding.unmark()
        self.failure.hide()
        self.composer.begin(contact.draft)
        self.refresh()
        self.view.show_unread()
        self.reading.tell()

    def _belong_to(self, contact: Contact | None) -> None:
        """Have every part go on with a contact as it is now, or with none."""
        self._contact = contact
        self.attachments.belong_to(contact)
        self.contact_deeds.belong_to(contact)
        self.message_deeds.belong_to(contact, self._history)
        self.writing.belong_to(contact)
        self.reading.belong_to(contact)
        self.finding.belong_to(contact, self._history)

    def leave(self) -> None:
        """Keep the draft before another conversation or the end comes."""
        if self._contact is not None:
            self.composer.flush()

    def close_contact(self) -> None:
        """Show nothing, not even what is in the composer: it was kept, or the contact is gone."""
        self._belong_to(None)
        self.model.close()
        self.composer.begin("")

    def forget(self) -> None:
        """Keep the draft, then hold nothing of any conversation: Hum was locked."""
        self.leave()
        self._history = None
        self.close_contact()
        self.previews.forget()
        self.attachments.forget()
        self.composer.set_recipient("")
        self.find_bar.finish()
        self.view.forget()
        self.header.forget()
        if "request" in vars(self):  # somebody asked since the start
            self.request.forget()
        for banner in (self.changed_key, self.waiting, self.mail, self.failure):
            banner.say("")
        self.failure.hide()

    @property
    def takes_files(self) -> bool:
        """Whether something can be offered to whoever is on screen."""
        return self._contact is not None and self.composer.isVisible()

    @Slot()
    def focus_composer(self) -> None:
        if self.pages.currentWidget() is not self._chat:
            self.request.accept_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def apply(self, event: object) -> None:
        """Follow one engine event; the contacts model has seen it already."""
        try:
            self.model.apply(event)
        except MessengerError as error:  # of a neighbour; the event concerns others too
            self.failure.show_words(sentence(error))
        self.previews.follow(event)
        self.reading.follow(event)
        self.attachments.follow(event)
        if self._contact is not None:
            self.refresh()
            self.reading.tell()

    @Slot()
    def refresh(self) -> None:
        """Bring everything around the messages up to date."""
        contact = self._contacts.contact(self._contact.id) if self._contact else None
        if contact is None:
            return
        standing = self._contacts.standing(contact.id)
        self._belong_to(contact)
        self.header.show_contact(contact, standing)
        asks = contact.relation is Relation.REQUEST
        self.pages.setCurrentWidget(self.request if asks else self._chat)
        self.header.search_button.setHidden(asks)
        if asks:
            odd = one_name_two_keys(contact.title, contact.key, self._contacts.everybody())
            self.request.show_contact(contact, standing.presence, odd.text if odd else "")
            return
        self._refresh_banners(contact, standing)
        self.composer.setHidden(contact.relation in SILENT)
        words = self.tr("Write to {name}").replace("{name}", name_in_sentence(contact))
        self.composer.set_recipient(words)
        self.view.say_if_empty()

    def _refresh_banners(self, contact: Contact, standing: Standing) -> None:
        self.changed_key.setHidden(not contact.frozen)
        waits = contact.relation is not Relation.ACCEPTED and not contact.frozen
        self.waiting.setHidden(not waits)
        if contact.frozen:
            self.changed_key.show_contact(contact)
        if waits:
            self.waiting.show_contact(contact, standing)
        self.mail.show_way(contact, standing.presence, standing.mail)
