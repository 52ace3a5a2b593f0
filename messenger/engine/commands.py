"""What a person or a script can ask of the engine: the only way in for ``gui`` and ``rpc``.

Each command names the type of its result in its docstring; ``Engine.execute`` returns it,
``Engine.submit`` wraps it in an :class:`messenger.engine.events.Reply`.
"""

from dataclasses import dataclass, field
from pathlib import Path

from messenger.core.types import Address, ContactId, Cover, MessageId, PinOrigin

# -- the profile ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreateProfile:
    """Make identity, key file and database. Result: None; NodeReady follows.

    At least one of ``use_keyring`` and ``passphrase`` must be given.
    """

    name: str
    use_keyring: bool
    passphrase: str | None = field(default=None, repr=False)
    cover: str = "balanced"  # a name in COVER_PROFILES


@dataclass(frozen=True, slots=True)
class Unlock:
    """Open an existing profile. Result: None; NodeReady follows.

    With neither field set the keyring is asked.
    """

    passphrase: str | None = field(default=None, repr=False)
    recovery_code: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AddRecoveryCode:
    """Make (or replace) the recovery slot. Result: str, the code, to be shown once."""


@dataclass(frozen=True, slots=True)
class StoreKeyInKeyring:
    """Make (or replace) the keyring slot. Result: None."""


@dataclass(frozen=True, slots=True)
class SetPassphrase:
    """Make or replace the passphrase slot, or remove it with None. Result: None."""

    passphrase: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class BackUp:
    """Write a backup; BackupProgress tells how far it is. Result: BackupDone.

    A file at ``path`` is replaced once the new one is whole.
    """

    path: Path
    passphrase: str = field(repr=False)
    history: bool = True  # False: identity, settings and contacts only


@dataclass(frozen=True, slots=True)
class CancelBackup:
    """Stop the backup that is being written, if there is one. Result: None."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Close links, database and wire process. Result: None."""


@dataclass(frozen=True, slots=True)
class GetNodeInfo:
    """Result: NodeInfo."""


@dataclass(frozen=True, slots=True)
class GetWireStats:
    """Result: WireStats."""


@dataclass(frozen=True, slots=True)
class WatchWire:
    """Emit WireSnapshot this often; 0 ends it. Result: None."""

    interval_s: float


@dataclass(frozen=True, slots=True)
class SetName:
    """Change what we call ourselves. Result: None."""

    name: str


@dataclass(frozen=True, slots=True)
class SetCover:
    """Choose the schedule of links made from now on. Result: None."""

    cover: Cover


@dataclass(frozen=True, slots=True)
class SetPreference:
    """Keep a small setting of the user interface. Result: None."""

    name: str
    value: str


# -- contacts -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddContact:
    """Add somebody by link, or by fingerprint with or without an address. Result: Contact."""

    link: str | None = None
    fingerprint: str | None = None
    address: Address | None = None
    alias: str | None = None
    origin: PinOrigin = PinOrigin.LINK


@dataclass(frozen=True, slots=True)
class ConnectToAddress:
    """Dial an address and pin the key that answers (trust on first use). Result: Contact.

    Ends when the handshake is done or has failed (ConnectFailedError).
    """

    address: Address
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class WaitForStrangers:
    """Let callers in who do not know our key, for a while; 0 ends it. Result: None."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ListContacts:
    """Result: tuple[Contact, ...]."""


@dataclass(frozen=True, slots=True)
class AcceptContact:
    """Accept a request. Result: Contact."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class DeclineContact:
    """Decline a request; the asker is told and the contact forgotten. Result: None."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class BlockContact:
    """Want nothing from this key any more, or again with False. Result: Contact."""

    contact: ContactId
    blocked: bool = True


@dataclass(frozen=True, slots=True)
class RemoveContact:
    """Forget a contact with its messages and session. Result: None."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class RenameContact:
    """Set or clear our own name for a contact. Result: Contact."""

    contact: ContactId
    alias: str | None


@dataclass(frozen=True, slots=True)
class GetSafetyNumber:
    """Result: str, 60 digits in 12 groups of 5."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class SetVerified:
    """Say that the safety number was compared, or take it back. Result: Contact."""

    contact: ContactId
    verified: bool


@dataclass(frozen=True, slots=True)
class KeepFrozen:
    """After a changed key: trust the pinned key only, and thaw. Result: Contact."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class TreatAsNewContact:
    """After a changed key: make a second contact of the new key. Result: Contact, the new one."""

    contact: ContactId


@dataclass(frozen=True, slots=True)
class GetSessionInfo:
    """Result: SessionInfo, never secrets."""

    contact: ContactId


# -- messages -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Commit a message to the outbox. Result: Message (state WAITING).

    With ``expires_in_s`` it is given up (FAILED, "expired") if it is not delivered by then.
    """

    contact: ContactId
    text: str = field(repr=False)
    reply_to: MessageId | None = None
    expires_in_s: int | None = None


@dataclass(frozen=True, slots=True)
class EditMessage:
    """Replace the text of a message of ours, here and there. Result: Message."""

    row: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeleteMessage:
    """Delete a message here, or one of ours also there. Result: Message or None.

    None: nothing is left of it (MessageRemoved); a message deleted for both leaves its place.
    """

    row: int
    for_both: bool


@dataclass(frozen=True, slots=True)
class React:
    """Set our reaction to a message; an empty one takes it back. Result: Message."""

    row: int
    emoji: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RetryMessage:
    """Let a failed message wait again. Result: Message."""

    row: int


@dataclass(frozen=True, slots=True)
class CancelMessage:
    """Give up a message of ours that waits (FAILED, "cancelled"). Result: Message."""

    row: int


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Let messages written from now on disappear so long after delivery; 0: never.

    It holds once the other side has it too. Result: Contact.
    """

    contact: ContactId
    lifetime_s: int


@dataclass(frozen=True, slots=True)
class ListMessages:
    """Result: tuple[Message, ...], oldest first, the newest ``limit`` before row ``before``."""

    contact: ContactId
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class SearchMessages:
    """Result: tuple[SearchHit, ...], newest first."""

    query: str = field(repr=False)
    contact: ContactId | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class FindMessage:
    """Result: Message, our own one if two share an id."""

    id: MessageId


@dataclass(frozen=True, slots=True)
class GetTimeline:
    """Result: tuple[tuple[TimelineStep, int], ...], steps with Unix ms, in order."""

    row: int


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Everything up to this row was seen on screen. Result: None."""

    contact: ContactId
    row: int


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep what stands in the composer. Result: None."""

    contact: ContactId
    text: str = field(repr=False)


Command = (
    CreateProfile
    | Unlock
    | AddRecoveryCode
    | StoreKeyInKeyring
    | SetPassphrase
    | BackUp
    | CancelBackup
    | Shutdown
    | GetNodeInfo
    | GetWireStats
    | WatchWire
    | SetName
    | SetCover
    | SetPreference
    | AddContact
    | ConnectToAddress
    | WaitForStrangers
    | ListContacts
    | AcceptContact
    | DeclineContact
    | BlockContact
    | RemoveContact
    | RenameContact
    | GetSafetyNumber
    | SetVerified
    | KeepFrozen
    | TreatAsNewContact
    | GetSessionInfo
    | SendMessage
    | EditMessage
    | DeleteMessage
    | React
    | RetryMessage
    | CancelMessage
    | SetTimer
    | ListMessages
    | SearchMessages
    | FindMessage
    | GetTimeline
    | MarkRead
    | SaveDraft
)
