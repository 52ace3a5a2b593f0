"""The German of the window: complete, in step with the program, and shown."""

import ast
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.engine.events import ProfileNeeded
from messenger.gui.dialogs.first_run import FirstRunDialog
from messenger.gui.theme import Theme
from messenger.gui.views.main_window import MainWindow

ROOT: Final = Path(__file__).parents[2]
GERMAN: Final = ROOT / "resources" / "translations" / "hum_de.ts"
SCRIPTS: Final = Path(sysconfig.get_path("scripts"))
PARTS: Final = re.compile(r"\{[^}]*\}|%n|%L?\d|</?\w[^>]*>|`[^`]*`|\*\.\w+")
SHOWN_BY: Final = {
    "setText",
    "setToolTip",
    "setAccessibleName",
    "setAccessibleDescription",
    "setPlaceholderText",
    "setWindowTitle",
    "setTitle",
    "QLabel",
    "QPushButton",
    "QAction",
    "QCheckBox",
    "QRadioButton",
    "TextLabel",
    "IconButton",
    "push_button",
}


def pairs() -> list[tuple[str, str]]:
    """Every text with its German; a text with plural forms comes once for each."""
    found = []
    for message in ElementTree.parse(GERMAN).iter("message"):  # our own file
        source = message.findtext("source", "")
        translation = message.find("translation")
        assert translation is not None
        assert translation.get("type") is None, f"not finished: {source}"
        forms = translation.findall("numerusform") or [translation]
        found += [(source, form.text or "") for form in forms]
    return found


def mnemonics(text: str) -> int:
    return len(re.findall(r"&\w", text.replace("&&", "")))


def test_every_text_is_translated_with_the_same_parts() -> None:
    for source, german in pairs():
        assert german.strip(), source
        assert sorted(PARTS.findall(source)) == sorted(PARTS.findall(german)), source
        assert mnemonics(source) == mnemonics(german), source
        assert source.endswith("…") == german.endswith("…"), source


def test_the_file_holds_the_texts_of_the_program_and_no_others(tmp_path: Path) -> None:
    """What `make translations` would write is what is there."""
    copy = tmp_path / GERMAN.name
    shutil.copy(GERMAN, copy)
    modules = sorted(map(str, (ROOT / "messenger" / "gui").rglob("*.py")))
    flags = ["-no-obsolete", "-locations", "none", "-source-language", "en"]
    flags += ["-target-language", "de", str(ROOT / "messenger" / "app.py"), *modules]
    subprocess.run([SCRIPTS / "pyside6-lupdate", *flags, "-ts", copy], check=True, cwd=ROOT)

    def texts(path: Path) -> set[tuple[str, str]]:
        contexts = ElementTree.parse(path).iter("context")
        return {
            (context.findtext("name", ""), message.findtext("source", ""))
            for context in contexts
            for message in context.iter("message")
        }

    assert texts(copy) == texts(GERMAN), "run `make translations` and add the German"


def test_the_compiled_file_is_in_step(tmp_path: Path) -> None:
    compiled = tmp_path / "hum_de.qm"
    release = [SCRIPTS / "pyside6-lrelease", "-silent", GERMAN, "-qm", compiled]
    subprocess.run(release, check=True)
    assert compiled.read_bytes() == GERMAN.with_suffix(".qm").read_bytes(), "make translations"


def test_no_text_of_the_window_bypasses_the_translation() -> None:
    bypassing = []
    for path in sorted((ROOT / "messenger" / "gui").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name not in SHOWN_BY:
                continue
            bypassing += [
                f"{path.name}:{call.lineno}: {value.value}"
                for value in call.args
                if isinstance(value, ast.Constant)
                and isinstance(value.value, str)
                and value.value != "Hum"  # a name
                and re.search(r"[A-Za-z]{2}.*\s|^[A-Z][a-z]+$", value.value)
            ]
    assert bypassing == []


@pytest.mark.usefixtures("german")
def test_the_first_run_and_the_buttons_of_qt_are_german(qtbot: QtBot) -> None:
    needed = ProfileNeeded("Secret Service", None)
    dialog = FirstRunDialog(ScriptedClient(), needed, None)
    qtbot.addWidget(dialog)
    assert dialog.windowTitle() == "Willkommen bei Hum"
    assert dialog.next_button.text() == "Weiter"
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    assert Path(folder, "qtbase_de.qm").is_file()
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    assert QLocale().monthName(1) == "Januar"


@pytest.mark.usefixtures("german")
def test_the_window_is_german(request: pytest.FixtureRequest) -> None:
    window: MainWindow = request.getfixturevalue("window")
    actions = {action.text().replace("&", "") for action in window.findChildren(QAction)}
    assert {"Kontakt hinzufügen…", "Einstellungen…", "Tastenkürzel"} <= actions


def test_english_comes_back(qtbot: QtBot, theme: Theme, qapp: QApplication) -> None:
    assert QCoreApplication.translate("WindowActions", "Settings…") == "Settings…"
    translator = QTranslator()
    assert translator.load(str(GERMAN.with_suffix(".qm")))
    qapp.installTranslator(translator)
    assert QCoreApplication.translate("WindowActions", "Settings…") == "Einstellungen…"
    qapp.removeTranslator(translator)
    assert QCoreApplication.translate("WindowActions", "Settings…") == "Settings…"
