"""A cover as a text, as it stands in settings and in the row of a contact."""

import math

from messenger.core.types import COVER_PROFILES, Cover, CoverMode


def cover_to_text(cover: Cover) -> str:
    """Write a cover: the name of a profile, else its mode and its interval in seconds."""
    for name, profile in COVER_PROFILES.items():
        if profile == cover:
            return name
    return f"{cover.mode.value} {cover.interval_s!r}"


def cover_from_text(text: str | None) -> Cover | None:
    """Read what :func:`cover_to_text` wrote; anything else is None."""
    if not text or text in COVER_PROFILES:
        return COVER_PROFILES.get(text or "")
    mode, _, interval = text.partition(" ")
    try:
        cover = Cover(float(interval), CoverMode(mode))
    except ValueError:
        return None
    return cover if math.isfinite(cover.interval_s) and cover.interval_s > 0 else None
