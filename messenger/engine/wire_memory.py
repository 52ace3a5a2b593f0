"""What the engine must say again to a wire process that was started anew.

Pure: messages in, messages out; time is an argument.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from messenger.protocol.replay import MAX_TAG_COUNT
from messenger.wire.messages import (
    AcceptFromWith,
    AcceptWith,
    AdmitStrangers,
    CheckProxy,
    CloseLink,
    Configure,
    Dial,
    DialFailed,
    FastLane,
    FlightSeen,
    FromWire,
    Identities,
    LinkDown,
    LinkUp,
    Listen,
    ListenFailed,
    Listening,
    Route,
    SendFrame,
    Stop,
    StopListening,
    ToWire,
    Watch,
)


@dataclass(slots=True)
class WireMemory:
    """The wishes that outlive a wire process, and the links and dials that do not."""

    static_private: bytes = field(repr=False)  # X25519, 32 bytes
    _seen: deque[bytes] = field(repr=False)
    _former: list[bytes] = field(default_factory=list, repr=False)  # X25519 private keys
    _route: Route | None = None
    _listen: Listen | None = None
    _accept_from: AcceptFromWith | None = None
    _watch: Watch | None = None
    _strangers_until: float = 0.0  # monotonic seconds
    _links: set[int] = field(default_factory=set)
    _next_link: int = 2  # even: behind every number that a process has given to a caller's link
    _dials: dict[int, Dial] = field(default_factory=dict)  # not answered yet

    @classmethod
    def of(cls, static_private: bytes, seen_flights: Sequence[bytes]) -> "WireMemory":
        """Begin with what the store knows."""
        return cls(static_private, deque(seen_flights, maxlen=MAX_TAG_COUNT))

    def on_sent(self, message: ToWire, now: float) -> None:
        """Remember what the engine wants."""
        match message:
            case Identities(static_private=private, former_private=former):
                self.static_private, self._former = private, former
            case Listen() | AcceptWith() | AcceptFromWith() | StopListening():
                self._on_caller_wish(message)
            case Route():
                self._route = message
            case Watch():
                self._watch = message
            case AdmitStrangers(seconds=seconds):
                self._strangers_until = now + seconds
            case Dial(link=link):
                self._dials[link] = message
            case CloseLink(link=link):
                self._links.discard(link)
                self._dials.pop(link, None)
            case Configure() | CheckProxy() | FastLane() | SendFrame() | Stop():
                pass

    def _on_caller_wish(
        self, message: Listen | AcceptWith | AcceptFromWith | StopListening
    ) -> None:
        match message:
            case Listen():
                self._listen = message
            case AcceptWith(interval_s=interval_s, mode=mode) if self._listen is not None:
                self._listen = msgspec.structs.replace(
                    self._listen, interval_s=interval_s, mode=mode
                )
            case AcceptFromWith():
                self._accept_from = message
            case StopListening():
                self._listen = None
            case AcceptWith():
                pass  # nobody is accepted

    def on_received(self, message: FromWire) -> None:
        """Remember what the wire process has come to."""
        match message:
            case Listening(port=port) if self._listen is not None:
                self._listen = msgspec.structs.replace(self._listen, port=port)
            case ListenFailed():
                self._listen = None
            case FlightSeen(tag=tag):
                self._seen.append(tag)
            case LinkUp(link=link):
                self._dials.pop(link, None)
                self._links.add(link)
                if link % 2 == 0:
                    self._next_link = max(self._next_link, link + 2)
            case LinkDown(link=link):
                self._links.discard(link)
                self._dials.pop(link, None)
            case DialFailed(link=link):
                self._dials.pop(link, None)
            case _:
                pass

    def on_death(self) -> list[FromWire]:
        """Return what the process would have said of its links and dials; they are forgotten."""
        last_words: list[FromWire] = [LinkDown(link, "lost") for link in sorted(self._links)]
        last_words += [DialFailed(link, "unreachable") for link in sorted(self._dials)]
        self._links.clear()
        self._dials.clear()
        return last_words

    def opening(self, now: float) -> list[ToWire]:
        """Return what a new process must be told, in order; dials made while there was none."""
        first = Configure(self.static_private, list(self._seen), self._next_link)
        messages: list[ToWire] = [first]
        if self._route is not None:  # before anything that may leave
            messages.append(self._route)
        if self._former:
            messages.append(Identities(self.static_private, self._former))
        if self._accept_from is not None:
            messages.append(self._accept_from)
        if self._listen is not None:
            messages.append(self._listen)
        if (seconds := self._strangers_until - now) > 0:
            messages.append(AdmitStrangers(seconds))
        if self._watch is not None:
            messages.append(self._watch)
        return messages + list(self._dials.values())
