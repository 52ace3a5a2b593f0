"""What a relay asks of the place where its mailboxes live."""

from dataclasses import dataclass, field
from typing import Protocol

from messenger.protocol.mailbox import Access, New


@dataclass(frozen=True, slots=True)
class Waiting:
    """An envelope as it lies in a mailbox."""

    sequence: int  # from 1, in order of arrival, never given twice in one mailbox
    envelope_id: bytes = field(repr=False)
    envelope: bytes = field(repr=False)


class Store(Protocol):
    """Mailboxes and envelopes. What a method has answered survives a loss of power.

    Each method may raise RelayBusyError (the store cannot, now) and all that take an Access
    MailboxDeniedError (no such mailbox, or not this secret).
    """

    async def create(self, mailbox: New) -> None:
        """Make a mailbox; the very same again changes nothing.

        Raises:
            MailboxDeniedError: one of its ids is taken by another mailbox.
        """
        ...

    async def put(self, access: Access, envelope_id: bytes, envelope: bytes) -> bytes:
        """Keep an envelope; an id that was here before changes nothing.

        Returns the id of the owner's end, whose waits may now end.

        Raises:
            MailboxFullError: MAX_ENVELOPES wait already.
        """
        ...

    async def first_after(self, access: Access, after: int) -> Waiting | None:
        """Return the oldest envelope with a sequence above ``after`` that has not expired."""
        ...

    async def acknowledge(self, access: Access, sequence: int) -> None:
        """Forget one envelope, but not its id; one that is gone already changes nothing."""
        ...

    async def delete(self, access: Access) -> None:
        """Forget the mailbox with all that waits in it."""
        ...

    async def expire(self) -> int:
        """Forget what is older than LIFETIME_S; return how many envelopes."""
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...
