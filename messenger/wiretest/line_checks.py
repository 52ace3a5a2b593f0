"""What the line must keep to, whatever is said: whole cells, the clock's count, lateness."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from messenger.protocol.cells import CELL_LEN
from messenger.wiretest.findings import (
    LATENESS,
    LATENESS_BAR,
    PAINTING_BAR,
    RATE_BAR,
    RATE_MINUTES,
    RELEASE_WINDOWS,
    Check,
    Finding,
    Outcome,
    is_control,
)
from messenger.wiretest.judge import Auc
from messenger.wiretest.packets import Line, Way
from messenger.wiretest.plan import CONTROLS, Run, Settings
from messenger.wiretest.stage import Pair
from messenger.wiretest.windows import whole_cells


def windows_check(settings: Settings, cells: int, findings: Sequence[Finding]) -> list[Check]:
    """Whether there were as many windows as a release asks for."""
    wanted = RELEASE_WINDOWS[settings.is_scaled].get(cells)
    counts = [
        min(f.idle_count, f.busy_count)
        for f in findings
        if f.in_family and f.cells == cells and f.series == settings.name
    ]
    if wanted is None or not counts:
        return []
    outcome = Outcome.GOOD if min(counts) >= wanted else Outcome.SHORT
    name = f"judged windows of {cells} cells, fewest of a condition"
    return [Check(settings.name, name, f"{min(counts):,}", f"{wanted:,} or more", outcome)]


def line_checks(
    settings: Settings,
    pairs: Mapping[int, Pair],
    runs: Sequence[Run],
    lines: Mapping[int, Line],
    findings: Sequence[Finding],
) -> list[Check]:
    """Return every check of a series that is no matter of statistics."""
    return [
        *_lateness(settings.name, findings),
        _payloads(settings.name, pairs, lines),
        *_rates(settings, runs, lines),
        *_painting(settings.name, pairs),
    ]


def _lateness(series: str, findings: Sequence[Finding]) -> list[Check]:
    """Real cells may be neither later nor earlier: whoever looks can turn the sign."""
    return [
        Check(
            series,
            f"{f.condition}: AUC of {LATENESS}",
            str(f.area),
            f"from {1 - LATENESS_BAR:g} to {LATENESS_BAR:g}",
            _lateness_outcome(f.area),
        )
        for f in findings
        if f.attacker == LATENESS and f.series == series
    ]


def _lateness_outcome(area: Auc) -> Outcome:
    """Beyond the bar is too few cells as long as the interval still holds 0.5.

    So it is where the interval is wider than the bars are apart and reaches in between: of the many
    rows of a run one in twenty misses 0.5 by chance, and such a row cannot say by how much.
    """
    least, most = 1 - LATENESS_BAR, LATENESS_BAR
    if least < area.value < most:
        return Outcome.GOOD
    undecided = area.high - area.low > most - least and area.low < most and area.high > least
    return Outcome.SHORT if area.low <= 0.5 <= area.high or undecided else Outcome.FAILED


def _payloads(series: str, pairs: Mapping[int, Pair], lines: Mapping[int, Line]) -> Check:
    counts = [
        whole_cells(lines.get(number, Line()))
        for number, pair in pairs.items()
        if pair.kind not in CONTROLS
    ]
    total, odd = (sum(column) for column in zip(*counts, strict=True))
    measured = f"{odd:,} of {total:,}"
    name = "TCP payloads that are not whole cells"
    return Check(series, name, measured, "0, of some", _passed(total > 0 and not odd))


def _rates(settings: Settings, runs: Sequence[Run], lines: Mapping[int, Line]) -> list[Check]:
    """Cells of each direction in each condition against the clock."""
    cells: dict[tuple[str, Way], float] = defaultdict(float)
    seconds: dict[tuple[str, Way], float] = defaultdict(float)
    for run in runs:
        line = lines.get(run.pair, Line())
        for way in Way:
            key = run.condition.value, way
            cells[key] += sum(p.length for p in line.between(way, run.start, run.end)) / CELL_LEN
            seconds[key] += run.end - run.start
    checks = []
    for condition in dict.fromkeys(run.condition.value for run in runs):
        if is_control(condition):
            continue
        shares = [cells[condition, w] * settings.interval_s / seconds[condition, w] for w in Way]
        minutes = seconds[condition, Way.FROM_A] / 60
        measured = " and ".join(f"{share:.2%}" for share in shares) + f" in {minutes:.1f} min"
        bar = f"100 % ± {RATE_BAR:.0%} each way, in {RATE_MINUTES:g} min"
        outcome = _passed(all(abs(share - 1) <= RATE_BAR for share in shares))
        if outcome is Outcome.FAILED and minutes < RATE_MINUTES:
            outcome = Outcome.SHORT
        checks.append(Check(settings.name, f"{condition}: cells", measured, bar, outcome))
    return checks


def _painting(series: str, pairs: Mapping[int, Pair]) -> list[Check]:
    checks = []
    for pair in pairs.values():
        if pair.painting is None:
            continue
        painted = pair.painting
        rate = painted.frames / painted.seconds if painted.seconds else 0.0
        measured = f"{painted.frames:,} frames, {rate:.0f} a second, {painted.pixels:,} pixels"
        good = rate >= PAINTING_BAR and painted.pixels > 0
        bar = f"{PAINTING_BAR:g} a second or more, and it moved"
        checks.append(Check(series, "the window painted", measured, bar, _passed(good)))
    return checks


def _passed(good: bool) -> Outcome:
    return Outcome.GOOD if good else Outcome.FAILED
