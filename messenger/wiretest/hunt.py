"""Letting every attacker at what one series left on the line."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Final

from messenger.wiretest.attackers import attack, attackers
from messenger.wiretest.correlator import DECOYS, Talk, event_based, shape_based, talks_of
from messenger.wiretest.findings import LATENESS, Finding, Findings, SeriesFacts
from messenger.wiretest.judge import Scored, auc
from messenger.wiretest.line_checks import line_checks, windows_check
from messenger.wiretest.packets import Line, Way
from messenger.wiretest.plan import CONTROLS, Condition, Kind, Run, Settings
from messenger.wiretest.stage import Pair
from messenger.wiretest.windows import Window, windows_of

LEAST_CELLS: Final = 50  # of each kind; idle links have a few real cells too, the ratchet's
MATCH_BEFORE_S: Final = 0.001  # a packet's clock may be this much before the instant of its cell

Say = Callable[[str], None]
Groups = Mapping[tuple[Kind, Condition], Sequence[Window]]


@dataclass(frozen=True, slots=True)
class Played:
    """What there is to attack: one series, its pairs by number, their runs and lines."""

    settings: Settings
    pairs: Mapping[int, Pair]
    runs: Sequence[Run]
    lines: Mapping[int, Line]


def hunt(played: Played, findings: Findings, say: Say) -> None:
    """Let every attacker at everything, and look at what the line must keep to."""
    settings = played.settings
    random = Random(settings.seed)
    findings.series.append(
        SeriesFacts(
            settings.name,
            settings.is_scaled,
            settings.interval_s,
            settings.pairs,
            settings.controls,
            settings.window_cells,
        )
    )
    for cells in settings.window_cells:
        _attack_windows(played, cells, random, findings, say)
        findings.checks += windows_check(settings, cells, findings.findings)
    _correlate(played, random, findings)
    _judge_lateness(played, random, findings)
    findings.checks += line_checks(
        settings, played.pairs, played.runs, played.lines, findings.findings
    )


def _attack_windows(
    played: Played, cells: int, random: Random, findings: Findings, say: Say
) -> None:
    settings = played.settings
    groups: dict[tuple[Kind, Condition], list[Window]] = defaultdict(list)
    for run in played.runs:
        line = played.lines.get(run.pair, Line())
        group = groups[played.pairs[run.pair].kind, run.condition]
        group += windows_of(line, run, cells=cells, interval_s=settings.interval_s)
    for (kind, condition), windows in groups.items():
        idle_condition = CONTROLS[kind][0] if kind in CONTROLS else Condition.IDLE
        idle = groups.get((kind, idle_condition), [])
        if condition is idle_condition or not windows or not idle:
            continue
        say(f"{settings.name}: attacking {condition.value}, windows of {cells} cells")
        both = [*idle, *windows]
        busy = [False] * len(idle) + [True] * len(windows)
        for name, trainer in attackers().items():
            scored = attack(trainer, both, busy, random)
            _keep(findings, scored, (settings.name, condition.value, name, cells), random)


def _keep(
    findings: Findings,
    scored: Sequence[Scored],
    place: tuple[str, str, str, int],
    random: Random,
) -> None:
    """Keep what an attacker reached, if it could compare anything."""
    counts = sum(not s.busy for s in scored), sum(s.busy for s in scored)
    if all(counts):
        findings.findings.append(Finding(*place, *counts, auc(scored, random)))


def _correlate(played: Played, random: Random, findings: Findings) -> None:
    """What was said against the lines, in the runs in which people wrote."""
    settings = played.settings
    talks: list[Talk] = []
    for number, run in enumerate(played.runs):
        if run.condition is Condition.CHAT and run.pair in played.lines:
            spoken = played.pairs[run.pair].spoken
            own, others = played.lines[run.pair], _beside(played, run.pair)
            talks += talks_of(own, others, run, number, spoken, settings.interval_s)
    talks = [talk for talk in talks if talk.said]
    for name, score in (
        ("correlation with what was said, by shape", shape_based),
        ("correlation with what was said, by events", event_based),
    ):
        place = (settings.name, Condition.CHAT.value, name, 0)
        _keep(findings, score(talks), place, random)


def _beside(played: Played, number: int) -> list[Line]:
    """Return the lines of other pairs of the series, the next ones first, and no controls."""
    nodes = (n for n, pair in sorted(played.pairs.items()) if pair.kind not in CONTROLS)
    numbers = [n for n in nodes if n in played.lines]
    at = numbers.index(number)
    return [played.lines[n] for n in (numbers[at + 1 :] + numbers[:at])[:DECOYS]]


def _judge_lateness(played: Played, random: Random, findings: Findings) -> None:
    """Real cells against cover cells of the same run, by how late their packets were."""
    late: dict[Condition, list[Scored]] = defaultdict(list)
    for number, run in enumerate(played.runs):
        pair = played.pairs[run.pair]
        if not pair.notes or run.pair not in played.lines:
            continue
        packets = played.lines[run.pair].between(Way.FROM_A, run.start, run.end)
        cells = [p.at for p in packets if p.length]
        for instant, real in pair.notes:
            if run.start + 0.1 <= instant < run.end - 0.1:
                at = bisect_left(cells, instant - MATCH_BEFORE_S)
                if at < len(cells):
                    late[run.condition].append(Scored(number, real, cells[at] - instant))
    name = played.settings.name
    for condition, scored in late.items():
        real_count = sum(one.busy for one in scored)
        if min(real_count, len(scored) - real_count) >= LEAST_CELLS:
            _keep(findings, scored, (name, condition.value, LATENESS, 0), random)
        for real, kind in ((False, "cover"), (True, "real")):
            ordered = sorted(s.score * 1000 for s in scored if s.busy is real)
            if len(ordered) >= LEAST_CELLS:
                place = f"{name}, {condition.value}, {kind} cells"
                findings.lateness_ms[f"{place}, p50"] = median(ordered)
                findings.lateness_ms[f"{place}, p99"] = ordered[int(0.99 * len(ordered))]
