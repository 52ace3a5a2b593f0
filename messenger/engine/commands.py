"""What a person or a script can ask of the engine: the only way in for ``gui`` and ``rpc``.

Each command names the type of its result in its docstring; ``Engine.execute`` returns it,
``Engine.submit`` wraps it in an :class:`messenger.engine.events.Reply`.
"""

from dataclasses import field
from pathlib import Path

from messenger.core.frozen import frozen
from messenger.core.types import (
    Address,
    ContactId,
    Cover,
    MessageId,
    NetworkSettings,
    PinOrigin,
    RelayId,
)

# -- the profile ------------------------------------------------------------------------------


@frozen
class CreateProfile:
    """Make identity, key file and database. Result: None; NodeReady follows.

    At least one of ``use_keyring`` and ``passphrase`` must be given.
    """

    name: str
    use_keyring: bool
    passphrase: str | None = field(default=None, repr=False)
    cover: str = "balanced"  # a name in COVER_PROFILES


@frozen
class Unlock:
    """Open an existing profile, or end Lock. Result: None; NodeReady or Unlocked follows.

    With neither field set the keyring is asked; that ends a Lock only where no passphrase is set.
    """

    passphrase: str | None = field(default=None, repr=False)
    recovery_code: str | None = field(default=None, repr=False)


@frozen
class AddRecoveryCode:
    """Make (or replace) the recovery slot. Result: str, the code, to be shown once."""


@frozen
class StoreKeyInKeyring:
    """Make (or replace) the keyring slot. Result: None."""


@frozen
class SetPassphrase:
    """Make or replace the passphrase slot, or remove it with None. Result: None."""

    passphrase: str | None = field(repr=False)


@frozen
class BackUp:
    """Write a backup; BackupProgress tells how far it is. Result: BackupDone.

    A file at ``path`` is replaced once the new one is whole.
    """

    path: Path
    passphrase: str = field(repr=False)
    history: bool = True  # False: identity, settings and contacts only


@frozen
class CancelBackup:
    """Stop the backup that is being written, if there is one. Result: None."""


@frozen
class RemoveSlot:
    """Remove one way to open the profile, never the last one. Result: LockSettings."""

    name: str  # of "keyring", "passphrase", "recovery"


@frozen
class Lock:
    """Show nothing any more until Unlock; messages are received and sent on. Result: None.

    Locked follows. While locked everything is refused (LockedError) but Unlock, Lock,
    GetLockSettings, SaveDraft, NoteActivity, CancelBackup and Shutdown. What was begun before
    and is done ends with LockedMeanwhileError.
    """


@frozen
class NoteActivity:
    """Somebody is there: the idle time begins anew. Result: None.

    Commands say so too, but for those that come by themselves. Ten seconds apart is enough.
    """


@frozen
class SetLock:
    """Choose when Hum locks by itself. Result: LockSettings."""

    idle_min: int  # 1 to 60; 0: never
    with_screen: bool  # whoever hears of the screen's lock sends Lock


@frozen
class GetLockSettings:
    """Result: LockSettings."""


@frozen
class SetBackupSchedule:
    """Write backups by itself from now on. Result: BackupSchedule.

    The passphrase is kept in the encrypted database. Files are named by their time; of those that
    this schedule wrote the newest ``keep`` stay.
    """

    folder: Path | None  # None: no more; what was written stays
    interval_h: int = 24  # 1 to 8760
    history: bool = True
    keep: int = 3  # 1 to 100
    passphrase: str | None = field(default=None, repr=False)  # None: the one it has


@frozen
class GetBackupSchedule:
    """Result: BackupSchedule."""


@frozen
class RestoreBackup:
    """Make the profile out of a backup where there is none. Result: BackupDone; NodeReady follows.

    At least one of ``use_keyring`` and ``passphrase`` must be given: they open the new profile.
    BackupProgress tells how far it is.
    """

    path: Path
    backup_passphrase: str = field(repr=False)
    use_keyring: bool = True
    passphrase: str | None = field(default=None, repr=False)


@frozen
class CheckIntegrity:
    """Look for damage in the whole database, beside other work. Result: IntegrityChecked."""


@frozen
class MakeSnapshot:
    """Write a snapshot now, and drop those beyond the newest few. Result: Snapshot."""


