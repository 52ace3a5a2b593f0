"""What the engine tells: frozen values, emitted only after the store has committed them."""

from collections.abc import Hashable
from dataclasses import field
from pathlib import Path

from messenger.core.builds import BuildComparison, FileFinding
from messenger.core.errors import KeyringError, MessengerError
from messenger.core.frozen import frozen
from messenger.core.types import (
    Address,
    Contact,
    ContactId,
    Fork,
    LaneState,
    Message,
    MessageId,
    NetworkSettings,
    NodeInfo,
    Obstacle,
    PortMapping,
    Presence,
    RelayOverview,
    WireStats,
)

# -- the profile ------------------------------------------------------------------------------


@frozen
class ProfileNeeded:
    """There is no profile in the folder: the first run. CreateProfile answers."""

    keyring: str | None  # name of a keyring that works here, or None
    keyring_problem: KeyringError | None  # why none works


@frozen
class UnlockNeeded:
    """The profile is there but not open. Unlock answers."""

    slots: frozenset[str]  # of "keyring", "passphrase", "recovery"
    problem: MessengerError | None  # why the keyring did not open it, if it was tried


@frozen
class NodeReady:
    """The profile is open and the wire runs."""

    info: NodeInfo
    preferences: dict[str, str]


@frozen
class NodeInfoChanged:
    """Name, addresses, listener or cover changed."""

    info: NodeInfo
    listen_problem: MessengerError | None = None


@frozen
class NetworkChanged:
    """How others are reached was changed."""

    settings: NetworkSettings  # the password of the proxy left out


@frozen
class PortMappingChanged:
    """The router opened a port for us, or closed it, or will not."""

    state: PortMapping


@frozen
class BackupProgress:
    """How far the backup is; at most once for each hundredth."""

    done: int  # rows
    total: int


@frozen
class BackupDone:
    """What a backup holds. Result of BackUp; never an event."""

    contact_count: int
    message_count: int
    created_at: int  # Unix ms
    history: bool


@frozen
class Salvaged:
    """What could be read of a damaged profile. Result of Salvage; never an event."""

    contact_count: int
    message_count: int
    broken: tuple[str, ...]  # tables of which something could not be read


@frozen
class LockSettings:
    """What opens the profile and when it locks. Result of GetLockSettings; never an event."""

    slots: frozenset[str]  # of "keyring", "passphrase", "recovery"
    keyring: str | None  # the name of the keyring that has a key
    idle_min: int  # 0: never
    with_screen: bool
    locked: bool

    @property
    def keeps_out(self) -> bool:
        """Whether unlocking takes something that is known, and not only the open keyring."""
        return "keyring" not in self.slots or "passphrase" in self.slots


@frozen
class Locked:
    """Nothing is shown until Unlock: forget every text and name, close every Reader now."""

    slots: frozenset[str]  # that end it; "keyring" is not among them where a passphrase is set


@frozen
class Unlocked:
    """Read everything anew; warnings, the router's port, who is connected, relays follow."""

    info: NodeInfo
    preferences: dict[str, str]


@frozen
class NewWhileLocked:
    """Messages came while locked: how many since then, and nothing else."""

    count: int


@frozen
class Snapshot:
    """A good state of the profile that is kept in its folder."""

    created_at: int  # Unix ms
    size: int  # bytes


@frozen
class SnapshotMade:
    """A new snapshot was written and checked."""

    snapshot: Snapshot


@frozen
class SnapshotRestored:
    """The profile is the one of that moment; conversations start new sessions."""

    snapshot: Snapshot
    set_aside: str | None  # name of the damaged file in the profile's folder; None: it was gone


@frozen
class IntegrityChecked:
    """The database was looked through."""

    full: bool  # False: the quick look at the start
    sound: bool


@frozen
class CommitsLost:
    """The disk lost the end of what was written; said once. Sessions with contacts start anew."""

    count: int  # commits that had reached the disk and are not there


@frozen
class ClockJumped:
    """The clock of this computer was moved by five minutes or more, otherwise than by time."""

    seconds: float  # forward; negative: back


@frozen
class KeyFileRepaired:
    """The key file was damaged and its second copy was used; both are whole again."""


@frozen
class BackupSchedule:
    """When backups are written. Result of GetBackupSchedule; never an event."""

    folder: Path | None  # None: never
    interval_h: int
    history: bool
    keep: int
    last_at: int | None  # Unix ms of the last one that was written
    problem: str | None  # why the last try failed, a kind of error


@frozen
class BackupWritten:
    """A backup of the schedule was written."""

    path: Path
    done: BackupDone


@frozen
class BackupFailed:
    """A backup of the schedule was not written; it is tried again within the hour."""

    error: MessengerError


@frozen
class EngineFailed:
    """The profile could not be opened, or the engine ended unplanned; the text is one sentence."""

    text: str
    error: MessengerError | None = None  # None: a bug


