"""What the window says above the conversations when something happened that nobody asked for."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout

from messenger.core.builds import BuildMatch, FileFinding
from messenger.core.types import ContactId
from messenger.engine.events import (
    BuildCompared,
    BuildDiffers,
    Event,
    Failure,
    ForkSeen,
    KeyAdopted,
    NodeInfoChanged,
    SessionReset,
)
from messenger.gui.key_words import key_sentence
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.texts import sentence
from messenger.gui.upkeep_words import upkeep_words
from messenger.gui.views.banners import FailureBanner
from messenger.gui.words import name_in_sentence


class Notices(QObject):
    """Puts events into sentences, in the banner that can be closed; one of them above everything.

    Owner: GUI thread.

    Signals:
        about_wanted: the page that looks at every file of the program again.
    """

    about_wanted = Signal()

    def __init__(self, contacts: ContactsModel, banner: FailureBanner, column: QVBoxLayout) -> None:
        """``column`` is where what stands above everything is put first."""
        super().__init__(banner)
        self._contacts = contacts
        self._banner = banner
        self._column = column

    def follow(self, event: Event) -> None:
        """Say what one engine event means, if anything."""
        match event:
            case NodeInfoChanged(_, problem):
                if problem is not None:
                    self._banner.show_words(sentence(problem))
            case Failure(error):
                self._banner.show_words(sentence(error))
            case SessionReset(contact):
                self._say_of(contact, self._new_session())
            case KeyAdopted(contact) | ForkSeen(contact):
                self._say_of(contact, key_sentence(event))
            case BuildDiffers(findings):
                self._warn(findings)
            case BuildCompared(contact, comparison) if comparison.match is BuildMatch.DIFFERENT:
                from messenger.gui.build_words import match_sentence  # noqa: PLC0415  no start pays

                self._say_of(contact, match_sentence(comparison))
            case _:
                words = upkeep_words(event)
                if words:
                    self._banner.show_words(words)

    def _say_of(self, contact_id: ContactId, words: str) -> None:
        contact = self._contacts.contact(contact_id)
        if contact is not None:
            self._banner.show_words(words.replace("{name}", name_in_sentence(contact)))

    def _new_session(self) -> str:
        return self.tr(
            "A new encrypted session began with {name}, because one of the two computers was "
            "restored or repaired, or they had removed you and added you again. The pinned key "
            "is the same, and your messages stay."
        )

    def _warn(self, findings: tuple[FileFinding, ...]) -> None:
        """Say loudly that files of the program differ."""
        from messenger.gui.views.program_banner import ProgramBanner  # noqa: PLC0415  no start pays

        banner = ProgramBanner(findings, self._column.parentWidget())
        banner.details_wanted.connect(self.about_wanted)
        self._column.insertWidget(0, banner)
        banner.show()
