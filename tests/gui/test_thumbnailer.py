"""Pictures of others are decoded in a process that cannot hurt anybody, or not at all."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hostile_pictures import (
    BLUE,
    GREEN,
    PNG_HEAD,
    RED,
    chunk,
    encoded,
    flag,
    gif_of_frames,
    jpeg_with_profile,
    lying_png,
    png,
    turned_jpeg,
    zipped_bomb,
)
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QColorSpace, QImage
from pytestqt.qtbot import QtBot

from messenger.gui import thumbnail_client
from messenger.gui.picture_child import PictureError
from messenger.gui.picture_limits import MAX_FILE_LEN, PictureProblem
from messenger.gui.thumbnail_client import Thumbnail, ThumbnailClient, parse_thumbnail
from messenger.gui.thumbnail_format import THUMB_HEAD, THUMB_MARK
from messenger.gui.thumbnailer import checked, encode_thumbnail, thumbnail_of

ROOM = QSize(720, 560)
ROOT = Path(__file__).parents[2]


def in_process(data: bytes) -> Thumbnail | PictureProblem:
    """Ask the real process, as the window does but without waiting in an event loop."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "messenger.gui.thumbnailer", "720", "560"],
        input=data,
        capture_output=True,
        check=False,
        timeout=60,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return parse_thumbnail(done.stdout, ROOM)


def here(data: bytes, room: QSize = ROOM) -> QImage:
    """Do in this process what that one does, for pictures of our own."""
    thumbnail = parse_thumbnail(encode_thumbnail(thumbnail_of(*checked(data), room)), room)
    assert isinstance(thumbnail, Thumbnail)
    return thumbnail.image()


def near(image: QImage, x: int, y: int, wanted: int) -> bool:
    found, colour = QColor(image.pixel(x, y)), QColor(wanted)
    pairs = zip(found.getRgb()[:3], colour.getRgb()[:3], strict=True)
    return all(abs(one - other) < 40 for one, other in pairs)


# -- what is shown ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["png", "jpg", "webp"])
def test_a_small_picture_keeps_its_size_and_its_colours(qapp: object, name: str) -> None:
    image = here(encoded(flag(), name))
    assert image.size() == QSize(120, 60)
    assert near(image, 10, 10, RED)
    assert near(image, 110, 10, GREEN)
    assert near(image, 60, 50, BLUE)


@pytest.mark.parametrize(
    ("size", "small"),
    [((1440, 1120), (720, 560)), ((4000, 10), (720, 1)), ((10, 4000), (1, 560))],
)
def test_a_large_picture_is_made_small_in_its_own_shape(
    qapp: object, size: tuple[int, int], small: tuple[int, int]
) -> None:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor.fromRgba(RED))
    for name in ("png", "jpg"):
        assert here(encoded(image, name)).size() == QSize(*small)


def test_what_can_be_seen_through_stays_so(qapp: object) -> None:
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(QColor(255, 0, 0, 100))
    assert here(encoded(image, "png")).pixelColor(5, 5).alpha() == 100


@pytest.mark.parametrize(
    ("orientation", "corners"),
    [  # what stands at the upper left and at the lower right
        (1, (RED, BLUE)),
        (2, (GREEN, BLUE)),
        (3, (BLUE, RED)),
        (4, (BLUE, GREEN)),
        (5, (RED, BLUE)),
        (6, (BLUE, GREEN)),
        (7, (BLUE, RED)),
        (8, (GREEN, BLUE)),
    ],
)
def test_a_picture_is_turned_as_it_says(
    qapp: object, orientation: int, corners: tuple[int, int]
) -> None:
    image = here(turned_jpeg(orientation))
    assert image.size() == (QSize(120, 60) if orientation < 5 else QSize(60, 120))
    assert near(image, 8, 8, corners[0])
    assert near(image, image.width() - 8, image.height() - 8, corners[1])


def test_a_large_picture_on_its_side_fits_when_it_stands(qapp: object) -> None:
    assert here(turned_jpeg(6, flag(2000, 1000))).size() == QSize(280, 560)


def test_colours_of_another_space_are_those_of_a_screen(qapp: object) -> None:
    image = flag()
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.DisplayP3))
    shown = here(encoded(image, "png"))
    assert near(shown, 10, 10, RED)
    assert not shown.colorSpace().isValid()


@pytest.mark.no_qt_log  # libraries complain of what is wrong
@pytest.mark.parametrize("profile", [b"", b"\0" * 200, Random(3).randbytes(60_000), b"\xff" * 128])
def test_a_profile_of_nonsense_changes_nothing(qapp: object, profile: bytes) -> None:
    assert near(here(jpeg_with_profile(profile)), 10, 10, RED)


# -- what is refused, in the real process ----------------------------------------------------------


def test_a_bomb_of_20000_by_20000_is_too_large() -> None:
    assert in_process(png(20_000, 20_000)) is PictureProblem.TOO_LARGE


