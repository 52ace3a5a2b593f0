"""One line per event on stdout: for people, or as JSON for programs."""

import json
import os
import sys
import unicodedata
from typing import TypeAlias

from messenger.core.errors import MessengerError

Value: TypeAlias = str | float | bool | None


class NobodyReadsError(MessengerError):
    """Standard output was closed at its other end."""

    kind = "nobody_reads"


class Reporter:
    """Tells what happens as it happens."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json

    def tell(self, event: str, **values: Value) -> None:
        """Print one event.

        Args:
            event: A word for programs.
            values: What there is to say; text of others is shown without control characters.

        Raises:
            NobodyReadsError: The reader is gone, so there is nothing left to do.
        """
        if self._as_json:
            line = json.dumps({"event": event, **values})
        else:
            parts = [f"{name.replace('_', ' ')} {_shown(value)}" for name, value in values.items()]
            line = f"{event:9} " + "   ".join(parts)
        try:
            print(line, flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise NobodyReadsError("nobody reads what this process prints") from None


def harmless(text: str) -> str:
    """Replace what could command a terminal."""
    return "".join("·" if unicodedata.category(char).startswith("C") else char for char in text)


def _shown(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return harmless(str(value))
