"""Asks the scheduler to let this process in at once when its time has come.

The wire process runs for a fraction of a millisecond at a time. On Linux 6.12 and later a process
may say so: whoever asks for short slices gets an early turn and takes no more of the processor by
it, so a painting window does not hold up a cell. Elsewhere nothing happens.

Source: sched_setattr(2); Documentation/scheduler/sched-eevdf.rst of the kernel.
"""

import ctypes
import os
import platform
import struct
import sys
from typing import Final

SLICE_NS: Final = 100_000  # the shortest that the kernel grants
SCHED_ATTR: Final = struct.Struct("=IIQiIQQQII")  # of 56 bytes, the layout since Linux 5.3
# Numbers of sched_setattr; the C library has no function for it. Source: syscall tables.
SYSCALLS: Final = {"x86_64": 314, "aarch64": 274, "riscv64": 274, "ppc64le": 355, "s390x": 345}


def ask_for_short_slices() -> bool:
    """Say that this process runs briefly; whether the system has taken it up.

    An older kernel takes it up and ignores it.
    """
    number = SYSCALLS.get(platform.machine())
    if sys.platform != "linux" or number is None or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return False  # also when somebody chose another policy for us
    nice = os.nice(0)
    attributes = SCHED_ATTR.pack(SCHED_ATTR.size, os.SCHED_OTHER, 0, nice, 0, SLICE_NS, 0, 0, 0, 0)
    return bool(ctypes.CDLL(None).syscall(ctypes.c_long(number), 0, attributes, 0) == 0)
