"""How long the packaged program needs to its window, against the sources: ``make package-start``.

    .venv/bin/python tests/package_start.py build/package/frozen/hum/hum

Starts both by turns under Xvfb with empty homes, and compares the medians: of the time until the
window is there, and of the processor time that was used until then, which a busy machine does not
change so much. The bar is twice the time of the sources.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from x_server import window_titles, x_server

ROUNDS = 7
WARM_UP = 1  # rounds that fill the caches and do not count
BAR = 2.0
PATIENCE_S = 60.0
ROOT = Path(__file__).resolve().parent.parent
TICKS_S = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure and print; 1 if the packaged program needs BAR times as long or longer."""
    if len(sys.argv) != 2:
        print("usage: package_start.py PROGRAM", file=sys.stderr)
        return 2
    commands = {"packaged": [sys.argv[1]], "sources": [sys.executable, "-m", "messenger"]}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    with x_server() as display:
        for turn in range(WARM_UP + ROUNDS):
            for name, command in commands.items():
                seconds = _start(command, display)
                if turn >= WARM_UP:
                    taken[name].append(seconds)
    ratios = []
    for what, at in (("to the window", 0), ("of processor time", 1)):
        medians = {name: statistics.median(t[at] for t in taken[name]) for name in commands}
        ratios.append(medians["packaged"] / medians["sources"])
        print(
            f"{what}: packaged {medians['packaged']:.2f} s, sources {medians['sources']:.2f} s, "
            f"ratio {ratios[-1]:.2f} (bar {BAR:.0f}), median of {ROUNDS}"
        )
    return int(ratios[0] >= BAR)


def _start(command: list[str], display: str) -> tuple[float, float]:
    """Return wall and processor seconds until the window of one start is there."""
    with tempfile.TemporaryDirectory(prefix="hum-start-") as home:
        environment = {"HOME": home, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        environment |= {"DISPLAY": display, "PYTHONPATH": str(ROOT)}
        begun = time.monotonic()
        with subprocess.Popen(command, env=environment, start_new_session=True) as window:
            try:
                while not any("Hum" in title for title in window_titles(display)):
                    assert window.poll() is None, f"it ended with {window.returncode}"
                    assert time.monotonic() - begun < PATIENCE_S, "no window came up"
                    time.sleep(0.01)
                return time.monotonic() - begun, _processor_s(window.pid)
            finally:
                os.killpg(window.pid, signal.SIGTERM)


def _processor_s(process: int) -> float:
    """Return what a process has used so far, user and system."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S


if __name__ == "__main__":
    sys.exit(main())
