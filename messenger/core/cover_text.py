"""A cover as a text, as it stands in settings and in the row of a contact."""

from messenger.core.types import COVER_PROFILES, MAX_COVER_S, MIN_COVER_S, Cover, CoverMode


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
    return cover if MIN_COVER_S <= cover.interval_s <= MAX_COVER_S else None
