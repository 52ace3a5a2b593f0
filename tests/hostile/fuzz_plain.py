"""Targets that read bytes and texts as they are: frames, bodies, links, names, pictures, files."""

import hashlib
import unicodedata
from functools import partial
from typing import Final

from fuzz_oracle import REMOTE, Target, cut, encodes_back, holds, same, text_of

from messenger.core.errors import (
    BackupDamagedError,
    InputError,
    LocalProtocolError,
    MalformedFrameError,
    StoreCorruptError,
    StoreTooNewError,
)
from messenger.core.picture_header import format_of, read_header
from messenger.core.types import MAX_FILE_NAME_LEN, MAX_NAME_LEN
from messenger.crypto.fingerprint import fingerprint, parse_fingerprint
from messenger.engine.file_names import clean_file_name, clean_kind, kind_of
from messenger.engine.image_metadata import strip_metadata
from messenger.engine.pasted import read_pasted
from messenger.gui.remote_text import shown_body, shown_line, shown_name
from messenger.protocol import card, control, file_chunks, mailbox, message_channel, relay_card
from messenger.protocol.bodies import Body, Unsupported, decode_body, encode_body
from messenger.protocol.cells import CELL_ROOM, CellWriter, read_segments
from messenger.protocol.channels import MAX_FRAME_LEN, FrameAssembler
from messenger.protocol.session import Session
from messenger.protocol.tagged import Unknown
from messenger.store.backup_tables import decode_manifest, decode_rows
from messenger.store.key_file import decode_key_file, encode_key_file
from messenger.wire import pipe

_STORE: Final = (StoreCorruptError, StoreTooNewError)  # what files of our own may raise

# -- what crosses a link, once it is open ------------------------------------------------------


def cell(data: bytes) -> None:
    """A plaintext of one cell has one meaning, and that meaning one plaintext."""
    plaintext = data[:CELL_ROOM].ljust(CELL_ROOM, b"\0")
    writer = CellWriter()
    try:
        for channel, part in read_segments(plaintext):
            writer.add(channel, part)
    except MalformedFrameError:
        return
    same(writer.plaintext(), plaintext, "a cell encodes back")


def frames(data: bytes) -> None:
    """Cells put frames together; none is longer than its channel allows."""
    assembler = FrameAssembler()
    try:
        for start in range(0, len(data), CELL_ROOM):
            plaintext = data[start : start + CELL_ROOM].ljust(CELL_ROOM, b"\0")
            for frame in assembler.receive_cell(plaintext):
                holds(0 < len(frame.body) <= MAX_FRAME_LEN[frame.channel], "a frame's length")
    except MalformedFrameError:
        return


def control_frame(data: bytes) -> None:
    """A control frame encodes back to the very bytes, unless it is of a later version."""

    def encode(frame: control.ControlFrame | Unknown) -> bytes:
        return data if isinstance(frame, Unknown) else control.encode_control(frame)

    encodes_back(data, control.decode_control, encode, "a control frame")


def message_frame(data: bytes) -> None:
    """So does a frame of the message channel."""
    encodes_back(data, message_channel.decode, _encoded_message, "a message frame")


def _encoded_message(
    frame: message_channel.Envelope | control.EpochOffer | control.EpochAnswer,
) -> bytes:
    if isinstance(frame, message_channel.Envelope):
        return message_channel.encode_envelope(frame.sealed)
    return message_channel.encode_epoch(frame)


def file_frame(data: bytes) -> None:
    """And a frame about a file, unless it is of a later version."""

    def encode(frame: file_chunks.BulkFrame | None) -> bytes:
        return data if frame is None else file_chunks.encode_bulk(frame)

    encodes_back(data, file_chunks.decode_bulk, encode, "a file frame")


def body(data: bytes) -> None:
    """What an envelope holds encodes back; what a later version added is kept whole."""
    encodes_back(data, decode_body, _encoded_body, "a body")


def _encoded_body(found: Body) -> bytes:
    return found.raw if isinstance(found, Unsupported) else encode_body(found)


# -- what a relay and its clients say to each other ---------------------------------------------


def relay_request(data: bytes) -> None:
    """A request encodes back to the very bytes."""
    encodes_back(
        data, mailbox.decode_request, lambda found: mailbox.encode_request(*found), "a request"
    )


def relay_answer(data: bytes) -> None:
    """So does an answer, in the room that was asked for."""
    room = {0: None, 1: mailbox.Size.SMALL, 2: mailbox.Size.LARGE}[data[0] % 3 if data else 0]
    length = (room.length if room else 0) + mailbox.ANSWER_LEN
    answer = data[1 : 1 + length].ljust(length, b"\0")
    encodes_back(
        answer,
        partial(mailbox.decode_answer, room=room),
        lambda found: mailbox.encode_answer(*found, room=room),
        "an answer",
    )


# -- what people paste -------------------------------------------------------------------------


def link(data: bytes) -> None:
    """A card whose checksum is right: it encodes back, or says that it is damaged."""
    text = card._LINK.encode(data[:512])
    encodes_back(text, card.decode_link, card.encode_link, "a link", refusals=InputError)


