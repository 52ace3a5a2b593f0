"""A stranger's way through Hum: first run, a friend by QR image, a chat, the safety number, what
is done with messages, a file, a picture, a search, the lock, a restart, the history.

``python tests/gui/walk.py FOLDER [fast]`` plays it with the real application on the platform that
QT_QPA_PLATFORM names, against a real ``hum rpc`` peer, by key strokes and clicks, and leaves
pictures of what was seen in FOLDER. Exit code 0 if everything happened.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parents[2])]

import segno  # noqa: E402
from PySide6.QtCore import QDeadlineTimer, QMimeData, QPoint, Qt, QUrl  # noqa: E402
from PySide6.QtGui import QColor, QImage  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget  # noqa: E402

from messenger.app import Application, make_application  # noqa: E402
from messenger.core.types import Address, Cover, FileState, MessageState  # noqa: E402
from messenger.engine.engine import Engine  # noqa: E402
from messenger.engine.options import EngineOptions, profile_folder  # noqa: E402
from messenger.gui import dialogs  # noqa: E402
from messenger.gui.client import EngineClient  # noqa: E402
from messenger.gui.dialogs.add_contact import AddContactDialog  # noqa: E402
from messenger.gui.dialogs.first_run import FirstRunDialog  # noqa: E402
from messenger.gui.dialogs.jump_date import JumpToDateDialog  # noqa: E402
from messenger.gui.dialogs.picture import PictureDialog  # noqa: E402
from messenger.gui.dialogs.safety_number import SafetyNumberDialog  # noqa: E402
from messenger.gui.dialogs.search_all import SearchDialog  # noqa: E402
from messenger.gui.dialogs.unlock import UnlockDialog  # noqa: E402
from messenger.gui.models.contacts import ContactRole  # noqa: E402
from messenger.gui.models.conversation import ConversationRole  # noqa: E402
from messenger.gui.theme import Theme  # noqa: E402
from messenger.gui.views.message_menu import MessageAction  # noqa: E402
from messenger.rpc.client import RpcClient  # noqa: E402
from tests.quick_hum import quick_hum  # noqa: E402

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)
PATIENCE_MS = 120_000
PASSPHRASE = "violet anchor lantern meadow"
FAST = Cover(0.02)  # fifty cells a second, as the peer has


class Peer:
    """A ``hum rpc`` node with a loop in a thread of its own."""

    def __init__(self, folder: Path, name: str = "Mara", listen: str = "127.0.0.1:0") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        folder.mkdir(exist_ok=True)
        passphrase = folder / "peer.passphrase"
        passphrase.write_text("something else")
        self.client = self.do(
            RpcClient.start(
                "--data-dir",
                folder / "peer",
                "--name",
                name,
                "--listen",
                listen,
                "--passphrase-file",
                passphrase,
                "--cover",
                "T=0.02",
                program=quick_hum("rpc"),
            )
        )

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_MS / 1000)

    def call(self, method: str, **params: object) -> dict[str, Any]:
        return self.do(self.client.call(method, **params))

    def event(self, kind: str, **fields: object) -> dict[str, Any]:
        return self.do(self.client.event(kind, **fields))

    def stop(self) -> None:
        self.do(self.client.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Walk:
    """One start of the application, and the hands and eyes of a person.

    Without a folder the profile lies where a person's does, and no pictures are kept. With a cover,
    that one holds whatever is chosen.
    """

    def __init__(self, app: QApplication, folder: Path | None, cover: Cover | None = None) -> None:
        self._folder = folder
        own = profile_folder() if folder is None else folder / "own"
        options = EngineOptions(own, listen=Address("127.0.0.1", 0), cover=cover)
        self.client = EngineClient(lambda emit: Engine(options, emit))
        self.root = Application(self.client, Theme(app), minimised=False)
        self.client.start()

    def until(self, met: Callable[[], Any], what: str) -> Any:
        """Let the application work until something holds."""
        deadline = QDeadlineTimer(PATIENCE_MS)
        while not (found := met()):
            assert not deadline.hasExpired(), f"never: {what}"
            QTest.qWait(10)
        return found

    def dialog(self, kind: type[W]) -> W:
        def shown() -> W | None:
            found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind)]
            return next((w for w in found if w.isVisible()), None)

        return self.until(shown, kind.__name__)

    def press(self, where: QWidget, words: str) -> None:
        """Click the visible, enabled button with these words."""

        def button() -> QAbstractButton | None:
            for each in where.findChildren(QAbstractButton):
                shown = each.text().replace("&", "") or each.accessibleName()
                if shown == words and each.isVisible() and each.isEnabled():
                    return each
            return None

        found = self.until(button, f"the button {words!r}")
        left = QPoint(12, found.height() // 2)  # the sensitive part of a wide check box
        QTest.mouseClick(found, Qt.MouseButton.LeftButton, pos=left)

    def picture(self, widget: QWidget, name: str) -> None:
        if self._folder is None:
            return
        QTest.qWait(150)
        assert widget.grab().save(str(self._folder / f"{name}.png"))

    def quit(self) -> None:
        self.root.window.close()
        self.until(lambda: not self.client.running, "the end of the engine")
        assert self.client.wait(PATIENCE_MS)


def first_run(walk: Walk, name: str = "Theo") -> None:
    dialog = walk.dialog(FirstRunDialog)
    QTest.keyClicks(dialog.name_edit, name)
    walk.picture(dialog, "1-first-run")
    walk.press(dialog, "Next")
    if not dialog.lock_choice.passphrase.isVisible():  # a keyring is offered first
        walk.press(dialog, "A passphrase")
    dialog.lock_choice.passphrase.setFocus()
    QTest.keyClicks(dialog.focusWidget(), PASSPHRASE)
    walk.picture(dialog, "2-lock")
    walk.press(dialog, "Next")
    walk.picture(dialog, "3-cover")
    walk.press(dialog, "Make my profile")
    walk.press(dialog, "I have written the code down")
    walk.picture(dialog, "4-recovery-code")
    walk.press(dialog, "Open Hum")
    walk.until(walk.root.window.isVisible, "the window")
    walk.picture(walk.root.window, "5-empty")


def add_by_image(walk: Walk, peer: Peer, folder: Path) -> None:
    image = folder / "mara.png"
    segno.make(peer.client.ready["link"].upper(), error="m").save(str(image), scale=6, border=4)
    walk.press(walk.root.window, "Add a contact")
    dialog = walk.dialog(AddContactDialog)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(image))])
    assert dialog.their_side.read_mime(mime)
    walk.until(lambda: dialog.their_side.command, "the QR code is read")
    walk.picture(dialog, "6-add-contact")
    walk.press(dialog, "Add contact")
    walk.press(dialog, "Done")


def texts(walk: Walk) -> list[tuple[str, MessageState]]:
    """What the conversation on screen holds."""
    model = walk.root.window.page.model
    messages = (model.index(row).data(ConversationRole.MESSAGE) for row in range(model.rowCount()))
    return [(message.text, message.state) for message in messages]


def chat(walk: Walk, peer: Peer) -> None:
    window = walk.root.window
    request = peer.event("contact.request")
    assert request["name"] == "Theo"
    peer.call("contact.accept", contact=request["contact"])
    walk.until(lambda: window.page.contact_id is not None, "a chosen conversation")
    QTest.keyClicks(window.page.composer.edit, "hello Mara")
    QTest.keyClick(window.page.composer.edit, Qt.Key.Key_Return)
    peer.event("message.added", text="hello Mara")
    delivered = ("hello Mara", MessageState.DELIVERED)
    walk.until(lambda: delivered in texts(walk), "two ticks")
    peer.call("message.send", contact=request["contact"], text="hello Theo 🐝")
    received = ("hello Theo 🐝", MessageState.RECEIVED)
    walk.until(lambda: received in texts(walk), "the answer")
    walk.picture(window, "7-chat")


def afterwards(walk: Walk, peer: Peer, folder: Path) -> None:
    """Edit the last message by Up, react and answer by the menu's ways, take a file."""
    page = walk.root.window.page
    QTest.keyClick(page.composer.edit, Qt.Key.Key_Up)
    QTest.keyClicks(page.composer.edit, ", dear")
    QTest.keyClick(page.composer.edit, Qt.Key.Key_Return)
    edited = peer.event("message.state", text="hello Mara, dear")
    theirs = page.model.message(1)
    page.message_deeds.do(MessageAction.REACT, theirs, "👍")
    peer.event("message.state", reactions={"own": None, "peer": "👍"})
    page.message_deeds.do(MessageAction.REPLY, theirs, "")
    QTest.keyClicks(page.composer.edit, "and again")
    QTest.keyClick(page.composer.edit, Qt.Key.Key_Return)
    answer = peer.event("message.added", text="and again")
    assert answer["reply_to"] == theirs.id.hex()

    content = os.urandom(20_000)
    (folder / "map.bin").write_bytes(content)
    path = str(folder / "map.bin")
    peer.call("file.send", contact=edited["contact"], path=path)
    walk.until(lambda: page.model.message(page.model.rowCount() - 1).file, "the offer of a file")
    target = folder / "saved.bin"
    dialogs.choose_place = lambda *_: str(target)  # the system's own dialog
    QTest.keyClick(page.view, Qt.Key.Key_End)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    walk.until(target.exists, "the file on the disk")
    assert target.read_bytes() == content
    last = page.model.rowCount() - 1
    walk.until(lambda: page.model.message(last).file.state is FileState.DONE, "a whole file")
    walk.picture(walk.root.window, "7-file")


