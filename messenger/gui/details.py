"""What errors say of themselves, in the language of the window.

The layers below know no language but English: an error has a text and parts of it that vary
(`messenger.core.errors`). The list names each of those texts for the translators; what is missing
in it is said in English.
"""

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from messenger.core.errors import MessengerError, filled
from messenger.gui.remote_text import isolated, shown_line

TEXTS: Final = (
    # links and fingerprints
    QT_TRANSLATE_NOOP("Details", "There is no fingerprint here."),
    QT_TRANSLATE_NOOP(
        "Details", "The fingerprint has {count} characters too many; it has 14 groups of 4."
    ),
    QT_TRANSLATE_NOOP(
        "Details", "The fingerprint lacks {count} characters; it has 14 groups of 4."
    ),
    QT_TRANSLATE_NOOP(
        "Details", "More than one character of the fingerprint is wrong, or two groups are swapped."
    ),
    QT_TRANSLATE_NOOP("Details", "Character {place} of group {group} of the fingerprint is wrong."),
    QT_TRANSLATE_NOOP("Details", "This fingerprint belongs to no usable key."),
    QT_TRANSLATE_NOOP("Details", "This text is far longer than a link."),
    QT_TRANSLATE_NOOP("Details", "There is no link here."),
    QT_TRANSLATE_NOOP("Details", "The beginning is missing: a link begins with {scheme}."),
    QT_TRANSLATE_NOOP("Details", "The end is wrong: something was added to the link."),
    QT_TRANSLATE_NOOP("Details", "Character {place} after {scheme} is wrong."),
    QT_TRANSLATE_NOOP("Details", "The end is missing, or more than one character is wrong."),
    QT_TRANSLATE_NOOP("Details", "This link says something that no Hum would write."),
    QT_TRANSLATE_NOOP("Details", "This link says something that no relay would write."),
    # contacts
    QT_TRANSLATE_NOOP("Details", "A contact is added by a link or by a fingerprint."),
    QT_TRANSLATE_NOOP("Details", "{name} is blocked or frozen."),
    QT_TRANSLATE_NOOP("Details", "{name} is not asking to be a contact."),
    QT_TRANSLATE_NOOP("Details", "{name} is not blocked."),
    QT_TRANSLATE_NOOP("Details", "{name} shows no other key."),
    QT_TRANSLATE_NOOP(
        "Details",
        "{name} has announced a new key and not shown it yet. Compare it once you were connected; "
        "over relays alone, remove {name} and add each other anew.",
    ),
    QT_TRANSLATE_NOOP(
        "Details",
        "{name} has announced this key as their new one and not shown it yet. Wait until {name} "
        "was connected under it; or remove {name}, if this link is somebody else's.",
    ),
    QT_TRANSLATE_NOOP(
        "Details", "The safety number with {name} has changed meanwhile. Compare the new one."
    ),
    QT_TRANSLATE_NOOP("Details", "Accept the request before you write."),
    QT_TRANSLATE_NOOP("Details", "{name} gets no messages from you now."),
    QT_TRANSLATE_NOOP(
        "Details",
        "Not everybody has heard of your last change of key yet. Wait until these contacts "
        "were connected, or remove them: {titles}.",
    ),
    # messages
    QT_TRANSLATE_NOOP("Details", "There is nothing to send."),
    QT_TRANSLATE_NOOP("Details", "The text holds half of a character (a lone surrogate)."),
    QT_TRANSLATE_NOOP("Details", "A page has at least one row."),
    QT_TRANSLATE_NOOP("Details", "A message expires after 1 to {most} seconds."),
    QT_TRANSLATE_NOOP("Details", "A message lives for 1 to {most} seconds; 0: for good."),
    QT_TRANSLATE_NOOP("Details", "A message without text cannot be edited."),
    QT_TRANSLATE_NOOP("Details", "A deleted message cannot be edited."),
    QT_TRANSLATE_NOOP("Details", "A deleted message takes no reactions."),
    QT_TRANSLATE_NOOP("Details", "A reaction has at most {most} bytes, without control codes."),
    QT_TRANSLATE_NOOP("Details", "The reaction holds half of a character (a lone surrogate)."),
    QT_TRANSLATE_NOOP("Details", "A received message has no way to go."),
    QT_TRANSLATE_NOOP("Details", "Only its author can do that with a message."),
    QT_TRANSLATE_NOOP("Details", "Only a failed message can be sent again."),
    QT_TRANSLATE_NOOP("Details", "This message is deleted already."),
    QT_TRANSLATE_NOOP("Details", "This message does not wait any more."),
    # files
    QT_TRANSLATE_NOOP("Details", "A file has at most {most} GiB."),
    QT_TRANSLATE_NOOP("Details", "A file is cancelled as a file."),
    QT_TRANSLATE_NOOP("Details", "Give a path or a size."),
    QT_TRANSLATE_NOOP(
        "Details", "Give the whole path of a folder, or of a file in a folder that exists."
    ),
    QT_TRANSLATE_NOOP("Details", "Nothing of this file is kept here."),
    QT_TRANSLATE_NOOP("Details", "Only a file can be sent, not a folder or a device."),
    QT_TRANSLATE_NOOP("Details", "The copy of this file is gone. Send the file again."),
    QT_TRANSLATE_NOOP(
        "Details",
        "The details of this file cannot be removed: it is no picture that Hum understands.",
    ),
    QT_TRANSLATE_NOOP(
        "Details", "The details of this picture cannot be removed: it would be shown turned around."
    ),
    QT_TRANSLATE_NOOP("Details", "The file became longer while it was read."),
    QT_TRANSLATE_NOOP("Details", "The file became shorter while it was read."),
    QT_TRANSLATE_NOOP("Details", "The file cannot be read ({reason})."),
    QT_TRANSLATE_NOOP("Details", "The file cannot be written ({reason})."),
    QT_TRANSLATE_NOOP("Details", "The name of a file cannot be edited."),
    QT_TRANSLATE_NOOP("Details", "There is no such file, or it may not be read."),
    QT_TRANSLATE_NOOP("Details", "This file does not wait for you."),
    QT_TRANSLATE_NOOP("Details", "This file is not on offer any more."),
    QT_TRANSLATE_NOOP("Details", "This file is not under way."),
    QT_TRANSLATE_NOOP("Details", "This file is one of ours."),
    QT_TRANSLATE_NOOP("Details", "This file is over already."),
    QT_TRANSLATE_NOOP("Details", "This message offers no file."),
    QT_TRANSLATE_NOOP("Details", "This picture is too long for its details to be removed."),
    QT_TRANSLATE_NOOP("Details", "This cannot be said: a line is too long, or the key is none."),
    QT_TRANSLATE_NOOP("Details", "This transcript does not verify."),
    # the wire
    QT_TRANSLATE_NOOP(
        "Details", "A cell leaves at most every millisecond, at least every 2 seconds."
    ),
    QT_TRANSLATE_NOOP(
        "Details", "A data budget is more than nothing and at most 1,000,000 GB a month."
    ),
    QT_TRANSLATE_NOOP("Details", "A fast lane needs a connection to this contact."),
    QT_TRANSLATE_NOOP("Details", "Between two fast lanes lie at least {least} seconds."),
    QT_TRANSLATE_NOOP("Details", "There is a fast lane, or a question about one, already."),
    QT_TRANSLATE_NOOP("Details", "There is no cover profile named {name}."),
    QT_TRANSLATE_NOOP("Details", "This contact does not ask for a fast lane."),
    QT_TRANSLATE_NOOP("Details", "Waiting lasts from 0 to {most} seconds."),
    QT_TRANSLATE_NOOP("Details", "These settings do not fit together ({reason})."),
    QT_TRANSLATE_NOOP("Details", "There is no such relay."),
    QT_TRANSLATE_NOOP("Details", "You have {count} relays already. Remove one of them first."),
    # the program's own files
    QT_TRANSLATE_NOOP("Details", "Comparing programs needs a connection to this contact."),
    QT_TRANSLATE_NOOP("Details", "This Hum does not know its own files."),
    QT_TRANSLATE_NOOP("Details", "A file of this program cannot be read."),
    QT_TRANSLATE_NOOP("Details", "The manifest is larger than any manifest may be."),
    QT_TRANSLATE_NOOP("Details", "The manifest was not written by a build of Hum."),
    QT_TRANSLATE_NOOP("Details", "Something in the program folder is neither a file nor a link."),
    QT_TRANSLATE_NOOP("Details", "The manifest does not read like one."),
    QT_TRANSLATE_NOOP("Details", "The manifest cannot be read."),
    QT_TRANSLATE_NOOP("Details", "A file of the program cannot be read."),
    QT_TRANSLATE_NOOP("Details", "The signatures of the manifest are too long."),
    QT_TRANSLATE_NOOP("Details", "The signatures are not those of a manifest."),
    QT_TRANSLATE_NOOP("Details", "The trusted root is damaged."),
    QT_TRANSLATE_NOOP(
        "Details", "The manifest does not carry the signatures of enough release keys."
    ),
    QT_TRANSLATE_NOOP("Details", "The signatures of the manifest are damaged."),
    QT_TRANSLATE_NOOP("Details", "The program folder cannot be read."),
    # updates
    QT_TRANSLATE_NOOP(
        "Details", "This onion address is not complete, or a letter of it is wrong: copy it again"
    ),
    QT_TRANSLATE_NOOP("Details", "The server or the proxy has no usable address."),
    QT_TRANSLATE_NOOP("Details", "The file {path} is too large to be what it should be."),
    QT_TRANSLATE_NOOP("Details", "This Hum was built without a place that publishes updates."),
    QT_TRANSLATE_NOOP("Details", "The file {path} cannot be read."),
    QT_TRANSLATE_NOOP("Details", "There is no package {name}."),
    QT_TRANSLATE_NOOP("Details", "Version {version} is not downloaded."),
    QT_TRANSLATE_NOOP("Details", "The first root makes no sense, so nobody is asked."),
    QT_TRANSLATE_NOOP("Details", "Another Hum runs from {folder}. Quit it first."),
    QT_TRANSLATE_NOOP(
        "Details",
        "The folder {folder} is exchanged as a whole, and not everything in it is Hum's: "
        "{names} ({count} in all). Move that elsewhere first.",
    ),
    QT_TRANSLATE_NOOP(
        "Details",
        "Hum cannot tell what in the folder {folder} is yours: its list of files is missing or "
        "damaged. Unpack the new package somewhere else.",
    ),
    QT_TRANSLATE_NOOP("Details", "The new program does not run on this computer."),
    QT_TRANSLATE_NOOP("Details", "The new program does not start on this computer."),
    QT_TRANSLATE_NOOP("Details", "The package cannot be unpacked beside {folder}."),
    QT_TRANSLATE_NOOP("Details", "The package does not hold one folder with the program."),
    QT_TRANSLATE_NOOP("Details", "The package holds more than a program does."),
    QT_TRANSLATE_NOOP("Details", "The package is compressed in a way that zstd refuses."),
    QT_TRANSLATE_NOOP("Details", "The package is for {other}, and this is {system}."),
    QT_TRANSLATE_NOOP("Details", "The program in {folder} cannot be replaced."),
    QT_TRANSLATE_NOOP("Details", "There is no Hum in {folder} that runs."),
    QT_TRANSLATE_NOOP("Details", "There is no Hum in {folder} that tells its version."),
    QT_TRANSLATE_NOOP("Details", "There is no former program to go back to."),
    QT_TRANSLATE_NOOP("Details", "Unpacking needs the program zstd, which is not installed."),
    QT_TRANSLATE_NOOP("Details", "{text} is neither an address nor a folder."),
    QT_TRANSLATE_NOOP("Details", "{url} is no address of a server."),
    # profile, lock and backups
    QT_TRANSLATE_NOOP("Details", "A backup belongs outside the folder of the profile."),
    QT_TRANSLATE_NOOP("Details", "A backup is a file: give it a name, not only a folder."),
    QT_TRANSLATE_NOOP("Details", "A backup is being written already."),
    QT_TRANSLATE_NOOP("Details", "A copy belongs outside the folder of the profile."),
    QT_TRANSLATE_NOOP("Details", "A passphrase has 1 to {most} characters."),
    QT_TRANSLATE_NOOP("Details", "A passphrase is Unicode text."),
    QT_TRANSLATE_NOOP(
        "Details", "A profile name is up to 64 letters, digits, spaces, dots or dashes."
    ),
    QT_TRANSLATE_NOOP("Details", "A profile needs a passphrase or a keyring."),
    QT_TRANSLATE_NOOP("Details", "A slot is one of {names}."),
    QT_TRANSLATE_NOOP(
        "Details", "Backups are written every 1 to 8760 hours, and 1 to 100 are kept."
    ),
    QT_TRANSLATE_NOOP("Details", "Choose a folder that is there."),
    QT_TRANSLATE_NOOP("Details", "Choose the keyring or a passphrase: one of them must open it."),
    QT_TRANSLATE_NOOP("Details", "Hum is closing."),
    QT_TRANSLATE_NOOP("Details", "Hum locks after 1 to {most} minutes, or with 0 never."),
    QT_TRANSLATE_NOOP("Details", "Open the profile first."),
    QT_TRANSLATE_NOOP("Details", "The folder of the profile is not open."),
    QT_TRANSLATE_NOOP("Details", "The last way to open a profile cannot be removed."),
    QT_TRANSLATE_NOOP("Details", "The profile is open already."),
    QT_TRANSLATE_NOOP("Details", "There is a profile in this folder already."),
    QT_TRANSLATE_NOOP("Details", "There is a profile in this folder already; choose another one."),
    QT_TRANSLATE_NOOP("Details", "There is no such backup file."),
    QT_TRANSLATE_NOOP("Details", "This is for a profile that does not open: make a backup."),
    QT_TRANSLATE_NOOP("Details", "This profile has an identity already."),
    QT_TRANSLATE_NOOP("Details", "This profile has no {slot} slot."),
    QT_TRANSLATE_NOOP("Details", "Try again in {count} seconds."),
    QT_TRANSLATE_NOOP(
        "Details", "Without the passphrase nothing opens this profile: its keyring does not work."
    ),
    QT_TRANSLATE_NOOP("Details", "The keyring holds the key of another profile."),
    # keyrings
    QT_TRANSLATE_NOOP("Details", "{keyring} did not answer within {count} seconds."),
    QT_TRANSLATE_NOOP("Details", "{keyring} did not give back what it was given."),
    QT_TRANSLATE_NOOP("Details", "{keyring} does not work on this computer."),
    QT_TRANSLATE_NOOP("Details", "{keyring} has no key of this profile."),
    QT_TRANSLATE_NOOP("Details", "{keyring} is locked."),
    QT_TRANSLATE_NOOP("Details", "The default keyring forgets everything at log-out."),
    QT_TRANSLATE_NOOP("Details", "The key is in {slot}, not in {keyring}."),
    QT_TRANSLATE_NOOP("Details", "The key was stored in {keyring}, which Hum cannot use here."),
    QT_TRANSLATE_NOOP("Details", "This system has no keyring that Hum trusts."),
)


def own_words(error: MessengerError) -> str:
    """Return what an error says of itself as whole sentences; empty if it says nothing."""
    if not error.text:
        return ""
    parts = {name: _shown(part) for name, part in error.parts.items()}
    words = filled(QCoreApplication.translate("Details", error.text), parts)
    return words if words[-1] in ".!?" else f"{words}."


def _shown(part: str | int) -> str:
    return str(part) if isinstance(part, int) else isolated(shown_line(part))
