"""One state of the breaker for a whole fleet, so that its host is told of a change once. Pure.

Each instance has a breaker of its own, because each has its own way to the store. The fleet's is
``opened`` as long as one of them is, then ``half-opened`` as long as one of them is.
"""

from collections.abc import Callable
from typing import Final

_BY_WEIGHT: Final = ("opened", "half-opened")  # what counts if any instance says so
_GONE: Final = "the instance that had left the store alone has ended"


class FleetBreaker:
    """What the breakers of all instances come to.

    Args:
        on_transition: called with the new state and a reason, once for each change.
    """

    def __init__(self, on_transition: Callable[[str, str], None]) -> None:
        self.state = "closed"
        self._on_transition = on_transition
        self._states: dict[int, str] = {}  # by the number of the instance

    def on_transition(self, number: int, state: str, reason: str) -> None:
        """An instance says that its breaker has changed."""
        self._states[number] = state
        self._follow(reason)

    def forget(self, number: int) -> None:
        """An instance is gone."""
        self._states.pop(number, None)
        self._follow(_GONE)

    def _follow(self, reason: str) -> None:
        states = self._states.values()
        state = next((each for each in _BY_WEIGHT if each in states), "closed")
        if state != self.state:
            self.state = state
            self._on_transition(state, reason)
