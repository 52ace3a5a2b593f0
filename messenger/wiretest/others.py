"""How much of this machine belonged to others while something was measured.

Source: proc(5), the first line of /proc/stat; times(2).
"""

import os
import time
from pathlib import Path
from typing import Final

_STAT: Final = Path("/proc/stat")
_IDLE_FIELDS: Final = (3, 4)  # of the first line of /proc/stat: idle, waiting for a disk
_FIELDS: Final = 8  # user nice system idle iowait irq softirq steal; guests are part of user


class OthersShare:
    """How much of all processors went to programs that are not ours, from now on."""

    def __init__(self) -> None:
        self._busy_s, self._own_s, self._at = _busy_s(), _own_s(), time.monotonic()

    def percent(self) -> float | None:
        """Return the share, 0 to 100, a virtual machine's host included; None where unknown.

        Of our processes only those that have ended count as ours, so everything started since
        then has to.
        """
        busy_s = _busy_s()
        if busy_s is None or self._busy_s is None:
            return None
        others_s = (busy_s - self._busy_s) - (_own_s() - self._own_s)
        whole_s = (time.monotonic() - self._at) * (os.cpu_count() or 1)
        return 100 * max(0.0, others_s / whole_s)


def _busy_s() -> float | None:
    if not _STAT.exists():
        return None
    ticks = [int(word) for word in _STAT.read_text().split("\n", 1)[0].split()[1:][:_FIELDS]]
    busy = sum(ticks) - sum(ticks[field] for field in _IDLE_FIELDS)
    return busy / os.sysconf("SC_CLK_TCK")


def _own_s() -> float:
    return sum(os.times()[:4])  # ours and of children that have ended, in user and in system mode
