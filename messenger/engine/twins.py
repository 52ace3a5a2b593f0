"""Two with one identity: how both sides of a conversation notice, and what they say.

Each side tells at the start of a link which run of its program speaks, which run of the other it
heard last, and how many envelopes of the other it has opened. A run that this database does not
know, or more opened than sealed, shows the owner that the key lives elsewhere too; a run that
comes back after another one shows the contact that two are alive at the same time.

Source: docs/protocol.md, section 7, "Two with one identity".
"""

import logging
from typing import Final

from messenger.core.types import Fork
from messenger.engine.context import Context
from messenger.engine.events import ForkSeen
from messenger.engine.live_link import LiveLink
from messenger.engine.ratchet import Ratchet
from messenger.protocol.control import Forked, Lineage, encode_control
from messenger.store.database import Transaction

log = logging.getLogger(__name__)

# So long after two were seen at once, the link that stands is not given up for another one.
REMEMBERED_S: Final = 600.0
MAX_TWIN_WORDS: Final = 16  # of a peer on one link; an honest one has about four to say


class Twins:
    """The part of a conversation that watches for a second one with the same key.

    Owner: the contact's conversation.
    """

    def __init__(self, context: Context, ratchet: Ratchet) -> None:
        self._context = context
        self._ratchet = ratchet
        self._seen_at = float("-inf")  # monotonic seconds

    @property
    def about(self) -> bool:
        """Whether two with this contact's key were alive just now: who has the link keeps it."""
        return self._context.clock.now() - self._seen_at < REMEMBERED_S

    async def greet(self, link: LiveLink) -> None:
        """Say which run speaks and what is remembered of theirs."""
        contact = self._ratchet.contact
        heard = await self._context.store.write(lambda tx: tx.lineage.last_heard(contact))
        epoch, opened = self._ratchet.session.opened
        link.send_control(encode_control(Lineage(self._context.run, heard, epoch, opened)))

    async def on_lineage(self, link: LiveLink, frame: Lineage) -> None:
        """Compare what they remember with what we know; tell both sides what that means."""
        at = self._context.clock.unix_ms()
        own, again, fresh = await self._context.store.write(
            lambda tx: self._compare(tx, frame, at, told=link.forked)
        )
        if fresh:
            await self.greet(link)  # so that they are sure that we have heard of this run
        if own is not None:
            link.forked = True
            link.restored = own is Fork.RESTORED
            link.send_control(encode_control(Forked(own, own=True)))
            self._tell(own, at, own=True)
        if again:
            self._seen_at = self._context.clock.now()
            link.send_control(encode_control(Forked(Fork.IN_USE, own=False)))
            self._tell(Fork.IN_USE, at, own=False)

    def _compare(
        self, tx: Transaction, frame: Lineage, at: int, *, told: bool
    ) -> tuple[Fork | None, bool, bool]:
        contact = self._ratchet.contact
        fresh = tx.lineage.last_heard(contact) != frame.run
        again = tx.lineage.hear(contact, frame.run)
        own = tx.lineage.judge(contact, frame.heard, self._context.run)
        if own is None and not told and self._ratchet.session.is_behind(frame.epoch, frame.opened):
            own = Fork.ROLLED_BACK
        if own is not None:
            tx.lineage.note_own_fork(contact, own, at)
        if again:
            tx.lineage.note_peer_fork(contact, Fork.IN_USE, at)
        return own, again, fresh

    async def on_forked(self, fork: Fork, *, own: bool) -> None:
        """They say that their key (``own``) or ours lives in more than one place."""
        if own and fork is Fork.IN_USE:
            self._seen_at = self._context.clock.now()
        await self.note(fork, own=not own)

    async def note(self, fork: Fork, *, own: bool) -> None:
        """Keep and tell that our key (``own``) or theirs lives in more than one place."""
        contact, at = self._ratchet.contact, self._context.clock.unix_ms()

        def work(tx: Transaction) -> None:
            if own:
                tx.lineage.note_own_fork(contact, fork, at)
            else:
                tx.lineage.note_peer_fork(contact, fork, at)

        await self._context.store.write(work)
        self._tell(fork, at, own=own)

    def _tell(self, fork: Fork, at: int, *, own: bool) -> None:
        log.warning("one identity in two places: %s, %s", fork.value, "ours" if own else "theirs")
        self._context.emit(ForkSeen(self._ratchet.contact, fork, own, at))
