"""Comparing the safety number: the state in one sentence, the number, and what a result means."""

from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from messenger.core.errors import MessengerError
from messenger.core.types import Contact
from messenger.engine.commands import BlockContact, GetSafetyNumber, SetVerified
from messenger.engine.events import ContactChanged, ContactRemoved, KeyChanged
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.code_source import CodeSource
from messenger.gui.dialogs.confirm import confirm_block
from messenger.gui.dialogs.copy_button import CopyButton
from messenger.gui.dialogs.folding_row import FoldingRow
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, heading, title
from messenger.gui.dialogs.number_grid import NumberGrid
from messenger.gui.dialogs.pages import Page, Pages
from messenger.gui.dialogs.qr_view import QrView
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_L
from messenger.gui.times import full_when
from messenger.gui.words import name_in_sentence

DIGIT_COUNT: Final = 60
_SIDE_BY_SIDE_FROM: Final = 600  # pixels


class SafetyNumberDialog(Sheet):
    """Shows the number of a pair and records what the person found when comparing it."""

    def __init__(self, client: EngineClient, contact: Contact, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Safety number"), width=680)
        self.setAcceptDrops(True)
        self._contact = contact
        self._number = ""
        self._requests = Requests(client, self)
        self.state_note = Note()
        self.grid = NumberGrid(self.tr("Safety number"))
        self.qr = QrView(self.tr("QR code of the safety number"))
        self.outcome = Note()
        self.source = CodeSource(self, _is_number, self.tr("a safety number"))
        self._compare_page = self._build_compare_page()
        self._differ_page = self._build_differ_page()
        self._pages = Pages()
        self.body.addWidget(self._pages)
        self.body.addStretch(1)
        self.close_button = self.add_button(self.tr("Close"), self.accept)
        self.clear_button = self.add_button(self.tr("Clear the mark"), self._clear)
        self.differ_button = self.add_button(self.tr("They do not match"), self._differ)
        self.again_button = self.add_button(self.tr("Compare again"), self._compare_again)
        self.block_button = self.add_button(self.tr("Block"), self._block, "danger")
        self.match_button = self.add_button(self.tr("They match"), self._match, "primary")
        self.close_button.setDefault(True)  # a hasty Enter verifies nobody
        self.source.found.connect(self._on_code)
        self.source.failed.connect(self._on_unreadable)
        self.source.started.connect(self.outcome.clear)
        self.finished.connect(self.source.cancel)
        client.received.connect(self._follow)
        self._show(self._compare_page)
        self._ask()

    # -- pages -----------------------------------------------------------------------------------

    def _build_compare_page(self) -> Page:
        name = name_in_sentence(self._contact)
        page = Page()
        page.column.addWidget(title(self.tr("Safety number with {name}").format(name=name)))
        page.column.addWidget(self.state_note)
        how = self.tr(
            "Compare it over another channel than this chat: side by side, or in a call where you "
            "know the voice. {name} finds the same number in the same place."
        )
        page.column.addWidget(TextLabel(how.format(name=name)))
        both = FoldingRow(spacing=SPACE_L, side_by_side_from=_SIDE_BY_SIDE_FROM)
        both.add(self.grid, 1)
        both.add(self.qr)
        page.column.addWidget(both)
        self._copy_button = CopyButton(self.tr("Copy number"), lambda: self._number)
        page.column.addWidget(self._copy_button, 0, Qt.AlignmentFlag.AlignLeft)
        page.column.addWidget(heading(self.tr("Or let Hum compare")))
        scan = self.tr("Read the QR code that {name}'s Hum shows here; or drop a picture of it.")
        page.column.addWidget(TextLabel(scan.format(name=name), tone="muted"))
        page.column.addWidget(self.source.make_buttons())
        page.column.addWidget(self.outcome)
        return page

    def _build_differ_page(self) -> Page:
        name = name_in_sentence(self._contact)
        page = Page()
        page.column.addWidget(title(self.tr("The numbers differ")))
        warning = self.tr(
            "Write nothing here that must stay between you and {name}. Somebody may be between "
            "you, or you compared with another person or an old number."
        )
        page.column.addWidget(Note(warning.format(name=name), Tone.DANGER))
        for step in (
            self.tr("1. Make sure that you both opened the safety number of each other, today."),
            self.tr("2. Compare again, every group, in person or in a call."),
            self.tr(
                "3. If they still differ, block this contact. Then meet, and add each other anew "
                "by scanning the QR code from the other's screen."
            ),
        ):
            page.column.addWidget(TextLabel(step))
        return page

    def _show(self, page: Page) -> None:
        self._pages.show_page(page)
        self._refresh()

    def _refresh(self) -> None:
        differs = self._pages.page is self._differ_page
        verified = self._contact.verified_at is not None
        ready = bool(self._number) and not self._requests.busy
        self.clear_button.setVisible(verified and not differs)
        self.match_button.setVisible(not verified and not differs)
        self.differ_button.setHidden(differs)
        self.again_button.setVisible(differs)
        self.block_button.setVisible(differs)
        for button in (self.clear_button, self.match_button, self.differ_button):
            button.setEnabled(ready)
        self._copy_button.setEnabled(bool(self._number))
        self._say_state()

    def _say_state(self) -> None:
        contact, name = self._contact, name_in_sentence(self._contact)
        if contact.frozen:
            text = self.tr(
                "Another key answered for {name}. This number belongs to the key you pinned on "
                "{date}; if it matches, the other key is not theirs."
            )
            self.state_note.say(
                text.format(name=name, date=full_when(contact.pinned_at)), Tone.WARNING
            )
        elif contact.former_key is not None:
            text = self.tr(
                "{name} has announced a new key and not shown it yet. There is a number to compare "
                "once you were connected; over relays alone, remove {name} and add each other anew."
            )
            self.state_note.say(text.format(name=name), Tone.WARNING)
        elif contact.verified_at is not None:
            text = self.tr("You compared this number with {name} on {date}.")
            self.state_note.say(text.format(name=name, date=full_when(contact.verified_at)))
        else:
            text = self.tr("You have not compared this number with {name}.")
            self.state_note.say(text.format(name=name), Tone.WARNING)

    # -- answers ---------------------------------------------------------------------------------

    def _ask(self) -> None:
        if self._contact.former_key is not None:
            return  # there is no number of a key that was only announced
        command = GetSafetyNumber(self._contact.id)
        self._requests.ask(command, str, self._on_number, self._on_failed)

    def _on_number(self, number: str) -> None:
        self._number = number
        self.grid.show_number(number)
        self.qr.show_text(_digits(number))
        self._refresh()
        self.grid.setFocus()  # what is to be compared, and read aloud first

    def _on_failed(self, error: MessengerError) -> None:
        self.outcome.say(sentence(error), Tone.DANGER)
        self._refresh()

    @Slot()
    def _match(self) -> None:
        self._set_verified(True)

    @Slot()
    def _clear(self) -> None:
        self._set_verified(False)

    @Slot()
    def _differ(self) -> None:
        if self._contact.verified_at is not None:
            self._set_verified(False)
        self._show(self._differ_page)

    @Slot()
    def _compare_again(self) -> None:
        self.outcome.clear()
        self._show(self._compare_page)

    @Slot()
    def _block(self) -> None:
        if confirm_block(self, self._contact):
            command = BlockContact(self._contact.id)
            self._requests.ask(command, Contact, self._on_blocked, self._on_failed)

    def _set_verified(self, verified: bool) -> None:
        command = SetVerified(self._contact.id, verified, self._number)
        self._requests.ask(command, Contact, self._on_changed, self._on_failed)
        self._refresh()

    def _on_changed(self, contact: Contact) -> None:
        self._contact = contact
        self.outcome.clear()
        self._refresh()

    def _on_blocked(self, _contact: Contact) -> None:
        self.accept()

    @Slot(object)
    def _follow(self, event: object) -> None:
        match event:
            case ContactChanged(contact) | KeyChanged(contact) if contact.id == self._contact.id:
                before, self._contact = self._contact, contact
                if _keys_of(contact) != _keys_of(before):
                    self._begin_anew()
                self._refresh()
            case ContactRemoved(contact_id) if contact_id == self._contact.id:
                self.reject()
            case _:
                pass

    def _begin_anew(self) -> None:
        """A key was replaced: the number that is being compared says nothing of the new one."""
        self._number = ""
        self.grid.clear()
        self.qr.show_text("")
        self.outcome.clear()
        if self._contact.former_key is None:
            text = self.tr("A key was replaced while you compared. Compare the new number.")
            self.outcome.say(text, Tone.WARNING)
        self._show(self._compare_page)
        self._ask()

    # -- scanning ----------------------------------------------------------------------------------

    @Slot(str)
    def _on_code(self, text: str) -> None:
        if not self._number:
            return
        if not _is_number(text):  # pasted text is not filtered by the source
            self.outcome.say(self.tr("That is not a safety number."), Tone.WARNING)
        elif _digits(text) == _digits(self._number):
            same = self.tr(
                "The code you read carries the same number. If it came from {name}'s own screen, "
                "press “They match”."
            )
            self.outcome.say(same.format(name=name_in_sentence(self._contact)))
            self.match_button.setFocus()
        else:
            self._differ()

    @Slot(str)
    def _on_unreadable(self, problem: str) -> None:
        self.outcome.say(problem, Tone.WARNING)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if CodeSource.can_read(event.mimeData()) or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.source.read_mime(event.mimeData()):
            event.acceptProposedAction()


def _keys_of(contact: Contact) -> tuple[bytes, bool, int | None]:
    """What the number depends on: their key, if it was shown, and which one of ours they know."""
    return contact.key, contact.former_key is None, contact.own_identity


def _digits(text: str) -> str:
    return "".join(text.split())


def _is_number(text: str) -> bool:
    digits = _digits(text)
    return len(digits) == DIGIT_COUNT and digits.isascii() and digits.isdigit()
