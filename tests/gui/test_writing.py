"""What becomes of a text that the engine refuses, late or behind a lock: not lost, not doubled."""

import pytest
from memory_history import MemoryClient, make_message
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from messenger.core.errors import (
    FolderNotWritableError,
    LockedError,
    LockedMeanwhileError,
    MessengerError,
    NoSuchMessageError,
)
from messenger.core.types import ContactId
from messenger.engine.commands import EditMessage, SaveDraft
from messenger.engine.events import Locked
from messenger.gui.texts import sentence
from messenger.gui.views.composer import Composer
from messenger.gui.views.main_window import MainWindow

MARA, JONAS = ContactId(1), ContactId(2)
FULL = FolderNotWritableError()
OURS = make_message(1002, 1, "old words", own=True)


@pytest.fixture
def composer(window: MainWindow, client: MemoryClient) -> Composer:
    """Mara's conversation on screen; its newest message is ours."""
    window.choose(MARA)
    client.add(OURS)
    return window.page.composer


def send(composer: Composer, qtbot: QtBot, text: str) -> None:
    composer.edit.setPlainText(text)
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)


def drafts(client: MemoryClient) -> list[str]:
    return [command.text for command in client.of(SaveDraft) if command.contact == MARA]


@pytest.mark.parametrize("edits", [False, True], ids=["a message", "an edit"])
def test_what_was_done_behind_a_lock_is_no_draft(
    composer: Composer, client: MemoryClient, qtbot: QtBot, edits: bool
) -> None:
    if edits:
        composer.edit_message(OURS)
    send(composer, qtbot, "once")
    client.emit(Locked(frozenset({"passphrase"})))
    client.answer(error=LockedMeanwhileError("It is done, and Hum was locked meanwhile."))
    assert "once" not in drafts(client)


def test_what_the_lock_refused_is_kept_with_what_was_typed_since(
    composer: Composer, client: MemoryClient, qtbot: QtBot
) -> None:
    send(composer, qtbot, "not yet sent")
    qtbot.keyClicks(composer.edit, "and more")
    client.emit(Locked(frozenset({"passphrase"})))
    client.answer(error=LockedError("Hum is locked: unlock it first."))
    assert drafts(client)[-1] == "not yet sent\nand more"


def test_what_comes_back_to_another_conversation_keeps_its_draft(
    composer: Composer, window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    send(composer, qtbot, "not sent")
    qtbot.keyClicks(composer.edit, "and more")
    window.choose(JONAS)
    client.answer(error=FULL)
    assert composer.text() == "Half a thought"
    window.choose(MARA)
    assert composer.text() == "not sent\nand more"


def test_what_comes_back_does_not_get_into_an_edit(
    composer: Composer, client: MemoryClient, qtbot: QtBot
) -> None:
    send(composer, qtbot, "not sent")
    qtbot.keyClick(composer.edit, Qt.Key.Key_Up)
    client.answer(error=FULL)
    assert composer.text() == "old words"
    composer.leave_target()
    assert composer.text() == "not sent"


def test_an_edit_that_was_refused_goes_on(
    composer: Composer, window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    qtbot.keyClicks(composer.edit, "a draft")
    composer.edit_message(OURS)
    send(composer, qtbot, "half an hour of new words")
    assert composer.text() == "a draft"
    client.answer(error=FULL)
    assert window.page.failure.words.text() == sentence(FULL)
    assert composer.text() == "half an hour of new words"
    assert composer.target_bar.isVisible()
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert client.of(EditMessage) == [EditMessage(OURS.row, "half an hour of new words")] * 2
    assert composer.text() == "a draft"


@pytest.mark.parametrize(
    ("begun", "error", "left"),
    [
        ("", NoSuchMessageError(""), "new words"),  # it has expired meanwhile
        ("something else", FULL, "new words\nsomething else"),
    ],
)
def test_where_an_edit_cannot_go_on_its_words_are_a_draft(
    composer: Composer,
    client: MemoryClient,
    qtbot: QtBot,
    begun: str,
    error: MessengerError,
    left: str,
) -> None:
    composer.edit_message(OURS)
    send(composer, qtbot, "new words")
    qtbot.keyClicks(composer.edit, begun)
    client.answer(error=error)
    assert composer.target is None
    assert composer.text() == left


def test_an_edit_that_comes_back_to_another_conversation_is_a_draft_of_its_own(
    composer: Composer, window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    qtbot.keyClicks(composer.edit, "a draft")
    composer.edit_message(OURS)
    send(composer, qtbot, "new words")
    window.choose(JONAS)
    client.answer(error=FULL)
    assert composer.text() == "Half a thought"
    assert drafts(client)[-1] == "new words\na draft"


def test_new_words_of_a_message_that_were_not_sent_are_a_draft_when_it_is_left(
    composer: Composer, window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    qtbot.keyClicks(composer.edit, "a draft")
    composer.edit_message(OURS)
    window.choose(JONAS)
    assert drafts(client) == ["a draft"]  # nothing was changed yet
    window.choose(MARA)
    composer.edit_message(OURS)
    qtbot.keyClicks(composer.edit, " and more")
    window.page.forget()  # as at a lock
    assert drafts(client)[-1] == f"{OURS.text} and more\na draft"


def test_an_edit_that_goes_on_after_the_window_was_closed_is_no_draft(
    composer: Composer, window: MainWindow, client: MemoryClient, qtbot: QtBot
) -> None:
    composer.edit_message(OURS)
    qtbot.keyClicks(composer.edit, " and more")
    window.page.leave()  # the window is closed; Hum goes on in the tray
    qtbot.keyClick(composer.edit, Qt.Key.Key_Return)
    assert client.of(EditMessage) == [EditMessage(OURS.row, f"{OURS.text} and more")]
    with qtbot.waitSignal(composer.draft_changed) as told:
        pass
    assert told.args == [""]
    assert drafts(client)[-1] == ""
