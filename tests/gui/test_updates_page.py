"""The page about updates, in front of a real server with a real repository."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from people import NODE
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient
from update_publisher import SYSTEM, Publisher, packed, portable
from update_server import UpdateServer

from messenger.core.errors import (
    UpdateSourceError,
    UpdateUnreachableError,
    UpdateUnsignedError,
)
from messenger.core.types import NetworkSettings
from messenger.engine.commands import Command, GetWayOut, SetPreference
from messenger.engine.events import Reply
from messenger.gui.dialogs.settings import SettingsDialog
from messenger.gui.texts import sentence
from messenger.gui.update_client import Phase, UpdateClient
from messenger.gui.views.update_notice import Updating
from messenger.update import ending
from messenger.update.consent import LAST_CHECK, PREFERENCE, Consent, consent_of, is_due
from messenger.update.installation import Installation, Kind
from messenger.update.replace import clean_environment
from messenger.update.source import Source

WAIT_MS = 60_000


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    people = Publisher(tmp_path / "publisher")
    people.release("0.3.0", packed(portable(tmp_path / "new", "0.3.0")), notes="More cells.")
    return people


@pytest.fixture
def server(publisher: Publisher) -> Iterator[UpdateServer]:
    with UpdateServer(publisher.public) as running:
        yield running


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return portable(tmp_path / "old", "0.1.0")


class NetworkedClient(ScriptedClient):
    """Says by itself how connections are opened."""

    def request(self, command: Command) -> int:
        number = super().request(command)
        if isinstance(command, GetWayOut):
            QTimer.singleShot(0, lambda: self.emit(Reply(number, NetworkSettings())))
        return number


@pytest.fixture
def client(qapp: object) -> ScriptedClient:
    return NetworkedClient()


@pytest.fixture
def updates(
    client: ScriptedClient,
    tmp_path: Path,
    publisher: Publisher,
    server: UpdateServer,
    program: Path,
) -> Iterator[UpdateClient]:
    made = UpdateClient(
        client,
        tmp_path / "profile",
        find=lambda address: Source(address or server.url, publisher.root),
        installed=Installation(Kind.PORTABLE, program, "0.1.0", SYSTEM),
    )
    yield made
    made.close()


def page(qtbot: QtBot, client: ScriptedClient, updates: UpdateClient) -> SettingsDialog:
    dialog = SettingsDialog(client, NODE, {}, None, None, updates)
    qtbot.addWidget(dialog)
    dialog.show_page(dialog.updates_section)
    dialog.show()
    return dialog


def until(qtbot: QtBot, updates: UpdateClient, phase: Phase) -> None:
    qtbot.waitUntil(lambda: updates.state.phase is phase, timeout=WAIT_MS)


def shown(*widgets: QWidget) -> list[bool]:
    return [widget.isVisible() for widget in widgets]


def test_from_consent_to_the_new_program(
    qtbot: QtBot,
    client: ScriptedClient,
    updates: UpdateClient,
    server: UpdateServer,
    program: Path,
) -> None:
    dialog = page(qtbot, client, updates)
    section = dialog.updates_section
    assert section.consent.currentData() == Consent.OFF.value
    assert section.check_button.text() == "Allow it and check now"
    updates.look()
    assert server.asked == [], "nobody was asked before"

    section.check_button.click()
    assert client.last(SetPreference) == SetPreference(PREFERENCE, "by_hand")
    assert server.asked == [], "nor before the consent is kept"
    client.answer(SetPreference)
    until(qtbot, updates, Phase.FOUND)
    assert section.check_button.text() == "Check now"
    assert "0.3.0" in section.found.text()
    assert section.notes.toPlainText() == "More cells."
    assert shown(section.download_button, section.install_button) == [True, False]

    section.download_button.click()
    until(qtbot, updates, Phase.DOWNLOADED)
    assert shown(section.download_button, section.install_button) == [False, True]
    section.install_button.click()
    until(qtbot, updates, Phase.READY)
    assert "takes its place when Hum closes" in section.note.text
    assert shown(section.install_button, section.restart_button) == [False, True]
    with qtbot.waitSignal(section.restart_wanted):
        section.restart_button.click()
    assert updates.start_again
    ending.take_place(updates.state.prepared)
    assert "0.3.0" in (program / "hum").read_text()


def test_a_refusal_is_a_sentence_and_leaves_nothing(
    qtbot: QtBot, client: ScriptedClient, updates: UpdateClient, publisher: Publisher
) -> None:
    publisher.forge("targets", publisher.evil_package(b"evil"), publisher.holders[:1])
    publisher.forge_state()
    updates.preferences = {PREFERENCE: "by_hand"}
    dialog = page(qtbot, client, updates)
    section = dialog.updates_section
    section.check_button.click()
    until(qtbot, updates, Phase.FAILED)
    assert section.note.text == sentence(UpdateUnsignedError())
    assert shown(section.download_button, section.install_button) == [False, False]


def test_a_package_that_was_changed(
    qtbot: QtBot, client: ScriptedClient, updates: UpdateClient, server: UpdateServer
) -> None:
    package = next(server.folder.glob("targets/*"))
    good = package.read_bytes()
    package.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    updates.preferences = {PREFERENCE: "by_hand"}
    dialog = page(qtbot, client, updates)
    section = dialog.updates_section
    section.check_button.click()
    until(qtbot, updates, Phase.FOUND)
    section.download_button.click()
    until(qtbot, updates, Phase.FAILED)
    assert "byte for byte" in section.note.text
    assert section.download_button.isVisible(), "it can be tried again"
    package.write_bytes(good)
    section.download_button.click()
    until(qtbot, updates, Phase.DOWNLOADED)


def test_what_a_person_keeps_in_the_programs_folder_is_named(
    qtbot: QtBot, client: ScriptedClient, updates: UpdateClient, program: Path
) -> None:
    (program / "my letters").mkdir()
    (program / "my letters/one").write_text("mine")
    updates.preferences = {PREFERENCE: "by_hand"}
    dialog = page(qtbot, client, updates)
    section = dialog.updates_section
    section.check_button.click()
    until(qtbot, updates, Phase.FOUND)
    section.download_button.click()
    until(qtbot, updates, Phase.DOWNLOADED)
    section.install_button.click()
    until(qtbot, updates, Phase.FAILED)
    assert "was not put in place" in section.note.text
    assert "my letters" in section.note.text


def test_a_folder_instead_of_the_server(
    qtbot: QtBot,
    client: ScriptedClient,
    updates: UpdateClient,
    server: UpdateServer,
    publisher: Publisher,
) -> None:
    updates.preferences = {PREFERENCE: "by_hand"}
    dialog = page(qtbot, client, updates)
    section = dialog.updates_section
    section.look_in(publisher.public)
    until(qtbot, updates, Phase.FOUND)
    section.download_button.click()
    until(qtbot, updates, Phase.DOWNLOADED)
    assert server.asked == []


def test_a_download_can_be_stopped(
    qtbot: QtBot, client: ScriptedClient, updates: UpdateClient, server: UpdateServer
) -> None:
    updates.preferences = {PREFERENCE: "by_hand"}
    dialog = page(qtbot, client, updates)
    section = dialog.updates_section
    section.check_button.click()
    until(qtbot, updates, Phase.FOUND)
    server.twists[".tar.zst"] = server.silent
    section.download_button.click()
    qtbot.waitUntil(lambda: any(".tar.zst" in path for path in server.asked), timeout=WAIT_MS)
    section.cancel_button.click()
    until(qtbot, updates, Phase.FOUND)
    assert section.note.text == "Cancelled. Nothing was changed."


def test_a_package_of_the_system_shows_its_command(
    qtbot: QtBot,
    client: ScriptedClient,
    updates: UpdateClient,
    publisher: Publisher,
    tmp_path: Path,
) -> None:
    deb = tmp_path / "hum.deb"
    deb.write_bytes(b"deb" * 999)
    publisher.release("0.3.0", deb)
    updates.installed = replace(updates.installed, kind=Kind.DEBIAN)
    updates.preferences = {PREFERENCE: "by_hand"}
    dialog = page(qtbot, client, updates)
    section = dialog.updates_section
    for begin, phase in (
        (section.check_button, Phase.FOUND),
        (section.download_button, Phase.DOWNLOADED),
        (section.install_button, Phase.READY),
    ):
        begin.click()
        until(qtbot, updates, phase)
    assert section.command.text().startswith("sudo apt install ")
    assert shown(section.command, section.copy_button, section.restart_button) == [
        True,
        True,
        False,
    ]


def test_a_build_without_a_published_place(
    qtbot: QtBot, client: ScriptedClient, tmp_path: Path
) -> None:
    def nobody(_address: str | None) -> Source:
        raise UpdateSourceError

    dialog = page(qtbot, client, UpdateClient(client, tmp_path, find=nobody))
    section = dialog.updates_section
    assert not section.consent.isVisible()
    assert not section.check_button.isVisible()


def test_this_checkout_knows_nobody(qapp: object, client: ScriptedClient, tmp_path: Path) -> None:
    assert UpdateClient(client, tmp_path).address is None


# -- by itself ----------------------------------------------------------------------------------


def test_once_a_day_is_once_a_day(
    qtbot: QtBot, client: ScriptedClient, updates: UpdateClient, server: UpdateServer
) -> None:
    with qtbot.waitSignal(updates.found_alone, timeout=WAIT_MS) as found:
        updates.follow({PREFERENCE: "daily"})
    assert found.args[0].version == "0.3.0"
    assert client.last(SetPreference).name == LAST_CHECK
    server.asked.clear()
    updates.state = replace(updates.state, phase=Phase.IDLE)
    updates.look()
    assert updates.state.phase is Phase.IDLE
    assert server.asked == []


@pytest.mark.parametrize("value", ["off", "by_hand", "", "yes"])
def test_without_a_daily_consent_nothing_happens_by_itself(
    updates: UpdateClient, server: UpdateServer, value: str
) -> None:
    updates.follow({PREFERENCE: value})
    assert updates.state.phase is Phase.IDLE
    assert server.asked == []


def test_a_forgery_that_was_met_alone_is_told_and_a_dead_server_is_not(
    qtbot: QtBot, client: ScriptedClient, updates: UpdateClient, publisher: Publisher
) -> None:
    publisher.forge("targets", publisher.evil_package(b"evil"), [])
    publisher.forge_state()
    window = QWidget()
    qtbot.addWidget(window)
    updating = Updating(client, Path(), window)
    told: list[str] = []
    updating.doubted.connect(told.append)
    with qtbot.waitSignal(updates.doubted_alone, timeout=WAIT_MS) as doubt:
        updates.follow({PREFERENCE: "daily"})
    updating._on_doubted(doubt.args[0])
    updating._on_doubted(UpdateUnreachableError("x"))
    assert told == [sentence(UpdateUnsignedError())]
    assert updating.end() == (None, False)


def test_when_a_day_has_gone_by() -> None:
    now = time.time_ns() // 1_000_000
    day = 24 * 3600 * 1000
    daily = {PREFERENCE: "daily"}
    assert is_due(daily, now)
    assert not is_due(daily | {LAST_CHECK: str(now - day + 1)}, now)
    assert is_due(daily | {LAST_CHECK: str(now - day)}, now)
    assert is_due(daily | {LAST_CHECK: str(now + 1)}, now), "the clock was put back"
    assert is_due(daily | {LAST_CHECK: "٣" * 9}, now)
    assert not is_due({PREFERENCE: "by_hand"}, now)
    assert consent_of({PREFERENCE: "DAILY"}) is Consent.OFF


# -- the end ------------------------------------------------------------------------------------


def test_the_new_one_is_started_with_this_profile(
    monkeypatch: pytest.MonkeyPatch, program: Path, tmp_path: Path
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(ending.os, "execve", lambda _path, words, _env: started.append(words))
    portable(tmp_path / "next", "0.3.0").rename(program.with_name(program.name + ".next"))
    prepared = ending.Prepared("0.3.0", program)
    ending.take_place(prepared, again=["--profile", "ada"])
    assert started == [[str(program / "hum"), "--profile", "ada"]]
    assert "0.3.0" in (program / "hum").read_text()


def test_what_cannot_be_exchanged_says_so_and_the_old_one_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], program: Path
) -> None:
    started: list[str] = []
    monkeypatch.setattr(ending.os, "execve", lambda path, _words, _env: started.append(str(path)))
    ending.take_place(ending.Prepared("0.3.0", program), again=[])
    assert "cannot be replaced" in capsys.readouterr().err
    assert started == [str(program / "hum")]
    assert "0.1.0" in (program / "hum").read_text()


def test_nothing_to_put_in_place() -> None:
    ending.take_place(None, again=[])
    ending.take_place(ending.Prepared("0.3.0", None, "sudo …"), again=[])


def test_the_new_program_does_not_get_the_libraries_of_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "of the frozen program")
    monkeypatch.setenv("_PYI_ARCHIVE_FILE", "hum")
    assert not {"LD_LIBRARY_PATH", "_PYI_ARCHIVE_FILE"} & set(clean_environment())
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "of the person")
    assert clean_environment()["LD_LIBRARY_PATH"] == "of the person"
