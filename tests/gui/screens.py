"""Renders the main window to PNG files, to be looked at.

``python tests/gui/screens.py FOLDER [light|dark]`` at the scale of QT_SCALE_FACTOR, with the
options of ``picture_options``.
"""

import math
import os
import sys
import time
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from memory_history import (  # noqa: E402
    MINUTE,
    MemoryClient,
    MemoryHistory,
    make_contact,
    make_message,
)
from people import NODE  # noqa: E402
from picture_options import add_picture_options, picture_application  # noqa: E402
from PySide6.QtCore import (  # noqa: E402
    QCoreApplication,
    QEvent,
    QObject,
    QPointF,
    QSize,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from messenger.core.types import (  # noqa: E402
    Address,
    ContactId,
    FileInfo,
    FileState,
    Fork,
    LinkStats,
    MailRoute,
    Message,
    MessageState,
    Obstacle,
    Presence,
    Relation,
    RelayOverview,
    RelayState,
    WireStats,
)
from messenger.engine.events import (  # noqa: E402
    ContactChanged,
    FileProgress,
    ForkSeen,
    KeyAdopted,
    Locked,
    NewWhileLocked,
    NodeReady,
    PresenceChanged,
    RelaysChanged,
    WireSnapshot,
)
from messenger.gui.dialogs.jump_date import JumpToDateDialog  # noqa: E402
from messenger.gui.dialogs.picture import PictureDialog  # noqa: E402
from messenger.gui.dialogs.search_all import SearchDialog  # noqa: E402
from messenger.gui.picture_work import ready_to_paint  # noqa: E402
from messenger.gui.theme import Theme, ThemeChoice  # noqa: E402
from messenger.gui.views.main_window import MainWindow  # noqa: E402
from messenger.gui.views.message_menu import MessageAction, MessageMenu  # noqa: E402

NOW = time.time_ns() // 1_000_000
LONG = "Wilhelmina-Alexandra Konstantinopoulos of Upper Little Snoring, Norfolk"

CHAT = (
    (False, "Did you get home all right? The last train was cancelled here."),
    (True, "Yes, walked the last two stations. It was a clear night, actually quite nice 🌒"),
    (False, "Good."),
    (False, "I put the recordings from Saturday on the stick. The one with the owl is on it."),
    (False, "Bring the small speaker tomorrow?"),
    (True, "Will do. Which bus?"),
    (
        False,
        "The 44, from the back of the station: https://timetable.example.org/lines/44?day=sunday. "
        "If it does not come, the 12 goes to the same bridge and you walk five minutes.",
    ),
    (True, "Perfect. 👍"),
    (False, "ו-44 מגיע כל עשר דקות בערב, אז אין לחץ בכלל. נתראה מחר!"),
    (True, "The map:\n  bridge → mill → second gate\nand then along the water"),
    (True, "I leave at ten."),
    (True, "Or a bit after ten, to be honest."),
)


def history() -> MemoryHistory:
    people = [
        make_contact(1, "Mara Lind", verified_at=NOW),
        make_contact(2, "Jonas", unread_count=3),
        make_contact(3, LONG, draft="I wanted to say that"),
        make_contact(4, "مارا الخطيب"),
        make_contact(5, "Priya Raman", relation=Relation.ASKED),
        make_contact(6, "Tomasz", changed_key=b"x" * 32, changed_at=NOW),
        make_contact(7, "Someone New", relation=Relation.REQUEST),
        make_contact(8, "Old Acquaintance", relation=Relation.BLOCKED),
        make_contact(9, "Declan", relation=Relation.DECLINED),
    ]
    messages: list[Message] = []
    start = NOW - 26 * 60 * MINUTE
    for number, (own, text) in enumerate(CHAT * 3):
        at = start + number * 2 * MINUTE + (number // 5) * 170 * MINUTE
        messages.append(make_message(number + 1, 1, text, own=own, at=min(at, NOW - 2 * MINUTE)))
    messages[-1] = replace(messages[-1], state=MessageState.WAITING)
    messages.append(make_message(499, 2, "long " * 3000, at=NOW - 540 * MINUTE))
    others = ((2, "Are you coming?"), (4, "أراك غدا"), (6, "See you there"), (3, "Yes"))
    for row, (contact, text) in enumerate(others, start=500):
        messages.append(make_message(row, contact, text, at=NOW - row * MINUTE))
    last = {message.contact: message for message in messages}
    return MemoryHistory(
        [replace(each, last_message=last.get(each.id)) for each in people], messages
    )


def stats() -> WireStats:
    at = 1000.0
    out = tuple(at - 14 + 0.5 * n + 0.12 * math.sin(7 * n) for n in range(28))
    arrived = tuple(at - 14 + 0.5 * n + 0.15 * math.sin(5 * n + 1) for n in range(28))
    link = LinkStats(ContactId(1), True, 100, 100, 0, 0.0)
    return WireStats((link,), 100, 100, 51200, 51200, 0, out, arrived, at, 0.1, 0.4)


class Pictures:
    """One window, taken in many states."""

    def __init__(self, app: QApplication, folder: Path, choice: ThemeChoice) -> None:
        self._folder = folder
        self._theme = Theme(app)
        self._choice = choice
        scale = os.environ.get("QT_SCALE_FACTOR", "1")
        self._tail = f"{choice.value}-{scale}"

    def window(self, kept: MemoryHistory, width: int = 960, height: int = 640) -> MainWindow:
        self.client = MemoryClient(kept)
        window = MainWindow(self.client, self._theme)  # type: ignore[arg-type]
        window.resize(width, height)
        window.show()
        self.client.emit(NodeReady(NODE, {"theme": self._choice.value}))
        self.client.emit(PresenceChanged(ContactId(1), Presence.ONLINE))
        self.client.emit(PresenceChanged(ContactId(2), Presence.CONNECTING))
        asked = PresenceChanged(ContactId(5), Presence.OFFLINE, None, Obstacle.REFUSED)
        self.client.emit(asked)
        route = MailRoute(ContactId(4), Address("relay.example", 7), RelayState.CONNECTED)
        self.client.emit(RelaysChanged(RelayOverview((), (route,))))
        away = PresenceChanged(ContactId(3), Presence.OFFLINE, None, Obstacle.UNREACHABLE)
        self.client.emit(away)
        self.client.emit(WireSnapshot(stats()))
        return window

    def take(self, window: QWidget, name: str) -> None:
        for _ in range(3):
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        self.client.emit(WireSnapshot(stats()))
        window.grab().save(str(self._folder / f"{name}-{self._tail}.png"))

    def warnings(self, window: MainWindow, name: str) -> None:
        """What stands above everything until somebody closes it."""
        self.client.emit(ForkSeen(ContactId(1), Fork.IN_USE, own=True, at=NOW))
        self.client.emit(KeyAdopted(ContactId(3)))
        self.take(window, name)
        window.notice.close_button.click()

    def all(self) -> None:
        window = self.window(history())
        self.take(window, "nothing-chosen")
        for number, name in ((1, "chat"), (2, "long-message"), (3, "long-name"), (4, "rtl")):
            window.choose(ContactId(number))
            self.take(window, name)
        window.update_banner.tell("0.2.0")
        self.take(window, "new-version")
        window.update_banner.hide()
        for number, name in ((5, "asked"), (6, "changed-key"), (7, "request"), (8, "blocked")):
            window.choose(ContactId(number))
            self.take(window, name)
        window.choose(ContactId(1))
        self.warnings(window, "warnings")
        self.actions(window)
        window.page.finding.begin()
        window.page.find_bar.edit.setText("bus")
        window.page.find_bar.query_changed.emit("bus")
        QCoreApplication.processEvents()  # the hits come by an event
        window.page.composer.edit.setPlainText("A first line\nand a second one\nand a third")
        self.take(window, "search")
        window.page.find_bar.finish()
        self.found(window)
        self.client.emit(Locked(frozenset({"passphrase", "recovery"})))
        self.client.emit(NewWhileLocked(2))
        self.take(window, "locked")
        window.close()
        narrow = self.window(history(), 320, 560)
        self.take(narrow, "narrow-list")
        for number, name in ((1, "narrow-chat"), (6, "narrow-changed"), (7, "narrow-request")):
            narrow.choose(ContactId(number))
            self.take(narrow, name)
        self.warnings(narrow, "narrow-warnings")
        narrow.close()
        empty = self.window(MemoryHistory())
        self.take(empty, "empty")
        empty.close()

    def found(self, window: MainWindow) -> None:
        """The search in everything, a date to go to, and where reading stopped."""
        window.search_all()
        (found,) = window.findChildren(SearchDialog)
        found.edit.setText("you")
        found._search()
        self.take(found, "search-all")
        found.reject()
        window.page.finding.go_to_date()
        (date,) = window.findChildren(JumpToDateDialog)
        self.take(date, "go-to-date")
        date.reject()
        self.client.history.read_rows[ContactId(9)] = 800
        for row in range(799, 803):
            at = NOW - (820 - row) * MINUTE
            last = make_message(row, 9, f"Words number {row}", own=row < 800, at=at)
            self.client.add(last)
        declan = make_contact(9, "Declan", unread_count=2)
        self.client.emit(ContactChanged(replace(declan, last_message=last)))
        window.choose(ContactId(9))
        self.take(window, "unread")
        window.choose(ContactId(1))

    def actions(self, window: MainWindow) -> None:
        """Files, an answer, reactions, a timer, and the composer while something is edited."""
        own = window.page.model.message(window.page.model.rowCount() - 1)
        for row, state, mine, note in (
            (700, FileState.OFFERED, False, None),
            (701, FileState.RUNNING, True, None),
            (702, FileState.PAUSED, False, "peer"),
            (703, FileState.DONE, False, None),
        ):
            name = "A rather long name of a file with the minutes of the last meeting.pdf"
            message = make_message(row, 1, name, own=mine, at=NOW - 60_000)
            file = FileInfo(2_400_000, "application/pdf", state, note)
            self.client.add(replace(message, file=file))
        self.client.emit(FileProgress(ContactId(1), 701, message.id, 1_000_000, 2_400_000))
        failed = make_message(704, 1, "Are you on the way?", own=True, at=NOW)
        self.client.add(replace(failed, state=MessageState.FAILED, failure="declined"))
        answer = make_message(705, 1, "Got it, thank you!", own=True, at=NOW)
        answer = replace(answer, reply_to=own.id, peer_reaction="👍", edited_at=NOW)
        self.client.add(answer)
        known = next(c for c in self.client.history.people if c.id == ContactId(1))
        known = replace(known, lifetime_s=7 * 86_400, last_message=answer)
        self.client.emit(ContactChanged(known))
        window.page.composer.reply_to(own)
        self.take(window, "actions")
        window.page.composer.edit_message(own)
        window.page.view.verticalScrollBar().setValue(10**6)
        self.take(window, "editing")
        window.page.composer.leave_target()
        self.pictures(window)
        self.menus(window, own)

    def menus(self, window: MainWindow, own: Message) -> None:
        """What a right click on a message offers, the menu of a contact, that of the window."""
        for name, menu in (
            ("menu-message", MessageMenu(own, window)),
            ("menu-contact", window.page.header.menu_button.menu()),
            ("menu-window", window.panel.menu_button.menu()),
        ):
            menu.popup(window.rect().center())
            self.take(menu, name)
            menu.close()

    def pictures(self, window: MainWindow) -> None:
        """Pictures of both sides, one that is not there yet, and one at large."""
        page = window.page
        page.view.show_pictures(Landscapes())  # type: ignore[arg-type]
        for row, mine, size, name in (
            (720, False, (1_600, 900), "from the mill.jpg"),
            (721, True, (800, 1_400), "the owl.png"),
            (722, False, (64, 64), "owl.gif"),
            (723, False, (3_000, 200), "the whole shore.webp"),
            (724, False, (1_000, 1_000), "הגשר.jpg"),
        ):
            message = make_message(row, 1, name, own=mine, at=NOW)
            file = FileInfo(240_000, "image/jpeg", FileState.DONE, None, size)
            read_at = NOW if mine else None
            self.client.add(replace(message, file=file, read_at=read_at))
        bar = page.view.verticalScrollBar()
        for part, value in (("pictures", bar.maximum()), ("pictures-above", bar.maximum() - 900)):
            bar.setValue(value)
            QCoreApplication.processEvents()
            self.take(window, part)
        page.message_deeds.do(MessageAction.PICTURE_OPEN, replace(message, file=file), "")
        (dialog,) = page.findChildren(PictureDialog)
        dialog._on_loaded(landscape(1_200, 900))
        self.take(dialog, "picture-large")
        dialog.reject()


def landscape(width: int, height: int) -> QImage:
    """Something to look at."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sky = QLinearGradient(0, 0, 0, height)
    for at, colour in ((0.0, "#20415e"), (0.5, "#e8a87c"), (0.52, "#2c6e63"), (1.0, "#0f2e2b")):
        sky.setColorAt(at, QColor(colour))
    painter.fillRect(image.rect(), sky)
    painter.setBrush(QColor("#fff3d6"))
    painter.drawEllipse(QPointF(width * 0.7, height * 0.3), height * 0.09, height * 0.09)
    painter.end()
    return image


class Landscapes(QObject):
    """Has every picture but one."""

    ready = Signal(int)

    def picture(self, message: Message, size: QSize, ratio: float) -> QImage | None:
        if message.row == 722:
            return None
        return ready_to_paint(landscape(*message.file.picture), size, ratio)


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("theme", type=ThemeChoice, nargs="?", default=ThemeChoice.LIGHT)
    add_picture_options(parser)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    Pictures(picture_application(options), options.folder, options.theme).all()
