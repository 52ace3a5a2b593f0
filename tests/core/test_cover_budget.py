"""A month of cover stays within its budget wherever a profile exists that keeps it."""

from hypothesis import given
from hypothesis import strategies as st

from messenger.core.cover_budget import GIGABYTE, limit_for, plan_for, within
from messenger.core.cover_price import price_of
from messenger.core.types import COVER_PROFILES, Cover, CoverMode, CoverPlan

SLOWEST = COVER_PROFILES["saver"]
covers = st.builds(
    Cover,
    st.sampled_from([0.01, 0.125, 0.3, 0.5, 2.0, 60.0]),
    st.sampled_from(CoverMode),
)
budgets = st.integers(min_value=1, max_value=2_000 * GIGABYTE)


@given(choices=st.lists(covers, max_size=300), budget=budgets)
def test_the_budget_is_kept_while_a_slower_profile_exists(
    choices: list[Cover], budget: int
) -> None:
    plan = plan_for(choices, budget)
    assert plan.bytes_per_month <= budget or plan.limit == SLOWEST
    assert plan.kept == (plan.bytes_per_month <= budget)


@given(count=st.integers(min_value=0, max_value=5_000), budget=budgets)
def test_no_faster_profile_would_have_kept_it(count: int, budget: int) -> None:
    limit = limit_for(budget, count)
    assert limit is not None
    faster = [c for c in COVER_PROFILES.values() if c.interval_s < limit.interval_s]
    assert all(count * price_of(cover).bytes_per_month > budget for cover in faster)


@given(count=st.integers(min_value=0, max_value=5_000), budget=budgets)
def test_one_contact_more_never_makes_links_faster(count: int, budget: int) -> None:
    before, after = limit_for(budget, count), limit_for(budget, count + 1)
    assert before is not None
    assert after is not None
    assert after.interval_s >= before.interval_s


@given(choices=st.lists(covers, max_size=30), budget=budgets)
def test_no_link_gets_more_than_was_chosen(choices: list[Cover], budget: int) -> None:
    limit = limit_for(budget, len(choices))
    given_covers = [within(choice, limit) for choice in choices]
    assert all(a.interval_s >= b.interval_s for a, b in zip(given_covers, choices, strict=True))
    assert [cover.mode for cover in given_covers] == [choice.mode for choice in choices]
    reduced = sum(a != b for a, b in zip(given_covers, choices, strict=True))
    assert plan_for(choices, budget).reduced_count == reduced


def test_without_a_budget_everybody_gets_what_was_chosen() -> None:
    lively = COVER_PROFILES["lively"]
    price = price_of(lively)
    assert plan_for([lively] * 3, None) == CoverPlan(
        link_count=3,
        bytes_per_hour=3 * price.bytes_per_hour,
        bytes_per_month=3 * price.bytes_per_month,
    )


def test_ten_contacts_within_a_budget() -> None:
    """64 GB a month keep ten balanced links (6.4 GB each), 50 GB keep ten saving ones (1.6 GB)."""
    balanced = [COVER_PROFILES["balanced"]] * 10
    assert plan_for(balanced, 64 * GIGABYTE).reduced_count == 0
    tight = plan_for(balanced, 50 * GIGABYTE)
    assert (tight.limit, tight.reduced_count, tight.kept) == (SLOWEST, 10, True)
    assert not plan_for(balanced, 10 * GIGABYTE).kept
