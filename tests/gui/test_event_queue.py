"""However much the engine tells: nothing is lost, the newest state counts, keys have their turn."""

import threading

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot
from test_client import EchoEngine, Harness

from messenger.core.types import (
    Contact,
    ContactId,
    Message,
    MessageId,
    MessageState,
    PinOrigin,
    Presence,
    Relation,
)
from messenger.engine.events import (
    ContactAccepted,
    ContactChanged,
    Event,
    Locked,
    MessageAdded,
    MessageChanged,
    PresenceChanged,
    Reply,
)
from messenger.gui import client
from messenger.gui.event_queue import EventQueue
from messenger.gui.views import hum_strip

ADA, BEN = ContactId(1), ContactId(2)


def message(row: int, text: str = "hello") -> Message:
    identity = MessageId(row.to_bytes(16))
    return Message(row, ADA, identity, False, text, 1, 1, MessageState.RECEIVED)


def contact(number: ContactId, name: str) -> Contact:
    return Contact(
        id=number,
        key=bytes([number]) * 32,
        name=name,
        alias=None,
        relation=Relation.ACCEPTED,
        origin=PinOrigin.LINK,
        pinned_at=1,
    )


def taken(queue: EventQueue) -> list[Event]:
    found = []
    while (event := queue.take()) is not None:
        found.append(event)
    return found


def test_a_lock_does_not_wait_behind_a_flood_and_nothing_of_it_is_shown_any_more() -> None:
    queue = EventQueue()
    assert queue.put(MessageAdded(message(1)))
    for number in range(100):
        queue.put(MessageAdded(message(number)))
        queue.put(MessageChanged(message(number, "edited")))
        queue.put(ContactChanged(contact(ADA, f"Ada {number}")))
    queue.put(PresenceChanged(ADA, Presence.ONLINE))
    queue.put(Reply(7))
    queue.put(Locked(frozenset()))
    assert taken(queue) == [Reply(7), Locked(frozenset())]
    queue.put(ContactChanged(contact(ADA, "Ada")))
    assert taken(queue) == [ContactChanged(contact(ADA, "Ada"))]


def test_what_happened_comes_whole_and_of_states_the_newest() -> None:
    queue = EventQueue()
    first, second = contact(ADA, "Ada 1"), contact(ADA, "Ada 2")
    told: list[Event] = [
        ContactChanged(first),
        MessageAdded(message(1)),
        MessageChanged(message(1, "edited")),
        ContactChanged(contact(BEN, "Ben")),
        ContactAccepted(first),
        MessageChanged(message(1, "edited twice")),
        PresenceChanged(ADA, Presence.OFFLINE),
        ContactChanged(second),
        MessageAdded(message(2)),
        PresenceChanged(ADA, Presence.ONLINE),
        Reply(1, None),
    ]
    assert [queue.put(event) for event in told] == [True] + [False] * 10
    kept = [event for at, event in enumerate(told) if at not in {0, 2, 6}]
    assert taken(queue) == kept
    assert queue.put(told[0])  # and everything begins anew
    assert taken(queue) == [told[0]]


def test_a_state_that_came_back_is_told_again() -> None:
    queue = EventQueue()
    for name in ("Ada 1", "Ada 2"):
        assert queue.put(ContactChanged(contact(ADA, name)))
        assert taken(queue) == [ContactChanged(contact(ADA, name))]


def test_nothing_is_lost_between_two_threads() -> None:
    queue, found = EventQueue(), []
    woken = threading.Semaphore(0)
    count = 5_000

    def engine() -> None:
        for row in range(count):
            if queue.put(MessageAdded(message(row))):
                woken.release()

    thread = threading.Thread(target=engine)
    thread.start()
    while len(found) < count:
        assert woken.acquire(timeout=60)
        found += taken(queue)
    thread.join()
    assert [event.message.row for event in found] == list(range(count))


class StormEngine(EchoEngine):
    """Says a thousand things at once, then waits for the end."""

    async def run(self) -> None:
        for row in range(1_000):
            self._emit(MessageAdded(message(row)))
        await super().run()


def test_keys_and_painting_have_their_turn_between_slices(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SLICE_S", 0.0)  # a slice is one event then
    harness = Harness(StormEngine)
    turns: list[int] = []
    clock = QTimer(interval=0)  # stands for whatever else the loop has to do
    clock.timeout.connect(lambda: turns.append(len(harness.listener.events)))
    clock.start()
    harness.client.start()
    qtbot.waitUntil(lambda: len(harness.listener.events) > 1_000)
    clock.stop()
    rows = [e.message.row for e in harness.listener.events if isinstance(e, MessageAdded)]
    assert rows == list(range(1_000))
    assert len(set(turns)) > 300  # it was asked again and again while they came
    harness.finish(qtbot)


def test_a_flood_of_cells_is_no_flood_of_strokes() -> None:
    """Thousands a second arrive; what is painted, 30 times a second, stays what a screen shows."""
    known: tuple[float, ...] = ()
    for snapshot in range(200):  # twenty seconds
        now = 100 + snapshot / 10
        known = hum_strip._continued(known, tuple(now - n / 2_560 for n in range(256)), now)
        assert len(known) <= (hum_strip.SECONDS_SHOWN + 2) / hum_strip.GRAIN_S
    assert known[-1] - known[0] > hum_strip.SECONDS_SHOWN
    apart = hum_strip._continued((), (1.0, 1.5, 2.0), 2.0)
    assert apart == (1.0, 1.5, 2.0)
