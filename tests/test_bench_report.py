"""The table of comparisons: a ratio above one always means that we are better."""

import pytest

from bench.report import Row, interleaved, table


@pytest.mark.parametrize(
    ("row", "ratio", "good"),
    [
        (Row("seal", "other", ours=2.0, theirs=6.0, unit="µs", goal=2.5), 3.0, True),
        (Row("seal", "other", ours=6.0, theirs=2.0, unit="µs", goal=0.8), 1 / 3, False),
        (Row("puts", "other", 900.0, 300.0, "/s", goal=3.0, more_is_better=True), 3.0, True),
        (Row("puts", "other", 300.0, 900.0, "/s", more_is_better=True), 1 / 3, True),
    ],
)
def test_a_ratio_says_how_many_times_better_we_are(row: Row, ratio: float, good: bool) -> None:
    assert row.ratio == pytest.approx(ratio)
    assert row.good is good


def test_the_table_names_what_was_missed() -> None:
    rows = [Row("a", "x", 1.0, 2.0, "ms", 1.5), Row("b", "y", 2.0, 1.0, "ms", 1.5)]
    lines = table(rows).splitlines()
    assert "good" in lines[2]
    assert "SHORT" in lines[3]


def test_both_sides_are_timed_in_turns() -> None:
    order: list[str] = []
    times = interleaved(lambda: order.append("o"), lambda: order.append("t"), rounds=3, calls=2)
    assert "".join(order) == "oott" * 4
    assert min(times) >= 0.0
