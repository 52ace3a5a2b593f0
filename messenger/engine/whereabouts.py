"""Tells contacts by mail where we are now, when no link is left that could say so.

A hello says our addresses on every link. Whoever moved while nobody was linked, or whose links the
move cut, is looked for at the old place; where both use relays, an envelope tells the new one. It
is an envelope like others: its size, its instants, its acknowledgement.

Source: docs/protocol.md, section 8, "Addresses".
"""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Mapping
from random import SystemRandom
from typing import Final

import msgspec

from messenger.core.errors import MessengerError
from messenger.core.ids import new_message_id
from messenger.core.types import Address, ContactId
from messenger.engine.addresses import MAX_ADDRESS_COUNT, is_dialled
from messenger.engine.contacts import Contacts
from messenger.engine.context import Context
from messenger.protocol.bodies import ADDRESSES_KIND, Addresses, decode_body, encode_body
from messenger.protocol.mailbox import LIFETIME_S
from messenger.store.database import Transaction
from messenger.store.mail import Stage
from messenger.store.settings import LOCAL_PREFIX

log = logging.getLogger(__name__)

GRACE_S: Final = (60.0, 120.0)  # drawn; a link that comes back in this time says it itself
AGAIN_MS: Final = 15 * 60 * 1000  # between two envelopes to whoever has acknowledged the first
# Where the first is sealed and no relay takes it: each seal is one that the contact will miss.
SEALED_MS: Final = 24 * 3600 * 1000
# Where the first lies in the mailbox: messages need the room, and it is gone after that.
UNHEARD_MS: Final = LIFETIME_S * 1000
RETRY_S: Final = 60.0  # after an error of the disk
TOLD: Final = LOCAL_PREFIX + "told_addresses"  # setting: what each contact was told last


class _Told(msgspec.Struct, frozen=True, array_like=True):
    """What a contact was told last."""

    digest: str  # of the addresses
    at: int  # Unix ms


_GAPS: Final = {Stage.HERE: AGAIN_MS, Stage.SEALED: SEALED_MS, Stage.PUT: UNHEARD_MS}
_MEMORY: Final = msgspec.json.Decoder(dict[int, _Told])


class Whereabouts:
    """Owner: the engine's loop thread.

    Args:
        grace_s: between which seconds to draw how long links have to come back by themselves.
    """

    def __init__(
        self, context: Context, contacts: Contacts, *, grace_s: tuple[float, float] = GRACE_S
    ) -> None:
        self._context = context
        self._contacts = contacts
        self._grace_s = grace_s
        self._random = SystemRandom()
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin: this computer may have been moved while Hum was closed."""
        self._task = asyncio.create_task(self._run())
        self.follow()

    def follow(self) -> None:
        """Our addresses may be others now, or may not be told any more."""
        self._changed.set()

    async def stop(self) -> None:
        """Tell nobody anything more; what waits stays in the outbox."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        look_at: float | None = None
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(look_at):
                    await self._changed.wait()
            try:
                if self._changed.is_set():
                    self._changed.clear()
                    await self.withdraw()
                    grace_at = loop.time() + self._random.uniform(*self._grace_s)
                    look_at = grace_at if look_at is None else min(look_at, grace_at)
                else:
                    again_s = await self.look()
                    look_at = None if again_s is None else loop.time() + again_s
            except MessengerError as error:
                log.error("who is to be told our addresses is not known now: %s", error.kind)
                look_at = loop.time() + RETRY_S

    # -- steps ------------------------------------------------------------------------------------

    async def withdraw(self) -> None:
        """Take back what we do not want to say any more, sealed or not, until a relay has it.

        That is every address that our link does not say, once nobody may reach us in the open.
        """
        if not self._context.network.direct:
            people = self._contacts.writing()
            await self._context.store.write(lambda tx: self._withdraw(tx, people))

    def _withdraw(self, tx: Transaction, people: frozenset[ContactId]) -> None:
        said, told = set(self._places()), _load(tx)
        for contact in people:
            waiting = tx.outbox.bodies(contact, ADDRESSES_KIND)
            if any(not set(_places_in(body)) <= said for body in waiting):
                tx.outbox.drop_kind(contact, ADDRESSES_KIND)
                told.pop(contact, None)
        _save(tx, told)

    async def look(self) -> float | None:
        """Tell whoever is to be told; return the seconds until somebody else may be, if anybody."""
        people = {c: self._contacts.is_online(c) for c in self._contacts.writing()}
        return await self._context.store.write(lambda tx: self._look(tx, people))

    def _look(self, tx: Transaction, people: Mapping[ContactId, bool]) -> float | None:
        places, now = self._places(), self._context.clock.unix_ms()
        if not places:
            return None
        told, waits = _load(tx), list[int]()
        present = _Told(_digest(places), now)
        for contact, online in people.items():
            before = told.get(contact)
            if before is not None and before.digest == present.digest:
                continue
            if online:  # a hello has said it
                tx.outbox.drop_kind(contact, ADDRESSES_KIND)
            elif not tx.mail.mailboxes_of(contact):
                continue
            elif (wait := _wait(tx, contact, before, now)) > 0:
                waits.append(wait)
                continue
            else:
                self._tell(tx, contact, places, now)
            told[contact] = present
        _save(tx, {contact: one for contact, one in told.items() if contact in people})
        return min(*waits, AGAIN_MS) / 1000 if waits else None

    def _tell(
        self, tx: Transaction, contact: ContactId, places: tuple[Address, ...], now: int
    ) -> None:
        body = Addresses(new_message_id(), tuple((a.host, a.port) for a in places), now)
        tx.outbox.drop_kind(contact, ADDRESSES_KIND)
        tx.outbox.add_body(contact, body.id, encode_body(body), kind=ADDRESSES_KIND)

    def _places(self) -> tuple[Address, ...]:
        """What our link says and others can dial: without a network that is nothing."""
        near = self._context.only_here
        said = (a for a in self._context.addresses if is_dialled(a.host, near=near))
        return tuple(said)[:MAX_ADDRESS_COUNT]


def _wait(tx: Transaction, contact: ContactId, before: _Told | None, now: int) -> int:
    """Return in how many ms a contact may be told again; a clock that was set back counts once."""
    if before is None:
        return 0
    gap = _GAPS[tx.mail.stage(contact, ADDRESSES_KIND)]
    return min(before.at + gap - now, gap)


def _places_in(body: bytes) -> list[Address]:
    decoded = decode_body(body)
    assert isinstance(decoded, Addresses)
    return [Address(host, port) for host, port in decoded.addresses]


def _digest(places: tuple[Address, ...]) -> str:
    text = " ".join(sorted(map(str, places)))
    return hashlib.blake2s(text.encode(), digest_size=8).hexdigest()


def _load(tx: Transaction) -> dict[ContactId, _Told]:
    text = tx.settings.get(TOLD)
    return {ContactId(c): one for c, one in _MEMORY.decode(text).items()} if text else {}


def _save(tx: Transaction, told: Mapping[ContactId, _Told]) -> None:
    text = msgspec.json.encode({int(c): told[c] for c in sorted(told)}).decode()
    if text != tx.settings.get(TOLD):
        tx.settings.put(TOLD, text)
