"""A window that reads from right to left stands as in a mirror; codes and numbers do not."""

from dataclasses import replace

import pytest
from memory_history import make_message
from people import NUMBER
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from screens import history
from test_window_everywhere import opened, settle

from messenger.core.types import ContactId, FileInfo, FileState
from messenger.engine.events import MessageAdded
from messenger.gui.delegates.bubble import MARGIN
from messenger.gui.dialogs.labels import CodeLabel
from messenger.gui.dialogs.number_grid import NumberGrid
from messenger.gui.dialogs.toggles import CheckBox, RadioButton
from messenger.gui.icons import pixmap
from messenger.gui.theme import Theme, colour, tokens_of
from messenger.gui.views.main_window import MainWindow

pytestmark = pytest.mark.usefixtures("right_to_left")


@pytest.fixture
def mirrored(qtbot: QtBot, theme: Theme) -> MainWindow:
    window, _client = opened(qtbot, theme, history())
    window.resize(960, 640)
    window.choose(ContactId(1))
    settle()
    return window


def pixels(picture: QImage, wanted: str) -> list[int]:
    """Return the columns in which a colour stands."""
    rgb = colour(wanted).rgb()
    return [
        x
        for x in range(picture.width())
        if any(picture.pixel(x, y) == rgb for y in range(picture.height()))
    ]


def place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def test_contacts_stand_on_the_right(mirrored: MainWindow) -> None:
    assert place(mirrored.panel, mirrored).left() > place(mirrored.sides.right, mirrored).right()


def test_own_messages_stand_on_the_left(mirrored: MainWindow) -> None:
    view = mirrored.page.view
    model = mirrored.page.model
    width = view.viewport().width()
    for row in range(model.rowCount()):
        frame = view.painter_delegate.bubble(model.index(row)).frame
        if model.message(row).outgoing:
            assert frame.left() == MARGIN
        else:
            assert frame.right() == width - MARGIN


def test_the_time_stays_within_its_bubble(mirrored: MainWindow) -> None:
    view, model = mirrored.page.view, mirrored.page.model
    for row in range(model.rowCount()):
        bubble = view.painter_delegate.bubble(model.index(row))
        assert bubble.frame.contains(bubble.time_at)
        assert not bubble.icon or bubble.frame.contains(bubble.icon_at)


@pytest.mark.parametrize("name", ["הגשר.jpg", "minutes (2).pdf"])
def test_what_is_said_of_a_file_stands_on_the_right(mirrored: MainWindow, name: str) -> None:
    view, model = mirrored.page.view, mirrored.page.model
    file = FileInfo(240_000, "image/jpeg", FileState.DONE, None, None)
    model.apply(MessageAdded(replace(make_message(2_000, 1, name), file=file)))
    settle()
    wrapped = view.painter_delegate.bubble(model.index(model.rowCount() - 1)).wrapped
    assert wrapped.on_right
    lines = [wrapped.layout.lineAt(number) for number in range(2)]
    for line in lines:
        right = line.naturalTextRect().right() + wrapped.shift
        assert right == pytest.approx(wrapped.widest, abs=1)
    size, state = (lines[1].cursorToX(lines[1].textStart() + at)[0] for at in (0, 12))
    assert size < state  # English words run as ever


@pytest.mark.parametrize("kind", [CheckBox, RadioButton])
def test_the_mark_stands_before_the_words(
    qtbot: QtBot, theme: Theme, kind: type[CheckBox] | type[RadioButton]
) -> None:
    toggle = kind("words that follow it")
    qtbot.addWidget(toggle)
    toggle.resize(300, toggle.sizeHint().height())
    toggle.setChecked(True)
    marked = pixels(toggle.grab().toImage(), tokens_of(toggle.palette()).accent)
    assert marked
    assert min(marked) > 270


def test_the_strip_begins_with_its_words(mirrored: MainWindow) -> None:
    lane = mirrored.hum._lane()
    assert lane.left() == 0
    assert lane.right() < mirrored.hum.width() - 50


def test_arrows_point_the_other_way(qapp: QApplication) -> None:
    def point() -> int:
        """The row's own side of the arrow: where it is as thin as a pixel or two."""
        picture = pixmap("back", QColor("black"), 24, 1.0).toImage()
        return picture.pixelColor(7, 12).alpha() - picture.pixelColor(16, 12).alpha()

    leftwards = point()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert leftwards * point() < 0


def test_digits_and_codes_keep_their_order(qtbot: QtBot, theme: Theme) -> None:
    grid, code = NumberGrid("number"), CodeLabel("key")
    for widget in (grid, code):
        qtbot.addWidget(widget)
        assert widget.layoutDirection() is Qt.LayoutDirection.LeftToRight
    grid.show_number(NUMBER)
    grid.resize(grid.sizeHint())
    grid.show()
    first, second = grid._labels[:2]
    assert first.x() < second.x()
