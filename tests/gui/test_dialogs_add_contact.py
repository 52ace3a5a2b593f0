"""Adding a contact: by link, fingerprint, picture and address, and what could be wrong with it."""

from dataclasses import replace
from pathlib import Path

import pytest
from people import LONG_NAME, MARA, MARAS_KEY, NODE, OTHER_KEY, OWN_KEY, link_of, named
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from scripted_client import ScriptedClient

from messenger.core.errors import ConnectFailedError, NotAllowedError, OwnLinkError
from messenger.core.types import (
    Address,
    Contact,
    ContactId,
    Obstacle,
    PinOrigin,
    Presence,
    Relation,
)
from messenger.crypto.fingerprint import fingerprint
from messenger.engine.commands import (
    AddContact,
    ConnectToAddress,
    ListContacts,
    WaitForStrangers,
)
from messenger.engine.events import (
    ContactChanged,
    ContactRemoved,
    ContactRequested,
    NodeInfoChanged,
    PresenceChanged,
    StrangersAdmitted,
)
from messenger.gui.dialogs.add_contact import AddContactDialog
from messenger.gui.dialogs.names import same_name
from messenger.gui.qr import qr_image
from messenger.gui.qr_reader import read_codes
from messenger.gui.texts import sentence

LINK = link_of(MARAS_KEY, "Mara")
ASKED = replace(MARA, relation=Relation.ASKED)


@pytest.fixture
def client(qapp: object) -> ScriptedClient:
    return ScriptedClient()


@pytest.fixture
def dialog(qtbot: QtBot, client: ScriptedClient) -> AddContactDialog:
    dialog = AddContactDialog(client, NODE, None)
    qtbot.addWidget(dialog)
    dialog.show()
    client.answer(ListContacts, ())
    return dialog


def paste(qtbot: QtBot, dialog: AddContactDialog, text: str) -> str:
    """Paste into their side and wait for the verdict."""
    QGuiApplication.clipboard().setText(text)
    dialog.their_side.text_edit.clear()
    with qtbot.waitSignal(dialog.their_side._reader.answered):
        dialog.their_side.text_edit.paste()
    return dialog.their_side.note.text


def texts(widget: object) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


# -- my side ---------------------------------------------------------------------------------------


def test_my_side_can_be_scanned_copied_and_read_aloud(dialog: AddContactDialog) -> None:
    side = dialog.own_side
    assert read_codes(side.qr.grab().toImage()) == [NODE.link.upper()]
    assert side.link_edit.text() == NODE.link
    assert side.fingerprint_label.text().split() == NODE.fingerprint.split()
    for words, text in (("Copy link", NODE.link), ("Copy fingerprint", NODE.fingerprint)):
        button = next(b for b in side.findChildren(type(dialog.close_button)) if b.text() == words)
        button.click()
        assert QGuiApplication.clipboard().text() == text
        assert button.text() == "Copied"


def test_my_code_is_saved_as_a_picture(dialog: AddContactDialog, tmp_path: Path) -> None:
    dialog.own_side.save_image(str(tmp_path / "me.png"))
    assert read_codes(QImage(str(tmp_path / "me.png"))) == [NODE.link.upper()]
    dialog.own_side.save_image(str(tmp_path / "no" / "me.png"))
    assert "could not be written" in texts(dialog.own_side)


def test_my_side_follows_a_new_address(dialog: AddContactDialog, client: ScriptedClient) -> None:
    link = link_of(OWN_KEY, "Ada the second")
    client.emit(NodeInfoChanged(replace(NODE, link=link, addresses=(Address("198.51.100.1", 9),))))
    assert dialog.own_side.link_edit.text() == link
    assert "198.51.100.1:9" in texts(dialog.doorway)


# -- their side ------------------------------------------------------------------------------------


def test_a_link_is_recognised_and_added(
    qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient
) -> None:
    assert not dialog.add_contact_button.isEnabled()
    assert "Mara" in paste(qtbot, dialog, LINK)
    dialog.their_side.alias_edit.setText(" Ma ")
    dialog.add_contact_button.click()
    assert client.asked[-1] == AddContact(link=LINK, alias="Ma", origin=PinOrigin.LINK)
    client.answer(AddContact, ASKED)
    assert "Waiting for" in dialog.added_page.state
    assert "Mara" in dialog.added_page.state


