"""Collects cyclic garbage in the thread of the window, between two events.

Python's collector runs at whatever allocation is one too many: inside a paint event, or in the
engine's thread. Cycles of the window hold Qt objects, which may be deleted in neither place. So
the collector is off while the window lives, and a timer does its work by its own thresholds.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

LOOK_MS: Final = 1_000  # between two looks at how much there is to collect


class GarbageCollector(QObject):
    """Lives in the GUI thread, from its making to :meth:`stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.freeze()  # what the start has made stays and need not be looked at again
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    @Slot()
    def look(self) -> None:
        """Collect the oldest generation whose threshold is reached, and those younger than it."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Leave the collector as Python had it."""
        self._timer.stop()
        gc.enable()
