"""When two names are one to the eye."""

from messenger.gui.remote_text import shown_name


def same_name(one: str, other: str) -> bool:
    """Tell whether two names would be taken for one another in a list."""
    return shown_name(one).casefold() == shown_name(other).casefold() != ""
