"""What a relay asks of the place where its mailboxes live."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from messenger.protocol.mailbox import LIFETIME_S, Access, New

HOUR_S: Final = 3600
LIFETIME_HOURS: Final = LIFETIME_S // HOUR_S + 1  # a begun hour counts in favour of the mail

Heard: TypeAlias = Callable[[bytes], None]  # gets the id of the owner's end


@dataclass(frozen=True, slots=True)
class Waiting:
    """An envelope as it lies in a mailbox."""

    sequence: int  # from 1, in order of arrival, never given twice in one mailbox
    envelope_id: bytes = field(repr=False)
    envelope: bytes = field(repr=False)


class Store(Protocol):
    """Mailboxes and envelopes. What a method has answered survives a loss of power.

    Each method may raise RelayBusyError (the store cannot, now) and all that take an Access
    MailboxDeniedError (no such mailbox, or not this secret). RelayFullError is the RelayBusyError
    of a store that works and has no room.
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

    async def check(self) -> None:
        """Return when the store could keep something now; changes nothing that anybody sees."""
        ...

    def watch(self, heard: Heard) -> None:
        """Tell of puts that other instances took in on the same store, where the store can.

        ``heard`` is called in the loop with the owner's id once the envelope can be fetched. A
        call can go missing, for instance while a connection is down; none is made for puts of
        this instance, whose own answer tells.
        """
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...
