"""Renders every dialog and page to PNG files, to be looked at.

``QT_SCALE_FACTOR=2 PYTHONPATH=. python tests/gui/dialog_screens.py FOLDER [NAME …]`` draws light
and dark, at the preferred width and at 320 pixels, with ordinary and with long names; with the
options of ``picture_options``.
"""

import os
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from memory_history import MemoryClient, MemoryHistory, make_contact, make_message
from people import LONG_NAME, MARA, MARAS_KEY, NODE, NUMBER, OTHER_KEY, link_of, named
from picture_options import add_picture_options, picture_application
from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QEvent, QThreadPool
from PySide6.QtWidgets import QApplication, QDialog, QTabBar
from scripted_client import ScriptedClient

from messenger.core.builds import (
    Build,
    BuildCheck,
    BuildKind,
    Damage,
    FileFinding,
    compare_builds,
)
from messenger.core.cover_budget import GIGABYTE, plan_for
from messenger.core.errors import (
    DatabaseMissingError,
    KeyringEntryMissingError,
    KeyringUnavailableError,
    MessengerError,
    StoreCorruptError,
    UpdateSourceError,
    UpdateUnsignedError,
    WrongKeyError,
)
from messenger.core.types import (
    COVER_PROFILES,
    Address,
    Contact,
    ContactId,
    FileEstimate,
    FileInfo,
    FileState,
    Finding,
    LaneState,
    LinkStats,
    MailRoute,
    MailTrouble,
    NetworkSettings,
    Obstacle,
    OwnRelay,
    Presence,
    Proxy,
    Relation,
    RelayId,
    RelayOverview,
    RelayState,
    TimelineStep,
    Verdict,
    WireStats,
)
from messenger.crypto.fingerprint import fingerprint
from messenger.engine.commands import (
    AddRecoveryCode,
    CheckBuild,
    CompareBuild,
    ConnectToAddress,
    CreateProfile,
    GetBackupSchedule,
    GetLockSettings,
    GetNetwork,
    GetSafetyNumber,
    ListContacts,
    ListRelays,
    RestoreBackup,
    RunDoctor,
    Unlock,
)
from messenger.engine.events import (
    BackupSchedule,
    ContactChanged,
    ContactRequested,
    FastLaneChanged,
    LockSettings,
    PresenceChanged,
    ProfileNeeded,
    RelaysChanged,
    Salvaged,
    StrangersAdmitted,
    UnlockNeeded,
    WireSnapshot,
)
from messenger.gui.dialogs.add_contact import AddContactDialog
from messenger.gui.dialogs.build_compare import BuildCompareDialog
from messenger.gui.dialogs.close_choice import CloseChoiceDialog
from messenger.gui.dialogs.confirm import ConfirmDialog
from messenger.gui.dialogs.connection import ConnectionDialog
from messenger.gui.dialogs.fast_lane import FastLaneDialog
from messenger.gui.dialogs.file_offer import FileOfferDialog
from messenger.gui.dialogs.first_run import FirstRunDialog
from messenger.gui.dialogs.jump_date import JumpToDateDialog
from messenger.gui.dialogs.lab import LabDialog
from messenger.gui.dialogs.open_link import OpenLinkDialog
from messenger.gui.dialogs.picture import PictureDialog
from messenger.gui.dialogs.rename import RenameDialog
from messenger.gui.dialogs.safety_number import SafetyNumberDialog
from messenger.gui.dialogs.search_all import SearchDialog
from messenger.gui.dialogs.settings import SettingsDialog
from messenger.gui.dialogs.shortcuts import ShortcutsDialog
from messenger.gui.dialogs.timeline import TimelineDialog
from messenger.gui.dialogs.unlock import UnlockDialog
from messenger.gui.dialogs.wire_page import WireDialog
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.picture_limits import PictureProblem
from messenger.gui.theme import Theme, ThemeChoice
from messenger.gui.update_client import Phase, UpdateClient, UpdateState
from messenger.update.installation import Installation, Kind
from messenger.update.prepared import Prepared
from messenger.update.release import Release
from messenger.update.source import Source

