"""What the self-test's window has painted: the proof that it did, carried on a line of its log."""

import json
import sys
from dataclasses import asdict, dataclass
from typing import Final

MARK: Final = "painted"


@dataclass(slots=True)
class Painting:
    """What happened while the window was told to scroll."""

    frames: int = 0  # times that the conversation was painted
    pixels: int = 0  # that lists moved
    seconds: float = 0.0

    def say(self) -> None:
        """Write it to stderr."""
        print(MARK, json.dumps(asdict(self)), file=sys.stderr, flush=True)


def read_painting(log: str) -> Painting | None:
    """Find what :meth:`Painting.say` wrote."""
    for line in log.splitlines():
        word, _, text = line.partition(" ")
        if word == MARK:
            return Painting(**json.loads(text))
    return None
