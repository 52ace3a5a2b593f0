"""What a person does with messages in the window: answer, edit, react, delete, timers, files."""

from dataclasses import replace
from pathlib import Path

import pytest
from memory_history import MemoryClient, make_contact, make_message
from people import NODE
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from messenger.core.errors import FolderNotWritableError
from messenger.core.types import (
    ContactId,
    FileEstimate,
    FileInfo,
    FileState,
    Message,
    MessageState,
)
from messenger.engine.commands import (
    AcceptFile,
    CancelFile,
    DeleteMessage,
    EditMessage,
    EstimateFile,
    OpenFastLane,
    PauseFile,
    React,
    ResumeFile,
    SendFile,
    SendMessage,
    SetPreference,
    SetTimer,
)
from messenger.engine.events import ContactChanged, FileProgress, NodeReady
from messenger.gui import dialogs
from messenger.gui.dialogs.file_offer import FileOfferDialog
from messenger.gui.models.conversation import ConversationRole
from messenger.gui.views import conversation_page
from messenger.gui.views.main_window import MainWindow
from messenger.gui.views.message_menu import MessageAction, MessageMenu

MARA = ContactId(1)


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> conversation_page.ConversationPage:
    """Mara's conversation on screen."""
    window.choose(MARA)
    qtbot.waitExposed(window)
    return window.page


def _words(menu: MessageMenu) -> list[str]:
    return [entry.text() for entry in menu.actions() if not entry.isSeparator()]


def _file(row: int, state: FileState, *, own: bool, note: str | None = None) -> Message:
    message = make_message(row, 1, "plan.pdf", own=own)
    return replace(message, file=FileInfo(2_000_000, "application/pdf", state, note))


def test_the_menu_offers_what_makes_sense(qtbot: QtBot) -> None:
    mine, theirs = make_message(1, 1, "mine", own=True), make_message(2, 1, "theirs")
    waiting = replace(mine, state=MessageState.WAITING)
    failed = replace(mine, state=MessageState.FAILED, failure="cancelled")
    gone = replace(mine, text="", deleted_at=5)
    for message, there, absent in (
        (mine, {"Copy", "Reply", "Edit", "Delete for both…"}, {"Send again", "Do not send"}),
        (theirs, {"Copy", "Reply", "Delete here…"}, {"Edit", "Delete for both…"}),
        (waiting, {"Do not send"}, {"Send again"}),
        (failed, {"Send again"}, {"Do not send"}),
        (gone, {"Timeline…", "Delete here…"}, {"Copy", "Edit", "Reply", "Delete for both…"}),
        (
            _file(3, FileState.OFFERED, own=False),
            {"Accept and save…", "Decline the file"},
            {"Edit"},
        ),
        (_file(3, FileState.RUNNING, own=True), {"Pause the file", "Give the file up"}, {"Edit"}),
        (_file(3, FileState.DONE, own=False), {"Save as…"}, {"Give the file up"}),
    ):
        menu = MessageMenu(message)
        qtbot.addWidget(menu)
        assert there <= set(_words(menu))
        assert not absent & set(_words(menu))
        assert all(entry.isSeparator() or not entry.icon().isNull() for entry in menu.actions())


def test_an_answer_names_what_it_answers(
    page: conversation_page.ConversationPage, client: MemoryClient, qtbot: QtBot
) -> None:
    first = page.model.message(0)
    page.message_deeds.do(MessageAction.REPLY, first, "")
    assert first.text in page.composer.target_bar.words.text()
    qtbot.keyClicks(page.composer.edit, "yes")
    qtbot.keyClick(page.composer.edit, Qt.Key.Key_Return)
    assert client.of(SendMessage) == [SendMessage(MARA, "yes", first.id)]
    assert not page.composer.target_bar.isVisible()

    answer = replace(make_message(1001, 1, "yes", own=True), reply_to=first.id)
    client.add(answer)
    row = page.model.rowCount() - 1
    index = page.model.index(row)
    bubble = page.view.painter_delegate.bubble(index)
    assert bubble.quote == first.text
    assert page.view.painter_delegate.on_quote(index, bubble.quote_at.center())
    assert not page.view.painter_delegate.on_quote(index, QPointF(bubble.text_at) + QPointF(1, 5))
    page.view.answered_wanted.emit(first.id)
    assert page.view.currentIndex().data(ConversationRole.MESSAGE) == first


