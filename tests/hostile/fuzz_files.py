"""Targets that read what lies in files and mailboxes: backups, manifests, parcels, letters."""

import io
from typing import Final

import nacl.bindings
from fuzz_oracle import REMOTE, Target, encodes_back, holds, same

from messenger.core.errors import (
    BackupDamagedError,
    ManifestError,
    ManifestSignatureError,
    StoreTooNewError,
    WrongKeyError,
)
from messenger.protocol import introduction
from messenger.protocol.parcel import decode_parcel, encode_parcel, item_len
from messenger.store.backup_stream import CHUNK_LEN, HEAD_LEN, MAX_RECORD_LEN, BackupKey
from messenger.update import manifest, manifest_signature

_KEY: Final = bytes(32)
_CHUNKS: Final = 3  # of a file at most; more says nothing new


def parcel(data: bytes) -> None:
    """A parcel encodes back, but for items of a later version, which are left out."""
    try:
        items = decode_parcel(data)
    except REMOTE:
        return
    again = encode_parcel(items)
    holds(len(again) <= len(data), "a parcel does not grow")
    same(decode_parcel(again), items, "a parcel encodes back")
    holds(sum(map(item_len, items)) <= len(data) + 8 * len(items), "items have their lengths")


def letter(data: bytes) -> None:
    """What the other side of a first contact says about itself encodes back."""
    decoders = (introduction._LETTERS, introduction._REPLIES)
    try:
        said = introduction._decode(decoders[data[0] % 2 if data else 0], data[1:])
    except REMOTE:
        return
    again = introduction._ENCODER.encode(said)
    same(again, data[1 : 1 + len(again)], "a letter encodes back")


def backup_file(data: bytes) -> None:
    """Any plaintext, rightly sealed: records within their limits, or a backup that is damaged."""
    state = nacl.bindings.crypto_secretstream_xchacha20poly1305_state()
    header = nacl.bindings.crypto_secretstream_xchacha20poly1305_init_push(state, _KEY)
    head = bytes(HEAD_LEN)
    sealed = b""
    parts = [data[at : at + CHUNK_LEN // 8] for at in range(0, len(data), CHUNK_LEN // 8)][:_CHUNKS]
    for number, part in enumerate(parts or [b""], 1):
        final = number == len(parts or [b""])
        tag = (
            nacl.bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
            if final
            else nacl.bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
        )
        chunk = part.ljust(CHUNK_LEN, b"\0")
        sealed += nacl.bindings.crypto_secretstream_xchacha20poly1305_push(state, chunk, head, tag)
    key = BackupKey.__new__(BackupKey)
    key._head, key._header, key._key = head, header, _KEY
    try:
        for record in key.records(io.BytesIO(head + sealed)):
            holds(0 < len(record) <= MAX_RECORD_LEN, "a record's length")
    except BackupDamagedError:
        return


def backup_head(data: bytes) -> None:
    """A file that says it is a backup: no cost is paid for a head that is not whole."""
    try:
        BackupKey(io.BytesIO(data), "a passphrase")
    except (BackupDamagedError, StoreTooNewError, WrongKeyError):
        return
    holds(False, "a head is opened by its passphrase only")


def build_manifest(data: bytes) -> None:
    """A manifest encodes back, and names nothing outside its folder."""
    found = encodes_back(
        data, manifest.decode, manifest.Manifest.encode, "a manifest", refusals=ManifestError
    )
    for entry in found.entries if found is not None else ():
        holds(".." not in entry.path.split("/"), "a path stays below its folder")
        holds(not entry.path.startswith("/"), "a path is relative")


def signatures(data: bytes) -> None:
    """Signatures of a manifest, before any of them is checked."""
    try:
        found = manifest_signature._decode(data)
        for each in found.signatures:
            manifest_signature._hex(each.sig)
    except ManifestSignatureError:
        return


FILES: dict[str, Target] = {
    "parcel": parcel,
    "letter": letter,
    "backup-file": backup_file,
    "backup-head": backup_head,
    "manifest": build_manifest,
    "manifest-signatures": signatures,
}
