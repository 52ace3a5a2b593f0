"""Collecting cyclic garbage when it disturbs no departure.

The collector stops the process for as long as it likes, at any allocation. Here it runs only right
after a cell has left, or when no link stands.
"""

import asyncio
import gc
from collections.abc import Callable
from typing import Final

COLLECT_S: Final = 30.0  # seconds between two collections


class Housekeeping:
    """Owner: the wire process's loop.

    Args:
        is_idle: whether no link stands, so that any moment is good.
    """

    def __init__(self, is_idle: Callable[[], bool]) -> None:
        self._is_idle = is_idle
        self._due = False
        self._loop = asyncio.get_running_loop()
        gc.collect()
        gc.freeze()  # what the start has made stays and need not be looked at again
        gc.disable()
        self._timer = self._loop.call_later(COLLECT_S, self._on_time)

    def on_departed(self) -> None:
        """A cell has left."""
        if self._due:
            self._collect()

    def stop(self) -> None:
        """Leave the collector as Python had it."""
        self._timer.cancel()
        gc.enable()

    def _on_time(self) -> None:
        self._due = True
        if self._is_idle():
            self._collect()

    def _collect(self) -> None:
        self._due = False
        gc.collect()
        self._timer = self._loop.call_later(COLLECT_S, self._on_time)
