"""The safety number: what is true stands first, and a scan never marks by itself."""

from dataclasses import replace

import pytest
from people import LONG_NAME, MARA, NUMBER, named
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.errors import NoSuchContactError
from messenger.core.types import Contact
from messenger.engine.commands import BlockContact, GetSafetyNumber, SetVerified
from messenger.engine.events import ContactChanged, ContactRemoved, KeyChanged
from messenger.gui.dialogs import safety_number
from messenger.gui.dialogs.number_grid import NumberGrid
from messenger.gui.dialogs.safety_number import SafetyNumberDialog
from messenger.gui.qr import qr_image
from messenger.gui.qr_reader import read_codes
from messenger.gui.texts import sentence
from messenger.gui.theme import Theme, colour, tokens_of

VERIFIED = replace(MARA, verified_at=1_760_000_000_000)
DIGITS = NUMBER.replace(" ", "")


@pytest.fixture
def client(qapp: object) -> ScriptedClient:
    return ScriptedClient()


def opened(qtbot: QtBot, client: ScriptedClient, contact: Contact = MARA) -> SafetyNumberDialog:
    dialog = SafetyNumberDialog(client, contact, None)
    qtbot.addWidget(dialog)
    dialog.show()
    client.answer(GetSafetyNumber, NUMBER)
    return dialog


def test_the_state_is_the_first_sentence(qtbot: QtBot, client: ScriptedClient) -> None:
    assert "You have not compared" in opened(qtbot, client).state_note.text
    assert "You compared this number with" in opened(qtbot, client, VERIFIED).state_note.text
    frozen = replace(VERIFIED, changed_key=bytes(32), changed_at=1)
    assert "Another key answered" in opened(qtbot, client, frozen).state_note.text