def test_of_100000_frames_one_is_looked_at() -> None:
    found = in_process(gif_of_frames(100_000))
    assert isinstance(found, Thumbnail)
    assert (found.width, found.height) == (8, 8)
    assert near(found.image(), 4, 4, RED)


def test_pixels_that_inflate_beyond_the_picture_cost_nothing() -> None:
    found = in_process(lying_png(64, 64, 256 << 20))
    assert isinstance(found, Thumbnail)
    assert (found.width, found.height) == (64, 64)


@pytest.mark.parametrize(("kind", "name"), [(b"zTXt", b"Comment"), (b"iCCP", b"icc")])
def test_texts_and_profiles_that_inflate_are_left(kind: bytes, name: bytes) -> None:
    found = in_process(png(64, 64, zipped_bomb(kind, name, 64 << 20)))
    assert isinstance(found, Thumbnail | PictureProblem)
    assert found is not PictureProblem.TIMEOUT


def test_a_picture_that_needs_more_memory_than_it_gets_is_refused() -> None:
    assert in_process(png(16_000, 2_400, depth=16, colours=6)) is PictureProblem.DAMAGED


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", PictureProblem.NOT_A_PICTURE),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/>'
         b"</svg>", PictureProblem.NOT_A_PICTURE),
        (b"%PDF-1.7", PictureProblem.NOT_A_PICTURE),
        (PNG_HEAD + b"\0" * 60, PictureProblem.NOT_A_PICTURE),
        (b"GIF89a\x08\0\x08\0\0\0\0" + b"\x21\xf9", PictureProblem.DAMAGED),
        (b"GIF89a\x08\0\x08\0\0\0\0;", PictureProblem.DAMAGED),
        (png(50, 50)[:45], PictureProblem.DAMAGED),
    ],
    ids=["nothing", "svg", "pdf", "no header", "half an extension", "no frame", "cut off"],
)  # fmt: skip
def test_what_is_no_picture_is_refused(data: bytes, problem: PictureProblem) -> None:
    found = in_process(data) if data[:1] == b"<" else _problem_here(data)
    assert found is problem


@pytest.mark.parametrize(
    "magic",
    [
        *(b"\x7fELF\2\1\1", b"MZ\x90\0", b"#!/bin/sh\nrm", b"[Desktop Entry]\nExec=x", b"PK\3\4"),
        *(
            b"BM\x3a\0\0\0",
            b"II*\0\x08\0",
            b"MM\0*\0\0",
            b"\0\0\1\0\1\0",
            b"P6 9 9 255\n",
            b"8BPS\0\1",
        ),
        *(b"/* XPM */\nstatic", b"#define x_width 9\n", b"\0\0\0\x20ftypavif", b"\xff\x0a\xfa\x7f"),
        *(b"%!PS-Adobe", b"<html><img src=x>", b"\x1f\x8b\x08\0", b"\n\x89PNG\r\n\x1a\n"),
    ],
)
def test_neither_programs_nor_formats_off_the_list_are_decoded(magic: bytes) -> None:
    """Whatever decoders Qt has besides: they are not asked, and no name counts."""
    assert _problem_here(magic + bytes(600)) is PictureProblem.NOT_A_PICTURE


def _problem_here(data: bytes) -> PictureProblem:
    with pytest.raises(PictureError) as caught:
        thumbnail_of(*checked(data), ROOM)
    return caught.value.problem


@pytest.mark.no_qt_log
@pytest.mark.parametrize("name", ["png", "jpg", "webp"])
@pytest.mark.parametrize("seed", range(20))
def test_a_picture_that_was_damaged_is_shown_in_part_or_not_at_all(
    qapp: object, name: str, seed: int
) -> None:
    chance = Random(seed)
    data = bytearray(encoded(flag(200, 100), name))
    del data[chance.randrange(40, len(data)) :]
    for _ in range(chance.randrange(4)):
        data[chance.randrange(30, len(data))] ^= 1 << chance.randrange(8)
    try:
        side = here(bytes(data)).width()
    except PictureError as error:
        side = 0
        problem = error.problem
    assert 0 < side <= ROOM.width() or problem in {
        PictureProblem.DAMAGED,
        PictureProblem.TOO_LARGE,
        PictureProblem.NOT_A_PICTURE,
    }


# -- what the process may not ----------------------------------------------------------------------

_NOBODY = """
import os, sys
import json, resource, socket  # what lies where nobody may read
from messenger.gui import thumbnailer
from messenger.gui.picture_child import limit_this_process, load_decoder
load_decoder(sys.argv[1].encode())
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
"""
_LIMITED = """
limit_this_process(b"jpeg")
refused = []
def attempt(name, deed):
    try:
        deed()
    except (OSError, MemoryError):
        refused.append(name)
attempt("a file", lambda: open("/etc/passwd"))
attempt("a socket", socket.socket)
attempt("a pipe", os.pipe)
attempt("memory", lambda: bytearray(3 << 30))
attempt("a child", os.fork)
print(json.dumps(refused))
"""