STEPS = (
    (TimelineStep.WRITTEN, 1_760_000_000_123),
    (TimelineStep.LEFT, 1_760_000_000_472),
    (TimelineStep.ACKNOWLEDGED, 1_760_000_001_310),
)
PICTURE = replace(
    make_message(1, 7, "the bridge, seen from the mill.jpg"),
    file=FileInfo(2_400_000, "image/jpeg", FileState.DONE, None, (4_000, 3_000)),
)
OWN_COVERS = (
    replace(MARA, relation=Relation.ACCEPTED, cover=COVER_PROFILES["lively"]),
    replace(named(LONG_NAME), id=ContactId(2), relation=Relation.ACCEPTED),
)
TOR = NetworkSettings(Proxy("127.0.0.1", 9050, isolate=True), direct=False)
FINDINGS = (
    Finding("clock", Verdict.NOTE, "unsynchronised"),
    Finding("port", Verdict.GOOD, "open", "40123"),
    Finding("mapping", Verdict.FAIL, "behind_another"),
    Finding("address", Verdict.FAIL, "private"),
    Finding("proxy", Verdict.NOTE, "none"),
    Finding("relay", Verdict.NOTE, "none"),
    Finding("contact", Verdict.GOOD, "connected", "2/3"),
)
LOCK_SETTINGS = LockSettings(
    frozenset({"keyring", "passphrase", "recovery"}), "Secret Service", 5, True, False
)
RELEASE = Release(
    "0.2.0",
    "Files move through the fast lane without a pause.\nLinks come back sooner after sleep.",
    88_000_000,
    newer=True,
)
NO_SCHEDULE = BackupSchedule(None, 24, True, 3, None, None)


def rename(name: str) -> Callable[[ScriptedClient], QDialog]:
    return lambda client: RenameDialog(client, named(name), None)


def remove(_client: ScriptedClient) -> QDialog:
    return ConfirmDialog(
        None,
        question="Remove Mara?",
        effect="The contact, its key and all its messages are deleted from this computer. "
        "This cannot be undone.",
        verb="Remove",
    )


def link(url: str) -> Callable[[ScriptedClient], QDialog]:
    return lambda _client: OpenLinkDialog(url, None)


def unlock(slots: set[str], problem: MessengerError | None) -> Callable[[ScriptedClient], QDialog]:
    return lambda client: UnlockDialog(client, UnlockNeeded(frozenset(slots), problem), None)


def unlock_failed(client: ScriptedClient) -> QDialog:
    dialog = unlock({"passphrase", "recovery"}, None)(client)
    dialog.passphrase.set_text("wrong")
    dialog.unlock_button.click()
    client.answer(Unlock, error=WrongKeyError())
    return dialog


def unlock_salvaged(client: ScriptedClient) -> QDialog:
    dialog = unlock({"keyring", "recovery"}, StoreCorruptError())(client)
    dialog.damaged_page.passphrase.field.set_text("club meteor plaster land")
    dialog.damaged_page.tell_salvaged(Salvaged(12, 3456, ("message",)))
    return dialog


def unlock_offer(client: ScriptedClient) -> QDialog:
    dialog = unlock({"keyring", "recovery"}, KeyringEntryMissingError())(client)
    dialog.recovery.setText("aaaa")
    dialog.unlock_button.click()
    client.answer(Unlock)
    return dialog


def first_run(
    steps: int, keyring: str | None = "GNOME Keyring"
) -> Callable[[ScriptedClient], QDialog]:
    problem = (
        None if keyring else KeyringUnavailableError("{keyring} is locked.", keyring="KWallet")
    )

    def make(client: ScriptedClient) -> QDialog:
        dialog = FirstRunDialog(client, ProfileNeeded(keyring, problem), None)
        dialog.name_edit.setText("Ada")
        for _ in range(min(steps, 3)):
            if not keyring and steps > 1:
                dialog.lock_choice.passphrase.field.set_text("club meteor plaster land")
            dialog.next_button.click()
        if steps == 4:
            client.answer(CreateProfile)
            client.answer(AddRecoveryCode, "k7qd-2mfa-x4hn-pw6t-e3vz-rj5b-c7us")
        return dialog

    return make


