"""Two computers in one: the two sides of a pair get processors of their own.

The two people of a pair stand for two computers. If they shared a processor, the work of one would
hold up the cells of the other, and the attacker would find what no line between two computers has.

Source: sched_setaffinity(2).
"""

import os
import sys
from collections.abc import Sequence
from typing import Final

from messenger.core.program import own_command
from messenger.wiretest.packets import Way

_PART: Final = "wiretest-computer"


def processors_of(way: Way, processors: Sequence[int]) -> Sequence[int]:
    """Return the half of these processors that is the computer of whoever sends this way.

    Of a single one both get it.
    """
    half = (len(processors) + 1) // 2
    return processors[:half] if way is Way.FROM_A else processors[half:] or processors


def on_computer(way: Way, command: Sequence[str]) -> tuple[str, ...]:
    """Return a command that runs another one, and all its children, on one of the computers."""
    if sys.platform != "linux":
        return tuple(command)
    return own_command(_PART, way, *command)


def main(arguments: Sequence[str]) -> int:
    """Become the command, on the processors of its computer."""
    if sys.platform == "linux":
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, processors_of(Way(arguments[0]), processors))
    os.execv(arguments[1], [*arguments[1:]])  # noqa: S606  no shell, and our own command line
