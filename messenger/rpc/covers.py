"""Reading a cover as a person writes it."""

from messenger.core.errors import InputError
from messenger.core.types import COVER_PROFILES, Cover, CoverMode


def parse_cover(text: str) -> Cover:
    """Read a profile's name, or ``T=SECONDS``; ``/poisson`` behind it asks for that mode.

    Raises:
        InputError: neither of them.
    """
    clock, _, mode = text.partition("/")
    if mode not in ("", *CoverMode):
        raise InputError("The mode of a cover is frames or poisson.")
    law = CoverMode(mode or CoverMode.FRAMES)
    if clock in COVER_PROFILES:
        return Cover(COVER_PROFILES[clock].interval_s, law)
    try:
        interval_s = float(clock.removeprefix("T=")) if clock.startswith("T=") else 0.0
    except ValueError:
        interval_s = 0.0
    if not 0.001 <= interval_s <= 60:
        raise InputError("--cover is saver, balanced, lively, or T=SECONDS from 0.001 to 60.")
    return Cover(interval_s, law)
