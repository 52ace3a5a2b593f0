"""Pictures among files: told by their headers, read only when whole, gone with their message."""

import asyncio
import os
import zlib
from dataclasses import replace
from pathlib import Path
from struct import pack

import pytest
from test_transfers import in_state, offered, written
from two_people import Person, play, settled, until

from messenger.core.errors import InputError, NotAllowedError
from messenger.core.picture_header import MAX_PREVIEW_LEN
from messenger.core.types import FileState
from messenger.engine import commands as c
from messenger.engine import pictures
from messenger.engine.events import MessageChanged


def png(width: int = 300, height: int = 200, more: int = 0) -> bytes:
    """A header that makes sense and bytes behind it; nothing here decodes them."""
    body = b"IHDR" + pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = b"\x89PNG\r\n\x1a\n\0\0\0\x0d" + body + pack(">I", zlib.crc32(body))
    return head + os.urandom(more)


async def taken(ada: Person, ben: Person, path: Path) -> tuple[int, int]:
    """Let a file be offered, accepted and whole; return its row at each of them."""
    sent, offer = await offered(ada, ben, path)
    await ben.transfers.accept(c.AcceptFile(offer.row))
    await in_state(ben, offer.row, FileState.DONE)
    await in_state(ada, sent.row, FileState.DONE)
    return sent.row, offer.row


async def size_at(person: Person, row: int) -> tuple[int, int] | None:
    message = await person.store.read(lambda r: r.message(row))
    assert message.file is not None
    return message.file.picture


def test_its_size_is_known_to_both_once_it_is_theirs_to_see(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        content = png(more=40_000)
        sent, offer = await offered(ada, ben, written(tmp_path, content, "sea.png"))
        assert sent.file is not None
        assert sent.file.picture == (300, 200)
        assert await size_at(ben, offer.row) is None
        assert await ada.pictures.read(c.ReadPicture(sent.row)) == content
        with pytest.raises(NotAllowedError):
            await ben.pictures.read(c.ReadPicture(offer.row))
        await ben.transfers.accept(c.AcceptFile(offer.row))
        await in_state(ben, offer.row, FileState.DONE)
        assert await size_at(ben, offer.row) == (300, 200)
        assert await ben.pictures.read(c.ReadPicture(offer.row)) == content
        await in_state(ada, sent.row, FileState.DONE)
        with pytest.raises(NotAllowedError):  # our copy is gone once they have it
            await ada.pictures.read(c.ReadPicture(sent.row))
        assert await size_at(ada, sent.row) == (300, 200)

    play(tmp_path, story)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
        png(20_000, 20_000),
        png(0, 5),
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=["svg", "empty", "too large", "no area", "no header"],
)
def test_a_name_makes_no_picture(tmp_path: Path, content: bytes) -> None:
    async def story(ada: Person, ben: Person) -> None:
        rows = await taken(ada, ben, written(tmp_path, content, "sea.png"))
        assert await size_at(ada, rows[0]) is None
        assert await size_at(ben, rows[1]) is None
        with pytest.raises(NotAllowedError):
            await ben.pictures.read(c.ReadPicture(rows[1]))

    play(tmp_path, story)


@pytest.mark.parametrize("how", ["here", "for both", "its time is over"])
def test_a_preview_goes_with_its_message(tmp_path: Path, how: str) -> None:
    async def story(ada: Person, ben: Person) -> None:
        if how == "its time is over":
            await ada.changes.set_timer(c.SetTimer(ada.contact, 60))
            await settled(ada, ben)
        sent, row = await taken(ada, ben, written(tmp_path, png(), "sea.png"))
        assert await ben.pictures.preview(c.GetPreview(row)) is None
        await ben.pictures.keep(c.KeepPreview(row, b"small"))
        assert await ben.pictures.preview(c.GetPreview(row)) == b"small"
        if how == "here":
            await ben.changes.delete(c.DeleteMessage(row, for_both=False))
        elif how == "for both":
            await ada.changes.delete(c.DeleteMessage(sent, for_both=True))
        else:
            ben.clock.advance(61)
            ben.context.wake_upkeep()

        async def gone() -> bool:
            return await ben.pictures.preview(c.GetPreview(row)) is None

        await until(gone)
        assert await ben.store.write(lambda tx: tx._connection.rows("SELECT * FROM picture")) == []
        with pytest.raises(NotAllowedError):
            await ben.pictures.keep(c.KeepPreview(row, b"small"))

    play(tmp_path, story)


def test_what_cannot_be_shown_is_a_file_like_any_other(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        _, row = await taken(ada, ben, written(tmp_path, png(), "sea.png"))
        with pytest.raises(InputError):
            await ben.pictures.keep(c.KeepPreview(row, bytes(MAX_PREVIEW_LEN + 1)))
        message = await ben.pictures.keep(c.KeepPreview(row, None))
        assert message.file is not None
        assert message.file.picture is None
        assert ben.of(MessageChanged)[-1].message == message

    play(tmp_path, story)


# -- without a question ----------------------------------------------------------------------------


async def verify(person: Person) -> None:
    contact = person.contact
    await person.store.write(lambda tx: tx.contacts.set_verified(contact, 5))
    await person.conversation.call(person.conversation.refresh)


async def stays_offered(person: Person, row: int) -> bool:
    """Let every step that was waiting in the conversation be done, then look."""
    for _ in range(20):
        await person.conversation.call(person.conversation.refresh)
        await asyncio.sleep(0)
    message = await person.store.read(lambda r: r.message(row))
    return message.file is not None and message.file.state is FileState.OFFERED


def test_a_small_picture_of_a_verified_contact_comes_by_itself_where_that_is_wanted(
    tmp_path: Path,
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await verify(ben)
        _, first = await offered(ada, ben, written(tmp_path, png(), "one.png"))
        assert await stays_offered(ben, first.row)
        await ben.pictures.set_inline(c.SetInlinePictures(True))
        sent, second = await offered(ada, ben, written(tmp_path, png(more=30_000), "two.png"))
        await in_state(ben, second.row, FileState.DONE)
        await in_state(ada, sent.row, FileState.DONE)
        assert await size_at(ben, second.row) == (300, 200)
        assert await stays_offered(ben, first.row)
        await ben.pictures.set_inline(c.SetInlinePictures(False))
        _, third = await offered(ada, ben, written(tmp_path, png(), "three.png"))
        assert await stays_offered(ben, third.row)

    play(tmp_path, story)


@pytest.mark.parametrize("why", ["not verified", "too long", "no picture by its kind", "too many"])
def test_anything_else_waits_for_a_person(
    tmp_path: Path, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ben.pictures.set_inline(c.SetInlinePictures(True))
        if why != "not verified":
            await verify(ben)
        if why == "too many":
            monkeypatch.setattr(pictures, "MAX_INLINE_HELD_LEN", 100)
        more = pictures.MAX_INLINE_LEN if why == "too long" else 200
        name = "sea.pdf" if why == "no picture by its kind" else "sea.png"
        _, offer = await offered(ada, ben, written(tmp_path, png(more=more), name))
        assert await stays_offered(ben, offer.row)

    play(tmp_path, story)


def test_nothing_comes_by_itself_from_somebody_whose_key_has_changed(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ben.pictures.set_inline(c.SetInlinePictures(True))
        await verify(ben)
        contact = await ben.store.read(lambda r: r.contact(ben.contact))
        assert pictures._is_trusted(contact)
        assert not pictures._is_trusted(replace(contact, changed_key=b"k" * 32))
        assert not pictures._is_trusted(replace(contact, verified_at=None))

    play(tmp_path, story)
