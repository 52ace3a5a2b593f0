"""Events on their way from the engine's thread to the window's, however many there are.

Qt works off everything that another thread posts before it looks at a key stroke or paints, and a
contact decides how much is posted. So events wait here, and the window takes them in small slices.
Of a state that was replaced before its turn came only the newest is taken: nobody would have seen
the ones before. A lock does not wait behind what a contact floods us with: what is told of people
and messages goes then, and is read from the store when the lock has ended.
"""

import threading
from collections import deque
from collections.abc import Hashable
from typing import Final

from messenger.engine.events import (
    ContactAccepted,
    ContactAdded,
    ContactChanged,
    ContactRemoved,
    ContactRequested,
    Event,
    FileProgress,
    Locked,
    MessageAdded,
    MessageChanged,
    MessageRemoved,
    PresenceChanged,
)

# What the window forgets at a lock, and is told again or reads when it ends.
_SHUT_AWAY: Final = (
    *(MessageAdded, MessageChanged, MessageRemoved, FileProgress, PresenceChanged),
    *(ContactAdded, ContactRequested, ContactAccepted, ContactChanged, ContactRemoved),
)


class EventQueue:
    """A queue with two ends in two threads.

    Owner: none; any thread may put, one thread takes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the next three
        self._waiting: deque[tuple[int, Hashable, Event]] = deque()
        self._newest: dict[Hashable, int] = {}  # number of the newest event of each state
        self._count = 0

    def put(self, event: Event) -> bool:
        """Append an event; True if nothing waited before, so that the taker is to be woken."""
        state = _state_of(event)
        with self._lock:
            self._count += 1
            if isinstance(event, Locked):
                self._shut_away()
            if state is not None:
                self._newest[state] = self._count
            self._waiting.append((self._count, state, event))
            return len(self._waiting) == 1

    def _shut_away(self) -> None:
        """Forget what must not be shown any more; the lock is held."""
        left = (item for item in self._waiting if not isinstance(item[2], _SHUT_AWAY))
        self._waiting = deque(left)
        self._newest.clear()  # all that has a state is among it

    def take(self) -> Event | None:
        """Return the oldest event that was not replaced by a newer one; None if none waits."""
        with self._lock:
            while self._waiting:
                number, state, event = self._waiting.popleft()
                if state is None:
                    return event
                if self._newest[state] == number:
                    del self._newest[state]
                    return event
        return None


def _state_of(event: Event) -> Hashable:
    """Say whose state an event tells, whole; None: it tells that something happened."""
    match event:
        case ContactChanged(contact):
            return ContactChanged, contact.id
        case PresenceChanged(contact=number):
            return PresenceChanged, number
        case MessageChanged(message):
            return MessageChanged, message.row
        case FileProgress(row=row):
            return FileProgress, row
        case _:
            return None
