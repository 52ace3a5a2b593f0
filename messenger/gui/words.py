"""The words for states: each one is true, and they are the same wherever a state is shown."""

from enum import Enum

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from messenger.core.types import (
    Contact,
    FileState,
    MailRoute,
    Message,
    MessageState,
    PinOrigin,
    Presence,
    Relation,
)
from messenger.gui.mail_words import letter_sentence, presence_by_mail
from messenger.gui.remote_text import isolated, shown_line, shown_name
from messenger.gui.times import clock_time, full_when, local_day

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
            return translate("Words", "Key pinned from screen to camera. Not compared yet.")
        case PinOrigin.LINK:
            return translate("Words", "Key pinned from a link or picture. Not compared yet.")
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


def presence_words(
    contact: Contact,
    presence: Presence,
    seen_at: int | None = None,
    mail: MailRoute | None = None,
) -> str:
    """Return a contact's state in words, for the header.

    Args:
        seen_at: Unix ms when they were last connected, where the person wants to know it.
        mail: the way to them through a relay.
    """
    if contact.relation is Relation.BLOCKED:
        return translate("Words", "Blocked")
    if contact.frozen:
        return translate("Words", "Stopped until you decide")
    if presence is Presence.ONLINE:
        return translate("Words", "Connected directly")
    accepted = contact.relation is Relation.ACCEPTED
    by_mail = presence_by_mail(mail) if mail is not None and accepted else ""
    if presence is Presence.CONNECTING and not by_mail:
        return translate("Words", "Connecting…")
    if seen_at is None:
        return by_mail or translate("Words", "Not connected")
    now = QDateTime.currentMSecsSinceEpoch()
    words = translate("Words", "Not connected, last seen {time}")
    if by_mail:
        words = translate("Words", "{state}, last seen {time}").replace("{state}", by_mail)
    return words.replace("{time}", _time_or_date(seen_at, now))


def relation_sentence(contact: Contact, presence: Presence, mail: MailRoute | None = None) -> str:
    """Return what a contact that cannot be written with waits for; empty when accepted.

    Args:
        mail: the way to them through a relay; to whom we asked, that of our request.
    """
    template = {
        Relation.ASKED: _asked_template(presence, mail),
        Relation.REQUEST: translate("Words", "Wants to write to you"),
        Relation.DECLINED: translate("Words", "{name} declined"),
        Relation.REFUSED: translate("Words", "You declined"),
        Relation.BLOCKED: translate("Words", "Blocked"),
        Relation.ACCEPTED: "",
    }[contact.relation]
    return template.replace("{name}", name_in_sentence(contact))


def _asked_template(presence: Presence, mail: MailRoute | None) -> str:
    match presence:
        case Presence.ONLINE:
            return translate("Words", "{name} must accept. Hum has asked.")
        case _ if mail is not None:
            return letter_sentence(mail)
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
            return translate("Words", "At the relay {host}").replace(
                "{host}", isolated(message.relay or "")
            )
        case MessageState.DELIVERED if message.read_at is not None:
            words = translate("Words", "Read: {name}’s computer said so")
            return words.replace("{name}", name)
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


LIFETIMES_S = (0, 3_600, 8 * 3_600, 86_400, 7 * 86_400, 28 * 86_400)  # that can be chosen


def lifetime_words(seconds: int) -> str:
    """Return how long a message lives, in the largest unit that fits."""
    if not seconds:
        return translate("Words", "Off")
    for unit, words in (
        (7 * 86_400, translate("Words", "{count} weeks")),
        (86_400, translate("Words", "{count} days")),
        (3_600, translate("Words", "{count} hours")),
        (60, translate("Words", "{count} minutes")),
    ):
        if seconds % unit == 0:
            count = seconds // unit
            return _ONE[unit]() if count == 1 else words.replace("{count}", str(count))
    return translate("Words", "{count} s").replace("{count}", str(seconds))


_ONE = {
    7 * 86_400: lambda: translate("Words", "1 week"),
    86_400: lambda: translate("Words", "1 day"),
    3_600: lambda: translate("Words", "1 hour"),
    60: lambda: translate("Words", "1 minute"),
}


def timer_words(contact: Contact) -> str:
    """Return what holds for messages that are written now; empty where they stay."""
    if contact.proposed_lifetime_s is not None:
        words = translate("Words", "Disappearing after {time}, once they have it")
        if not contact.proposed_lifetime_s:
            return translate("Words", "Disappearing ends once they have it")
        return words.replace("{time}", lifetime_words(contact.proposed_lifetime_s))
    if not contact.lifetime_s:
        return ""
    words = translate("Words", "Disappearing after {time}")
    return words.replace("{time}", lifetime_words(contact.lifetime_s))


def decimal(value: float, digits: int) -> str:
    """Return a number with as many digits behind the point, or behind the comma."""
    return QLocale().toString(value, "f", digits)


