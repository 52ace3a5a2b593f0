"""One conversation on screen: header, banners, messages, composer; or a request to answer.

Widgets hold no truth: the page follows events and sends commands.
"""

import contextlib
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QDateTime, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget, QVBoxLayout, QWidget

from messenger.core.errors import NoSuchMessageError
from messenger.core.types import (
    Contact,
    ContactId,
    Message,
    MessageId,
    Relation,
    SearchHit,
)
from messenger.engine.commands import (
    AcceptContact,
    BlockContact,
    CancelFile,
    CancelMessage,
    Command,
    DeclineContact,
    DeleteMessage,
    EditMessage,
    KeepFrozen,
    MarkRead,
    PauseFile,
    React,
    RemoveContact,
    ResumeFile,
    RetryMessage,
    SaveDraft,
    SearchMessages,
    SendMessage,
    SetReceipts,
    SetTimer,
    TreatAsNewContact,
)
from messenger.engine.events import MessageAdded, Reply
from messenger.gui import dialogs
from messenger.gui.aloud import say_aloud
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.acquaintances import one_name_two_keys
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.models.conversation import ConversationModel
from messenger.gui.models.history import History
from messenger.gui.previews import Previews
from messenger.gui.standing import Standing
from messenger.gui.texts import sentence
from messenger.gui.times import local_day
from messenger.gui.views.attachments import Attachments
from messenger.gui.views.banners import (
    BannerArea,
    ChangedKeyBanner,
    FailureBanner,
    MailBanner,
    WaitingBanner,
)
from messenger.gui.views.composer import Composer
from messenger.gui.views.conversation_view import ConversationView
from messenger.gui.views.find_bar import FindBar
from messenger.gui.views.header import ConversationHeader, separator
from messenger.gui.views.message_menu import FILE_ACTIONS, MessageAction, MessageMenu
from messenger.gui.words import lifetime_words, name_in_sentence, next_file_step

if TYPE_CHECKING:
    from messenger.gui.views.request_page import RequestPage

