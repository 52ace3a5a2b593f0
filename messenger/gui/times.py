"""Unix milliseconds in the words and the order of the person's own locale."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

translate = QCoreApplication.translate

_MINUTE_MS: Final = 60_000
_QUARTER_MS: Final = 15 * _MINUTE_MS  # days begin at multiples of this in every time zone


def local_day(unix_ms: int) -> int:
    """Return the Julian day number of an instant in this computer's time zone."""
    return _day_of_quarter(unix_ms // _QUARTER_MS)


def ms_to_midnight(unix_ms: int) -> int:
    """Return in how many ms the next day begins in this computer's time zone."""
    tomorrow = QDate.fromJulianDay(local_day(unix_ms) + 1)
    return int(tomorrow.startOfDay().toMSecsSinceEpoch()) - unix_ms


@lru_cache(maxsize=8192)
def _day_of_quarter(quarter: int) -> int:
    date = QDateTime.fromMSecsSinceEpoch(quarter * _QUARTER_MS).date()
    return int(date.toJulianDay())


def clock_time(unix_ms: int) -> str:
    """Return hours and minutes."""
    return _time_of_minute(unix_ms // _MINUTE_MS)


@lru_cache(maxsize=4096)
def _time_of_minute(minute: int) -> str:
    time = QDateTime.fromMSecsSinceEpoch(minute * _MINUTE_MS).time()
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
