"""Keeping a contact connected: dials its addresses in turn for as long as no link stands.

Never looks at what waits to be sent, so that the times of dialling say nothing about it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Final, Protocol

from messenger.core.errors import ConnectFailedError, MessengerError
from messenger.core.redaction import redacted
from messenger.core.types import Address, Contact, ContactId, Obstacle, PinOrigin, Relation
from messenger.engine.backoff import Backoff
from messenger.engine.context import Context
from messenger.engine.links import DialRefusedError, Links, OtherKeyAnsweredError
from messenger.engine.race import first_of
from messenger.wire.messages import LinkUp

log = logging.getLogger(__name__)

# After silence at an address that was pinned by first use, ask who lives there now (ADR 0006).
PROBE_INTERVAL_S: Final = 600.0
STAGGER_S: Final = 1.0  # seconds before the next address is tried beside the ones before it
STEADY_S: Final = 5.0  # a link that ended sooner is redialled after a pause, not at once


# Of what several addresses came to, what got furthest says most.
_TELLING: Final = (
    Obstacle.OTHER_KEY,
    Obstacle.SILENT,
    Obstacle.HANDSHAKE,
    Obstacle.REFUSED,
    Obstacle.PROXY_DOWN,
    Obstacle.PROXY_REFUSED,
    Obstacle.PROXY_FAILED,
    Obstacle.UNREACHABLE,
    Obstacle.NO_NETWORK,
    Obstacle.NO_WAY,
    Obstacle.REROUTED,
)


def obstacle_in(failures: Iterable[ConnectFailedError]) -> Obstacle | None:
    """Return why a round of dials came to nothing; None: nothing that says anything."""
    reasons = {_reason(failure) for failure in failures}
    return next((each for each in _TELLING if each.value in reasons), None)


def _reason(failure: ConnectFailedError) -> str:
    match failure:
        case DialRefusedError():
            return failure.reason
        case OtherKeyAnsweredError():
            return Obstacle.OTHER_KEY.value
        case _:
            return failure.kind


def wants_link(contact: Contact) -> bool:
    """Whether we dial this contact, and let it in when it dials us."""
    return not contact.frozen and contact.relation in {Relation.ASKED, Relation.ACCEPTED}


class DialOwner(Protocol):
    """The conversation that a dialler works for."""

    def attach(self, up: LinkUp) -> None: ...

    def on_dialling(self) -> None: ...

    def on_no_link(self, obstacle: Obstacle | None) -> None: ...

    async def freeze(self, other_key: bytes) -> None: ...


class Dialer:
    """The dialling task of one contact.

    Owner: the engine's loop thread.
    """

    def __init__(
        self, context: Context, links: Links, contact: ContactId, owner: DialOwner
    ) -> None:
        self._context = context
        self._links = links
        self._contact = contact
        self._owner = owner
        self._backoff = Backoff()
        self._wake = asyncio.Event()
        self._connected = False
        self._connected_at = 0.0  # monotonic seconds
        self._flapped = False  # the last link did not last
        self._unwelcome = False  # and we were told why
        self._probed_at = float("-inf")
        self._task = asyncio.create_task(self._run())

    def wake(self, *, connected: bool) -> None:
        """Look again: a link came or went, or what we know of the contact changed."""
        if connected and not self._connected:
            self._connected_at = self._context.clock.now()
        elif self._connected and not connected:
            self._on_link_ended()
        self._connected = connected
        self._wake.set()

    def _on_link_ended(self) -> None:
        """After a link that lasted, dial at once; else a full disk would make us dial for ever."""
        short = self._context.clock.now() - self._connected_at < STEADY_S
        self._flapped, self._unwelcome = short or self._unwelcome, False
        if not self._flapped:
            self._backoff.reset()

    def hold_back(self) -> None:
        """Another computer with our key has the link: after this one pause, however long it was."""
        self._unwelcome = True

    def start_over(self) -> None:
        """There may be a way where there was none: dial now, and be quick again."""
        self._backoff.reset()
        self._wake.set()

    async def stop(self) -> None:
        """End the task; a dial in progress is given up."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._turn()
            except MessengerError as error:
                log.warning("a contact cannot be dialled now: %s", error.kind)
                await self._pause(self._backoff.next_delay())
            except Exception:  # the top of the task
                log.exception("dialling failed in a way that nobody planned")
                await self._pause(self._backoff.next_delay())

    async def _turn(self) -> None:
        contact, addresses = await self._facts()
        if self._connected or not addresses or not wants_link(contact):
            if not self._connected:
                lost = wants_link(contact)
                self._owner.on_no_link(Obstacle.NO_ADDRESS if lost else None)
            await self._wake.wait()
            return
        if self._flapped:
            self._flapped = False
            self._owner.on_no_link(Obstacle.DROPPED)
        else:
            await self._round(contact, addresses)
        if not self._connected:
            await self._pause(self._backoff.next_delay())

    async def _facts(self) -> tuple[Contact, tuple[Address, ...]]:
        return await self._context.store.write(
            lambda tx: (tx.contact(self._contact), tx.contacts.addresses(self._contact))
        )

    async def _round(self, contact: Contact, addresses: tuple[Address, ...]) -> None:
        """Try every address once, soon after each other; whoever answers first is taken."""
        self._owner.on_dialling()
        obstacle: Obstacle | None = None
        try:
            attempts: list[Callable[[], Coroutine[Any, Any, LinkUp]]]
            attempts = [partial(self._dial, contact, address) for address in addresses]
            raced = await first_of(attempts, stagger_s=STAGGER_S, spare=self._spare)
            up, failures = raced
            obstacle = obstacle_in(failures) if up is None else None
        finally:
            self._owner.on_no_link(obstacle)
        if up is not None:
            self.wake(connected=True)
            self._owner.attach(up)
            return
        for failure in failures:
            log.debug("dial to %s failed: %s", redacted(contact.key), failure)
        other = next((f for f in failures if isinstance(f, OtherKeyAnsweredError)), None)
        if other is not None:
            await self._owner.freeze(other.key)

    def _spare(self, up: LinkUp) -> None:
        self._links.close(up.link)

    async def _dial(self, contact: Contact, address: Address) -> LinkUp:
        cover, own_key = self._context.cover_for(contact), self._context.key_for(contact).public
        try:
            return await self._links.dial(address, cover, peer_key=contact.key, own_key=own_key)
        except DialRefusedError as error:
            if error.reason != "silent" or not self._may_probe(contact):
                raise
        return await self._links.dial(
            address, cover, peer_key=None, expect=contact.key, own_key=own_key
        )

    def _may_probe(self, contact: Contact) -> bool:
        now = self._context.clock.now()
        if contact.origin is not PinOrigin.FIRST_USE or now - self._probed_at < PROBE_INTERVAL_S:
            return False
        self._probed_at = now
        return True

    async def _pause(self, seconds: float) -> None:
        """Sleep, or less if something changed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
