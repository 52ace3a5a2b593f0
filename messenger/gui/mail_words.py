"""The words for mail through relays: of a contact, of a request by letter, and of what is wrong."""

from PySide6.QtCore import QCoreApplication

from messenger.core.types import MailRoute, MailTrouble, RelayState
from messenger.gui.remote_text import isolated, shown_line

translate = QCoreApplication.translate

ABSENT = frozenset({RelayState.UNREACHABLE, RelayState.SILENT, RelayState.FAILING})


def relay_name(route: MailRoute) -> str:
    """Return the host of a relay for use inside a sentence."""
    return isolated(shown_line(route.address.host))


def presence_by_mail(route: MailRoute) -> str:
    """Return how somebody is reached who is not connected; empty where mail changes nothing."""
    if route.takes_mail:
        words = translate("Mail", "Via relay {host}")
    elif route.trouble is MailTrouble.ASTRAY:
        words = translate("Mail", "Not connected, and Hum does not call the relay {host}")
    elif route.state in ABSENT:
        words = translate("Mail", "Not connected, and the relay {host} does not answer")
    elif route.trouble is MailTrouble.FULL:
        words = translate("Mail", "Not connected, and the mailbox at {host} is full")
    elif route.trouble is not None:
        words = translate("Mail", "Not connected, and the relay {host} takes nothing")
    else:
        return ""
    return words.replace("{host}", relay_name(route))


def letter_sentence(route: MailRoute) -> str:
    """Return where our request to somebody is that goes by a relay; ``{name}`` stays in it."""
    if route.trouble is MailTrouble.FULL:
        words = translate(
            "Mail", "The letter box of {name} at the relay {host} is full. Hum keeps trying."
        )
    elif route.trouble is MailTrouble.DENIED:
        words = translate(
            "Mail",
            "The relay {host} does not know the letter box of {name} any more. Ask them for the "
            "link that they have now.",
        )
    elif route.trouble is MailTrouble.ASTRAY:
        words = translate(
            "Mail",
            "The relay {host} is on this computer or in a private network, and Hum calls such a "
            "relay only when you have added it in the settings. Your request to {name} waits here.",
        )
    elif not route.waiting_count:
        words = translate("Mail", "{name} must accept. Your request is at the relay {host}.")
    elif route.state is RelayState.CONNECTED:
        words = translate("Mail", "Your request is on its way to the relay {host}.")
    elif route.state is RelayState.CONNECTING:
        words = translate("Mail", "Connecting to the relay {host}, for your request to {name}…")
    else:
        words = translate(
            "Mail", "The relay {host} does not answer. Your request to {name} waits here."
        )
    return words.replace("{host}", relay_name(route))


def trouble_sentence(route: MailRoute, name: str) -> str:
    """Return what keeps mail here that somebody should know of; empty if nothing does.

    Args:
        name: made by `name_in_sentence`.
    """
    if route.trouble is MailTrouble.FULL:
        words = translate(
            "Mail",
            "The mailbox of {name} at the relay {host} is full. What you write waits on this "
            "computer until they have fetched their mail.",
        )
    elif route.trouble is MailTrouble.DENIED:
        words = translate(
            "Mail",
            "The relay {host} does not know the mailbox of {name} any more. What you write waits "
            "on this computer until their Hum has made it again, or you are connected.",
        )
    elif route.trouble is MailTrouble.BUSY:
        words = translate(
            "Mail",
            "The relay {host} cannot take anything for {name} now. What you write waits on this "
            "computer, and Hum keeps trying.",
        )
    elif route.trouble is MailTrouble.ASTRAY:
        words = translate(
            "Mail",
            "The relay {host} that {name} uses is on this computer or in a private network. Hum "
            "calls such a relay only when you have added it in the settings. What you write waits "
            "on this computer until then, or until you are connected.",
        )
    elif route.state is RelayState.SILENT:
        words = translate(
            "Mail",
            "Something answers at {host}, but not as the relay that {name} uses. What you write "
            "waits on this computer until the relay is back, or you are connected.",
        )
    else:
        return ""
    return words.replace("{host}", relay_name(route)).replace("{name}", name)
