"""The page of the laboratory: curves, the three processes, and the stop button."""

import json
import sys
from pathlib import Path

import pytest
from conftest import FIXTURES
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from messenger.gui.dialogs import lab as page
from messenger.gui.dialogs.lab import LabDialog
from messenger.gui.dialogs.lab_process import LabProcess
from messenger.lab.supervisor import lab_command

pytestmark = pytest.mark.timeout(300)

WAIT_MS = 60_000  # on a machine that does other things

_QUICK_TRAINING = """
import json, pathlib, shutil, sys
out = sys.argv[sys.argv.index("--out") + 1]
for name in ("pair.hum-lab", "eve.hum-lab"):
    shutil.copy(pathlib.Path({fixtures!r}) / name, out)
print("not an event")
print(json.dumps({{"event": "point", "step": 1, "bob": 1.5, "eve": 7.25}}))
print(json.dumps({{"event": "attacked", "fresh_eve": 6.5, "least_squares": 6.75}}))
"""


def _dialog(qtbot: QtBot, **sizes: int) -> LabDialog:
    dialog = LabDialog(None, **sizes)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_a_training_draws_its_curve_and_stops_when_told(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, steps=100_000, batch=32)
    assert "protects nothing real" in _all_words(dialog)
    qtbot.mouseClick(dialog.train_button, Qt.MouseButton.LeftButton)
    assert not dialog.train_button.isEnabled()
    qtbot.waitUntil(lambda: "Step 100" in dialog.state.text(), timeout=WAIT_MS)
    assert "Bob" in dialog.curve.accessibleDescription()
    assert dialog.grab().width() > 0
    qtbot.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    assert "Stopped" in dialog.state.text()
    assert dialog.train_button.isEnabled()
    assert not dialog.line.isEnabled()
    dialog.accept()


def test_after_the_training_three_processes_talk(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = _QUICK_TRAINING.format(fixtures=str(FIXTURES))

    def command(*arguments: str) -> list[str]:
        if arguments[0] == "train":
            return [sys.executable, "-c", script, *arguments]
        return lab_command(*arguments)

    monkeypatch.setattr(page, "lab_command", command)
    dialog = _dialog(qtbot)
    qtbot.mouseClick(dialog.train_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.line.isEnabled, timeout=WAIT_MS)
    assert "6.50" in dialog.attack.text()
    dialog.line.setText("good morning, Bob")
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.bob.text().endswith("good morning, Bob"), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "of 16 bits wrong" in dialog.eve.text(), timeout=WAIT_MS)
    assert "good morning" not in dialog.eve.text()
    qtbot.waitUntil(lambda: "Ed25519" in dialog.signature.text(), timeout=WAIT_MS)
    assert "not a signature" in dialog.signature.text()
    assert "100%" in dialog.signature.text()
    assert dialog.signature.text().endswith("succeeds in 0%.")
    assert dialog.state.text().count("127.0.0.1:") == 2
    folder = Path(dialog._folder.name)
    dialog.accept()
    assert not folder.exists()


def test_a_command_that_fails_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    process = LabProcess(lab_command("bob", "--pair", str(tmp_path / "none")))
    with qtbot.waitSignal(process.ended, timeout=WAIT_MS) as ended:
        process.start()
    assert ended.args is not None
    assert "cannot be read" in ended.args[0]
    missing = LabProcess([str(tmp_path / "no-such-program")])
    with qtbot.waitSignal(missing.ended, timeout=WAIT_MS) as ended:
        missing.start()
    assert ended.args is not None
    assert ended.args[0]


def _all_words(dialog: LabDialog) -> str:
    return json.dumps([label.text() for label in dialog.findChildren(page.TextLabel)])
