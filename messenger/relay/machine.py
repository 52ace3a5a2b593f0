"""What the machine has: cores, memory, and what our processes take of them.

In a container the bounds of the container count (cgroup v2), not those of the machine around it.

Source: https://psutil.readthedocs.io; cgroups(7), "memory.max", "cpu.max".
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

RESERVE_SHARE: Final = 0.1  # of the memory, which stays free for everything else
INSTANCE_LEN: Final = 96 * 1024 * 1024  # bytes an instance takes before one has been measured
_CGROUP: Final = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Machine:
    """One look at the machine."""

    cores: float  # that we may use
    cpu_share: float  # of all cores, busy since the last look
    memory_len: int  # bytes that there are for us
    available_len: int  # bytes that nobody needs


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process takes."""

    memory_len: int = 0  # bytes resident
    cpu_share: float = 0.0  # of one core, since the last look


class MachineWatch:
    """Looks at the machine and at our processes. Owner: one thread."""

    def __init__(self, cgroup: Path = _CGROUP) -> None:
        self._cgroup = cgroup
        self._processes: dict[int, psutil.Process] = {}
        psutil.cpu_percent()  # from here on it counts

    def look(self) -> Machine:
        """Return what is free and busy now."""
        memory = psutil.virtual_memory()
        bound = _number(self._cgroup / "memory.max")
        used = _number(self._cgroup / "memory.current")
        length, available = int(memory.total), int(memory.available)
        if bound is not None and bound < length:
            length, available = bound, min(available, max(0, bound - (used or 0)))
        return Machine(
            cores=usable_cores(_text(self._cgroup / "cpu.max")),
            cpu_share=psutil.cpu_percent() / 100,
            memory_len=length,
            available_len=available,
        )

    def usage(self, pid: int) -> Usage:
        """Return what a process takes; nothing if it is gone."""
        with contextlib.suppress(psutil.Error):
            process = self._processes.get(pid) or psutil.Process(pid)
            self._processes[pid] = process
            return Usage(process.memory_info().rss, process.cpu_percent() / 100)
        self.forget(pid)
        return Usage()

    def forget(self, pid: int) -> None:
        """A process has ended."""
        self._processes.pop(pid, None)


def usable_cores(cpu_max: str = "") -> float:
    """Return how many cores this process may use; ``cpu_max`` is the line of its cgroup."""
    if hasattr(os, "sched_getaffinity"):
        cores = float(len(os.sched_getaffinity(0)))
    else:
        cores = float(os.cpu_count() or 1)
    quota, _, period = cpu_max.strip().partition(" ")
    if quota.isdigit() and period.isdigit() and int(period):
        cores = min(cores, int(quota) / int(period))
    return cores


def allowed_count(machine: Machine, per_core: int, running: int, instance_len: int) -> int:
    """Return how many instances the machine allows, of which ``running`` run already.

    Args:
        instance_len: bytes that one takes, measured; 0: none was measured yet.
    """
    by_cores = max(1, int(machine.cores * per_core))
    spare = machine.available_len - RESERVE_SHARE * machine.memory_len
    by_memory = running + int(spare // max(instance_len, INSTANCE_LEN))
    return max(1, min(by_cores, by_memory))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _number(path: Path) -> int | None:
    text = _text(path).strip()
    return int(text) if text.isdigit() else None
