"""Pictures from strangers: read in a process of their own, refused in one word."""

import subprocess
import sys
import zlib
from pathlib import Path
from random import Random
from struct import pack

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QProcess, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from pytestqt.qtbot import QtBot

from messenger.gui import qr_reader_client
from messenger.gui.picture_limits import MAX_FILE_LEN, MAX_SIDE, PictureProblem
from messenger.gui.qr import qr_image
from messenger.gui.qr_reader import picture_format, read_codes
from messenger.gui.qr_reader_client import QrReaderClient, gray_bytes, parse_answer

ONE, TWO = "HUM:AEAQCAIBAEAQCAIB", "HUM:BEAQCAIBAEAQCAIB"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def reader(qapp: object) -> QrReaderClient:
    return QrReaderClient()


def ask_data(qtbot: QtBot, reader: QrReaderClient, data: bytes) -> list[str] | PictureProblem:
    return _first(qtbot, reader, lambda: reader.read_data(data))


def ask_file(qtbot: QtBot, reader: QrReaderClient, path: Path | str) -> list[str] | PictureProblem:
    return _first(qtbot, reader, lambda: reader.read_file(str(path)))


def _first(qtbot: QtBot, reader: QrReaderClient, ask: object) -> list[str] | PictureProblem:
    answers: list[list[str] | PictureProblem] = []
    reader.read.connect(answers.append)
    reader.failed.connect(answers.append)
    ask()
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    return answers[0]


def encoded(image: QImage, name: str, quality: int = -1) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, name, quality)
    return bytes(buffer.data().data())


