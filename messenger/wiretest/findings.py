"""What a self-test found, and what it must say about it."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from messenger.wiretest.judge import FAMILY_LEVEL, Auc, holm
from messenger.wiretest.plan import CONTROLS, Condition

CONTROL_BAR: Final = 0.95  # gradient boosting must be above it on every control
LATENESS_BAR: Final = 0.53
RATE_BAR: Final = 0.01  # of the clock's cells,
RATE_MINUTES: Final = 10.0  # over so many minutes of a condition
PAINTING_BAR: Final = 10.0  # frames a second; sixty are asked for, beside everything else
RELEASE_WINDOWS: Final = {True: {60: 1000, 600: 200}, False: {60: 300}}  # scaled clock? cells
OTHERS_BAR: Final = 5.0  # % of all processors: more than this, and the machine was not quiet
JUDGE_OF_CONTROLS: Final = "gradient boosting"
LATENESS: Final = "lateness of single cells"
CONTROL_CONDITIONS: Final = (Condition.NAIVE_CHAT, Condition.BARE_CHAT)


class Outcome(StrEnum):
    """How a check ended."""

    GOOD = "good"
    FAILED = "FAILED"
    SHORT = "short"  # fewer than a release asks for; no fault of the wire


@dataclass(frozen=True, slots=True)
class Finding:
    """One attacker on one condition."""

    series: str
    condition: str
    attacker: str
    cells: int  # of a window; 0: single cells, or whole runs
    idle_count: int  # windows, or cells, or comparisons
    busy_count: int
    area: Auc

    @property
    def is_control(self) -> bool:
        """Whether it is about a scheme that must be found."""
        return is_control(self.condition)

    @property
    def in_family(self) -> bool:
        """Whether the statement about all rows counts it; lateness has a bar of its own."""
        return not self.is_control and self.attacker != LATENESS


@dataclass(frozen=True, slots=True)
class Check:
    """Something measured against a bar."""

    series: str
    name: str
    measured: str
    bar: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """One series, for the head of its table."""

    name: str
    is_scaled: bool
    interval_s: float
    pairs: int
    controls: int  # pairs of each
    window_cells: tuple[int, ...]


@dataclass(slots=True)
class Findings:
    """Everything a self-test found."""

    capture: str
    minutes: float
    seed: int
    learners: bool
    others_percent: float | None  # of all processors, that others took; None where unknown
    series: list[SeriesFacts] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)  # of the line itself
    lateness_ms: dict[str, float] = field(default_factory=dict)  # packets behind their instants

    @property
    def control_checks(self) -> list[Check]:
        """What the learner must find, in every series and window size; found or not."""
        checks = []
        for facts in self.series:
            for cells in facts.window_cells:
                for condition in CONTROL_CONDITIONS:
                    area = self._area(facts.name, condition, cells)
                    found = area is not None and area.value > CONTROL_BAR
                    name = f"{condition.value}: {JUDGE_OF_CONTROLS}, windows of {cells}"
                    outcome = Outcome.GOOD if found else Outcome.FAILED
                    bar = f"above {CONTROL_BAR}"
                    checks.append(Check(facts.name, name, str(area or "–"), bar, outcome))
        return checks

    def _area(self, series: str, condition: Condition, cells: int) -> Auc | None:
        wanted = (series, condition.value, cells, JUDGE_OF_CONTROLS)
        found = (
            f.area for f in self.findings if (f.series, f.condition, f.cells, f.attacker) == wanted
        )
        return next(found, None)

    @property
    def controls_found(self) -> bool:
        """Whether gradient boosting found every control; else nothing is proved."""
        checks = self.control_checks
        return bool(checks) and all(check.outcome is Outcome.GOOD for check in checks)

    @property
    def adjusted(self) -> dict[int, float]:
        """Holm's p of each row that belongs to the family, by its place in ``findings``."""
        family = [i for i, f in enumerate(self.findings) if f.in_family]
        ps = holm([self.findings[i].area.p for i in family])
        return dict(zip(family, ps, strict=True))

    @property
    def sharp_enough(self) -> bool:
        """Whether there were runs enough for any row to become significant at all."""
        family = [f.area.blocks for f in self.findings if f.in_family]
        return bool(family) and len(family) * 0.5 ** max(family) < FAMILY_LEVEL

    @property
    def breaches(self) -> list[str]:
        """What was found that should not be, and every bar that was missed."""
        said = [
            f"{_place(f)}: {f.attacker} at {f.area}, p {p:.2g} after Holm's correction"
            for f, p in ((self.findings[i], p) for i, p in self.adjusted.items())
            if p < FAMILY_LEVEL
        ]
        return said + [
            f"{check.series}: {check.name}: {check.measured}, not {check.bar}"
            for check in self.checks
            if check.outcome is Outcome.FAILED
        ]

    @property
    def above(self) -> tuple[int, int]:
        """How many rows of the family have an interval wholly above 0.5, and how many there are."""
        family = [f.area for f in self.findings if f.in_family]
        return sum(area.low > 0.5 for area in family), len(family)

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return asdict(self) | {
            "controls_found": self.controls_found,
            "control_checks": [asdict(check) for check in self.control_checks],
            "adjusted_p": [self.adjusted.get(i) for i in range(len(self.findings))],
            "breaches": self.breaches,
        }


def is_control(condition: str) -> bool:
    """Whether a condition is one of a scheme that must be found."""
    return any(condition == c.value for pair in CONTROLS.values() for c in pair)


def _place(finding: Finding) -> str:
    windows = f", windows of {finding.cells}" if finding.cells else ""
    return f"{finding.series}, {finding.condition}{windows}"
