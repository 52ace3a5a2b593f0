"""Chooses a day of a conversation to go to."""

from PySide6.QtCore import QDate, Qt, Signal, Slot
from PySide6.QtGui import QPalette, QResizeEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QTableView, QToolButton, QWidget

from messenger.gui.dialogs.labels import TextLabel, heading
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.icons import icon

_CALENDAR_WIDTH = 252  # pixels, at least: 7 columns, also with large type
_DAY_LETTERS = 3.5  # that a column has to hold, or one letter must do for the day


class JumpToDateDialog(Sheet):
    """A calendar from the first day of a conversation until today. Owner: GUI thread.

    Signals:
        chosen: the Julian day to go to; the dialog closes.
    """

    chosen = Signal(int)

    def __init__(self, oldest: int, today: int, shown: int, parent: QWidget | None) -> None:
        """Offer the Julian days from ``oldest`` to ``today``, beginning at ``shown``."""
        super().__init__(parent, title=self.tr("Go to a date"), width=420)
        self.calendar = QCalendarWidget()
        self.calendar.setAccessibleName(self.tr("Day to go to"))
        self.calendar.setMinimumWidth(_CALENDAR_WIDTH)
        for days in self.calendar.findChildren(QTableView):  # all seven, however large the type
            days.horizontalHeader().setMinimumSectionSize(_CALENDAR_WIDTH // 7)
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setDateRange(QDate.fromJulianDay(oldest), QDate.fromJulianDay(today))
        self.calendar.setSelectedDate(QDate.fromJulianDay(shown))
        for name, picture in (("prev", "back"), ("next", "forward")):
            for button in self.calendar.findChildren(QToolButton, f"qt_calendar_{name}month"):
                button.setIcon(icon(picture, self.palette()))  # Qt's own cannot be seen on dark
        plain = QTextCharFormat()
        plain.setForeground(self.palette().text())  # Qt's red is hard to read on dark
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(weekend, plain)
        self.calendar.currentPageChanged.connect(self._grey_out)
        self._grey_out(self.calendar.yearShown(), self.calendar.monthShown())
        self.calendar.activated.connect(self._go)
        self.body.addWidget(heading(self.tr("Go to a date")))
        self.body.addWidget(self.calendar)
        words = self.tr("The first message of that day is shown, or else the next one after it.")
        self.body.addWidget(TextLabel(words, tone="muted"))
        self.body.addStretch(1)
        self.add_button(self.tr("Cancel"), self.reject)
        self.go_button = self.add_button(self.tr("Go"), self._go, "primary")
        self.calendar.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        form = QCalendarWidget.HorizontalHeaderFormat
        room = event.size().width() >= _DAY_LETTERS * 7 * self.fontMetrics().averageCharWidth()
        wanted = form.ShortDayNames if room else form.SingleLetterDayNames
        self.calendar.setHorizontalHeaderFormat(wanted)
        super().resizeEvent(event)

    @Slot(int, int)
    def _grey_out(self, year: int, month: int) -> None:
        """Draw days that cannot be chosen like those of another month; Qt leaves them black."""
        grey = QTextCharFormat()
        disabled = QPalette.ColorGroup.Disabled
        grey.setForeground(self.palette().brush(disabled, QPalette.ColorRole.Text))
        first, last = self.calendar.minimumDate(), self.calendar.maximumDate()
        for number in range(1, QDate(year, month, 1).daysInMonth() + 1):
            day = QDate(year, month, number)
            if not first <= day <= last:
                self.calendar.setDateTextFormat(day, grey)

    @Slot()
    def _go(self) -> None:
        day = self.calendar.selectedDate().toJulianDay()
        self.accept()
        self.chosen.emit(day)
