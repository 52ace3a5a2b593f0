"""Messages on screen: scrolling, marking, copying, links, text from strangers."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from memory_history import START, MemoryHistory, make_contact, make_message
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from messenger.core.types import MAX_TEXT_LEN, FileInfo, FileState, Message, MessageState
from messenger.engine.events import (
    ContactChanged,
    MessageAdded,
    MessageChanged,
    MessageRemoved,
)
from messenger.gui.delegates.message import MessageDelegate, TextSelection
from messenger.gui.delegates.shown_text import SHORT_LEN, ShownText
from messenger.gui.models.conversation import PAGE_LEN, ConversationModel
from messenger.gui.theme import Theme
from messenger.gui.views.conversation_view import ConversationView, word_around
from messenger.gui.views.unwritten import Unwritten

MARA = make_contact(1, "Mara")
LEFT = Qt.MouseButton.LeftButton


class Screen:
    """A view over a history, shown."""

    def __init__(self, qtbot: QtBot, messages: list[Message]) -> None:
        self.qtbot = qtbot
        self.history = MemoryHistory([MARA], messages)
        self.model = ConversationModel()
        self.view = ConversationView(self.model)
        qtbot.addWidget(self.view)
        self.view.resize(600, 400)
        self.view.show()
        self.model.open(self.history, MARA)
        self.settle()

    def settle(self) -> None:
        self.view.executeDelayedItemsLayout()
        QApplication.processEvents()
        self.view.executeDelayedItemsLayout()

    def add(self, message: Message) -> None:
        self.history.messages.append(message)
        self.model.apply(MessageAdded(message))
        self.settle()

    def scroll_to(self, value: int) -> None:
        self.view.verticalScrollBar().setValue(value)
        self.settle()

    def top_of(self, message_row: int) -> int:
        row = self.model.row_of(message_row)
        assert row is not None
        return self.view.visualRect(self.model.index(row)).top()

    def first_in_sight(self) -> int:
        return self.model.message(self.view.indexAt(QPoint(300, 20)).row()).row

    def point_of(self, row: int, units: int) -> QPoint:
        """Return the place in the viewport of a text position on the first line of a row."""
        index = self.model.index(row)
        bubble = self.view.painter_delegate.bubble(index)
        x = bubble.wrapped.layout.lineAt(0).cursorToX(units)
        x = x[0] if isinstance(x, tuple) else x
        inside = bubble.text_at + QPointF(bubble.wrapped.shift + x + 1, 4)
        return (QPointF(self.view.visualRect(index).topLeft()) + inside).toPoint()


def texts(count: int) -> list[Message]:
    return [
        make_message(row, 1, f"message number {row} " * (row % 4 + 1)) for row in range(1, count)
    ]


@pytest.fixture
def screen(qtbot: QtBot, theme: Theme) -> Screen:
    return Screen(qtbot, texts(1000))


def test_a_high_view_reads_on_until_it_is_filled(screen: Screen) -> None:
    before = screen.model.rowCount()
    screen.view.resize(600, 3_000)
    screen.settle()
    assert screen.model.rowCount() > before
    bar = screen.view.verticalScrollBar()
    assert bar.value() == bar.maximum() >= screen.view.viewport().height()
    screen.model.open(screen.history, MARA)
    screen.settle()
    assert bar.maximum() > 0  # filled at once, not by scrolling


def test_it_opens_at_the_end_and_follows_new_messages(screen: Screen) -> None:
    assert screen.view.follows_newest
    for row in range(1001, 1020):
        screen.add(make_message(row, 1, "new"))
        bar = screen.view.verticalScrollBar()
        assert bar.value() == bar.maximum()
    assert screen.view.newest_button.isHidden()


def test_heights_are_remembered_no_longer_than_they_are_true(screen: Screen) -> None:
    def edit() -> None:
        long = make_message(999, 1, "a longer text than it was before " * 9)
        screen.model.apply(MessageChanged(replace(long, edited_at=1)))

    def set_font() -> None:
        font = screen.view.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        screen.view.setFont(font)

    changes: list[Callable[[], object]] = [
        lambda: screen.add(make_message(1001, 1, "joins the one above")),
        edit,
        lambda: screen.model.set_unread_from(998),
        lambda: screen.view.resize(400, 400),
        set_font,
        lambda: screen.view.setLayoutDirection(Qt.LayoutDirection.RightToLeft),
        lambda: screen.model.apply(MessageRemoved(MARA.id, 1000, bytes(16))),
        lambda: screen.view.show_message(500),
    ]
    for change in changes:
        change()
        screen.settle()
        fresh = MessageDelegate(screen.model, screen.view.font())
        leftwards = screen.view.isRightToLeft()
        fresh.set_view(screen.view.viewport().width(), screen.view.font(), leftwards=leftwards)
        fresh.begin(screen.view.painter_delegate.today)
        for row in range(screen.model.rowCount()):
            index = screen.model.index(row)
            wanted = fresh.sizeHint(QStyleOptionViewItem(), index)
            assert screen.view.visualRect(index).height() == wanted.height()


def test_the_window_is_short_while_the_newest_is_followed(screen: Screen) -> None:
    for row in range(1001, 1101):
        screen.add(make_message(row, 1, "new"))
        bar = screen.view.verticalScrollBar()
        assert bar.value() == bar.maximum() >= screen.view.viewport().height()
    assert screen.model.rowCount() <= 2 * screen.model.open_len + PAGE_LEN
    screen.scroll_to(bar.maximum() // 2)
    before = screen.model.rowCount()
    for row in range(1101, 1121):
        screen.add(make_message(row, 1, "new"))
    assert screen.model.rowCount() >= before + 20  # nobody takes away what is being read


def test_reading_older_messages_is_not_disturbed_by_new_ones(screen: Screen) -> None:
    bar = screen.view.verticalScrollBar()
    screen.scroll_to(bar.maximum() // 2)
    seen, top = screen.first_in_sight(), screen.top_of(screen.first_in_sight())
    screen.add(make_message(1001, 1, "new"))
    assert screen.top_of(seen) == top
    assert not screen.view.newest_button.isHidden()


def test_older_pages_come_in_without_a_jump(screen: Screen) -> None:
    first = screen.model.message(0).row
    screen.view.verticalScrollBar().setValue(150)
    seen, top = screen.first_in_sight(), screen.top_of(screen.first_in_sight())
    screen.qtbot.waitUntil(lambda: screen.model.message(0).row < first)
    screen.settle()
    assert screen.top_of(seen) == top


def test_one_can_scroll_to_the_very_first_message_and_back(screen: Screen) -> None:
    for _ in range(200):
        screen.scroll_to(0)
        if screen.model.at_oldest:
            break
    screen.scroll_to(0)
    assert screen.first_in_sight() == 1
    screen.view.show_newest()
    screen.settle()
    assert screen.view.follows_newest


def test_resizing_keeps_the_end_in_sight(screen: Screen) -> None:
    screen.view.resize(320, 300)
    screen.settle()
    bar = screen.view.verticalScrollBar()
    assert bar.value() == bar.maximum()
    assert screen.view.follows_newest


def test_a_message_that_grows_moves_the_rows_below(screen: Screen) -> None:
    last = screen.model.message(screen.model.rowCount() - 1)
    height = screen.view.visualRect(screen.model.index(screen.model.rowCount() - 1)).height()
    longer = replace(last, text=last.text * 10)
    screen.model.apply(MessageChanged(longer))
    screen.settle()
    now = screen.view.visualRect(screen.model.index(screen.model.rowCount() - 1)).height()
    assert now > height
    bar = screen.view.verticalScrollBar()
    assert bar.value() == bar.maximum()


def test_jumping_to_a_message_far_away_puts_it_in_sight(screen: Screen) -> None:
    screen.view.show_message(17)
    screen.settle()
    row = screen.model.row_of(17)
    assert row is not None
    assert screen.view.viewport().rect().contains(screen.view.visualRect(screen.model.index(row)))


def marked(qtbot: QtBot, text: str, start: int, end: int) -> Screen:
    """Drag the mouse over the characters of one message."""
    screen = Screen(qtbot, [make_message(1, 1, text)])
    port = screen.view.viewport()
    qtbot.mousePress(port, LEFT, pos=screen.point_of(0, start))
    _drag(screen, screen.point_of(0, end))
    qtbot.mouseRelease(port, LEFT, pos=screen.point_of(0, end))
    return screen


def _drag(screen: Screen, to: QPoint) -> None:
    """Move with the button held; QTest's mouseMove does not hold it."""
    where = QPointF(to)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        where,
        screen.view.viewport().mapToGlobal(where),
        Qt.MouseButton.NoButton,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    screen.view.mouseMoveEvent(event)


