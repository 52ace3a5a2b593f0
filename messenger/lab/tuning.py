"""A small sweep over what one can turn: optimiser, rate, batch and seed.

Each row is one start without restarts, so that failed starts are seen. An honest row needs the
last column: an Eve who began when the training was over.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from messenger.lab.attackers import Effort, fresh_eve, linear_eve
from messenger.lab.charts import Axis, Series, line_chart
from messenger.lab.training import Point, Settings, Training, without_bars

GRID: Final = (
    {"optimizer": "adam", "rate": 0.0008, "batch": 512},
    {"optimizer": "adam", "rate": 0.002, "batch": 512},
    {"optimizer": "adam", "rate": 0.0008, "batch": 128},
    {"optimizer": "adagrad", "rate": 0.01, "batch": 512},
    {"optimizer": "momentum", "rate": 0.05, "batch": 512},
    {"optimizer": "momentum", "rate": 0.5, "batch": 512},
)


@dataclass(frozen=True, slots=True)
class Tuned:
    """One row of the sweep."""

    settings: Settings
    curve: tuple[Point, ...]
    fresh: float  # wrong bits of an Eve trained afterwards
    linear: float  # wrong bits of least squares

    @property
    def name(self) -> str:
        """What was turned, in words."""
        chosen = self.settings
        return f"{chosen.optimizer} {chosen.rate:g}, batch {chosen.batch}, seed {chosen.seed}"


def sweep(base: Settings, effort: Effort, grid: tuple[dict[str, object], ...]) -> Iterator[Tuned]:
    """Train once per row of the grid, and judge each by attackers who come afterwards."""
    change: Callable[..., Settings] = replace
    for row in grid:
        settings = without_bars(change(base, **row))
        training = Training(settings)
        curve = tuple(training.run())
        fresh = fresh_eve(training.pair, settings.seed, effort)
        yield Tuned(settings, curve, fresh, linear_eve(training.pair, settings.seed))


def tuning_table(rows: list[Tuned]) -> str:
    """Lay the sweep out as a Markdown table."""
    lines = [
        "| settings | Bob | Eve of the training | fresh Eve | least squares |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in rows:
        last = row.curve[-1]
        lines.append(
            f"| {row.name} | {last.bob:.3f} | {last.eve:.2f} | {row.fresh:.2f} | {row.linear:.2f} |"
        )
    return "\n".join(lines)


def tuning_chart(rows: list[Tuned]) -> str:
    """Draw Bob's error of every row as SVG."""
    lines = [Series(row.name, [(p.step, p.bob) for p in row.curve]) for row in rows]
    return line_chart("Bob's error", Axis("steps"), Axis("wrong bits of 16"), lines)


def training_chart(title: str, curve: tuple[Point, ...]) -> str:
    """Draw Bob and Eve of one training as SVG; several starts follow each other."""
    offset, points = 0, []
    for before, point in zip((curve[0], *curve), curve, strict=False):
        if point.start != before.start:
            offset += before.step
        points.append((offset + point.step, point))
    lines = [
        Series("Bob", [(x, point.bob) for x, point in points]),
        Series("Eve (training)", [(x, point.eve) for x, point in points]),
    ]
    return line_chart(title, Axis("steps"), Axis("wrong bits of 16"), lines)
