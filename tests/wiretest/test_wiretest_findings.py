"""What the self-test says of what it found."""

import subprocess
import sys
from pathlib import Path

import pytest

from messenger.wiretest import others
from messenger.wiretest.findings import (
    LATENESS,
    OTHERS_BAR,
    Check,
    Finding,
    Findings,
    Outcome,
    SeriesFacts,
)
from messenger.wiretest.judge import Auc
from messenger.wiretest.line_checks import line_checks, windows_check
from messenger.wiretest.others import OthersShare
from messenger.wiretest.packets import Line, Packet, Way
from messenger.wiretest.painting import Painting, read_painting
from messenger.wiretest.plan import Condition, Kind, Run, Settings
from messenger.wiretest.report import PROVED_NOTHING, TOO_FEW_RUNS, table, verdict

NOTHING = Auc(0.5, 0.45, 0.55, 0.5, 100)
FOUND = Auc(0.99, 0.98, 1.0, 1e-4, 100)


def finding(condition: str, attacker: str, area: Auc, cells: int = 60) -> Finding:
    return Finding("T=0.1", condition, attacker, cells, 1000, 1000, area)


def findings(
    *rows: Finding, checks: tuple[Check, ...] = (), percent: float | None = None
) -> Findings:
    facts = SeriesFacts("T=0.1", True, 0.1, 2, 1, (60,))
    return Findings("tcpdump", 2, 1, True, percent, [facts], list(rows), list(checks))


CONTROLS = (
    finding("naive, chat", "gradient boosting", FOUND),
    finding("no cover, chat", "gradient boosting", FOUND),
)


def test_it_proves_something_only_if_the_learner_finds_every_control() -> None:
    assert findings(*CONTROLS).controls_found
    assert not findings(CONTROLS[0]).controls_found
    assert not findings().controls_found
    by_another = finding("no cover, chat", "cell rate", FOUND)
    weak = finding("no cover, chat", "gradient boosting", Auc(0.95, 0.9, 1.0, 1e-4, 100))
    bad = findings(CONTROLS[0], by_another, weak)
    assert not bad.controls_found
    assert PROVED_NOTHING in verdict(bad)


def test_every_window_size_and_every_series_has_its_controls() -> None:
    some = findings(*CONTROLS)
    some.series.append(SeriesFacts("lively", False, 0.125, 2, 1, (60, 600)))
    assert not some.controls_found
    assert [check.outcome for check in some.control_checks].count(Outcome.FAILED) == 4


def test_one_interval_beside_a_half_is_chance_and_a_strong_row_is_not() -> None:
    rows = [finding("chat", f"attacker {n}", NOTHING) for n in range(20)]
    beside = finding("chat", "gradient boosting", Auc(0.53, 0.501, 0.56, 0.02, 100))
    some = findings(*CONTROLS, *rows, beside)
    assert some.breaches == []
    assert some.above == (1, 21)
    strong = finding("chat", "gradient boosting", Auc(0.6, 0.55, 0.65, 1e-4, 100))
    (breach,) = findings(*CONTROLS, *rows, strong).breaches
    assert "gradient boosting" in breach


def test_controls_and_lateness_are_not_in_the_family() -> None:
    late = finding("chat", LATENESS, Auc(0.52, 0.51, 0.53, 1e-4, 100), cells=0)
    assert findings(*CONTROLS, late).breaches == []


def test_a_missed_bar_is_a_breach_and_too_few_windows_are_not() -> None:
    missed = Check("T=0.1", "chat: cells", "98 %", "100 % ± 1 %", Outcome.FAILED)
    short = Check("T=0.1", "windows", "30", "1,000", Outcome.SHORT)
    some = findings(*CONTROLS, finding("chat", "cell rate", NOTHING), checks=(missed, short))
    (breach,) = some.breaches
    assert "98 %" in breach
    assert "| T=0.1 | chat: cells | 98 % | 100 % ± 1 % | FAILED |" in table(some)


def test_a_breach_on_a_machine_that_others_used_says_so() -> None:
    missed = Check("T=0.1", "chat: cells", "98 %", "100 % ± 1 %", Outcome.FAILED)
    said = [
        verdict(findings(*CONTROLS, checks=checks, percent=percent))
        for checks in ((missed,), ())
        for percent in (OTHERS_BAR + 7, OTHERS_BAR, None)
    ]
    assert ["quiet machine" in each for each in said] == [True, False, False, False, False, False]
    assert "took 12 %" in said[0]
    assert "Others took 12.0 %" in table(findings(*CONTROLS, percent=12.0))
    assert "Others" not in table(findings(*CONTROLS))


def test_what_others_take_is_what_our_children_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three seconds of work in five; one of them was our child's."""
    times = {"busy": 100.0, "now": 0.0}
    monkeypatch.setattr(others, "_busy_s", lambda: times["busy"])
    monkeypatch.setattr(others.time, "monotonic", lambda: times["now"])
    monkeypatch.setattr(others.os, "cpu_count", lambda: 1)
    share = OthersShare()
    work = "import time\nwhile time.process_time() < 1: pass"
    subprocess.run([sys.executable, "-c", work], check=True)
    times.update(busy=103.0, now=5.0)
    percent = share.percent()
    assert percent is not None
    assert 0 <= percent < 41  # times are counted in hundredths


def test_where_the_system_does_not_tell_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(others, "_STAT", Path("/nowhere"))
    assert OthersShare().percent() is None