@pytest.mark.parametrize(
    "wrapped", [f"  {LINK}\n", LINK.upper(), f"<{LINK}>", f"this is me: {LINK}. Bye!"]
)
def test_a_link_is_found_in_what_mail_programs_make_of_it(
    qtbot: QtBot, dialog: AddContactDialog, wrapped: str
) -> None:
    paste(qtbot, dialog, wrapped)
    command = dialog.their_side.command
    assert command is not None
    assert command.link.strip("<>").lower() == LINK


def test_a_link_that_a_mail_program_broke_in_two_is_whole_again(
    qtbot: QtBot, dialog: AddContactDialog
) -> None:
    assert "complete link" in paste(qtbot, dialog, LINK[:50] + "\r\n  " + LINK[50:])


def test_a_fingerprint_is_recognised_and_may_have_an_address(
    qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient
) -> None:
    side = dialog.their_side
    assert side.address_edit.isHidden()
    assert "fingerprint" in paste(qtbot, dialog, fingerprint(MARAS_KEY).upper())
    assert side.address_edit.isVisible()
    assert side.command.address is None
    side.address_edit.setText("192.0.2.9")
    assert side.command is None
    side.address_edit.setText("[2001:db8::9]:4711")
    dialog.add_contact_button.click()
    command = client.last(AddContact)
    assert command.address == Address("2001:db8::9", 4711)
    assert command.origin is PinOrigin.FINGERPRINT
    assert command.link is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (fingerprint(MARAS_KEY)[:-1], "lacks 1 character"),
        (fingerprint(MARAS_KEY)[:5] + "1" + fingerprint(MARAS_KEY)[6:], "group 2"),
        (LINK[:-9], "end is missing"),
        (LINK[:30] + "0" + LINK[31:], "Character 27"),
        ("https://example.org", "fingerprint"),
    ],
)
def test_a_damaged_link_says_which_part(
    qtbot: QtBot, dialog: AddContactDialog, text: str, part: str
) -> None:
    assert part in paste(qtbot, dialog, text)
    assert not dialog.add_contact_button.isEnabled()


def test_a_link_of_a_newer_version_says_so(qtbot: QtBot, dialog: AddContactDialog) -> None:
    import hashlib

    from messenger.core.ids import base32_encode

    body = b"\x02" + bytes(40)
    checksum = hashlib.sha256(b"Hum card" + body).digest()[:4]
    newer = "hum:" + base32_encode(body + checksum)
    assert "newer version" in paste(qtbot, dialog, newer)


def test_nobody_is_corrected_in_mid_word(qtbot: QtBot, dialog: AddContactDialog) -> None:
    QTest.keyClicks(dialog.their_side.text_edit, "aaaq eaye")
    assert dialog.their_side.note.isHidden()
    qtbot.waitUntil(dialog.their_side.note.isVisible)


def test_only_the_newest_text_is_answered(qtbot: QtBot, dialog: AddContactDialog) -> None:
    edit = dialog.their_side.text_edit
    edit.setPlainText("nonsense")
    edit.pasted.emit()
    with qtbot.waitSignal(dialog.their_side._reader.answered):
        edit.setPlainText(LINK)
        edit.pasted.emit()
    assert "Mara" in dialog.their_side.note.text


def test_an_emptied_field_says_nothing(qtbot: QtBot, dialog: AddContactDialog) -> None:
    paste(qtbot, dialog, LINK)
    dialog.their_side.text_edit.clear()
    assert dialog.their_side.note.isHidden()
    assert not dialog.add_contact_button.isEnabled()


# -- who is who ------------------------------------------------------------------------------------


def test_my_own_link_teaches(qtbot: QtBot, dialog: AddContactDialog) -> None:
    assert paste(qtbot, dialog, NODE.link) == sentence(OwnLinkError())
    assert not dialog.add_contact_button.isEnabled()


def test_somebody_known_is_named(
    qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient
) -> None:
    dialog._on_contacts((MARA,))
    said = paste(qtbot, dialog, LINK)
    assert "Mara" in said
    assert "already" in said
    assert not dialog.add_contact_button.isEnabled()