def relay_link(data: bytes) -> None:
    """The same with the link of a relay."""
    text = relay_card._LINK.encode(data[:512])
    encodes_back(
        text,
        relay_card.decode_relay_link,
        relay_card.encode_relay_link,
        "the link of a relay",
        refusals=InputError,
    )


def pasted(data: bytes) -> None:
    """Any text at all: a link, a fingerprint, or a sentence about what is wrong with it."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        found = read_pasted(text)
    except InputError:
        return
    holds(len(found.key) == 32, "a key has 32 bytes")


def typed_fingerprint(data: bytes) -> None:
    """A fingerprint in any case and spacing is that of its key."""
    text = data.decode("utf-8", "replace")
    try:
        key = parse_fingerprint(text)
    except InputError:
        return
    same(parse_fingerprint(fingerprint(key)), key, "a fingerprint encodes back")


# -- names and pictures ------------------------------------------------------------------------


def name(data: bytes) -> None:
    """A cleaned file name is one visible name, cleaning it again changes nothing."""
    text = text_of(data)
    plain = clean_file_name(text)
    holds(0 < len(plain.encode()) <= MAX_FILE_NAME_LEN, "a name's length")
    holds(not set(plain) & set('/\\:*?"<>|\0'), "a name without separators")
    holds(plain not in {".", ".."} and plain.strip(". ") == plain, "no hidden name")
    holds(all(unicodedata.category(c)[0] != "C" for c in plain), "a name that is seen")
    same(clean_file_name(plain), plain, "a clean name stays")
    same(clean_kind(kind_of(plain)), kind_of(plain), "a kind out of the list")


def shown(data: bytes) -> None:
    """Text on the screen: no control characters, names of one line, places kept in messages."""
    text = text_of(data)
    holds(len(shown_body(text)) == len(text), "each character stays at its place")
    holds(len(shown_name(text)) <= MAX_NAME_LEN, "a name's length")
    for line in (shown_name(text), shown_line(text)):
        holds(all(unicodedata.category(c) not in {"Cc", "Cs"} for c in line), "nothing unseen")
        holds(not set(line) & set("\u202d\u202e"), "nothing turned round")


def picture_header(data: bytes) -> None:
    """A header gives a format that the first bytes announce and an area, or nothing."""
    header = read_header(data)
    if header is None:
        return
    holds(header.format is format_of(data[:12]), "the format of the first bytes")
    holds(header.width > 0 and header.height > 0, "an area")
    holds(set(header.shown_size) == {header.width, header.height}, "the same sides")
    holds(read_header(data + bytes(100)) is not None, "what follows does not matter")


def picture(data: bytes) -> None:
    """A picture without its details has none left to take away, and is not longer."""
    try:
        plain = strip_metadata(data)
    except InputError:
        return
    same(strip_metadata(plain), plain, "nothing more to take away")
    holds(len(plain) <= len(data) + 64, "not longer but for an orientation")


# -- our own files, as somebody else left them --------------------------------------------------


def session(data: bytes) -> None:
    """A stored session decodes to what encodes back, and any envelope is only refused."""
    stored, envelope = cut(data, 2)
    found = encodes_back(stored, Session.decode, Session.encode, "a session", refusals=_STORE)
    if found is None:
        return
    holds(found.info.skipped_count >= 0, "counters")
    try:
        found.open(envelope, b"both keys")
    except REMOTE:
        return


def key_file(data: bytes) -> None:
    """A key file with a right digest encodes back."""
    content = data + hashlib.blake2b(data, digest_size=32).digest()
    encodes_back(content, decode_key_file, encode_key_file, "a key file", refusals=_STORE)


def backup(data: bytes) -> None:
    """Records of a backup name nothing but tables and columns of ours."""
    first, *rest = cut(data, 4)
    try:
        manifest = decode_manifest(first)
        if manifest.total > 1000:
            return  # each row is read from the file, which says how long it is
        for section, row in decode_rows(manifest, iter(rest)):
            holds(len(section.columns) == len(row), "a row fits its columns")
    except BackupDamagedError:
        return


def engine_pipe(data: bytes) -> None:
    """A wire process gone mad ends as one error, whatever it wrote."""
    for reader in (pipe.reader_from_wire(), pipe.reader_to_wire()):
        try:
            for part in cut(data, 3):
                for _ in reader.feed(part):
                    pass
        except LocalProtocolError:
            continue


PLAIN: dict[str, Target] = {
    "cell": cell,
    "frames": frames,
    "control": control_frame,
    "message": message_frame,
    "file": file_frame,
    "body": body,
    "relay-request": relay_request,
    "relay-answer": relay_answer,
    "link": link,
    "relay-link": relay_link,
    "pasted": pasted,
    "fingerprint": typed_fingerprint,
    "name": name,
    "shown": shown,
    "picture": picture,
    "picture-header": picture_header,
    "session": session,
    "key-file": key_file,
    "backup": backup,
    "pipe": engine_pipe,
}
