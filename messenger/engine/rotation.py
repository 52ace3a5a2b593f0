"""Our own key and those before it: replaced, announced by the old one, erased when nobody needs it.

Whoever has not acknowledged the new key goes on meeting us under the one they know: the wire
answers both, and dials them with theirs.

Source: docs/protocol.md, section 8, "A new key".
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

from messenger.core.errors import MessengerError, NotAllowedError
from messenger.core.ids import new_message_id
from messenger.core.types import ContactId, FormerPin, KeyState
from messenger.crypto.fingerprint import fingerprint
from messenger.crypto.noise import KeyPair
from messenger.engine.commands import GetKeyState, GetPinHistory, RotateIdentity
from messenger.engine.context import Context
from messenger.engine.events import KeyTold
from messenger.protocol.bodies import NEW_KEY_KIND, NewKey, encode_body
from messenger.store.database import Transaction
from messenger.wire.messages import Identities

log = logging.getLogger(__name__)

MAX_FORMER_COUNT: Final = 2  # keys before the present one; each costs a trial on every call


class Rotation:
    """Owner: the engine's loop thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._tasks: set[asyncio.Task[None]] = set()
        context.on_key_told = self._on_told

    async def start(self) -> None:
        """Take up keys that are still needed; announce again what a backup left out."""

        def work(tx: Transaction) -> dict[int, KeyPair]:
            silent = [c for c in tx.identity.untold() if not tx.outbox.holds(c, NEW_KEY_KIND)]
            announce(tx, self._context.own.public, silent)
            tx.identity.forget_unneeded()
            return _former(tx)

        self._context.former = await self._context.store.write(work)
        if self._context.former:
            self._tell_wire()

    async def stop(self) -> None:
        """Finish what is being erased."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def rotate(self, _: RotateIdentity) -> KeyState:
        """Replace our key and queue the announcement for everybody who knows it, in one commit.

        Raises:
            NotAllowedError: too many have not heard of the changes before this one.
        """
        fresh = KeyPair.generate()
        now = self._context.clock.unix_ms()

        def work(tx: Transaction) -> tuple[dict[int, KeyPair], list[ContactId]]:
            tx.identity.forget_unneeded()
            if len(tx.identity.former()) >= MAX_FORMER_COUNT:
                titles = ", ".join(tx.contact(c).title for c in tx.identity.untold()[:5])
                raise NotAllowedError(
                    "Not everybody has heard of your last change of key yet. Wait until these "
                    "contacts were connected, or remove them: {titles}.",
                    titles=titles,
                )
            tx.identity.replace(fresh.private, now)
            untold = list(tx.identity.untold())
            announce(tx, fresh.public, untold)
            tx.identity.forget_unneeded()
            return _former(tx), untold

        former, untold = await self._context.store.write_removal(work)
        self._context.own, self._context.former = fresh, former
        self._tell_wire()
        log.info("our key was replaced; %d contacts are being told", len(untold))
        return await self.state(GetKeyState())

    async def state(self, _: GetKeyState) -> KeyState:
        """Say who does not know the present key yet."""
        untold = await self._context.store.write(lambda tx: tx.identity.untold())
        return KeyState(
            fingerprint(self._context.own.public), untold, former_count=len(self._context.former)
        )

    async def pin_history(self, command: GetPinHistory) -> tuple[FormerPin, ...]:
        """Return what was pinned for a contact before."""
        return await self._context.store.read(lambda reader: reader.former_pins(command.contact))

    def _on_told(self, contact: ContactId) -> None:
        task = asyncio.create_task(self._forget(contact))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forget(self, contact: ContactId) -> None:
        """Erase keys that nobody needs any more, now that one more contact knows the new one."""

        def work(tx: Transaction) -> tuple[bool, dict[int, KeyPair], int]:
            erased = tx.identity.forget_unneeded()
            return erased, _former(tx), len(tx.identity.untold())

        try:
            erased, former, untold = await self._context.store.write_removal(work)
        except MessengerError as error:
            log.error("an old key is not erased yet: %s", error.kind)
            return
        self._context.emit(KeyTold(contact, untold))
        if erased:
            self._context.former = former
            self._tell_wire()

    def _tell_wire(self) -> None:
        former = [own.private for own in self._context.former.values()]
        self._context.wire.send(Identities(self._context.own.private, former))


def announce(tx: Transaction, key: bytes, contacts: Iterable[ContactId]) -> None:
    """Queue our present public key for these contacts, in place of announcements before it.

    One before it may lie at a relay all the same; by when the keys were made they know the later.
    """
    for contact in contacts:
        tx.outbox.drop_kind(contact, NEW_KEY_KIND)
        body = NewKey(new_message_id(), key, tx.identity.made_at())
        tx.outbox.add_body(contact, body.id, encode_body(body), kind=NEW_KEY_KIND)


def _former(tx: Transaction) -> dict[int, KeyPair]:
    return {one.number: KeyPair.from_private(one.private_key) for one in tx.identity.former()}
