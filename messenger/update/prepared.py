"""A new version that only waits for its last step."""

from pathlib import Path

from messenger.core.frozen import frozen


@frozen
class Prepared:
    """What ``apply.prepare`` leaves to ``ending.take_place``, or to the person."""

    version: str
    folder: Path | None  # of the program that is replaced; None: not ours to do
    command: str = ""  # for the person to run instead, in a terminal