def test_up_edits_the_last_message_and_esc_brings_the_draft_back(
    page: conversation_page.ConversationPage, client: MemoryClient, qtbot: QtBot
) -> None:
    client.add(make_message(1001, 1, "helo", own=True))
    client.add(make_message(1002, 1, "theirs"))
    edit = page.composer.edit
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "helo"
    assert "Editing" in page.composer.target_bar.words.text()
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.toPlainText() == ""
    qtbot.keyClicks(edit, "a thought")
    page.message_deeds.do(MessageAction.EDIT, page.model.message(page.model.rowCount() - 2), "")
    edit.setPlainText("hello")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert client.of(EditMessage) == [EditMessage(1001, "hello")]
    assert client.of(SendMessage) == []
    assert edit.toPlainText() == "a thought"


def test_reactions_deletions_and_timers_go_to_the_engine(
    page: conversation_page.ConversationPage,
    client: MemoryClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = page.model.message(0)
    page.message_deeds.do(MessageAction.REACT, message, "👍")
    assert client.of(React) == [React(message.row, "👍")]
    answers = iter([False, True, True, False])
    for name in ("confirm_delete", "confirm_timer"):
        monkeypatch.setattr(dialogs, name, lambda *_, **__: next(answers))
    page.message_deeds.do(MessageAction.DELETE_HERE, message, "")
    assert client.of(DeleteMessage) == []
    page.message_deeds.do(MessageAction.DELETE_FOR_BOTH, message, "")
    assert client.of(DeleteMessage) == [DeleteMessage(message.row, for_both=True)]
    (day,) = (a for a in page.header.timers.actions() if a.data() == 86_400)
    day.trigger()
    day.trigger()
    assert client.of(SetTimer) == [SetTimer(MARA, 86_400)]


def test_the_header_says_what_disappears(
    page: conversation_page.ConversationPage, client: MemoryClient
) -> None:
    client.emit(ContactChanged(make_contact(1, "Mara", proposed_lifetime_s=3_600)))
    assert "1 hour, once they have it" in page.header.presence.text()
    client.emit(ContactChanged(make_contact(1, "Mara", lifetime_s=2 * 86_400)))
    assert "Disappearing after 2 days" in page.header.presence.text()
    client.emit(ContactChanged(make_contact(1, "Mara")))
    assert "Disappearing" not in page.header.presence.text()


def test_a_dropped_file_is_offered_after_its_price_was_said(
    page: conversation_page.ConversationPage, client: MemoryClient, tmp_path: Path
) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(b"x")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path))])
    assert page.composer.edit.canInsertFromMimeData(dropped)
    page.composer.edit.insertFromMimeData(dropped)
    assert client.of(EstimateFile) == [EstimateFile(MARA, path)]
    client.answer(result=FileEstimate(2_000_000, 2_040.0, 1))
    (dialog,) = page.findChildren(FileOfferDialog)
    shown = " ".join(
        label.text() for label in dialog.findChildren(type(dialog.body.itemAt(1).widget()))
    )
    assert "holiday.jpg" in shown
    assert "about 34 min" in shown
    assert "about 1 min" in shown
    assert "something large moves" in shown
    assert dialog.strips
    assert not dialog.asks_for_lane
    dialog.lane.setChecked(True)
    dialog.done(int(QDialog.DialogCode.Accepted))
    assert client.of(SetPreference) == [SetPreference("pictures.metadata", "remove")]
    assert client.of(SendFile) == [SendFile(MARA, path, strip_metadata=True)]
    assert client.of(OpenFastLane) == []
    client.answer()
    assert client.of(OpenFastLane) == [OpenFastLane(MARA, 2_000_000)]


@pytest.mark.parametrize(("kept", "strips"), [("remove", True), ("keep", False)])
def test_what_was_answered_about_metadata_is_asked_no_second_time(
    page: conversation_page.ConversationPage,
    client: MemoryClient,
    tmp_path: Path,
    kept: str,
    strips: bool,
) -> None:
    client.emit(NodeReady(NODE, {"pictures.metadata": kept}))
    page.attachments.offer_file(str(tmp_path / "holiday.jpg"))
    client.answer(result=FileEstimate(2_000_000, 2_040.0, 1))
    (dialog,) = page.findChildren(FileOfferDialog)
    assert dialog.strips is strips
    dialog.strip.setChecked(not strips)  # for this one
    dialog.done(int(QDialog.DialogCode.Accepted))
    assert client.of(SendFile)[-1].strip_metadata is not strips
    assert client.of(SetPreference) == []


