"""Cyclic garbage goes in the window's thread, from a timer, and nowhere else."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from messenger.gui import garbage
from messenger.gui.garbage import GarbageCollector


class Looped(QObject):
    """An object that only the collector can free."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


@pytest.fixture
def collector(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollector]:
    monkeypatch.setattr(garbage, "LOOK_MS", 1)
    was_on, thresholds = gc.isenabled(), gc.get_threshold()
    found = GarbageCollector()
    gc.set_threshold(10, 1, 1)
    yield found
    found.stop()
    gc.set_threshold(*thresholds)
    if not was_on:
        gc.disable()


def test_it_is_collected_by_the_window_and_not_by_another_thread(
    qtbot: QtBot, collector: GarbageCollector
) -> None:
    threads: list[int] = []
    looped = weakref.ref(Looped(), lambda _: threads.append(threading.get_ident()))

    kept: list[dict[str, str]] = []

    def allocate() -> None:
        kept.extend({} for _ in range(2_000))

    elsewhere = threading.Thread(target=allocate)
    elsewhere.start()
    elsewhere.join()
    assert looped() is not None  # thousands of allocations and no collection
    qtbot.waitUntil(lambda: looped() is None)
    assert threads == [threading.get_ident()]


def test_python_has_its_collector_back(collector: GarbageCollector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
