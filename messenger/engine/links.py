"""Link numbers, dials in progress and who owns which link.

Owner: the engine's loop thread. Everything the wire process says passes through here.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol

from messenger.core.errors import (
    ConnectFailedError,
    NoWayError,
    ProxyDownError,
    ProxyFailedError,
    ProxyRefusedError,
)
from messenger.core.types import Address, Cover, CoverMode
from messenger.engine.wire_client import WireClient
from messenger.wire.messages import (
    CloseLink,
    Dial,
    DialFailed,
    FrameReceived,
    FromWire,
    Left,
    LinkDown,
    LinkUp,
    SendFrame,
)

REASON_TEXTS = {
    "refused": "Nothing listens at that address and port.",
    "unreachable": "That address cannot be reached from here.",
    "no_network": "This computer has no network that leads to that address.",
    "silent": "Something answers there, but not as the person you expect.",
    "handshake": "The other side could not prove the expected key.",
    "rerouted": "The settings of the network were changed meanwhile.",
}
# What hinders every dial alike, with the error that a person sees.
_WAY_ERRORS: Final[dict[str, type[ConnectFailedError]]] = {
    error.kind: error for error in (ProxyDownError, ProxyRefusedError, ProxyFailedError, NoWayError)
}
WAY_TEXTS: Final = {
    "proxy_down": "The proxy does not answer.",
    "proxy_refused": "The proxy refuses the user name and password, or is no SOCKS5 proxy.",
    "proxy_failed": "The proxy works but did not get through; Tor may have no network.",
    "no_way": "With these settings there is no way to that address.",
}


class OtherKeyAnsweredError(ConnectFailedError):
    """Another key answered at an address than the one pinned for it."""

    def __init__(self, key: bytes) -> None:
        super().__init__("Another key than the pinned one answers at that address.")
        self.key = key


class DialRefusedError(ConnectFailedError):
    """A dial failed; ``reason`` is the wire's word for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASON_TEXTS.get(reason, "The connection failed."))
        self.reason = reason


def refusal(reason: str) -> ConnectFailedError:
    """Return the error for a dial that failed for a reason of the wire."""
    error = _WAY_ERRORS.get(reason)
    return error(WAY_TEXTS[reason]) if error else DialRefusedError(reason)


class LinkOwner(Protocol):
    """Whoever wants the frames of a link."""

    def on_frame(self, link: int, channel: int, body: bytes) -> None: ...

    def on_left(self, link: int, frame: int) -> None: ...

    def on_down(self, link: int) -> None: ...


