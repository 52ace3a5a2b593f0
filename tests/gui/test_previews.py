"""Pictures come from memory, from the database, or once from the process."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hostile_pictures import RED, encoded, flag, png
from memory_history import make_message
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from messenger.core.errors import LockedError, MessengerError, NotAllowedError, StoreError
from messenger.core.picture_header import MAX_PREVIEW_LEN
from messenger.core.types import FileInfo, FileState, Message
from messenger.engine.commands import Command, GetPreview, KeepPreview, ReadPicture
from messenger.engine.events import MessageAdded, MessageRemoved, Reply
from messenger.gui import picture_work, previews
from messenger.gui.picture_limits import PictureProblem
from messenger.gui.previews import ROOM, Previews

SIZE = QSize(120, 60)


class Engine(QObject):
    """Keeps previews and pictures; answers when a test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[int, bytes | None] = {}
        self.files: dict[int, bytes] = {}
        self.error: MessengerError | None = None
        self.asked: list[Command] = []
        self._open: list[tuple[int, Command, Callable[[Reply], None]]] = []

    def send(self, command: Command) -> None:
        self.asked.append(command)
        if isinstance(command, KeepPreview):
            self.kept[command.row] = command.preview

    def request(self, command: Command, receiver: Callable[[Reply], None]) -> int:
        self.asked.append(command)
        self._open.append((len(self.asked), command, receiver))
        return len(self.asked)

    def answer(self) -> None:
        """Answer what is asked, until nothing is."""
        while self._open:
            number, command, receiver = self._open.pop(0)
            match command:
                case _ if self.error is not None:
                    receiver(Reply(number, error=self.error))
                case GetPreview(row):
                    receiver(Reply(number, self.kept.get(row)))
                case ReadPicture(row) if row in self.files:
                    receiver(Reply(number, self.files[row]))
                case _:
                    receiver(Reply(number, error=NotAllowedError("not here")))

    def of(self, kind: type) -> list[Command]:
        return [command for command in self.asked if isinstance(command, kind)]


def with_picture(row: int, *, own: bool = False, size: tuple[int, int] = (120, 60)) -> Message:
    file = FileInfo(5_000, "image/png", FileState.DONE, None, size)
    return replace(make_message(row, 1, "sea.png", own=own), file=file)


@pytest.fixture
def engine(qapp: object) -> Engine:
    return Engine()


@pytest.fixture
def pictures(engine: Engine) -> Previews:
    return Previews(engine)


def painted(
    qtbot: QtBot, engine: Engine, pictures: Previews, row: int, size: QSize = SIZE
) -> QImage | None:
    """Wish for a picture as painting does, until it is there or given up."""
    message = with_picture(row)
    if pictures.picture(message, size, 1.0) is None:
        with qtbot.waitSignal(pictures.ready, timeout=20_000):
            engine.answer()
    return pictures.picture(message, size, 1.0)


def colour_at(image: QImage, x: int, y: int) -> tuple[int, int, int]:
    red, green, blue, _ = QColor(image.pixel(x, y)).getRgb()
    return red // 128, green // 128, blue // 128


def test_the_first_time_it_is_made_small_in_the_process_and_kept(
    qtbot: QtBot, engine: Engine, pictures: Previews
) -> None:
    engine.files[1] = encoded(flag(1_440, 720), "png")
    image = painted(qtbot, engine, pictures, 1)
    assert image is not None
    assert image.size() == SIZE
    assert colour_at(image, 20, 10) == (1, 0, 0)
    assert colour_at(image, 100, 10) == (0, 1, 0)
    assert image.pixelColor(0, 0).alpha() < 128  # a round corner
    kept = engine.kept[1]
    assert kept is not None
    assert kept[:3] == b"\xff\xd8\xff"
    assert picture_work.decoded(kept).size() == QSize(720, 360)


