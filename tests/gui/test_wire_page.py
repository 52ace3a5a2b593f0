"""The wire page says what the strip says, at large, and is loud when cover was missing."""

import json
import sys
from dataclasses import replace

import pytest
from dialog_screens import OWN_COVERS, SCREENS
from people import MARA, NODE
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.cover_budget import GIGABYTE, plan_for
from messenger.core.cover_price import price_of
from messenger.core.errors import StoreError
from messenger.core.types import COVER_PROFILES, Cover, LinkStats, WireStats
from messenger.engine.commands import SetContactCover, SetCover, SetDataBudget, WatchWire
from messenger.engine.events import ContactChanged, NodeInfoChanged, WireSnapshot
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


def test_without_a_link_nothing_is_counted_up(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire"](client)
    qtbot.addWidget(dialog)
    assert dialog.price.isHidden()
    client.emit(WireSnapshot(WireStats((), 0, 0, 0, 0, 0, (), (), 1000.0, 0.1, 0.4)))
    assert not dialog.price.isHidden()
    assert "No link yet" in dialog.price.text()


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


def test_each_link_is_priced_by_its_own_cover(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire"](client)
    qtbot.addWidget(dialog)
    covers = [COVER_PROFILES["lively"], COVER_PROFILES["saver"], None]
    links = tuple(LinkStats(MARA.id, True, 1, 1, 0, 0.0, cover) for cover in covers)
    client.emit(WireSnapshot(WireStats(links, 3, 3, 1536, 1536, 0, (), (), 9.0, 0.1, 0.4)))
    prices = [price_of(cover or NODE.cover) for cover in covers]
    assert data_size(sum(price.bytes_per_month for price in prices)) in dialog.price.text()


def test_a_running_fast_lane_is_said_loudly_also_by_a_page_opened_late(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire-running"](client)
    qtbot.addWidget(dialog)
    assert dialog.lane.isHidden()
    for fast in (True, False):
        link = LinkStats(MARA.id, True, 1, 1, 0, 0.0, NODE.cover, fast)
        client.emit(WireSnapshot(WireStats((link,), 1, 1, 512, 512, 0, (), (), 9.0, 0.1, 0.4)))
        assert dialog.lane.isHidden() is not fast


# -- one contact and the budget -----------------------------------------------------------------


def test_a_cover_is_chosen_for_one_contact_and_taken_back(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire-own-cover"](client)
    qtbot.addWidget(dialog)
    section = dialog.cover.for_one
    assert "Mara" in section.others.text()
    section.who.setCurrentIndex(section.who.findData(MARA.id))
    assert section.which.currentData() == "lively"
    assert data_size(price_of(COVER_PROFILES["lively"]).bytes_per_month) in section.price.text()
    section.which.setCurrentIndex(section.which.findData("saver"))
    section.which.activated.emit(section.which.currentIndex())
    assert client.last(SetContactCover) == SetContactCover(MARA.id, COVER_PROFILES["saver"])
    client.answer(SetContactCover, error=StoreError())
    assert section.which.currentData() == "lively"  # nothing that was not kept is shown as kept
    section.which.setCurrentIndex(0)
    section.which.activated.emit(0)
    assert client.last(SetContactCover) == SetContactCover(MARA.id, None)
    client.answer(SetContactCover, OWN_COVERS[1])
    assert not section.note.isHidden()


def test_without_contacts_there_is_nobody_to_choose_for(qtbot: QtBot) -> None:
    dialog = SCREENS["wire"](ScriptedClient())
    qtbot.addWidget(dialog)
    assert dialog.cover.for_one.isHidden()


def test_a_choice_made_elsewhere_is_followed(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire-own-cover"](client)
    qtbot.addWidget(dialog)
    client.emit(ContactChanged(replace(OWN_COVERS[0], cover=Cover(0.3))))
    section = dialog.cover.for_one
    section.who.setCurrentIndex(section.who.findData(MARA.id))
    assert section.which.currentText() == "Another schedule"


@pytest.mark.parametrize(
    ("typed", "budget"), [("5", 5_000_000_000), ("0.5", 500_000_000), ("", None)]
)
def test_a_budget_is_set_in_gigabytes(qtbot: QtBot, typed: str, budget: int | None) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire"](client)
    qtbot.addWidget(dialog)
    dialog.cover.budget.edit.setText(typed)
    dialog.cover.budget.button.click()
    assert client.last(SetDataBudget) == SetDataBudget(budget)


@pytest.mark.parametrize("typed", ["much", "-3", "0", "1e300", "nan"])
def test_what_is_no_budget_is_not_set(qtbot: QtBot, typed: str) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire"](client)
    qtbot.addWidget(dialog)
    dialog.cover.budget.edit.setText(typed)
    dialog.cover.budget.button.click()
    assert not [each for each in client.asked if isinstance(each, SetDataBudget)]
    assert not dialog.cover.budget.note.isHidden()


def test_a_budget_that_takes_away_or_cannot_be_kept_is_said_loudly(qtbot: QtBot) -> None:
    for name, words in (("wire-reduced", "reduced"), ("wire-over-budget", "cannot be kept")):
        dialog = SCREENS[name](ScriptedClient())
        qtbot.addWidget(dialog)
        assert words in dialog.reduced.text
        assert words in dialog.state.text()
        assert words in dialog.cover.budget.note.text
    dialog = SCREENS["wire-own-cover"](ScriptedClient())
    qtbot.addWidget(dialog)
    assert dialog.reduced.isHidden()


def test_a_plan_from_elsewhere_is_followed_but_for_what_is_being_typed(qtbot: QtBot) -> None:
    client = ScriptedClient()
    dialog = SCREENS["wire"](client)
    qtbot.addWidget(dialog)
    client.emit(NodeInfoChanged(replace(NODE, plan=plan_for([NODE.cover], 7 * GIGABYTE))))
    assert dialog.cover.budget.edit.text() == "7"
    dialog.cover.budget.edit.selectAll()
    dialog.cover.budget.edit.insert("12")
    client.emit(NodeInfoChanged(replace(NODE, plan=plan_for([NODE.cover] * 2, 7 * GIGABYTE))))
    assert dialog.cover.budget.edit.text() == "12"
    assert not dialog.reduced.isHidden()


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
