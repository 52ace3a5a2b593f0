"""Going to a place in a conversation: to found words, to a day, to a message that is answered."""

import contextlib
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QDate, QDateTime, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QWidget

from messenger.core.errors import MessengerError, NoSuchMessageError
from messenger.core.types import Contact, Message, MessageId, Relation, SearchHit
from messenger.engine.commands import SearchMessages
from messenger.engine.events import Reply
from messenger.gui import dialogs
from messenger.gui.client import EngineClient
from messenger.gui.models.conversation import ConversationModel
from messenger.gui.models.history import History
from messenger.gui.texts import sentence
from messenger.gui.times import local_day
from messenger.gui.views.conversation_view import ConversationView
from messenger.gui.views.find_bar import FindBar

SEARCH_LIMIT: Final = 500  # hits gone through one by one


class Finding(QObject):
    """Searches for what is typed into the bar, and shows what was found among the messages.

    Owner: GUI thread. Does nothing while somebody only asks to be a contact.

    Signals:
        ended: the search was closed.
        failed: a sentence for the person.
    """

    ended = Signal()
    failed = Signal(str)

    def __init__(
        self,
        client: EngineClient,
        model: ConversationModel,
        view: ConversationView,
        bar: FindBar,
        page: QWidget,
    ) -> None:
        """``page`` is where the calendar opens."""
        super().__init__(page)
        self._client = client
        self._model = model
        self._view = view
        self._bar = bar
        self._page = page
        self._contact: Contact | None = None
        self._history: History | None = None
        self._asked = 0  # number of the request whose hits are awaited
        bar.query_changed.connect(self._search)
        bar.went_to.connect(self._go_to_hit)
        bar.closed.connect(self._end)

    def belong_to(self, contact: Contact | None, history: History | None) -> None:
        """Go on with another conversation, or with none."""
        self._contact = contact
        self._history = history

    def _has_messages(self) -> bool:
        return self._contact is not None and self._contact.relation is not Relation.REQUEST

    # -- words ----------------------------------------------------------------------------------

    @Slot()
    def begin(self) -> None:
        """Open the search in this conversation."""
        if self._has_messages():
            self._bar.begin()

    @Slot(str)
    def _search(self, query: str) -> None:
        """Have the engine search; the answer to an older question is not shown."""
        self._asked = 0
        if query and self._contact is not None:
            command = SearchMessages(query, self._contact.id, SEARCH_LIMIT)
            self._asked = self._client.request(command, self._on_found)
        else:
            self._show_hits(())

    def _on_found(self, reply: Reply) -> None:
        if reply.request != self._asked:
            return
        if reply.error is not None:
            self.failed.emit(sentence(reply.error))
        self._show_hits(reply.result if isinstance(reply.result, tuple) else ())

    def _show_hits(self, hits: tuple[SearchHit, ...]) -> None:
        self._view.set_hits({hit.message.row: hit.ranges for hit in hits})
        self._bar.show_hits(hits)

    @Slot(object)
    def _go_to_hit(self, hit: SearchHit) -> None:
        self._view.show_message(hit.message.row)

    def show_hit(self, hit: SearchHit) -> None:
        """Show a message that was found elsewhere, with its words marked."""
        self._view.set_hits({hit.message.row: hit.ranges})
        self._view.show_message(hit.message.row)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def unmark(self) -> None:
        """Mark no found words any more."""
        self._view.set_hits({})

    @Slot()
    def _end(self) -> None:
        self._asked = 0
        self.unmark()
        self.ended.emit()

    # -- a day ----------------------------------------------------------------------------------

    @Slot()
    def go_to_date(self) -> None:
        """Ask for a day, then go to its first message."""
        if not self._has_messages():
            return
        with self._saying_errors():
            oldest = self._model.oldest()
            if oldest is not None:
                self._ask_for_day(oldest)

    def _ask_for_day(self, oldest: Message) -> None:
        today = local_day(QDateTime.currentMSecsSinceEpoch())
        first = min(local_day(oldest.arrived_at), today)
        dialog = dialogs.JumpToDateDialog(first, today, self._day_in_sight(today), self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._show_day)
        dialog.open()

    def _day_in_sight(self, otherwise: int) -> int:
        index = self._view.indexAt(QPoint(self._view.viewport().width() // 2, 1))
        if not index.isValid():
            return otherwise
        return local_day(self._model.message(index.row()).arrived_at)

    @Slot(int)
    def _show_day(self, day: int) -> None:
        if self._history is None or self._contact is None:
            return
        start = QDate.fromJulianDay(day).startOfDay().toMSecsSinceEpoch()
        with self._saying_errors():
            row = self._history.first_since(self._contact.id, start)
            if row is None:
                self._view.show_newest()
            else:
                self._view.show_message(row, QAbstractItemView.ScrollHint.PositionAtTop)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- an answered message --------------------------------------------------------------------

    @Slot(object)
    def show_answered(self, message_id: MessageId) -> None:
        """Go to a message that another one answers, if it is still here."""
        if self._history is None or self._contact is None:
            return
        with self._saying_errors(), contextlib.suppress(NoSuchMessageError):
            found = self._history.find_message(message_id, self._contact.id)
            self._view.show_message(found.row)

    @contextlib.contextmanager
    def _saying_errors(self) -> Iterator[None]:
        try:
            yield
        except MessengerError as error:
            self.failed.emit(sentence(error))