def restore(problem: MessengerError | None = None) -> Callable[[ScriptedClient], QDialog]:
    def make(client: ScriptedClient) -> QDialog:
        dialog = first_run(0)(client)
        dialog.restore_button.click()
        dialog.restore_page.file_edit.setText("/media/stick/hum-2026-11-20.humbackup")
        dialog.restore_page.passphrase.set_text("club meteor plaster land")
        if problem is not None:
            dialog.next_button.click()
            client.answer(RestoreBackup, error=problem)
        return dialog

    return make


def wire(
    skipped: int | None, choices: tuple[Contact, ...] = (), budget: int | None = None
) -> Callable[[ScriptedClient], QDialog]:
    def make(client: ScriptedClient) -> QDialog:
        covers = [each.cover or NODE.cover for each in choices]
        dialog = WireDialog(client, replace(NODE, plan=plan_for(covers, budget)), None)
        client.answer(ListContacts, choices)
        if skipped is not None:
            times = tuple(988.0 + 0.5 * n for n in range(25))
            link = LinkStats(MARA.id, True, 2400, 2398, skipped, 0.0, NODE.cover)
            counts = (2400, 2398, 1_228_800, 1_227_776)
            stats = WireStats((link,), *counts, 0, times, times, 1000.0, 0.1, 0.4)
            client.emit(WireSnapshot(stats))
        return dialog

    return make


def wire_fast(client: ScriptedClient) -> QDialog:
    dialog = wire(0)(client)
    client.emit(FastLaneChanged(MARA.id, LaneState.RUNNING, 5))
    return dialog


def add(client: ScriptedClient) -> AddContactDialog:
    return AddContactDialog(client, NODE, None)


def add_with(text: str, *known: Contact) -> Callable[[ScriptedClient], QDialog]:
    def make(client: ScriptedClient) -> QDialog:
        dialog = add(client)
        client.answer(ListContacts, known)
        dialog.their_side.text_edit.setPlainText(text)
        dialog.their_side.text_edit.pasted.emit()
        QThreadPool.globalInstance().waitForDone()
        return dialog

    return make


def add_problem(client: ScriptedClient) -> QDialog:
    dialog = add(client)
    dialog.their_side.source._on_failed(PictureProblem.NO_CODE)
    return dialog


def add_by_address(client: ScriptedClient) -> AddContactDialog:
    dialog = add(client)
    dialog.findChild(QTabBar).setCurrentIndex(1)
    dialog.dial_panel.host_edit.setText("192.0.2.9:4711")
    return dialog


def add_waiting(client: ScriptedClient) -> QDialog:
    dialog = add_by_address(client)
    client.emit(StrangersAdmitted(QDateTime.currentMSecsSinceEpoch() + 581_000))
    client.emit(ContactRequested(named("Bob")))
    dialog.add_contact_button.click()
    return dialog


def added(relation: Relation, name: str = "Mara") -> Callable[[ScriptedClient], QDialog]:
    def make(client: ScriptedClient) -> QDialog:
        dialog = add_by_address(client)
        dialog.add_contact_button.click()
        client.answer(ConnectToAddress, replace(named(name), relation=relation))
        return dialog

    return make


def safety(contact: Contact, then: str = "") -> Callable[[ScriptedClient], QDialog]:
    def make(client: ScriptedClient) -> QDialog:
        dialog = SafetyNumberDialog(client, contact, None)
        client.answer(GetSafetyNumber, NUMBER)
        if then == "differ":
            dialog.differ_button.click()
        elif then == "replaced":
            client.emit(ContactChanged(replace(contact, key=bytes(range(32)))))
            client.answer(GetSafetyNumber, " ".join(reversed(NUMBER.split())))
        elif then == "announced":
            client.emit(ContactChanged(replace(contact, former_key=contact.key)))
        elif then:
            dialog.source.found.emit(then)
        return dialog

    return make


RELAYS = RelayOverview(
    (
        OwnRelay(RelayId(1), Address("relay.example", 4_433), bytes(32), RelayState.CONNECTED),
        OwnRelay(
            RelayId(2),
            Address("2001:db8:1234:5678:9abc:def0:1234:5678", 4_433),
            bytes(32),
            RelayState.SILENT,
            wanted_count=3,
            refused_count=2,
        ),
    ),
    (MailRoute(MARA.id, Address("maras.example", 443), RelayState.CONNECTED, MailTrouble.FULL, 4),),
)


