"""From a capture to findings: every attacker on every condition, and what the line looked like."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from statistics import median
from typing import Any, Final

from messenger.protocol.cells import CELL_LEN
from messenger.wiretest.attackers import attack, attackers
from messenger.wiretest.correlator import Talk, event_based, shape_based, talks_of
from messenger.wiretest.judge import Auc, Scored, auc
from messenger.wiretest.packets import Line, Way
from messenger.wiretest.plan import CONTROLS, Condition, Kind, Run, Settings
from messenger.wiretest.stage import Pair
from messenger.wiretest.windows import Window, whole_cells, windows_of

CONTROL_BAR: Final = 0.95
LATENESS_BAR: Final = 0.53
LEAST_CELLS: Final = 50  # of each kind; idle links have a few real cells too, the ratchet's
MATCH_BEFORE_S: Final = 0.001  # a packet's clock may be this much before the instant of its cell

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One attacker on one condition."""

    condition: str
    attacker: str
    cells: int  # of a window; 0: single cells, or whole runs
    idle_count: int  # windows, or cells, or comparisons
    busy_count: int
    area: Auc


@dataclass(slots=True)
class Findings:
    """Everything a self-test found."""

    capture: str
    minutes: float
    interval_s: float
    mode: str
    pairs: int
    seed: int
    learners: bool
    findings: list[Finding] = field(default_factory=list)
    payload_count: int = 0
    odd_payload_count: int = 0
    rate: dict[str, float] = field(default_factory=dict)  # cells against the clock, by condition
    lateness_ms: dict[str, float] = field(default_factory=dict)  # packets behind their instants

    @property
    def controls_found(self) -> bool:
        """Whether every control was found by its best attacker; else nothing is proved."""
        best = dict.fromkeys((Condition.NAIVE_CHAT.value, Condition.BARE_CHAT.value), 0.0)
        for finding in self.findings:
            if finding.condition in best:
                best[finding.condition] = max(best[finding.condition], finding.area.value)
        return all(value > CONTROL_BAR for value in best.values())

    @property
    def breaches(self) -> list[str]:
        """What was found that should not be."""
        said = [
            f"{f.condition}: {f.attacker} at {f.area}"
            for f in self.findings
            if not _of_control(f.condition)
            and (f.area.value > LATENESS_BAR if f.attacker == LATENESS else f.area.low > 0.5)
        ]
        if self.odd_payload_count:
            said.append(f"{self.odd_payload_count} TCP payloads were not whole cells")
        said += [
            f"{name}: {share:.1%} of the clock's cells"
            for name, share in self.rate.items()
            if abs(share - 1) > 0.01 and not _of_control(name)
        ]
        return said

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return asdict(self) | {
            "controls_found": self.controls_found,
            "breaches": self.breaches,
        }


LATENESS: Final = "lateness of single cells"


def _of_control(condition: str) -> bool:
    return any(condition == c.value for pair in CONTROLS.values() for c in pair)


def find(
    settings: Settings,
    lines: dict[int, Line],
    pairs: Sequence[Pair],
    runs: Sequence[Run],
    *,
    findings: Findings,
    say: Say,
) -> None:
    """Let every attacker at everything."""
    random = Random(settings.seed)
    for cells in settings.window_cells:
        by_condition: dict[tuple[Kind, Condition], list[Window]] = {}
        for number, run in enumerate(runs):
            line = lines.get(run.pair, Line())
            group = by_condition.setdefault((pairs[run.pair].kind, run.condition), [])
            group += windows_of(line, run, number, cells=cells, interval_s=settings.interval_s)
        _attack_all(by_condition, cells, random, findings=findings, say=say)
    _correlate(settings, lines, pairs, runs, findings, random)
    _judge_lateness(lines, pairs, runs, findings, random)
    for number, pair in enumerate(pairs):
        if pair.kind not in CONTROLS:
            count, odd = whole_cells(lines.get(number, Line()))
            findings.payload_count += count
            findings.odd_payload_count += odd
    _count_cells(settings, lines, runs, findings)


