"""The window as a person uses it: choosing, writing, answering requests, deciding about keys."""

import dataclasses

import pytest
from memory_history import START, MemoryClient, MemoryHistory, make_contact, make_message
from people import NODE
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QStyleOptionViewItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from messenger.core.cover_budget import GIGABYTE, plan_for
from messenger.core.errors import AddressInUseError, QuotaError, TextTooLongError
from messenger.core.types import (
    MAX_TEXT_LEN,
    Address,
    ContactId,
    LaneState,
    MessageState,
    Presence,
    Relation,
    WireStats,
)
from messenger.engine.commands import (
    AcceptContact,
    BlockContact,
    DeclineContact,
    KeepFrozen,
    MarkRead,
    RenameContact,
    SaveDraft,
    SendMessage,
    SetPreference,
    WatchWire,
)
from messenger.engine.events import (
    ContactAdded,
    ContactChanged,
    ContactRemoved,
    EngineFailed,
    Failure,
    FastLaneChanged,
    KeyChanged,
    Locked,
    MessageChanged,
    NodeInfoChanged,
    NodeReady,
    PresenceChanged,
    SessionReset,
    Unlocked,
    WireRestarted,
    WireSnapshot,
)
from messenger.gui.dialogs.settings import SettingsDialog
from messenger.gui.dialogs.shortcuts import ShortcutsDialog
from messenger.gui.theme import Theme
from messenger.gui.views import reading
from messenger.gui.views.hum_strip import Hum, HumStrip
from messenger.gui.views.main_window import MainWindow
from messenger.update.release import Release

MARA, JONAS, STRANGER = ContactId(1), ContactId(2), ContactId(3)
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def open_window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window with Mara's conversation."""
    window.choose(MARA)
    qtbot.waitExposed(window)
    return window


def words_of(widget: QWidget) -> str:
    """Everything a person can read in a widget."""
    found = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    found += [b.text() for b in widget.findChildren(QAbstractButton) if b.isVisible()]
    return "\n".join(found)


# -- conversations ------------------------------------------------------------------------------


def test_without_contacts_the_next_step_is_named(qtbot: QtBot, theme: Theme) -> None:
    client = MemoryClient(MemoryHistory())
    window = MainWindow(client, theme)
    qtbot.addWidget(window)
    window.show()
    client.emit(NodeReady(NODE, {}))
    assert window.panel.first_button.isVisible()
    with qtbot.waitSignal(window.panel.add_wanted):
        window.panel.first_button.click()


