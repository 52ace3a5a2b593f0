"""Pictures in a conversation: their room is known before a pixel; they open when asked."""

from dataclasses import replace
from pathlib import Path

import pytest
from hostile_pictures import flag
from memory_history import MemoryClient, make_contact, make_message
from people import NODE
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from messenger.core.errors import FolderNotWritableError
from messenger.core.types import ContactId, FileInfo, FileState, Message, TimelineStep
from messenger.engine.commands import AcceptFile, ReadPicture, SetInlinePictures, SetReceipts
from messenger.engine.events import ContactChanged, Failure, FileSaved, Locked, MessageChanged
from messenger.gui import dialogs, picture_work
from messenger.gui.delegates.bubble import PICTURE_HEIGHT, PICTURE_SIDE, PICTURE_WIDTH, picture_box
from messenger.gui.dialogs.picture import PictureDialog, may_be_opened
from messenger.gui.dialogs.settings import SettingsDialog
from messenger.gui.dialogs.timeline import TimelineDialog
from messenger.gui.views import conversation_page
from messenger.gui.views.main_window import MainWindow
from messenger.gui.views.message_menu import MessageAction, MessageMenu
from messenger.gui.words import footer_words, state_sentence

MARA = ContactId(1)


def with_picture(
    row: int = 1001, *, own: bool = False, size: tuple[int, int] | None = (1_200, 600)
) -> Message:
    file = FileInfo(300_000, "image/png", FileState.DONE, None, size)
    return replace(make_message(row, 1, "sea.png", own=own), file=file)


class Ready(QObject):
    """Has one picture, or none yet."""

    ready = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[QSize] = []
        self.there = False

    def picture(self, _message: Message, size: QSize, ratio: float) -> QImage | None:
        self.asked.append(size)
        return picture_work.ready_to_paint(flag(), size, ratio) if self.there else None


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> conversation_page.ConversationPage:
    """Mara's conversation on screen."""
    window.choose(MARA)
    qtbot.waitExposed(window)
    return window.page


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((1_200, 600), (360, 180)),
        ((600, 1_200), (140, 280)),
        ((100, 100), (100, 100)),
        ((1, 1), (PICTURE_SIDE, PICTURE_SIDE)),
        ((16_000, 1), (PICTURE_WIDTH, PICTURE_SIDE)),
        ((1, 16_000), (PICTURE_SIDE, PICTURE_HEIGHT)),
    ],
)
def test_the_box_keeps_the_shape_within_its_bounds(
    size: tuple[int, int], box: tuple[int, int]
) -> None:
    found = picture_box(with_picture(size=size), 560)
    assert (found.width(), found.height()) == box
    narrow = picture_box(with_picture(size=size), 100)
    assert narrow.width() <= 100


def test_other_messages_have_no_box() -> None:
    assert picture_box(make_message(1, 1, "words"), 560).isEmpty()
    assert picture_box(with_picture(size=None), 560).isEmpty()
    assert picture_box(replace(with_picture(), deleted_at=5), 560).isEmpty()


def test_nothing_moves_when_the_picture_comes(
    page: conversation_page.ConversationPage, client: MemoryClient, qtbot: QtBot
) -> None:
    source = Ready()
    page.view.show_pictures(source)  # type: ignore[arg-type]
    client.add(with_picture())
    client.add(make_message(1002, 1, "below"))
    view, index = page.view, page.model.index(page.model.rowCount() - 2)
    qtbot.waitUntil(lambda: bool(source.asked))
    place = view.visualRect(index)
    bar = (view.verticalScrollBar().value(), view.verticalScrollBar().maximum())
    middle = view.painter_delegate.bubble(index).picture_at.center().toPoint() + place.topLeft()
    assert _pixel(view.grab().toImage(), middle - QPoint(60, 40)) != (1, 0, 0)
    source.there = True
    source.ready.emit(1001)
    assert _pixel(view.grab().toImage(), middle - QPoint(60, 40)) == (1, 0, 0)
    assert _pixel(view.grab().toImage(), middle + QPoint(60, -40)) == (0, 1, 0)
    assert view.visualRect(index) == place
    assert (view.verticalScrollBar().value(), view.verticalScrollBar().maximum()) == bar
    assert source.asked[-1] == QSize(360, 180) * view.devicePixelRatioF()


def _pixel(image: QImage, at: QPoint) -> tuple[int, int, int]:
    ratio = image.devicePixelRatio()
    red, green, blue, _ = QColor(image.pixel(at * ratio)).getRgb()
    return red // 200, green // 200, blue // 200


def test_a_picture_that_cannot_be_shown_is_a_file_again(
    page: conversation_page.ConversationPage, client: MemoryClient, qtbot: QtBot
) -> None:
    client.add(with_picture())
    index = page.model.index(page.model.rowCount() - 1)
    high = page.view.painter_delegate.sizeHint(_option(page), index).height()
    client.emit(MessageChanged(with_picture(size=None)))
    assert page.view.painter_delegate.sizeHint(_option(page), index).height() < high - 100


