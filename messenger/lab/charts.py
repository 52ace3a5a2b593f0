"""Line charts as small SVG files, without a plotting library."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

_WIDTH: Final = 640  # pixels, the names of the lines beside it not counted
_HEIGHT: Final = 360
_LEFT: Final = 64
_RIGHT: Final = 150
_TOP: Final = 40
_BOTTOM: Final = 48
_LETTER: Final = 7  # widest of a name, on average
_COLOURS: Final = (
    *("#0b6e99", "#c2541b", "#4c7a34", "#7b4ea3"),
    *("#a63a50", "#5b6770", "#8a6d00", "#1a9c8c"),
)
_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name in the legend and its points."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """A title, and whether it counts in powers of ten."""

    title: str
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """Return where a value lies on the axis, before scaling."""
        return math.log10(value) if self.logarithmic else value

    def label(self, place: float) -> str:
        """Write the value at a place."""
        if not self.logarithmic:
            return f"{place:.4g}"
        return f"{10**place:,.0f}" if place >= 2 else f"{10**place:.3g}"


def line_chart(title: str, across: Axis, up: Axis, lines: Sequence[Series]) -> str:
    """Return the text of an SVG file."""
    xs = [across.place(x) for line in lines for x, _ in line.points]
    ys = [up.place(y) for line in lines for _, y in line.points]
    x_range, y_range = (min(xs), max(xs)), (min(ys) if up.logarithmic else 0.0, max(ys))
    width = max(_WIDTH, _WIDTH - _RIGHT + 24 + _LETTER * max(len(line.name) for line in lines))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="15">{escape(title)}</text>',
        *_ticks(across, x_range, y_range=None),
        *_ticks(up, y_range, y_range=y_range),
        f'<text x="{_LEFT}" y="{_HEIGHT - 10}">{escape(across.title)}</text>',
        f'<text transform="translate(16 {_HEIGHT - _BOTTOM}) rotate(-90)">'
        f"{escape(up.title)}</text>",
    ]
    for index, line in enumerate(lines):
        colour = _COLOURS[index % len(_COLOURS)]
        path = " ".join(
            f"{_x(across.place(x), x_range):.1f},{_y(up.place(y), y_range):.1f}"
            for x, y in line.points
        )
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        place = f'x="{_WIDTH - _RIGHT + 12}" y="{_TOP + 12 + 18 * index}"'
        parts.append(f'<text {place} fill="{colour}">{escape(line.name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _x(place: float, span: tuple[float, float]) -> float:
    return _LEFT + _share(place, span) * (_WIDTH - _LEFT - _RIGHT)


def _y(place: float, span: tuple[float, float]) -> float:
    return _HEIGHT - _BOTTOM - _share(place, span) * (_HEIGHT - _TOP - _BOTTOM)


def _share(place: float, span: tuple[float, float]) -> float:
    low, high = span
    return (place - low) / (high - low) if high > low else 0.5


def _ticks(axis: Axis, span: tuple[float, float], y_range: tuple[float, float] | None) -> list[str]:
    """Draw the marks of an axis; the upright one when ``y_range`` is given."""
    parts = []
    for index in range(_TICKS + 1):
        place = span[0] + (span[1] - span[0]) * index / _TICKS
        label = escape(axis.label(place))
        if y_range is None:
            x = _x(place, span)
            parts.append(
                f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">'
                f"{label}</text>"
            )
        else:
            y = _y(place, span)
            parts.append(
                f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
                'stroke="#dddddd"/>'
            )
            parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    return parts
