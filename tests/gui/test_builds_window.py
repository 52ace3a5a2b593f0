"""What the window says about the program itself."""

import pytest
from memory_history import MemoryClient
from people import MARA, NODE
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.builds import (
    Build,
    BuildCheck,
    BuildComparison,
    BuildKind,
    BuildMatch,
    Damage,
    FileFinding,
)
from messenger.core.errors import ConnectionLostError, ManifestError
from messenger.core.types import ContactId
from messenger.engine.commands import CheckBuild, CompareBuild
from messenger.engine.events import BuildCompared, BuildDiffers, Locked
from messenger.gui.build_words import match_sentence, spoken
from messenger.gui.dialogs.build_compare import BuildCompareDialog
from messenger.gui.dialogs.settings import SettingsDialog
from messenger.gui.views.main_window import MainWindow
from messenger.gui.views.program_banner import ProgramBanner

OURS = Build("0.1.0", "linux-x86_64", bytes(range(32)))
THEIRS = Build("0.1.0", "linux-x86_64", bytes(range(1, 33)))
FINDINGS = tuple(FileFinding(f"_internal/{n}.so", Damage.CONTENT) for n in range(20))


@pytest.fixture
def scripted(qapp: object) -> ScriptedClient:
    return ScriptedClient()


@pytest.fixture
def settings(scripted: ScriptedClient, qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(scripted, NODE, {}, None)  # type: ignore[arg-type]  # scripted
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_page(dialog.about_section)
    return dialog


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (BuildCheck(BuildKind.SIGNED, OURS, 9), "release keys have signed"),
        (BuildCheck(BuildKind.UNSIGNED, OURS, 9), "Nobody has signed this build"),
        (BuildCheck(BuildKind.SOURCE, OURS, 9), "marked “source”"),
        (BuildCheck(BuildKind.SIGNED, OURS, 9, FINDINGS), "and 12 more"),
        (BuildCheck(BuildKind.SIGNED, None, 9, FINDINGS), "_internal/0.so: changed"),
    ],
)
def test_the_about_page_looks_at_every_file_when_it_is_seen(
    settings: SettingsDialog, scripted: ScriptedClient, check: BuildCheck, said: str
) -> None:
    scripted.answer(CheckBuild, check)
    about = settings.about_section
    assert said in about.state.text
    if check.build is not None:
        assert about.build.text() == spoken(OURS)
        assert about.which.text() == "0.1.0 · linux-x86_64"


def test_the_about_page_looks_once_and_says_when_it_cannot(
    settings: SettingsDialog, scripted: ScriptedClient
) -> None:
    settings.show_section(0)
    settings.show_page(settings.about_section)
    assert len([c for c in scripted.asked if isinstance(c, CheckBuild)]) == 1
    scripted.answer(CheckBuild, error=ManifestError("The program folder cannot be read."))
    assert "The program folder cannot be read" in settings.about_section.state.text


# -- with a contact -----------------------------------------------------------------------------


@pytest.fixture
def dialog(scripted: ScriptedClient, qtbot: QtBot) -> BuildCompareDialog:
    made = BuildCompareDialog(scripted, MARA, None)  # type: ignore[arg-type]  # scripted
    qtbot.addWidget(made)
    made.show()
    scripted.answer(CheckBuild, BuildCheck(BuildKind.SIGNED, OURS, 9))
    return made


def compared(match: BuildMatch, peer: Build = THEIRS) -> BuildComparison:
    return BuildComparison(match, OURS, peer)


@pytest.mark.parametrize(
    ("match", "said", "shown"),
    [
        (BuildMatch.SAME, "The same", False),
        (BuildMatch.DIFFERENT, "Different", True),
        (BuildMatch.OTHER_VERSION, "Another version", True),
        (BuildMatch.OTHER_SYSTEM, "for another system (linux-x86_64)", True),
    ],
)
def test_the_result_of_a_comparison_is_one_sentence(
    dialog: BuildCompareDialog,
    scripted: ScriptedClient,
    match: BuildMatch,
    said: str,
    *,
    shown: bool,
) -> None:
    assert dialog.own.text() == spoken(OURS)
    dialog.compare_button.click()
    assert not dialog.compare_button.isEnabled()
    assert scripted.last(CompareBuild) == CompareBuild(MARA.id)
    scripted.answer(CompareBuild, compared(match))
    assert said in dialog.outcome.text
    assert "{" not in dialog.outcome.text
    assert dialog.peer.isVisible() is shown
    assert dialog.compare_button.isEnabled()


def test_no_answer_is_said_and_can_be_tried_again(
    dialog: BuildCompareDialog, scripted: ScriptedClient
) -> None:
    dialog.compare_button.click()
    scripted.answer(CompareBuild, error=ConnectionLostError("No answer came."))
    assert dialog.outcome.text
    assert dialog.compare_button.isEnabled()


def test_their_question_shows_here_too(
    dialog: BuildCompareDialog, scripted: ScriptedClient
) -> None:
    scripted.emit(BuildCompared(ContactId(MARA.id + 1), compared(BuildMatch.DIFFERENT)))
    assert not dialog.outcome.text
    scripted.emit(BuildCompared(MARA.id, compared(BuildMatch.SAME)))
    assert "The same" in dialog.outcome.text


# -- in the window --------------------------------------------------------------------------------


def test_a_changed_program_says_so_over_everything(
    window: MainWindow, client: MemoryClient
) -> None:
    client.emit(BuildDiffers(FINDINGS))
    (banner,) = window.findChildren(ProgramBanner)
    assert banner.isVisible()
    assert "_internal/0.so" in banner.words.text()
    client.emit(Locked(frozenset({"passphrase"})))
    assert not banner.isHidden()  # it is there when the lock ends
    assert window.findChildren(SettingsDialog) == []


def test_the_banner_leads_to_the_page_about_the_program(
    window: MainWindow, client: MemoryClient
) -> None:
    client.emit(BuildDiffers(FINDINGS))
    (banner,) = window.findChildren(ProgramBanner)
    banner.details_button.click()
    (settings,) = window.findChildren(SettingsDialog)
    assert settings.about_section.isVisible()


@pytest.mark.parametrize("match", list(BuildMatch))
def test_only_a_different_program_of_a_contact_is_told_unasked(
    window: MainWindow, client: MemoryClient, match: BuildMatch
) -> None:
    client.emit(BuildCompared(ContactId(1), compared(match)))
    assert window.notice.isVisible() is (match is BuildMatch.DIFFERENT)


def test_the_menu_of_a_conversation_compares_programs(window: MainWindow) -> None:
    window.choose(ContactId(1))
    window.page.header.build_wanted.emit()
    assert len(window.findChildren(BuildCompareDialog)) == 1


def test_every_match_has_a_sentence() -> None:
    assert len({match_sentence(compared(match)) for match in BuildMatch}) == len(BuildMatch)