@frozen
class Failure:
    """Something went wrong that a person should know; nothing was lost and the engine goes on."""

    error: MessengerError
    contact: ContactId | None = None


@frozen
class EngineStopped:
    """The last event."""


@frozen
class Reply:
    """The end of a command that was submitted with a request number."""

    request: int
    result: object = field(default=None, repr=False)
    error: MessengerError | None = None


# -- contacts -----------------------------------------------------------------------------------


@frozen
class ContactAdded:
    contact: Contact


@frozen
class ContactRequested:
    """Somebody asks to be a contact (follows ContactAdded)."""

    contact: Contact


@frozen
class ContactAccepted:
    """Both sides have agreed now (follows ContactChanged)."""

    contact: Contact


@frozen
class ContactChanged:
    contact: Contact


@frozen
class ContactRemoved:
    contact: ContactId


@frozen
class PresenceChanged:
    contact: ContactId
    presence: Presence
    address: Address | None = None  # of the link, when online
    obstacle: Obstacle | None = None  # why there is none, as far as the last try has shown


@frozen
class KeyChanged:
    """Another key answered where this contact was expected; the contact is frozen."""

    contact: Contact


@frozen
class KeyAdopted:
    """The pinned key of a contact announced another one, which is pinned now (not verified)."""

    contact: ContactId


@frozen
class KeyTold:
    """One more contact knows our present key and no other (or was the last one: ``untold`` 0)."""

    contact: ContactId
    untold: int  # contacts that know us by a key before it


@frozen
class ForkSeen:
    """One identity is used in more than one place; nothing is lost by that."""

    contact: ContactId  # whose key it is, or with ``own`` who made us see it
    fork: Fork
    own: bool  # it is our own key
    at: int  # Unix ms when that was seen; as kept with the contact


@frozen
class StrangersAdmitted:
    """Callers without our key are let in until then; 0.0 when it ended."""

    until: int  # Unix ms


@frozen
class SessionReset:
    """A new ratchet session began where there was one: restored backup, clone or damage."""

    contact: ContactId


# -- messages -----------------------------------------------------------------------------------


@frozen
class MessageAdded:
    message: Message


@frozen
class MessageChanged:
    """State, text or marks of a message changed."""

    message: Message


@frozen
class MessageRemoved:
    """Nothing is left of a message: deleted here, or its lifetime is over."""

    contact: ContactId
    row: int
    id: MessageId


# -- files --------------------------------------------------------------------------------------


@frozen
class FileProgress:
    """More of a file is on the receiving computer; at most four a second for each file.

    A change of its state comes as MessageChanged.
    """

    contact: ContactId
    row: int
    id: MessageId
    done: int  # bytes
    size: int


@frozen
class FileSaved:
    """A file that came is whole, checked, and lies where it was wanted."""

    contact: ContactId
    row: int
    id: MessageId
    path: Path = field(repr=False)


# -- the wire -----------------------------------------------------------------------------------


@frozen
class WireSnapshot:
    """Counters and newest cell times, about ten a second while somebody watches."""

    stats: WireStats


@frozen
class FastLaneChanged:
    """A fast lane was asked for, runs or is over."""

    contact: ContactId
    state: LaneState
    minutes: int  # that it is to run in all; 0 when closed


@frozen
class WireRestarted:
    """The wire process died and was started anew."""


@frozen
class RelaysChanged:
    """A relay came or went, or a mailbox of a contact takes envelopes again or does not."""

    overview: RelayOverview


@frozen
class BuildDiffers:
    """Files of the running program are not those of its build; told once a start."""

    findings: tuple[FileFinding, ...]


@frozen
class BuildCompared:
    """A contact's program and ours have told each other which build they are."""

    contact: ContactId
    comparison: BuildComparison


@frozen
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


# Said once, by nobody else and perhaps while nobody looks: kept until somebody can have heard.
PersonalWarning = ForkSeen | KeyAdopted | SessionReset | BuildCompared


def subject(warning: PersonalWarning) -> Hashable:
    """Return what a warning is about: of those with the same subject the newest is enough."""
    own = isinstance(warning, ForkSeen) and warning.own
    return type(warning), warning.contact, own


Event = (
    ProfileNeeded
    | UnlockNeeded
    | NodeReady
    | NodeInfoChanged
    | NetworkChanged
    | PortMappingChanged
    | BackupProgress
    | Locked
    | Unlocked
    | NewWhileLocked
    | SnapshotMade
    | SnapshotRestored
    | IntegrityChecked
    | CommitsLost
    | ClockJumped
    | KeyFileRepaired
    | BackupWritten
    | BackupFailed
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
    | KeyAdopted
    | KeyTold
    | ForkSeen
    | StrangersAdmitted
    | SessionReset
    | MessageAdded
    | MessageChanged
    | MessageRemoved
    | FileProgress
    | FileSaved
    | WireSnapshot
    | WireRestarted
    | RelaysChanged
    | FastLaneChanged
    | BuildDiffers
    | BuildCompared
)