def test_dragging_marks_text_and_copies_it(qtbot: QtBot, theme: Theme) -> None:
    screen = marked(qtbot, "one two three", 4, 7)
    assert screen.view.marked_text() == "two"
    qtbot.keyClick(screen.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "two"


def test_dragging_backwards_marks_too(qtbot: QtBot, theme: Theme) -> None:
    assert marked(qtbot, "one two three", 7, 4).view.marked_text() == "two"


def test_marked_text_counts_in_characters_however_many_units(qtbot: QtBot, theme: Theme) -> None:
    assert marked(qtbot, "🌒🌒 two", 5, 8).view.marked_text() == "two"


def test_copied_text_is_what_was_received(qtbot: QtBot, theme: Theme) -> None:
    screen = Screen(qtbot, [make_message(1, 1, "a\x07b\tc")])
    screen.view.painter_delegate.selection = TextSelection(1, 0, 5)
    assert screen.view.marked_text() == "a\x07b\tc"


def test_double_click_marks_a_word(qtbot: QtBot, theme: Theme) -> None:
    screen = Screen(qtbot, [make_message(1, 1, "one two three")])
    qtbot.mouseDClick(screen.view.viewport(), LEFT, pos=screen.point_of(0, 5))
    assert screen.view.marked_text() == "two"


def test_words_are_found_by_unicode_rules() -> None:
    assert word_around("one two", 5) == (4, 7)
    assert word_around("שלום עולם", 1) == (0, 4)


def test_keys_choose_messages_and_copy_them(qtbot: QtBot, theme: Theme) -> None:
    screen = Screen(qtbot, texts(5))
    screen.view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(screen.view, Qt.Key.Key_End)
    qtbot.keyClick(screen.view, Qt.Key.Key_Up)
    qtbot.keyClick(screen.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == screen.model.message(2).text
    qtbot.keyClick(screen.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(screen.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    both = f"{screen.model.message(2).text}\n{screen.model.message(3).text}"
    assert QGuiApplication.clipboard().text() == both


LINK = "https://example.org/a?b=c"


def test_a_click_on_a_link_says_where_it_leads(qtbot: QtBot, theme: Theme) -> None:
    screen = Screen(qtbot, [make_message(1, 1, f"see {LINK}, it is good")])
    with qtbot.waitSignal(screen.view.link_activated) as signal:
        qtbot.mouseClick(screen.view.viewport(), LEFT, pos=screen.point_of(0, 8))
    assert signal.args == [LINK]
    with qtbot.assertNotEmitted(screen.view.link_activated):
        qtbot.mouseClick(screen.view.viewport(), LEFT, pos=screen.point_of(0, 1))


def test_enter_opens_the_link_of_the_current_message(qtbot: QtBot, theme: Theme) -> None:
    screen = Screen(qtbot, [make_message(1, 1, LINK)])
    screen.view.setFocus(Qt.FocusReason.TabFocusReason)
    screen.view.setCurrentIndex(screen.model.index(0))
    with qtbot.waitSignal(screen.view.link_activated):
        qtbot.keyClick(screen.view, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("no link here: file:///etc/passwd javascript:alert(1)", []),
        ("(https://a.example/x).", ["https://a.example/x"]),
        ("HTTP://A.example", ["HTTP://A.example"]),
        ("🌒 https://a.example 🌒", ["https://a.example"]),
        ("https://a.example/\u202egpj.exe", ["https://a.example/"]),
        ("https://a.example\u200b.evil.example", ["https://a.example"]),
        ("https://one.example https://two.example", ["https://one.example", "https://two.example"]),
    ],
)
def test_links_end_where_characters_begin_to_lie(text: str, urls: list[str]) -> None:
    shown = ShownText.of(text, whole=True)
    found = shown.links()
    assert [link.url for link in found] == urls
    for link in found:
        assert shown.copied(link.start, link.end) == link.url


def test_the_longest_message_is_shown_in_part_first(qtbot: QtBot, theme: Theme) -> None:
    text = "word שלום " * 5000
    assert len(text.encode()) > MAX_TEXT_LEN
    screen = Screen(qtbot, [make_message(1, 1, text)])
    index = screen.model.index(0)
    bubble = screen.view.painter_delegate.bubble(index)
    assert len(bubble.text.shown) <= SHORT_LEN + 1
    short = screen.view.visualRect(index).height()
    screen.view.setCurrentIndex(index)
    qtbot.keyClick(screen.view, Qt.Key.Key_Return)
    screen.settle()
    assert screen.view.visualRect(index).height() > 10 * short
    assert screen.view.painter_delegate.bubble(index).text.shown.endswith("שלום ")


def test_many_lines_are_shown_in_part_too() -> None:
    assert ShownText.of("\n" * 500, whole=False).shortened
    assert not ShownText.of("a\n" * 20, whole=False).shortened
    assert not ShownText.of("x" * SHORT_LEN, whole=False).shortened


def test_a_failed_message_can_be_sent_again(qtbot: QtBot, theme: Theme) -> None:
    failed = replace(
        make_message(1, 1, "hello", own=True), state=MessageState.FAILED, failure="refused"
    )
    screen = Screen(qtbot, [failed])
    index = screen.model.index(0)
    more = screen.view.painter_delegate.bubble(index).more_at.center()
    place = (QPointF(screen.view.visualRect(index).topLeft()) + more).toPoint()
    with qtbot.waitSignal(screen.view.again_wanted) as signal:
        qtbot.mouseClick(screen.view.viewport(), LEFT, pos=place)
    assert signal.args == [failed]


def test_right_to_left_text_stands_at_the_right_of_its_bubble(qtbot: QtBot, theme: Theme) -> None:
    text = "שלום לכולם, " * 20 + "\nשלום"
    screen = Screen(qtbot, [make_message(1, 1, text)])
    wrapped = screen.view.painter_delegate.bubble(screen.model.index(0)).wrapped
    assert wrapped.on_right
    last = wrapped.layout.lineAt(wrapped.layout.lineCount() - 1).naturalTextRect()
    assert last.right() + wrapped.shift == pytest.approx(wrapped.widest, abs=1)


def test_the_words_to_click_on_begin_where_the_text_does(qtbot: QtBot, theme: Theme) -> None:
    failed = replace(
        make_message(1, 1, "שלום לכולם, " * 20, own=True),
        state=MessageState.FAILED,
        failure="refused",
    )
    screen = Screen(qtbot, [failed])
    box = screen.view.painter_delegate.bubble(screen.model.index(0)).more_at
    box.translate(QPointF(screen.view.visualRect(screen.model.index(0)).topLeft()))
    picture = screen.view.viewport().grab(box.toRect()).toImage()
    ground = picture.pixel(0, 0)
    columns = [
        x
        for x in range(picture.width())
        if any(picture.pixel(x, y) != ground for y in range(picture.height()))
    ]
    assert columns[-1] > picture.width() - 8
    assert columns[0] > 8


def _file_named(name: str) -> Message:
    file = FileInfo(240_000, "image/jpeg", FileState.DONE, None, None)
    return replace(make_message(1, 1, name), file=file)


@pytest.mark.parametrize("name", ["הגשר.jpg", "דוח Q3 סופי", "تقرير 🌒.pdf", "the bridge 🌒.jpg"])
def test_what_is_said_of_a_file_stands_on_one_side(qtbot: QtBot, theme: Theme, name: str) -> None:
    screen = Screen(qtbot, [_file_named(name)])
    bubble = screen.view.painter_delegate.bubble(screen.model.index(0))
    layout = bubble.wrapped.layout
    lines = [layout.lineAt(number) for number in range(layout.lineCount())]
    assert len(lines) == 2
    assert not bubble.wrapped.on_right
    assert [line.naturalTextRect().left() for line in lines] == [0, 0]
    begin = lines[1].textStart()  # the size, left to right also below such a name
    assert lines[1].cursorToX(begin)[0] == 0


@pytest.mark.parametrize("name", ["הגשר.jpg", "تقرير 🌒.pdf", "minutes.pdf"])
def test_the_name_of_a_file_is_found_and_copied_as_it_is(
    qtbot: QtBot, theme: Theme, name: str
) -> None:
    screen = Screen(qtbot, [_file_named(name)])
    text = screen.view.painter_delegate.bubble(screen.model.index(0)).text
    assert text.copied(text.units(0), text.units(len(name))) == name
    assert text.copied(0, 1_000) == text.original
    for position in range(len(text.original) + 1):
        assert text.position(text.units(position)) == position


INJECTIONS = (
    "<img src=file:///etc/passwd>",
    "<b>bold</b> &amp; <a href='https://evil.example'>here</a>",
    "![x](https://evil.example/x.png)",
    "\\\\host\\share",
    "<table><tr><td>x</td></tr></table>",
    "\u202egnirts \u2066x",
    "a" + "\u0301" * 400,
    "\x00\x01\x1b[31mred",
    "\ufffc\ufffc",
    "👩‍👩‍👧‍👦" * 50,
    "x" * 5000,
    "\ud800",
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_whatever_comes_is_painted_as_plain_text_within_its_row(
    qtbot: QtBot, theme: Theme, text: str
) -> None:
    screen = Screen(qtbot, [make_message(1, 1, text), make_message(2, 1, "below")])
    bubble = screen.view.painter_delegate.bubble(screen.model.index(0))
    for char, shown in zip(text, bubble.text.shown.removesuffix("…"), strict=False):
        assert shown == char or not char.isprintable() or ord(char) in {0xFFFC, 0x202E}
    assert bubble.frame.right() <= screen.view.viewport().width()
    screen.view.grab()


def test_every_row_is_named_for_assistive_technology(screen: Screen) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole
    for row in range(screen.model.rowCount()):
        begins_day = screen.model.place(row).day is not None
        said = screen.model.index(row).data(role)
        assert said.startswith(("Mara, ", "You, ")) is not begins_day
        assert "Mara, " in said or "You, " in said


def test_an_empty_conversation_says_who_will_be_able_to_read(qtbot: QtBot, theme: Theme) -> None:
    screen = Screen(qtbot, [])
    view = screen.view
    assert "whoever holds the pinned key" in view.accessibleDescription()
    assert view.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    screen.model.apply(ContactChanged(make_contact(1, "Mara", verified_at=START)))
    view.say_if_empty()
    (label,) = view.findChildren(Unwritten)
    assert label.isVisible()
    assert "Mara" in label.text()
    assert "Compare" not in label.text()
    screen.add(make_message(1, 1, "hello"))
    assert not label.isVisible()
    assert view.accessibleDescription() == ""
