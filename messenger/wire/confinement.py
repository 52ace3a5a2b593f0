"""What the wire process gives up before it opens its first socket.

It holds the static key and link keys, so no core dump, no debugger and no written file may carry
them away; and it never needs a child, a thread or a file. What a system does not offer is left out.
"""

import ctypes
import os
import signal
import sys
from typing import Final

PR_SET_DUMPABLE: Final = 4  # linux/prctl.h
PR_SET_TIMERSLACK: Final = 29
PR_SET_NO_NEW_PRIVS: Final = 38
TIMER_SLACK_NS: Final = 1  # how late the kernel may wake us to save power; the usual is 50,000
DESCRIPTOR_COUNT: Final = 4_096  # soft limit: 500 links, the listener and a flood of callers
FIRST_FREE_DESCRIPTOR: Final = 3  # after stdin, stdout, stderr


def confine() -> None:
    """Give up what sockets and clocks do not need; to be called before anything is opened."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the engine, which decides
    sys.dont_write_bytecode = True
    os.chdir(os.path.abspath(os.sep))  # noqa: PTH100  keep no folder of the user busy
    if sys.platform != "win32":
        _limit_resources()
    if sys.platform == "linux":
        _set_process_attributes()


if sys.platform != "win32":
    import resource

    def _limit_resources() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = DESCRIPTOR_COUNT if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTOR_COUNT)
        if not getattr(sys, "frozen", False):  # a frozen program may have its archive open
            os.closerange(FIRST_FREE_DESCRIPTOR, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no byte into any file
        if hasattr(resource, "RLIMIT_NPROC"):
            resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # no child, no thread


if sys.platform == "linux":

    def _set_process_attributes() -> None:
        """Refuse debuggers and core dumps, refuse new privileges, wake on time.

        Source: prctl(2).
        """
        prctl = ctypes.CDLL(None).prctl
        for option, value in (
            (PR_SET_DUMPABLE, 0),
            (PR_SET_NO_NEW_PRIVS, 1),
            (PR_SET_TIMERSLACK, TIMER_SLACK_NS),
        ):
            prctl(option, ctypes.c_ulong(value), 0, 0, 0)