def test_one_key_under_two_names_is_said(qtbot: QtBot, dialog: AddContactDialog) -> None:
    dialog._on_contacts((MARA,))
    said = paste(qtbot, dialog, link_of(MARAS_KEY, "Bob"))
    assert "Mara" in said
    assert "Bob" in said
    assert "wrong name" in said
    assert not dialog.add_contact_button.isEnabled()


def test_one_name_with_two_keys_is_said_but_allowed(qtbot: QtBot, dialog: AddContactDialog) -> None:
    dialog._on_contacts((MARA,))
    said = paste(qtbot, dialog, link_of(OTHER_KEY, "MARA"))
    assert "probing" in said
    assert dialog.add_contact_button.isEnabled()
    dialog.their_side.alias_edit.setText("Mara at work")
    assert "probing" not in dialog.their_side.note.text


def test_the_alias_of_somebody_else_is_said_too(qtbot: QtBot, dialog: AddContactDialog) -> None:
    dialog._on_contacts((replace(MARA, alias="Boss"),))
    paste(qtbot, dialog, link_of(OTHER_KEY, "Bob"))
    dialog.their_side.alias_edit.setText("boss")
    assert "probing" in dialog.their_side.note.text


@pytest.mark.parametrize("unseen", ["\u200d", "\ufe0f", "\U000e0061", "\u206a", "\u180b"])
def test_a_name_with_something_unseen_in_it_is_said_too(
    qtbot: QtBot, dialog: AddContactDialog, unseen: str
) -> None:
    dialog._on_contacts((MARA,))
    assert "probing" in paste(qtbot, dialog, link_of(OTHER_KEY, f"Mara{unseen}"))


def test_adding_somebody_who_asked_accepts_them(qtbot: QtBot, dialog: AddContactDialog) -> None:
    dialog._on_contacts((replace(MARA, relation=Relation.REQUEST),))
    assert "accepts the request" in paste(qtbot, dialog, LINK)
    assert dialog.add_contact_button.isEnabled()