@frozen
class ListSnapshots:
    """The good states of the profile that are kept. Result: tuple[Snapshot, ...], newest first."""


@frozen
class RestoreSnapshot:
    """In place of a damaged database take the newest good snapshot. Result: Snapshot.

    The damaged file is set aside, never deleted. SnapshotRestored follows, then NodeReady; where
    the profile was open the engine ends instead, and the next start has it. The keys are those of
    Unlock.
    """

    passphrase: str | None = field(default=None, repr=False)
    recovery_code: str | None = field(default=None, repr=False)


@frozen
class Salvage:
    """Write what can be read of a damaged profile as a backup. Result: Salvaged.

    Only before the profile is open. Nothing in its folder changes; beside ``path`` there must be
    room for a copy of the database. The keys are those of Unlock.
    """

    path: Path
    backup_passphrase: str = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)
    recovery_code: str | None = field(default=None, repr=False)


@frozen
class CopyDamaged:
    """Copy database, log and key file, as they are, into a new folder. Result: its Path.

    Only before the profile is open. The copies are as encrypted as the files.
    """

    folder: Path  # in which the new folder is made


@frozen
class Shutdown:
    """Close links, database and wire process. Result: None."""


@frozen
class GetNodeInfo:
    """Result: NodeInfo."""


@frozen
class GetWireStats:
    """Result: WireStats."""


@frozen
class WatchWire:
    """Emit WireSnapshot this often; 0 ends it. Result: None."""

    interval_s: float


@frozen
class SetName:
    """Change what we call ourselves. Result: None."""

    name: str


@frozen
class RotateIdentity:
    """Replace our key; every contact is told by the old one. Result: KeyState."""


@frozen
class GetKeyState:
    """Result: KeyState."""


@frozen
class GetPinHistory:
    """What was pinned for a contact before. Result: tuple[FormerPin, ...], oldest first."""

    contact: ContactId


@frozen
class SetCover:
    """Choose the schedule of links made from now on. Result: None."""

    cover: Cover


@frozen
class SetContactCover:
    """Choose the schedule of a contact's links made from now on. Result: Contact."""

    contact: ContactId
    cover: Cover | None  # None: as for everybody


@frozen
class SetDataBudget:
    """Let the links made from now on stay within so much data together. Result: None."""

    bytes_per_month: int | None  # None: no budget


@frozen
class SetPreference:
    """Keep a small setting of the user interface. Result: None."""

    name: str
    value: str


@frozen
class AddRelay:
    """Choose a relay where mail waits for us while we are away. Result: RelayOverview.

    Mailboxes are made there for every contact, and told to them; three relays at most.
    """

    link: str = field(repr=False)


@frozen
class RemoveRelay:
    """Leave a relay. Result: RelayOverview.

    Contacts are told first; then what waits there is fetched and the mailboxes are deleted.
    """

    relay: RelayId


@frozen
class ListRelays:
    """Result: RelayOverview."""


@frozen
class GetPreferences:
    """Result: dict of str to str, every small setting that is kept."""


# -- the program itself -------------------------------------------------------------------------


@frozen
class CheckBuild:
    """Compare every file of the program with its manifest. Result: BuildCheck."""


@frozen
class CompareBuild:
    """Ask a contact's program which build it is, and say ours. Result: BuildComparison."""

    contact: ContactId


# -- contacts -----------------------------------------------------------------------------------


@frozen
class AddContact:
    """Add somebody by link, or by fingerprint with or without an address. Result: Contact."""

    link: str | None = None
    fingerprint: str | None = None
    address: Address | None = None
    alias: str | None = None
    origin: PinOrigin = PinOrigin.LINK


@frozen
class ConnectToAddress:
    """Dial an address and pin the key that answers (trust on first use). Result: Contact.

    Ends when the handshake is done or has failed (ConnectFailedError).
    """

    address: Address
    alias: str | None = None


@frozen
class WaitForStrangers:
    """Let callers in who do not know our key, for a while; 0 ends it. Result: None."""

    seconds: float


@frozen
class GetNetwork:
    """Result: NetworkSettings, the password of the proxy left out."""


@frozen
class GetWayOut:
    """Result: NetworkSettings with the password of the proxy, for what leaves beside the links.

    To be used, not to be shown.
    """