def test_a_click_opens_a_conversation(window: MainWindow, qtbot: QtBot) -> None:
    view = window.panel.list
    row = window.contacts.row_of(MARA)
    assert row is not None
    place = view.visualRect(view.model().index(row, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.page.contact_id == MARA
    assert window.page.model.rowCount() > 0
    assert window.page.header.name.text() == "Mara"


def test_a_heading_goes_with_its_section(window: MainWindow, client: MemoryClient) -> None:
    view = window.panel.list
    first = view.model().index(0, 0)

    def height() -> int:
        QApplication.processEvents()
        option = QStyleOptionViewItem()
        view.initViewItemOption(option)
        laid_out = view.visualRect(first).height()
        assert laid_out == view.itemDelegate().sizeHint(option, first).height()
        return laid_out

    with_heading = height()
    client.emit(PresenceChanged(STRANGER, Presence.ONLINE, None, None))
    assert height() == with_heading
    for contact in (MARA, JONAS):
        client.emit(ContactRemoved(contact))
    client.emit(ContactChanged(make_contact(STRANGER, "Stranger")))  # accepted, on the same row
    assert height() < with_heading


def test_enter_sends_and_shift_enter_breaks_the_line(
    open_window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    edit = open_window.page.composer.edit
    qtbot.keyClicks(edit, "one")
    qtbot.keyClick(edit, Qt.Key.Key_Return, SHIFT)
    qtbot.keyClicks(edit, "two")
    assert client.of(SendMessage) == []
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert client.of(SendMessage) == [SendMessage(MARA, "one\ntwo")]
    assert edit.toPlainText() == ""


def test_nothing_but_spaces_is_not_sent(
    open_window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    edit = open_window.page.composer.edit
    qtbot.keyClicks(edit, "   ")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert client.of(SendMessage) == []


def test_what_could_not_be_sent_comes_back(
    open_window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    edit = open_window.page.composer.edit
    qtbot.keyClicks(edit, "hello")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    client.answer(error=QuotaError("full"))
    assert edit.toPlainText() == "hello"
    assert open_window.page.failure.isVisible()


def test_what_could_not_be_sent_is_kept_for_a_conversation_that_was_left(
    open_window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    edit = open_window.page.composer.edit
    qtbot.keyClicks(edit, "hello")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    open_window.choose(JONAS)
    client.answer(error=TextTooLongError("long"))
    assert edit.toPlainText() == "Half a thought"
    assert client.of(SaveDraft)[-1] == SaveDraft(MARA, "hello")
    open_window.choose(MARA)
    assert edit.toPlainText() == "hello"


def test_the_length_of_a_message_is_counted_in_bytes(open_window: MainWindow) -> None:
    composer = open_window.page.composer
    composer.edit.setPlainText("ä" * (MAX_TEXT_LEN // 2))
    assert composer.send_button.isEnabled()
    assert composer.notice.isVisible()
    composer.edit.setPlainText("ä" * (MAX_TEXT_LEN // 2) + "a")
    assert not composer.send_button.isEnabled()
    composer.edit.setPlainText("short")
    assert not composer.notice.isVisible()


def test_the_composer_grows_to_six_lines(open_window: MainWindow, qtbot: QtBot) -> None:
    edit = open_window.page.composer.edit
    line = QFontMetrics(edit.font()).lineSpacing()
    heights = []
    for count in (1, 2, 6, 7, 40):
        edit.setPlainText("\n".join(["x"] * count))
        heights.append(edit.height())
    assert heights[1] == heights[0] + line
    assert heights[2] == heights[0] + 5 * line
    assert heights[3] == heights[4] == heights[2]


def test_drafts_are_kept_when_the_conversation_changes(
    open_window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    edit = open_window.page.composer.edit
    qtbot.keyClicks(edit, "to be continued")
    open_window.choose(JONAS)
    assert client.of(SaveDraft) == [SaveDraft(MARA, "to be continued")]
    assert edit.toPlainText() == "Half a thought"
    open_window.choose(MARA)
    assert edit.toPlainText() == "to be continued"
    assert len(client.of(SaveDraft)) == 1


def test_drafts_are_kept_after_a_pause(
    open_window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(open_window.page.composer.draft_changed):
        qtbot.keyClicks(open_window.page.composer.edit, "wait")
    assert client.of(SaveDraft) == [SaveDraft(MARA, "wait")]


def test_drafts_are_kept_when_the_window_closes(
    open_window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    qtbot.keyClicks(open_window.page.composer.edit, "last words")
    with qtbot.waitSignal(open_window.closing):
        open_window.close()
    assert client.of(SaveDraft) == [SaveDraft(MARA, "last words")]
    assert {command.name for command in client.of(SetPreference)} == {
        "window.size",
        "window.split",
    }


def test_pasted_text_is_plain(open_window: MainWindow) -> None:
    from PySide6.QtCore import QMimeData

    rich = QMimeData()
    rich.setHtml("<b>bold</b>")
    rich.setText("bold")
    open_window.page.composer.edit.insertFromMimeData(rich)
    assert open_window.page.composer.text() == "bold"


def test_messages_in_sight_are_told_as_read_once(
    open_window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    open_window.activateWindow()
    qtbot.waitUntil(open_window.isActiveWindow)
    client.add(make_message(1001, 1, "new"))
    assert client.of(MarkRead) == [MarkRead(MARA, 1001)]
    client.emit(ContactChanged(make_contact(1, "Mara")))
    client.emit(PresenceChanged(MARA, Presence.ONLINE))
    assert len(client.of(MarkRead)) == 1


def test_messages_out_of_sight_are_not_told_as_read(
    open_window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    open_window.activateWindow()
    qtbot.waitUntil(open_window.isActiveWindow)
    QApplication.processEvents()
    open_window.page.view.verticalScrollBar().setValue(10)
    client.add(make_message(1001, 1, "new"))
    client.add(make_message(1002, 2, "to another conversation"))
    assert client.of(MarkRead) == []
    assert "2 unread" in open_window.windowTitle()


def test_removing_the_contact_on_screen_shows_that_nothing_is_chosen(
    open_window: MainWindow, client: MemoryClient
) -> None:
    client.emit(ContactRemoved(MARA))
    assert open_window.page.contact_id is None
    assert not open_window.sides.talking


def test_states_follow_events(open_window: MainWindow, client: MemoryClient) -> None:
    message = dataclasses.replace(
        make_message(1001, 1, "mine", own=True), state=MessageState.WAITING
    )
    client.add(message)
    role = Qt.ItemDataRole.AccessibleTextRole
    index = open_window.page.model.index(open_window.page.model.rowCount() - 1)
    assert "Waiting, kept on this computer" in index.data(role)
    client.emit(MessageChanged(dataclasses.replace(message, state=MessageState.DELIVERED)))
    assert "Mara" in index.data(role)
    assert "computer" in index.data(role)


# -- relations ----------------------------------------------------------------------------------


def test_a_request_shows_name_and_key_and_nothing_else(
    window: MainWindow, client: MemoryClient, history: MemoryHistory
) -> None:
    history.messages.append(make_message(2000, 3, "planted before anybody accepted"))
    client.emit(ContactChanged(make_contact(3, "Stranger", relation=Relation.REQUEST)))
    window.choose(STRANGER)
    page = window.page
    assert page.request.isVisible()
    assert not page.view.isVisible()
    assert not page.composer.isVisible()
    assert "Stranger" in page.request.question.text()
    assert len(page.request.key.text().replace(" ", "")) >= 52
    assert "planted" not in words_of(window)


def test_requests_are_accepted_or_declined(window: MainWindow, client: MemoryClient) -> None:
    window.choose(STRANGER)
    window.page.request.accept_button.click()
    assert client.of(AcceptContact) == [AcceptContact(STRANGER)]
    window.page.request.decline_button.click()
    assert client.of(DeclineContact) == [DeclineContact(STRANGER)]
    client.emit(ContactChanged(make_contact(3, "Stranger")))
    assert window.page.composer.isVisible()


@pytest.mark.parametrize(
    ("presence", "words"),
    [
        (Presence.OFFLINE, "Waiting for"),
        (Presence.CONNECTING, "Connecting to"),
        (Presence.ONLINE, "must accept"),
    ],
)
def test_who_was_asked_is_waited_for_in_words(
    window: MainWindow, client: MemoryClient, presence: Presence, words: str
) -> None:
    client.emit(ContactChanged(make_contact(2, "Jonas", relation=Relation.ASKED)))
    client.emit(PresenceChanged(JONAS, presence))
    window.choose(JONAS)
    assert window.page.waiting.isVisible()
    assert words in window.page.waiting.words.text()
    assert window.page.composer.isVisible()


def test_name_and_mark_begin_below_each_other(open_window: MainWindow) -> None:
    header = open_window.page.header
    padding = 4  # of the mark: border and padding of its style
    assert header.name.x() == header.trust.x() + padding


def test_what_the_menu_of_a_contact_offers_has_an_icon(open_window: MainWindow) -> None:
    menu = open_window.page.header.menu_button.menu()
    menu.aboutToShow.emit()
    bare = [entry.text() for entry in menu.actions() if entry.icon().isNull()]
    assert [words for words in bare if words] == ["Tell each other what was read"]  # has a tick


def test_a_line_is_as_high_in_every_script(open_window: MainWindow) -> None:
    name = open_window.page.header.name
    before = name.sizeHint().height()
    name.say("مارا الخطيب")
    assert name.sizeHint().height() >= before


def test_new_messages_are_said_to_who_listens_to_the_screen(
    open_window: MainWindow, client: MemoryClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(reading, "say_aloud", lambda _widget, words: said.append(words))
    client.add(make_message(1001, 1, "is anybody there?"))
    client.add(make_message(1002, 1, "mine", own=True))
    client.add(make_message(1003, 2, "of somebody else"))
    assert len(said) == 1
    assert "is anybody there?" in said[0]


def test_a_blocked_contact_cannot_be_written_to_but_unblocked(
    window: MainWindow, client: MemoryClient
) -> None:
    client.emit(ContactChanged(make_contact(2, "Jonas", relation=Relation.BLOCKED)))
    window.choose(JONAS)
    assert not window.page.composer.isVisible()
    window.page.waiting.unblock_button.click()
    assert client.of(BlockContact) == [BlockContact(JONAS, False)]


def test_a_changed_key_stops_the_conversation_above_everything(
    open_window: MainWindow, client: MemoryClient
) -> None:
    frozen = make_contact(1, "Mara", changed_key=b"x" * 32, changed_at=START)
    client.emit(KeyChanged(frozen))
    banner = open_window.page.changed_key
    assert banner.isVisible()
    assert "someone is between you" in banner.words.text()
    assert "Mara" in banner.words.text()
    open_window.page.view.verticalScrollBar().setValue(0)
    assert banner.isVisible()
    assert "Changed key" in open_window.page.header.trust.text()
    banner.keep_button.click()
    assert client.of(KeepFrozen) == [KeepFrozen(MARA)]
    client.emit(ContactChanged(make_contact(1, "Mara")))
    assert not banner.isVisible()


def test_what_is_refused_is_said(open_window: MainWindow, client: MemoryClient) -> None:
    open_window.choose(STRANGER)
    open_window.page.request.accept_button.click()
    client.answer(error=QuotaError("x"))
    open_window.choose(MARA)
    assert not open_window.page.failure.isVisible()


# -- the engine ---------------------------------------------------------------------------------


def test_failures_are_said_in_a_sentence(open_window: MainWindow, client: MemoryClient) -> None:
    client.emit(Failure(QuotaError("raw details")))
    assert open_window.notice.isVisible()
    assert "raw details" not in open_window.notice.words.text()
    client.emit(SessionReset(MARA))
    assert "Mara" in open_window.notice.words.text()


def test_an_engine_that_fell_leaves_one_sentence_and_a_way_out(
    open_window: MainWindow, client: MemoryClient
) -> None:
    client.emit(EngineFailed("Hum had to stop.", None))
    assert open_window.fronts.stopped.isVisible()
    assert "Hum had to stop." in words_of(open_window)


def test_a_stored_theme_is_followed(
    open_window: MainWindow, client: MemoryClient, theme: Theme
) -> None:
    client.request(SetPreference("theme", "dark"))
    assert not theme.dark
    client.answer()
    assert theme.dark


# -- keyboard -----------------------------------------------------------------------------------


def test_shortcuts(open_window: MainWindow, qtbot: QtBot) -> None:
    open_window.activateWindow()
    qtbot.waitUntil(open_window.isActiveWindow)
    qtbot.keyClick(open_window, Qt.Key.Key_K, CONTROL)
    assert open_window.panel.search.hasFocus()
    qtbot.keyClick(open_window, Qt.Key.Key_F, CONTROL)
    assert open_window.page.find_bar.edit.hasFocus()
    qtbot.keyClick(open_window.page.find_bar.edit, Qt.Key.Key_Escape)
    assert not open_window.page.find_bar.isVisible()
    assert open_window.page.composer.edit.hasFocus()
    order = [
        open_window.contacts.index(row).data() for row in range(open_window.contacts.rowCount())
    ]
    assert order == ["Stranger", "Mara", "Jonas"]
    qtbot.keyClick(open_window, Qt.Key.Key_Down, ALT)
    assert open_window.page.contact_id == JONAS
    qtbot.keyClick(open_window, Qt.Key.Key_Up, ALT)
    assert open_window.page.contact_id == MARA


def test_the_keyboard_map_names_every_shortcut_there_is(window: MainWindow, qtbot: QtBot) -> None:
    shown = ShortcutsDialog(None)
    qtbot.addWidget(shown)
    listed = {label.text() for label in shown.findChildren(QLabel)}
    native = QKeySequence.SequenceFormat.NativeText
    assert {action.shortcut().toString(native) for action in window.actions()} <= listed


def test_no_two_actions_share_a_shortcut(window: MainWindow) -> None:
    keys = [action.shortcut().toString() for action in window.actions()]
    assert len(keys) == len(set(keys))
    wanted = ("Ctrl+K", "Ctrl+N", "Ctrl+F", "Ctrl+/", "Alt+Up", "Alt+Down", "Esc")
    assert {QKeySequence(key).toString() for key in wanted} <= set(keys)


def test_typing_a_name_and_enter_opens_the_conversation(window: MainWindow, qtbot: QtBot) -> None:
    window.panel.focus_search()
    qtbot.keyClicks(window.panel.search, "jon")
    assert window.panel.list.model().rowCount() == 1
    qtbot.keyClick(window.panel.search, Qt.Key.Key_Return)
    assert window.page.contact_id == JONAS
    assert window.panel.search.text() == ""


def test_searching_contacts_does_not_change_the_conversation(
    open_window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClicks(open_window.panel.search, "jonas")
    assert open_window.page.contact_id == MARA
    qtbot.keyClicks(open_window.panel.search, "nobody at all")
    assert open_window.panel.no_match.isVisible()
    qtbot.keyClick(open_window.panel.search, Qt.Key.Key_Escape)
    assert open_window.panel.list.isVisible()


def test_arrows_walk_through_the_list(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.panel.search, Qt.Key.Key_Down)
    qtbot.keyClick(window.panel.list, Qt.Key.Key_Down)
    first = window.page.contact_id
    qtbot.keyClick(window.panel.list, Qt.Key.Key_Down)
    assert first is not None
    assert window.page.contact_id not in {None, first}


def test_search_in_a_conversation_goes_from_hit_to_hit(
    open_window: MainWindow, qtbot: QtBot
) -> None:
    page = open_window.page
    page.finding.begin()
    with qtbot.waitSignal(page.find_bar.went_to) as signal:
        qtbot.keyClicks(page.find_bar.edit, "number 77")
    assert signal.args is not None
    assert signal.args[0].message.row == 779
    assert page.find_bar.count.text() == "1 of 11"
    with qtbot.waitSignal(page.find_bar.went_to) as signal:
        qtbot.keyClick(page.find_bar.edit, Qt.Key.Key_Return)
    assert signal.args is not None
    assert signal.args[0].message.row == 778
    assert page.model.row_of(778) is not None
    page.find_bar.finish()
    assert page.view.painter_delegate.hits == {}


CONTROLS = (QAbstractButton, QLineEdit)


def interactive(window: QWidget) -> list[QWidget]:
    """Every visible widget that takes the focus."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]


@pytest.mark.parametrize("contact", [None, MARA, STRANGER])
def test_every_control_has_a_name_and_is_reached_by_tab(
    window: MainWindow, client: MemoryClient, qtbot: QtBot, contact: ContactId | None
) -> None:
    if contact is not None:
        window.choose(contact)
    if contact == MARA:
        client.emit(KeyChanged(make_contact(1, "Mara", changed_key=b"x" * 32, changed_at=START)))
        window.page.finding.begin()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    wanted = [
        widget
        for widget in interactive(window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled()
    ]
    for widget in wanted:
        name = widget.accessibleName() or getattr(widget, "text", str)()
        assert name, f"{widget} has no accessible name"
    reached = set()
    for _ in range(3 * len(wanted) + 10):
        window.focusNextChild()
        reached.add(window.focusWidget())
    missing = [widget for widget in wanted if widget not in reached]
    assert not missing
    clickable = [w for w in window.findChildren(QAbstractButton) if w.isVisible() and w.isEnabled()]
    nameless = [button for button in clickable if not (button.accessibleName() or button.text())]
    assert not nameless


def test_labels_never_read_markup(window: MainWindow, client: MemoryClient) -> None:
    evil = "<img src=file:///etc/passwd><b>x</b>"
    client.emit(ContactAdded(make_contact(9, evil, relation=Relation.REQUEST)))
    window.choose(ContactId(9))
    for label in window.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText or not label.text(), label.text()
        assert "<img" not in label.toolTip()


# -- shape --------------------------------------------------------------------------------------


def test_a_narrow_window_shows_one_side_at_a_time(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(320, 500)
    assert window.panel.isVisible()
    assert not window.sides.right.isVisible()
    window.choose(MARA)
    assert not window.panel.isVisible()
    assert window.page.isVisible()
    assert window.width() == 320
    window.page.header.back_button.click()
    assert window.panel.isVisible()
    window.choose(MARA)
    window.resize(900, 500)
    assert window.panel.isVisible()
    assert window.page.isVisible()


@pytest.mark.parametrize("contact", [MARA, STRANGER])
def test_nothing_needs_more_than_320_pixels(
    window: MainWindow, client: MemoryClient, contact: ContactId
) -> None:
    name = "Wilhelmina-Alexandra-Konstantinopoulos-of-Upper-Little-Snoring"
    relation = Relation.REQUEST if contact == STRANGER else Relation.ACCEPTED
    changes = {} if contact == STRANGER else {"changed_key": b"x" * 32, "changed_at": START}
    client.emit(ContactChanged(make_contact(contact, name, relation=relation, **changes)))
    window.choose(contact)
    window.resize(320, 500)
    QApplication.processEvents()
    assert window.width() == 320


def test_size_and_split_come_back(qtbot: QtBot, theme: Theme, client: MemoryClient) -> None:
    window = MainWindow(client, theme)
    qtbot.addWidget(window)
    client.emit(NodeReady(NODE, {"window.size": "700x500", "window.split": "nonsense"}))
    assert (window.width(), window.height()) == (700, 500)


# -- the hum ------------------------------------------------------------------------------------


def stats(at: float, *, links: int = 1) -> WireStats:
    from messenger.core.types import LinkStats

    link = LinkStats(MARA, True, 10, 10, 0, 0.0)
    return WireStats((link,) * links, 10, 10, 5120, 5120, 0, (at - 1,), (at - 1,), at, 0.1, 0.2)


def test_the_wire_is_watched_only_while_it_can_be_seen(
    window: MainWindow, client: MemoryClient
) -> None:
    assert client.of(WatchWire)[-1].interval_s > 0
    window.hide()
    assert client.of(WatchWire)[-1] == WatchWire(0.0)
    assert not window.hum._timer.isActive()
    window.show()
    assert client.of(WatchWire)[-1].interval_s > 0
    assert window.hum._timer.isActive()


def test_the_strip_says_what_the_wire_does(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("messenger.gui.views.hum_strip.time.monotonic", lambda: now)
    strip = HumStrip()
    qtbot.addWidget(strip)
    strip.show()
    assert strip.state() is Hum.STARTING
    strip.apply(NodeReady(NODE, {}))
    strip.apply(WireSnapshot(stats(5.0, links=0)))
    assert strip.state() is Hum.QUIET
    strip.apply(WireSnapshot(stats(5.1, links=2)))
    assert strip.state() is Hum.RUNNING
    assert "2 links" in strip.words()
    strip.apply(FastLaneChanged(MARA, LaneState.RUNNING, 2))
    assert strip.state() is Hum.FAST
    assert "something large" in strip.words()
    strip.apply(FastLaneChanged(MARA, LaneState.CLOSED, 0))
    assert strip.state() is Hum.RUNNING
    assert str(NODE.addresses[0]) in strip.accessibleDescription()
    now = 110.0
    assert strip.state() is Hum.STALE
    strip.apply(WireRestarted())
    assert strip.state() is Hum.STARTING
    strip.apply(NodeInfoChanged(NODE, AddressInUseError("taken")))
    assert strip.state() is Hum.DEAF
    strip.grab()


def test_after_a_lock_the_strip_says_what_is_true_now(
    window: MainWindow, client: MemoryClient
) -> None:
    """While locked nothing of it is told: not where we are now, nor that a fast lane ended."""
    now = dataclasses.replace(NODE, addresses=(Address("198.51.100.4", 9),))
    client.emit(WireSnapshot(stats(5.0)))
    client.emit(FastLaneChanged(MARA, LaneState.RUNNING, 2))
    client.emit(Locked(frozenset({"passphrase"})))
    client.emit(Unlocked(now, {}))
    client.emit(WireSnapshot(stats(5.1)))
    assert window.hum.state() is Hum.RUNNING
    assert "198.51.100.4" in window.hum.words()
    assert str(NODE.addresses[0]) not in window.hum.words()


def test_the_strip_is_loud_while_cover_is_missing_or_reduced(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("messenger.gui.views.hum_strip.time.monotonic", lambda: now)
    strip = HumStrip()
    qtbot.addWidget(strip)
    strip.apply(NodeReady(NODE, {}))
    first = stats(5.0)
    (link,) = first.links

    def show(**changed: object) -> None:
        links = (dataclasses.replace(link, **changed),)  # type: ignore[arg-type]
        strip.apply(WireSnapshot(dataclasses.replace(first, links=links)))

    strip.apply(
        WireSnapshot(dataclasses.replace(first, links=(dataclasses.replace(link, skipped=9),)))
    )
    assert strip.state() is Hum.RUNNING  # what was missing before nobody has looked is the page's
    strip.apply(
        WireSnapshot(dataclasses.replace(first, links=(dataclasses.replace(link, skipped=46),)))
    )
    assert strip.state() is Hum.SLEPT
    now = 161.0
    strip.apply(
        WireSnapshot(dataclasses.replace(first, links=(dataclasses.replace(link, skipped=46),)))
    )
    assert strip.state() is Hum.RUNNING
    reduced = plan_for([NODE.cover], 2 * GIGABYTE)
    strip.apply(NodeInfoChanged(dataclasses.replace(NODE, plan=reduced)))
    assert strip.state() is Hum.REDUCED
    assert "reduced" in strip.words()
    strip.apply(NodeInfoChanged(dataclasses.replace(NODE, plan=plan_for([NODE.cover], GIGABYTE))))
    assert "cannot be kept" in strip.words()
    strip.grab()
    strip.apply(
        WireSnapshot(dataclasses.replace(first, links=(dataclasses.replace(link, fast=True),)))
    )
    assert strip.state() is Hum.FAST


def test_renaming_opens_a_dialog(open_window: MainWindow, client: MemoryClient) -> None:
    open_window.page.header.rename_wanted.emit()
    assert client.of(RenameContact) == []


def test_a_new_version_is_told_and_leads_to_its_page(open_window: MainWindow, qtbot: QtBot) -> None:
    banner = open_window.update_banner
    assert banner.isHidden()
    open_window.updating.found.emit(Release("0.2.0", "", 1, newer=True))
    assert "0.2.0" in banner.words.text()
    banner.show_button.click()
    assert banner.isHidden()
    dialog = next(w for w in open_window.findChildren(SettingsDialog) if w.isVisible())
    assert dialog.updates_section.isVisible()
    dialog.close()
    open_window.updating.found.emit(Release("0.2.0", "", 1, newer=True))
    banner.later_button.click()
    assert banner.isHidden()


def test_restarting_as_the_new_version_ends_this_one(open_window: MainWindow, qtbot: QtBot) -> None:
    open_window.dialogs.show_updates()
    dialog = next(w for w in open_window.findChildren(SettingsDialog) if w.isVisible())
    with qtbot.waitSignal(open_window.quit_wanted):
        dialog.updates_section.restart_button.click()
    assert open_window.updating.end() == (None, True)
    dialog.close()
