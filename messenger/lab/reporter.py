"""One line per event on stdout: for people, or as JSON for programs."""

import json
import unicodedata
from typing import TypeAlias

Value: TypeAlias = str | float | bool | None


class Reporter:
    """Tells what happens as it happens."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json

    def tell(self, event: str, **values: Value) -> None:
        """Print one event.

        Args:
            event: A word for programs.
            values: What there is to say; text of others is shown without control characters.
        """
        if self._as_json:
            print(json.dumps({"event": event, **values}), flush=True)
        else:
            parts = [f"{name.replace('_', ' ')} {_shown(value)}" for name, value in values.items()]
            print(f"{event:9} " + "   ".join(parts), flush=True)


def harmless(text: str) -> str:
    """Replace what could command a terminal."""
    return "".join("·" if unicodedata.category(char).startswith("C") else char for char in text)


def _shown(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return harmless(str(value))