@frozen
class SetNetwork:
    """Change how others are reached; links end and come again. Result: NetworkSettings, as above.

    A user name with an empty password keeps the password of the present proxy.
    """

    settings: NetworkSettings


@frozen
class RunDoctor:
    """Look at every step of the way to others. Result: tuple[Finding, ...]."""


@frozen
class ListContacts:
    """Result: tuple[Contact, ...]."""


@frozen
class AcceptContact:
    """Accept a request. Result: Contact."""

    contact: ContactId


@frozen
class DeclineContact:
    """Decline a request; the asker is told and the contact forgotten. Result: None."""

    contact: ContactId


@frozen
class BlockContact:
    """Want nothing from this key any more, or again with False. Result: Contact."""

    contact: ContactId
    blocked: bool = True


@frozen
class RemoveContact:
    """Forget a contact with its messages and session. Result: None."""

    contact: ContactId


@frozen
class RenameContact:
    """Set or clear our own name for a contact. Result: Contact."""

    contact: ContactId
    alias: str | None


@frozen
class GetSafetyNumber:
    """Result: str, 60 digits in 12 groups of 5."""

    contact: ContactId


@frozen
class SetVerified:
    """Say that the safety number was compared, or take it back. Result: Contact.

    The number that was compared may be given: then the mark is for its keys alone, and refused
    where one of them was replaced meanwhile.
    """

    contact: ContactId
    verified: bool
    number: str | None = field(default=None, repr=False)  # as GetSafetyNumber gave it


@frozen
class KeepFrozen:
    """After a changed key: trust the pinned key only, and thaw. Result: Contact."""

    contact: ContactId


@frozen
class TreatAsNewContact:
    """After a changed key: make a second contact of the new key. Result: Contact, the new one."""

    contact: ContactId


@frozen
class GetSessionInfo:
    """Result: SessionInfo, never secrets."""

    contact: ContactId


# -- messages -----------------------------------------------------------------------------------


@frozen
class SendMessage:
    """Commit a message to the outbox. Result: Message (state WAITING).

    With ``expires_in_s`` it is given up (FAILED, "expired") if it is not delivered by then.
    """

    contact: ContactId
    text: str = field(repr=False)
    reply_to: MessageId | None = None
    expires_in_s: int | None = None


@frozen
class EditMessage:
    """Replace the text of a message of ours, here and there. Result: Message."""

    row: int
    text: str = field(repr=False)


@frozen
class DeleteMessage:
    """Delete a message here, or one of ours also there. Result: Message or None.

    None: nothing is left of it (MessageRemoved); a message deleted for both leaves its place.
    """

    row: int
    for_both: bool


@frozen
class React:
    """Set our reaction to a message; an empty one takes it back. Result: Message."""

    row: int
    emoji: str = field(repr=False)


@frozen
class RetryMessage:
    """Let a failed message wait again. Result: Message."""

    row: int


@frozen
class CancelMessage:
    """Give up a message of ours that waits (FAILED, "cancelled"). Result: Message."""

    row: int


@frozen
class SetTimer:
    """Let messages written from now on disappear so long after delivery; 0: never.

    It holds once the other side has it too. Result: Contact.
    """

    contact: ContactId
    lifetime_s: int


@frozen
class SetReceipts:
    """Tell a contact from now on what was read, and show what they tell; or neither.

    Whoever does not tell is not shown anything either. Result: Contact.
    """

    contact: ContactId
    wanted: bool


# -- files --------------------------------------------------------------------------------------


@frozen
class SendFile:
    """Offer a file: a sealed copy is kept until the transfer is over. Result: Message (`file`).

    With ``strip_metadata`` the copy of a picture (JPEG, PNG, WebP, GIF) tells neither place nor
    camera; InputError if it cannot be understood, and nothing was offered.
    """

    contact: ContactId
    path: Path = field(repr=False)
    reply_to: MessageId | None = None
    strip_metadata: bool = False


@frozen
class AcceptFile:
    """Take an offered file, or save one that is here already once more. Result: Message.

    It is saved at ``path`` once it is whole, under another number if that name is taken; a folder
    gets it under its own name; with None it stays sealed in the profile. FileSaved follows.
    """

    row: int
    path: Path | None = field(default=None, repr=False)


