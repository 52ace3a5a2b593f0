"""The one line on stderr when a node cannot start: what is wrong, and what to do."""

from typing import Final

from messenger.core.errors import MessengerError

ADVICE: Final = {
    "wrong_key": "Check the passphrase; nothing was changed.",
    "profile_in_use": "Close the other Hum, or choose another --data-dir.",
    "profile_missing": "Start with --passphrase-file or --keyring to make one.",
    "folder_not_writable": "Choose another --data-dir, or make this one writable.",
    "store_too_new": "Update Hum; nothing was changed.",
    "store_corrupt": "Nothing was changed; try hum restore --snapshot, hum salvage, or a backup.",
    "database_missing": "Put the file back, or take the newest kept state: hum restore --snapshot.",
    "no_snapshot": "Nothing was changed; try hum salvage, or restore a backup.",
    "locked": "Start with --passphrase-file.",
    "backup_damaged": "Nothing was changed; try another copy of it.",
    "keyring_unavailable": "Unlock or start the keyring, or use --passphrase-file.",
    "keyring_entry_missing": "Open with --passphrase-file if the profile has a passphrase.",
    "address_in_use": "Choose another --listen.",
}


def advice(error: MessengerError) -> str:
    """Return the line for an error, of one or two sentences."""
    text = str(error) or "Hum cannot start"
    sentence = text[0].upper() + text[1:]
    if not sentence.endswith((".", "!", "?")):
        sentence += "."
    return " ".join(filter(None, (sentence, ADVICE.get(error.kind))))
