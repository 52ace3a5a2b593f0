"""Kills or stops instances of a running fleet and says how long each took to be replaced.

    python -m bench.relay_killer FOLDER SIGKILL 60      # one a second, for a minute
    python -m bench.relay_killer FOLDER SIGSTOP 15

A process of its own, so that the clients of the benchmark do not stand in its way. Prints the
seconds as JSON. "Replaced" is when the monitor shows as many serving instances as are wanted, and
the one that was hit is not among them.
"""

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Final

from messenger.relay import status
from messenger.relay.folder import RelayFolder
from messenger.relay.view import RelayView

PERIOD_S: Final = 1.0  # between two of them, at least
LOOK_S: Final = 0.01  # between two looks at the monitor
SEED: Final = 1


def main(folder: str, name: str, seconds: str) -> int:
    """Do it; 0."""
    chance = random.Random(SEED)
    monitor = RelayFolder(Path(folder)).running().monitor
    took: list[float] = []
    began = time.monotonic()
    while time.monotonic() - began < float(seconds):
        took.append(_hit(monitor, signal.Signals[name], chance))
        time.sleep(max(0.0, began + len(took) * PERIOD_S - time.monotonic()))
    print(json.dumps(took))
    return 0


def _hit(monitor: str, kind: signal.Signals, chance: random.Random) -> float:
    pid = chance.choice(_whole(monitor, -1).serving).pid
    at = time.monotonic()
    os.kill(pid, kind)
    _whole(monitor, pid)
    return time.monotonic() - at


def _whole(monitor: str, without: int) -> RelayView:
    """Return the view when it has all its instances, and not this one."""
    while True:
        view = status.read(status.ask(monitor))
        pids = [each.pid for each in view.serving]
        if len(pids) == view.wanted and without not in pids:
            return view
        time.sleep(LOOK_S)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
