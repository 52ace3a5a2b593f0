"""Unix milliseconds in the words and the order of the person's own locale."""

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

translate = QCoreApplication.translate


def local_day(unix_ms: int) -> int:
    """Return the Julian day number of an instant in this computer's time zone."""
    return int(QDateTime.fromMSecsSinceEpoch(unix_ms).date().toJulianDay())


def clock_time(unix_ms: int) -> str:
    """Return hours and minutes."""
    time = QDateTime.fromMSecsSinceEpoch(unix_ms).time()
    return QLocale().toString(time, QLocale.FormatType.ShortFormat)


def day_words(day: int, today: int) -> str:
    """Return how to call a day above its messages."""
    if day == today:
        return translate("Times", "Today")
    if day == today - 1:
        return translate("Times", "Yesterday")
    date = QDate.fromJulianDay(day)
    if 0 < today - day < 7:
        return QLocale().dayName(date.dayOfWeek())
    return QLocale().toString(date, QLocale.FormatType.LongFormat)


def short_when(unix_ms: int, now_ms: int) -> str:
    """Return the shortest useful word for an instant: time today, day this week, date before."""
    day, today = local_day(unix_ms), local_day(now_ms)
    if day == today:
        return clock_time(unix_ms)
    date = QDate.fromJulianDay(day)
    if 0 < today - day < 7:
        return QLocale().dayName(date.dayOfWeek(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(date, QLocale.FormatType.ShortFormat)


def full_when(unix_ms: int) -> str:
    """Return date and time."""
    return QLocale().toString(
        QDateTime.fromMSecsSinceEpoch(unix_ms), QLocale.FormatType.ShortFormat
    )


def date_words(unix_ms: int) -> str:
    """Return the date alone."""
    return QLocale().toString(
        QDate.fromJulianDay(local_day(unix_ms)), QLocale.FormatType.LongFormat
    )
