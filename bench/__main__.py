"""Run the benchmarks and print one table.

    python -m bench                        # the race: everything that has a bar
    python -m bench --write README.md      # and show it there, with machine and day
    python -m bench noise store            # some parts; any module here, such as relay
    python -m bench files --write README.md    # measure one part of the shown table again

The table goes to stdout, progress to stderr. The exit status is 1 when a bar was missed, so
that a script notices; a busy machine can be the reason, therefore tests never run this.
"""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Final

import bench
from bench import record
from bench.machine import machine, today
from bench.record import Part
from bench.report import Row, table
from messenger.wiretest.others import OthersShare

RACE: Final = (
    "noise",
    "ratchet",
    "files",
    "store",
    "gui",
    "lateness",
    "delivery",
    "wiretest",
)  # short ones first: a mistake shows early


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or the race; 0 when every bar was met."""
    available = _available()
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure side by side.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {' '.join(available)}")
    parser.add_argument("--write", type=Path, metavar="FILE", help="show the race in a document")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(available):
        parser.error(f"no such benchmark: {' '.join(sorted(unknown))}")
    rows: list[Row] = []
    for name in options.parts or RACE:
        part = _measured(name)
        rows += part.rows
        if options.write is not None and name in RACE:
            _keep(part, options.write)
    print(f"{machine()}, {today()}\n\n{table(rows)}")
    return int(not all(row.good for row in rows))


def _available() -> list[str]:
    """Return the modules of this folder that measure something."""
    folder = Path(bench.__path__[0])
    return sorted(path.stem for path in folder.glob("*.py") if "\ndef run(" in path.read_text())


def _keep(part: Part, document: Path) -> None:
    """Show it at once: an hour's run may be cut off, and what it found is good all the same."""
    kept = record.merged(record.load(), [part], RACE)
    record.save(kept)
    record.put_into(document, record.rendered(kept))


def _measured(name: str) -> Part:
    print(f"{name} …", file=sys.stderr, flush=True)
    others = OthersShare()
    rows = importlib.import_module(f"bench.{name}").run()
    return Part(name, machine(), today(), others.percent(), tuple(rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
