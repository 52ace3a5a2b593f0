"""The words above the messages follow the day: over midnight, and after a sleep of the computer."""

from collections.abc import Iterator

import pytest
from memory_history import START, MemoryClient, make_message
from PySide6.QtCore import QDate, QDateTime, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from test_conversation_view import Screen

from messenger.core.types import ContactId, Message
from messenger.gui.theme import Theme
from messenger.gui.times import local_day, ms_to_midnight
from messenger.gui.views import conversation_view
from messenger.gui.views.conversation_view import DAY_CHECK_MS, ConversationView
from messenger.gui.views.main_window import MainWindow

MORNING = QDate.fromJulianDay(local_day(START)).startOfDay().addSecs(9 * 3600).toMSecsSinceEpoch()
MIDNIGHT = MORNING + ms_to_midnight(MORNING)


class Clock:
    """Stands in for QDateTime as far as the view asks it."""

    def __init__(self) -> None:
        self.now = MORNING

    def currentMSecsSinceEpoch(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(conversation_view, "QDateTime", clock)
    return clock


def morning(count: int) -> list[Message]:
    return [make_message(row, 1, f"no {row}", at=MORNING + row) for row in range(1, count + 1)]


def days(view: ConversationView) -> Iterator[str]:
    """Yield the words that stand above messages."""
    model = view.model()
    for row in range(model.rowCount()):
        day = view.painter_delegate.bubble(model.index(row, 0)).day
        if day:
            yield day


@pytest.mark.parametrize("now", [MORNING, MIDNIGHT - 1, MIDNIGHT])
def test_the_next_day_begins_when_it_is_said_to(now: int) -> None:
    later = now + ms_to_midnight(now)
    assert (local_day(later - 1), local_day(later)) == (local_day(now), local_day(now) + 1)
    assert QDateTime.fromMSecsSinceEpoch(later).time().msecsSinceStartOfDay() == 0


def test_today_is_yesterday_after_midnight(qtbot: QtBot, theme: Theme, clock: Clock) -> None:
    clock.now = MIDNIGHT - 1
    screen = Screen(qtbot, morning(9))
    assert list(days(screen.view)) == ["Today"]
    clock.now = MIDNIGHT
    qtbot.waitUntil(lambda: list(days(screen.view)) == ["Yesterday"])


def test_it_is_looked_at_again_and_again_for_a_timer_does_not_count_sleep(
    qtbot: QtBot, theme: Theme, clock: Clock
) -> None:
    view = Screen(qtbot, morning(9)).view
    for now in (MORNING, MORNING + DAY_CHECK_MS, MIDNIGHT + 1):
        clock.now = now
        view.follow_day()
        assert 0 < view._midnight.remainingTime() <= DAY_CHECK_MS


def test_a_message_of_the_new_day_puts_the_old_one_right(
    qtbot: QtBot, theme: Theme, clock: Clock
) -> None:
    screen = Screen(qtbot, morning(9))
    clock.now = MIDNIGHT + 60_000  # the computer slept
    screen.add(make_message(10, 1, "good morning", at=clock.now))
    assert list(days(screen.view)) == ["Yesterday", "Today"]


def test_nothing_jumps_at_midnight(qtbot: QtBot, theme: Theme, clock: Clock) -> None:
    screen = Screen(qtbot, morning(200))
    screen.scroll_to(screen.view.verticalScrollBar().maximum() // 2)
    before = screen.first_in_sight()
    top = screen.top_of(before)
    clock.now = MIDNIGHT
    screen.view.follow_day()
    screen.settle()
    assert screen.top_of(before) == top


def test_whoever_comes_back_in_the_morning_sees_it_right(
    window: MainWindow, client: MemoryClient, qtbot: QtBot, clock: Clock
) -> None:
    client.history.messages = morning(9)
    window.choose(ContactId(1))
    view = window.page.view
    assert list(days(view)) == ["Today"]
    qtbot.waitUntil(window.isActiveWindow)
    clock.now = MIDNIGHT
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    assert list(days(view)) == ["Yesterday"]
