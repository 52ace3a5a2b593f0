"""Hello and goodbye: who we are, whether we consent, where we can be reached.

Source: docs/protocol.md, section 6.
"""

from typing import Final

from messenger.core.types import Address, Contact, Message, MessageState, Relation
from messenger.engine.addresses import is_dialled, is_loopback
from messenger.engine.context import Context
from messenger.engine.live_link import LiveLink
from messenger.engine.names import clean_name
from messenger.engine.ratchet import Ratchet
from messenger.protocol.bodies import MAILBOXES_KIND, NEW_KEY_KIND
from messenger.protocol.control import (
    PROTOCOL_VERSION,
    Goodbye,
    GoodbyeReason,
    Hello,
    encode_control,
)
from messenger.store.database import Transaction
from messenger.store.reader import DIALLED

CONSENTING: Final = frozenset({Relation.ASKED, Relation.ACCEPTED, Relation.DECLINED})

# What is true of us whatever they think of us: said once both have agreed again.
_LASTING: Final = frozenset({NEW_KEY_KIND, MAILBOXES_KIND})
_EVERYTHING: Final = 1 << 62  # more than any outbox holds


class Greeting:
    """The part of a conversation that is about the two people."""

    def __init__(self, context: Context, ratchet: Ratchet) -> None:
        self._context = context
        self._ratchet = ratchet

    def hello(self, link: LiveLink, contact: Contact) -> None:
        """Say hello, or say it again because something changed."""
        # Whoever sees us by way of a proxy sees its address, where none of our ports is.
        listen = None if self._context.network.proxy else self._context.listen
        frame = Hello(
            version=PROTOCOL_VERSION,
            name=self._context.name,
            consent=contact.relation in CONSENTING,
            epochs=self._ratchet.session.epochs,
            listen_port=listen.port if listen else 0,
            addresses=tuple((a.host, a.port) for a in self._context.addresses),
        )
        link.send_control(encode_control(frame))

    def refuse(self, link: LiveLink) -> None:
        """Say that we declined; nothing follows on this link."""
        link.farewell = link.send_control(
            encode_control(Goodbye(GoodbyeReason.DECLINED)), numbered=True
        )

    def on_hello(self, tx: Transaction, contact: Contact, link: LiveLink, hello: Hello) -> None:
        """Keep what the peer says of itself."""
        name = clean_name(hello.name)
        if name != contact.name:
            tx.contacts.set_name(contact.id, name)
        self.learn_addresses(tx, contact, link)
        if hello.consent and contact.relation in {Relation.ASKED, Relation.DECLINED}:
            tx.contacts.set_relation(contact.id, Relation.ACCEPTED)
        elif not hello.consent and contact.relation is Relation.ACCEPTED:
            # They forgot us and must accept again; what we write waits until then.
            tx.contacts.set_relation(contact.id, Relation.ASKED)

    def learn_addresses(self, tx: Transaction, contact: Contact, link: LiveLink) -> None:
        """Keep where a contact can be dialled; nothing of somebody who only asks."""
        if contact.relation is Relation.REQUEST or link.peer_hello is None:
            return
        now, near = self._context.clock.unix_ms(), self._context.only_here
        direct = self._context.network.direct
        for address in reachable_addresses(link, link.peer_hello, direct=direct, near=near):
            dialled = link.up.outgoing and address == Address(link.up.host, link.up.port)
            tx.contacts.save_address(contact.id, address, DIALLED if dialled else "hello", now)

    def on_goodbye(self, tx: Transaction, contact: Contact, reason: GoodbyeReason) -> list[Message]:
        """The peer ends it: keep why; return the waiting messages, which will not be sent now.

        A wish for the timer ends with them: nobody is asked any more.
        """
        if reason is not GoodbyeReason.DECLINED or contact.relation is not Relation.ASKED:
            return []
        tx.contacts.set_relation(contact.id, Relation.DECLINED)
        tx.lifetimes.withdraw(contact.id)
        failed = []
        for entry in tx.outbox.waiting(contact.id, limit=_EVERYTHING):
            if entry.kind in _LASTING:
                continue
            tx.outbox.done(contact.id, entry)
            if entry.message is not None:
                row = entry.message.row
                tx.messages.set_state(row, MessageState.FAILED, "declined")
                failed.append(tx.lifetimes.begin(row, self._context.clock.unix_ms()))
        return failed


def reachable_addresses(
    link: LiveLink, hello: Hello, *, direct: bool = True, near: bool = False
) -> list[Address]:
    """What of a hello is worth dialling, and where the peer was just seen.

    A peer elsewhere may not send us to our own computer.

    Args:
        direct: False: callers come by a proxy or onion service, not from where they are.
        near: we live on this very computer alone. Else who seems to call from it comes through
            something that listens here for us, such as an onion service or a tunnel.
    """
    found, is_here = [], is_loopback(link.up.host)
    if link.up.outgoing:
        found.append(Address(link.up.host, link.up.port))
    elif hello.listen_port and direct and (near or not is_here):
        found.append(Address(link.up.host, hello.listen_port))
    for host, port in hello.addresses:
        if is_dialled(host, near=near and is_here):
            found.append(Address(host, port))
    return list(dict.fromkeys(found))
