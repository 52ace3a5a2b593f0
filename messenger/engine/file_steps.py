"""What happens to files inside transactions: offers come, steps of either side are taken.

Source: docs/protocol.md, section 11.
"""

import logging
from typing import Final

from messenger.core.ids import new_message_id
from messenger.core.types import ContactId, FileState, Message, MessageId
from messenger.engine.file_names import clean_file_name, clean_kind
from messenger.protocol.bodies import (
    FILE_STEP_KIND,
    FileOffer,
    FileStep,
    StepWord,
    encode_body,
)
from messenger.protocol.transfer import OVER, Transfer
from messenger.store.database import Transaction
from messenger.store.sealed_files import new_name
from messenger.store.transfers import FileSecret, StoredFile

log = logging.getLogger(__name__)

MAX_OPEN_COUNT: Final = 64  # files of one contact and direction that are not over; ours
MAX_REFUSED_COUNT: Final = 256  # bodies that wait, from which on no refusal waits too; ours
_OF_RECEIVER: Final = frozenset({"accepted", "done", "refused"})


def offer_of(file: StoredFile) -> FileOffer:
    """Return the body that offers a file of ours."""
    message, secret = file.message, file.secret
    return FileOffer(
        id=message.id,
        name=message.text,
        size=file.info.size,
        kind=file.info.kind,
        digest=secret.digest,
        key=secret.key,
        sent_at=message.sent_at,
        reply_to=message.reply_to,
        lifetime_s=message.lifetime_s,
    )


def add_offer(tx: Transaction, contact: ContactId, offer: FileOffer) -> Message | None:
    """Store an offer; None if it was here. One too many is refused, and its sender is told."""
    full = tx.files.open_count(contact, outgoing=False) >= MAX_OPEN_COUNT
    reply_to = MessageId(offer.reply_to) if offer.reply_to else None
    name = clean_file_name(offer.name)
    message = tx.messages.add_incoming(contact, MessageId(offer.id), name, offer.sent_at, reply_to)
    if message is None:
        return None
    secret = None if full else FileSecret(offer.key, offer.digest, new_name())
    added = tx.files.add(
        message.row,
        size=offer.size,
        kind=clean_kind(offer.kind),
        secret=secret,
        note="too_many" if full else None,
    )
    if full and tx.outbox.totals(contact)[0] < MAX_REFUSED_COUNT:
        tell(tx, added, "refused")
    return added


def follow(tx: Transaction, message: Message, step: StepWord) -> Message | None:
    """Take a step of the other side; None if it changes nothing or is not theirs to take."""
    if message.file is None or (step in _OF_RECEIVER and not message.outgoing):
        return None
    before = transfer_of(tx, message)
    after = _after(before, step)
    return None if after == before else tx.files.move(message.row, after)


def transfer_of(tx: Transaction, message: Message) -> Transfer:
    """Return how a file stands, also one of which no bytes are kept."""
    file = tx.files.find(message.row)
    if file is not None:
        return file.transfer
    assert message.file is not None
    return Transfer(message.file.state, message.file.note)


def _after(before: Transfer, step: StepWord) -> Transfer:
    match step:
        case "accepted":
            return before.accept()
        case "paused":
            return before.pause(own=False)
        case "resumed":
            return before.resume(own=False)
        case "done":
            return before.end(FileState.DONE)
        case "cancelled":
            return before.end(FileState.CANCELLED, "peer")
        case "failed":
            return before.end(FileState.FAILED, "damaged")
        case "refused":
            return before.end(FileState.FAILED, "too_many")


def take(tx: Transaction, message: Message, transfer: Transfer, step: StepWord) -> Message:
    """Take a step of our own and let the other side know."""
    moved = tx.files.move(message.row, transfer)
    tell(tx, moved, step)
    return moved


def tell(tx: Transaction, message: Message, step: StepWord) -> None:
    """Let a step wait in the outbox."""
    body = FileStep(new_message_id(), message.id, step)
    tx.outbox.add_body(
        message.contact, body.id, encode_body(body), kind=FILE_STEP_KIND, target=message.id
    )


def withdraw(tx: Transaction, removed: Message) -> None:
    """A message was removed here only: if its file was under way, the other side need not wait."""
    if removed.file is not None and removed.file.state not in OVER:
        body = FileStep(new_message_id(), removed.id, "cancelled")
        tx.outbox.add_body(removed.contact, body.id, encode_body(body), kind=FILE_STEP_KIND)