def as_nobody(code: str, *arguments: str, data: bytes = b"") -> bytes:
    """Run something as a user without rights: root is not held by all limits."""
    return subprocess.run(
        [sys.executable, "-P", "-c", _NOBODY + code, *arguments],
        input=data,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        timeout=60,
    ).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_the_process_opens_nothing_any_more() -> None:
    refused = json.loads(as_nobody(_LIMITED, "jpeg"))
    assert refused == ["a file", "a socket", "a pipe", "memory", "a child"]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize("name", ["png", "jpeg", "webp"])
def test_a_large_picture_is_made_small_by_a_user_who_may_make_no_thread(name: str) -> None:
    """Qt divides such work among threads and would wait for ever for one that it cannot make."""
    image = QImage(3_000, 2_000, QImage.Format.Format_RGB32)
    image.fill(QColor.fromRgba(RED))
    code = "sys.exit(thumbnailer.main(sys.argv[2:]))"
    output = as_nobody(code, name, "720", "560", data=encoded(image, name, 60))
    found = parse_thumbnail(output, ROOM)
    assert isinstance(found, Thumbnail)
    assert found.width == 720


# -- a process that breaks its word ----------------------------------------------------------------


@pytest.fixture
def client(qapp: object) -> ThumbnailClient:
    return ThumbnailClient()


def ask(qtbot: QtBot, client: ThumbnailClient, data: bytes) -> Thumbnail | PictureProblem:
    answers: list[Thumbnail | PictureProblem] = []
    client.made.connect(answers.append)
    client.failed.connect(answers.append)
    client.make(data, ROOM)
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    client.made.disconnect(answers.append)
    client.failed.disconnect(answers.append)
    return answers[0]


@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(3)",
        "print('{}')",
        "import os; os.kill(os.getpid(), 11)",
        "import sys\nwhile True: sys.stdout.buffer.write(bytes(1 << 20))",
    ],
    ids=["says nothing", "says something else", "crashes", "never ends to speak"],
)
def test_one_that_breaks_its_word_is_replaced(
    qtbot: QtBot, client: ThumbnailClient, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(thumbnail_client, "thumbnailer_command", lambda: [sys.executable, "-c", code])
        assert ask(qtbot, client, b"anything") is PictureProblem.CRASHED
    assert isinstance(ask(qtbot, client, encoded(flag(), "png")), Thumbnail)


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)",
        "import sys, time; sys.stdout.buffer.write(b'HUM'); sys.stdout.flush(); time.sleep(60)",
    ],
    ids=["sleeps", "is stopped", "does not end when asked", "says half an answer"],
)
def test_one_that_hangs_is_ended_and_replaced(
    qtbot: QtBot, qapp: object, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    hang = [sys.executable, "-c", code]
    with monkeypatch.context() as patch:
        patch.setattr(thumbnail_client, "thumbnailer_command", lambda: hang)
        short = ThumbnailClient(deadline_ms=500)
        assert ask(qtbot, short, b"anything") is PictureProblem.TIMEOUT
        assert not short.busy


def test_a_file_that_is_too_long_starts_no_process(qtbot: QtBot, client: ThumbnailClient) -> None:
    assert ask(qtbot, client, bytes(MAX_FILE_LEN + 1)) is PictureProblem.TOO_LARGE


@pytest.mark.parametrize(
    "output",
    [
        b"",
        THUMB_MARK,
        THUMB_HEAD.pack(THUMB_MARK, 1, 1, 3),
        THUMB_HEAD.pack(THUMB_MARK, 1, 1, 3) + bytes(4),
        THUMB_HEAD.pack(THUMB_MARK, 0, 5, 3),
        THUMB_HEAD.pack(THUMB_MARK, 1, 1, 2) + bytes(2),
        THUMB_HEAD.pack(THUMB_MARK, 721, 1, 3) + bytes(3 * 721),
        THUMB_HEAD.pack(THUMB_MARK, 1, 561, 4) + bytes(4 * 561),
        b'{"problem": "because"}',
        b'{"width": 5}',
    ],
)
def test_only_what_the_process_may_say_is_believed(output: bytes) -> None:
    assert parse_thumbnail(output, ROOM) is PictureProblem.CRASHED


def test_what_it_says_is_believed() -> None:
    output = THUMB_HEAD.pack(THUMB_MARK, 2, 1, 3) + b"\xff\0\0\0\xff\0"
    found = parse_thumbnail(output, ROOM)
    assert isinstance(found, Thumbnail)
    assert [found.image().pixel(x, 0) for x in range(2)] == [RED, GREEN]


def test_a_chunk_with_another_name_does_not_matter(qapp: object) -> None:
    assert here(png(30, 20, chunk(b"evIl", b"x" * 100))).size() == QSize(30, 20)