def _option(page: conversation_page.ConversationPage) -> object:
    from PySide6.QtWidgets import QStyleOptionViewItem

    return QStyleOptionViewItem()


def test_it_is_named_for_those_who_cannot_see_it(
    page: conversation_page.ConversationPage, client: MemoryClient
) -> None:
    client.add(with_picture())
    index = page.model.index(page.model.rowCount() - 1)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Picture, 1200 × 600 pixels" in said.replace("1,200", "1200")
    assert "sea.png" in said


# -- opening ---------------------------------------------------------------------------------------


def opened(qtbot: QtBot, page: conversation_page.ConversationPage) -> PictureDialog:
    found = page.findChildren(PictureDialog)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("how", ["double click", "Enter", "menu"])
def test_it_is_shown_large_by_mouse_keys_and_menu(
    page: conversation_page.ConversationPage, client: MemoryClient, qtbot: QtBot, how: str
) -> None:
    client.add(with_picture())
    view, index = page.view, page.model.index(page.model.rowCount() - 1)
    qtbot.waitUntil(lambda: view.visualRect(index).isValid())
    if how == "double click":
        at = view.painter_delegate.bubble(index).picture_at.center().toPoint()
        QTest.mouseDClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=at + view.visualRect(index).topLeft()
        )
    elif how == "Enter":
        QTest.keyClick(view, Qt.Key.Key_End)
        QTest.keyClick(view, Qt.Key.Key_Return)
    else:
        page.message_deeds.do(MessageAction.PICTURE_OPEN, with_picture(), "")
    dialog = opened(qtbot, page)
    assert client.of(ReadPicture) == [ReadPicture(1001)]
    assert "sea.png" in dialog.view.accessibleName()
    assert client.of(AcceptFile) == []
    dialog.reject()


def test_a_click_on_it_opens_nothing(
    page: conversation_page.ConversationPage, client: MemoryClient, qtbot: QtBot
) -> None:
    client.add(with_picture())
    view, index = page.view, page.model.index(page.model.rowCount() - 1)
    qtbot.waitUntil(lambda: view.visualRect(index).isValid())
    at = view.painter_delegate.bubble(index).picture_at.center().toPoint()
    QTest.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=at + view.visualRect(index).topLeft()
    )
    assert page.findChildren(PictureDialog) == []


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[QUrl]:
    """What would have been handed to other programs."""
    handed: list[QUrl] = []

    def hand_over(url: QUrl) -> bool:
        handed.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", hand_over)
    return handed


@pytest.mark.parametrize("name", ["sea.png", "sea.JPG"])
def test_another_program_gets_it_only_when_it_was_saved_for_that(
    page: conversation_page.ConversationPage,
    client: MemoryClient,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    started: list[QUrl],
    tmp_path: Path,
    name: str,
) -> None:
    monkeypatch.setattr(dialogs, "choose_place", lambda *_: str(tmp_path / name))
    message = with_picture()
    client.add(message)
    saved = FileSaved(MARA, message.row, message.id, tmp_path / name)
    client.emit(saved)  # for another reason
    assert started == []
    page.message_deeds.do(MessageAction.PICTURE_OPEN, message, "")
    opened(qtbot, page).open_wanted.emit()
    assert client.of(AcceptFile) == [AcceptFile(1001, tmp_path / name)]
    assert started == []
    client.emit(saved)
    assert started == [QUrl.fromLocalFile(str(tmp_path / name))]
    client.emit(saved)
    assert len(started) == 1


