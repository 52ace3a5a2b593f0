"""The engine's hand on the port mapper's process."""

import asyncio
import contextlib
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

import msgspec

from messenger.core.types import Address, PortMapping
from messenger.net.line_process import BEGIN_S, LineProcess

LEASE_S: Final = 3_600  # seconds; renewed at half of it, so a router forgets us within the hour
REBIRTH_S: Final = 600.0
ANSWER_S: Final = 10.0  # seconds for a router that is asked again


class _Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the mapper."""

    host: str = ""
    port: int = 0
    lease_s: int = 0
    reason: str = ""


class PortMapper:
    """Asks the router for one port. Owner: the loop that ran :meth:`start`.

    Args:
        on_change: gets what has become of it, each time that this is another.
    """

    def __init__(self, on_change: Callable[[PortMapping], None]) -> None:
        self._on_change = on_change
        self._process = LineProcess(
            "port-mapper",
            rebirth_s=REBIRTH_S,
            on_line=self._on_line,
            on_end=lambda: self._set(PortMapping("failed", reason="ended")),
        )
        self._heard = asyncio.Event()
        self.state = PortMapping()

    def start(self, port: int, *, after_s: float = BEGIN_S) -> None:
        """Begin to ask for a port that leads to ``port`` here."""
        self._process.start(str(port), str(LEASE_S), after_s=after_s)
        self._set(PortMapping("asking"))

    async def stop(self) -> None:
        """Have the port closed again, and wait for that a little."""
        if await self._process.stop():
            self._set(PortMapping())

    async def ask_again(self) -> PortMapping:
        """Ask now, because the network may be another; return what became of it."""
        if self._process.is_running:
            self._heard.clear()
            self._process.say(b"again")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._heard.wait(), ANSWER_S)
        return self.state

    def _on_line(self, line: bytes) -> None:
        self._set(_state_of(msgspec.json.decode(line, type=_Told)))
        self._heard.set()

    def _set(self, state: PortMapping) -> None:
        if state != self.state:
            self.state = state
            self._on_change(state)


def _state_of(told: _Told) -> PortMapping:
    """Read a line; ValueError if its address is none."""
    if told.reason or not 0 < told.port < 1 << 16:
        return PortMapping("failed", reason=told.reason)
    return PortMapping("open", Address(str(ip_address(told.host)), told.port))
