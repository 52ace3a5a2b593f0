"""What was measured, kept as data, and the part of the README that is made of it.

``bench/race.json`` holds one entry for each part of the race: its rows, its machine and its day.
The README shows them between two marks; a test makes the text again and compares.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from bench.report import Row, table

RECORD: Final = Path(__file__).with_name("race.json")
BEGIN: Final = '<!-- race: written by `make bench BENCH="--write README.md"` -->'
END: Final = "<!-- end of race -->"
_QUIET_PERCENT: Final = 5.0  # of the processors: more than a desktop does by itself


@dataclass(frozen=True, slots=True)
class Part:
    """One benchmark of the race, as it was measured.

    Args:
        name: of its module.
        machine: what it ran on.
        day: YYYY-MM-DD.
        others_percent: share of all processors that other programs took meanwhile, if known.
    """

    name: str
    machine: str
    day: str
    others_percent: float | None
    rows: tuple[Row, ...]


def load(path: Path = RECORD) -> list[Part]:
    """Read what was measured; nothing where there is no record yet.

    Raises:
        msgspec.ValidationError: it was written by another version.
    """
    return msgspec.json.decode(path.read_bytes(), type=list[Part]) if path.exists() else []


def save(parts: list[Part], path: Path = RECORD) -> None:
    """Write it, one field a line, so that changes can be read."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(parts), indent=1) + b"\n")


def merged(old: list[Part], new: list[Part], order: tuple[str, ...]) -> list[Part]:
    """Return the new parts, and the old ones that were not measured again, in the race's order."""
    by_name = {part.name: part for part in (*old, *new)}
    return [by_name[name] for name in order if name in by_name]


def rendered(parts: list[Part]) -> str:
    """Return the text of the README: where and when, what was missed, the table."""
    rows = [row for part in parts for row in part.rows if row.bar is not None]
    held = [row for row in rows if row.goal is not None]
    missed = [row for row in held if not row.good]
    names = dict.fromkeys(row.work for row in missed)
    count = f"{len(held) - len(missed)} of {len(held)} bars are met"
    said = f"{count}; missed: {'; '.join(names)}." if missed else f"{count}."
    return "\n".join([*_places(parts), "", said, "", table(rows)])


def put_into(document: Path, text: str) -> None:
    """Replace what stands between the marks.

    Raises:
        ValueError: the document has not both marks.
    """
    old = document.read_text(encoding="utf-8")
    head, begin, rest = old.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} has no place for the table")
    document.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")


def between_marks(text: str) -> str:
    """Return what stands between the marks of a document, without the lines' ends around it."""
    return text.partition(BEGIN)[2].partition(END)[0].strip("\n")


def _places(parts: list[Part]) -> list[str]:
    """Return one sentence for each machine and day."""
    groups: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        groups.setdefault((part.day, part.machine), []).append(part)
    lines = []
    for (day, machine), some in groups.items():
        what = "" if len(groups) == 1 else f" ({', '.join(part.name for part in some)})"
        lines.append(f"Measured on {day}, {machine}{what}. {_company(some)}")
    return lines


def _company(parts: list[Part]) -> str:
    """Say whether other programs ran beside it."""
    shares = [part.others_percent for part in parts if part.others_percent is not None]
    if not shares:
        return "What else ran is not known."
    most = f"{max(shares):.0f} %"
    if max(shares) <= _QUIET_PERCENT:
        return f"Other programs took at most {most} of the processors."
    return (
        f"**Other programs took up to {most} of the processors**: ratios of two programs hold, "
        "times against a limit are longer than on a quiet machine."
    )
