"""Commands about messages, at their limits."""

from dataclasses import replace
from pathlib import Path

import pytest
from two_people import Person, play, settled

from messenger.core.errors import InputError, NotAllowedError, QuotaError, TextTooLongError
from messenger.core.types import MAX_TEXT_LEN, Contact, Relation, TimelineStep
from messenger.engine import commands as c
from messenger.engine import messages
from messenger.engine.messages import MAX_DRAFT_LEN, MAX_WAIT_S, check_may_write, check_text


@pytest.mark.parametrize("text", ["x", "x" * MAX_TEXT_LEN, "é" * (MAX_TEXT_LEN // 2)])
def test_a_text_up_to_its_limit_in_bytes_is_a_message(text: str) -> None:
    check_text(text)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("", InputError, "nothing"),
        ("\ud800", InputError, "surrogate"),
        ("x" * (MAX_TEXT_LEN + 1), TextTooLongError, "65537"),
        ("é" * (MAX_TEXT_LEN // 2) + "x", TextTooLongError, "65537"),
    ],
)
def test_what_is_no_message_is_refused(text: str, kind: type[InputError], words: str) -> None:
    with pytest.raises(kind, match=words):
        check_text(text)


def test_pages_are_asked_for_and_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_PAGE_COUNT", 3)

    async def story(ada: Person, ben: Person) -> None:
        del ben
        rows = [(await ada.write(f"word {number}")).row for number in range(5)]
        for limit, count in ((1, 1), (2, 2), (3, 3), (4, 3)):
            page = await ada.messages.list(c.ListMessages(ada.contact, limit=limit))
            assert [message.row for message in page] == rows[-count:]
            hits = await ada.messages.search(c.SearchMessages("word", limit=limit))
            assert [hit.message.row for hit in hits] == rows[: -count - 1 : -1]
        page = await ada.messages.list(c.ListMessages(ada.contact, before=rows[2], limit=2))
        assert [message.row for message in page] == rows[:2]
        hits = await ada.messages.search(c.SearchMessages("word", ada.contact, before=rows[1]))
        assert [hit.message.row for hit in hits] == rows[:1]
        for limit in (0, -1):
            with pytest.raises(InputError, match="at least one"):
                await ada.messages.list(c.ListMessages(ada.contact, limit=limit))

    play(tmp_path, story, linked=False)


def test_a_message_is_found_and_its_steps_are_told(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        written = await ada.write("hello")
        await settled(ada, ben)
        found = await ada.messages.find(c.FindMessage(written.id))
        assert (found.row, found.text) == (written.row, "hello")
        steps = [step for step, _ in await ada.messages.timeline(c.GetTimeline(written.row))]
        assert steps[0] is TimelineStep.WRITTEN
        assert steps[-1] is TimelineStep.ACKNOWLEDGED

    play(tmp_path, story)


def test_a_wait_has_a_least_and_a_most(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ben
        now = ada.clock.unix_ms()
        for wait_s in (1, MAX_WAIT_S):
            assert (await ada.write("soon", expires_in_s=wait_s)).send_by == now + wait_s * 1000
        for wait_s in (0, -1, MAX_WAIT_S + 1):
            with pytest.raises(InputError, match="expires"):
                await ada.write("never", expires_in_s=wait_s)
        assert await ada.texts() == ["soon", "soon"]

    play(tmp_path, story, linked=False)


@pytest.mark.parametrize(("name", "most"), [("MAX_WAITING_COUNT", 2), ("MAX_WAITING_LEN", 8)])
def test_an_outbox_is_full_at_its_quota(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(messages, name, most)

    async def story(ada: Person, ben: Person) -> None:
        del ben
        await ada.write("four")
        await ada.write("four")
        with pytest.raises(QuotaError, match="2 messages"):
            await ada.write("x")
        assert await ada.texts() == ["four", "four"]

    play(tmp_path, story, linked=False)


def test_who_may_not_be_written_to_gets_nothing(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ben
        contact = ada.conversation.contact
        check_may_write(contact)
        for relation in (Relation.BLOCKED, Relation.DECLINED, Relation.REQUEST):
            with pytest.raises(NotAllowedError):
                check_may_write(_with(contact, relation))

    play(tmp_path, story, linked=False)


def _with(contact: Contact, relation: Relation) -> Contact:
    return replace(contact, relation=relation)


def test_a_draft_has_a_length(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        del ben
        await ada.messages.save_draft(c.SaveDraft(ada.contact, "d" * MAX_DRAFT_LEN))
        with pytest.raises(TextTooLongError):
            await ada.messages.save_draft(c.SaveDraft(ada.contact, "d" * (MAX_DRAFT_LEN + 1)))

    play(tmp_path, story, linked=False)
