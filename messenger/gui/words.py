"""The words for states: each one is true, and they are the same wherever a state is shown."""

from PySide6.QtCore import QCoreApplication

from messenger.core.types import Contact, Message, MessageState, PinOrigin, Presence, Relation
from messenger.gui.remote_text import isolated, shown_line, shown_name
from messenger.gui.times import clock_time

translate = QCoreApplication.translate


def title_of(contact: Contact) -> str:
    """Return the name to show, cleaned."""
    return shown_name(contact.title) or translate("Words", "Unnamed")


def name_in_sentence(contact: Contact) -> str:
    """Return the name for use inside a sentence."""
    return isolated(title_of(contact))


def trust_word(contact: Contact) -> str:
    """Return the word that stands beside the trust mark."""
    if contact.frozen:
        return translate("Words", "Changed key")
    if contact.relation is Relation.REQUEST:
        return translate("Words", "Request")
    if contact.verified_at is not None:
        return translate("Words", "Verified")
    return translate("Words", "Pinned")


def trust_icon(contact: Contact) -> str:
    if contact.frozen:
        return "warning"
    if contact.relation is Relation.REQUEST:
        return "request"
    return "verified" if contact.verified_at is not None else "pinned"


def trust_sentence(contact: Contact) -> str:
    """Return what the mark means, for tool tips and assistive technology."""
    if contact.frozen:
        return translate("Words", "Another key answered for this contact.")
    if contact.relation is Relation.REQUEST:
        return translate("Words", "Wants to write to you. Not accepted yet.")
    if contact.verified_at is not None:
        return translate("Words", "You compared the safety number with them.")
    return _origin_sentence(contact.origin)


def _origin_sentence(origin: PinOrigin) -> str:
    match origin:
        case PinOrigin.SCANNED:
            return translate("Words", "Key pinned from a QR code. Not compared yet.")
        case PinOrigin.LINK:
            return translate("Words", "Key pinned from a link. Not compared yet.")
        case PinOrigin.FINGERPRINT:
            return translate("Words", "Key pinned from a fingerprint. Not compared yet.")
        case PinOrigin.FIRST_USE:
            return translate("Words", "Key pinned from whoever answered first. Not compared yet.")
        case PinOrigin.REQUEST:
            return translate("Words", "Key pinned when you accepted them. Not compared yet.")
        case PinOrigin.ANNOUNCED:
            return translate(
                "Words", "Key announced by the one before it. Not compared since then."
            )


def presence_words(contact: Contact, presence: Presence) -> str:
    """Return a contact's state in words, for the header."""
    if contact.relation is Relation.BLOCKED:
        return translate("Words", "Blocked")
    if contact.frozen:
        return translate("Words", "Stopped until you decide")
    match presence:
        case Presence.ONLINE:
            return translate("Words", "Connected directly")
        case Presence.CONNECTING:
            return translate("Words", "Connecting…")
        case Presence.OFFLINE:
            return translate("Words", "Not connected")


def relation_sentence(contact: Contact, presence: Presence) -> str:
    """Return what a contact that cannot be written with waits for; empty when accepted."""
    template = {
        Relation.ASKED: _asked_template(presence),
        Relation.REQUEST: translate("Words", "Wants to write to you"),
        Relation.DECLINED: translate("Words", "{name} declined"),
        Relation.REFUSED: translate("Words", "You declined"),
        Relation.BLOCKED: translate("Words", "Blocked"),
        Relation.ACCEPTED: "",
    }[contact.relation]
    return template.replace("{name}", name_in_sentence(contact))


def _asked_template(presence: Presence) -> str:
    match presence:
        case Presence.ONLINE:
            return translate("Words", "{name} must accept. Hum has asked.")
        case Presence.CONNECTING:
            return translate("Words", "Connecting to {name}…")
        case Presence.OFFLINE:
            return translate("Words", "Waiting for {name} to come online")


def state_sentence(message: Message, name: str) -> str:
    """Return what is provable about a message; ``name`` is made by `name_in_sentence`."""
    match message.state:
        case MessageState.WAITING:
            return translate("Words", "Waiting, kept on this computer")
        case MessageState.AT_RELAY:
            return translate("Words", "At the relay")
        case MessageState.DELIVERED:
            return translate("Words", "On {name}’s computer").replace("{name}", name)
        case MessageState.FAILED:
            return translate("Words", "Not sent: {reason}").replace(
                "{reason}", failure_words(message.failure)
            )
        case MessageState.RECEIVED:
            return translate("Words", "Received")


def failure_words(failure: str | None) -> str:
    """Return why a message was given up."""
    words = {
        "expired": translate("Words", "its date is past"),
        "cancelled": translate("Words", "you gave it up"),
        "declined": translate("Words", "they declined"),
        "deleted": translate("Words", "you deleted it"),
    }
    return words.get(failure or "", failure or translate("Words", "no reason is known"))


def body_words(message: Message) -> str:
    """Return the text of a message, or what stands in its place."""
    if message.deleted_at is not None:
        return translate("Words", "This message was deleted.")
    if message.unsupported:
        return translate("Words", "A message of a later version of Hum.")
    return message.text


def can_be_sent_again(message: Message) -> bool:
    """Whether a message was given up and something of it is left."""
    return message.state is MessageState.FAILED and message.deleted_at is None


def footer_words(message: Message) -> str:
    """Return the line under a message: reactions, whether it was edited, and the time."""
    parts = [shown_line(message.own_reaction), shown_line(message.peer_reaction)]
    if message.edited_at is not None and message.deleted_at is None:
        parts.append(translate("Words", "edited"))
    return " · ".join(part for part in (*parts, clock_time(message.sent_at)) if part)


def state_icon(state: MessageState) -> str:
    return {
        MessageState.WAITING: "clock",
        MessageState.AT_RELAY: "tick",
        MessageState.DELIVERED: "ticks",
        MessageState.FAILED: "failed",
        MessageState.RECEIVED: "",
    }[state]
