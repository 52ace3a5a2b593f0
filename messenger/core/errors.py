"""Every error Hum raises on purpose; the branch of the tree says who acts.

No message of an error holds key, plaintext or passphrase bytes. ``kind`` is a stable word for
scripts (JSON-RPC ``error.data.kind``) and for the table of user texts in ``messenger.gui``.

Where a person may read an error's own text, it is whole sentences, and what varies in it is a part
with a name, so that the window can say the same in another language:
``NotAllowedError("{name} is not blocked.", name=contact.title)``.
"""

import re
from collections.abc import Mapping
from typing import ClassVar


def filled(text: str, parts: Mapping[str, str | int]) -> str:
    """Put parts into a text; one that looks like the name of another part stays what it is."""
    if not parts:
        return text
    names = "|".join(map(re.escape, parts))
    return re.sub(rf"\{{({names})\}}", lambda found: str(parts[found[1]]), text)


class MessengerError(Exception):
    """Root of all errors raised on purpose.

    Args:
        text: what happened, in English; ``{name}`` in it stands for the part of that name.
        parts: names as they came, still to be cleaned by whoever shows them, and numbers.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, text: str = "", /, **parts: str | int) -> None:
        super().__init__(filled(text, parts))
        self.text = text
        self.parts = parts


# -- cryptography ---------------------------------------------------------------------------


class CryptoError(MessengerError):
    """A cryptographic operation refused its input."""

    kind = "crypto"


class DecryptionError(CryptoError):
    """An authentication tag did not match; no reason is given and no state has changed."""

    kind = "decryption"


class InvalidKeyError(CryptoError):
    """A key has the wrong length, is a low-order point or does not decode."""

    kind = "invalid_key"


class NonceExhaustedError(CryptoError):
    """A counter reached its end; the key must not be used again."""

    kind = "nonce_exhausted"


# -- protocol -------------------------------------------------------------------------------


class ProtocolError(MessengerError):
    """A rule of the protocol was broken."""

    kind = "protocol"


class LocalProtocolError(ProtocolError):
    """Our own code asked a machine for something its state does not allow: a bug."""

    kind = "local_protocol"


class RemoteProtocolError(ProtocolError):
    """The peer broke a rule: drop the link, keep the state."""

    kind = "remote_protocol"


class HandshakeError(RemoteProtocolError):
    """A handshake failed."""

    kind = "handshake"


class MalformedFrameError(RemoteProtocolError):
    """Bytes that are not the canonical encoding of anything we know."""

    kind = "malformed_frame"


class ReplayError(RemoteProtocolError):
    """Something that was already received came again."""

    kind = "replay"


class TooManySkippedError(RemoteProtocolError):
    """A message number jumps further ahead than the ratchet allows."""

    kind = "too_many_skipped"


# -- what a person typed, pasted or asked for -------------------------------------------------


class InputError(MessengerError):
    """The person or script must change what it asked for; nothing was done."""

    kind = "invalid_input"


class LinkDamagedError(InputError):
    """A link, QR code or fingerprint does not decode; the text says which part."""

    kind = "link_damaged"


class LinkTooNewError(InputError):
    """A link of a later version of Hum."""

    kind = "link_too_new"


class OwnLinkError(InputError):
    """The person tried to add themselves."""

    kind = "own_link"


class ContactExistsError(InputError):
    """This key is already a contact."""

    kind = "contact_exists"


class NoSuchContactError(InputError):
    """No contact has this id."""

    kind = "no_such_contact"


class NoSuchMessageError(InputError):
    """No message has this id."""

    kind = "no_such_message"


class NotAllowedError(InputError):
    """What was asked does not fit the present state, for example accepting an accepted contact."""

    kind = "not_allowed"


class LockedError(NotAllowedError):
    """Hum is locked: unlock it first; nothing was done."""

    kind = "locked"


class LockedMeanwhileError(LockedError):
    """What was asked is done, but Hum was locked before the answer, which stays behind the lock."""

    kind = "locked_meanwhile"


class TooManyGuessesError(NotAllowedError):
    """Wrong passphrases came one after the other: wait a little; the text says how long."""

    kind = "too_many_guesses"


class TextTooLongError(InputError):
    """A message is longer than one envelope holds."""

    kind = "text_too_long"


class CancelledByPersonError(InputError):
    """The person stopped it on the way; nothing of it remains."""

    kind = "cancelled"


class KeyChangedError(InputError):
    """Another key answered than the one pinned; the contact is frozen until the person decides."""

    kind = "key_changed"


class QuotaError(InputError):
    """Too many messages wait for this contact already."""

    kind = "quota"


# -- transport ------------------------------------------------------------------------------


class TransportError(MessengerError):
    """The network failed: retried with back-off."""

    kind = "transport"


class ConnectFailedError(TransportError):
    """Nobody answered at an address, or not with a handshake."""

    kind = "connect_failed"


class ProxyDownError(ConnectFailedError):
    """Nothing answers where the proxy should be."""

    kind = "proxy_down"


class ProxyRefusedError(ConnectFailedError):
    """The proxy wants another user name or password, or speaks no SOCKS5."""

    kind = "proxy_refused"


class ProxyFailedError(ConnectFailedError):
    """The proxy works and did not get through, as Tor without a network."""

    kind = "proxy_failed"


class NoWayError(ConnectFailedError):
    """The settings allow no way there, or what is set knows none, as to an onion without Tor."""

    kind = "no_way"


class ConnectionLostError(TransportError):
    """A link ended."""

    kind = "connection_lost"


class AddressInUseError(TransportError):
    """The address to listen on is taken by another program or is not ours."""

    kind = "address_in_use"


class PortMappingError(TransportError):
    """The router opens no port; ``reason`` is a word of docs/reach.md."""

    kind = "port_mapping"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RelayUnavailableError(TransportError):
    """A relay does not answer or refuses."""

    kind = "relay_unavailable"


class RelayBusyError(RelayUnavailableError):
    """A relay cannot do this now; the same later is welcome.

    Args:
        retry_after_s: when it may be worth another try; None: nothing is known about that.
    """

    kind = "relay_busy"

    def __init__(self, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RelayFullError(RelayBusyError):
    """The store of a relay has no room; there is some when mail has been fetched or expired."""

    kind = "relay_full"


class RelayStoreError(RelayUnavailableError):
    """The store of a relay cannot be used as it is; the relay's host has to act."""

    kind = "relay_store"


