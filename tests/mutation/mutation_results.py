"""What became of the mutants: kept line by line, shown as a table."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

ALIVE: Final = frozenset({"survived", "unreached"})
Z95: Final = 1.96


@dataclass(frozen=True)
class Result:
    """What became of one mutant of one version of its module."""

    group: str
    path: str  # of the module
    digest: str  # of the module
    index: int  # among the mutants of the module
    line: int
    operator: str
    before: str
    after: str
    verdict: str  # "killed", "broken" (not even loaded), "timeout", "survived" or "unreached"
    seconds: float
    tests: int  # that were chosen for it

    @property
    def key(self) -> tuple[str, str, int]:
        """Which mutant it is."""
        return self.path, self.digest, self.index

    @property
    def alive(self) -> bool:
        """Whether no test noticed."""
        return self.verdict in ALIVE

    def __str__(self) -> str:
        """Say what was changed and that nobody saw it."""
        head = f"{self.verdict} {self.path}:{self.line} ({self.operator}, {self.tests} tests)"
        return f"{head}\n  - {self.before}\n  + {self.after}"


class Results:
    """A file of results, which only grows; the last one of a mutant counts."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, result: Result) -> None:
        """Keep one more."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(result)) + "\n")

    def known(self) -> dict[tuple[str, str, int], Result]:
        """Return the last result of each mutant."""
        if not self._path.exists():
            return {}
        lines = self._path.read_text(encoding="utf-8").splitlines()
        results = (Result(**json.loads(line)) for line in lines)
        return {result.key: result for result in results}


TABLE_HEAD: Final = """\
| group | mutants | tried | killed | 95 % interval | survivors |
|---|---:|---:|---:|---|---:|"""


def table_row(name: str, total: int, tried: Iterable[Result]) -> str:
    """Return one row of the table; the interval is of all mutants, seen from those tried."""
    results = list(tried)
    if not results:
        return f"| {name} | {total:,} | 0 | | | |"
    killed = sum(not result.alive for result in results)
    low, high = wilson(killed, len(results))
    share = f"{killed} = {killed / len(results):.1%}"
    left = len(results) - killed
    return f"| {name} | {total:,} | {len(results)} | {share} | {low:.0%} to {high:.0%} | {left} |"


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, after Wilson."""
    share, square = hits / count, Z95 * Z95
    middle = (share + square / (2 * count)) / (1 + square / count)
    root = math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    half = Z95 * root / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)
