"""The engine's hand on the finder's process: what it is told, and what it says."""

from collections.abc import Callable
from typing import Final

import msgspec

from messenger.net.line_process import BEGIN_S, LineProcess
from messenger.protocol.lan_tag import TAG_LEN

MAX_ADDRESS_COUNT: Final = 4  # of one sighting
REBIRTH_S: Final = 60.0


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the finder shall announce; without a tag it only listens."""

    tag: bytes = b""  # TAG_LEN bytes
    port: int = 0


class Sighting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody in the local network; whoever it is proves it by the handshake."""

    tag: bytes
    addresses: tuple[str, ...]  # numeric, at most MAX_ADDRESS_COUNT
    port: int


class LanFinder:
    """Keeps a finder going. Owner: the loop that ran :meth:`start`.

    Args:
        on_sighting: gets everybody who is heard.
    """

    def __init__(self, on_sighting: Callable[[Sighting], None]) -> None:
        self._wish = Wish()
        self._process = LineProcess(
            "lan-finder",
            rebirth_s=REBIRTH_S,
            on_line=lambda line: on_sighting(_sighting_of(line)),
            on_start=self._tell,
        )

    @property
    def is_running(self) -> bool:
        """Whether a finder is there now."""
        return self._process.is_running

    def start(self, *, after_s: float = BEGIN_S) -> None:
        """Begin to listen; what was wished for is announced then."""
        self._process.start(after_s=after_s)

    def announce(self, wish: Wish) -> None:
        """Say this from now on, in place of what was said before."""
        self._wish = wish
        self._tell()

    async def stop(self) -> None:
        """Take back what was announced, and wait for that a little."""
        await self._process.stop()

    def _tell(self) -> None:
        self._process.say(msgspec.json.encode(self._wish))


def _sighting_of(line: bytes) -> Sighting:
    sighting = msgspec.json.decode(line, type=Sighting)
    if (
        len(sighting.tag) != TAG_LEN
        or len(sighting.addresses) > MAX_ADDRESS_COUNT
        or not 0 < sighting.port < 1 << 16
    ):
        raise ValueError("a sighting that cannot be")
    return sighting
