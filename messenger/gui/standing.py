"""How we stand with a contact now, in words: connected, via a relay, or not, and then why."""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from messenger.core.frozen import frozen
from messenger.core.types import Contact, MailRoute, Obstacle, Presence, Relation
from messenger.gui.mail_words import presence_by_mail, relay_name
from messenger.gui.words import name_in_sentence, presence_words, trust_sentence, trust_word

translate = QCoreApplication.translate


@frozen
class Standing:
    """What the engine told last."""

    presence: Presence = Presence.OFFLINE
    obstacle: Obstacle | None = None  # why there is no link, as far as the last try has shown
    mail: MailRoute | None = None  # the way through a relay
    seen_at: int | None = None  # Unix ms when they were last connected, where that is wanted

    @property
    def reason(self) -> Obstacle | None:
        """Why there is no link, while there is none."""
        return self.obstacle if self.presence is not Presence.ONLINE else None


NOWHERE: Final = Standing()

# Why there is no link: in a few words, behind "Not connected", and in whole sentences.
_REASONS: Final = {
    Obstacle.NO_ADDRESS: (
        QT_TRANSLATE_NOOP("Standing", "address unknown"),
        QT_TRANSLATE_NOOP(
            "Standing",
            "Hum does not know where {name}’s computer is. It connects as soon as {name}’s Hum "
            "calls yours, or both are in the same network.",
        ),
    ),
    Obstacle.NO_NETWORK: (
        QT_TRANSLATE_NOOP("Standing", "no network here"),
        QT_TRANSLATE_NOOP(
            "Standing", "This computer has no network now that leads to {name}’s computer."
        ),
    ),
    Obstacle.UNREACHABLE: (
        QT_TRANSLATE_NOOP("Standing", "nothing answers"),
        QT_TRANSLATE_NOOP(
            "Standing",
            "Nothing answers at {name}’s address: their computer may be off, without a network "
            "or at another place.",
        ),
    ),
    Obstacle.REFUSED: (
        QT_TRANSLATE_NOOP("Standing", "no Hum at the address"),
        QT_TRANSLATE_NOOP(
            "Standing",
            "A computer answers at {name}’s address, but no Hum: it may be closed, or its port "
            "is not let through.",
        ),
    ),
    Obstacle.SILENT: (
        QT_TRANSLATE_NOOP("Standing", "not answered"),
        QT_TRANSLATE_NOOP(
            "Standing",
            "Something at {name}’s address takes the call and says nothing: somebody else may "
            "be there now, or one of the two clocks is more than two days off.",
        ),
    ),
    Obstacle.HANDSHAKE: (
        QT_TRANSLATE_NOOP("Standing", "not Hum at the address"),
        QT_TRANSLATE_NOOP("Standing", "What answers at {name}’s address is not Hum."),
    ),
    Obstacle.OTHER_KEY: (
        QT_TRANSLATE_NOOP("Standing", "another key answers"),
        QT_TRANSLATE_NOOP(
            "Standing", "Another key answers at {name}’s address than the one pinned."
        ),
    ),
    Obstacle.DROPPED: (
        QT_TRANSLATE_NOOP("Standing", "the connection broke off"),
        QT_TRANSLATE_NOOP(
            "Standing", "The connection broke off soon after it began. Hum waits a little."
        ),
    ),
    Obstacle.PROXY_DOWN: (
        QT_TRANSLATE_NOOP("Standing", "the proxy does not answer"),
        QT_TRANSLATE_NOOP(
            "Standing", "The proxy does not answer. Start it, or correct its address."
        ),
    ),
    Obstacle.PROXY_REFUSED: (
        QT_TRANSLATE_NOOP("Standing", "the proxy refuses"),
        QT_TRANSLATE_NOOP(
            "Standing",
            "The proxy refuses the user name and password, or is no SOCKS5 proxy. Correct the "
            "settings.",
        ),
    ),
    Obstacle.PROXY_FAILED: (
        QT_TRANSLATE_NOOP("Standing", "the proxy does not get through"),
        QT_TRANSLATE_NOOP(
            "Standing",
            "The proxy works and does not get through to {name}’s computer. Tor needs a "
            "network, and a minute after its start.",
        ),
    ),
    Obstacle.NO_WAY: (
        QT_TRANSLATE_NOOP("Standing", "the settings allow no way"),
        QT_TRANSLATE_NOOP(
            "Standing",
            "The settings allow no way to {name}’s address. An onion address needs Tor as a proxy.",
        ),
    ),
    Obstacle.REROUTED: (
        QT_TRANSLATE_NOOP("Standing", "settings just changed"),
        QT_TRANSLATE_NOOP("Standing", "The settings were changed just now. Hum tries again."),
    ),
}


def state_words(contact: Contact, standing: Standing) -> str:
    """Return how the connection stands, and in a few words why there is none and no relay."""
    mail = standing.mail
    state = presence_words(contact, standing.presence, standing.seen_at, mail)
    by_mail = mail is not None and contact.relation is Relation.ACCEPTED and presence_by_mail(mail)
    away = standing.presence is Presence.OFFLINE and not by_mail
    if standing.obstacle is None or not away or not _is_called(contact):
        return state
    return f"{state}: {translate('Standing', str(_REASONS[standing.obstacle][0]))}"


def _is_called(contact: Contact) -> bool:
    """Whether Hum tries to reach a contact."""
    return contact.relation in {Relation.ASKED, Relation.ACCEPTED} and not contact.frozen


def reason_sentence(contact: Contact, standing: Standing) -> str:
    """Return why there is no link, in whole sentences; empty where there is one or none wanted."""
    if standing.reason is None or not _is_called(contact):
        return ""
    words = translate("Standing", str(_REASONS[standing.reason][1]))
    return words.replace("{name}", name_in_sentence(contact))


def meanwhile_sentence(contact: Contact, standing: Standing) -> str:
    """Return what becomes of that which is written now; empty where that needs no word."""
    if standing.presence is Presence.ONLINE or contact.relation is not Relation.ACCEPTED:
        return ""
    mail = standing.mail
    if contact.frozen or mail is None or not mail.takes_mail:
        return translate("Standing", "What you write waits on this computer.")
    words = translate("Standing", "What you write is left at the relay {host} for them.")
    return words.replace("{host}", relay_name(mail))


def standing_sentences(contact: Contact, standing: Standing) -> str:
    """Return all of it as sentences, for tool tips and assistive technology."""
    parts = [
        f"{trust_word(contact)}. {trust_sentence(contact)}",
        _ended(state_words(contact, standing)) if contact.relation is Relation.ACCEPTED else "",
        reason_sentence(contact, standing),
        meanwhile_sentence(contact, standing),
    ]
    return " ".join(part for part in parts if part)


def _ended(words: str) -> str:
    return words if words.endswith("…") else f"{words}."