def on_paper(*codes: QImage, size: int = 900) -> QImage:
    """Codes one below the other on a larger picture."""
    paper = QImage(size, size * max(1, len(codes)), QImage.Format.Format_RGB32)
    paper.fill(QColor("#cfd8d4"))
    painter = QPainter(paper)
    for row, code in enumerate(codes):
        left = (size - code.width()) // 2
        painter.drawImage(QPoint(left, row * size + (size - code.height()) // 2), code)
    painter.end()
    return paper


def noisy(image: QImage, seed: int) -> QImage:
    """A bad photograph: grey, with grain."""
    chance = Random(seed)
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    grain = bytes(
        max(0, min(255, 60 + value // 2 + chance.randrange(-28, 28))) for value in gray_bytes(gray)
    )
    width, height = gray.width(), gray.height()
    return QImage(grain, width, height, width, QImage.Format.Format_Grayscale8).copy()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be huge and costs 100 bytes."""
    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return PNG_HEAD + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND")


def _chunk(name: bytes, body: bytes = b"") -> bytes:
    return pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body))


def gif(image: QImage) -> bytes:
    """A GIF without compression: every code is a literal of 9 bits, with a clear in between."""
    gray = image.convertToFormat(QImage.Format.Format_Grayscale8)
    bits, count, out = 0, 0, bytearray()
    codes = [256]
    for number, value in enumerate(gray_bytes(gray)):
        if number % 200 == 199:
            codes.append(256)
        codes.append(value)
    for code in [*codes, 257]:
        bits |= code << count
        count += 9
        while count >= 8:
            out.append(bits & 0xFF)
            bits >>= 8
            count -= 8
    out.append(bits)
    size = pack("<HH", gray.width(), gray.height())
    blocks = b"".join(
        bytes([len(out[at : at + 255])]) + out[at : at + 255] for at in range(0, len(out), 255)
    )
    palette = b"".join(bytes([value] * 3) for value in range(256))
    return (
        b"GIF89a" + size + b"\xf7\x00\x00" + palette
        + b"\x2c\x00\x00\x00\x00" + size + b"\x00\x08" + blocks + b"\x00\x3b"
    )  # fmt: skip


# -- what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["png", "jpg", "webp", "bmp"])
def test_every_format_is_read(qtbot: QtBot, reader: QrReaderClient, name: str) -> None:
    data = encoded(on_paper(qr_image(ONE)), name)
    assert ask_data(qtbot, reader, data) == [ONE]


def test_the_first_frame_of_a_gif_is_read(qtbot: QtBot, reader: QrReaderClient) -> None:
    assert ask_data(qtbot, reader, gif(qr_image(ONE, module=4))) == [ONE]


def test_a_file_is_read(qtbot: QtBot, reader: QrReaderClient, tmp_path: Path) -> None:
    path = tmp_path / "ein Bild (1) ✓.png"
    path.write_bytes(encoded(qr_image(ONE), "png"))
    assert ask_file(qtbot, reader, path) == [ONE]


def test_pixels_of_the_screen_are_read(qtbot: QtBot, reader: QrReaderClient) -> None:
    image = on_paper(qr_image(ONE), size=701)  # rows with padding
    assert _first(qtbot, reader, lambda: reader.read_pixels(image)) == [ONE]


@pytest.mark.parametrize("angle", [7, 45, 90, 180, 263])
def test_a_turned_code_is_found(qapp: object, angle: int) -> None:
    turn = QTransform().rotate(angle)
    smooth = Qt.TransformationMode.SmoothTransformation
    assert read_codes(on_paper(qr_image(ONE).transformed(turn, smooth))) == [ONE]


@pytest.mark.parametrize("side", [90, 160, 1400])
def test_a_scaled_code_is_found(qapp: object, side: int) -> None:
    smooth = Qt.TransformationMode.SmoothTransformation
    code = qr_image(ONE).scaledToWidth(side, smooth)
    assert read_codes(on_paper(code, size=side + 300)) == [ONE]


def test_an_inverted_code_is_found(qapp: object) -> None:
    code = qr_image(ONE)
    code.invertPixels()
    assert read_codes(on_paper(code)) == [ONE]


@pytest.mark.parametrize("seed", range(3))
def test_a_bad_photograph_is_read(qtbot: QtBot, reader: QrReaderClient, seed: int) -> None:
    data = encoded(noisy(on_paper(qr_image(ONE)), seed), "jpg", quality=20)
    assert ask_data(qtbot, reader, data) == [ONE]


def test_both_of_two_codes_are_reported(qtbot: QtBot, reader: QrReaderClient) -> None:
    data = encoded(on_paper(qr_image(ONE), qr_image(TWO)), "png")
    found = ask_data(qtbot, reader, data)
    assert isinstance(found, list)
    assert sorted(found) == [ONE, TWO]


def test_the_same_code_twice_is_one_text(qapp: object) -> None:
    assert read_codes(on_paper(qr_image(ONE), qr_image(ONE))) == [ONE]


# -- what is refused ------------------------------------------------------------------------------


def test_a_picture_without_a_code(qtbot: QtBot, reader: QrReaderClient) -> None:
    assert ask_data(qtbot, reader, encoded(on_paper(), "png")) is PictureProblem.NO_CODE


@pytest.mark.parametrize(
    ("width", "height"), [(20_000, 20_000), (MAX_SIDE + 1, 1), (8_000, 8_000), (2**31 - 1, 1)]
)
def test_a_header_that_claims_too_much_is_refused_before_any_pixel(
    qtbot: QtBot, reader: QrReaderClient, width: int, height: int
) -> None:
    assert ask_data(qtbot, reader, png_header(width, height)) in {
        PictureProblem.TOO_LARGE,
        PictureProblem.DAMAGED,  # a size that PNG itself does not allow
    }


def test_a_bomb_of_20000_by_20000_is_too_large(qtbot: QtBot, reader: QrReaderClient) -> None:
    assert ask_data(qtbot, reader, png_header(20_000, 20_000)) is PictureProblem.TOO_LARGE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"%PDF-1.7",
        b"hum:aeaqcaib",
        b"P5 2 2 255\n\x00\x00\x00\x00",  # a format that Qt reads and we do not
        b"II*\x00\x08\x00\x00\x00",
        PNG_HEAD[:-1],
    ],
)
def test_wrong_first_bytes_are_no_picture(
    qtbot: QtBot, reader: QrReaderClient, data: bytes
) -> None:
    assert ask_data(qtbot, reader, data) is PictureProblem.NOT_A_PICTURE


def test_an_svg_in_disguise_is_no_picture(
    qtbot: QtBot, reader: QrReaderClient, tmp_path: Path
) -> None:
    path = tmp_path / "code.png"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    )
    assert ask_file(qtbot, reader, path) is PictureProblem.NOT_A_PICTURE


@pytest.mark.parametrize("head", [PNG_HEAD, b"\xff\xd8\xff\xe0", b"GIF89a", b"BM", b"RIFF____WEBP"])
def test_garbage_after_the_right_first_bytes_is_damaged(
    qtbot: QtBot, reader: QrReaderClient, head: bytes
) -> None:
    garbage = Random(1).randbytes(2_000)
    assert ask_data(qtbot, reader, head + garbage) in {
        PictureProblem.DAMAGED,
        PictureProblem.TOO_LARGE,
    }


def test_a_file_that_is_too_long_is_not_even_opened(
    qtbot: QtBot, reader: QrReaderClient, tmp_path: Path
) -> None:
    path = tmp_path / "long.png"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_LEN + 1)
    assert ask_file(qtbot, reader, path) is PictureProblem.TOO_LARGE


@pytest.mark.parametrize(
    "path", ["/nowhere/code.png", "/dev/zero", "/", "//host/share/code.png", ""]
)
def test_what_is_no_file_of_this_computer_is_unreadable(
    qtbot: QtBot, reader: QrReaderClient, path: str
) -> None:
    assert ask_file(qtbot, reader, path) is PictureProblem.UNREADABLE


# -- when the process misbehaves ------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(3)",
        "print('[]')",
        "print('{\"texts\": [1]}')",
        'print(\'{"problem": "because"}\')',
        "import os; os.kill(os.getpid(), 9)",
        "import sys; sys.stdout.buffer.write(bytes(range(256)) * 9000)",
    ],
)
def test_a_process_that_breaks_its_word_counts_as_crashed(
    qtbot: QtBot, reader: QrReaderClient, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(qr_reader_client, "reader_command", lambda: [sys.executable, "-c", code])
    assert ask_data(qtbot, reader, b"anything") is PictureProblem.CRASHED


def test_a_process_that_cannot_start_counts_as_crashed(
    qtbot: QtBot, reader: QrReaderClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qr_reader_client, "reader_command", lambda: ["/nowhere/python"])
    assert ask_data(qtbot, reader, b"anything") is PictureProblem.CRASHED


def test_a_process_that_hangs_is_ended(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, qapp: object
) -> None:
    hang = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(qr_reader_client, "reader_command", lambda: hang)
    reader = QrReaderClient(deadline_ms=50)
    assert ask_data(qtbot, reader, b"anything") is PictureProblem.TIMEOUT
    assert not reader.busy


def test_it_can_go_away_while_a_picture_is_read(qtbot: QtBot, qapp: object) -> None:
    reader = QrReaderClient()
    reader.read_data(encoded(qr_image(ONE), "png"))
    process = reader.findChild(QProcess)
    with qtbot.waitSignal(process.destroyed, timeout=20_000):  # a warning would fail the test
        reader.cancel()
        del reader


def test_a_new_picture_replaces_the_old_one(qtbot: QtBot, reader: QrReaderClient) -> None:
    reader.read_data(encoded(qr_image(ONE), "png"))
    assert ask_data(qtbot, reader, encoded(qr_image(TWO), "png")) == [TWO]


def test_nothing_is_said_of_a_cancelled_picture(qtbot: QtBot, reader: QrReaderClient) -> None:
    reader.read_data(encoded(qr_image(ONE), "png"))
    with qtbot.assertNotEmitted(reader.read, wait=600), qtbot.assertNotEmitted(reader.failed):
        reader.cancel()
        assert not reader.busy


@pytest.mark.parametrize(
    "output", [b"", b"null", b'{"texts": []}', b'{"texts": "x"}', b"\xff", b"{"]
)
def test_only_what_the_reader_may_say_is_believed(output: bytes) -> None:
    assert parse_answer(output) is PictureProblem.CRASHED


def test_the_formats_are_told_by_their_first_bytes() -> None:
    assert picture_format(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == b"webp"
    assert picture_format(b"WEBP") is None


# -- the limits ------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize(
    "deed",
    [
        "bytearray(3 << 30)",
        "open('written', 'wb', buffering=0).write(b'x' * 10)",
    ],
)
def test_the_process_may_not(deed: str, tmp_path: Path) -> None:
    code = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from messenger.gui.picture_child import limit_this_process as limit\n"
        f"limit()\ntry:\n    {deed}\nexcept (MemoryError, OSError):\n    print('refused')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.stdout == "refused\n", done.stderr
    assert not (tmp_path / "written").exists() or not (tmp_path / "written").stat().st_size
