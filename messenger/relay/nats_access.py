"""Who may do what with a record of a mailbox, and how it is refused."""

import hmac
from dataclasses import replace

from messenger.core.errors import MailboxDeniedError, MailboxFullError
from messenger.protocol.mailbox import Access, secret_hash
from messenger.relay.nats_record import Mailbox, Pointer, Record


def opened_by_owner(record: Record | None, access: Access) -> Mailbox:
    """Return the mailbox to its owner.

    Raises:
        MailboxDeniedError: there is none, or not with this secret.
    """
    if not isinstance(record, Mailbox) or not _opens(access, record.owner_hash):
        raise denied()
    return record


def opened_by_depositor(record: Record | None, access: Access) -> Mailbox:
    """Return the mailbox to its depositor; raises as :func:`opened_by_owner`."""
    if not isinstance(record, Mailbox) or record.depositor != access.mailbox:
        raise denied()
    if not _opens(access, record.depositor_hash):
        raise denied()
    return record


def leads_on(record: Record | None, access: Access) -> bool:
    """Tell whether a record is the depositor's end that this secret opens."""
    return isinstance(record, Pointer) and _opens(access, record.depositor_hash)


def made_for(found: Record, wanted: Record) -> bool:
    """Tell whether a record is the one that is wanted, whatever has been put since."""
    if isinstance(found, Mailbox) and isinstance(wanted, Mailbox):
        found = replace(found, box=wanted.box, last=0, entries=())
    return found == wanted


def denied() -> MailboxDeniedError:
    """Return the one answer to no such mailbox and to a wrong secret."""
    return MailboxDeniedError("no such mailbox, or not this secret")


def taken() -> MailboxDeniedError:
    """Return the answer to a mailbox whose id another one has."""
    return MailboxDeniedError("the id of the mailbox is taken")


def full() -> MailboxFullError:
    """Return the answer to an envelope too many."""
    return MailboxFullError("the mailbox is full for now")


def _opens(access: Access, kept: bytes) -> bool:
    return hmac.compare_digest(kept, secret_hash(access.secret))
