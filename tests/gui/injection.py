"""A hostile contact against the real application: everything they can name, they name badly.

``python tests/gui/injection.py FOLDER`` runs the real window and engine against a real ``hum rpc``
peer, whose every field holds markup, paths, links, and characters that lie to the eye. The kernel
(inotify) tells whether a file that the markup points to was opened, and a listener on this
computer whether the address in it was called. Exit code 0 if all of it stayed text.
"""

import contextlib
import ctypes
import os
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from PySide6.QtCore import Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QLabel, QWidget  # noqa: E402
from walk import FAST, Peer, Walk, chat, first_run, texts  # noqa: E402

from messenger.app import make_application  # noqa: E402
from messenger.core.errors import MessengerError  # noqa: E402
from messenger.engine.events import ContactChanged  # noqa: E402
from messenger.gui.dialogs.add_contact import AddContactDialog  # noqa: E402

IN_OPEN: Final = 0x20  # inotify(7)
LONG: Final = 65_536


class Trap:
    """A picture file and a web server that nobody may touch."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "trap.png"
        self.file.write_bytes(b"\x89PNG\r\n\x1a\n")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._notes = self._libc.inotify_init1(os.O_NONBLOCK)
        watched = self._libc.inotify_add_watch(self._notes, bytes(self.file), IN_OPEN)
        assert watched >= 0, os.strerror(ctypes.get_errno())
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setblocking(False)
        self.port = self._server.getsockname()[1]

    def touched(self) -> list[str]:
        """Return what was opened or called since the beginning."""
        found = []
        with contextlib.suppress(BlockingIOError):
            found.append(f"opened: {os.read(self._notes, 4096)!r}")
        with contextlib.suppress(BlockingIOError):
            found.append(f"called: {self._server.accept()[1]}")
        return found


def hostile(trap: Trap) -> list[str]:
    """Texts that a careless program would take for something else."""
    url = f"http://127.0.0.1:{trap.port}/pixel.png"
    return [
        f'<img src="{trap.file.as_uri()}"><img src="{url}">',
        f"![picture]({url}) [words]({trap.file.as_uri()})",
        rf"\\127.0.0.1\share\{trap.file.name}",
        "<table border=1 width=99999><tr><td><h1>You won</h1></table><script>alert(1)</script>",
        f'<a href="javascript:alert(1)">here</a> data:text/html,x file://{trap.file} smb://h/s',
        f"<style>*{{background:url({url})}}</style><qt><b>bold</b></qt>",
        "\u202egnp.exe\u202c \u2066\u200b\u200d\u2060 a\u0301\u0302\u0303\u0304\u0305\u0306 \ufffc",
        "%s %n {name} {text} {count} &amp; &lt; \x1b[31m \x07",
        "\n" * 3000 + "x" * 8000,
        "\U0001f9d1\u200d" * 2000,
    ]


def bounded(widget: QWidget, sizes: tuple[int, int]) -> None:
    """Nothing a peer wrote makes the window or a label in it larger than it was."""
    assert (widget.width(), widget.height()) == sizes
    for label in widget.findChildren(QLabel):
        if label.isVisible():
            assert label.width() <= widget.width(), label.text()[:80]
            looks_like_markup = "<" in label.text()
            plain = label.textFormat() is Qt.TextFormat.PlainText
            assert plain or not looks_like_markup, label.text()[:80]


def attack(walk: Walk, peer: Peer, trap: Trap, folder: Path) -> None:
    window = walk.root.window
    page = window.page
    sizes = (window.width(), window.height())
    contact = peer.call("contact.list")["contacts"][0]["contact"]
    for text in hostile(trap):
        peer.call("message.send", contact=contact, text=text)
        walk.until(lambda text=text: text in [t for t, _ in texts(walk)], "the text as it was sent")
        window.grab()
        bounded(window, sizes)
    first = hostile(trap)[0]
    own = peer.call("message.list", contact=contact)["messages"]
    theirs = next(m for m in own if m["text"] == "hello Theo 🐝")["message"]
    peer.call("message.edit", message=theirs, text=first + " edited")
    walk.until(lambda: first + " edited" in [t for t, _ in texts(walk)], "the edit")
    reply = peer.call("message.send", contact=contact, text="see above", reply_to=theirs)
    walk.until(lambda: "see above" in [t for t, _ in texts(walk)], "the answer")
    with contextlib.suppress(MessengerError):  # an engine may refuse to send that
        peer.call("message.react", message=reply["message"], emoji=first[:16])
    for name in (
        '<img src="x">.png',
        "\u202egnp.exe",
        "a\u200bb;rm -rf ~.desktop",
        "..\\..\\x.png",
    ):
        (folder / name).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
        peer.call("file.send", contact=contact, path=str(folder / name))
    walk.until(lambda: page.model.message(page.model.rowCount() - 1).file, "the last file")
    for row in range(page.model.rowCount()):
        message = page.model.message(row)
        page.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
        if message.file is not None:
            assert not {"/", "\\", "\u202e"} & set(message.text), message.text
    page.finding.begin()
    page.find_bar.edit.setText("img")
    QTest.qWait(300)
    window.search_all()
    window.grab()
    bounded(window, sizes)
    walk.picture(window, "hostile-chat")


def names(walk: Walk, trap: Trap) -> None:
    """Names of any length that got past an older engine: straight from an event to the window."""
    window = walk.root.window
    sizes = (window.width(), window.height())
    known = window.contacts.contact(window.page.contact_id)
    assert known is not None
    for name in [*hostile(trap), "W" * LONG, "\u0301" * LONG, "\u202e" * LONG]:
        walk.client.received.emit(ContactChanged(replace(known, name=name)))
        window.grab()
        bounded(window, sizes)
    walk.client.received.emit(ContactChanged(known))


def main(folder: Path) -> int:
    app = make_application()
    trap = Trap(folder)
    peer = Peer(folder, '<img src="file:///etc/passwd"><b>M\u202eara')
    walk = Walk(app, folder, FAST)
    first_run(walk)
    walk.press(walk.root.window, "Add a contact")
    dialog = walk.dialog(AddContactDialog)
    dialog.their_side.take_link(peer.client.ready["link"])
    walk.until(lambda: dialog.their_side.command, "the link is read")
    bounded(dialog, (dialog.width(), dialog.height()))
    walk.press(dialog, "Add contact")
    walk.press(dialog, "Done")
    chat(walk, peer)
    attack(walk, peer, trap, folder)
    names(walk, trap)
    assert trap.touched() == []
    trap.file.read_bytes()
    assert trap.touched(), "the trap itself does not work"
    for each in walk.root.window.findChildren(QWidget):
        if each.isWindow() and each.isVisible():
            each.close()
    walk.quit()
    peer.stop()
    print("stayed text")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