class MailboxFullError(RelayUnavailableError):
    """As many envelopes wait in a mailbox as may; there is room once its owner has fetched."""

    kind = "mailbox_full"


class MailboxDeniedError(RelayUnavailableError):
    """A relay knows no such mailbox, or not with this secret."""

    kind = "mailbox_denied"


class RelayConfigError(InputError):
    """The configuration of a relay says something it cannot say; the text names file and line."""

    kind = "relay_config"


class RelayRunningError(InputError):
    """Another relay works in the same folder."""

    kind = "relay_running"


class RelayNotRunningError(InputError):
    """No relay works in this folder, or it does not answer."""

    kind = "relay_not_running"


# -- store ----------------------------------------------------------------------------------


class StoreError(MessengerError):
    """The profile cannot be read or written; files are left as they are."""

    kind = "store"


class WrongKeyError(StoreError):
    """A passphrase, recovery code or keyring secret does not open the key file."""

    kind = "wrong_key"


class RecoveryCodeTypoError(WrongKeyError):
    """A recovery code was not copied correctly: its checksum does not fit."""

    kind = "recovery_code_typo"


class StoreTooNewError(StoreError):
    """The database was written by a later version of Hum."""

    kind = "store_too_new"


class StoreCorruptError(StoreError):
    """The database or key file is damaged."""

    kind = "store_corrupt"


class DatabaseMissingError(StoreCorruptError):
    """The key file is there and the database it belongs to is not; no other is made."""

    kind = "database_missing"


class BackupDamagedError(StoreCorruptError):
    """A file is no backup of Hum, or one of which not every byte is as it was written."""

    kind = "backup_damaged"


class NoSnapshotError(StoreError):
    """There is no good snapshot of this profile."""

    kind = "no_snapshot"