def verify(walk: Walk, peer: Peer) -> None:
    """See why and how to compare, find the same number on the other side, and say so."""
    window = walk.root.window
    window.page.header.trust.click()
    dialog = walk.dialog(SafetyNumberDialog)
    walk.until(dialog.match_button.isEnabled, "the safety number")
    (contact,) = peer.call("contact.list")["contacts"]
    theirs = peer.call("contact.safety_number", contact=contact["contact"])
    assert theirs["safety_number"].split() == dialog.grid.groups
    walk.picture(dialog, "7-safety-number")
    walk.press(dialog, "They match")
    chosen = window.contacts.index(0)
    walk.until(lambda: chosen.data(ContactRole.CONTACT).verified_at, "the mark")
    walk.press(dialog, "Close")
    walk.picture(window, "7-verified")


def look(walk: Walk, peer: Peer, folder: Path) -> None:
    """Take a picture, see it in the conversation and large, and be told what was read."""
    page = walk.root.window.page
    contact = peer.call("contact.list")["contacts"][0]["contact"]
    picture = QImage(900, 500, QImage.Format.Format_RGB32)
    picture.fill(QColor("#2a6f97"))
    assert picture.save(str(folder / "sea.png"))
    peer.call("file.send", contact=contact, path=str(folder / "sea.png"))
    last = page.model.rowCount()
    walk.until(lambda: page.model.rowCount() > last, "the offer of a picture")
    target = folder / "saved.png"
    dialogs.choose_place = lambda *_: str(target)
    QTest.keyClick(page.view, Qt.Key.Key_End)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    walk.until(target.exists, "the picture on the disk")
    assert target.stat().st_mode & 0o777 == 0o600
    walk.until(lambda: page.model.message(last).file.picture == (900, 500), "its size")
    walk.until(lambda: page.previews.held_len, "the picture in the conversation")
    walk.picture(walk.root.window, "7-picture")
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    dialog = walk.dialog(PictureDialog)
    walk.until(dialog.busy.isHidden, "the picture at large")
    walk.picture(dialog, "7-picture-large")
    walk.press(dialog, "Close")

    dialogs.confirm_receipts = lambda *_: True  # a question that waits for its answer
    page.header.receipts.trigger()
    peer.call("contact.set_receipts", contact=contact, wanted=True)
    QTest.keyClicks(page.composer.edit, "seen?")
    QTest.keyClick(page.composer.edit, Qt.Key.Key_Return)
    asked = peer.event("message.added", text="seen?")
    peer.call("message.read", message=asked["message"])

    def was_read() -> bool:
        newest = page.model.message(page.model.rowCount() - 1)
        return newest.text == "seen?" and newest.read_at is not None

    walk.until(was_read, "that it was read")


