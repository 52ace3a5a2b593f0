"""The nursery: a process that has loaded what an instance needs, and makes instances of itself.

To start Python and to load everything takes most of a second of a processor, and several where
others want it too; a fork of what is loaded takes some milliseconds, and its memory is shared
until it is written to. The nursery knows no key, opens no file, has one thread and serves nobody:
what it leaves to its children is code. It ends when the supervisor is gone.

Random numbers come from the system or from OpenSSL, which notices a fork; there is a test for that.

Source: fork(2); docs/relay.md, "The fleet".
"""

import gc
import importlib
import logging
import os
import signal
import socket
import sys
from typing import Final

from messenger.core.logs import start_logging
from messenger.relay.member_process import live

GOOD, USAGE = 0, 2  # exit codes
REQUEST: Final = b"one more"  # carries the descriptor of the new instance's channel
_LATE_MODULES: Final = {"nats": "messenger.relay.nats_store"}  # loaded for their kind of store only

log = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Make instances; arguments: the descriptor of the supervisor's socket, the kind of store.

    Returns more than once: in the nursery, and in each of its children when these end.
    """
    if len(arguments) != 2 or not arguments[0].isdigit():
        sys.stderr.write("This part of Hum is started by Hum itself.\n")
        return USAGE
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the supervisor, which decides
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system forgets children by itself
    start_logging()
    if late := _LATE_MODULES.get(arguments[1]):
        importlib.import_module(late)
    gc.collect()
    gc.freeze()  # so that children do not touch, and copy, what they have in common
    requests = socket.socket(fileno=int(arguments[0]))
    while (control := _next(requests)) is not None:
        with control:
            if _forked():
                requests.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # they wait for commands of hooks
                return live(control)
    return GOOD


def _next(requests: socket.socket) -> socket.socket | None:
    """Wait for the next request; None: the supervisor is gone."""
    data, descriptors, _, _ = socket.recv_fds(requests, len(REQUEST), 1)
    return socket.socket(fileno=descriptors[0]) if data and descriptors else None


def _forked() -> bool:
    """Fork; return whether this is the child. Where it fails, nobody is: the channel ends."""
    try:
        return os.fork() == 0
    except OSError as error:  # no process or no memory is to be had
        log.error("an instance cannot be made: %s", type(error).__name__)
        return False