def test_the_number_is_shown_in_twelve_groups_and_as_a_code(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = opened(qtbot, client)
    assert dialog.grid.groups == NUMBER.split()
    assert read_codes(dialog.qr.grab().toImage()) == [DIGITS]


def test_nothing_can_be_marked_before_the_number_is_there(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = SafetyNumberDialog(client, MARA, None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.match_button.isEnabled()
    client.answer(GetSafetyNumber, error=NoSuchContactError())
    assert dialog.outcome.text == sentence(NoSuchContactError())
    assert not dialog.match_button.isEnabled()


def test_a_hasty_enter_verifies_nobody(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = opened(qtbot, client)
    assert dialog.focusWidget() is dialog.grid
    QTest.keyClick(dialog.grid, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert not [command for command in client.asked if isinstance(command, SetVerified)]


def test_a_match_is_recorded(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = opened(qtbot, client)
    dialog.match_button.click()
    assert client.asked[-1] == SetVerified(MARA.id, True, NUMBER)
    assert not dialog.match_button.isEnabled()
    client.answer(SetVerified, VERIFIED)
    assert "You compared" in dialog.state_note.text
    assert not dialog.match_button.isVisible()
    assert dialog.clear_button.isVisible()


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"key": bytes(31) + b"\x09"}, id="theirs"),
        pytest.param({"own_identity": 1}, id="the one of ours that they know"),
    ],
)
def test_a_key_that_is_replaced_while_it_is_compared_is_compared_anew(
    qtbot: QtBot, client: ScriptedClient, changed: dict[str, object]
) -> None:
    dialog = opened(qtbot, client)
    client.emit(ContactChanged(replace(MARA, alias="Mara from work")))
    assert dialog.match_button.isEnabled()  # another change than that of a key
    client.emit(ContactChanged(replace(MARA, **changed)))
    assert not dialog.match_button.isEnabled()
    assert not dialog.differ_button.isEnabled()
    assert "compared. Compare the new" in dialog.outcome.text
    assert not set("".join(dialog.grid.groups)) & set("0123456789")
    assert not read_codes(dialog.qr.grab().toImage())
    other = " ".join(reversed(NUMBER.split()))
    client.answer(GetSafetyNumber, other)
    assert dialog.grid.groups == other.split()
    dialog.match_button.click()
    assert client.asked[-1] == SetVerified(MARA.id, True, other)


def test_a_key_that_was_only_announced_has_no_number_until_it_is_shown(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = opened(qtbot, client)
    announced = replace(MARA, key=bytes(31) + b"\x09", former_key=MARA.key)
    client.emit(ContactChanged(announced))
    assert "not shown it yet" in dialog.state_note.text
    assert not dialog.match_button.isEnabled()
    assert not set("".join(dialog.grid.groups)) & set("0123456789")
    asked = len(client.asked)
    client.emit(ContactChanged(replace(announced, former_key=None)))
    assert client.asked[asked:] == [GetSafetyNumber(MARA.id)]
    client.answer(GetSafetyNumber, NUMBER)
    assert dialog.match_button.isEnabled()
    assert "You have not compared" in dialog.state_note.text


def test_the_mark_can_be_cleared(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = opened(qtbot, client, VERIFIED)
    dialog.clear_button.click()
    assert client.asked[-1] == SetVerified(MARA.id, False, NUMBER)
    client.answer(SetVerified, MARA)
    assert dialog.match_button.isVisible()


def test_a_difference_says_what_to_do_and_takes_the_mark_back(
    qtbot: QtBot, client: ScriptedClient
) -> None:
    dialog = opened(qtbot, client, VERIFIED)
    dialog.differ_button.click()
    assert client.asked[-1] == SetVerified(MARA.id, False, NUMBER)
    assert dialog.block_button.isVisible()
    assert not dialog.match_button.isVisible()
    dialog.again_button.click()
    assert not dialog.block_button.isVisible()


@pytest.mark.parametrize("sure", [True, False])
def test_blocking_is_asked_about(
    qtbot: QtBot, client: ScriptedClient, monkeypatch: pytest.MonkeyPatch, sure: bool
) -> None:
    monkeypatch.setattr(safety_number, "confirm_block", lambda *_: sure)
    dialog = opened(qtbot, client)
    dialog.differ_button.click()
    dialog.block_button.click()
    assert (client.asked[-1] == BlockContact(MARA.id)) is sure


def test_a_scanned_match_waits_for_the_person(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = opened(qtbot, client)
    with qtbot.waitSignal(dialog.source.found, timeout=20_000):
        dialog.source._on_pixels(qr_image(DIGITS))
    assert "same number" in dialog.outcome.text
    assert not any(isinstance(command, SetVerified) for command in client.asked)


def test_a_scanned_difference_is_a_difference(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = opened(qtbot, client)
    dialog.source.found.emit("1" * 60)
    assert dialog.block_button.isVisible()


@pytest.mark.parametrize("text", ["hum:abc", "1" * 59, "٣" * 60])
def test_another_code_is_not_mistaken_for_a_number(
    qtbot: QtBot, client: ScriptedClient, text: str
) -> None:
    dialog = opened(qtbot, client)
    dialog.source.found.emit(text)
    assert "not a safety number" in dialog.outcome.text
    dialog.source._on_read([text])
    assert "not a safety number" in dialog.outcome.text
    assert not dialog.block_button.isVisible()


def test_it_follows_the_contact(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = opened(qtbot, client)
    client.emit(ContactChanged(VERIFIED))
    assert dialog.clear_button.isVisible()
    client.emit(KeyChanged(replace(VERIFIED, changed_key=bytes(32))))
    assert "Another key" in dialog.state_note.text
    client.emit(ContactRemoved(MARA.id))
    assert not dialog.isVisible()


@pytest.mark.parametrize(("width", "columns"), [(700, 4), (280, 3), (170, 2)])
def test_the_groups_fold(qtbot: QtBot, width: int, columns: int) -> None:
    area = QScrollArea()
    qtbot.addWidget(area)
    grid = NumberGrid("Safety number")
    grid.show_number(NUMBER)
    area.setWidgetResizable(True)
    area.setWidget(grid)
    area.resize(width, 400)
    area.show()
    assert grid.columns == columns


def test_the_focus_is_seen_all_around_the_number_and_moves_nothing(
    qtbot: QtBot, theme: Theme
) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    column = QVBoxLayout(home)
    other, grid = QPushButton("other"), NumberGrid("Safety number")
    grid.show_number(NUMBER)
    column.addWidget(other)
    column.addWidget(grid)
    home.resize(500, 300)
    home.show()
    home.activateWindow()
    other.setFocus()
    before = [label.geometry() for label in grid._labels]
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    picture = grid.grab().toImage()
    middle = picture.rect().center()
    accent = colour(tokens_of(grid.palette()).accent)
    for x, y in (
        (0, middle.y()),
        (picture.width() - 1, middle.y()),
        (middle.x(), 0),
        (middle.x(), picture.height() - 1),
    ):
        assert picture.pixelColor(x, y) == accent
    assert [label.geometry() for label in grid._labels] == before


def test_the_dialog_bears_a_long_name(qtbot: QtBot, client: ScriptedClient) -> None:
    assert "Wilhelmina" in opened(qtbot, client, named(LONG_NAME)).state_note.text