def test_what_was_wanted_of_a_save_that_failed_is_not_wanted_of_the_next(
    page: conversation_page.ConversationPage,
    client: MemoryClient,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    started: list[QUrl],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(dialogs, "choose_place", lambda *_: str(tmp_path / "sea.png"))
    message = with_picture()
    client.add(message)
    page.message_deeds.do(MessageAction.PICTURE_OPEN, message, "")
    opened(qtbot, page).open_wanted.emit()
    client.emit(Failure(FolderNotWritableError(), MARA))
    page.message_deeds.do(MessageAction.FILE_SAVE, message, "")
    client.emit(FileSaved(MARA, message.row, message.id, tmp_path / "sea.png"))
    assert started == []


@pytest.mark.parametrize("name", ["sea.desktop", "sea.png.exe", "sea", "sea.html", "sea.svg"])
def test_a_name_that_is_no_picture_s_is_saved_and_not_opened(
    page: conversation_page.ConversationPage,
    client: MemoryClient,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    started: list[QUrl],
    tmp_path: Path,
    name: str,
) -> None:
    assert not may_be_opened(tmp_path / name)
    monkeypatch.setattr(dialogs, "choose_place", lambda *_: str(tmp_path / name))
    message = with_picture()
    client.add(message)
    page.message_deeds.do(MessageAction.PICTURE_OPEN, message, "")
    opened(qtbot, page).open_wanted.emit()
    client.emit(FileSaved(MARA, message.row, message.id, tmp_path / name))
    assert started == []
    assert name in page.failure.words.text()


def test_nothing_is_saved_or_opened_without_a_place(
    page: conversation_page.ConversationPage,
    client: MemoryClient,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    started: list[QUrl],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(dialogs, "choose_place", lambda *_: "")
    message = with_picture()
    client.add(message)
    page.message_deeds.do(MessageAction.PICTURE_OPEN, message, "")
    opened(qtbot, page).open_wanted.emit()
    client.emit(FileSaved(MARA, message.row, message.id, tmp_path / "sea.png"))
    assert client.of(AcceptFile) == []
    assert started == []


def test_one_of_ours_offers_no_file(
    page: conversation_page.ConversationPage, client: MemoryClient, qtbot: QtBot
) -> None:
    client.add(with_picture(own=True))
    page.message_deeds.do(MessageAction.PICTURE_OPEN, with_picture(own=True), "")
    dialog = opened(qtbot, page)
    assert not hasattr(dialog, "open_button")
    dialog.reject()


def test_its_pixels_are_copied_and_forgotten_with_the_lock(
    page: conversation_page.ConversationPage, client: MemoryClient, qtbot: QtBot
) -> None:
    client.add(with_picture())
    page.message_deeds.do(MessageAction.PICTURE_COPY, with_picture(), "")
    assert client.of(ReadPicture) == [ReadPicture(1001)]
    assert page.attachments._copier is not None
    page.attachments._copier.loaded.emit(flag())
    assert QGuiApplication.clipboard().image().size() == QSize(120, 60)
    client.emit(Locked(frozenset({"passphrase"})))  # empties it where Hum owns it
    QGuiApplication.clipboard().clear()
    page.attachments._copier.loaded.emit(flag())  # came too late
    assert QGuiApplication.clipboard().image().isNull()


def test_the_menu_of_a_picture(qtbot: QtBot) -> None:
    menu, other = MessageMenu(with_picture()), MessageMenu(with_picture(size=None))
    words = [entry.text() for entry in menu.actions()]
    assert words[:3] == ["Show the picture…", "Copy the picture", "Save as…"]
    assert "Show the picture…" not in [entry.text() for entry in other.actions()]


# -- what was read ---------------------------------------------------------------------------------


def test_read_is_said_beside_delivered(
    page: conversation_page.ConversationPage,
    client: MemoryClient,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, words, _widget: said.append(words))
    message = replace(make_message(1001, 1, "hello", own=True), read_at=1_790_000_000_000)
    assert state_sentence(message, "Mara") == "Read: Mara’s computer said so"
    assert "read" in footer_words(message)
    assert "read" not in footer_words(make_message(1001, 1, "hello", own=True))
    client.add(message)
    view, index = page.view, page.model.index(page.model.rowCount() - 1)
    qtbot.waitUntil(lambda: view.visualRect(index).isValid())
    at = view.painter_delegate.bubble(index).icon_at.center().toPoint()
    at += view.visualRect(index).topLeft()
    event = QHelpEvent(QEvent.Type.ToolTip, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    assert len(said) == 1
    assert "Mara" in said[0]
    QApplication.sendEvent(view.viewport(), QHelpEvent(event.type(), QPoint(1, 1), QPoint(1, 1)))
    assert len(said) == 1
    assert view.painter_delegate.on_state(index, QPointF(-5, -5)) is False


@pytest.mark.parametrize("agreed", [True, False])
def test_telling_what_was_read_is_asked_about_and_off_again_without_a_question(
    page: conversation_page.ConversationPage,
    client: MemoryClient,
    monkeypatch: pytest.MonkeyPatch,
    agreed: bool,
) -> None:
    monkeypatch.setattr(dialogs, "confirm_receipts", lambda *_: agreed)
    assert not page.header.receipts.isChecked()
    page.header.receipts.trigger()
    assert client.of(SetReceipts) == ([SetReceipts(MARA, True)] if agreed else [])
    assert page.header.receipts.isChecked() is agreed
    if agreed:
        client.emit(ContactChanged(make_contact(1, "Mara", receipts=True)))
        assert page.header.receipts.isChecked()
        page.header.receipts.trigger()
        assert client.of(SetReceipts)[-1] == SetReceipts(MARA, False)


def test_the_timeline_says_whose_word_it_is(qtbot: QtBot) -> None:
    steps = ((TimelineStep.WRITTEN, 1), (TimelineStep.READ, 5_000))
    said = _texts(TimelineDialog(steps))
    assert any("Read, as the contact's computer says" in words for words in said)
    assert not any("Nothing here says" in words for words in said)
    assert any("Nothing here says" in words for words in _texts(TimelineDialog(steps[:1])))


def _texts(dialog: TimelineDialog) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in dialog.findChildren(QLabel)]


def test_small_pictures_without_a_question_are_a_setting(
    qtbot: QtBot, client: MemoryClient
) -> None:
    dialog = SettingsDialog(client, NODE, {}, None)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    box = dialog.general_section.pictures_box
    assert not box.isChecked()
    box.click()
    assert client.of(SetInlinePictures) == [SetInlinePictures(True)]
