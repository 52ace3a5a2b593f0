"""What holds for every dialog in every state that ``dialog_screens`` can draw."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dialog_screens import PICTURE, SCREENS, discard, settle
from people import MARA, named
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QScrollArea
from pytestqt.qtbot import QtBot
from reachable import clipped, cut_off, shared_mnemonics, unexplained, unreachable
from scripted_client import ScriptedClient

from messenger.core.types import FileEstimate
from messenger.gui import dialogs
from messenger.gui.dialogs.camera import CameraDialog
from messenger.gui.dialogs.file_offer import FileOfferDialog
from messenger.gui.dialogs.labels import CodeLabel, FingerprintLabel
from messenger.gui.dialogs.number_grid import NumberGrid
from messenger.gui.dialogs.picture import PictureDialog
from messenger.gui.dialogs.safety_number import SafetyNumberDialog
from messenger.gui.dialogs.sheet import MIN_SIZE, Sheet
from messenger.gui.theme import Theme, ThemeChoice


@pytest.fixture(scope="module", autouse=True)
def styled(qapp: QApplication) -> Iterator[None]:
    """The style sheet, once: applying it takes longer than all else here."""
    theme = Theme(qapp)
    theme.choose(ThemeChoice.LIGHT)
    yield
    theme.deleteLater()


def shown(name: str) -> QDialog:
    dialog = SCREENS[name](ScriptedClient())
    dialog.show()
    dialog.activateWindow()
    settle(QApplication.instance())
    return dialog


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("name", SCREENS)
def test_it_can_be_used_without_a_mouse_and_without_eyes(qtbot: QtBot, name: str) -> None:
    dialog = shown(name)
    assert unreachable(dialog) == []
    assert shared_mnemonics(dialog) == []
    assert unexplained(dialog) == []
    assert clipped(dialog) == []
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or not label.text(), label.text()
    discard(dialog)


@pytest.mark.parametrize(
    "name", [name for name in SCREENS if name not in ("first-4", "first-5")]
)  # making a profile goes on, and leaving without a code asks first: test_dialogs_first_run.py
def test_escape_closes_it(qtbot: QtBot, name: str) -> None:
    dialog = shown(name)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    discard(dialog)


@pytest.mark.usefixtures("language", "doubled_type")
@pytest.mark.parametrize("name", [name for name in SCREENS if not name.endswith("-long")])
def test_it_holds_in_a_narrow_window_with_a_large_font(qtbot: QtBot, name: str) -> None:
    dialog = shown(name)
    dialog.resize(MIN_SIZE.width(), 600)
    settle(QApplication.instance())
    assert dialog.width() == MIN_SIZE.width()
    assert cut_off(dialog) == []
    assert clipped(dialog) == []
    discard(dialog)


@pytest.mark.usefixtures("doubled_type")
def test_codes_are_as_large_as_the_words_around_them(qtbot: QtBot) -> None:
    grid = NumberGrid("number")
    for code in (CodeLabel("key"), *grid.findChildren(QLabel)):
        assert code.font().pointSizeF() >= QApplication.font().pointSizeF()


def test_a_fingerprint_is_read_in_even_lines(qtbot: QtBot) -> None:
    label = FingerprintLabel("key")
    qtbot.addWidget(label)
    group = label.fontMetrics().horizontalAdvance("mmmm ")
    for groups_that_fit, lines in ((20, 2), (7, 2), (6, 4), (3, 7), (1, 7)):
        label.resize(group * groups_that_fit, 40)
        label.show_fingerprint(" ".join(["a4dq"] * 14))
        label.show()
        assert len(label.text().splitlines()) == lines
        assert label.text().split() == ["a4dq"] * 14


def test_a_window_made_narrow_leaves_every_word_its_room(qtbot: QtBot) -> None:
    dialog = shown("add-address")
    dialog.resize(MIN_SIZE.width(), 700)
    for _ in range(3):
        settle(QApplication.instance())
    assert clipped(dialog) == []
    discard(dialog)


def test_every_dialog_is_among_them(qtbot: QtBot) -> None:
    modules = pkgutil.iter_modules(dialogs.__path__, f"{dialogs.__name__}.")
    known = {
        each
        for module in modules
        for each in vars(importlib.import_module(module.name)).values()
        if isinstance(each, type) and issubclass(each, Sheet) and each is not Sheet
    }
    drawn = set()
    for make in SCREENS.values():
        dialog = make(ScriptedClient())
        drawn.add(type(dialog))
        settle(QApplication.instance())
        discard(dialog)
    assert known - drawn == {CameraDialog}  # it needs a camera: test_dialogs_pictures.py


def test_a_name_without_spaces_does_not_widen_a_window(qtbot: QtBot) -> None:
    dialog = SafetyNumberDialog(ScriptedClient(), named("W" * 64), None)
    dialog.show()
    dialog.resize(MIN_SIZE.width(), 600)
    settle(QApplication.instance())
    page = dialog.findChild(QScrollArea).widget()
    assert page.width() <= dialog.width()
    discard(dialog)


def test_names_of_files_keep_dialogs_on_one_side(qtbot: QtBot) -> None:
    name = "הגשר.jpg"
    picture = replace(PICTURE, text=name)
    for dialog in (
        PictureDialog(ScriptedClient(), MARA, picture, None),
        FileOfferDialog(MARA, Path(name), FileEstimate(1, 1.0), None),
    ):
        qtbot.addWidget(dialog)
        dialog.show()
        QApplication.processEvents()
        (label,) = (each for each in dialog.findChildren(QLabel) if name in each.text())
        shown = label.grab().toImage()
        ground = shown.pixel(shown.width() - 1, 0)
        assert shown.width() > 300
        assert all(
            shown.pixel(x, y) == ground
            for x in range(shown.width() // 2, shown.width())
            for y in range(shown.height())
        )
