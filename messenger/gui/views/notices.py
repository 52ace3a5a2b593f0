"""What the window says above the conversations when something happened that nobody asked for."""

from collections.abc import Hashable, Iterable, Iterator

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout

from messenger.core.builds import BuildMatch, FileFinding
from messenger.core.errors import MessengerError
from messenger.core.types import Contact
from messenger.engine.commands import SetPreference
from messenger.engine.events import (
    BackupFailed,
    BackupWritten,
    BuildCompared,
    BuildDiffers,
    Event,
    Failure,
    ForkSeen,
    KeyAdopted,
    NodeInfoChanged,
    PersonalWarning,
    SessionReset,
    subject,
)
from messenger.gui.client import EngineClient
from messenger.gui.key_words import key_sentence
from messenger.gui.models.contacts import ContactsModel
from messenger.gui.preferences import FORKS_READ
from messenger.gui.profile import OpenProfile
from messenger.gui.texts import sentence
from messenger.gui.upkeep_words import upkeep_words
from messenger.gui.views.banners import FailureBanner
from messenger.gui.words import name_in_sentence


class Notices(QObject):
    """Puts events into sentences, in the banner that can be closed; one of them above everything.

    Until the person closes the banner everything stands there, warnings about people first, of
    each subject the newest. A lock takes the words away and not the events: they are said again
    after it. What was seen of an identity in two places is said again after a start too.

    Owner: GUI thread.

    Signals:
        about_wanted: the page that looks at every file of the program again.
    """

    about_wanted = Signal()

    def __init__(
        self,
        client: EngineClient,
        profile: OpenProfile,
        contacts: ContactsModel,
        banner: FailureBanner,
        column: QVBoxLayout,
    ) -> None:
        """``column`` is where what stands above everything is put first."""
        super().__init__(banner)
        self._client = client
        self._profile = profile
        self._contacts = contacts
        self._banner = banner
        self._column = column
        self._unread: dict[Hashable, Event | str] = {}  # by subject
        self._read: set[str] = set()  # of FORKS_READ
        self._deaf = ""  # kind of what keeps others from coming in
        banner.closed.connect(self._on_closed)

    def follow(self, event: Event) -> None:
        """Say what one engine event means, if anything; while locked, afterwards."""
        match event:
            case BuildDiffers(findings):
                self._warn(findings)
            case NodeInfoChanged(_, problem):
                self._follow_listener(event, problem)
            case BackupWritten():
                self._drop(BackupFailed)
            case _ if self._sentence(event):
                self._keep(event)
                self._tell()

    def _follow_listener(self, event: NodeInfoChanged, problem: MessengerError | None) -> None:
        """Say once why nobody can come in, and no longer than that is so."""
        before, self._deaf = self._deaf, problem.kind if problem is not None else ""
        if not self._deaf:
            self._drop(NodeInfoChanged)
        elif self._deaf != before:
            self._keep(event)
            self._tell()

    def _drop(self, kind: type) -> None:
        """What was said of a subject is not so any more."""
        if self._unread.pop(kind.__name__, None) is not None:
            self._tell()

    @Slot(str)
    def say(self, words: str) -> None:
        """Say a sentence that no event has told."""
        self._keep(words)
        self._tell()

    def begin(self, contacts: Iterable[Contact]) -> None:
        """Say what is unread: since before a lock, during it, or since an earlier start."""
        forks = list(_forks(contacts))
        read = self._profile.preferences.get(FORKS_READ, "").split()
        self._read = {str(fork.at) for fork in forks}.intersection(read)
        for fork in forks:
            if str(fork.at) not in self._read:
                self._keep(fork)
        self._tell()

    def hide(self) -> None:
        """Leave no word in the window."""
        self._banner.say("")
        self._banner.hide()

    @Slot()
    def _on_closed(self) -> None:
        forks = {str(each.at) for each in self._unread.values() if isinstance(each, ForkSeen)}
        self._unread.clear()
        if forks and self._profile.usable:
            self._read |= forks
            self._client.send(SetPreference(FORKS_READ, " ".join(sorted(self._read))))

    def _keep(self, notice: Event | str) -> None:
        self._unread[_subject(notice)] = notice

    def _tell(self) -> None:
        if self._profile.locked:
            return
        unread = sorted(
            self._unread.values(), key=lambda each: not isinstance(each, PersonalWarning)
        )
        words = [words for words in map(self._words, unread) if words]
        if words:
            self._banner.show_words("\n\n".join(words))
        else:
            self.hide()

    def _words(self, notice: Event | str) -> str:
        """Return what to say; nothing about somebody who is no contact any more."""
        words = notice if isinstance(notice, str) else self._sentence(notice)
        if not isinstance(notice, PersonalWarning):
            return words
        contact = self._contacts.contact(notice.contact)
        return words.replace("{name}", name_in_sentence(contact)) if contact is not None else ""

    def _sentence(self, event: Event) -> str:
        """Return what an event means; ``{name}`` stands for the contact of a warning."""
        match event:
            case NodeInfoChanged(_, problem):
                return sentence(problem) if problem is not None else ""
            case Failure(error):
                return sentence(error)
            case SessionReset():
                return self._new_session()
            case KeyAdopted() | ForkSeen():
                return key_sentence(event)
            case BuildCompared(_, comparison):
                if comparison.match is not BuildMatch.DIFFERENT:
                    return ""
                from messenger.gui.build_words import match_sentence  # noqa: PLC0415  no start pays

                return match_sentence(comparison)
            case _:
                return upkeep_words(event)

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


def _subject(notice: Event | str) -> Hashable:
    return subject(notice) if isinstance(notice, PersonalWarning) else type(notice).__name__


def _forks(contacts: Iterable[Contact]) -> Iterator[ForkSeen]:
    """Return what the store knows of identities in two places, as it was told then."""
    for contact in contacts:
        if contact.own_fork is not None and contact.own_fork_at is not None:
            yield ForkSeen(contact.id, contact.own_fork, own=True, at=contact.own_fork_at)
        if contact.fork is not None and contact.fork_at is not None:
            yield ForkSeen(contact.id, contact.fork, own=False, at=contact.fork_at)
