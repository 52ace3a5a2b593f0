"""Where everything of one message lies in its row. Geometry only; painting is in ``message.py``.

Own bubbles stand on the right, theirs on the left (the other way round in a window that reads from
right to left); the corner at the foot of that side is nearly
square, so that sides differ by shape too. Bubbles of one group stand close together.
"""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath

from messenger.core.frozen import frozen
from messenger.core.types import Message
from messenger.gui.delegates.shown_text import (
    Flow,
    Link,
    ShownText,
    WrappedText,
    right_to_left,
)
from messenger.gui.models.conversation import Place
from messenger.gui.theme import (
    RADIUS_L,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    TextSize,
    scaled_font,
)
from messenger.gui.times import day_words
from messenger.gui.words import (
    FileStep,
    body_words,
    can_be_sent_again,
    failure_words,
    file_words,
    footer_words,
    next_file_step,
    state_icon,
)

MARGIN: Final = SPACE_L  # between bubbles and the edge of the view
PAD_X: Final = SPACE_M  # inside a bubble
PAD_Y: Final = 7
GAP: Final = SPACE_M  # between groups
JOINED_GAP: Final = 2  # within a group
TAIL_RADIUS: Final = 4
WIDEST: Final = 560  # text beyond this is tiring to read
WIDTH_STEP: Final = 8  # text is wrapped anew only at these steps of the view's width
SHARE: Final = 0.78  # of the view's width, at most
LANE: Final = (
    1200  # pixels between the two edges that bubbles stand at, at most; then in the middle
)
PICTURE_WIDTH: Final = 360  # of a picture, at most
PICTURE_HEIGHT: Final = 280
PICTURE_SIDE: Final = 48  # at least, so that it can be seen and hit
NO_PICTURE: Final = QSizeF()
NOWHERE: Final = QRectF()


@frozen
class Metrics:
    """Fonts and what follows from them, the same for all rows."""

    font: QFont
    caption: QFont
    line_height: float
    caption_height: float
    caption_ascent: float
    icon_side: float

    @classmethod
    def of(cls, font: QFont) -> "Metrics":
        caption = scaled_font(font, TextSize.CAPTION)
        small = QFontMetricsF(caption)
        return cls(
            font=font,
            caption=caption,
            line_height=QFontMetricsF(font).height(),
            caption_height=small.height(),
            caption_ascent=small.ascent(),
            icon_side=round(small.height()),
        )

    def width(self, text: str) -> float:
        return QFontMetricsF(self.font).horizontalAdvance(text)

    def caption_width(self, text: str) -> float:
        return QFontMetricsF(self.caption).horizontalAdvance(text)


@frozen
class Bubble:
    """One row laid out; all coordinates are relative to the row's top left corner."""

    height: float
    day: str  # written above, or empty
    day_at: QRectF
    unread: str  # words of the line above it where reading stopped, or empty
    unread_at: QRectF
    outline: QPainterPath
    frame: QRectF  # around the outline
    text: ShownText
    wrapped: WrappedText
    text_at: QPointF
    links: tuple[Link, ...]
    quote: str  # what is answered, in one line, or empty
    quote_at: QRectF
    picture_at: QRectF  # above the text, where there is one
    pictured: bool
    more: str  # words to click on: show the rest, or send again; or empty
    more_at: QRectF
    time: str
    time_at: QPointF  # its base line
    icon: str  # name of the state's icon, or empty
    icon_at: QRectF

    def fits(self, message: Message, setting: "Setting", room: int) -> bool:
        """Tell whether the text can stay as it is wrapped."""
        same_text = self.text.original == shown_body(message, setting)
        same_part = self.text.whole is setting.whole
        return same_text and same_part and self.wrapped.width == room


