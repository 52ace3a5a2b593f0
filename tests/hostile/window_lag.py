"""How long the window does not listen while a contact storms: the real application, a real Mallory.

    python tests/hostile/window_lag.py                    # the figures of docs/hostile.md
    python tests/hostile/window_lag.py edits reactions    # some of the storms

The application runs offscreen with an honest contact who goes on writing. A timer of the window's
own event loop is to fire every 5 ms; the lag is by how much it comes late. Mallory's conversation
is on screen, which costs most.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1] / "gui"))

from mallory_child import STORMS
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from walk import Peer, Walk, add_by_image, chat, first_run

from messenger.app import make_application
from messenger.core.types import ContactId, Relation
from messenger.engine.commands import AcceptContact
from messenger.engine.events import MessageAdded

TICK_MS: Final = 5
LIMIT_MS: Final = 200.0
WATCHED_S: Final = 6.0  # seconds of each storm, at least
BETWEEN_MS: Final = 200  # between two messages of the honest contact


class Lag(QObject):
    """Measures how late the event loop is, and counts what it was told."""

    def __init__(self, walk: Walk) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.events = 0
        self.heard: set[str] = set()
        self._at = time.perf_counter()
        walk.client.received.connect(self._count)
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def begin(self) -> None:
        self.gaps, self.events, self._at = [], 0, time.perf_counter()

    @Slot()
    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(max(0.0, (now - self._at) * 1000 - TICK_MS))
        self._at = now

    @Slot(object)
    def _count(self, event: object) -> None:
        self.events += 1
        if isinstance(event, MessageAdded) and not event.message.outgoing:
            self.heard.add(event.message.text)


class Child:
    """The process in which Mallory lives."""

    def __init__(self, link: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("mallory_child.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self.said = b""
        self.tell(link)

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def has_said(self, line: str) -> bool:
        assert self._process.stdout is not None
        self.said += self._process.stdout.read() or b""
        return line.encode() + b"\n" in self.said

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


@dataclass(frozen=True)
class Seen:
    """What one storm did to the window."""

    name: str
    worst_ms: float
    p99_ms: float
    events: int


def befriended(walk: Walk, child: Child) -> ContactId:
    """Accept Mallory, and look at her conversation."""
    contacts = walk.root.window.contacts

    def asking() -> ContactId | None:
        rows = (contacts._entries[row].contact for row in range(contacts.rowCount()))
        return next((c.id for c in rows if c.relation is Relation.REQUEST), None)

    mallory = walk.until(asking, "a request")
    walk.client.send(AcceptContact(mallory))
    walk.until(lambda: child.has_said("friends"), "Mallory's session")
    walk.root.window.choose(mallory)
    return ContactId(mallory)


def storm(walk: Walk, child: Child, lag: Lag, name: str) -> Seen:
    child.said = b""
    child.tell(name)
    walk.until(lambda: child.has_said("sealed"), "a storm made ready")
    lag.begin()
    began = time.monotonic()
    walk.until(
        lambda: child.has_said(name) and time.monotonic() - began > WATCHED_S, "the end of it"
    )
    gaps = sorted(lag.gaps)
    return Seen(name, gaps[-1], gaps[len(gaps) * 99 // 100], lag.events)


class Ben:
    """The honest contact, who writes on in his own process."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._contact = peer.call("contact.list")["contacts"][0]["contact"]
        self.written: list[str] = []
        self._timer = QTimer(interval=BETWEEN_MS)
        self._timer.timeout.connect(self._write)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _write(self) -> None:
        self.written.append(f"Ben's number {len(self.written)}")
        said = self._peer.client.call("message.send", contact=self._contact, text=self.written[-1])
        asyncio.run_coroutine_threadsafe(said, self._peer._loop)


def play(folder: Path, names: list[str]) -> list[Seen]:
    """Let everybody meet, then let Mallory storm; all that Ben wrote has to be there."""
    app = make_application()
    peer, walk = Peer(folder), Walk(app, folder)
    first_run(walk)
    add_by_image(walk, peer, folder)
    chat(walk, peer)
    info = walk.root.window.profile.info
    assert info is not None
    child = Child(info.link)
    befriended(walk, child)
    lag, ben = Lag(walk), Ben(peer)
    seen = [storm(walk, child, lag, name) for name in names]
    ben.stop()
    walk.until(lambda: set(ben.written) <= lag.heard, "everything of the honest contact")
    child.stop()
    walk.quit()
    peer.stop()
    return seen


def main() -> int:
    """Print one row a storm; 1 if one of them held the window up for longer than the limit."""
    with tempfile.TemporaryDirectory(prefix="hum-lag-") as folder:
        seen = play(Path(folder), sys.argv[1:] or list(STORMS))
    print("| storm | worst, ms | p99, ms | events |\n|---|---:|---:|---:|")
    for each in seen:
        print(f"| {each.name} | {each.worst_ms:.0f} | {each.p99_ms:.0f} | {each.events:,} |")
    return int(any(each.worst_ms > LIMIT_MS for each in seen))


if __name__ == "__main__":
    sys.exit(main())