class MigrationError(StoreError):
    """A schema migration failed and was rolled back."""

    kind = "migration"


class ProfileInUseError(StoreError):
    """Another process has this profile open."""

    kind = "profile_in_use"


class ProfileMissingError(StoreError):
    """There is no profile in this folder yet."""

    kind = "profile_missing"


class FolderNotWritableError(StoreError):
    """The folder, or the disk it lies on, cannot be written."""

    kind = "folder_not_writable"


# -- keyring --------------------------------------------------------------------------------


class KeyringError(MessengerError):
    """The OS keyring did not give the secret: ask for the passphrase or recovery code."""

    kind = "keyring"


class KeyringUnavailableError(KeyringError):
    """No allowed keyring answers: missing, locked, hanging or refused."""

    kind = "keyring_unavailable"


class KeyringEntryMissingError(KeyringError):
    """The keyring answers but holds no secret of this profile."""

    kind = "keyring_entry_missing"


# -- updates --------------------------------------------------------------------------------


class UpdateError(MessengerError):
    """An update was not found, not believed or not put in place; nothing was installed."""

    kind = "update"


class UpdateSourceError(UpdateError):
    """No place is known that publishes updates, or its name or first root makes no sense."""

    kind = "update_source"


class UpdateConsentError(UpdateError):
    """Nobody has allowed this profile to look for updates."""

    kind = "update_consent"


class UpdateBusyError(UpdateError):
    """Another update is under way with the same folder."""

    kind = "update_busy"


class UpdateUnreachableError(UpdateError):
    """The server or its proxy does not answer, or has no such file."""

    kind = "update_unreachable"


class UpdateNoWayError(UpdateUnreachableError):
    """The settings of the network let nothing out in the open, and there is no proxy."""

    kind = "update_no_way"


class UpdateTooSlowError(UpdateError):
    """The server sends so slowly that it may never end."""

    kind = "update_too_slow"


class UpdateEndlessError(UpdateError):
    """The server sends more than was announced, or than we ever read."""

    kind = "update_endless"


class UpdateUnreadableError(UpdateError):
    """What the server sent is no metadata of updates."""

    kind = "update_unreadable"


class UpdateUnsignedError(UpdateError):
    """Fewer people have signed than must: a forgery, or one stolen key."""

    kind = "update_unsigned"


class UpdateKeysError(UpdateUnsignedError):
    """A change of the keys themselves is not signed by enough of the old and the new ones."""

    kind = "update_keys"


class UpdateRollbackError(UpdateError):
    """The server offers a state older than one that was seen already."""

    kind = "update_rollback"


class UpdateFrozenError(UpdateError):
    """The server's last sign of life has expired: it may be kept from showing what is new."""

    kind = "update_frozen"


class UpdateExpiredError(UpdateError):
    """Signed metadata below the sign of life has expired, and nobody has signed it anew."""

    kind = "update_expired"


class UpdateMixedError(UpdateError):
    """Parts that were never published together are served as one state."""

    kind = "update_mixed"


class UpdatePackageError(UpdateError):
    """The package is not the one that was signed: other bytes."""

    kind = "update_package"


class UpdateSizeError(UpdatePackageError):
    """The package is not the one that was signed: another size."""

    kind = "update_size"


class UpdateDowngradeError(UpdateError):
    """The newest published version is older than this program, or the same."""

    kind = "update_downgrade"


class UpdateMissingError(UpdateError):
    """There is no package for this platform, or it was not downloaded yet."""

    kind = "update_missing"


class UpdateByHandError(UpdateError):
    """This installation is not Hum's to change; the text says what to do instead."""

    kind = "update_by_hand"


class UpdateInstallError(UpdateError):
    """A good package could not be put in place; the program is as it was."""

    kind = "update_install"


# -- the program itself ------------------------------------------------------------------------


class BuildError(MessengerError):
    """The program on this computer cannot be compared with the one that was published."""

    kind = "build"


class ManifestError(BuildError):
    """The list of the program's files, or a file of the program, cannot be read."""

    kind = "manifest"


class ManifestSignatureError(BuildError):
    """The list of the program's files is not signed by enough release keys."""

    kind = "manifest_signature"