def test_the_verdict_follows_the_contacts(
    qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient
) -> None:
    paste(qtbot, dialog, LINK)
    client.emit(ContactChanged(MARA))
    assert not dialog.add_contact_button.isEnabled()
    client.emit(ContactRemoved(MARA.id))
    assert dialog.add_contact_button.isEnabled()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Mara", "mara", True),
        (" Mara", "Mara ", True),
        ("Jos\u00e9", "Jose\u0301", True),  # composed, and in two
        ("Mara", "\uff2d\uff41\uff52\uff41", True),  # of full width
        ("Mara", "\U0001d40c\U0001d41a\U0001d42b\U0001d41a", True),  # bold, as in mathematics
        ("Stra\u00dfe", "STRASSE", True),
        ("Jos\u00e9", "Jose", False),
        ("Mara", "Marc", False),
        ("", "", False),
        (" ", "\n", False),
    ],
)
def test_names_are_compared_as_the_eye_does(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_a_hostile_name_stays_plain(qtbot: QtBot, dialog: AddContactDialog) -> None:
    said = paste(qtbot, dialog, link_of(MARAS_KEY, "<img src=file:///x>\u202e"))
    assert "<img src=file:///x>\ufffd" in said


# -- what happens next -----------------------------------------------------------------------------


def added(qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient, contact: Contact) -> None:
    paste(qtbot, dialog, LINK)
    dialog.add_contact_button.click()
    client.answer(AddContact, contact)


def test_the_state_follows_the_events(
    qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient
) -> None:
    added(qtbot, dialog, client, ASKED)
    client.emit(PresenceChanged(MARA.id, Presence.CONNECTING))
    assert "Connecting" in dialog.added_page.state
    client.emit(PresenceChanged(MARA.id, Presence.OFFLINE, None, Obstacle.REFUSED))
    assert "to come online" in dialog.added_page.state
    assert "no Hum" in dialog.added_page.state
    client.emit(PresenceChanged(MARA.id, Presence.ONLINE))
    assert "must accept" in dialog.added_page.state
    client.emit(PresenceChanged(ContactId(99), Presence.OFFLINE))
    assert "must accept" in dialog.added_page.state
    client.emit(ContactChanged(replace(MARA, relation=Relation.DECLINED)))
    assert "declined" in dialog.added_page.state
    client.emit(ContactChanged(MARA))
    assert "You can write" in dialog.added_page.state


def test_events_may_be_ahead_of_the_answer(
    qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient
) -> None:
    paste(qtbot, dialog, LINK)
    dialog.add_contact_button.click()
    client.emit(ContactChanged(MARA))
    client.answer(AddContact, ASKED)
    assert "You can write" in dialog.added_page.state


def test_another_one_can_be_added(
    qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient
) -> None:
    added(qtbot, dialog, client, ASKED)
    dialog.add_another_button.click()
    assert dialog.their_side.text_edit.toPlainText() == ""
    assert not dialog.add_contact_button.isEnabled()
    assert dialog.added_page.contact is None


def test_done_closes(qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient) -> None:
    added(qtbot, dialog, client, ASKED)
    dialog.add_contact_button.click()
    assert not dialog.isVisible()


def test_a_refusal_of_the_engine_is_a_sentence(
    qtbot: QtBot, dialog: AddContactDialog, client: ScriptedClient
) -> None:
    paste(qtbot, dialog, LINK)
    dialog.add_contact_button.click()
    error = NotAllowedError("they are blocked")
    client.answer(AddContact, error=error)
    assert sentence(error) in texts(dialog)
    assert dialog.add_contact_button.isEnabled()


# -- pictures --------------------------------------------------------------------------------------


def drop(dialog: AddContactDialog, mime: QMimeData) -> QDropEvent:
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dialog.dropEvent(event)
    return event


def test_a_dropped_picture_counts_as_a_link_that_was_sent(
    qtbot: QtBot, dialog: AddContactDialog, tmp_path: Path
) -> None:
    path = tmp_path / "mara.png"
    assert qr_image(LINK).save(str(path))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    with qtbot.waitSignal(dialog.their_side._reader.answered, timeout=20_000):
        drop(dialog, mime)
    command = dialog.their_side.command
    assert command is not None
    assert command.origin is PinOrigin.LINK
    assert command.link.lower() == LINK


def test_a_scanned_link_that_was_edited_is_no_longer_scanned(
    qtbot: QtBot, dialog: AddContactDialog
) -> None:
    dialog.their_side.source._on_seen([LINK])
    qtbot.waitUntil(lambda: dialog.their_side.command is not None)
    assert dialog.their_side.command.origin is PinOrigin.SCANNED
    paste(qtbot, dialog, link_of(MARAS_KEY, "Mara M"))
    assert dialog.their_side.command.origin is PinOrigin.LINK


@pytest.mark.parametrize(
    ("urls", "words"),
    [
        (["file:///a.png", "file:///b.png"], "several files"),
        (["https://example.org/a.png"], "not on this computer"),
        (["file://host/share/a.png"], "not on this computer"),
        (["file:///nowhere/a.png"], "cannot be read"),
    ],
)
def test_what_cannot_be_dropped_is_explained(
    qtbot: QtBot, dialog: AddContactDialog, urls: list[str], words: str
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl(url) for url in urls])
    drop(dialog, mime)
    qtbot.waitUntil(lambda: words in dialog.their_side.note.text)


def test_a_picture_on_the_clipboard_is_read_where_text_is_pasted(
    qtbot: QtBot, dialog: AddContactDialog
) -> None:
    QGuiApplication.clipboard().setImage(qr_image(LINK))
    with qtbot.waitSignal(dialog.their_side._reader.answered, timeout=20_000):
        dialog.their_side.text_edit.paste()
    assert dialog.their_side.command.origin is PinOrigin.LINK


# -- by address ------------------------------------------------------------------------------------


@pytest.fixture
def by_address(dialog: AddContactDialog) -> AddContactDialog:
    dialog._tabs.setCurrentIndex(1)
    return dialog