def settings(section: int, **pressed: str) -> Callable[[ScriptedClient], QDialog]:
    def make(client: ScriptedClient) -> QDialog:
        dialog = SettingsDialog(client, NODE, {"theme": "dark"}, None)
        client.answer_all(GetLockSettings, LOCK_SETTINGS)
        client.answer_all(GetBackupSchedule, NO_SCHEDULE)
        client.answer_all(GetNetwork, TOR)
        client.answer_all(ListRelays, RELAYS)
        client.answer_all(ListContacts, (MARA,))
        dialog.show_section(section)
        if pressed:
            getattr(dialog.lock_section, pressed["button"]).click()
        if "code" in pressed:
            client.answer(AddRecoveryCode, pressed["code"])
        return dialog

    return make


def doctor(client: ScriptedClient) -> QDialog:
    dialog = settings(0)(client)
    assert isinstance(dialog, SettingsDialog)
    pages = [page for _words, page in dialog._sections]
    dialog.show_section(pages.index(dialog.doctor_section))
    dialog.doctor_section.check_button.click()
    client.answer(RunDoctor, FINDINGS)
    return dialog


def updating(
    state: UpdateState, how: str = "by_hand", address: str = "https://updates.hum.example"
) -> Callable[[ScriptedClient], QDialog]:
    """The page about updates of a portable Hum."""

    def make(client: ScriptedClient) -> QDialog:
        def find(_address: str | None) -> Source:
            if not address:
                raise UpdateSourceError
            return Source(address, b"")

        own = Installation(Kind.PORTABLE, Path("hum"), "0.1.0", "linux-x86_64")
        updates = UpdateClient(client, Path(), find=find, installed=own)
        updates.preferences = {"updates": how}
        updates.state = state
        dialog = SettingsDialog(client, NODE, {}, None, None, updates)
        updates.setParent(dialog)
        dialog.show_page(dialog.updates_section)
        return dialog

    return make


def about(check: BuildCheck) -> Callable[[ScriptedClient], QDialog]:
    def make(client: ScriptedClient) -> QDialog:
        dialog = SettingsDialog(client, NODE, {"theme": "dark"}, None)
        dialog.show()
        dialog.show_page(dialog.about_section)
        client.answer(CheckBuild, check)
        return dialog

    return make


def builds(peer: Build | None, name: str = "Mara") -> Callable[[ScriptedClient], QDialog]:
    def make(client: ScriptedClient) -> QDialog:
        dialog = BuildCompareDialog(client, named(name), None)
        client.answer(CheckBuild, BuildCheck(BuildKind.SIGNED, OWN_BUILD, 355))
        if peer is not None:
            dialog.compare_button.click()
            client.answer(CompareBuild, compare_builds(OWN_BUILD, peer))
        return dialog

    return make


def laboratory(_client: ScriptedClient) -> QDialog:
    """The page behind a training, with what its processes then tell."""
    dialog = LabDialog(None)
    for step in range(0, 1501, 50):
        bob, eve = 8 * 0.994 ** (step / 2), 8 - 3 * 0.99 ** abs(step - 400) * (step > 0)
        dialog.follow({"event": "point", "step": step, "bob": bob, "eve": eve})
    for event in (
        {"event": "attacked", "fresh_eve": 6.73, "least_squares": 6.72},
        {"event": "text", "text": "good morning, Bob", "signed": True},
        {"event": "guess", "text": "k\x02Wq~ zz;\u05d0pR", "wrong": 7.4},
        {"event": "forged", "what": "hidden states: NOT a signature", "accepted": 1.0},
        {"event": "forged", "what": "Ed25519, by the same forger", "accepted": 0.0},
    ):
        dialog.follow(event)
    return dialog


def file_offer(name: str) -> Callable[[ScriptedClient], QDialog]:
    estimate = FileEstimate(2_400_000, 2_900.0)
    return lambda _client: FileOfferDialog(MARA, Path(name), estimate, None)


def jump(_client: ScriptedClient) -> QDialog:
    today = QDate(2026, 11, 20).toJulianDay()
    return JumpToDateDialog(today - 90, today, today - 3, None)


