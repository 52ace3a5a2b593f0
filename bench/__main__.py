"""Run the benchmarks and print one table.

    python -m bench                 # all of them
    python -m bench noise store     # some

The table goes to stdout, progress to stderr. The exit status is 1 when a goal was missed, so
that a script notices; a busy machine can be the reason, therefore tests never run this.
"""

import importlib
import pkgutil
import sys

import bench
from bench.report import Row, machine, table

_MACHINERY = {
    "gui_start",
    "gui_window",
    "__main__",
    "correspondents",
    "nats_servers",
    "relay_pipe",
    "relay_waits",
    "relay_crowd",
    "relay_curious",
    "relay_killer",
    "relay_people",
    "report",
    "schedule_theory",
    "small_cells",
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; 0 when every goal was reached."""
    available = [m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in _MACHINERY]
    unknown = set(names) - set(available)
    if unknown:
        print(f"no such benchmark; there are: {' '.join(available)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in names or available:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += importlib.import_module(f"bench.{name}").run()
    print(f"{machine()}\n\n{table(rows)}")
    return int(not all(row.good for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