def test_a_test_that_could_not_find_anything_says_so() -> None:
    few = finding("chat", "cell rate", Auc(0.5, 0.0, 1.0, 0.5, 4))
    assert TOO_FEW_RUNS in verdict(findings(*CONTROLS, few))
    assert TOO_FEW_RUNS not in verdict(findings(*CONTROLS, finding("chat", "x", NOTHING)))


class SilentPair:
    """A pair of nodes with nothing to say."""

    def __init__(self, painting: Painting | None = None) -> None:
        self.kind = Kind.NODES
        self.ports: dict[int, Way] = {}
        self.notes: list[tuple[float, bool]] = []
        self.spoken: list[tuple[Way, float, int]] = []
        self.painting = painting

    async def begin(self, condition: Condition) -> None: ...

    async def rest(self) -> None: ...

    async def stop(self) -> None: ...


def outcomes(
    line: Line, painting: Painting | None = None, minutes: float = 10
) -> dict[str, Outcome]:
    settings = Settings(2, 1, 0.1, (Condition.CHAT,), 1, (60,))
    runs = [Run(0, Condition.IDLE, 0.0, minutes * 60)]
    checks = line_checks(settings, {0: SilentPair(painting)}, runs, {0: line}, [])
    return {check.name: check.outcome for check in checks}


def line_of(count: int, length: int = 512) -> Line:
    line = Line()
    for way in Way:
        line.packets[way] = [Packet(n * 600 / count, length) for n in range(count)]
    return line


@pytest.mark.parametrize(
    ("count", "outcome"),
    [(6000, Outcome.GOOD), (6050, Outcome.GOOD), (5900, Outcome.FAILED), (6100, Outcome.FAILED)],
)
def test_cells_must_be_as_many_as_the_clock_says(count: int, outcome: Outcome) -> None:
    assert outcomes(line_of(count))["idle: cells"] is outcome


def test_a_few_minutes_do_not_condemn_the_clock() -> None:
    assert outcomes(line_of(5900), minutes=9)["idle: cells"] is Outcome.SHORT


def test_one_direction_does_not_make_up_for_the_other() -> None:
    line = line_of(6000)
    line.packets[Way.FROM_A] = line.packets[Way.FROM_A][:5800]
    line.packets[Way.FROM_B] = sorted(
        [*line.packets[Way.FROM_B], *line.packets[Way.FROM_B][:200]], key=lambda p: p.at
    )
    assert outcomes(line)["idle: cells"] is Outcome.FAILED


def test_payloads_must_be_whole_cells() -> None:
    name = "TCP payloads that are not whole cells"
    assert outcomes(line_of(600))[name] is Outcome.GOOD
    assert outcomes(line_of(600, 600))[name] is Outcome.FAILED
    assert outcomes(Line({way: [] for way in Way}))[name] is Outcome.FAILED


@pytest.mark.parametrize(
    ("value", "outcome"),
    [(0.52, Outcome.GOOD), (0.54, Outcome.FAILED), (0.48, Outcome.GOOD), (0.40, Outcome.FAILED)],
)
def test_real_cells_may_be_neither_later_nor_earlier(value: float, outcome: Outcome) -> None:
    late = finding("chat", LATENESS, Auc(value, value - 0.02, value + 0.02, 0.5, 100), cells=0)
    settings = Settings(2, 1, 0.1, (Condition.CHAT,), 1, (60,))
    checks = line_checks(settings, {0: SilentPair()}, [], {}, [late])
    assert checks[0].outcome is outcome


@pytest.mark.parametrize(
    ("value", "half", "outcome"),
    [
        (0.60, 0.15, Outcome.SHORT),
        (0.555, 0.052, Outcome.SHORT),  # misses a half, and reaches into the bar
        (0.445, 0.052, Outcome.SHORT),
        (0.59, 0.052, Outcome.FAILED),  # beyond it as a whole
        (0.41, 0.052, Outcome.FAILED),
        (0.545, 0.029, Outcome.FAILED),  # cells enough to judge
    ],
)
def test_a_few_cells_do_not_condemn_it(value: float, half: float, outcome: Outcome) -> None:
    late = finding("chat", LATENESS, Auc(value, value - half, value + half, 0.2, 5), cells=0)
    settings = Settings(2, 1, 0.1, (Condition.CHAT,), 1, (60,))
    assert line_checks(settings, {0: SilentPair()}, [], {}, [late])[0].outcome is outcome


def test_a_window_that_did_not_paint_or_move_is_no_condition() -> None:
    name = "the window painted"
    assert outcomes(line_of(600), Painting(600, 9000, 10.0))[name] is Outcome.GOOD
    assert outcomes(line_of(600), Painting(600, 0, 10.0))[name] is Outcome.FAILED
    assert outcomes(line_of(600), Painting(20, 9000, 10.0))[name] is Outcome.FAILED
    assert outcomes(line_of(600), Painting())[name] is Outcome.FAILED


def test_what_was_painted_is_read_from_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    Painting(3, 4, 5.5).say()
    log = "2026 WARNING x\n" + capsys.readouterr().err
    assert read_painting(log) == Painting(3, 4, 5.5)
    assert read_painting("nothing") is None


def test_a_release_needs_its_windows() -> None:
    settings = Settings(2, 1, 0.1, (Condition.CHAT,), 1, (60,))
    rows = [finding("chat", "gradient boosting", NOTHING)]
    (check,) = windows_check(settings, 60, rows)
    assert check.outcome is Outcome.GOOD
    few = Finding("T=0.1", "chat", "gradient boosting", 60, 1000, 999, NOTHING)
    (check,) = windows_check(settings, 60, [few, *rows])
    assert check.outcome is Outcome.SHORT
    assert windows_check(settings, 20, rows) == []
