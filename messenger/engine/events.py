"""What the engine tells: frozen values, emitted only after the store has committed them."""

from dataclasses import dataclass, field

from messenger.core.errors import MessengerError
from messenger.core.types import (
    Address,
    Contact,
    ContactId,
    Message,
    MessageId,
    NodeInfo,
    Presence,
    WireStats,
)

# -- the profile ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProfileNeeded:
    """There is no profile in the folder: the first run. CreateProfile answers."""

    keyring: str | None  # name of a keyring that works here, or None
    keyring_problem: str | None  # why none works, one sentence


@dataclass(frozen=True, slots=True)
class UnlockNeeded:
    """The profile is there but not open. Unlock answers."""

    slots: frozenset[str]  # of "keyring", "passphrase", "recovery"
    problem: MessengerError | None  # why the keyring did not open it, if it was tried


@dataclass(frozen=True, slots=True)
class NodeReady:
    """The profile is open and the wire runs."""

    info: NodeInfo
    preferences: dict[str, str]


@dataclass(frozen=True, slots=True)
class NodeInfoChanged:
    """Name, addresses, listener or cover changed."""

    info: NodeInfo
    listen_problem: MessengerError | None = None


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """How far the backup is; at most once for each hundredth."""

    done: int  # rows
    total: int


@dataclass(frozen=True, slots=True)
class BackupDone:
    """What a backup holds. Result of BackUp; never an event."""

    contact_count: int
    message_count: int
    created_at: int  # Unix ms
    history: bool


@dataclass(frozen=True, slots=True)
class EngineFailed:
    """The profile could not be opened, or the engine ended unplanned; the text is one sentence."""

    text: str
    error: MessengerError | None = None  # None: a bug


@dataclass(frozen=True, slots=True)
class Failure:
    """Something went wrong that a person should know; nothing was lost and the engine goes on."""

    error: MessengerError
    contact: ContactId | None = None


@dataclass(frozen=True, slots=True)
class EngineStopped:
    """The last event."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The end of a command that was submitted with a request number."""

    request: int
    result: object = field(default=None, repr=False)
    error: MessengerError | None = None


# -- contacts -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContactAdded:
    contact: Contact


@dataclass(frozen=True, slots=True)
class ContactRequested:
    """Somebody asks to be a contact (follows ContactAdded)."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class ContactAccepted:
    """Both sides have agreed now (follows ContactChanged)."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class ContactChanged:
    contact: Contact


@dataclass(frozen=True, slots=True)
class ContactRemoved:
    contact: ContactId


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    contact: ContactId
    presence: Presence
    address: Address | None = None  # of the link, when online


@dataclass(frozen=True, slots=True)
class KeyChanged:
    """Another key answered where this contact was expected; the contact is frozen."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class StrangersAdmitted:
    """Callers without our key are let in until then; 0.0 when it ended."""

    until: int  # Unix ms


@dataclass(frozen=True, slots=True)
class SessionReset:
    """A new ratchet session began where there was one: restored backup, clone or damage."""

    contact: ContactId


# -- messages -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageAdded:
    message: Message


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """State, text or marks of a message changed."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageRemoved:
    """Nothing is left of a message: deleted here, or its lifetime is over."""

    contact: ContactId
    row: int
    id: MessageId


# -- the wire -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WireSnapshot:
    """Counters and newest cell times, about ten a second while somebody watches."""

    stats: WireStats


@dataclass(frozen=True, slots=True)
class WireRestarted:
    """The wire process died and was started anew."""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """Where a ratchet stands; never secrets. Result of GetSessionInfo."""

    contact: ContactId
    established: bool
    epoch: int  # hybrid epochs since the first contact
    epoch_started_at: int  # Unix ms
    sent_count: int  # envelopes sealed in this epoch
    received_count: int
    skipped_count: int  # message keys kept for late envelopes
    ignored_count: int = 0  # edits and deletions of messages that were not theirs


Event = (
    ProfileNeeded
    | UnlockNeeded
    | NodeReady
    | NodeInfoChanged
    | BackupProgress
    | EngineFailed
    | Failure
    | EngineStopped
    | Reply
    | ContactAdded
    | ContactRequested
    | ContactAccepted
    | ContactChanged
    | ContactRemoved
    | PresenceChanged
    | KeyChanged
    | StrangersAdmitted
    | SessionReset
    | MessageAdded
    | MessageChanged
    | MessageRemoved
    | WireSnapshot
    | WireRestarted
)
