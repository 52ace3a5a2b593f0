"""What happens after somebody was added, in words that follow the events."""

from PySide6.QtCore import QCoreApplication

from messenger.core.types import Contact, MailRoute, Obstacle, Presence, Relation
from messenger.engine.events import PresenceChanged
from messenger.gui.dialogs.labels import Note, TextLabel, Tone, title
from messenger.gui.dialogs.pages import Page
from messenger.gui.standing import Standing, reason_sentence
from messenger.gui.words import name_in_sentence, relation_sentence, trust_sentence


class AddedPage(Page):
    """One contact, its state, and what to do next."""

    def __init__(self) -> None:
        super().__init__()
        self._contact: Contact | None = None
        self._presence = Presence.OFFLINE
        self._obstacle: Obstacle | None = None  # why there is no link
        self._mail: MailRoute | None = None  # the way through a relay
        self._title = title("")
        self._state = Note()
        self._next = TextLabel()
        self._trust = TextLabel(tone="muted")
        self._warning = Note()
        for widget in (self._title, self._state, self._warning, self._next, self._trust):
            self.column.addWidget(widget)
        self.column.addStretch(1)

    @property
    def contact(self) -> Contact | None:
        return self._contact

    @property
    def state(self) -> str:
        """The sentence about where they and we stand."""
        return self._state.text

    @property
    def warning(self) -> str:
        return self._warning.text

    def show_contact(
        self,
        contact: Contact,
        link: PresenceChanged | None = None,
        warning: str | None = None,
        mail: MailRoute | None = None,
    ) -> None:
        """Follow the contact; what is None stays as it was."""
        self._contact = contact
        if link is not None:
            self._presence, self._obstacle = link.presence, link.obstacle
        self._mail = mail or self._mail
        if warning is not None:
            self._warning.say(warning, Tone.WARNING)
        name = name_in_sentence(contact)
        self._title.setText(self.tr("{name} is added").format(name=name))
        self._state.say(self._state_sentence(contact), Tone.PLAIN)
        self._next.setText(self._next_sentence(contact).format(name=name))
        self._trust.setText(trust_sentence(contact))

    def forget(self) -> None:
        """Be ready for the next person."""
        self._contact = None
        self._presence = Presence.OFFLINE
        self._obstacle = None
        self._mail = None
        self._warning.clear()

    def _state_sentence(self, contact: Contact) -> str:
        if contact.relation is Relation.ACCEPTED:
            text = self.tr("{name} has accepted. You can write to each other.")
            return text.format(name=name_in_sentence(contact))
        state = relation_sentence(contact, self._presence, self._mail)
        why = reason_sentence(contact, Standing(self._presence, self._obstacle))
        return f"{state.rstrip('.…')}. {why}" if why and self._mail is None else state

    def _next_sentence(self, contact: Contact) -> str:
        match contact.relation:
            case Relation.ASKED if self._mail is not None:
                return self.tr(
                    "You need not be online together: {name} sees your name and key when their Hum "
                    "fetches the request, and must accept. You can write now: messages wait on "
                    "this computer until then."
                )
            case Relation.ASKED:
                return self.tr(
                    "Hum looks for their computer while both of you are online and shows them your "
                    "name and key. They must accept, or add your link as well. You can write now: "
                    "messages wait on this computer until then."
                )
            case Relation.ACCEPTED:
                return self.tr(
                    "Compare the safety number with {name} over another channel to be sure that "
                    "nobody is between you."
                )
            case _:
                return ""


def cancelled_words() -> str:
    """Return what to say when the person stopped waiting for a connection."""
    return QCoreApplication.translate(
        "AddedPage",
        "Hum does not wait for the answer any more. If somebody has answered already, "
        "they appear among your contacts.",
    )
