"""What cannot be read is said, and nothing is left half: above all, no text goes to another."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from memory_history import MemoryClient, make_contact, make_message
from people import NODE
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from messenger.core.errors import LockedError, StoreCorruptError
from messenger.core.types import ContactId, Presence, SearchHit
from messenger.engine.commands import SaveDraft, SendMessage
from messenger.engine.events import Locked, MessageRemoved, NodeReady, PresenceChanged, Unlocked
from messenger.gui.texts import sentence
from messenger.gui.theme import Theme
from messenger.gui.views.conversation_page import ConversationPage
from messenger.gui.views.main_window import MainWindow
from messenger.gui.views.message_menu import MessageAction

MARA, JONAS = ContactId(1), ContactId(2)
SAID = sentence(StoreCorruptError(""))


@pytest.fixture
def half(window: MainWindow, client: MemoryClient, qtbot: QtBot) -> MainWindow:
    """Somebody wrote to Mara, then chose Jonas, whose messages cannot be read."""
    window.choose(MARA)
    qtbot.keyClicks(window.page.composer.edit, "for Mara only")
    client.history.damaged.add(JONAS)
    window.choose(JONAS)
    client.emit(PresenceChanged(MARA, Presence.ONLINE))  # what follows must not mend it by halves
    return window


def test_what_was_written_to_one_is_never_sent_to_another(
    half: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    qtbot.keyClick(half.page.composer.edit, Qt.Key.Key_Return)
    assert client.of(SendMessage) == []
    assert client.of(SaveDraft) == [SaveDraft(MARA, "for Mara only")]


def test_no_conversation_is_shown_and_it_is_said_why(half: MainWindow) -> None:
    assert not half.sides.talking
    assert half.page.contact_id is None
    assert half.page.model.rowCount() == 0
    assert half.page.composer.text() == ""
    assert not half.panel.list.selectionModel().hasSelection()
    assert half.notice.isVisible()
    assert half.notice.words.text() == SAID


def test_both_can_be_opened_afterwards(half: MainWindow, client: MemoryClient) -> None:
    half.choose(MARA)
    assert half.page.composer.text() == "for Mara only"
    assert half.page.header.name.text() == "Mara"
    client.history.damaged.clear()
    half.choose(JONAS)
    assert half.page.composer.text() == "Half a thought"
    assert half.page.header.name.text() == "Jonas"


def test_a_conversation_that_cannot_be_read_from_where_reading_stopped_is_none(
    window: MainWindow, client: MemoryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.history.read_rows[MARA] = 100

    def refuse(*_: object) -> None:
        raise StoreCorruptError("a page of the database is damaged")

    monkeypatch.setattr(client.history, "messages_after", refuse)
    window.contacts.load([make_contact(1, "Mara", unread_count=3)])
    window.choose(MARA)
    assert window.page.contact_id is None
    assert not window.sides.talking
    assert window.notice.words.text() == SAID


def test_that_nobody_can_be_read_is_said(qtbot: QtBot, theme: Theme, client: MemoryClient) -> None:
    client.history.damaged.add(MARA)
    window = MainWindow(client, theme)
    qtbot.addWidget(window)
    window.show()
    client.emit(NodeReady(NODE, {}))
    assert window.notice.isVisible()
    assert window.notice.words.text() == SAID


def test_a_link_waits_for_the_lock_that_came_at_once(
    window: MainWindow, client: MemoryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.emit(Locked(frozenset({"passphrase"})))
    window.add_link(NODE.link)

    def refuse() -> None:
        raise LockedError("Hum is locked: unlock it first.")

    with monkeypatch.context() as patch:
        patch.setattr(client, "open_reader", refuse)
        client.emit(Unlocked(NODE, {}))
        client.emit(Locked(frozenset({"passphrase"})))
    assert not window.notice.isVisible()
    opened: list[str] = []
    monkeypatch.setattr(window.dialogs, "_add_contact", opened.append)
    client.emit(Unlocked(NODE, {}))
    assert opened == [NODE.link]


def test_an_event_reaches_everybody_though_its_neighbours_cannot_be_read(
    window: MainWindow, client: MemoryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.choose(MARA)
    first = window.page.model.message(0)
    client.history.damaged.add(MARA)
    told: list[object] = []
    monkeypatch.setattr(window.notices, "follow", told.append)
    before = make_message(first.row - 1, 1, "")
    event = MessageRemoved(MARA, before.row, before.id)
    client.emit(event)
    assert told == [event]
    assert window.page.failure.words.text() == SAID


def test_an_answer_is_painted_though_what_it_answers_cannot_be_read(
    window: MainWindow, client: MemoryClient
) -> None:
    window.choose(MARA)
    client.history.damaged.add(MARA)
    answered = client.history.messages[0].id
    client.add(replace(make_message(1001, 1, "yes"), reply_to=answered))
    view = window.page.view
    last = window.page.model.index(window.page.model.rowCount() - 1)
    assert "cannot be read" in view.painter_delegate.bubble(last).quote


def test_one_scrolls_on_from_where_one_is_though_nothing_older_comes(
    window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    window.choose(MARA)
    view = window.page.view
    QApplication.processEvents()
    client.history.damaged.add(MARA)
    bar = view.verticalScrollBar()
    with qtbot.waitSignal(view.failed):
        bar.setValue(0)
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    view.scheduleDelayedItemsLayout()
    view.executeDelayedItemsLayout()
    assert bar.value() == before
    assert window.page.failure.words.text() == SAID


def _newest(page: ConversationPage) -> None:
    page.view.show_newest()


def _found(page: ConversationPage) -> None:
    page.finding.show_hit(SearchHit(make_message(2, 1, "far above"), ((0, 3),)))


def _answered(page: ConversationPage) -> None:
    page.finding.show_answered(make_message(2, 1, "far above").id)


def _date(page: ConversationPage) -> None:
    page.finding.go_to_date()


def _day(page: ConversationPage) -> None:
    page.finding._show_day(QDate(2026, 1, 1).toJulianDay())


def _timeline(page: ConversationPage) -> None:
    page.message_deeds.do(MessageAction.TIMELINE, page.model.message(0))


@pytest.mark.parametrize("go", [_newest, _found, _answered, _date, _day, _timeline])
def test_what_hinders_a_way_to_a_message_is_said_and_nothing_moves(
    window: MainWindow, client: MemoryClient, go: Callable[[ConversationPage], None]
) -> None:
    window.choose(MARA)
    page = window.page
    page.model.show_around(500)
    rows = page.model.rowCount()
    client.history.damaged.add(MARA)
    go(page)
    assert page.failure.isVisible()
    assert page.failure.words.text() == SAID
    assert page.model.rowCount() == rows
    assert page.model.row_of(500) is not None


def test_a_search_that_fails_says_so_and_finds_nothing(
    window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    window.choose(MARA)
    finding = window.page.finding
    finding.begin()
    finding._search("nothing in particular")
    client.answer(error=StoreCorruptError(""))
    assert window.page.failure.words.text() == SAID
    assert window.page.find_bar.isVisible()
