"""The table of comparisons: a ratio above one always means that we are better."""

from pathlib import Path

import pytest

from bench import record
from bench.__main__ import RACE
from bench.bars import Bar
from bench.machine import machine
from bench.record import Part
from bench.report import Row, in_turns, interleaved, limit_row, table, timed_row
from bench.wiretest import rows_of
from messenger.wiretest.findings import CONTROL_CONDITIONS

README = Path(__file__).resolve().parent.parent / "README.md"
SLOW = Row("lift", "other", 2.0, 1.0, "ms", 1.5, bar=Bar.START)
QUICK = Row("run", "limit", 1.0, 2.0, "ms", 1.5, bar=Bar.CELL, spread=(1.5, 2.5))
BESIDE = Row("beside the race", "limit", 3.0, 2.0, "ms", 1.0)


def _part(name: str, *rows: Row, day: str = "2026-11-21", others: float | None = 1.0) -> Part:
    return Part(name, "a machine", day, others, rows)


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
    lines = table([QUICK, SLOW, BESIDE]).splitlines()
    assert lines[2].endswith("| 2.00x | 1.50 to 2.50 | ≥ 1.50x | met |")
    assert lines[3].endswith("| 0.50x |  | ≥ 1.50x | **missed** |")


def test_all_sides_are_timed_in_turns() -> None:
    order: list[str] = []
    works = [lambda name=name: order.append(name) for name in "otx"]
    times = in_turns(*works, rounds=3, calls=2)
    assert "".join(order) == "oottxx" * 4
    assert [len(each) for each in times] == [3, 3, 3]
    assert min(interleaved(works[0], works[1], rounds=1)) >= 0.0


def test_the_spread_leaves_the_wildest_rounds_out() -> None:
    ours = [1.0] * 11
    theirs = [0.1, 2.0, *[3.0] * 7, 4.0, 100.0]
    row = timed_row("seal", "other", ours, theirs, "ms", goal=2.9)
    assert row.spread == (2.0, 4.0)
    assert (row.ours, row.theirs, row.good) == (1000.0, 3000.0, True)


def test_figures_are_held_against_a_limit_by_their_median() -> None:
    row = limit_row("paint", [50.0, 40.0, 300.0], 60.0, "ms", bar=Bar.WINDOW)
    assert (row.ours, row.ratio, row.good) == (50.0, 1.2, True)
    assert limit_row("nothing", [0.0], 1.0, "ms").spread is None


def test_the_machine_is_named() -> None:
    assert "cores" in machine()


def test_a_conversation_is_found_where_the_interval_lies_above_chance() -> None:
    def finding(condition: str, low: float, value: float) -> dict[str, object]:
        area = {"low": low, "value": value, "high": value + 0.05}
        whole = {"attacker": "gradient boosting", "condition": condition, "cells": 60}
        return whole | {"area": area}

    hidden, found = finding("chat", 0.49, 0.51), finding("gui", 0.51, 0.54)
    control = finding(CONTROL_CONDITIONS[0].value, 0.90, 0.96)
    rows = rows_of({"findings": [hidden, found, control], "breaches": ["gui"]})
    missed_control = finding(CONTROL_CONDITIONS[1].value, 0.93, 0.94)
    assert [row.good for row in rows] == [True, False, True, False]
    (row, none) = rows_of({"findings": [missed_control], "breaches": []})
    assert (row.good, none.good) == (False, True)


# -- the record and the README -------------------------------------------------------------------


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    parts = [_part("noise", QUICK, BESIDE), _part("gui", SLOW, others=None)]
    record.save(parts, tmp_path / "race.json")
    assert record.load(tmp_path / "race.json") == parts
    assert record.load(tmp_path / "none.json") == []


def test_a_part_measured_again_replaces_itself_only() -> None:
    old = [_part("gui", SLOW), _part("noise", SLOW)]
    new = [_part("noise", QUICK)]
    assert record.merged(old, new, ("noise", "gui")) == [new[0], old[0]]


def test_the_text_says_what_was_missed_where_and_in_whose_company() -> None:
    quiet = record.rendered([_part("noise", QUICK, SLOW, BESIDE)])
    assert "1 of 2 bars are met; missed: lift." in quiet
    assert "at most 1 % of the processors" in quiet
    assert "beside the race" not in quiet
    busy = record.rendered(
        [_part("noise", QUICK, others=40.0), _part("gui", SLOW, day="2026-11-22")]
    )
    assert "2026-11-21, a machine (noise). **Other programs took up to 40 %" in busy
    assert "2026-11-22, a machine (gui)." in busy


def test_the_text_stands_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{record.BEGIN}\nold\n{record.END}\nafter\n", encoding="utf-8")
    record.put_into(page, "new")
    assert page.read_text(encoding="utf-8") == (
        f"before\n{record.BEGIN}\nnew\n{record.END}\nafter\n"
    )
    page.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="no place"):
        record.put_into(page, "new")
    assert page.read_text(encoding="utf-8") == "no marks"


def test_the_readme_shows_the_record() -> None:
    shown = record.between_marks(README.read_text(encoding="utf-8"))
    assert shown == record.rendered(record.load())


def test_every_bar_is_in_the_record() -> None:
    parts = record.load()
    assert {row.bar for part in parts for row in part.rows if row.goal is not None} >= set(Bar)
    assert [part.name for part in parts] == list(RACE)
