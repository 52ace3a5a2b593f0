"""The hum: a live picture of the wire, one identical tick for each cell.

Departures stand on the upper half and arrivals hang on the lower one, at the instants the wire
process has stamped them with. Whether a cell carried a message is not drawn because it is not
known here: that is the point.
"""

import time
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QEvent, QLineF, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QGuiApplication,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractButton, QStyle, QWidget

from messenger.core.frozen import frozen
from messenger.core.types import (
    ContactId,
    CoverPlan,
    LaneState,
    NodeInfo,
    PortMapping,
    WireStats,
)
from messenger.engine.events import (
    EngineFailed,
    FastLaneChanged,
    NodeInfoChanged,
    NodeReady,
    PortMappingChanged,
    RelaysChanged,
    Unlocked,
    WireRestarted,
    WireSnapshot,
)
from messenger.gui.own_way import connected_relay, way_in_words
from messenger.gui.theme import (
    SPACE_L,
    SPACE_M,
    SPACE_S,
    TextSize,
    colour,
    scaled_font,
    tokens_of,
)

SECONDS_SHOWN: Final = 12.0  # from the right edge to the left one, or against it, as one reads
DELAY_S: Final = 0.35  # behind the wire, so that ticks enter at the edge and do not pop up
SLEPT_SHOWN_S: Final = 60.0  # after the last instant that passed without a cell
STALE_S: Final = 3.0  # without a snapshot the picture would lie
TICK: Final = 2.0  # width of a tick in pixels
# Closer together two ticks are one stroke on any screen; without it a flood of cells, thousands a
# second, would all be painted, 30 times a second.
GRAIN_S: Final = 0.01
WORDS_SHARE: Final = 0.45  # of the width, at most


class Hum(Enum):
    """What the strip can say about the wire."""

    STARTING = auto()
    QUIET = auto()  # no link stands
    RUNNING = auto()
    FAST = auto()  # a fast lane runs, and an observer sees it
    SLEPT = auto()  # instants passed without a cell a moment ago
    REDUCED = auto()  # the data budget leaves less than was chosen, or cannot be kept
    STALE = auto()  # the wire process does not answer
    DEAF = auto()  # nobody can reach us: the listener failed


TICKING: Final = frozenset({Hum.RUNNING, Hum.SLEPT, Hum.REDUCED})  # the picture moves
LOUD: Final = frozenset({Hum.STALE, Hum.DEAF, Hum.FAST, Hum.SLEPT, Hum.REDUCED})


@frozen
class _Snapshot:
    stats: WireStats
    taken: float  # our monotonic seconds when it came


