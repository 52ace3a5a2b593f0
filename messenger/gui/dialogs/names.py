"""Names of contacts as they may stand inside our sentences."""

from messenger.core.types import Contact
from messenger.gui.remote_text import isolated, shown_name


def title_of(contact: Contact) -> str:
    """Return a contact's name, cleaned and isolated so that it cannot reorder a sentence."""
    return isolated(shown_name(contact.title))


def same_name(one: str, other: str) -> bool:
    """Tell whether two names would be taken for one another in a list."""
    return shown_name(one).casefold() == shown_name(other).casefold() != ""
