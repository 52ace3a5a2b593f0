"""What lies in the streams for nothing: expired envelopes, and those that no record names."""

from messenger.core.clock import Clock
from messenger.core.errors import MessengerError
from messenger.relay.nats_boxes import Boxes
from messenger.relay.nats_envelopes import STRAY_S, Envelopes, Oldest
from messenger.relay.nats_layout import Layout
from messenger.relay.nats_record import Mailbox
from messenger.relay.store import HOUR_S


class Sweep:
    """Looks for it and erases it. Several relays may do so at once."""

    def __init__(self, boxes: Boxes, envelopes: Envelopes, layout: Layout, clock: Clock) -> None:
        self._boxes = boxes
        self._envelopes = envelopes
        self._layout = layout
        self._clock = clock
        self._suspects: set[bytes] = set()  # owners where an envelope may lie without a record

    def suspect(self, owner: bytes) -> None:
        """Have a mailbox looked at with the next sweep."""
        self._suspects.add(owner)

    async def erase(self, owner: bytes, place: int) -> None:
        """Overwrite an envelope now, or with the next sweep when that cannot be."""
        try:
            await self._envelopes.erase(owner, place)
        except MessengerError:
            self.suspect(owner)

    async def expire(self) -> int:
        """Forget what has expired, then look at the suspects; return how many had waited."""
        hour, count = self._clock.unix_ms() // (HOUR_S * 1000), 0
        for share in self._layout.envelope_streams():
            while (oldest := await self._envelopes.oldest(*share)) is not None:
                if oldest.expires_hour > hour:
                    break
                count += await self._forget_expired(oldest, hour)
        for owner in list(self._suspects):
            if await self.tidy(owner):
                self._suspects.discard(owner)
        return count

    async def tidy(self, owner: bytes) -> bool:
        """Erase a mailbox's envelopes that no record names; False: a put may work at others."""
        record = (await self._boxes.read(owner)).record
        nothing_left = True
        if isinstance(record, Mailbox):
            stray_before_s = self._clock.unix_ms() / 1000 - STRAY_S
            async for place, arrived_s in self._envelopes.unnamed(owner, record):
                if arrived_s < stray_before_s:
                    await self._envelopes.erase(owner, place)
                else:
                    nothing_left = False
        return nothing_left

    async def _forget_expired(self, oldest: Oldest, hour: int) -> int:
        """Forget one expired envelope, and that others of its mailbox wait which expired, too.

        Returns how many waited until now.
        """
        owner, count = oldest.owner, 0
        async with self._boxes.alone_at(owner):
            version = await self._boxes.read(owner)
            if isinstance(version.record, Mailbox):
                left = version.record.unexpired(hour)
                count = len(version.record.entries) - len(left.entries)
                if count and not await self._boxes.write(owner, version, left):
                    return 0  # another relay was quicker; it is looked at again
        await self._envelopes.erase(owner, oldest.place)
        return count