def text_width(view_width: float) -> int:
    """Return how wide text may run in a view, in steps, so that resizing seldom wraps anew."""
    room = min(view_width * SHARE, view_width - 2 * MARGIN) - 2 * PAD_X
    return int(max(min(room, WIDEST), 80) // WIDTH_STEP * WIDTH_STEP)


@frozen
class Setting:
    """What a row's look depends on besides its message."""

    place: Place
    whole: bool  # show all of a long text
    today: int  # Julian day
    quote: str = ""  # of the message that it answers
    done: int | None = None  # bytes of its file that have arrived


def shown_body(message: Message, setting: Setting) -> str:
    """Return the text of a row."""
    if message.file is not None and message.deleted_at is None:
        return file_words(message, setting.done)
    return body_words(message)


def _name_len(message: Message, body: str) -> int:
    """Return how much of a row's text is the name of a file; what follows are Hum's own words."""
    if message.file is None or message.deleted_at is not None:
        return 0
    return body.index("\n")


def picture_box(message: Message, room: float) -> QSizeF:
    """Return how large a message's picture is shown: known before a pixel of it is."""
    if message.file is None or message.file.picture is None or message.deleted_at is not None:
        return NO_PICTURE
    width, height = message.file.picture
    widest = min(room, PICTURE_WIDTH)
    scale = min(1.0, widest / width, PICTURE_HEIGHT / height)
    return QSizeF(
        min(max(round(width * scale), PICTURE_SIDE), int(widest)),
        max(round(height * scale), PICTURE_SIDE),
    )


def lay_out(
    message: Message,
    setting: Setting,
    metrics: Metrics,
    width: float,
    before: Bubble | None = None,
    *,
    leftwards: bool = False,
) -> Bubble:
    """Lay out one row of a view that is ``width`` wide.

    Args:
        leftwards: the window reads from right to left: own bubbles stand on the left, and the
            line under a message ends on the left.
        before: the same row as it was laid out last with the same fonts; its text is not wrapped
            anew if neither text nor room has changed.
    """
    place = setting.place
    room = text_width(width)
    if before is not None and before.fits(message, setting, room):
        shown, links, wrapped = before.text, before.links, before.wrapped
    else:
        body = shown_body(message, setting)
        name_len = _name_len(message, body)
        shown = ShownText.of(body, whole=setting.whole, name_len=name_len)
        links = shown.links()
        flow = Flow(right_to_left(body[name_len:]), leftwards) if name_len else Flow.of(body)
        wrapped = WrappedText(shown.shown, metrics.font, room, links, flow)
    more = _words_to_click(message, shown)
    quote_height = metrics.caption_height + SPACE_S if setting.quote else 0.0
    picture = picture_box(message, room)
    pictured = picture is not NO_PICTURE
    above = quote_height + (picture.height() + SPACE_S if pictured else 0.0)

    time = footer_words(message)
    icon = state_icon(message.state)
    footer_width = metrics.caption_width(time) + (metrics.icon_side + SPACE_XS if icon else 0)
    beside = (
        not more
        and wrapped.on_right is leftwards
        and (wrapped.last_width + SPACE_M + footer_width <= room)
    )
    content = max(
        wrapped.widest,
        picture.width() if pictured else 0.0,
        min(metrics.width(more), room),
        min(metrics.caption_width(setting.quote) + SPACE_S, room) if setting.quote else 0.0,
        wrapped.last_width + SPACE_M + footer_width if beside else footer_width,
    )
    frame_width = content + 2 * PAD_X
    day = day_words(place.day, setting.today) if place.day is not None else ""
    top = _day_height(metrics) if day else (JOINED_GAP if place.joins_previous else GAP)
    unread = QCoreApplication.translate("Bubble", "New messages") if place.unread else ""
    unread_at = QRectF(0, top, width, metrics.caption_height)
    top += unread_at.height() + SPACE_S if unread else 0
    more_height = metrics.line_height + SPACE_XS if more else 0.0
    footer_height = 0.0 if beside else metrics.caption_height + 2
    frame_height = above + wrapped.height + more_height + footer_height + 2 * PAD_Y
    on_right = message.outgoing is not leftwards
    edge = MARGIN + max(0.0, (width - LANE) / 2)
    left = width - edge - frame_width if on_right else edge
    frame = QRectF(left, top, frame_width, frame_height)
    inner = frame.adjusted(PAD_X, PAD_Y, -PAD_X, -PAD_Y)
    text_left = inner.right() - wrapped.widest if wrapped.on_right else inner.left()
    icon_at = QRectF(
        inner.left() if leftwards else inner.right() - metrics.icon_side,
        inner.bottom() - metrics.icon_side,
        metrics.icon_side,
        metrics.icon_side,
    )
    after_icon = inner.left() + (metrics.icon_side + SPACE_XS if icon else 0)
    return Bubble(
        height=top + frame_height + (0 if place.joins_next else SPACE_XS),
        day=day,
        day_at=QRectF(0, SPACE_M, width, metrics.caption_height + SPACE_S),
        unread=unread,
        unread_at=unread_at,
        outline=_outline(frame, place, on_right=on_right),
        frame=frame,
        text=shown,
        wrapped=wrapped,
        text_at=QPointF(text_left, inner.top() + above),
        links=links,
        quote=setting.quote,
        quote_at=QRectF(inner.left(), inner.top(), content, metrics.caption_height),
        picture_at=_picture_at(inner, quote_height, picture, leftwards=leftwards),
        pictured=pictured,
        more=more,
        more_at=QRectF(
            inner.left(),
            inner.top() + above + wrapped.height + 2,
            content,
            metrics.line_height,
        ),
        time=time,
        time_at=QPointF(
            after_icon if leftwards else inner.right() - footer_width,
            inner.bottom() - metrics.caption_height + metrics.caption_ascent,
        ),
        icon=icon,
        icon_at=icon_at,
    )


def _picture_at(inner: QRectF, below: float, picture: QSizeF, *, leftwards: bool) -> QRectF:
    if picture is NO_PICTURE:
        return NOWHERE
    left = inner.right() - picture.width() if leftwards else inner.left()
    return QRectF(QPointF(left, inner.top() + below), picture)


def _day_height(metrics: Metrics) -> float:
    return metrics.caption_height + SPACE_S + 2 * SPACE_M


def _words_to_click(message: Message, shown: ShownText) -> str:
    """Return what can be done with a click: send again, a step of a file, or show the rest."""
    if message.file is not None:
        return _file_words_to_click(message)
    if can_be_sent_again(message):
        return _again_words(message)
    return _more_words(message.text, shown)


def _file_words_to_click(message: Message) -> str:
    translate = QCoreApplication.translate
    match next_file_step(message):
        case FileStep.ACCEPT:
            return translate("Bubble", "Accept and save…")
        case FileStep.SAVE:
            return translate("Bubble", "Save as…")
        case FileStep.PAUSE:
            return translate("Bubble", "Pause")
        case FileStep.RESUME:
            return translate("Bubble", "Go on")
        case None:
            return ""


def _again_words(message: Message) -> str:
    words = QCoreApplication.translate("Bubble", "Not sent: {reason}. Send again")
    return words.replace("{reason}", failure_words(message.failure).rstrip("."))


def _more_words(text: str, shown: ShownText) -> str:
    if not shown.shortened:
        return ""
    words = QCoreApplication.translate("Bubble", "Show all {count} characters")
    return words.replace("{count}", QLocale().toString(len(text)))


def _outline(frame: QRectF, place: Place, *, on_right: bool) -> QPainterPath:
    """Return a rounded box whose corners on the speaker's side are tight inside a group."""
    top = TAIL_RADIUS if place.joins_previous else RADIUS_L
    tail = TAIL_RADIUS
    if on_right:
        return rounded(frame, RADIUS_L, top, tail, RADIUS_L)
    return rounded(frame, top, RADIUS_L, RADIUS_L, tail)


def rounded(box: QRectF, tl: float, tr: float, br: float, bl: float) -> QPainterPath:
    """Return a box with a radius for each corner, clockwise from the top left."""
    path = QPainterPath()
    path.moveTo(box.left() + tl, box.top())
    path.lineTo(box.right() - tr, box.top())
    path.arcTo(box.right() - 2 * tr, box.top(), 2 * tr, 2 * tr, 90, -90)
    path.lineTo(box.right(), box.bottom() - br)
    path.arcTo(box.right() - 2 * br, box.bottom() - 2 * br, 2 * br, 2 * br, 0, -90)
    path.lineTo(box.left() + bl, box.bottom())
    path.arcTo(box.left(), box.bottom() - 2 * bl, 2 * bl, 2 * bl, 270, -90)
    path.lineTo(box.left(), box.top() + tl)
    path.arcTo(box.left(), box.top(), 2 * tl, 2 * tl, 180, -90)
    path.closeSubpath()
    return path
