"""The banners above the messages take the room of their words, no more and no less."""

import pytest
from memory_history import MemoryClient, MemoryHistory
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screens import history
from test_window_everywhere import opened

from messenger.core.types import ContactId
from messenger.gui.theme import Theme
from messenger.gui.views.banners import Banner, BannerArea
from messenger.gui.views.main_window import MainWindow

ASKED, CHANGED, REQUEST, BLOCKED, CHAT = (ContactId(number) for number in (5, 6, 7, 8, 1))


@pytest.fixture
def shown(qtbot: QtBot, theme: Theme) -> tuple[MainWindow, MemoryClient]:
    kept: MemoryHistory = history()
    return opened(qtbot, theme, kept)


@pytest.mark.parametrize(
    "way",
    [
        (CHAT, ASKED),
        (CHANGED, BLOCKED),
        (CHANGED, REQUEST, BLOCKED),
        (ASKED, BLOCKED, ASKED),
        (BLOCKED, CHANGED),
    ],
)
def test_from_one_conversation_to_the_next(
    shown: tuple[MainWindow, MemoryClient], way: tuple[ContactId, ...]
) -> None:
    window, _client = shown
    for contact in way:
        window.choose(contact)
        for _ in range(5):
            QApplication.processEvents()
    area = window.page.findChild(BannerArea)
    page = area.widget()
    assert area.height() == area.minimumHeight() == area.maximumHeight()
    assert area.height() == page.heightForWidth(area.width())
    for banner in page.findChildren(Banner):
        assert banner.isHidden() or banner.height() == banner.heightForWidth(banner.width())
    assert window.page.waiting.isVisible() is (way[-1] != CHANGED)


@pytest.mark.usefixtures("language")
def test_all_ways_out_of_a_changed_key_are_seen_in_a_narrow_window(
    qtbot: QtBot, theme: Theme
) -> None:
    window, _client = opened(qtbot, theme, history())
    window.resize(320, 560)
    window.choose(CHANGED)
    for _ in range(5):
        QApplication.processEvents()
    area = window.page.findChild(BannerArea)
    assert area.verticalScrollBar().maximum() == 0
    line = window.page.view.fontMetrics().height()
    assert window.page.view.height() > 2 * line  # and something of the conversation