@frozen
class PauseFile:
    """Let a running file wait, on both sides. Result: Message."""

    row: int


@frozen
class ResumeFile:
    """End our own pause of a file; it runs unless the other side pauses it too. Result: Message."""

    row: int


@frozen
class CancelFile:
    """Decline or give up a file that is not over, on both sides. Result: Message."""

    row: int


@frozen
class ListFiles:
    """Result: tuple[FileTransfer, ...], newest first, of one contact or of all."""

    contact: ContactId | None = None


@frozen
class SetInlinePictures:
    """Take pictures below 1 MiB of verified contacts without a question, or not. Result: None.

    They stay sealed in the profile. NodeInfoChanged follows.
    """

    wanted: bool


@frozen
class GetPreview:
    """The small copy of a picture, as KeepPreview has brought it. Result: bytes or None."""

    row: int


@frozen
class ReadPicture:
    """All of a picture that is here, to be decoded in a process that can do no harm. Result: bytes.

    Only of a message whose file says how large the picture is.
    """

    row: int


@frozen
class KeepPreview:
    """Keep a small copy in the encrypted database, until the message goes. Result: Message.

    With None the picture cannot be shown: the message has a file like any other from then on.
    """

    row: int
    preview: bytes | None = field(repr=False)


@frozen
class OpenFastLane:
    """Ask for a higher rate, both ways, for as many minutes as a file needs. Result: None.

    It shows an observer that something large moves. It begins when the contact agrees.
    """

    contact: ContactId
    size: int  # bytes; what is too large for the longest lane goes on as hidden traffic


@frozen
class AnswerFastLane:
    """Agree to the lane that a contact asks for, or not. Result: None."""

    contact: ContactId
    accept: bool


@frozen
class EstimateFile:
    """How long a file would take; of ``path`` or of ``size`` bytes. Result: FileEstimate."""

    contact: ContactId
    path: Path | None = field(default=None, repr=False)
    size: int | None = None


@frozen
class ListMessages:
    """Result: tuple[Message, ...], oldest first, the newest ``limit`` before row ``before``."""

    contact: ContactId
    before: int | None = None
    limit: int = 50


@frozen
class SearchMessages:
    """Result: tuple[SearchHit, ...], newest first; of rows below ``before`` where it is given."""

    query: str = field(repr=False)
    contact: ContactId | None = None
    limit: int = 50
    before: int | None = None


@frozen
class FindMessage:
    """Result: Message, our own one if two share an id."""

    id: MessageId


@frozen
class GetTimeline:
    """Result: tuple[tuple[TimelineStep, int], ...], steps with Unix ms, in order."""

    row: int


@frozen
class MarkRead:
    """Everything up to this row was seen on screen. Result: None."""

    contact: ContactId
    row: int


@frozen
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
    | RemoveSlot
    | Lock
    | NoteActivity
    | SetLock
    | GetLockSettings
    | SetBackupSchedule
    | GetBackupSchedule
    | RestoreBackup
    | CheckIntegrity
    | MakeSnapshot
    | ListSnapshots
    | RestoreSnapshot
    | Salvage
    | CopyDamaged
    | Shutdown
    | GetNodeInfo
    | GetWireStats
    | WatchWire
    | SetName
    | RotateIdentity
    | GetKeyState
    | GetPinHistory
    | SetCover
    | SetContactCover
    | SetDataBudget
    | AddRelay
    | RemoveRelay
    | ListRelays
    | SetPreference
    | GetPreferences
    | CheckBuild
    | CompareBuild
    | AddContact
    | ConnectToAddress
    | WaitForStrangers
    | GetNetwork
    | GetWayOut
    | SetNetwork
    | RunDoctor
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
    | SetReceipts
    | SendFile
    | AcceptFile
    | PauseFile
    | ResumeFile
    | CancelFile
    | SetInlinePictures
    | GetPreview
    | ReadPicture
    | KeepPreview
    | ListFiles
    | EstimateFile
    | OpenFastLane
    | AnswerFastLane
    | ListMessages
    | SearchMessages
    | FindMessage
    | GetTimeline
    | MarkRead
    | SaveDraft
)
