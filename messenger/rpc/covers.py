"""Reading a cover, and what it may cost, as a person writes it."""

from messenger.core.cover_budget import GIGABYTE, MAX_BUDGET
from messenger.core.errors import InputError
from messenger.core.types import COVER_PROFILES, MAX_COVER_S, MIN_COVER_S, Cover, CoverMode


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
    if not MIN_COVER_S <= interval_s <= MAX_COVER_S:
        raise InputError("--cover is saver, balanced, lively, or T=SECONDS from 0.001 to 2.")
    return Cover(interval_s, law)


def parse_budget(gb_per_month: float | None) -> int | None:
    """Read gigabytes a month as bytes; None stays None.

    Raises:
        InputError: nothing, less than nothing, or more than any budget is.
    """
    if gb_per_month is None:
        return None
    if not 0 < gb_per_month <= MAX_BUDGET / GIGABYTE:
        raise InputError(
            "gb_per_month is more than 0 and at most 1000000; null means that there is no budget."
        )
    return round(gb_per_month * GIGABYTE)