def _attack_all(
    by_condition: dict[tuple[Kind, Condition], list[Window]],
    cells: int,
    random: Random,
    *,
    findings: Findings,
    say: Say,
) -> None:
    for (kind, condition), windows in by_condition.items():
        idle_condition = CONTROLS[kind][0] if kind in CONTROLS else Condition.IDLE
        idle = by_condition.get((kind, idle_condition), [])
        if condition is idle_condition or not windows or not idle:
            continue
        say(f"attacking {condition.value}, windows of {cells} cells")
        both = idle + windows
        busy = [False] * len(idle) + [True] * len(windows)
        for name, trainer in attackers().items():
            scored = attack(trainer, both, busy, random)
            _keep(findings, scored, condition.value, name, cells, random)


def _keep(
    findings: Findings,
    scored: Sequence[Scored],
    condition: str,
    attacker: str,
    cells: int,
    random: Random,
) -> None:
    counts = sum(not s.busy for s in scored), sum(s.busy for s in scored)
    if all(counts):
        findings.findings.append(Finding(condition, attacker, cells, *counts, auc(scored, random)))


def _correlate(
    settings: Settings,
    lines: dict[int, Line],
    pairs: Sequence[Pair],
    runs: Sequence[Run],
    findings: Findings,
    random: Random,
) -> None:
    """What was said against the lines, in the runs in which people wrote."""
    for condition in (Condition.CHAT, Condition.NAIVE_CHAT):
        talks: list[Talk] = []
        for number, run in enumerate(runs):
            if run.condition is condition and run.pair in lines:
                spoken = pairs[run.pair].spoken
                talks += talks_of(lines[run.pair], run, number, spoken, settings.interval_s)
        talks = [talk for talk in talks if talk.said]
        for name, score in (
            ("correlation with what was said, by shape", shape_based),
            ("correlation with what was said, by events", event_based),
        ):
            _keep(findings, score(talks), condition.value, name, 0, random)


def _judge_lateness(
    lines: dict[int, Line],
    pairs: Sequence[Pair],
    runs: Sequence[Run],
    findings: Findings,
    random: Random,
) -> None:
    """Real cells against cover cells in the same runs, by how late their packets were."""
    late: dict[Condition, list[Scored]] = {}
    for number, run in enumerate(runs):
        pair = pairs[run.pair]
        if not pair.notes or run.pair not in lines:
            continue
        cells = [p.at for p in lines[run.pair].between(Way.FROM_A, run.start, run.end) if p.length]
        for instant, real in pair.notes:
            if run.start + 0.1 <= instant < run.end - 0.1:
                at = bisect_left(cells, instant - MATCH_BEFORE_S)
                if at < len(cells):
                    one = Scored(0, 2 * number + real, real, cells[at] - instant)
                    late.setdefault(run.condition, []).append(one)
    for condition, scored in late.items():
        real_count = sum(one.busy for one in scored)
        if min(real_count, len(scored) - real_count) >= LEAST_CELLS:
            _keep(findings, scored, condition.value, LATENESS, 0, random)
        ordered = sorted(s.score * 1000 for s in scored)
        findings.lateness_ms[f"{condition.value}, p50"] = median(ordered)
        findings.lateness_ms[f"{condition.value}, p99"] = ordered[int(0.99 * len(ordered))]


def _count_cells(
    settings: Settings, lines: dict[int, Line], runs: Sequence[Run], findings: Findings
) -> None:
    counted: dict[str, list[float]] = {}
    for run in runs:
        line = lines.get(run.pair, Line())
        for way in Way:
            cells = sum(p.length for p in line.between(way, run.start, run.end)) / CELL_LEN
            total = counted.setdefault(run.condition.value, [0.0, 0.0])
            total[0] += cells
            total[1] += (run.end - run.start) / settings.interval_s
    findings.rate = {name: cells / clock for name, (cells, clock) in counted.items()}
