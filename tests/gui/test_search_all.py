"""Searching in all conversations, by keys alone."""

from memory_history import MemoryClient, make_contact, make_message
from PySide6.QtCore import Qt, QTimer
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from messenger.core.types import ContactId, SearchHit
from messenger.engine.commands import SearchMessages
from messenger.gui.delegates.found import excerpt
from messenger.gui.dialogs.search_all import SearchDialog
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.models.found import FOUND_PAGE_LEN, FoundModel
from messenger.gui.views.main_window import MainWindow


def hit(row: int, text: str, *ranges: tuple[int, int]) -> SearchHit:
    return SearchHit(make_message(row, 1, text), ranges)


def dialog_of(window: MainWindow) -> SearchDialog:
    (dialog,) = window.findChildren(SearchDialog)
    return dialog


def test_the_model_brings_pages(qtmodeltester: ModelTester) -> None:
    contacts = ContactsModel()
    contacts.load((make_contact(1, "Mara"),))
    model = FoundModel(contacts)
    qtmodeltester.check(model)
    wanted: list[int] = []
    model.more_wanted.connect(wanted.append)
    model.begin(tuple(hit(row, "word", (0, 4)) for row in range(200, 200 - FOUND_PAGE_LEN, -1)))
    model.fetchMore(model.index(-1))
    assert wanted[-1] == 200 - FOUND_PAGE_LEN + 1
    asked = len(wanted)
    model.fetchMore(model.index(-1))
    assert len(wanted) == asked  # one page at a time
    model.add((hit(3, "word", (0, 4)),))
    assert model.rowCount() == FOUND_PAGE_LEN + 1
    assert model.complete
    assert "Mara" in model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_an_excerpt_begins_before_the_first_found_word() -> None:
    text = "x" * 100 + " bees\nand \U0001f41d bees"
    shown, ranges = excerpt(hit(1, text, (101, 105), (112, 116)))
    assert shown.startswith("…")
    assert [shown[start:end] for start, end in ranges] == ["bees", "bees"]
    assert "\n" not in shown


def test_from_all_conversations_to_one_message(
    qtbot: QtBot, window: MainWindow, client: MemoryClient
) -> None:
    client.history.messages.append(make_message(2000, 2, "the number of bees"))
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)  # nothing is open
    dialog = dialog_of(window)
    qtbot.keyClicks(dialog.edit, "number")
    qtbot.waitUntil(lambda: dialog.model.rowCount() > 0)
    assert client.of(SearchMessages)[-1] == SearchMessages("number", None, FOUND_PAGE_LEN)
    rows = [dialog.model.hit(row).message.row for row in range(dialog.model.rowCount())]
    assert rows == sorted(rows, reverse=True)  # newest first
    assert rows[0] == 2000
    qtbot.keyClick(dialog.edit, Qt.Key.Key_Down)
    assert dialog.list.hasFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: dialog.model.rowCount() > FOUND_PAGE_LEN)  # the end brought a page
    target = dialog.model.hit(dialog.list.currentIndex().row()).message
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert window.page.contact_id == target.contact
    row = window.page.model.row_of(target.row)
    assert row is not None
    assert window.page.view.currentIndex().row() == row
    assert target.row in window.page.view.painter_delegate.hits
    assert window.focusWidget() is window.page.view


def test_what_was_found_elsewhere_stays_marked_though_a_search_was_open_here(
    qtbot: QtBot, window: MainWindow, client: MemoryClient
) -> None:
    window.choose(ContactId(1))
    window.search()
    bar = window.page.find_bar
    bar.edit.setText("number 50")
    bar._pause.setInterval(0)
    found, *_ = client.history.search("number 50")
    window.sides.show_hit(found)
    later = QTimer(window, singleShot=True, interval=1)
    with qtbot.waitSignal(later.timeout):  # comes behind what waited for 0 ms
        later.start()
    assert list(window.page.view.painter_delegate.hits) == [found.message.row]


def test_words_typed_since_win_over_an_older_answer(
    qtbot: QtBot, window: MainWindow, client: MemoryClient
) -> None:
    window.search_all()
    dialog = dialog_of(window)
    dialog.edit.setText("message")
    dialog._search()
    dialog.edit.setText("nothing of that kind")
    dialog._search()
    qtbot.waitUntil(lambda: dialog.note.text() == "Nothing found")
    assert dialog.model.rowCount() == 0


def test_a_mark_empties_the_line(window: MainWindow, qtbot: QtBot) -> None:
    window.search_all()
    dialog = dialog_of(window)
    mark = dialog._clear
    assert not mark.isVisible()
    qtbot.keyClicks(dialog.edit, "bus")
    assert mark.isVisible()
    mark.trigger()
    assert dialog.edit.text() == ""
    assert not mark.isVisible()