SEARCH_LIMIT = 500  # hits gone through one by one
SILENT = frozenset({Relation.BLOCKED, Relation.DECLINED})  # nothing can be written to them


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
        self._client = client
        self._contacts = contacts
        self._history: History | None = None
        self._contact: Contact | None = None
        self._sending: dict[int, tuple[ContactId, str]] = {}  # request: what to give back
        self._read_row = 0  # the newest row that was told as read
        self._search_number = 0  # of the request whose hits are awaited
        self.model = ConversationModel(self)
        self.previews = Previews(client, self)
        self.attachments = Attachments(client, self)
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
        self._lay_out()
        self._connect()

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
        page.accept_wanted.connect(self._accept)
        page.decline_wanted.connect(self._decline)
        page.block_wanted.connect(self._block_request)
        self.pages.addWidget(page)
        return page

    def _connect(self) -> None:
        header = self.header
        header.back_wanted.connect(self.back_wanted)
        header.search_wanted.connect(self.begin_search)
        header.date_wanted.connect(self.go_to_date)
        header.connection_wanted.connect(self._show_connection)
        header.safety_number_wanted.connect(self._show_safety_number)
        header.build_wanted.connect(self._compare_builds)
        header.rename_wanted.connect(self._rename)
        header.block_wanted.connect(self._block)
        header.remove_wanted.connect(self._remove)
        self.changed_key.compare_wanted.connect(self._show_safety_number)
        self.changed_key.new_contact_wanted.connect(self._treat_as_new)
        self.changed_key.keep_wanted.connect(self._keep_frozen)
        self.waiting.unblock_wanted.connect(self._unblock)
        self.composer.send_wanted.connect(self._send)
        self.composer.draft_changed.connect(self._save_draft)
        self.composer.edit_last_wanted.connect(self._edit_last)
        self.composer.file_wanted.connect(self.attachments.offer_file)
        self.composer.picture_wanted.connect(self.attachments.offer_picture)
        self.attachments.failed.connect(self.failure.show_words)
        self.view.file_step_wanted.connect(self._take_file_step)
        self.view.answered_wanted.connect(self._show_answered)
        self.view.picture_wanted.connect(self.attachments.show_picture)
        self.view.show_pictures(self.previews)
        header.timer_wanted.connect(self._set_timer)
        header.receipts_wanted.connect(self._set_receipts)
        self.view.link_activated.connect(self._open_link)
        self.view.menu_wanted.connect(self._show_menu)
        self.view.again_wanted.connect(self._send_message_again)
        self.view.at_newest.connect(self._on_at_newest)
        self.find_bar.query_changed.connect(self._search)
        self.find_bar.went_to.connect(self._go_to_hit)
        self.find_bar.closed.connect(self._end_search)

    # -- what the window asks -------------------------------------------------------------------

    @property
    def contact_id(self) -> ContactId | None:
        return self._contact.id if self._contact is not None else None

    def show_contact(self, history: History, contact: Contact) -> None:
        """Show a conversation from its newest message, with its draft."""
        self.leave()
        self._history = history
        self._contact = contact
        self.attachments.belong_to(contact)
        self._read_row = 0
        self.find_bar.finish()
        self.view.set_hits({})
        self.failure.hide()
        self.model.open(history, contact)
        self.composer.begin(contact.draft)
        self.refresh()
        self.view.show_unread()
        self.tell_read()

    def leave(self) -> None:
        """Keep the draft before another conversation or the end comes."""
        if self._contact is not None:
            self.composer.flush()

    def close_contact(self) -> None:
        """Show nothing, because the contact is gone."""
        self._contact = None
        self.attachments.belong_to(None)
        self.model.close()

    def forget(self) -> None:
        """Keep the draft, then hold nothing of any conversation: Hum was locked."""
        self.leave()
        self.close_contact()
        self.previews.forget()
        self.attachments.forget()
        self._history = None
        self.composer.begin("")
        self.composer.set_recipient("")
        self.find_bar.finish()
        self.header.name.say("")
        for banner in (self.changed_key, self.waiting, self.mail, self.failure):
            banner.say("")
        self.failure.hide()

    @property
    def takes_files(self) -> bool:
        """Whether something can be offered to whoever is on screen."""
        return self._contact is not None and self.composer.isVisible()

    def focus_composer(self) -> None:
        if self.pages.currentWidget() is not self._chat:
            self.request.accept_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def apply(self, event: object) -> None:
        """Follow one engine event; the contacts model has seen it already."""
        self.model.apply(event)
        self.previews.follow(event)
        if isinstance(event, MessageAdded):
            self._mark_unread(event.message)
            self._read_aloud(event.message)
        self.attachments.follow(event)
        if self._contact is not None:
            self.refresh()
            self.tell_read()

    def refresh(self) -> None:
        """Bring everything around the messages up to date."""
        contact = self._contacts.contact(self._contact.id) if self._contact else None
        if contact is None:
            return
        standing = self._contacts.standing(contact.id)
        self._contact = contact
        self.attachments.belong_to(contact)
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

    @Slot()
    def begin_search(self) -> None:
        """Open the search in this conversation."""
        if self._contact is not None and self.pages.currentWidget() is self._chat:
            self.find_bar.begin()

    def _mark_unread(self, message: Message) -> None:
        """Draw the line above the first message that nobody saw come."""
        if self._contact is None or message.contact != self._contact.id:
            return
        if message.outgoing:
            self.model.set_unread_from(None)
        elif not self._seen():
            marked = self.model.unread_from
            if marked is None or marked <= self._read_row:
                self.model.set_unread_from(message.row)

    def _read_aloud(self, message: Message) -> None:
        """Say what has come into the conversation before somebody, whatever has the focus."""
        row = self.model.row_of(message.row)
        here = self._contact is not None and message.contact == self._contact.id
        if here and row is not None and not message.outgoing and self.window().isActiveWindow():
            say_aloud(self.view, self.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole))

    def _seen(self) -> bool:
        """Whether the end of the conversation is before somebody's eyes."""
        return self.view.follows_newest and self.isVisible() and self.window().isActiveWindow()

    @Slot()
    def go_to_date(self) -> None:
        """Ask for a day, then go to its first message."""
        oldest = self.model.oldest() if self._contact is not None else None
        if oldest is None or self.pages.currentWidget() is not self._chat:
            return
        today = local_day(QDateTime.currentMSecsSinceEpoch())
        first = min(local_day(oldest.arrived_at), today)
        dialog = dialogs.JumpToDateDialog(first, today, self._day_in_sight(today), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._show_day)
        dialog.open()

    def _day_in_sight(self, otherwise: int) -> int:
        index = self.view.indexAt(QPoint(self.view.viewport().width() // 2, 1))
        if not index.isValid():
            return otherwise
        return local_day(self.model.message(index.row()).arrived_at)

    @Slot(int)
    def _show_day(self, day: int) -> None:
        if self._history is None or self._contact is None:
            return
        start = QDate.fromJulianDay(day).startOfDay().toMSecsSinceEpoch()
        row = self._history.first_since(self._contact.id, start)
        if row is None:
            self.view.show_newest()
        else:
            self.view.show_message(row, QAbstractItemView.ScrollHint.PositionAtTop)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def tell_read(self) -> None:
        """Tell the engine what was seen: the end of the conversation, in an active window."""
        contact = self._contact
        rows = self.model.rowCount()
        if contact is None or not rows or contact.relation is Relation.REQUEST:
            return
        newest = self.model.message(rows - 1).row
        if self._seen() and newest > self._read_row and contact.unread_count:
            self._read_row = newest
            self._client.send(MarkRead(contact.id, newest))

    # -- messages -------------------------------------------------------------------------------

    @Slot(str)
    def _send(self, text: str) -> None:
        if self._contact is None:
            return
        target = self.composer.target
        if target is not None and target.edits:
            self._ask(EditMessage(target.message.row, text))
            return
        self.view.set_hits({})
        self.view.show_newest()
        reply_to = target.message.id if target is not None else None
        command = SendMessage(self._contact.id, text, reply_to)
        number = self._client.request(command, self._on_sent)
        self._sending[number] = (self._contact.id, text)

    def _on_sent(self, reply: Reply) -> None:
        contact, text = self._sending.pop(reply.request, (None, ""))
        if reply.error is None:
            return
        if self._contact is not None and contact == self._contact.id:
            self.failure.show_words(sentence(reply.error))
            self.composer.take_back(text)
        elif contact is not None:
            self._client.send(SaveDraft(contact, text))
            self._contacts.set_draft(contact, text)

    @Slot(str)
    def _save_draft(self, text: str) -> None:
        if self._contact is not None:
            self._client.send(SaveDraft(self._contact.id, text))
            self._contacts.set_draft(self._contact.id, text)

    @Slot(str)
    def _open_link(self, url: str) -> None:
        dialog = dialogs.OpenLinkDialog(url, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot(object, QPoint)
    def _show_menu(self, message: Message, place: QPoint) -> None:
        menu = MessageMenu(message, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.chosen.connect(self.do_with_message)
        menu.popup(place)

    @Slot(object, object, str)
    def do_with_message(self, action: MessageAction, message: Message, emoji: str) -> None:
        """Do what was chosen in the menu of a message."""
        match action:
            case MessageAction.COPY:
                self.view.copy()
            case MessageAction.REPLY:
                self.composer.reply_to(message)
            case MessageAction.EDIT:
                self.composer.edit_message(message)
            case MessageAction.TIMELINE:
                self._show_timeline(message)
            case MessageAction.DELETE_HERE | MessageAction.DELETE_FOR_BOTH:
                self._delete(message, for_both=action is MessageAction.DELETE_FOR_BOTH)
            case MessageAction.FILE_ACCEPT | MessageAction.FILE_SAVE:
                self.attachments.save(message)
            case MessageAction.PICTURE_OPEN:
                self.attachments.show_picture(message)
            case MessageAction.PICTURE_COPY:
                self.attachments.copy_picture(message)
            case _:
                self._ask(_command(action, message, emoji))

    def _show_timeline(self, message: Message) -> None:
        if self._history is not None:
            steps = self._history.timeline(message.row)
            dialog = dialogs.TimelineDialog(steps, self, relay=message.relay)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _delete(self, message: Message, *, for_both: bool) -> None:
        if self._contact is not None and dialogs.confirm_delete(
            self, self._contact, for_both=for_both
        ):
            self._ask(DeleteMessage(message.row, for_both))

    @Slot(object)
    def _send_message_again(self, message: Message) -> None:
        self._ask(RetryMessage(message.row))

    @Slot()
    def _edit_last(self) -> None:
        message = self.model.newest_own()
        if message is not None:
            self.composer.edit_message(message)

    @Slot(object)
    def _show_answered(self, message_id: MessageId) -> None:
        if self._history is None or self._contact is None:
            return
        with contextlib.suppress(NoSuchMessageError):
            found = self._history.find_message(message_id, self._contact.id)
            self.view.show_message(found.row)

    @Slot(int)
    def _set_timer(self, seconds: int) -> None:
        contact = self._contact
        if contact is None:
            return
        if dialogs.confirm_timer(self, contact, lifetime_words(seconds) if seconds else ""):
            self._ask(SetTimer(contact.id, seconds))
        else:
            self.refresh()

    @Slot(bool)
    def _set_receipts(self, wanted: bool) -> None:
        contact = self._contact
        if contact is None:
            return
        if not wanted or dialogs.confirm_receipts(self, contact):
            self._ask(SetReceipts(contact.id, wanted))
        else:
            self.refresh()

    @Slot(object)
    def _take_file_step(self, message: Message) -> None:
        step = next_file_step(message)
        if step is not None:
            self.do_with_message(FILE_ACTIONS[step], message, "")

    # -- the contact ----------------------------------------------------------------------------

    def _ask(self, command: Command) -> None:
        self._client.request(command, self._on_asked)

    def _on_asked(self, reply: Reply) -> None:
        if reply.error is not None:
            self.failure.show_words(sentence(reply.error))

    @Slot()
    def _show_safety_number(self) -> None:
        if self._contact is not None and self._contact.relation is not Relation.REQUEST:
            dialog = dialogs.SafetyNumberDialog(self._client, self._contact, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    @Slot()
    def _show_connection(self) -> None:
        if self._contact is not None:
            dialog = dialogs.ConnectionDialog(self._client, self._contacts, self._contact, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.check_wanted.connect(self.check_wanted)
            dialog.open()

    @Slot()
    def _compare_builds(self) -> None:
        if self._contact is not None:
            dialog = dialogs.BuildCompareDialog(self._client, self._contact, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    @Slot()
    def _rename(self) -> None:
        if self._contact is not None:
            dialog = dialogs.RenameDialog(self._client, self._contact, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    @Slot(bool)
    def _block(self, blocked: bool) -> None:
        contact = self._contact
        if contact is not None and (not blocked or dialogs.confirm_block(self, contact)):
            self._ask(BlockContact(contact.id, blocked))

    @Slot()
    def _unblock(self) -> None:
        self._block(False)

    @Slot()
    def _block_request(self) -> None:
        self._block(True)

    @Slot()
    def _remove(self) -> None:
        if self._contact is not None and dialogs.confirm_remove(self, self._contact):
            self._ask(RemoveContact(self._contact.id))

    @Slot()
    def _accept(self) -> None:
        if self._contact is not None:
            self._ask(AcceptContact(self._contact.id))

    @Slot()
    def _decline(self) -> None:
        if self._contact is not None:
            self._ask(DeclineContact(self._contact.id))

    @Slot()
    def _keep_frozen(self) -> None:
        if self._contact is not None:
            self._ask(KeepFrozen(self._contact.id))

    @Slot()
    def _treat_as_new(self) -> None:
        contact = self._contact
        if contact is not None and dialogs.confirm_new_contact(self, contact):
            self._client.request(TreatAsNewContact(contact.id), self._on_made)

    def _on_made(self, reply: Reply) -> None:
        self._on_asked(reply)
        if isinstance(reply.result, Contact):
            self.contact_made.emit(reply.result.id)

    # -- search ---------------------------------------------------------------------------------

    @Slot(str)
    def _search(self, query: str) -> None:
        """Have the engine search; the answer to an older question is not shown."""
        self._search_number = 0
        if query and self._contact is not None:
            command = SearchMessages(query, self._contact.id, SEARCH_LIMIT)
            self._search_number = self._client.request(command, self._on_found)
        else:
            self._show_hits(())

    def _on_found(self, reply: Reply) -> None:
        if reply.request == self._search_number and isinstance(reply.result, tuple):
            self._show_hits(reply.result)

    def _show_hits(self, hits: tuple[SearchHit, ...]) -> None:
        self.view.set_hits({hit.message.row: hit.ranges for hit in hits})
        self.find_bar.show_hits(hits)

    def show_hit(self, hit: SearchHit) -> None:
        """Show a message that was found elsewhere, with its words marked."""
        self.view.set_hits({hit.message.row: hit.ranges})
        self.view.show_message(hit.message.row)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _go_to_hit(self, hit: SearchHit) -> None:
        self.view.show_message(hit.message.row)

    @Slot()
    def _end_search(self) -> None:
        self._search_number = 0
        self.view.set_hits({})
        self.focus_composer()

    @Slot(bool)
    def _on_at_newest(self, at_newest: bool) -> None:
        if at_newest:
            self.tell_read()


def _command(action: MessageAction, message: Message, emoji: str) -> Command:
    """Return what the engine is asked for an entry of the menu."""
    match action:
        case MessageAction.REACT:
            return React(message.row, emoji)
        case MessageAction.AGAIN:
            return RetryMessage(message.row)
        case MessageAction.CANCEL:
            return CancelMessage(message.row)
        case MessageAction.FILE_PAUSE:
            return PauseFile(message.row)
        case MessageAction.FILE_RESUME:
            return ResumeFile(message.row)
        case _:
            return CancelFile(message.row)