def test_an_address_is_dialled(
    qtbot: QtBot, by_address: AddContactDialog, client: ScriptedClient
) -> None:
    assert not by_address.add_contact_button.isEnabled()
    by_address.dial_panel.host_edit.setText("192.0.2.9:4711")  # taken apart
    assert by_address.dial_panel.host_edit.text() == "192.0.2.9"
    by_address.add_contact_button.click()
    assert client.asked[-1] == ConnectToAddress(Address("192.0.2.9", 4711), None)
    assert not by_address.add_contact_button.isEnabled()
    assert "192.0.2.9:4711" in by_address.dial_panel.note.text
    client.answer(ConnectToAddress, ASKED)
    assert by_address.added_page.contact == ASKED


@pytest.mark.parametrize(
    ("host", "port"), [("", "4711"), ("192.0.2.9", ""), ("192.0.2.9", "0"), ("h", "70000")]
)
def test_half_an_address_cannot_be_dialled(
    by_address: AddContactDialog, host: str, port: str
) -> None:
    by_address.dial_panel.host_edit.setText(host)
    by_address.dial_panel.port_edit.setText(port)
    assert by_address.dial_panel.command is None
    assert not by_address.add_contact_button.isEnabled()


def test_a_failed_call_says_why_and_can_be_repeated(
    by_address: AddContactDialog, client: ScriptedClient
) -> None:
    by_address.dial_panel.host_edit.setText("192.0.2.9:4711")
    by_address.add_contact_button.click()
    error = ConnectFailedError()
    client.answer(ConnectToAddress, error=error)
    assert by_address.dial_panel.note.text == sentence(error)
    assert by_address.add_contact_button.isEnabled()


def test_a_call_can_be_given_up(by_address: AddContactDialog, client: ScriptedClient) -> None:
    by_address.dial_panel.host_edit.setText("192.0.2.9:4711")
    by_address.add_contact_button.click()
    by_address.dial_panel.cancel_button.click()
    assert by_address.add_contact_button.isEnabled()
    client.answer(ConnectToAddress, ASKED)  # falls on nobody
    assert by_address.added_page.contact is None


def test_a_namesake_at_an_address_is_said(
    by_address: AddContactDialog, client: ScriptedClient
) -> None:
    by_address._on_contacts((replace(named(LONG_NAME), id=ContactId(1), key=OTHER_KEY),))
    by_address.dial_panel.host_edit.setText("192.0.2.9:4711")
    by_address.add_contact_button.click()
    client.answer(ConnectToAddress, named(LONG_NAME))
    assert "probing" in by_address.added_page.warning


def test_the_door_opens_for_ten_minutes_and_closes(
    by_address: AddContactDialog, client: ScriptedClient
) -> None:
    door = by_address.doorway
    assert "192.0.2.7:47110" in texts(door)
    door.wait_button.click()
    assert client.asked[-1] == WaitForStrangers(600.0)
    client.answer(WaitForStrangers)
    client.emit(StrangersAdmitted(_in(600_000)))
    assert "10:00" in door.said
    client.emit(ContactRequested(named("Bob")))
    assert "Bob" in door.said
    door.wait_button.click()
    assert client.asked[-1] == WaitForStrangers(0.0)
    client.emit(StrangersAdmitted(0))
    assert not door.waiting
    assert door.wait_button.text() == "Wait for ten minutes"


def test_the_countdown_ends_by_itself(
    qtbot: QtBot, by_address: AddContactDialog, client: ScriptedClient
) -> None:
    client.emit(StrangersAdmitted(_in(-5_000)))
    assert not by_address.doorway.waiting


def test_closing_the_window_closes_the_door(
    by_address: AddContactDialog, client: ScriptedClient
) -> None:
    client.emit(StrangersAdmitted(_in(60_000)))
    by_address.close()
    assert client.asked[-1] == WaitForStrangers(0.0)


def test_closing_the_window_without_waiting_asks_nothing(
    by_address: AddContactDialog, client: ScriptedClient
) -> None:
    by_address.close()
    assert client.asked == [ListContacts()]


def test_without_a_port_nobody_can_be_let_in(qtbot: QtBot, client: ScriptedClient) -> None:
    dialog = AddContactDialog(client, replace(NODE, listen=None, addresses=()), None)
    qtbot.addWidget(dialog)
    assert not dialog.doorway.wait_button.isEnabled()
    assert "no port" in dialog.doorway.said


def _in(milliseconds: int) -> int:
    from PySide6.QtCore import QDateTime

    return QDateTime.currentMSecsSinceEpoch() + milliseconds
