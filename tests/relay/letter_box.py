"""Letters that strangers leave at a relay for somebody whose link they have."""

import secrets

from mail_people import Scene

from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.bodies import Mailbox
from messenger.protocol.card import Introduction
from messenger.protocol.introduction import Asking
from messenger.protocol.mailbox import Access, Put, Status


def box_at(relay_key: bytes) -> Mailbox:
    """Return a mailbox for an answer that nobody fetches."""
    return Mailbox("192.0.2.9", 4_433, relay_key, b"m" * 24, b"s" * 32, True)


def letter(
    to: Introduction,
    key: bytes,
    own: KeyPair,
    *,
    at: int,
    name: str = "Somebody",
    box: Mailbox | None = None,
) -> bytes:
    """Return the envelope of somebody who has the link.

    Args:
        box: where they ask for the answer; None: somewhere.
    """
    boxes = (box or box_at(to.relay_key),)
    asking = Asking.begin(own, key, name=name, boxes=boxes, addresses=(), unix_ms=at)
    return asking.envelope


async def leave(scene: Scene, door: Introduction, *envelopes: bytes) -> None:
    """Put envelopes into somebody's mailbox for letters."""
    client = await scene.relay.client()
    access = Access(door.mailbox, door.deposit_token)
    for envelope in envelopes:
        answer = await client.relay.ask(Put(access, secrets.token_bytes(32), envelope))
        assert answer.status is Status.OK
    await client.hang_up()
