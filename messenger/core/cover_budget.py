"""What cover the links of a node get, so that a month of all of them stays within a budget.

Pure arithmetic over the number of contacts, what was chosen, and the budget. Nothing here could
know who is written to: a link gets its profile when it is made.
"""

from collections.abc import Iterable
from typing import Final

from messenger.core.cover_price import price_of
from messenger.core.types import COVER_PROFILES, Cover, CoverPlan

GIGABYTE: Final = 1_000_000_000  # bytes, as data plans count them
MAX_BUDGET: Final = 1_000_000 * GIGABYTE  # bytes a month; more is a slip of the finger
_FASTEST_FIRST: Final = tuple(sorted(COVER_PROFILES.values(), key=lambda c: c.interval_s))


def limit_for(budget: int | None, count: int) -> Cover | None:
    """Return the fastest cover that ``count`` links may all have.

    Args:
        budget: bytes a month for all links together; None: as many as it takes.

    Returns:
        The fastest profile with which the budget is kept, the slowest if none does; None without a
        budget.
    """
    if budget is None:
        return None
    fitting = (c for c in _FASTEST_FIRST if count * price_of(c).bytes_per_month <= budget)
    return next(fitting, _FASTEST_FIRST[-1])


def within(choice: Cover, limit: Cover | None) -> Cover:
    """Return what was chosen, or as much of it as the limit leaves; the mode stays as chosen."""
    if limit is None or choice.interval_s >= limit.interval_s:
        return choice
    return Cover(limit.interval_s, choice.mode)


def plan_for(choices: Iterable[Cover], budget: int | None) -> CoverPlan:
    """Add up what links with these chosen covers get and cost, all of them connected.

    Args:
        choices: one for each contact that is to be connected.
        budget: bytes a month; None: no budget.
    """
    chosen = tuple(choices)
    limit = limit_for(budget, len(chosen))
    given = [within(choice, limit) for choice in chosen]
    prices = [price_of(cover) for cover in given]
    per_month = sum(price.bytes_per_month for price in prices)
    return CoverPlan(
        budget=budget,
        limit=limit,
        kept=budget is None or per_month <= budget,
        link_count=len(chosen),
        reduced_count=sum(a != b for a, b in zip(chosen, given, strict=True)),
        bytes_per_hour=sum(price.bytes_per_hour for price in prices),
        bytes_per_month=per_month,
    )
