"""Puts canaries wherever a person can put words in the window, then waits to be ended or killed.

``python tests/gui/canary_walk.py FOLDER`` reads the canaries from standard input, one a line, runs
the real application in the homes that the environment names, prints "planted", and quits when
standard input ends. Files that a person has anyway lie in FOLDER.
"""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from walk import FAST, Peer, Walk, first_run, texts

from messenger.app import make_application
from messenger.core.types import FileState, MessageState
from messenger.gui.dialogs.add_contact import AddContactDialog
from messenger.gui.dialogs.file_offer import FileOfferDialog
from messenger.gui.dialogs.rename import RenameDialog
from messenger.gui.dialogs.search_all import SearchDialog
from messenger.gui.models.contacts import ContactRole
from messenger.gui.views.message_menu import MessageAction


def type_in(field: QWidget, words: str, key: Qt.Key | None = Qt.Key.Key_Return) -> None:
    QTest.keyClicks(field, words)
    if key is not None:
        QTest.keyClick(field, key)


def add(walk: Walk, peer: Peer, canary: str) -> None:
    """Paste nonsense first, then the true link."""
    walk.press(walk.root.window, "Add a contact")
    dialog = walk.dialog(AddContactDialog)
    for text in (f"hum:{canary}", str(peer.client.ready["link"])):
        mime = QMimeData()
        mime.setText(text)
        dialog.their_side.read_mime(mime)
        QTest.qWait(200)
    walk.until(lambda: dialog.their_side.command, "the link is read")
    walk.press(dialog, "Add contact")
    walk.press(dialog, "Done")


def converse(walk: Walk, peer: Peer, canaries: Iterator[str]) -> str:
    """Texts both ways, an edit, an answer, something copied; return the contact at the peer."""
    page = walk.root.window.page
    contact: str = peer.event("contact.request")["contact"]
    peer.call("contact.accept", contact=contact)
    walk.until(lambda: page.contact_id is not None, "a chosen conversation")
    for _ in range(16):
        text = next(canaries)
        type_in(page.composer.edit, text)
        peer.event("message.added", text=text)
    for _ in range(16):
        text = next(canaries)
        peer.call("message.send", contact=contact, text=text)
        walk.until(lambda text=text: (text, MessageState.RECEIVED) in texts(walk), "their text")
    theirs = page.model.message(page.model.rowCount() - 1)
    QGuiApplication.clipboard().setText(theirs.text)
    page.message_deeds.do(MessageAction.REPLY, theirs, "")
    answer = next(canaries)
    type_in(page.composer.edit, answer)
    peer.event("message.added", text=answer)
    edited = next(canaries)
    QTest.keyClick(page.composer.edit, Qt.Key.Key_Up)
    type_in(page.composer.edit, edited)
    walk.until(lambda: any(edited in text for text, _ in texts(walk)), "the edit")
    peer.call("node.set_name", name=next(canaries))
    return contact


def use_file_dialog(walk: Walk, path: Path) -> None:
    """Go to a folder in the next file dialog, type a name and press Return."""

    def fill() -> None:
        found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog)]
        shown = next((w for w in found if w.isVisible()), None)
        if shown is None:
            QTimer.singleShot(50, fill)
            return
        edit = shown.findChild(QLineEdit, "fileNameEdit")
        assert edit is not None
        shown.setDirectory(str(path.parent))
        edit.setText(path.name)
        QTest.keyClick(edit, Qt.Key.Key_Return)

    QTimer.singleShot(50, fill)


def files(walk: Walk, peer: Peer, contact: str, folder: Path, canaries: Iterator[str]) -> None:
    """One file each way, with the program's own dialogs; names and contents are canaries."""
    page = walk.root.window.page
    private = folder / next(canaries)
    private.mkdir()
    ours, theirs = private / next(canaries), folder / next(canaries)
    for path in (ours, theirs):
        path.write_text(next(canaries) * 500)
    use_file_dialog(walk, ours)
    page.composer.attach_button.click()
    walk.press(walk.dialog(FileOfferDialog), "Offer")
    offered = peer.event("message.added", text=ours.name)
    peer.call("file.accept", message=offered["message"], path=str(folder / "taken"))
    walk.until((folder / "taken").exists, "our file with them")

    peer.call("file.send", contact=contact, path=str(theirs))
    walk.until(lambda: theirs.name in [text for text, _ in texts(walk)], "their offer")
    use_file_dialog(walk, private / next(canaries))
    QTest.keyClick(page.view, Qt.Key.Key_End)
    QTest.keyClick(page.view, Qt.Key.Key_Return)

    def done() -> bool:
        file = page.model.message(page.model.rowCount() - 1).file
        return file is not None and file.state is FileState.DONE

    walk.until(done, "their file with us")


def look_for(walk: Walk, canaries: Iterator[str]) -> None:
    """Words typed into the searches."""
    window = walk.root.window
    window.all_actions.search_all.trigger()
    dialog = walk.dialog(SearchDialog)
    type_in(dialog.edit, next(canaries))
    QTest.qWait(300)
    dialog.reject()
    QTest.keySequence(window.page, QKeySequence("Ctrl+F"))
    edit = window.page.find_bar.findChild(QLineEdit)
    assert edit is not None
    type_in(edit, next(canaries))
    QTest.qWait(300)


def name_and_lock(walk: Walk, canaries: Iterator[str]) -> None:
    """A private name, a draft that stays, and the lock with its wrong passphrase."""
    window = walk.root.window
    window.page.header.rename_wanted.emit()
    dialog = walk.dialog(RenameDialog)
    alias = next(canaries)
    type_in(dialog.edit, alias)
    contacts = window.contacts

    def named() -> bool:
        return contacts.index(0).data(ContactRole.CONTACT).alias == alias

    walk.until(named, "the private name")
    type_in(window.page.composer.edit, next(canaries), None)
    QTest.qWait(1500)  # drafts are kept after a pause
    window.all_actions.lock.trigger()
    walk.until(lambda: window.locked, "the lock")
    type_in(window.fronts.lock_page.passphrase.edit, next(canaries))
    QTest.qWait(200)
    walk.until(window.fronts.lock_page.isEnabled, "the refusal")


def main(folder: Path) -> int:
    canaries = iter([sys.stdin.readline().strip() for _ in range(int(sys.stdin.readline()))])
    app = make_application()
    peer = Peer(folder, name=next(canaries))
    walk = Walk(app, None, FAST)
    first_run(walk, name=next(canaries))
    add(walk, peer, next(canaries))
    contact = converse(walk, peer, canaries)
    files(walk, peer, contact, folder, canaries)
    look_for(walk, canaries)
    name_and_lock(walk, canaries)
    peer.call("message.send", contact=contact, text=next(canaries))  # notified while locked
    QTest.qWait(500)
    print("planted", len(list(canaries)), "left, pid", os.getpid(), flush=True)
    ended: list[str] = []

    def wait() -> None:
        ended.append(sys.stdin.read())

    threading.Thread(target=wait, daemon=True).start()
    walk.until(lambda: ended, "the end of the test's look")
    walk.quit()
    peer.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
