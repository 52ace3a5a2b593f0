"""The wire page says what the strip says, at large, and is loud when cover was missing."""

import json
import sys

from dialog_screens import SCREENS
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.cover_price import price_of
from messenger.core.types import COVER_PROFILES
from messenger.engine.commands import SetCover, WatchWire
from messenger.gui.dialogs.cover_choice import data_size
from messenger.gui.dialogs.wire_test import WireTest


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
    assert "without a cell: 37" in dialog.loud.text


def test_the_profile_is_chosen_here_too(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire"](client)
    qtbot.addWidget(dialog)
    dialog.cover.choice._group.button(0).click()
    assert client.last(SetCover) == SetCover(COVER_PROFILES["saver"])


# -- the self-test ------------------------------------------------------------------------------

FOUND = {
    "progress": {"progress": 0.5, "text": "half way"},
    "result": {
        "result": {
            "controls_found": True,
            "breaches": [],
            "findings": [
                {
                    "condition": "chat",
                    "attacker": "gaps",
                    "idle_count": 9,
                    "busy_count": 8,
                    "area": {"value": 0.5, "low": 0.4, "high": 0.6},
                }
            ],
        },
        "verdict": "nothing was told apart",
    },
}


def speaking(*lines: object, then: str = "") -> list[str]:
    """A process that says what the self-test would say, then does something."""
    said = "".join(json.dumps(line) + "\n" for line in lines)
    return [sys.executable, "-c", f"print({said!r}, end='', flush=True);{then}"]


def test_the_self_test_shows_verdict_and_uncertainty(qtbot: QtBot) -> None:
    test = WireTest(speaking(FOUND["progress"], FOUND["result"]))
    qtbot.addWidget(test)
    test.show()
    test.start()
    qtbot.waitUntil(test.start_button.isEnabled)
    assert test.note.text == "nothing was told apart"
    assert "0.500 [0.400, 0.600]" in test.report.toPlainText()


def test_the_self_test_can_be_cancelled(qtbot: QtBot) -> None:
    test = WireTest(speaking(FOUND["progress"], then="import time; time.sleep(100)"))
    qtbot.addWidget(test)
    test.show()
    test.start()
    qtbot.waitUntil(lambda: test.progress.value() == 500)
    test.cancel_button.click()
    assert test.start_button.isEnabled()
    assert test.report.isHidden()
    assert test.note.text == ""


def test_a_self_test_that_fails_says_why(qtbot: QtBot) -> None:
    test = WireTest([sys.executable, "-c", "raise SystemExit('no such thing')"])
    qtbot.addWidget(test)
    test.start()
    qtbot.waitUntil(test.start_button.isEnabled)
    assert "no such thing" in test.note.text
