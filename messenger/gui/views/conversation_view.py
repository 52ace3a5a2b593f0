"""The messages of one conversation: scrolling, marking text, copying, following the newest.

The model holds a window of the history; this view asks it for more before an end comes into
sight, and keeps what is on screen where it is while rows come and go above it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QDateTime,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QPointF,
    QSignalBlocker,
    Qt,
    QTextBoundaryFinder,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from messenger.core.errors import MessengerError
from messenger.core.types import Message
from messenger.gui.delegates.message import MessageDelegate, TextSelection
from messenger.gui.icons import IconButton
from messenger.gui.models.conversation import OPEN_LEN, ConversationModel, ConversationRole
from messenger.gui.previews import Previews
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_S, set_look
from messenger.gui.times import local_day, ms_to_midnight
from messenger.gui.views.viewport import own_viewport
from messenger.gui.words import can_be_sent_again

if TYPE_CHECKING:
    from messenger.gui.views.unwritten import Unwritten

LINE_STEP: Final = 24  # pixels a turn of the wheel counts as one line
LEAST_ROW: Final = 32  # pixels; a short line that joins the one above, in common fonts
DAY_CHECK_MS: Final = 600_000  # at most, to the next look: timers do not count a computer's sleep
NEAR_END: Final = 2  # pixels; closer to the end than this is "at the newest"
_LEFT: Final = Qt.MouseButton.LeftButton


class ConversationView(QListView):
    """Owner: GUI thread.

    Signals:
        link_activated: a web address in a message was clicked.
        menu_wanted: a message was right-clicked or the menu key pressed: Message, place on screen.
        again_wanted: a Message that was not sent shall be sent again.
        file_step_wanted: the next step for the file of a Message.
        picture_wanted: the picture of a Message shall be shown large.
        answered_wanted: the MessageId that a message answers shall be shown.
        at_newest: whether the newest message is in sight, when that changes.
        failed: a sentence for the person: what comes next cannot be read.
    """

    link_activated = Signal(str)
    menu_wanted = Signal(object, QPoint)
    again_wanted = Signal(object)
    file_step_wanted = Signal(object)
    picture_wanted = Signal(object)
    answered_wanted = Signal(object)
    at_newest = Signal(bool)
    failed = Signal(str)

    def __init__(self, model: ConversationModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        own_viewport(self, QPalette.ColorRole.Base)
        self._conversation = model
        self._painter = MessageDelegate(model, self.font(), self)
        self._anchor: tuple[int, int] | None = None  # Message.row and its top in the viewport
        self._follow = True  # the newest message is in sight and shall stay so
        self._pressed_link: str | None = None
        self._marking = False
        self._unwritten: Unwritten | None = None
        self.newest_button = IconButton("down", self.tr("Jump to the newest message"), self)
        set_look(self.newest_button, "kind", "float")
        self.newest_button.clicked.connect(self.show_newest)
        self.newest_button.hide()
        self._set_up()
        self.setItemDelegate(self._painter)
        self.setModel(model)
        model.modelReset.connect(self._on_reset)
        model.rowsAboutToBeInserted.connect(self._remember)
        model.rowsAboutToBeRemoved.connect(self._remember)
        model.dataChanged.connect(self._remember)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.setInterval(0)
        self._more.timeout.connect(self._load_more)
        self._midnight = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._midnight.timeout.connect(self.follow_day)
        model.rowsInserted.connect(self.follow_day)

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._reserve_bar(True)
        self.verticalScrollBar().setSingleStep(LINE_STEP)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Messages"))

    # -- what others ask ------------------------------------------------------------------------

    def forget(self) -> None:
        """Hold nothing of any message, as the model does: Hum was locked."""
        self._painter.forget()
        self.say_if_empty()

    @property
    def painter_delegate(self) -> MessageDelegate:
        return self._painter

    @property
    def follows_newest(self) -> bool:
        """Whether the newest message of the history is in sight."""
        return self._follow and self._conversation.at_newest

    @Slot()
    def show_newest(self) -> None:
        """Go to the end of the conversation."""
        if not self._conversation.at_newest and not self._read(self._conversation.show_newest):
            return
        self._set_follow(True)
        self.scrollToBottom()

    def show_message(
        self,
        message_row: int,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.PositionAtCenter,
    ) -> None:
        """Go to a message anywhere in the history and make it the current one."""
        if self._conversation.row_of(message_row) is None:
            self._read(lambda: self._conversation.show_around(message_row))
        row = self._conversation.row_of(message_row)
        if row is None:
            return
        self._anchor = None
        self._set_follow(False)
        index = self._conversation.index(row)
        self.executeDelayedItemsLayout()
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(index, hint)

    def set_hits(self, hits: dict[int, tuple[tuple[int, int], ...]]) -> None:
        """Mark found words: for each Message.row its (start, end) pairs in characters."""
        self._painter.hits = dict(hits)
        self.viewport().update()

    @Slot()
    def copy(self) -> None:
        """Copy the marked text, or else the chosen messages, or else the current one."""
        text = self.marked_text() or self._chosen_text()
        if text:
            QGuiApplication.clipboard().setText(text)

    def marked_text(self) -> str:
        """Return the marked part of a message, as it was received."""
        marked = self._painter.selection
        row = self._conversation.row_of(marked.row) if marked is not None else None
        if marked is None or row is None:
            return ""
        start, end = marked.ordered
        return self._painter.bubble(self._conversation.index(row)).text.copied(start, end)

    def _chosen_text(self) -> str:
        rows = sorted(index.row() for index in self.selectedIndexes())
        if not rows and self.currentIndex().isValid():
            rows = [self.currentIndex().row()]
        return "\n".join(self._conversation.message(row).text for row in rows)

    # -- staying where one is -------------------------------------------------------------------

    @Slot()
    def _remember(self) -> None:
        """Note what is on screen before rows change."""
        if self._anchor is not None or self._follow:
            return
        index = self.indexAt(QPoint(self.viewport().width() // 2, 1))
        if index.isValid():
            message: Message = index.data(ConversationRole.MESSAGE)
            self._anchor = (message.row, self.visualRect(index).top())

    def doItemsLayout(self) -> None:
        """Lay out, then put what was on screen back to where it was."""
        super().doItemsLayout()
        self._stand_at_bottom(self._free_height())
        self.say_if_empty()
        if self._follow:
            self.scrollToBottom()
        elif self._anchor is not None:
            message_row, top = self._anchor
            row = self._conversation.row_of(message_row)
            if row is not None:
                moved = self.visualRect(self._conversation.index(row)).top() - top
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + moved)
        self._anchor = None

    def _free_height(self) -> int:
        """Return the pixels that the whole conversation leaves free; 0 where it has to scroll."""
        model = self._conversation
        if not (model.rowCount() and model.at_oldest and model.at_newest):
            return 0
        return max(0, self.contentsRect().height() - self.contentsSize().height())

    def _stand_at_bottom(self, free: int) -> None:
        """Let few messages stand at the bottom, and show a scroll bar only where one scrolls.

        Its width is reserved by policy, not by need: a bar that came by itself would have all
        rows of the window laid out twice.
        """
        self._reserve_bar(not free and bool(self._conversation.rowCount()))
        if self.viewportMargins().top() != free:
            self.setViewportMargins(0, free, 0, 0)

    def _reserve_bar(self, reserved: bool) -> None:
        off, on = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        policy = on if reserved else off
        if self.verticalScrollBarPolicy() != policy:
            self.setVerticalScrollBarPolicy(policy)

    def say_if_empty(self) -> None:
        """Say who will read what is written, where nothing is."""
        contact = self._conversation.contact
        if self._conversation.rowCount() or contact is None:
            if self._unwritten is not None and self._unwritten.text():
                self._unwritten.leave()
            return
        if self._unwritten is None:
            from messenger.gui.views.unwritten import Unwritten  # noqa: PLC0415  seldom

            self._unwritten = Unwritten(self)
        self._unwritten.show_contact(contact)

    def show_unread(self) -> None:
        """Go to where reading stopped, unless all that is new is in sight at the end."""
        message_row = self._conversation.unread_from
        if message_row is None:
            return
        if self._conversation.row_of(message_row) is None:
            self._conversation.show_around(message_row)
        row = self._conversation.row_of(message_row)
        if row is None:
            return
        self.executeDelayedItemsLayout()
        index = self._conversation.index(row)
        if self._conversation.at_newest and self.visualRect(index).top() >= 0:
            return
        self._anchor = None
        self._set_follow(False)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._remember()
        self._follow_size()
        with QSignalBlocker(self.verticalScrollBar()):
            super().resizeEvent(event)
            self.scheduleDelayedItemsLayout()
            self.executeDelayedItemsLayout()
            self._fill()
        self._place_newest_button()

    def _fill(self) -> None:
        """Read on until there is a page above what is in sight, if there is so much."""
        page, bar = self.viewport().height(), self.verticalScrollBar()
        self._conversation.open_len = max(OPEN_LEN, page // LEAST_ROW)
        while self._follow and bar.maximum() < page and self._conversation.load_older():
            self.executeDelayedItemsLayout()

    def _place_newest_button(self) -> None:
        button, port = self.newest_button, self.viewport()
        button.adjustSize()
        left = port.width() - button.width() - SPACE_S
        button.move(
            SPACE_S if self.isRightToLeft() else left, port.height() - button.height() - SPACE_S
        )

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.LayoutDirectionChange}:
            self._follow_size()
        super().changeEvent(event)

    def _follow_size(self) -> None:
        self._painter.set_view(self.viewport().width(), self.font(), leftwards=self.isRightToLeft())

    @Slot()
    def _on_reset(self) -> None:
        self._anchor = None
        self._painter.begin(self._look_at_clock())
        self._stand_at_bottom(0)  # before the layout, which would be done twice
        self._follow_size()
        self._set_follow(self._conversation.at_newest)

    @Slot()
    def follow_day(self) -> None:
        """Call the days above the messages by what they are now."""
        today = self._look_at_clock()
        if today != self._painter.today:
            self._remember()
            self._painter.turn(today)
            self.scheduleDelayedItemsLayout()
            self.viewport().update()

    def _look_at_clock(self) -> int:
        """Return the Julian day of today, and look again when it may be over."""
        now = QDateTime.currentMSecsSinceEpoch()
        self._midnight.start(min(ms_to_midnight(now), DAY_CHECK_MS))
        return local_day(now)

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._set_follow(self._conversation.at_newest and value >= bar.maximum() - NEAR_END)
        page = self.viewport().height()
        if value < page or value > bar.maximum() - page:
            self._more.start()

    def _set_follow(self, follow: bool) -> None:
        self._conversation.followed = follow
        if follow is not self._follow:
            self._follow = follow
            self.newest_button.setVisible(not follow)
            self.at_newest.emit(follow)

    @Slot()
    def _load_more(self) -> None:
        """Read on in the direction of the near end of the window."""
        bar = self.verticalScrollBar()
        page = self.viewport().height()
        self._remember()
        came = True
        if bar.value() < page:
            came = self._read(self._conversation.load_older)
        elif bar.value() > bar.maximum() - page and not self._conversation.at_newest:
            came = self._read(self._conversation.load_newer)
        if not came:
            self._anchor = None  # the person scrolls on

    def _read(self, work: Callable[[], object]) -> bool:
        """Have the model read; say what hindered it."""
        try:
            work()
        except MessengerError as error:
            self.failed.emit(sentence(error))
            return False
        return True

    # -- pictures and marks -----------------------------------------------------------------------

    def show_pictures(self, pictures: Previews) -> None:
        """Paint pictures as they become ready."""
        self._painter.pictures = pictures
        pictures.ready.connect(self._on_picture)

    @Slot(int)
    def _on_picture(self, message_row: int) -> None:
        row = self._conversation.row_of(message_row)
        if row is not None:
            self.update(self._conversation.index(row))

    # -- mouse ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._painter.keyboard = False
        if event.button() is not _LEFT:
            return
        index, point = self._hit(event.position())
        self.clearSelection()
        self._mark(None)
        if not index.isValid():
            return
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if self._painter.on_more(index, point):
            self._open(index)
            return
        if self._painter.on_quote(index, point):
            self.answered_wanted.emit(index.data(ConversationRole.MESSAGE).reply_to)
            return
        self._pressed_link = self._painter.link_at(index, point)
        if self._painter.on_picture(index, point):
            return
        if self._painter.in_bubble(index, point):
            position = self._painter.position_at(index, point)
            message: Message = index.data(ConversationRole.MESSAGE)
            self._marking = True
            self._mark(TextSelection(message.row, position, position))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        marked = self._painter.selection
        if self._marking and marked is not None and event.buttons() & _LEFT:
            row = self._conversation.row_of(marked.row)
            if row is not None:
                index = self._conversation.index(row)
                point = event.position() - QPointF(self.visualRect(index).topLeft())
                end = self._painter.position_at(index, point)
                self._mark(TextSelection(marked.row, marked.start, end))
            return
        self.viewport().setCursor(self._cursor_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        marked = self._painter.selection
        link, self._pressed_link = self._pressed_link, None
        self._marking = False
        if marked is not None and marked.start == marked.end:
            self._mark(None)
            index, point = self._hit(event.position())
            if link is not None and index.isValid() and self._painter.link_at(index, point) == link:
                self.link_activated.emit(link)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Mark a word, or show a picture large."""
        index, point = self._hit(event.position())
        if not index.isValid() or not self._painter.in_bubble(index, point):
            return
        message: Message = index.data(ConversationRole.MESSAGE)
        if self._painter.on_picture(index, point):
            self.picture_wanted.emit(message)
            return
        shown = self._painter.bubble(index).text.shown
        start, end = word_around(shown, self._painter.position_at(index, point))
        self._mark(TextSelection(message.row, start, end))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        if by_mouse:
            self._want_menu(self.indexAt(event.pos()), event.pos())
        else:
            self._want_menu(self.currentIndex())

    def _want_menu(self, index: QModelIndex, point: QPoint | None = None) -> None:
        if index.isValid():
            place = self.visualRect(index).center() if point is None else point
            self.menu_wanted.emit(
                index.data(ConversationRole.MESSAGE), self.viewport().mapToGlobal(place)
            )

    def _hit(self, position: QPointF) -> tuple[QModelIndex, QPointF]:
        """Return the row under a point of the viewport, and the point within that row."""
        index = self.indexAt(position.toPoint())
        return index, position - QPointF(self.visualRect(index).topLeft())

    def _cursor_at(self, position: QPointF) -> Qt.CursorShape:
        index, point = self._hit(position)
        if not index.isValid() or not self._painter.in_bubble(index, point):
            return Qt.CursorShape.ArrowCursor
        on_words = self._painter.on_more(index, point) or self._painter.on_quote(index, point)
        if on_words or self._painter.link_at(index, point):
            return Qt.CursorShape.PointingHandCursor
        if self._painter.on_picture(index, point) or self._painter.on_state(index, point):
            return Qt.CursorShape.ArrowCursor
        return Qt.CursorShape.IBeamCursor

    def _mark(self, selection: TextSelection | None) -> None:
        if selection != self._painter.selection:
            self._painter.selection = selection
            self.viewport().update()

    # -- keyboard -------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._open_current()
            return
        self._painter.keyboard = True
        self._begin_with_newest()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_F10 and shift:  # for keyboards without a menu key
            self._want_menu(self.currentIndex())
            return
        super().keyPressEvent(event)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Arriving by Tab, begin with the newest message."""
        keys = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        self._painter.keyboard = event.reason() in keys
        if self._painter.keyboard:
            self._begin_with_newest()
        super().focusInEvent(event)

    def _begin_with_newest(self) -> None:
        """Keys move from the newest message where none is the current one."""
        if not self.currentIndex().isValid():
            last = self._conversation.index(self._conversation.rowCount() - 1)
            self.selectionModel().setCurrentIndex(last, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _open_current(self) -> None:
        index = self.currentIndex()
        if not index.isValid():
            return
        if self._painter.bubble(index).pictured:
            self.picture_wanted.emit(index.data(ConversationRole.MESSAGE))
        else:
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        """Do what comes next for the message that the keys are at, or what its words say."""
        bubble = self._painter.bubble(index)
        message: Message = index.data(ConversationRole.MESSAGE)
        if message.file is not None:
            self.file_step_wanted.emit(message)
        elif can_be_sent_again(message):
            self.again_wanted.emit(message)
        elif bubble.more:
            self._show_whole(index)
        elif bubble.links:
            self.link_activated.emit(bubble.links[0].url)

    def _show_whole(self, index: QModelIndex) -> None:
        message: Message = index.data(ConversationRole.MESSAGE)
        self._set_follow(False)
        self._remember()
        self._painter.show_whole(message.row)
        self.scheduleDelayedItemsLayout()


def word_around(text: str, units: int) -> tuple[int, int]:
    """Return the word at a position; all in UTF-16 units."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, text)
    finder.setPosition(units)
    start = units if finder.isAtBoundary() else finder.toPreviousBoundary()
    finder.setPosition(units)
    end = finder.toNextBoundary()
    return max(start, 0), (end if end >= 0 else units)