def test_later_it_is_read_and_no_process_starts(
    qtbot: QtBot, engine: Engine, pictures: Previews
) -> None:
    engine.kept[1] = picture_work.encoded(flag())
    assert painted(qtbot, engine, pictures, 1) is not None
    assert engine.of(ReadPicture) == []
    assert engine.of(KeepPreview) == []
    before = len(engine.asked)
    assert pictures.picture(with_picture(1), SIZE, 1.0) is not None
    assert len(engine.asked) == before  # held in memory


def test_in_another_size_it_is_shown_at_once_and_made_anew(
    qtbot: QtBot, engine: Engine, pictures: Previews
) -> None:
    engine.kept[1] = picture_work.encoded(flag())
    painted(qtbot, engine, pictures, 1)
    wider = QSize(240, 120)
    old = pictures.picture(with_picture(1), wider, 2.0)
    assert old is not None
    assert old.size() == SIZE
    with qtbot.waitSignal(pictures.ready, timeout=20_000):
        engine.answer()
    new = pictures.picture(with_picture(1), wider, 2.0)
    assert new is not None
    assert (new.size(), new.devicePixelRatio()) == (wider, 2.0)


@pytest.mark.parametrize("data", [b"<svg/>", png(300, 300)[:60], encoded(flag(), "png")[:50]])
def test_what_does_not_decode_is_a_file_from_then_on(
    qtbot: QtBot, engine: Engine, pictures: Previews, data: bytes
) -> None:
    engine.files[1] = data
    assert painted(qtbot, engine, pictures, 1) is None
    assert engine.of(KeepPreview) == [KeepPreview(1, None)]
    assert not pictures.busy
    asked = len(engine.asked)
    assert pictures.picture(with_picture(1), SIZE, 1.0) is None
    assert len(engine.asked) == asked  # not tried again in this run
    engine.kept[2] = picture_work.encoded(flag())
    assert painted(qtbot, engine, pictures, 2) is not None


