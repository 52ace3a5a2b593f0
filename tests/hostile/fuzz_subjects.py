"""What the targets read, by subject: in a long run the targets of one subject share its time."""

from typing import Final

SUBJECTS: Final[dict[str, tuple[str, ...]]] = {
    "bytes on the wire": ("stranger", "pipe"),
    "veil and handshake": ("first-flight", "damaged-flight"),
    "decrypted frames": ("cell", "frames", "cells", "control", "message", "file"),
    "envelope headers, ratchet state": ("header", "inside", "session", "key-file"),
    "message bodies": ("body", "parcel"),
    "links and what people paste": ("pasted", "fingerprint", "relay-link"),
    "cards and introductions": ("link", "letter", "mailed", "transcript"),
    "relay": ("relay-request", "relay-answer"),
    "backups": ("backup", "backup-file", "backup-head"),
    "names, texts and pictures": ("name", "shown", "picture", "picture-header"),
    "helper processes": ("sighting", "router", "thumbnail", "qr-answer"),
    "builds and updates": (
        *("manifest", "manifest-signatures"),
        *("update-server", "update-signed", "update-custom"),
    ),
}
