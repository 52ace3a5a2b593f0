"""Where reading stopped, dates to go to, and conversations of few messages."""

from memory_history import MINUTE, START, MemoryClient, make_contact, make_message
from PySide6.QtCore import QDate, QDateTime, Qt
from PySide6.QtGui import QPalette, QTextFormat
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from messenger.core.types import ContactId
from messenger.engine.commands import MarkRead
from messenger.engine.events import ContactChanged
from messenger.gui.dialogs.jump_date import JumpToDateDialog
from messenger.gui.models.conversation import ConversationModel
from messenger.gui.views.conversation_page import ConversationPage
from messenger.gui.views.main_window import MainWindow

MARA, JONAS = ContactId(1), ContactId(2)
NEVER = Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def settle(page: ConversationPage) -> None:
    page.view.executeDelayedItemsLayout()


def top_of(page: ConversationPage, message_row: int) -> int:
    row = page.model.row_of(message_row)
    assert row is not None
    return page.view.visualRect(page.model.index(row)).top()


def unread_rows(page: ConversationPage) -> list[int]:
    model = page.model
    return [model.message(row).row for row in range(model.rowCount()) if model.place(row).unread]


def make_unread(client: MemoryClient, read_row: int) -> None:
    """Everything of Mara's behind a row is new."""
    client.history.read_rows[MARA] = read_row
    count = sum(m.row > read_row and not m.outgoing for m in client.history.messages)
    known = client.history.people[0]
    client.emit(ContactChanged(make_contact(1, known.name, unread_count=count)))


def test_few_messages_stand_at_the_bottom(
    qtbot: QtBot, window: MainWindow, client: MemoryClient
) -> None:
    window.choose(JONAS)
    page = window.page
    for row in range(2001, 2004):
        client.add(make_message(row, 2, "short"))
    settle(page)
    last = page.view.visualRect(page.model.index(2))
    assert page.view.viewport().height() - last.bottom() <= 2
    assert page.view.viewportMargins().top() > 0
    assert page.view.verticalScrollBarPolicy() is NEVER  # nothing to scroll, no bar
    for row in range(2004, 2060):
        client.add(make_message(row, 2, "short"))
    settle(page)
    assert page.view.viewportMargins().top() == 0
    assert page.view.verticalScrollBarPolicy() is not NEVER


def test_a_conversation_opens_where_reading_stopped(
    window: MainWindow, client: MemoryClient
) -> None:
    make_unread(client, 970)
    window.choose(MARA)
    settle(window.page)
    assert unread_rows(window.page) == [971]
    assert 0 <= top_of(window.page, 971) < window.page.view.viewport().height() // 2
    assert not client.of(MarkRead)  # the end was not in sight yet


def test_it_opens_there_however_much_is_new(window: MainWindow, client: MemoryClient) -> None:
    make_unread(client, 100)
    window.choose(MARA)
    settle(window.page)
    assert unread_rows(window.page) == [101]
    assert 0 <= top_of(window.page, 101) < window.page.view.viewport().height()


def test_what_nobody_saw_come_is_marked_until_one_answers(
    window: MainWindow, client: MemoryClient
) -> None:
    window.choose(MARA)
    page = window.page
    window.hide()
    client.add(make_message(1001, 1, "are you there?"))
    client.add(make_message(1002, 1, "hello?"))
    assert unread_rows(page) == [1001]
    client.add(make_message(1003, 1, "here I am", own=True))
    assert unread_rows(page) == []


def test_what_one_sees_come_is_not_marked(
    qtbot: QtBot, window: MainWindow, client: MemoryClient
) -> None:
    window.choose(MARA)
    qtbot.waitUntil(window.isActiveWindow)
    client.add(make_message(1001, 1, "hello"))
    assert unread_rows(window.page) == []


def test_the_marked_model_keeps_the_rules(client: MemoryClient, qtmodeltester: ModelTester) -> None:
    make_unread(client, 970)
    model = ConversationModel()
    qtmodeltester.check(model)
    model.open(client.history, make_contact(1, "Mara", unread_count=3))
    assert model.unread_from == 971
    model.set_unread_from(980)
    model.set_unread_from(None)
    model.show_around(500)


def test_ctrl_g_goes_to_a_day(qtbot: QtBot, window: MainWindow, client: MemoryClient) -> None:
    day = 24 * 60 * MINUTE
    for number in range(100):
        at = START + 3000 * MINUTE + number * day // 4
        client.history.messages.append(make_message(3000 + number, 2, f"no {number}", at=at))
    window.choose(JONAS)
    qtbot.keyClick(window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = window.findChildren(JumpToDateDialog)
    wanted = client.history.messages[-60]
    date = QDateTime.fromMSecsSinceEpoch(wanted.arrived_at).date()
    dialog.calendar.setSelectedDate(date)
    dialog.go_button.click()
    page = window.page
    current = page.model.message(page.view.currentIndex().row())
    assert QDateTime.fromMSecsSinceEpoch(current.arrived_at).date() == date
    assert page.model.place(page.view.currentIndex().row()).day == date.toJulianDay()
    settle(page)
    assert 0 <= top_of(page, current.row) < page.view.viewport().height() // 4


def test_no_day_outside_the_conversation(window: MainWindow, client: MemoryClient) -> None:
    window.choose(MARA)
    window.page.finding.go_to_date()
    (dialog,) = window.findChildren(JumpToDateDialog)
    first = QDateTime.fromMSecsSinceEpoch(client.history.messages[0].arrived_at).date()
    assert dialog.calendar.minimumDate() <= first
    assert dialog.calendar.maximumDate() <= QDate.currentDate()
    dialog.reject()


def test_days_that_cannot_be_chosen_look_like_it(qtbot: QtBot) -> None:
    oldest, today = QDate(2026, 10, 5), QDate(2026, 11, 20)
    dialog = JumpToDateDialog(oldest.toJulianDay(), today.toJulianDay(), today.toJulianDay(), None)
    qtbot.addWidget(dialog)
    dialog.calendar.showPreviousMonth()
    grey = dialog.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    for day, is_grey in (
        (QDate(2026, 10, 4), True),
        (oldest, False),
        (today, False),
        (QDate(2026, 11, 21), True),
    ):
        drawn = dialog.calendar.dateTextFormat(day)
        assert (
            drawn.foreground().color() == grey
            and drawn.hasProperty(QTextFormat.Property.ForegroundBrush.value)
        ) is is_grey
