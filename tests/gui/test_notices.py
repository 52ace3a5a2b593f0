"""What nobody has asked for stays until somebody has closed it: over locks, others and starts."""

from dataclasses import replace
from pathlib import Path

import pytest
from memory_history import MemoryClient
from people import NODE
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from messenger.core.errors import AddressInUseError, StoreError
from messenger.core.types import ContactId, Fork
from messenger.engine.commands import SetPreference
from messenger.engine.events import (
    BackupDone,
    BackupFailed,
    BackupWritten,
    ClockJumped,
    ContactRemoved,
    Event,
    ForkSeen,
    KeyAdopted,
    Locked,
    NodeInfoChanged,
    NodeReady,
    SessionReset,
    Unlocked,
)
from messenger.gui.preferences import FORKS_READ
from messenger.gui.theme import Theme
from messenger.gui.times import full_when
from messenger.gui.views.main_window import MainWindow

MARA, JONAS = ContactId(1), ContactId(2)
SEEN_AT = 1_790_000_000_123
IN_USE = ForkSeen(MARA, Fork.IN_USE, own=True, at=SEEN_AT)
THEIRS = ForkSeen(MARA, Fork.IN_USE, own=False, at=SEEN_AT + 1)
LOCKED = Locked(frozenset({"passphrase"}))


def said(window: MainWindow) -> str:
    """What stands above the conversations; the empty string where nothing does."""
    return "" if window.notice.isHidden() else window.notice.words.text()


def held(window: MainWindow) -> str:
    """Every word that a widget of the window holds, seen or not."""
    words = [label.text() for label in window.findChildren(QLabel)]
    words += [each.accessibleName() + each.toolTip() for each in window.findChildren(QWidget)]
    return "\n".join(words)


@pytest.mark.parametrize("event", [IN_USE, THEIRS, KeyAdopted(MARA), SessionReset(MARA)])
def test_a_lock_hides_a_warning_and_does_not_lose_it(
    window: MainWindow, client: MemoryClient, event: Event
) -> None:
    client.emit(event)
    before = said(window)
    assert "Mara" in before
    client.emit(LOCKED)
    assert "Mara" not in held(window)
    client.emit(Unlocked(NODE, {}))
    assert said(window) == before
    window.notice.close_button.click()
    client.emit(LOCKED)
    client.emit(Unlocked(NODE, {}))
    assert said(window) == ""


@pytest.mark.parametrize("event", [IN_USE, ClockJumped(7200.0), BackupFailed(StoreError("x"))])
def test_what_comes_while_locked_is_said_afterwards(
    window: MainWindow, client: MemoryClient, event: Event
) -> None:
    client.emit(LOCKED)
    before = held(window)
    client.emit(event)
    assert held(window) == before
    client.emit(Unlocked(NODE, {}))
    assert said(window)


def test_a_lost_listener_is_said_once_and_no_longer_than_it_lasts(
    window: MainWindow, client: MemoryClient
) -> None:
    deaf = NodeInfoChanged(NODE, AddressInUseError("taken"))
    client.emit(deaf)
    assert said(window)
    window.notice.close_button.click()
    client.emit(deaf)  # something else of us has changed
    assert said(window) == ""
    client.emit(NodeInfoChanged(NODE))
    client.emit(deaf)
    assert said(window)
    client.emit(NodeInfoChanged(NODE))
    assert said(window) == ""


def test_a_backup_that_was_written_ends_the_word_of_one_that_was_not(
    window: MainWindow, client: MemoryClient
) -> None:
    client.emit(BackupFailed(StoreError("x")))
    client.emit(IN_USE)
    client.emit(BackupWritten(Path("b.hum"), BackupDone(1, 2, 3, history=True)))
    assert "backup" not in said(window).lower()
    assert "Mara" in said(window)


def test_nothing_takes_the_place_of_a_warning(window: MainWindow, client: MemoryClient) -> None:
    client.emit(ClockJumped(7200.0))
    for event in (IN_USE, SessionReset(JONAS), BackupFailed(StoreError("x"))):
        client.emit(event)
    window.updating.doubted.emit("An update is not to be believed.")
    first, second, *others = said(window).split("\n\n")
    assert "your identity" in first
    assert "Jonas" in second
    assert [words.split()[0] for words in others] == ["The", "The", "An"]
    window.notice.close_button.click()
    assert said(window) == ""
    client.emit(ClockJumped(-7200.0))
    assert "\n" not in said(window)


def test_of_one_subject_the_newest_is_said(window: MainWindow, client: MemoryClient) -> None:
    client.emit(ForkSeen(MARA, Fork.ROLLED_BACK, own=True, at=1))
    client.emit(THEIRS)
    client.emit(IN_USE)
    own, theirs = said(window).split("\n\n")
    assert "heard both" in own
    assert "the identity of" in theirs
    assert full_when(SEEN_AT) in own


def test_of_somebody_who_is_removed_nothing_is_said_again(
    window: MainWindow, client: MemoryClient
) -> None:
    client.emit(IN_USE)
    client.emit(ContactRemoved(MARA))
    del client.history.people[0]
    client.emit(LOCKED)
    client.emit(Unlocked(NODE, {}))
    assert said(window) == ""


# -- a start ------------------------------------------------------------------------------------


def started(qtbot: QtBot, theme: Theme, client: MemoryClient, read: str) -> MainWindow:
    window = MainWindow(client, theme)
    qtbot.addWidget(window)
    window.show()
    client.emit(NodeReady(NODE, {FORKS_READ: read}))
    return window


def test_an_identity_in_two_places_is_said_at_each_start_until_somebody_has_read_it(
    qtbot: QtBot, theme: Theme, client: MemoryClient
) -> None:
    mara, *others = client.history.people
    forked = replace(mara, own_fork=Fork.IN_USE, own_fork_at=SEEN_AT)
    forked = replace(forked, fork=Fork.RESTORED, fork_at=SEEN_AT + 1)
    client.history.people = [forked, *others]
    for _ in range(2):
        window = started(qtbot, theme, client, "")
        own, theirs = said(window).split("\n\n")
        assert "your identity" in own
        assert "restored" in theirs
    assert client.of(SetPreference) == []
    window.all_actions.escape.trigger()
    (kept,) = client.of(SetPreference)
    assert isinstance(kept, SetPreference)
    assert said(started(qtbot, theme, client, kept.value)) == ""
    again = replace(forked, own_fork_at=SEEN_AT - 1)  # the clock was set back meanwhile
    client.history.people = [again, *others]
    assert "your identity" in said(started(qtbot, theme, client, kept.value))


def test_what_was_read_when_it_came_is_not_said_at_the_next_start(
    qtbot: QtBot, theme: Theme, client: MemoryClient
) -> None:
    window = started(qtbot, theme, client, "17 18")  # of contacts that are gone
    client.emit(IN_USE)
    window.notice.close_button.click()
    assert client.of(SetPreference) == [SetPreference(FORKS_READ, str(SEEN_AT))]
