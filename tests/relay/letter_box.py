"""Letters that strangers leave at a relay for somebody whose link they have."""

import secrets
from dataclasses import dataclass
from typing import Self

import msgspec
from mail_people import Correspondent
from relay_pair import Relay

from messenger.core.clock import Clock
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.bodies import Mailbox
from messenger.protocol.card import Card, Introduction, decode_link
from messenger.protocol.introduction import Asking, Letter
from messenger.protocol.mailbox import Access, Put, Status


def box_at(relay_key: bytes) -> Mailbox:
    """Return a mailbox for an answer that nobody fetches."""
    return Mailbox("192.0.2.9", 4_433, relay_key, b"m" * 24, b"s" * 32, True)


@dataclass(frozen=True)
class LetterBox:
    """Where somebody's link says that letters are left, for which key, and what time it is."""

    door: Introduction
    key: bytes
    now: int  # Unix ms, as their clock says

    @classmethod
    async def of(cls, person: Correspondent) -> Self:
        """Read somebody's link, once it names such a place."""
        return cls.named_by(decode_link(await person.link()), person.clock)

    @classmethod
    def named_by(cls, card: Card, clock: Clock) -> Self:
        """Read what a link says that names such a place."""
        assert card.introduction is not None
        return cls(card.introduction, card.key, clock.unix_ms())

    def letter(
        self,
        own: KeyPair | None = None,
        *,
        name: str = "Somebody",
        to: bytes | None = None,
        age_ms: int = 0,
        answer_at: Mailbox | None = None,
    ) -> bytes:
        """Return the envelope of somebody who has the link.

        Args:
            own: their key; None: one of nobody else.
            to: whom it is sealed for; None: whose box it is.
            answer_at: where they ask for the answer; None: somewhere.
        """
        asking = Asking.begin(
            own or KeyPair.generate(),
            to or self.key,
            name=name,
            boxes=(answer_at or box_at(self.door.relay_key),),
            addresses=(),
            unix_ms=self.now - age_ms,
        )
        return asking.envelope

    def letter_without_answer(self, **keys: bytes) -> bytes:
        """Return the envelope of somebody whose offer has these in place of usable keys."""
        own = KeyPair.generate()
        asking = Asking.begin(
            own,
            self.key,
            name="Eve",
            boxes=(box_at(self.door.relay_key),),
            addresses=(),
            unix_ms=self.now,
        )
        said = msgspec.msgpack.decode(asking.secrets.letter, type=Letter)
        spoiled = msgspec.msgpack.encode(msgspec.structs.replace(said, **keys))
        secrets_of_it = msgspec.structs.replace(asking.secrets, letter=spoiled)
        return Asking(own, self.key, secrets_of_it).envelope

    async def leave(self, relay: Relay, *envelopes: bytes) -> None:
        """Put envelopes into it."""
        client = await relay.client()
        access = Access(self.door.mailbox, self.door.deposit_token)
        for envelope in envelopes:
            answer = await client.relay.ask(Put(access, secrets.token_bytes(32), envelope))
            assert answer.status is Status.OK
        await client.hang_up()