def find(walk: Walk) -> None:
    """Find a message in all conversations and a day in this one, by keys alone."""
    window = walk.root.window
    window.search_all()
    dialog = walk.dialog(SearchDialog)
    QTest.keyClicks(dialog.edit, "hello")
    walk.until(lambda: dialog.model.rowCount() == 2, "both hellos")
    walk.picture(dialog, "7-search")
    QTest.keyClick(dialog.edit, Qt.Key.Key_Down)
    found = dialog.model.hit(dialog.list.currentIndex().row()).message
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    page = window.page
    assert page.model.message(page.view.currentIndex().row()).id == found.id
    page.finding.go_to_date()
    date = walk.dialog(JumpToDateDialog)
    walk.press(date, "Go")
    assert page.view.currentIndex().row() == 0  # the first message of today


def lock_and_unlock(walk: Walk) -> None:
    """Nobody is named while Hum is locked, and the conversation is there again afterwards."""
    window = walk.root.window
    window.all_actions.lock.trigger()
    walk.until(lambda: window.locked, "the lock")
    assert not window.contacts.rowCount()
    walk.picture(window, "8-locked")
    QTest.keyClicks(window.fronts.lock_page.passphrase.edit, PASSPHRASE)
    QTest.keyClick(window.fronts.lock_page.passphrase.edit, Qt.Key.Key_Return)
    walk.until(lambda: not window.locked, "the end of the lock")
    window.choose(window.contacts.index(0).data(ContactRole.CONTACT).id)


def unlock_again(walk: Walk) -> None:
    dialog = walk.dialog(UnlockDialog)
    walk.picture(dialog, "9-unlock")
    QTest.keyClicks(dialog.focusWidget(), PASSPHRASE)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    walk.until(walk.root.window.isVisible, "the window")


def main(folder: Path, cover: Cover | None) -> int:
    app = make_application()
    peer = Peer(folder)
    walk = Walk(app, folder, cover)
    first_run(walk)
    add_by_image(walk, peer, folder)
    chat(walk, peer)
    verify(walk, peer)
    afterwards(walk, peer, folder)
    look(walk, peer, folder)
    find(walk)
    before = texts(walk)
    lock_and_unlock(walk)
    walk.until(lambda: texts(walk) == before, "the conversation again")
    walk.quit()

    walk = Walk(app, folder, cover)
    unlock_again(walk)
    window = walk.root.window
    walk.until(lambda: window.contacts.rowCount() == 1, "the contact is back")
    window.choose(window.contacts.index(0).data(ContactRole.CONTACT).id)
    walk.until(lambda: texts(walk) == before, "the history is back")
    walk.picture(window, "10-history")
    walk.quit()
    peer.stop()
    assert not [w for w in app.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
    print("walked", app.platformName())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), FAST if "fast" in sys.argv[2:] else None))
