"""The small settings of the window by name, and what a missing or strange value means."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

THEME: Final = "theme"
CLOSE: Final = "window.close"
NOTIFICATIONS: Final = "notifications"
LAST_SEEN: Final = "presence.last_seen"
METADATA: Final = "pictures.metadata"
START: Final = "window.start"
FORKS_READ: Final = "keys.forks_read"  # when those were seen that the person has read of, Unix ms
HIDDEN: Final = "hidden"
YES: Final = "yes"


class OnClose(StrEnum):
    """What closing the window does where there is a tray."""

    ASK = "ask"
    KEEP = "tray"
    QUIT = "quit"


class Notifications(StrEnum):
    """How much a notification says."""

    OFF = "off"
    PLAIN = "plain"
    NAME = "name"


class Metadata(StrEnum):
    """What becomes of place, time and camera in pictures that are sent."""

    REMOVE = "remove"
    KEEP = "keep"


def on_close(preferences: Mapping[str, str]) -> OnClose:
    value = preferences.get(CLOSE, "")
    return OnClose(value) if value in set(OnClose) else OnClose.ASK


def notifications(preferences: Mapping[str, str]) -> Notifications:
    value = preferences.get(NOTIFICATIONS, "")
    return Notifications(value) if value in set(Notifications) else Notifications.PLAIN


def metadata(preferences: Mapping[str, str]) -> Metadata | None:
    """What was answered with the first picture; None: nobody was asked yet."""
    value = preferences.get(METADATA, "")
    return Metadata(value) if value in set(Metadata) else None


def starts_hidden(preferences: Mapping[str, str]) -> bool:
    """Whether Hum starts without its window, also when a person starts it."""
    return preferences.get(START, "") == HIDDEN


def shows_last_seen(preferences: Mapping[str, str]) -> bool:
    """Whether the window says when a contact was last connected; only who asked for it."""
    return preferences.get(LAST_SEEN, "") == YES
