"""Where QR codes come from: clipboard, a region of the screen, a camera that may not exist."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPixmap, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot
from test_qr_reader import ONE, TWO, encoded, on_paper

from messenger.gui.dialogs import camera, code_source, screen_region
from messenger.gui.dialogs.camera import CameraDialog, camera_module
from messenger.gui.dialogs.code_source import CodeSource
from messenger.gui.dialogs.screen_region import RegionOverlay, ScreenRegion
from messenger.gui.picture_limits import PictureProblem
from messenger.gui.qr import qr_image


class Home(QWidget):
    """A window that remembers whether it can be seen; offscreen knows no opacity."""

    def __init__(self) -> None:
        super().__init__()
        self.opacities: list[float] = []

    def setWindowOpacity(self, level: float) -> None:
        self.opacities.append(level)


@pytest.fixture
def home(qtbot: QtBot) -> Home:
    window = Home()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def source(home: Home) -> CodeSource:
    return CodeSource(home, lambda text: text.startswith("HUM:"), "a link of Hum")


# -- what a picture may hold -----------------------------------------------------------------------


def test_two_links_in_one_picture_are_not_chosen_between(qtbot: QtBot, source: CodeSource) -> None:
    with qtbot.waitSignal(source.failed, timeout=20_000) as failed:
        source._on_pixels(on_paper(qr_image(ONE), qr_image(TWO)))
    assert "2 QR codes" in failed.args[0]


def test_a_link_beside_another_code_is_taken(qtbot: QtBot, source: CodeSource) -> None:
    with qtbot.waitSignal(source.found, timeout=20_000) as found:
        source._on_pixels(on_paper(qr_image(ONE), qr_image("WIFI:S:CAFE;;")))
    assert found.args == [ONE]


def test_another_code_alone_is_named(qtbot: QtBot, source: CodeSource) -> None:
    with qtbot.waitSignal(source.failed, timeout=20_000) as failed:
        source._on_pixels(qr_image("HTTPS://EXAMPLE.ORG"))
    assert "not a link of Hum" in failed.args[0]


@pytest.mark.parametrize("problem", PictureProblem)
def test_every_problem_has_a_sentence(
    qtbot: QtBot, source: CodeSource, problem: PictureProblem
) -> None:
    with qtbot.waitSignal(source.failed) as failed:
        source._on_failed(problem)
    assert failed.args[0].endswith(".")
    assert "{" not in failed.args[0]


# -- clipboard -------------------------------------------------------------------------------------


def test_an_encoded_picture_on_the_clipboard_is_not_decoded_here(
    qtbot: QtBot, source: CodeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    monkeypatch.setattr(source.reader, "read_data", read.append)
    mime = QMimeData()
    mime.setData("image/png", encoded(qr_image(ONE), "png"))
    QGuiApplication.clipboard().setMimeData(mime)
    source.paste()
    assert read == [encoded(qr_image(ONE), "png")]


def test_text_on_the_clipboard_is_taken_as_it_is(qtbot: QtBot, source: CodeSource) -> None:
    QGuiApplication.clipboard().setText(" hum:abc ")
    with qtbot.waitSignal(source.found) as found:
        source.paste()
    assert found.args == ["hum:abc"]


def test_an_empty_clipboard_is_said(qtbot: QtBot, source: CodeSource) -> None:
    QGuiApplication.clipboard().clear()
    with qtbot.waitSignal(source.failed) as failed:
        source.paste()
    assert "no text and no picture" in failed.args[0]


# -- the screen ------------------------------------------------------------------------------------


def screen_picture() -> QPixmap:
    return QPixmap.fromImage(on_paper(qr_image(ONE), size=800))


@pytest.fixture
def overlay(qtbot: QtBot) -> RegionOverlay:
    overlay = RegionOverlay(screen_picture())
    qtbot.addWidget(overlay)
    overlay.resize(400, 400)  # a screen with two device pixels a pixel
    overlay.show()
    return overlay


def drag(overlay: RegionOverlay, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(overlay, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(overlay, end)
    QTest.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=end)


def test_the_frame_is_cut_out_in_device_pixels(qtbot: QtBot, overlay: RegionOverlay) -> None:
    with qtbot.waitSignal(overlay.picked) as picked:
        drag(overlay, QPoint(350, 350), QPoint(150, 100))  # upwards, to the left
    image: QImage = picked.args[0]
    assert image.width() == 400
    assert image.height() == 500


def test_a_mere_click_takes_nothing(qtbot: QtBot, overlay: RegionOverlay) -> None:
    with qtbot.assertNotEmitted(overlay.picked):
        drag(overlay, QPoint(100, 100), QPoint(103, 103))


def test_enter_takes_all_and_escape_nothing(qtbot: QtBot, overlay: RegionOverlay) -> None:
    with qtbot.waitSignal(overlay.picked) as picked:
        QTest.keyClick(overlay, Qt.Key.Key_Return)
    assert picked.args[0].width() == 800
    with qtbot.waitSignal(overlay.cancelled):
        QTest.keyClick(overlay, Qt.Key.Key_Escape)


def test_a_region_of_the_screen_is_read(
    qtbot: QtBot, source: CodeSource, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QScreen, "grabWindow", lambda *_: screen_picture())
    monkeypatch.setattr(screen_region, "HIDE_MS", 0)
    region = source.screen_region
    region.start()
    assert home.opacities == [0.0]
    qtbot.waitUntil(lambda: bool(region.overlays))
    assert home.opacities == [0.0, 1.0]
    with qtbot.waitSignal(source.found, timeout=20_000) as found:
        QTest.keyClick(region.overlays[0], Qt.Key.Key_Return)
    assert found.args == [ONE]
    assert region.overlays == []


@pytest.mark.parametrize("platform", ["wayland", "offscreen"])
def test_a_desktop_that_forbids_it_is_named(
    qtbot: QtBot, source: CodeSource, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(QScreen, "grabWindow", lambda *_: QPixmap())
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)
    monkeypatch.setattr(screen_region, "HIDE_MS", 0)
    with qtbot.waitSignal(source.failed) as failed:
        source.screen_region.start()
    assert "screenshot" in failed.args[0]


def test_the_window_is_never_left_invisible(
    qtbot: QtBot, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QScreen, "grabWindow", lambda *_: QPixmap())
    monkeypatch.setattr(screen_region, "HIDE_MS", 0)
    region = ScreenRegion(home)
    with qtbot.waitSignal(region.forbidden):
        region.start()
    assert home.opacities == [0.0, 1.0]


@pytest.mark.parametrize("closed_first", [True, False], ids=["before", "after"])
def test_the_picture_of_the_screen_goes_with_the_window(
    qtbot: QtBot, home: Home, monkeypatch: pytest.MonkeyPatch, closed_first: bool
) -> None:
    grabbed: list[int] = []

    def grab(*_: object) -> QPixmap:
        grabbed.append(1)
        return screen_picture()

    monkeypatch.setattr(QScreen, "grabWindow", grab)
    monkeypatch.setattr(screen_region, "HIDE_MS", 0)
    region = ScreenRegion(home)
    region.start()
    if closed_first:
        home.close()
        later = QTimer(home, singleShot=True, interval=1)
        with qtbot.waitSignal(later.timeout):  # comes behind what waited for 0 ms
            later.start()
        assert not grabbed
    else:
        qtbot.waitUntil(lambda: bool(region.overlays))
        assert [overlay.isVisible() for overlay in region.overlays] == [True]
        held = list(region.overlays)
        home.close()
        assert [overlay.isVisible() for overlay in held] == [False]
    assert region.overlays == []
    assert home.opacities == [0.0, 1.0]


def test_a_page_of_a_dialog_hides_all_of_it(
    qtbot: QtBot, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QScreen, "grabWindow", lambda *_: screen_picture())
    monkeypatch.setattr(screen_region, "HIDE_MS", 0)
    region = ScreenRegion(QWidget(home))
    region.start()
    qtbot.waitUntil(lambda: bool(region.overlays))
    assert home.opacities == [0.0, 1.0]
    QTest.keyClick(region.overlays[0], Qt.Key.Key_Escape)


# -- the camera ------------------------------------------------------------------------------------


class FakeSink(QObject):
    videoFrameChanged = Signal(object)  # noqa: N815  Qt's name


class FakeCamera(QObject):
    running = False

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False


class FakeSession(QObject):
    def setCamera(self, camera: FakeCamera) -> None:
        self.camera = camera

    def setVideoSink(self, sink: FakeSink) -> None:
        self.sink = sink


def fake_multimedia(*cameras: str) -> ModuleType:
    return SimpleNamespace(
        QVideoSink=FakeSink,
        QCamera=FakeCamera,
        QMediaCaptureSession=FakeSession,
        QMediaDevices=SimpleNamespace(videoInputs=lambda: list(cameras)),
    )


def install(monkeypatch: pytest.MonkeyPatch, load: Callable[[], object] | None) -> None:
    """Let QtMultimedia be missing (None) or be what ``load`` returns."""
    spec = None if load is None else object()
    fake = SimpleNamespace(
        util=SimpleNamespace(find_spec=lambda _name: spec),
        import_module=lambda _name: load() if load else None,
    )
    monkeypatch.setattr(camera, "importlib", fake)


def camera_button(source: CodeSource) -> QPushButton:
    row = source.make_buttons()
    row.setParent(source._window)
    (button,) = (b for b in row.findChildren(QPushButton) if b.text() == "Camera…")
    return button


@pytest.mark.parametrize("installed", [None, fake_multimedia], ids=["no module", "no camera"])
def test_without_a_camera_the_button_says_so_and_what_to_do(
    qtbot: QtBot,
    source: CodeSource,
    monkeypatch: pytest.MonkeyPatch,
    installed: Callable[[], object] | None,
) -> None:
    install(monkeypatch, installed)
    assert camera_module() is None
    with qtbot.waitSignal(source.failed) as failed:
        camera_button(source).click()
    assert "no camera" in failed.args[0]
    assert "another device" in failed.args[0]


def test_a_broken_qtmultimedia_is_no_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ImportError("libpulse.so.0")

    install(monkeypatch, fail)
    assert camera_module() is None


def test_with_a_camera_the_button_shows_its_picture(
    source: CodeSource, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, lambda: fake_multimedia("front"))
    camera_button(source).click()
    (dialog,) = home.findChildren(CameraDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_a_code_before_the_camera_is_read(qtbot: QtBot) -> None:
    dialog = CameraDialog(fake_multimedia("front"), None)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog._camera.running
    blank = QImage(320, 240, QImage.Format.Format_RGB32)
    blank.fill(QColor("grey"))
    with qtbot.waitSignal(dialog._reader.failed, timeout=20_000):
        dialog._sink.videoFrameChanged.emit(SimpleNamespace(toImage=lambda: blank))
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.found, timeout=20_000) as found:
        dialog._sink.videoFrameChanged.emit(SimpleNamespace(toImage=lambda: qr_image(ONE)))
    assert found.args == [[ONE]]
    assert not dialog._camera.running
    assert not dialog.isVisible()


def test_closing_the_camera_stops_it(qtbot: QtBot) -> None:
    dialog = CameraDialog(fake_multimedia("front"), None)
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog._camera.running


def test_a_camera_that_was_unplugged_is_said(
    qtbot: QtBot, source: CodeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_source, "camera_module", lambda: None)
    with qtbot.waitSignal(source.failed) as failed:
        source.open_camera()
    assert "no camera" in failed.args[0]