class HumStrip(QAbstractButton):
    """A thin live strip. Owner: GUI thread. It repaints only while it can be seen.

    Signals:
        watching: whether somebody can see it, so that the engine need not tell otherwise.
    """

    watching = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._info: NodeInfo | None = None
        self._mapping = PortMapping()
        self._deaf = False
        self._relay = ""  # host of a relay of ours that is connected
        self._fast: set[ContactId] = set()  # whose fast lane runs
        self._snapshot: _Snapshot | None = None
        self._skipped: dict[tuple[ContactId | None, float], int] = {}  # instants, by link
        self._slept_at = -SLEPT_SHOWN_S  # our monotonic seconds
        self._words = ""
        self._lane_at: QRect | None = None  # known until words, size or font change
        self._out: tuple[float, ...] = ()  # wire-clock seconds of what is on screen
        self._in: tuple[float, ...] = ()
        self._offset = 0.0  # wire clock minus ours, smoothed
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("The hum of the wire"))
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_frame)
        self._slow = QTimer(self)  # words change seldom
        self._slow.setInterval(500)
        self._slow.timeout.connect(self._refresh_words)
        self._refresh_words()

    # -- events ---------------------------------------------------------------------------------

    @Slot(object)
    def apply(self, event: object) -> None:
        """Follow one engine event."""
        match event:
            case WireSnapshot(stats):
                self._on_snapshot(stats)
            case NodeReady(info) | Unlocked(info):
                self._info = info
                self._fast.clear()  # a snapshot tells of those that run
                self._refresh_words()
            case NodeInfoChanged(info, problem):
                self._info, self._deaf = info, problem is not None
                self._refresh_words()
            case PortMappingChanged(state):
                self._mapping = state
                self._refresh_words()
            case RelaysChanged(overview):
                self._relay = connected_relay(overview)
                self._refresh_words()
            case FastLaneChanged(contact, LaneState.RUNNING):
                self._fast.add(contact)
                self._refresh_words()
            case FastLaneChanged(contact):
                self._fast.discard(contact)
                self._refresh_words()
            case WireRestarted() | EngineFailed():
                self._snapshot = None
                self._out = self._in = ()  # a new process counts its seconds anew
                self._refresh_words()
            case _:
                pass

    def _on_snapshot(self, stats: WireStats) -> None:
        now = time.monotonic()
        measured = stats.at - now
        jumped = abs(measured - self._offset) > 1.0
        self._offset = measured if jumped else self._offset + 0.1 * (measured - self._offset)
        self._note_skipped(stats, now)
        self._snapshot = _Snapshot(stats, now)
        self._out = _continued(self._out, stats.recent_out, stats.at)
        self._in = _continued(self._in, stats.recent_in, stats.at)
        self._refresh_words()

    def _note_skipped(self, stats: WireStats, now: float) -> None:
        skipped = {(link.contact, link.since): link.skipped for link in stats.links}
        if any(count > self._skipped.get(link, count) for link, count in skipped.items()):
            self._slept_at = now
        self._skipped = skipped

    # -- the state in words ---------------------------------------------------------------------

    def state(self) -> Hum:
        """Return what can honestly be said now."""
        if self._deaf:
            return Hum.DEAF
        if self._snapshot is None:
            return Hum.STARTING
        now, links = time.monotonic(), self._snapshot.stats.links
        if now - self._snapshot.taken > STALE_S:
            return Hum.STALE
        if not links:
            return Hum.QUIET
        if self._fast or any(link.fast for link in links):
            return Hum.FAST
        if now - self._slept_at < SLEPT_SHOWN_S:
            return Hum.SLEPT
        plan = self._info.plan if self._info else CoverPlan()
        return Hum.REDUCED if plan.reduced_count or not plan.kept else Hum.RUNNING

    def words(self) -> str:
        """Return the state as a short sentence."""
        return self._words

    @Slot()
    def _refresh_words(self) -> None:
        words = self._state_words()
        if words != self._words:
            self._words = words
            self._lane_at = None
            self.setAccessibleDescription(words)
            self.setToolTip(
                self.tr("One tick is one cell: upper half leaving, lower half arriving.")
            )
            self.update()

    def _state_words(self) -> str:
        match self.state():
            case Hum.STARTING:
                return self.tr("The wire starts…")
            case Hum.STALE:
                return self.tr("The wire is paused: no cells leave")
            case Hum.DEAF:
                return self.tr("Nobody can reach you: the port is taken")
            case Hum.FAST:
                return self.tr("Fast lane: it can be seen that something large moves")
            case Hum.SLEPT:
                return self.tr("The computer slept or was held up: cells are missing")
            case Hum.REDUCED:
                kept = self._info is None or self._info.plan.kept
                words = self.tr("Cover is reduced by the data budget")
                return words if kept else self.tr("The data budget cannot be kept")
            case Hum.QUIET:
                return self._reachable(self.tr("No link yet, so nothing leaves"))
            case Hum.RUNNING:
                assert self._snapshot is not None
                count = len(self._snapshot.stats.links)
                links = self.tr("1 link") if count == 1 else self.tr("{n} links")
                return self._reachable(links.replace("{n}", str(count)))

    def _reachable(self, rest: str) -> str:
        way = way_in_words(self._info, self._mapping, self._relay) if self._info else ""
        return f"{way} · {rest}" if way else rest

    # -- painting -------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        caption = scaled_font(self.font(), TextSize.CAPTION)
        return QSize(200, QFontMetrics(caption).height() + SPACE_S + SPACE_S)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = tokens_of(self.palette())
        # Not by `fillRect`, for whose sake PySide makes the classes of all gradients: 3 ms.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tokens.sidebar))
        painter.drawRect(self.rect())
        painter.setBrush(colour(tokens.border))
        painter.drawRect(QRect(0, 0, self.width(), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        lane = self._lane()
        state = self.state()
        if not lane.contains(event.rect()):
            words = QRect(0, 0, self.width() - lane.width(), self.height())
            self._paint_words(painter, self._put(words), loud=state in LOUD)
        self._paint_lane(painter, lane, loud=state in LOUD - TICKING)
        if self.hasFocus():
            painter.setPen(QPen(colour(tokens.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _lane(self) -> QRect:
        """Return where the ticks run."""
        if self._lane_at is None:
            self._lane_at = self._find_lane()
        return self._lane_at

    def _find_lane(self) -> QRect:
        caption = scaled_font(self.font(), TextSize.CAPTION)
        wanted = QFontMetrics(caption).horizontalAdvance(self._words) + SPACE_L + SPACE_L
        left = min(wanted, round(self.width() * WORDS_SHARE))
        return self._put(QRect(left, 1, self.width() - left, self.height() - 1))

    def _put(self, box: QRect) -> QRect:
        """Return where a box lies that was measured from left to right."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), box)

    def _paint_words(self, painter: QPainter, box: QRect, *, loud: bool) -> None:
        tokens = tokens_of(self.palette())
        font = scaled_font(self.font(), TextSize.CAPTION, bold=loud)
        painter.setFont(font)
        painter.setPen(colour(tokens.danger_text if loud else tokens.text_muted))
        start, end = (SPACE_M, SPACE_L) if self.isRightToLeft() else (SPACE_L, SPACE_M)
        room = box.adjusted(start, 0, -end, 0)
        words = QFontMetrics(font).elidedText(
            self._words, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _paint_lane(self, painter: QPainter, lane: QRect, *, loud: bool) -> None:
        tokens = tokens_of(self.palette())
        middle = lane.center().y() + 0.5
        painter.setPen(QPen(colour(tokens.danger_text if loud else tokens.border), 1))
        painter.drawLine(QLineF(lane.left(), middle, lane.right(), middle))
        if self._snapshot is None or loud:
            return
        now = time.monotonic() + self._offset - DELAY_S
        reach = lane.height() / 2 - SPACE_S / 2
        up = self._ticks(lane, self._out, now, middle - 1, middle - reach)
        down = self._ticks(lane, self._in, now, middle + 1, middle + reach)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour(tokens.accent), TICK)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(up + down)

    def _ticks(
        self, lane: QRect, times: tuple[float, ...], now: float, start: float, end: float
    ) -> list[QLineF]:
        speed = lane.width() / SECONDS_SHOWN
        first = now - SECONDS_SHOWN
        edge, way = (lane.left(), 1) if self.isRightToLeft() else (lane.right(), -1)
        return [
            QLineF(x, start, x, end)
            for x in (edge + way * (now - at) * speed for at in times if first < at <= now)
        ]

    # -- only while seen ------------------------------------------------------------------------

    @Slot()
    def _on_frame(self) -> None:
        if self.state() in TICKING:
            self.update(self._lane())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.set_watched(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.set_watched(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lane_at = None
        self._timer.setInterval(self._frame_ms())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.LayoutDirectionChange}:
            self._lane_at = None
            self.updateGeometry()
        super().changeEvent(event)

    def set_watched(self, watched: bool) -> None:
        """Start or stop to move; also called when the window is minimised."""
        if watched == self._timer.isActive():
            return
        for timer in (self._timer, self._slow):
            if watched:
                timer.start()
            else:
                timer.stop()
        self._refresh_words()
        self.watching.emit(watched)

    def _frame_ms(self) -> int:
        """Return the time in which the picture moves by one device pixel; never under a frame."""
        speed = max(1.0, self._lane().width() / SECONDS_SHOWN * self.devicePixelRatioF())
        # Not `self.screen()`: what it returns takes the QScreen along when it is collected
        # (PySide6 6.11.3).
        screen = QGuiApplication.primaryScreen()
        refresh = (screen.refreshRate() if screen else 0.0) or 60.0
        return max(round(1000 / refresh), min(100, round(1000 / speed)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        event.accept()


def _continued(
    known: tuple[float, ...], recent: tuple[float, ...], now: float
) -> tuple[float, ...]:
    """Add what is new; with many links a snapshot does not reach back to the left edge."""
    oldest = now - SECONDS_SHOWN - 1
    newest_known = known[-1] if known else oldest
    if newest_known > now:  # the wire's clock began anew
        known, newest_known = (), oldest
    kept = [at for at in known if at > oldest]
    for at in sorted(recent):
        if at > newest_known and at - (kept[-1] if kept else oldest) >= GRAIN_S:
            kept.append(at)
    return tuple(kept)
