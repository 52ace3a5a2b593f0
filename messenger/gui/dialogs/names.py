"""When two names are one to the eye."""

from messenger.gui.remote_text import eye_sees


def same_name(one: str, other: str) -> bool:
    """Tell whether two names would be taken for one another in a list."""
    return eye_sees(one) == eye_sees(other) != ""
