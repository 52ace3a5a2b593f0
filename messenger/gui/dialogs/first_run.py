"""The first run: a name, a lock, the price of the cover, and a code for paper."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from messenger.core.errors import KeyringError, MessengerError
from messenger.core.types import MAX_NAME_LEN
from messenger.engine.commands import AddRecoveryCode, CreateProfile
from messenger.engine.events import BackupDone, BackupProgress, ProfileNeeded
from messenger.gui.client import EngineClient
from messenger.gui.dialogs.busy_bar import BusyBar
from messenger.gui.dialogs.confirm import confirm
from messenger.gui.dialogs.cover_choice import CoverChoice
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, explanation, field_label, title
from messenger.gui.dialogs.lock_choice import LockChoice
from messenger.gui.dialogs.pages import Page, Pages
from messenger.gui.dialogs.requests import Requests
from messenger.gui.dialogs.restore_page import RestorePage
from messenger.gui.dialogs.secret_once import SecretOnce
from messenger.gui.dialogs.sheet import Sheet
from messenger.gui.dialogs.toggles import CheckBox
from messenger.gui.icons import pixmap
from messenger.gui.texts import sentence
from messenger.gui.theme import SPACE_S, colour, tokens_of

_LOGO_SIDE = 56  # pixels
_STEPS = 4


class FirstRunDialog(Sheet):
    """Makes a profile; accepted when it is made and the recovery code was shown.

    From the moment the profile is there, closing means to go on without having noted the code.
    """

    def __init__(self, client: EngineClient, needed: ProfileNeeded, parent: QWidget | None) -> None:
        super().__init__(parent, title=self.tr("Welcome to Hum"), width=520)
        self._requests = Requests(client, self)
        self._made = False
        self._restoring = False  # out of a backup instead of anew
        self.name_edit = QLineEdit()
        self.name_edit.setMaxLength(MAX_NAME_LEN)
        self.lock_choice = LockChoice(needed.keyring, needed.keyring_problem)
        self.cover_choice = CoverChoice()
        self.code = SecretOnce(self.tr("Recovery code"))
        self.noted_box = CheckBox(self.tr("I have &written the code down"))
        self._note = Note()
        self._progress = BusyBar(self.tr("Making your profile"))
        self._pages = Pages()
        self._way = [
            self._build_name_page(),
            self._build_lock_page(),
            self._build_cover_page(),
            self._build_code_page(),
        ]
        self.restore_page = RestorePage(needed)
        self._work_page = self._build_work_page()
        self._step = TextLabel(tone="muted")
        for widget in (self._step, self._pages, self._note):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.restore_button = self.add_button(self.tr("Restore a backup…"), self._show_restore)
        self.back_button = self.add_button(self.tr("Back"), self._back)
        self.next_button = self.add_button(self.tr("Next"), self._next, "primary")
        self.name_edit.textChanged.connect(self._refresh)
        self.lock_choice.changed.connect(self._refresh)
        self.noted_box.toggled.connect(self._refresh)
        self.restore_page.changed.connect(self._refresh)
        client.received.connect(self._follow)
        self._show(self._way[0])
        self.name_edit.setFocus()

    # -- pages -----------------------------------------------------------------------------------

    def _build_name_page(self) -> Page:
        page = Page()
        logo = QLabel()
        tint = colour(tokens_of(self.palette()).accent)
        logo.setPixmap(pixmap("hum", tint, _LOGO_SIDE, self.devicePixelRatioF()))
        page.column.addWidget(logo)
        page.column.addWidget(title(self.tr("Welcome to Hum")))
        page.column.addWidget(
            TextLabel(
                self.tr(
                    "Hum connects your computer directly with those of the people you know. "
                    "The line between you never goes quiet, so nobody who watches it can tell "
                    "when you write."
                )
            )
        )
        page.column.addSpacing(SPACE_S)
        page.column.addWidget(field_label(self.tr("Your &name"), self.name_edit))
        page.column.addWidget(self.name_edit)
        only = self.tr("Only people you add see it, and you can change it. It need not be real.")
        page.column.addWidget(explanation(only, self.name_edit))
        page.column.addSpacing(SPACE_S)
        page.column.addWidget(
            Note(
                self.tr(
                    "There is no account and no server that knows you. Your messages and your key "
                    "are on this computer only, and nobody, us included, can reset or recover "
                    "them for you."
                )
            )
        )
        return page

    def _build_lock_page(self) -> Page:
        page = Page()
        page.column.addWidget(title(self.tr("Lock your messages")))
        what = self.tr("Everything Hum keeps on this computer is encrypted. What shall open it?")
        page.column.addWidget(TextLabel(what))
        page.column.addWidget(self.lock_choice)
        return page

    def _build_cover_page(self) -> Page:
        page = Page()
        page.column.addWidget(title(self.tr("How much may hiding cost?")))
        why = self.tr(
            "While you are connected with somebody, Hum sends cells of one size all the time. "
            "More of them cost more data and let messages wait less. Nothing was sent so far; "
            "you can change this later."
        )
        page.column.addWidget(TextLabel(why))
        page.column.addWidget(self.cover_choice)
        return page

    def _build_work_page(self) -> Page:
        page = Page()
        page.column.addWidget(title(self.tr("Making your profile")))
        text = self.tr("Hum draws your key and makes the encrypted database. It takes a moment.")
        page.column.addWidget(TextLabel(text))
        page.column.addWidget(self._progress)
        return page

    def _build_code_page(self) -> Page:
        page = Page()
        page.column.addWidget(title(self.tr("Your recovery code")))
        why = self.tr(
            "Write it on paper and keep it away from this computer. It opens your messages when "
            "the keyring is lost or the passphrase forgotten. It is shown only this once."
        )
        page.column.addWidget(TextLabel(why))
        page.column.addWidget(self.code)
        note = self.tr(
            "Whoever has this code and your files can read everything, so no photo and no note on "
            "a phone. It does not help when the files themselves are gone: they are on this "
            "computer only, and nobody can reset them."
        )
        page.column.addWidget(TextLabel(note, tone="muted"))
        page.column.addWidget(self.noted_box)
        return page

    # -- the way through -------------------------------------------------------------------------

    def _show(self, page: Page) -> None:
        self._pages.show_page(page)
        numbered = page in self._way
        self._step.setVisible(numbered)
        if numbered:
            number = self._way.index(page) + 1
            words = self.tr("Step {number} of {count}").format(number=number, count=_STEPS)
            self._step.setText(words)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        page = self._pages.page
        name_page, lock_page, cover_page, code_page = self._way
        working = page is self._work_page and self._progress.isVisibleTo(self)
        ready = {
            name_page: bool(self.name_edit.text().strip()),
            lock_page: self.lock_choice.complete,
            cover_page: True,
            code_page: self.noted_box.isChecked(),
            self.restore_page: self.restore_page.complete,
        }.get(page, not working)
        self.next_button.setEnabled(ready)
        self.next_button.setHidden(working)
        self.restore_button.setVisible(page is name_page)
        self.back_button.setHidden(self._made or page is name_page or working)
        self.next_button.setText(self._next_words(page))

    def _next_words(self, page: Page) -> str:
        if page is self._way[2]:
            return self.tr("Make my profile")
        if page is self._way[3]:
            return self.tr("Open Hum")
        if page is self.restore_page:
            return self.tr("Restore")
        return self.tr("Try again") if page is self._work_page else self.tr("Next")

    def _focus_page(self) -> None:
        first: dict[Page, QWidget] = {
            self._way[1]: self.lock_choice,
            self._way[2]: self.cover_choice,
        }
        first.get(self._pages.page, self.name_edit).setFocus()

    @Slot()
    def _back(self) -> None:
        self._note.clear()
        page = self._pages.page
        if page is self.restore_page:
            self._restoring = False
            self._show(self._way[0])
        elif page in self._way:
            self._show(self._way[self._way.index(page) - 1])
        else:
            self._show(self.restore_page if self._restoring else self._way[2])
        self._focus_page()

    @Slot()
    def _next(self) -> None:
        self._note.clear()
        page = self._pages.page
        if page is self._way[3]:
            self._finish()
        elif page in {self._way[2], self._work_page, self.restore_page}:
            self._work()
        else:
            self._show(self._way[self._way.index(page) + 1])
            self._focus_page()

    def _work(self) -> None:
        self._progress.show()
        self._show(self._work_page)
        if self._made:
            self._requests.ask(AddRecoveryCode(), str, self._on_code, self._on_failed)
            return
        if self._restoring:
            command = self.restore_page.command
            self._requests.ask(command, BackupDone, self._on_restored, self._on_failed)
            return
        create = CreateProfile(
            name=self.name_edit.text().strip(),
            use_keyring=self.lock_choice.use_keyring,
            passphrase=self.lock_choice.secret,
            cover=self.cover_choice.current,
        )
        self._requests.ask(create, type(None), self._on_made, self._on_failed)

    @Slot()
    def _show_restore(self) -> None:
        self._restoring = True
        self._note.clear()
        self._show(self.restore_page)
        self.restore_page.file_edit.setFocus()

    @Slot(object)
    def _follow(self, event: object) -> None:
        if isinstance(event, BackupProgress):
            self._progress.setRange(0, max(1, event.total))
            self._progress.setValue(event.done)

    def _on_restored(self, _done: BackupDone) -> None:
        self._progress.setRange(0, 0)
        self.restore_page.clear()
        self._on_made(None)

    def _on_made(self, _result: None) -> None:
        self._made = True
        self.lock_choice.passphrase.clear()
        self._work()

    def _on_code(self, code: str) -> None:
        self._progress.hide()
        self.code.show_secret(code)
        self._show(self._way[3])
        self.noted_box.setFocus()

    def _on_failed(self, error: MessengerError) -> None:
        self._progress.hide()
        self._progress.setRange(0, 0)
        if self._restoring and not self._made:
            self._show(self.restore_page)
        elif isinstance(error, KeyringError) and not self._made:
            self.lock_choice.require_passphrase()
            self._show(self._way[1])
        else:
            self._refresh()
        self._note.say(sentence(error), Tone.DANGER)

    def _finish(self) -> None:
        self.code.clear()
        self.accept()

    def reject(self) -> None:
        """Before the profile is made this means not now; afterwards only the code is at stake."""
        if self._progress.isVisibleTo(self):
            return  # the engine cannot stop halfway; it takes a moment only
        if not self._made:
            super().reject()
        elif self.noted_box.isChecked() or confirm(
            self,
            question=self.tr("Go on without the code?"),
            effect=self.tr(
                "Without it, a lost keyring or a forgotten passphrase means that your messages "
                "are gone. You can have a new code made in the settings at any time."
            ),
            verb=self.tr("Go on without it"),
        ):
            self._finish()