class Links:
    """The table of links, and the only place that speaks to the wire about them."""

    def __init__(
        self,
        wire: WireClient,
        on_link: Callable[[LinkUp], None],
    ) -> None:
        self._wire = wire
        self._on_link = on_link
        self._numbers = itertools.count(1, 2)  # odd: ours; even: accepted by the wire
        self._frames = itertools.count(1)
        self._dials: dict[int, asyncio.Future[LinkUp]] = {}
        self._people: set[int] = set()  # of these dials, the ones to people
        self.refusals: Counter[str] = Counter()  # of dials to people since the start, by reason
        self._owners: dict[int, LinkOwner] = {}
        self._covers: dict[int, Cover] = {}  # of dials and of links that stand
        # A link whose dial has answered and whose owner has not had its turn yet: what the wire
        # says of it meanwhile, often the first hello, is kept.
        self._orphans: dict[int, list[FrameReceived | Left | LinkDown]] = {}

    async def dial(
        self,
        address: Address,
        cover: Cover,
        *,
        peer_key: bytes | None,
        expect: bytes | None = None,
        own_key: bytes | None = None,
        relay: bool = False,
    ) -> LinkUp:
        """Connect and shake hands; the caller owns the link that comes of it.

        Args:
            own_key: the key of ours to show; None: the present one.
            relay: ``peer_key`` is the key of a relay, which sees none of ours.

        Raises:
            DialRefusedError: nobody answered, or not with a handshake.
            NoWayError, ProxyDownError, ProxyRefusedError, ProxyFailedError: nothing got that far.
            OtherKeyAnsweredError: with ``expect``, when another key answered.
        """
        number = next(self._numbers)
        answer: asyncio.Future[LinkUp] = asyncio.get_running_loop().create_future()
        self._dials[number] = answer
        if not relay:
            self._people.add(number)
        self._covers[number] = cover
        self._wire.send(
            Dial(
                link=number,
                host=address.host,
                port=address.port,
                peer_key=peer_key,
                interval_s=cover.interval_s,
                mode=cover.mode.value,
                expect=expect,
                own_key=own_key,
                relay=relay,
            )
        )
        try:
            return await answer
        except asyncio.CancelledError:
            self.close(number)
            raise
        finally:
            self._dials.pop(number, None)
            self._people.discard(number)

    def cover_of(self, link: int | None) -> Cover | None:
        """Return the cover that a link was made with; None: there is no such link."""
        return None if link is None else self._covers.get(link)

    def own(self, link: int, owner: LinkOwner) -> None:
        """Deliver the frames of a link to ``owner``, those that came before it included."""
        self._owners[link] = owner
        for message in self._orphans.pop(link, ()):
            self._to_owner(message)

    def send(self, link: int, channel: int, body: bytes, *, numbered: bool = False) -> int:
        """Queue a frame; the number returned comes back in ``on_left`` when it was asked for."""
        frame = next(self._frames) if numbered else 0
        self._wire.send(SendFrame(link=link, frame=frame, channel=channel, body=body))
        return frame

    def close(self, link: int) -> None:
        """End a link; its owner hears nothing more of it."""
        self._owners.pop(link, None)
        self._orphans.pop(link, None)
        self._covers.pop(link, None)
        self._wire.send(CloseLink(link=link))

    def on_message(self, message: FromWire) -> None:
        """Route what the wire says about links; other messages are ignored here."""
        match message:
            case LinkUp(outgoing=True) as up:
                self._on_dialled(up)
            case LinkUp() as up:
                self._covers[up.link] = Cover(up.interval_s, CoverMode(up.mode))
                self._on_link(up)
            case DialFailed() as failed:
                self._on_dial_failed(failed)
            case FrameReceived() | Left() | LinkDown():
                self._to_owner(message)
            case _:
                pass

    def _to_owner(self, message: FrameReceived | Left | LinkDown) -> None:
        if isinstance(message, LinkDown):
            self._covers.pop(message.link, None)
        owner = self._owners.get(message.link)
        if owner is None:
            if message.link in self._orphans:
                self._orphans[message.link].append(message)
            return
        match message:
            case FrameReceived(link=number, channel=channel, body=body):
                owner.on_frame(number, channel, body)
            case Left(link=number, frame=frame):
                owner.on_left(number, frame)
            case LinkDown(link=number):
                del self._owners[number]
                owner.on_down(number)

    def on_wire_restart(self) -> None:
        """Every link and every dial is gone."""
        self._covers.clear()
        for answer in list(self._dials.values()):
            if not answer.done():
                answer.set_exception(DialRefusedError("lost"))
        for number, kept in self._orphans.items():
            kept.append(LinkDown(link=number, reason="lost"))
        owners, self._owners = self._owners, {}
        for number, owner in owners.items():
            owner.on_down(number)

    def _on_dial_failed(self, failed: DialFailed) -> None:
        if failed.link in self._people:
            self.refusals[failed.reason] += 1
        self._covers.pop(failed.link, None)
        answer = self._dials.get(failed.link)
        if answer is None or answer.done():
            return
        if failed.other_key is not None:
            answer.set_exception(OtherKeyAnsweredError(failed.other_key))
        else:
            answer.set_exception(refusal(failed.reason))

    def _on_dialled(self, up: LinkUp) -> None:
        answer = self._dials.get(up.link)
        if answer is None or answer.done():  # given up in the meantime
            self.close(up.link)
        else:
            self._orphans[up.link] = []
            answer.set_result(up)
