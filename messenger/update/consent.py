"""Whether anybody may be asked for updates: a preference of the profile, off until it is given."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from messenger.core.errors import UpdateConsentError

PREFERENCE: Final = "updates"
LAST_CHECK: Final = "updates.checked_at"  # Unix ms, of the last one that Hum made by itself
EVERY_MS: Final = 24 * 3600 * 1000


class Consent(StrEnum):
    """When updates are looked for."""

    OFF = "off"
    BY_HAND = "by_hand"  # each time the person asks for it
    DAILY = "daily"


def consent_of(preferences: Mapping[str, str]) -> Consent:
    """Read it; what is missing or strange is no consent."""
    value = preferences.get(PREFERENCE, "")
    return Consent(value) if value in set(Consent) else Consent.OFF


def require_consent(preferences: Mapping[str, str]) -> None:
    """Let nobody be asked without it.

    Raises:
        UpdateConsentError: it was not given.
    """
    if consent_of(preferences) is Consent.OFF:
        raise UpdateConsentError("Looking for updates was not allowed yet.")


def is_due(preferences: Mapping[str, str], now_ms: int) -> bool:
    """Tell whether Hum is to look by itself now; a clock that was put back does not stop it."""
    if consent_of(preferences) is not Consent.DAILY:
        return False
    text = preferences.get(LAST_CHECK, "")
    last = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
    return not last <= now_ms < last + EVERY_MS
