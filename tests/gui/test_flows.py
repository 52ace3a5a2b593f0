"""What people do, with a real engine behind the window and a real ``hum rpc`` peer before it.

``walk.py`` is a stranger's first hour; here stands what comes after it. One pair of nodes serves
the file; every test begins and ends with an open window in which nothing is locked.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from flow_people import Owner, confirm_next, shown, until
from PySide6.QtCore import QDate, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar
from walk import PASSPHRASE, Peer

from messenger.core.types import (
    Contact,
    Message,
    MessageState,
    PinOrigin,
    Relation,
)
from messenger.crypto.noise import KeyPair
from messenger.engine.commands import AddContact, BackUp, SetLock
from messenger.engine.events import Locked, NodeReady, ProfileNeeded, UnlockNeeded
from messenger.gui.dialogs.add_contact import AddContactDialog
from messenger.gui.dialogs.first_run import FirstRunDialog
from messenger.gui.dialogs.jump_date import JumpToDateDialog
from messenger.gui.dialogs.unlock import UnlockDialog
from messenger.gui.theme import Theme
from messenger.protocol.card import Card, encode_link
from messenger.store import backup_stream, slots

DAY_S = 24 * 3600.0


@pytest.fixture(scope="module", autouse=True)
def cheap_passphrases() -> Iterator[None]:
    """What a guess costs is tested where it is made: tests/store/test_store_vault.py."""
    with pytest.MonkeyPatch.context() as patch:

        def cheap(passphrase: bytes, salt: bytes, _cost: slots.Cost) -> bytes:
            return stretch(passphrase, salt, slots.CHEAP_COST_FOR_TESTING_ONLY)

        stretch = slots.stretch
        for module in (slots, backup_stream):
            patch.setattr(module, "stretch", cheap)
        yield


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    peer = Peer(tmp_path_factory.mktemp("peer"))
    yield peer
    peer.stop()


@pytest.fixture(scope="module")
def theo(
    tmp_path_factory: pytest.TempPathFactory, only_theme: Theme, peer: Peer
) -> Iterator[Owner]:
    """Theo, three days ago: he and Mara have just accepted each other."""
    theo = Owner(tmp_path_factory.mktemp("theo"), only_theme)
    theo.clock.later_s = -3 * DAY_S
    theo.make_profile("Theo")
    added = theo.ask(AddContact(link=peer.client.ready["link"]))
    assert isinstance(added, Contact)
    request = peer.event("contact.request")
    peer.call("contact.accept", contact=request["contact"])
    until(lambda: theo.people()["Mara"].relation is Relation.ACCEPTED, "an accepted contact")
    yield theo
    theo.stop()


@pytest.fixture
def chat(theo: Owner, peer: Peer) -> str:
    """The conversation with Mara is open; returns how she calls Theo."""
    theo.window.activateWindow()
    theo.window.choose(theo.people()["Mara"].id)
    return str(peer.event("contact.request")["contact"])


def messages(theo: Owner) -> list[Message]:
    model = theo.window.page.model
    return [model.message(row) for row in range(model.rowCount())]


def write(theo: Owner, text: str) -> Message:
    """Type a message, and wait until it is on the other computer."""
    edit = theo.window.page.composer.edit
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)

    def delivered() -> Message | None:
        own = (each for each in messages(theo) if each.outgoing and each.text == text)
        return next((each for each in own if each.state is MessageState.DELIVERED), None)

    found = until(delivered, f"{text} with two ticks")
    assert found is not None
    return found


def stranger(name: str) -> str:
    """Return the link of somebody who is never online."""
    return encode_link(Card(KeyPair.generate().public, (), name))


def png_of(link: str) -> bytes:
    file = io.BytesIO()
    segno.make(link.upper(), error="m").save(file, kind="png", scale=4, border=4)
    return file.getvalue()


# -- finding ------------------------------------------------------------------------------------


def test_a_day_is_gone_to(theo: Owner, chat: str) -> None:
    first = write(theo, "on the first day")
    theo.clock.later_s = 0.0
    write(theo, "three days later")
    QTest.keyClick(theo.window, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    dialog = shown(JumpToDateDialog)
    day = QDate.currentDate().addDays(-3)
    assert dialog.calendar.minimumDate() == day
    dialog.calendar.setSelectedDate(day)
    dialog.go_button.click()
    page = theo.window.page
    assert page.model.message(page.view.currentIndex().row()).id == first.id


def test_a_word_is_found_in_this_conversation_hit_by_hit(
    theo: Owner, chat: str, peer: Peer
) -> None:
    own = write(theo, "the owl is on the stick")
    peer.call("message.send", contact=chat, text="which owl?")
    theirs = until(lambda: [m for m in messages(theo) if m.text == "which owl?"], "the answer")
    window = theo.window
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = window.page.find_bar
    QTest.keyClicks(bar.edit, "OWL")
    until(lambda: bar.count.text() == "1 of 2", "both hits")
    page = window.page
    assert page.model.message(page.view.currentIndex().row()).id == theirs[0].id
    QTest.keyClick(bar.edit, Qt.Key.Key_Return)
    assert page.model.message(page.view.currentIndex().row()).id == own.id
    QTest.keyClick(bar.edit, Qt.Key.Key_Escape)
    assert bar.isHidden()
    assert page.composer.edit.hasFocus()


# -- adding -------------------------------------------------------------------------------------


def adding(theo: Owner) -> AddContactDialog:
    QTest.keyClick(theo.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    return shown(AddContactDialog)


def add(theo: Owner, dialog: AddContactDialog, name: str) -> Contact:
    """Press the button that the dialog comes to offer, twice: add, done."""
    until(lambda: dialog.their_side.command, "a whole link")
    dialog.add_contact_button.click()
    added = until(lambda: theo.people().get(name), name)
    assert added is not None
    until(lambda: dialog.added_page.contact, "what happens next")
    dialog.add_contact_button.click()
    until(lambda: theo.window.page.contact_id == added.id, "their conversation")
    return added


def test_a_link_is_pasted(theo: Owner, chat: str) -> None:
    QGuiApplication.clipboard().setText(f"my link: <{stranger('Priya')}>".split()[-1])
    dialog = adding(theo)
    QTest.keyClick(dialog.their_side.text_edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert add(theo, dialog, "Priya").origin is PinOrigin.LINK


def test_a_picture_of_a_code_is_dropped(theo: Owner, chat: str, tmp_path: Path) -> None:
    picture = tmp_path / "tomasz.png"
    picture.write_bytes(png_of(stranger("Tomasz")))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    dialog = adding(theo)
    where, copied = dialog.rect().center(), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(dialog, QDragEnterEvent(where, copied, mime, left, none))
    drop = QDropEvent(QPointF(where), copied, mime, left, none)
    QApplication.sendEvent(dialog, drop)
    assert drop.isAccepted()
    assert add(theo, dialog, "Tomasz").relation is Relation.ASKED


def test_a_picture_on_the_clipboard_is_read(theo: Owner, chat: str) -> None:
    QGuiApplication.clipboard().setImage(QImage.fromData(png_of(stranger("Declan"))))
    dialog = adding(theo)
    dialog.their_side.source.paste()
    added = add(theo, dialog, "Declan")
    assert theo.window.page.waiting.isVisible()
    assert "Waiting for" in theo.window.page.waiting.words.text()
    assert added.relation is Relation.ASKED


# -- what ends ----------------------------------------------------------------------------------


def test_messages_disappear_for_both_once_both_have_the_timer(
    theo: Owner, chat: str, peer: Peer
) -> None:
    page = theo.window.page
    hour = next(each for each in page.header._timer_group.actions() if each.data() == 3_600)
    confirm_next()
    hour.trigger()
    until(lambda: theo.people()["Mara"].lifetime_s == 3_600, "a timer that both have")
    assert "1 hour" in page.header.presence.text()
    gone = write(theo, "not for long")
    theo.clock.later_s = 2 * 3600.0
    try:
        write(theo, "an hour is over")  # a new date wakes the upkeep
        until(lambda: gone.id not in [each.id for each in messages(theo)], "one message less")
        assert "set forward by about 2 hours" in theo.window.notice.words.text()
    finally:
        theo.clock.later_s = 0.0
    confirm_next()
    page.header._timer_group.actions()[0].trigger()
    until(lambda: theo.people()["Mara"].lifetime_s == 0, "no timer again")


# -- the lock -----------------------------------------------------------------------------------


def open_again(theo: Owner) -> None:
    field = theo.window.fronts.lock_page.passphrase.edit
    QTest.keyClicks(field, PASSPHRASE)
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(lambda: not theo.window.locked, "the end of the lock")


def test_the_lock_hides_everything_while_messages_come(theo: Owner, chat: str, peer: Peer) -> None:
    QTest.keyClick(theo.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    until(lambda: theo.window.locked, "the lock")
    assert theo.people() == {}
    peer.call("message.send", contact=chat, text="are you there?")
    until(lambda: "1" in theo.window.fronts.lock_page.new_words.text(), "that something came")
    open_again(theo)
    until(lambda: theo.people()["Mara"].unread_count == 1, "one unread message")


def test_nobody_there_for_a_minute_locks(
    theo: Owner, chat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messenger.engine.idle_timer.LOOK_S", 0.02)  # or it takes a quarter minute
    theo.ask(SetLock(1, with_screen=False))
    theo.events.clear()
    theo.clock.later_s = 61.0
    theo.told(Locked)
    theo.clock.later_s = 0.0
    open_again(theo)
    theo.ask(SetLock(0, with_screen=False))


# -- keys ---------------------------------------------------------------------------------------


def test_another_key_freezes_and_may_become_a_new_contact(
    theo: Owner, chat: str, peer: Peer, tmp_path: Path
) -> None:
    first = Peer(tmp_path, "Jonas")
    host, port = first.client.ready["listen"]
    theo.ask(AddContact(link=first.client.ready["link"]))
    request = first.event("contact.request")
    first.call("contact.accept", contact=request["contact"])
    until(lambda: theo.people()["Jonas"].relation is Relation.ACCEPTED, "Jonas")
    first.stop()
    again = Peer(tmp_path / "again", "Jonas", listen=f"{host}:{port}")
    again.call("contact.wait", seconds=60)
    window = theo.window
    window.choose(theo.people()["Jonas"].id)
    dialog = adding(theo)
    dialog.findChild(QTabBar).setCurrentIndex(1)
    dialog.dial_panel.host_edit.setText(f"{host}:{port}")
    dialog.add_contact_button.click()
    until(lambda: theo.people()["Jonas"].frozen, "another key")
    until(lambda: "Another key" in dialog.dial_panel.note.text, "that it is said")
    dialog.close()
    banner = window.page.changed_key
    assert banner.isVisible()
    assert window.page.header.trust.text() == "Changed key"
    confirm_next()
    banner.new_button.click()
    new = again.event("contact.request")
    again.call("contact.accept", contact=new["contact"])
    both = until(
        lambda: [c for c in theo.everybody() if c.title == "Jonas" and not c.frozen], "the new one"
    )
    assert both
    again.stop()


# -- from the first run to another computer ------------------------------------------------------


def test_the_code_of_the_first_run_opens_it_and_a_backup_makes_it_anew(
    tmp_path: Path, theme: Theme, qapp: QApplication
) -> None:
    ada = Owner(tmp_path / "one", theme)
    first = FirstRunDialog(ada.client, ada.told(ProfileNeeded), None)
    first.show()
    first.name_edit.setText("Ada")
    first.next_button.click()
    first.lock_choice.passphrase_box.setChecked(True)
    first.lock_choice.passphrase.field.set_text(PASSPHRASE)
    first.next_button.click()
    first.next_button.click()
    code = until(lambda: first.code.text, "the recovery code")
    first.noted_box.setChecked(True)
    first.next_button.click()
    assert not first.isVisible()
    key = ada.told(NodeReady).info.key
    ada.ask(AddContact(link=stranger("Bob")))
    ada.ask(BackUp(tmp_path / "ada.humbackup", "seven wooden spoons here"))
    ada.stop()

    again = Owner(tmp_path / "one", theme)
    unlock = UnlockDialog(again.client, again.told(UnlockNeeded), None)
    unlock._show_recovery()
    unlock.recovery.setText(code.lower())
    unlock.unlock_button.click()
    until(lambda: not unlock.isVisible(), "the profile open by its code")
    assert again.told(NodeReady).info.key == key
    again.stop()

    elsewhere = Owner(tmp_path / "two", theme)
    restore = FirstRunDialog(elsewhere.client, elsewhere.told(ProfileNeeded), None)
    restore.show()
    restore.restore_button.click()
    restore.restore_page.file_edit.setText(str(tmp_path / "ada.humbackup"))
    restore.restore_page.passphrase.set_text("seven wooden spoons here")
    choice = restore.restore_page.lock_choice
    choice.passphrase_box.setChecked(True)
    choice.passphrase.field.set_text(PASSPHRASE)
    restore.next_button.click()
    assert elsewhere.told(NodeReady).info.key == key
    until(lambda: "Bob" in elsewhere.people(), "the contact of the backup")
    restore.deleteLater()
    elsewhere.stop()
