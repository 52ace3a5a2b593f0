"""What the wire process asks of the scheduler; asked in processes of their own."""

import os
import platform
import subprocess
import sys

import pytest

from messenger.wire.time_slice import SCHED_ATTR, SLICE_NS, SYSCALLS

READ = """
import ctypes, os, platform
from messenger.wire.time_slice import SCHED_ATTR, SYSCALLS, ask_for_short_slices
taken = ask_for_short_slices()
room = ctypes.create_string_buffer(SCHED_ATTR.size)
number = SYSCALLS[platform.machine()] + 1  # sched_getattr stands beside sched_setattr
ctypes.CDLL(None).syscall(ctypes.c_long(number), 0, room, SCHED_ATTR.size, 0)
_, policy, _, nice, _, runtime, *_ = SCHED_ATTR.unpack(room.raw)
print(int(taken), policy, nice, runtime)
"""
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in SYSCALLS, reason="a call of Linux"
)


def asked(*before: str) -> list[int]:
    command = [*before, sys.executable, "-c", READ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [int(word) for word in done.stdout.split()]


def test_it_asks_for_short_slices_and_stays_as_nice_as_it_was() -> None:
    taken, policy, nice, runtime = asked("nice", "-n", "3")
    assert (taken, policy, nice) == (1, os.SCHED_OTHER, min(19, os.nice(0) + 3))
    if not runtime:
        pytest.skip("this kernel knows no slices of single processes")
    assert runtime == SLICE_NS


def test_who_was_given_another_policy_keeps_it() -> None:
    taken, policy, *_ = asked("chrt", "--batch", "0")
    assert (taken, policy) == (0, os.SCHED_BATCH)


def test_the_layout_is_that_of_the_kernel() -> None:
    assert SCHED_ATTR.size == 56