def test_a_busy_computer_condemns_no_picture(
    qtbot: QtBot, engine: Engine, pictures: Previews, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.files[1] = encoded(flag(), "png")
    pictures.picture(with_picture(1), SIZE, 1.0)
    with qtbot.waitSignal(pictures.ready, timeout=20_000):
        engine.answer()
        pictures._thumbnailer().cancel()
        pictures._on_problem(PictureProblem.TIMEOUT)
    assert engine.of(KeepPreview) == []


@pytest.mark.parametrize(
    ("error", "condemned"), [(NotAllowedError("gone"), True), (StoreError("busy"), False)]
)
def test_bytes_that_are_gone_are_not_asked_for_for_ever(
    engine: Engine, pictures: Previews, error: MessengerError, condemned: bool
) -> None:
    pictures.picture(with_picture(1), SIZE, 1.0)
    engine.error = error
    engine.answer()
    assert engine.of(KeepPreview) == ([KeepPreview(1, None)] if condemned else [])


def test_a_lock_is_no_fault_of_a_picture(qtbot: QtBot, engine: Engine, pictures: Previews) -> None:
    for row in (1, 2):
        pictures.picture(with_picture(row), SIZE, 1.0)
    engine.error = LockedError("locked")
    engine.answer()
    assert engine.of(KeepPreview) == []
    assert not pictures.busy
    engine.error = None
    engine.kept[1] = picture_work.encoded(flag())
    assert painted(qtbot, engine, pictures, 1) is not None


def test_what_was_wished_for_last_comes_first_and_old_wishes_are_dropped(
    engine: Engine, pictures: Previews, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "MAX_QUEUED", 3)
    for row in range(1, 8):
        pictures.picture(with_picture(row), SIZE, 1.0)
    engine.answer()  # nothing is here: one after the other is given up
    order = [command.row for command in engine.of(GetPreview) if isinstance(command, GetPreview)]
    assert order == [1, 7, 6, 5]


def test_memory_is_bounded(
    qtbot: QtBot, engine: Engine, pictures: Previews, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = 4 * SIZE.width() * SIZE.height()
    monkeypatch.setattr(previews, "MAX_HELD_LEN", 3 * one)
    for row in range(1, 7):
        engine.kept[row] = picture_work.encoded(flag())
        painted(qtbot, engine, pictures, row)
    assert pictures.held_len == 3 * one


def test_nothing_is_left_when_hum_is_locked_or_a_message_goes(
    qtbot: QtBot, engine: Engine, pictures: Previews
) -> None:
    for row in (1, 2):
        engine.kept[row] = picture_work.encoded(flag())
        painted(qtbot, engine, pictures, row)
    message = with_picture(1)
    pictures.follow(MessageRemoved(message.contact, message.row, message.id))
    assert pictures.held_len == 4 * SIZE.width() * SIZE.height()
    engine.files[3] = encoded(flag(), "png")
    pictures.picture(with_picture(3), SIZE, 1.0)
    engine.answer()  # the process is at work
    pictures.forget()
    assert pictures.held_len == 0
    assert not pictures.busy
    with qtbot.assertNotEmitted(pictures.ready, wait=300):
        engine.answer()
    assert 3 not in engine.kept


def test_a_picture_of_ours_is_made_small_while_its_bytes_are_here(
    qtbot: QtBot, engine: Engine, pictures: Previews
) -> None:
    engine.files[1] = encoded(flag(), "png")
    pictures.follow(MessageAdded(with_picture(1)))  # theirs: when it is looked at
    assert engine.asked == []
    pictures.follow(MessageAdded(with_picture(1, own=True)))
    engine.answer()
    qtbot.waitUntil(lambda: 1 in engine.kept, timeout=20_000)
    assert pictures.held_len == 0
    pictures.follow(MessageAdded(make_message(2, 1, "words", own=True)))
    assert len(engine.of(GetPreview)) == 1


def test_it_can_go_away_while_it_works(qtbot: QtBot, engine: Engine) -> None:
    own = Previews(engine)
    engine.kept[1] = picture_work.encoded(flag(2_000, 2_000))
    own.picture(with_picture(1), ROOM, 1.0)
    engine.answer()
    with qtbot.waitSignal(own.destroyed):
        own.deleteLater()


# -- the work on pixels ----------------------------------------------------------------------------


def test_a_picture_one_can_see_through_is_kept_so(qapp: object) -> None:
    image = QImage(40, 20, QImage.Format.Format_RGBA8888)
    image.fill(QColor(0, 0, 255, 60))
    data = picture_work.encoded(image)
    assert data.startswith(b"\x89PNG")
    assert picture_work.decoded(data).pixelColor(5, 5).alpha() == 60


def test_one_that_compresses_badly_is_put_on_white(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_work, "MAX_PREVIEW_LEN", 10)
    image = QImage(40, 20, QImage.Format.Format_RGBA8888)
    image.fill(QColor(0, 0, 255, 0))
    again = picture_work.decoded(picture_work.encoded(image))
    assert again.pixelColor(5, 5).lightness() > 240


def test_a_small_copy_of_noise_is_not_too_long(qapp: object) -> None:
    import random

    noise = random.Random(1).randbytes(4 * ROOM.width() * ROOM.height())
    image = QImage(noise, ROOM.width(), ROOM.height(), QImage.Format.Format_RGBA8888)
    assert len(picture_work.encoded(image)) <= MAX_PREVIEW_LEN


@pytest.mark.parametrize("shape", [(1, 5_000), (5_000, 1), (1, 1), (300, 100)])
def test_any_shape_is_ready_in_the_size_that_was_wished_for(
    qapp: object, shape: tuple[int, int]
) -> None:
    image = QImage(*shape, QImage.Format.Format_RGB32)
    image.fill(QColor.fromRgba(RED))
    assert picture_work.ready_to_paint(image, QSize(96, 48), 2.0).size() == QSize(96, 48)


def test_what_is_decoded_is_only_what_we_encode(qapp: object) -> None:
    assert picture_work.decoded(b"<svg xmlns='http://www.w3.org/2000/svg'/>").isNull()
    assert picture_work.decoded(b"GIF89a").isNull()
