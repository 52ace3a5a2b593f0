"""The wire page says what the strip says, at large, and is loud when cover was missing."""

from dialog_screens import SCREENS
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.types import COVER_PROFILES
from messenger.engine.commands import SetCover, WatchWire
from messenger.gui.dialogs.cover_choice import data_size
from messenger.gui.dialogs.cover_price import price_of


def test_it_asks_the_wire_for_nothing_more(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire-running"](client)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.hide()
    assert not [each for each in (*client.sent, *client.asked) if isinstance(each, WatchWire)]


def test_price_and_counts(qtbot: QtBot) -> None:
    dialog = SCREENS["wire-running"](ScriptedClient())
    qtbot.addWidget(dialog)
    price = price_of(COVER_PROFILES["balanced"])
    assert data_size(price.bytes_per_hour) in dialog.price.text()
    assert data_size(price.bytes_per_month) in dialog.price.text()
    assert QLocale().toString(2400) in dialog.numbers.text()
    assert "1 link" in dialog.state.text()
    assert dialog.loud.isHidden()


def test_a_sleep_is_said_loudly(qtbot: QtBot) -> None:
    dialog = SCREENS["wire-slept"](ScriptedClient())
    qtbot.addWidget(dialog)
    assert not dialog.loud.isHidden()
    assert "37 instants" in dialog.loud.text


def test_the_profile_is_chosen_here_too(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire"](client)
    qtbot.addWidget(dialog)
    dialog.cover.choice._group.button(0).click()
    assert client.last(SetCover) == SetCover(COVER_PROFILES["saver"])