def test_a_file_that_cannot_be_cleaned_is_said_to_go_as_it_is(
    page: conversation_page.ConversationPage, client: MemoryClient, tmp_path: Path
) -> None:
    page.attachments.offer_file(str(tmp_path / "minutes.pdf"))
    client.answer(result=FileEstimate(2_000_000, 2_040.0, 1))
    (dialog,) = page.findChildren(FileOfferDialog)
    assert any("goes as it is" in label.text() for label in dialog.findChildren(QLabel))
    dialog.done(int(QDialog.DialogCode.Accepted))
    assert not client.of(SendFile)[-1].strip_metadata
    assert client.of(SetPreference) == []


@pytest.mark.parametrize("answer", [QDialog.DialogCode.Accepted, QDialog.DialogCode.Rejected])
def test_a_picture_on_the_clipboard_is_a_file_until_it_is_answered(
    page: conversation_page.ConversationPage, client: MemoryClient, answer: QDialog.DialogCode
) -> None:
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(0xFF336699)
    QGuiApplication.clipboard().setImage(picture)
    page.composer.edit.paste()
    (asked,) = client.of(EstimateFile)
    assert QImage(str(asked.path)) == picture
    assert asked.path.parent.stat().st_mode & 0o777 == 0o700
    client.answer(result=FileEstimate(asked.path.stat().st_size, 3.0, 1))
    (dialog,) = page.findChildren(FileOfferDialog)
    dialog.done(int(answer))
    if answer == QDialog.DialogCode.Accepted:
        assert client.of(SendFile) == [SendFile(MARA, asked.path, strip_metadata=True)]
        assert asked.path.exists()
        client.answer()
    assert not asked.path.parent.exists()


def test_encoded_pictures_are_taken_as_they_are_and_text_before_them(
    page: conversation_page.ConversationPage, client: MemoryClient
) -> None:
    encoded = QMimeData()
    encoded.setData("image/jpeg", b"whatever it holds")
    page.composer.edit.insertFromMimeData(encoded)
    (asked,) = client.of(EstimateFile)
    assert asked.path.suffix == ".jpg"
    assert asked.path.read_bytes() == b"whatever it holds"
    client.answer(error=FolderNotWritableError())
    assert not asked.path.exists()
    encoded.setText("a cell of a table")
    page.composer.edit.insertFromMimeData(encoded)
    assert page.composer.text() == "a cell of a table"


def test_files_may_fall_anywhere_on_a_conversation(
    page: conversation_page.ConversationPage, client: MemoryClient, tmp_path: Path
) -> None:
    path = tmp_path / "map.pdf"
    path.write_bytes(b"x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window = page.window()
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copied = Qt.DropAction.CopyAction
    over = QDragEnterEvent(QPoint(500, 200), copied, mime, left, none)
    QApplication.sendEvent(window, over)
    assert over.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(500, 200), copied, mime, left, none))
    assert client.of(EstimateFile) == [EstimateFile(MARA, path)]
    window.choose(ContactId(3))  # a request takes no files
    over = QDragEnterEvent(QPoint(500, 200), copied, mime, left, none)
    over.ignore()
    QApplication.sendEvent(window, over)
    assert not over.isAccepted()


def test_a_file_shows_how_it_stands_and_its_next_step(
    page: conversation_page.ConversationPage,
    client: MemoryClient,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(dialogs, "choose_place", lambda *_: str(tmp_path / "plan.pdf"))
    client.add(_file(1001, FileState.OFFERED, own=False))
    view, row = page.view, page.model.rowCount() - 1
    index = page.model.index(row)
    bubble = view.painter_delegate.bubble(index)
    assert "plan.pdf" in bubble.text.shown
    assert "offered to you" in bubble.text.shown
    assert bubble.more == "Accept and save…"
    page.view.file_step_wanted.emit(page.model.message(row))
    assert client.of(AcceptFile) == [AcceptFile(1001, tmp_path / "plan.pdf")]

    client.add(_file(1002, FileState.RUNNING, own=False))
    client.emit(FileProgress(MARA, 1002, make_message(1002, 1, "").id, 500_000, 2_000_000))
    index = page.model.index(page.model.rowCount() - 1)
    assert "25 %" in view.painter_delegate.bubble(index).text.shown
    running = page.model.message(page.model.rowCount() - 1)
    page.view.file_step_wanted.emit(running)
    assert client.of(PauseFile) == [PauseFile(1002)]
    page.view.file_step_wanted.emit(_file(1002, FileState.PAUSED, own=False, note="own"))
    assert client.of(ResumeFile) == [ResumeFile(1002)]
    page.view.file_step_wanted.emit(_file(1002, FileState.PAUSED, own=False, note="peer"))
    page.message_deeds.do(MessageAction.FILE_CANCEL, running, "")
    assert client.of(CancelFile) == [CancelFile(1002)]
    assert len(client.of(ResumeFile)) == 1
