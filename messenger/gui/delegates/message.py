"""Paints messages as bubbles and knows what lies under the pointer.

One delegate paints all rows; laid-out rows are kept, so that a frame costs painting only.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QPainter,
    QPen,
    QTextLayout,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QStyle,
    QStyleOptionViewItem,
    QToolTip,
)

from messenger.core.frozen import frozen
from messenger.core.types import Message, MessageState
from messenger.gui.delegates.bubble import (
    MARGIN,
    Bubble,
    Metrics,
    Setting,
    lay_out,
    rounded,
    text_width,
)
from messenger.gui.delegates.shown_text import char_format
from messenger.gui.icons import paint_icon
from messenger.gui.mirrored import mirrored
from messenger.gui.models.conversation import ConversationModel
from messenger.gui.remote_text import isolated, tool_tip
from messenger.gui.theme import (
    ICON_M,
    RADIUS_M,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    colour,
    tokens_of,
)
from messenger.gui.tokens import Tokens

Index = QModelIndex | QPersistentModelIndex
_OUTLINED: Final = QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_Selected
_KEPT: Final = 500  # laid-out rows; more than a window, so that paging back is free


class PictureSource(Protocol):
    """Who has the pictures of messages."""

    def picture(self, message: Message, size: QSize, ratio: float) -> QImage | None:
        """Return a picture of so many device pixels, or None while it comes."""
        ...


@frozen
class TextSelection:
    """Marked text of one message, in UTF-16 units of what is shown; ``end`` may come first."""

    row: int  # Message.row
    start: int
    end: int

    @property
    def ordered(self) -> tuple[int, int]:
        return min(self.start, self.end), max(self.start, self.end)


@frozen
class _Kept:
    message: Message
    setting: Setting
    width: int
    bubble: Bubble


class MessageDelegate(QAbstractItemDelegate):
    """Owner: GUI thread; one per view. The view tells it width, font and what is marked."""

    def __init__(
        self, model: ConversationModel, font: QFont, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model  # asked directly: a QVariant each way costs more than the painting
        self._metrics = Metrics.of(font)
        self._leftwards = False  # the view reads from right to left
        self._width = 0
        self._room = 0  # for text
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._sizes: dict[int, QSize] = {}  # by Message.row, until anything they follow changes
        self.today = 0  # Julian day, for the words above the messages; begin() and turn()
        self.selection: TextSelection | None = None
        self.hits: dict[int, Sequence[tuple[int, int]]] = {}  # Message.row: found characters
        self.keyboard = False  # the person moves by keys: outline the current message
        self._whole: set[int] = set()  # Message.row of long messages that are shown whole
        self.pictures: PictureSource | None = None
        model.dataChanged.connect(self._on_changed)

    def begin(self, today: int) -> None:
        """Start anew with other messages, on a Julian day."""
        self.today = today
        self.selection = None
        self._whole.clear()
        self._sizes.clear()

    def forget(self) -> None:
        """Hold no row that was laid out, and nothing that was found."""
        self._kept.clear()
        self.hits = {}

    def turn(self, today: int) -> None:
        """Go on with the same messages on another Julian day; they are to be laid out anew."""
        self.today = today
        self._sizes.clear()

    def show_whole(self, message_row: int) -> None:
        """Show all of a long message; its row is to be laid out anew."""
        self._whole.add(message_row)
        self._sizes.pop(message_row, None)

    @Slot(QModelIndex, QModelIndex)
    def _on_changed(self, first: QModelIndex, last: QModelIndex) -> None:
        for row in range(first.row(), last.row() + 1):
            self._sizes.pop(self._model.message(row).row, None)

    def set_view(self, width: int, font: QFont, *, leftwards: bool) -> None:
        """Follow the size and the font of the view, and the way it reads."""
        if width != self._width:
            self._width = width
            self._room = text_width(width)
            self._sizes.clear()
        if font != self._metrics.font or leftwards is not self._leftwards:
            self._metrics = Metrics.of(font)
            self._leftwards = leftwards
            self._kept.clear()
            self._sizes.clear()

    def bubble(self, index: Index) -> Bubble:
        """Return the row laid out for the present width."""
        message = self._model.message(index.row())
        kept = self._still_good(message, index.row())
        if kept is not None and kept.width == self._width:
            return kept.bubble
        setting = Setting(
            self._model.place(index.row()),
            message.row in self._whole,
            self.today,
            self._model.quote(index.row()),
            self._model.done(message.row),
        )
        before = self._kept.get(message.row)
        bubble = lay_out(
            message,
            setting,
            self._metrics,
            self._width,
            before.bubble if before else None,
            leftwards=self._leftwards,
        )
        self._kept[message.row] = _Kept(message, setting, self._width, bubble)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return bubble

    def _still_good(self, message: Message, row: int) -> _Kept | None:
        """Return a row as it was laid out, if nothing but the view's width may have changed."""
        kept = self._kept.get(message.row)
        if kept is None or kept.message is not message:
            return None
        known = kept.setting
        same = (
            known.place is self._model.place(row)
            and known.whole is (message.row in self._whole)
            and known.today == self.today
            and known.done == self._model.done(message.row)
            and known.quote == self._model.quote(row)
        )
        return kept if same else None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Answer from memory: the view asks for all its rows whenever one of them changes."""
        message = self._model.message(index.row())
        size = self._sizes.get(message.row)
        if size is None:
            if len(self._sizes) >= _KEPT:
                self._sizes.clear()
            size = self._sizes[message.row] = QSize(self._width, self._height(message, index))
        return size

    def _height(self, message: Message, index: Index) -> int:
        """Height follows from the text's room, which is the same over a range of widths."""
        kept = self._still_good(message, index.row())
        if kept is not None and kept.bubble.wrapped.width == self._room:
            return round(kept.bubble.height)
        return round(self.bubble(index).height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        bubble = self.bubble(index)
        message = self._model.message(index.row())
        tokens = tokens_of(option.palette)
        rect = option.rect
        state = option.state
        painter.save()
        painter.translate(rect.left(), rect.top())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if bubble.day:
            self._paint_day(painter, bubble, tokens)
        if bubble.unread:
            self._paint_unread(painter, bubble, tokens)
        self._paint_box(painter, bubble, message, tokens, state)
        if bubble.quote:
            self._paint_quote(painter, bubble, message, tokens)
        if bubble.pictured:
            self._paint_picture(painter, bubble, message, tokens)
        self._paint_text(painter, bubble, message, tokens)
        self._paint_footer(painter, bubble, message, tokens)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Say in words what the mark of a message's state means."""
        if event.type() is not QEvent.Type.ToolTip:
            return super().helpEvent(event, view, option, index)
        point = QPointF(event.pos() - option.rect.topLeft())
        if index.isValid() and self.on_state(index, point):
            words = self._model.state_words(index.row())
            QToolTip.showText(event.globalPos(), tool_tip(words), view)
        else:
            QToolTip.hideText()
        return True

    # -- what lies where ------------------------------------------------------------------------

    def link_at(self, index: Index, point: QPointF) -> str | None:
        """Return the address under a point of the row, if there is one."""
        bubble = self.bubble(index)
        inside = point - bubble.text_at
        for link in bubble.links:
            if bubble.wrapped.contains(inside, link.start, link.end):
                return link.url
        return None

    def position_at(self, index: Index, point: QPointF) -> int:
        """Return the text position nearest to a point of the row, in UTF-16 units."""
        bubble = self.bubble(index)
        return bubble.wrapped.position_at(point - bubble.text_at)

    def in_bubble(self, index: Index, point: QPointF) -> bool:
        return self.bubble(index).frame.contains(point)

    def on_quote(self, index: Index, point: QPointF) -> bool:
        """Tell whether a point lies on what the message answers."""
        bubble = self.bubble(index)
        return bool(bubble.quote) and bubble.quote_at.contains(point)

    def on_picture(self, index: Index, point: QPointF) -> bool:
        """Tell whether a point lies on the picture of a message."""
        bubble = self.bubble(index)
        return bubble.pictured and bubble.picture_at.contains(point)

    def on_state(self, index: Index, point: QPointF) -> bool:
        """Tell whether a point lies on the mark of a message's state, or hardly beside it."""
        bubble = self.bubble(index)
        edge = SPACE_XS
        return bool(bubble.icon) and bubble.icon_at.adjusted(-edge, -edge, edge, edge).contains(
            point
        )

    def on_more(self, index: Index, point: QPointF) -> bool:
        """Tell whether a point lies on the words to click on."""
        bubble = self.bubble(index)
        return bool(bubble.more) and bubble.more_at.contains(point)

    # -- painting -------------------------------------------------------------------------------

    def _paint_day(self, painter: QPainter, bubble: Bubble, tokens: Tokens) -> None:
        width = self._metrics.caption_width(bubble.day) + 2 * SPACE_M
        pill = QRectF(bubble.day_at)
        pill.setWidth(width)
        pill.moveLeft((bubble.day_at.width() - width) / 2)
        radius = pill.height() / 2
        painter.fillPath(rounded(pill, radius, radius, radius, radius), colour(tokens.sidebar))
        painter.setFont(self._metrics.caption)
        painter.setPen(colour(tokens.text_muted))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, bubble.day)

    def _paint_unread(self, painter: QPainter, bubble: Bubble, tokens: Tokens) -> None:
        """A line across, with its words in the middle."""
        line = bubble.unread_at
        half = self._metrics.caption_width(bubble.unread) / 2 + SPACE_S
        middle, y = line.center().x(), line.center().y()
        painter.setPen(QPen(colour(tokens.accent_text), 1))
        painter.drawLine(QPointF(MARGIN, y), QPointF(middle - half, y))
        painter.drawLine(QPointF(middle + half, y), QPointF(line.right() - MARGIN, y))
        painter.setFont(self._metrics.caption)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, bubble.unread)

    def _paint_box(
        self,
        painter: QPainter,
        bubble: Bubble,
        message: Message,
        tokens: Tokens,
        state: QStyle.StateFlag,
    ) -> None:
        fill = tokens.own_bubble if message.outgoing else tokens.peer_bubble
        painter.fillPath(bubble.outline, colour(fill))
        if self.keyboard and state & _OUTLINED:
            painter.setPen(QPen(colour(tokens.accent), 2))
            painter.drawPath(bubble.outline)

    def _paint_quote(
        self, painter: QPainter, bubble: Bubble, message: Message, tokens: Tokens
    ) -> None:
        """One line of the message that is answered, behind an upright line."""
        muted = colour(tokens.own_muted if message.outgoing else tokens.peer_muted)
        place = bubble.quote_at
        line = QRectF(place.left(), place.top(), 2, place.height())
        room = place.adjusted(SPACE_S, 0, 0, 0)
        if self._leftwards:
            line, room = mirrored(line, place), mirrored(room, place)
        painter.fillRect(line, muted)
        painter.setFont(self._metrics.caption)
        painter.setPen(muted)
        words = QFontMetricsF(self._metrics.caption).elidedText(
            isolated(bubble.quote), Qt.TextElideMode.ElideRight, room.width() + 1
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_picture(
        self, painter: QPainter, bubble: Bubble, message: Message, tokens: Tokens
    ) -> None:
        """The picture, or until it comes a quiet box of its size."""
        place = bubble.picture_at
        ratio = painter.device().devicePixelRatioF()
        size = QSize(round(place.width() * ratio), round(place.height() * ratio))
        image = self.pictures.picture(message, size, ratio) if self.pictures else None
        if image is not None and image.size() == size:
            painter.drawImage(place.topLeft(), image)
            return
        if image is not None:  # of a moment ago, in another width
            painter.drawImage(place, image)
            return
        ground = QRectF(place)
        painter.fillPath(rounded(ground, *([RADIUS_M] * 4)), colour(tokens.hover))
        mark = QRectF(0, 0, ICON_M, ICON_M)
        mark.moveCenter(ground.center())
        paint_icon(painter, "image", mark, colour(tokens.text_muted))

    def _paint_text(
        self, painter: QPainter, bubble: Bubble, message: Message, tokens: Tokens
    ) -> None:
        painter.setPen(colour(tokens.own_text if message.outgoing else tokens.peer_text))
        painter.setClipRect(bubble.frame)  # stacked marks would climb over other rows
        origin = bubble.text_at + QPointF(bubble.wrapped.shift, 0)
        bubble.wrapped.layout.draw(painter, origin, self._marks(bubble, message, tokens))
        painter.setClipping(False)
        if bubble.more:
            self._paint_more(painter, bubble, message, tokens)

    def _paint_more(
        self, painter: QPainter, bubble: Bubble, message: Message, tokens: Tokens
    ) -> None:
        """The words to click on, on the side on which the text above them begins."""
        failed = message.state is MessageState.FAILED
        plain = tokens.own_text if message.outgoing else tokens.accent_text
        painter.setPen(colour(tokens.own_danger if failed else plain))
        font = QFont(self._metrics.font)
        font.setUnderline(True)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        words = metrics.elidedText(
            bubble.more, Qt.TextElideMode.ElideMiddle, bubble.more_at.width() + 1
        )
        side = (
            Qt.AlignmentFlag.AlignRight if bubble.wrapped.on_right else Qt.AlignmentFlag.AlignLeft
        )
        painter.drawText(bubble.more_at, side | Qt.AlignmentFlag.AlignAbsolute, words)

    def _marks(
        self, bubble: Bubble, message: Message, tokens: Tokens
    ) -> list[QTextLayout.FormatRange]:
        marks = [
            _mark(bubble.text.units(start), bubble.text.units(end), tokens.hit, tokens.text)
            for start, end in self.hits.get(message.row, ())
            if end <= len(bubble.text.shown)
        ]
        if self.selection is not None and self.selection.row == message.row:
            start, end = self.selection.ordered
            marks.append(_mark(start, end, tokens.accent, tokens.on_accent))
        return marks

    def _paint_footer(
        self, painter: QPainter, bubble: Bubble, message: Message, tokens: Tokens
    ) -> None:
        muted = tokens.own_muted if message.outgoing else tokens.peer_muted
        painter.setFont(self._metrics.caption)
        painter.setPen(colour(muted))
        painter.drawText(bubble.time_at, bubble.time)
        if bubble.icon:
            failed = message.state is MessageState.FAILED
            tint = tokens.own_danger if failed else muted
            paint_icon(painter, bubble.icon, bubble.icon_at, colour(tint))


def _mark(start: int, end: int, background: str, foreground: str) -> QTextLayout.FormatRange:
    mark = QTextLayout.FormatRange()
    mark.start, mark.length = start, end - start
    mark.format = char_format()
    mark.format.setBackground(colour(background))
    mark.format.setForeground(colour(foreground))
    return mark
