"""The one table from errors to sentences.

A sentence says what is the matter and what the person can do; it blames nobody. ``{detail}`` is
the error's own text, which for these errors is written for people (`details`).
"""

from PySide6.QtCore import QCoreApplication

from messenger.core.errors import MessengerError
from messenger.gui.details import own_words

translate = QCoreApplication.translate


def _sentences() -> dict[str, str]:
    """Return the table in the present language."""
    return {
        "error": translate("Errors", "That did not work. Nothing was changed."),
        "crypto": translate("Errors", "Something that was encrypted could not be opened."),
        "decryption": translate("Errors", "Something that was encrypted could not be opened."),
        "invalid_key": translate("Errors", "This is not a valid key. Ask for the link again."),
        "nonce_exhausted": translate(
            "Errors", "This link has been used for too long. Hum makes a new one by itself."
        ),
        "protocol": translate("Errors", "The other program did not keep to the protocol."),
        "local_protocol": translate(
            "Errors", "Hum made a mistake of its own. Nothing was lost; please report it."
        ),
        "remote_protocol": translate(
            "Errors", "The other program did not keep to the protocol, so the link was closed."
        ),
        "handshake": translate(
            "Errors",
            "Somebody answered, but not with the key that was expected. "
            "Check the address and the link.",
        ),
        "malformed_frame": translate(
            "Errors", "The other program sent something unreadable, so the link was closed."
        ),
        "replay": translate("Errors", "Something old was sent again and was refused."),
        "too_many_skipped": translate(
            "Errors",
            "Too many messages are missing in between. Hum starts a new session by itself.",
        ),
        "invalid_input": translate("Errors", "That cannot be used. {detail}"),
        "link_damaged": translate(
            "Errors", "This link or fingerprint is damaged. {detail} Copy it again, as a whole."
        ),
        "link_too_new": translate(
            "Errors", "This link comes from a newer version of Hum. Update Hum here to use it."
        ),
        "own_link": translate(
            "Errors", "This is your own link. Give it to the other person and ask for theirs."
        ),
        "key_changed": translate(
            "Errors",
            "Another key answered than the one pinned for this contact. Nothing was sent to it.",
        ),
        "contact_exists": translate("Errors", "This person is in your contacts already."),
        "no_such_contact": translate("Errors", "This contact is not there any more."),
        "no_such_message": translate("Errors", "This message is not there any more."),
        "not_allowed": translate("Errors", "This is not possible at the moment. {detail}"),
        "cancelled": translate("Errors", "It was stopped, and nothing of it remains."),
        "locked": translate("Errors", "Hum is locked. Unlock it first."),
        "no_snapshot": translate(
            "Errors", "There is no good snapshot. A backup, or hum salvage, can still help."
        ),
        "too_many_guesses": translate("Errors", "That was tried too often just now. {detail}"),
        "text_too_long": translate(
            "Errors", "This message is longer than 64 KiB. Send it in parts or as a file."
        ),
        "quota": translate(
            "Errors",
            "Too much is waiting for this contact. It can go on when they have been online again.",
        ),
        "transport": translate("Errors", "The network failed. Hum keeps trying."),
        "connect_failed": translate(
            "Errors",
            "Nobody answered there. Check address and port, and that the other side waits for you.",
        ),
        "proxy_down": translate(
            "Errors",
            "The proxy does not answer. Start it, or check its address in the settings.",
        ),
        "proxy_refused": translate(
            "Errors",
            "The proxy refuses the user name and password, or is no SOCKS5 proxy. "
            "Check the settings.",
        ),
        "proxy_failed": translate(
            "Errors",
            "The proxy works but did not get through. If it is Tor, it may have no network yet.",
        ),
        "no_way": translate(
            "Errors",
            "With the settings of the network there is no way to that address. Onion addresses "
            "need Tor as a proxy.",
        ),
        "connection_lost": translate("Errors", "The connection ended. Hum keeps trying."),
        "address_in_use": translate(
            "Errors",
            "Another program uses this address and port. "
            "Choose another port, or close that program.",
        ),
        "relay_unavailable": translate("Errors", "The relay does not answer. Hum keeps trying."),
        "store": translate(
            "Errors", "Your data cannot be read or written at the moment. The files are untouched."
        ),
        "wrong_key": translate(
            "Errors",
            "This does not open your data. Check for typing errors; the files are untouched.",
        ),
        "recovery_code_typo": translate(
            "Errors", "This recovery code has a typing error. Compare it with what you wrote down."
        ),
        "store_too_new": translate(
            "Errors",
            "Your data was written by a newer version of Hum. Start that version; "
            "the files are untouched.",
        ),
        "database_missing": translate(
            "Errors",
            "The file that holds your messages is gone from its folder. If it was moved, close "
            "Hum and put it back.",
        ),
        "store_corrupt": translate(
            "Errors",
            "Your data is damaged. Hum leaves the files as they are; make a copy of them now.",
        ),
        "backup_damaged": translate(
            "Errors", "This file is no backup of Hum, or it is damaged. Try another copy of it."
        ),
        "migration": translate(
            "Errors", "Your data could not be brought to this version and was left as it was."
        ),
        "profile_in_use": translate(
            "Errors", "Hum is open already with this profile. Use that window, or quit it first."
        ),
        "profile_missing": translate("Errors", "There is no profile in this folder yet."),
        "folder_not_writable": translate(
            "Errors",
            "Hum cannot write to its folder. Check its permissions and the space on the disk.",
        ),
        "build": translate(
            "Errors", "The files of this program cannot be compared with its build: {detail}."
        ),
        "keyring": translate(
            "Errors", "The keyring did not give the key. Use your passphrase or recovery code."
        ),
        "keyring_unavailable": translate(
            "Errors",
            "No keyring answers on this computer. "
            "Unlock it, or use your passphrase or recovery code.",
        ),
        "keyring_entry_missing": translate(
            "Errors",
            "The keyring works but does not hold this profile's key. "
            "Use your passphrase or recovery code.",
        ),
        "update": translate("Errors", "The update did not work. Nothing was installed."),
        "update_source": translate("Errors", "Nobody can be asked for updates. {detail}"),
        "update_consent": translate(
            "Errors", "Looking for updates is not allowed yet. The settings ask for it."
        ),
        "update_busy": translate("Errors", "Another Hum is looking for updates. Try again soon."),
        "update_unreachable": translate(
            "Errors", "The place that publishes updates does not answer. Try again later."
        ),
        "update_no_way": translate(
            "Errors",
            "Your network settings let nothing leave in the open, and there is no proxy.",
        ),
        "update_too_slow": translate(
            "Errors", "The update came too slowly and was given up. Nothing was installed."
        ),
        "update_endless": translate(
            "Errors", "The server sent more than an update can be, so it was refused."
        ),
        "update_unreadable": translate(
            "Errors", "What the server sent about updates makes no sense, so it was refused."
        ),
        "update_unsigned": translate(
            "Errors",
            "What the server offers is not signed by enough of the people who make Hum. It was "
            "refused; somebody may want you to install another program.",
        ),
        "update_keys": translate(
            "Errors",
            "The server announces new keys for updates, and not enough holders of the old and the "
            "new ones have signed that. It was refused.",
        ),
        "update_rollback": translate(
            "Errors",
            "The server shows an older state than this computer has seen already. It was refused; "
            "somebody may want you to stay with an old version.",
        ),
        "update_frozen": translate(
            "Errors",
            "What the server shows has expired, so newer versions may be hidden from you. Check "
            "the clock of this computer; if it is right, look for news in another way.",
        ),
        "update_expired": translate(
            "Errors",
            "A signature about updates has expired and was not renewed, so it is not believed.",
        ),
        "update_mixed": translate(
            "Errors",
            "The server shows parts that were never published together. It was refused.",
        ),
        "update_package": translate(
            "Errors",
            "The package is not, byte for byte, the one that was signed. It was thrown away.",
        ),
        "update_size": translate(
            "Errors", "The package has not the size that was signed. It was thrown away."
        ),
        "update_downgrade": translate(
            "Errors", "This Hum is as new as what is published, or newer. Nothing was installed."
        ),
        "update_missing": translate("Errors", "There is no package for this computer. {detail}"),
        "update_by_hand": translate(
            "Errors",
            "This Hum runs from its sources: bring them up to date as you got them.",
        ),
        "update_install": translate(
            "Errors",
            "The new version was not put in place. {detail} The present one is as it was.",
        ),
    }


def sentence(error: MessengerError) -> str:
    """Return what to tell the person; for a kind without a sentence, that of its branch."""
    table = _sentences()
    kind = next(kind for kind in _kinds(type(error)) if kind in table)
    words = own_words(error)
    return table[kind].replace("{detail}" if words else " {detail}", words)


def unplanned_end() -> str:
    """Return the sentence for an error that nobody planned."""
    return translate(
        "Errors",
        "Hum had to stop because of a mistake of its own. What was sent and received is kept.",
    )


def _kinds(kind: type[BaseException]) -> list[str]:
    return [each.kind for each in kind.__mro__ if issubclass(each, MessengerError)]