def search(_client: ScriptedClient) -> QDialog:
    people = [make_contact(1, "Mara"), make_contact(2, LONG_NAME)]
    found = [make_message(row, 1 + row % 2, f"The bus leaves at {row}") for row in range(1, 9)]
    client = MemoryClient(MemoryHistory(people, found))
    contacts = ContactsModel()
    contacts.load(people)
    dialog = SearchDialog(client, contacts, None)
    for each in (client, contacts):
        each.setParent(dialog)
    dialog.edit.setText("bus")
    dialog._search()
    return dialog


def connection(
    obstacle: Obstacle | None, contact: Contact = MARA, *, relayed: bool = False
) -> Callable[[ScriptedClient], QDialog]:
    def make(client: ScriptedClient) -> QDialog:
        contacts = ContactsModel()
        contacts.load([contact])
        client.received.connect(contacts.apply)
        dialog = ConnectionDialog(client, contacts, contact, None)
        contacts.setParent(dialog)
        client.emit(PresenceChanged(contact.id, Presence.OFFLINE, None, obstacle))
        if relayed:
            route = MailRoute(contact.id, Address("relay.example", 7), RelayState.CONNECTED)
            client.emit(RelaysChanged(RelayOverview((), (route,))))
        return dialog

    return make


OWN_BUILD = Build("0.1.0", "linux-x86_64", bytes(range(32)))
CHANGED_FILES = (
    FileFinding("_internal/PySide6/Qt/lib/libQt6Core.so.6", Damage.CONTENT),
    FileFinding("_internal/libextra.so", Damage.EXTRA),
)
SCREENS: dict[str, Callable[[ScriptedClient], QDialog]] = {
    "rename": rename("Mara"),
    "rename-long": rename(LONG_NAME),
    "confirm": remove,
    "link": link("https://bücher.example/read?page=12#top"),
    "link-user": link("http://bank.example@203.0.113.9/login"),
    "link-refused": link("file:///etc/passwd"),
    "shortcuts": lambda _client: ShortcutsDialog(None),
    "unlock-passphrase": unlock({"passphrase", "recovery"}, None),
    "unlock-keyring": unlock({"keyring", "recovery"}, KeyringUnavailableError()),
    "unlock-recovery": unlock({"keyring", "recovery"}, KeyringEntryMissingError()),
    "unlock-wrong": unlock_failed,
    "unlock-offer": unlock_offer,
    "unlock-damaged": unlock({"keyring", "recovery"}, StoreCorruptError()),
    "unlock-missing": unlock({"keyring", "recovery"}, DatabaseMissingError()),
    "unlock-salvaged": unlock_salvaged,
    "first-1": first_run(0),
    "first-2": first_run(1),
    "first-2-none": first_run(1, None),
    "first-3": first_run(2),
    "first-4": first_run(3),
    "first-5": first_run(4),
    "first-restore": restore(),
    "first-restore-wrong": restore(WrongKeyError()),
    "wire": wire(None),
    "wire-running": wire(0),
    "wire-slept": wire(37),
    "wire-own-cover": wire(0, OWN_COVERS),
    "wire-reduced": wire(0, OWN_COVERS, 5 * GIGABYTE),
    "wire-over-budget": wire(0, OWN_COVERS, GIGABYTE),
    "wire-fast": wire_fast,
    "add": add,
    "add-link": add_with(link_of(MARAS_KEY, "Mara")),
    "add-fingerprint": add_with(fingerprint(MARAS_KEY)),
    "add-known": add_with(link_of(MARAS_KEY, "Bob"), MARA),
    "add-damaged": add_with(fingerprint(MARAS_KEY)[:-3]),
    "add-namesake": add_with(link_of(OTHER_KEY, LONG_NAME), named(LONG_NAME)),
    "add-picture": add_problem,
    "add-address": add_by_address,
    "add-waiting": add_waiting,
    "added-asked": added(Relation.ASKED),
    "added-accepted": added(Relation.ACCEPTED, LONG_NAME),
    "safety": safety(MARA),
    "safety-verified": safety(replace(MARA, verified_at=1_760_000_000_000)),
    "safety-long": safety(named(LONG_NAME)),
    "safety-match": safety(MARA, NUMBER.replace(" ", "")),
    "safety-scan-differs": safety(MARA, "1" * 60),
    "safety-differ": safety(MARA, "differ"),
    "safety-replaced": safety(MARA, "replaced"),
    "safety-announced": safety(MARA, "announced"),
    "settings-you": settings(0),
    "settings-cover": settings(1),
    "settings-look": settings(2),
    "settings-lock": settings(3),
    "settings-passphrase": settings(3, button="passphrase_button"),
    "settings-code": settings(3, button="code_button", code="7G2KQ-4M8ZR-X1V0P-9TWCB-D3HJN-5EYSA"),
    "settings-general": settings(4),
    "settings-backup": settings(5),
    "settings-network": settings(6),
    "settings-relays": settings(7),
    "settings-doctor": doctor,
    "settings-diagnostics": settings(9),
    "settings-updates-nobody": updating(UpdateState(), "off", ""),
    "settings-updates-off": updating(UpdateState(), "off"),
    "settings-updates-found": updating(UpdateState(Phase.FOUND, RELEASE)),
    "settings-updates-coming": updating(UpdateState(Phase.DOWNLOADING, RELEASE, 31, 84)),
    "settings-updates-refused": updating(
        UpdateState(Phase.FAILED, RELEASE, error=UpdateUnsignedError())
    ),
    "settings-updates-ready": updating(
        UpdateState(Phase.READY, RELEASE, prepared=Prepared("0.2.0", Path("hum")))
    ),
    "settings-updates-command": updating(
        UpdateState(
            Phase.READY,
            RELEASE,
            prepared=Prepared("0.2.0", None, "sudo apt install updates/hum-0.2.0-linux-x86_64.deb"),
        )
    ),
    "settings-experimental": settings(11),
    "settings-about": about(BuildCheck(BuildKind.SIGNED, OWN_BUILD, 355)),
    "settings-about-own": about(BuildCheck(BuildKind.UNSIGNED, OWN_BUILD, 355)),
    "settings-about-changed": about(BuildCheck(BuildKind.SIGNED, OWN_BUILD, 355, CHANGED_FILES)),
    "builds": builds(None),
    "builds-same": builds(OWN_BUILD),
    "builds-different-long": builds(Build("0.1.0", "linux-x86_64", bytes(range(9, 41))), LONG_NAME),
    "connection": connection(Obstacle.REFUSED),
    "connection-relay": connection(Obstacle.UNREACHABLE, relayed=True),
    "connection-long": connection(Obstacle.NO_ADDRESS, named(LONG_NAME)),
    "fast-lane": lambda _client: FastLaneDialog(MARA, 5, None),
    "file-offer": file_offer("minutes.pdf"),
    "file-offer-picture": file_offer("A rather long name of a picture from the meeting.jpg"),
    "go-to-date": jump,
    "search-all": search,
    "close-choice": lambda _client: CloseChoiceDialog(None),
    "lab": lambda _client: LabDialog(None),
    "lab-trained": laboratory,
    "picture": lambda client: PictureDialog(client, MARA, PICTURE, None),
    "timeline": lambda _client: TimelineDialog(STEPS, None),
}


def discard(dialog: QDialog) -> None:
    """Delete at once what would otherwise wait for an event loop and be styled again and again."""
    dialog.hide()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete.value)


def settle(app: QApplication) -> None:
    """Let layouts that depend on one another find their sizes."""
    for _ in range(8):
        app.processEvents()


def draw(app: QApplication, folder: Path, names: list[str], scale: str) -> None:
    theme = Theme(app)
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        theme.choose(choice)
        for name, make in SCREENS.items():
            if names and not any(name.startswith(each) for each in names):
                continue
            dialog = make(ScriptedClient())
            dialog.show()
            settle(app)
            for label in ("", "-narrow"):
                if label:
                    dialog.resize(320, 700)
                    for _ in range(3):
                        settle(app)
                dialog.grab().save(str(folder / f"{name}-{choice.value}-{scale}{label}.png"))
            discard(dialog)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    parser = ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="only these, by the beginnings of their names")
    add_picture_options(parser)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    scale = os.environ.get("QT_SCALE_FACTOR", "1")
    draw(picture_application(options), options.folder, options.names, scale)
