"""How this program starts itself again, for its helper processes and its other commands."""

import sys


def own_command(*arguments: str) -> tuple[str, ...]:
    """Return the command line of ``hum`` with these arguments, frozen or not.

    A frozen program has no ``python -m``: its executable is the interpreter and the program.
    """
    if getattr(sys, "frozen", False):
        return (sys.executable, *arguments)
    return (sys.executable, "-m", "messenger", *arguments)