def size_words(size: int) -> str:
    """Return a number of bytes in powers of 1,000, as file managers and data plans count them."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def duration_words(seconds: float) -> str:
    """Return how long something takes, roughly."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return translate("Words", "less than a minute")
    if minutes < 90:
        return translate("Words", "about {count} min").replace("{count}", str(minutes))
    hours = round(minutes / 60)
    if hours < 48:
        return translate("Words", "about {count} hours").replace("{count}", str(hours))
    return translate("Words", "about {count} days").replace("{count}", str(round(hours / 24)))


def file_words(message: Message, done: int | None = None) -> str:
    """Return the name of an offered file, its size and how its transfer stands.

    Args:
        done: bytes that the receiver has, where that is known.
    """
    file = message.file
    assert file is not None
    lines = (shown_line(message.text), f"{size_words(file.size)} · {_file_state(message)}")
    if file.state is FileState.RUNNING and done is not None and file.size:
        return "\n".join(lines) + f" · {100 * done // file.size} %"
    return "\n".join(lines)


def _file_state(message: Message) -> str:
    file = message.file
    assert file is not None
    match file.state:
        case FileState.OFFERED if message.outgoing:
            return translate("Words", "offered, not accepted yet")
        case FileState.OFFERED:
            return translate("Words", "offered to you")
        case FileState.RUNNING:
            return translate("Words", "under way")
        case FileState.PAUSED:
            return {
                "own": translate("Words", "paused by you"),
                "peer": translate("Words", "paused by them"),
                "both": translate("Words", "paused by both of you"),
                "disk_full": translate("Words", "paused: the disk is full"),
            }.get(file.note or "", translate("Words", "paused"))
        case FileState.DONE:
            return translate("Words", "whole and checked")
        case FileState.CANCELLED:
            own = file.note == "own"
            return (
                translate("Words", "given up by you")
                if own
                else translate("Words", "given up by them")
            )
        case FileState.FAILED:
            return translate("Words", "failed: its bytes are not there any more, or damaged")


class FileStep(Enum):
    """What a person can do next about a file."""

    ACCEPT = "accept"
    SAVE = "save"
    PAUSE = "pause"
    RESUME = "resume"


def next_file_step(message: Message) -> FileStep | None:
    """Return the step that comes next for the file of a message, if it is ours to take."""
    if message.file is None:
        return None
    theirs = not message.outgoing
    match message.file.state:
        case FileState.OFFERED:
            return FileStep.ACCEPT if theirs else None
        case FileState.RUNNING:
            return FileStep.PAUSE
        case FileState.PAUSED:
            return FileStep.RESUME if message.file.note != "peer" else None
        case FileState.DONE:
            return FileStep.SAVE if theirs else None
        case _:
            return None


def picture_words(message: Message) -> str:
    """Return that a message shows a picture and how large it is; empty where it shows none."""
    file = message.file
    if file is None or file.picture is None or message.deleted_at is not None:
        return ""
    words = translate("Words", "Picture, {width} × {height} pixels")
    width, height = (QLocale().toString(side) for side in file.picture)
    return words.replace("{width}", width).replace("{height}", height)


def body_words(message: Message) -> str:
    """Return the text of a message, or what stands in its place."""
    if message.deleted_at is not None:
        return translate("Words", "This message was deleted.")
    if message.unsupported:
        return translate("Words", "A message of a later version of Hum.")
    if message.file is not None:
        return file_words(message)
    return message.text


def preview_words(message: Message) -> str:
    """Return the beginning of a message as one line; of a file what it is, and its name."""
    file = message.file
    if file is None or message.deleted_at is not None:
        return shown_line(body_words(message))
    name = isolated(shown_line(message.text))
    if file.picture is not None:
        return translate("Words", "Picture: {name}").replace("{name}", name)
    return translate("Words", "File: {name}").replace("{name}", name)


def can_be_sent_again(message: Message) -> bool:
    """Whether a message was given up and something of it is left."""
    return message.state is MessageState.FAILED and message.deleted_at is None


def footer_words(message: Message) -> str:
    """Return the line under a message: reactions, whether it was edited, and the time."""
    parts = [shown_line(message.own_reaction), shown_line(message.peer_reaction)]
    if message.edited_at is not None and message.deleted_at is None:
        words = translate("Words", "edited {time}")
        parts.append(words.replace("{time}", _time_or_date(message.edited_at, message.sent_at)))
    if message.read_at is not None and message.state is MessageState.DELIVERED:
        parts.append(translate("Words", "read"))
    return " · ".join(part for part in (*parts, clock_time(message.sent_at)) if part)


def _time_or_date(at: int, beside: int) -> str:
    """Return the time of an instant, with its date unless ``beside`` is on the same day."""
    return clock_time(at) if local_day(at) == local_day(beside) else full_when(at)


def state_icon(state: MessageState) -> str:
    return {
        MessageState.WAITING: "clock",
        MessageState.AT_RELAY: "tick",
        MessageState.DELIVERED: "ticks",
        MessageState.FAILED: "failed",
        MessageState.RECEIVED: "",
    }[state]
