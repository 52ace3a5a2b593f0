"""Which cover a link is made with follows from choices, contacts and budget."""

from dataclasses import replace
from pathlib import Path

import pytest
from two_people import Person, play

from messenger.core.cover_budget import GIGABYTE, plan_for
from messenger.core.errors import InputError
from messenger.core.types import COVER_PROFILES, Cover, CoverMode
from messenger.engine.commands import (
    EstimateFile,
    SetContactCover,
    SetCover,
    SetDataBudget,
)
from messenger.engine.covers import Covers
from messenger.engine.transfers import transfer_s
from messenger.wire.messages import AcceptedCover, AcceptFromWith, AcceptWith

SAVER, BALANCED, LIVELY = (COVER_PROFILES[name] for name in ("saver", "balanced", "lively"))


def covers_of(person: Person) -> tuple[Covers, list[object]]:
    """The covers of a person, and what the wire process is told."""
    told: list[object] = []
    person.end.send = told.append  # type: ignore[method-assign]
    covers = Covers(person.context, person.contacts.wanted, lambda: told.append("changed"))
    covers.begin("", person.contacts.wanted())
    covers.start()
    return covers, told


def test_a_contact_has_a_cover_of_its_own_until_it_is_taken_back(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        contact = await ada.contacts.set_cover(SetContactCover(ada.contact, LIVELY))
        assert contact.cover == LIVELY
        assert ada.context.cover_for(contact) == LIVELY
        assert ada.context.cover_for(None) == BALANCED
        await ada.stop()
        await ada.start()
        assert ada.conversation.contact.cover == LIVELY
        contact = await ada.contacts.set_cover(SetContactCover(ada.contact, None))
        assert ada.context.cover_for(contact) == BALANCED

    play(tmp_path, story, linked=False)


def test_an_impossible_cover_is_refused(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        covers, told = covers_of(ada)
        with pytest.raises(InputError):
            await ada.contacts.set_cover(SetContactCover(ada.contact, Cover(0.0)))
        with pytest.raises(InputError):
            await covers.set_cover(SetCover(Cover(2.1)))
        for budget in (0, -1, 10**16):
            with pytest.raises(InputError):
                await covers.set_budget(SetDataBudget(budget))
        assert not told
        assert ada.conversation.contact.cover is None

    play(tmp_path, story, linked=False)


def test_a_budget_limits_what_was_chosen_and_is_told_once(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        covers, told = covers_of(ada)
        await covers.set_budget(SetDataBudget(2 * GIGABYTE))
        assert told == [AcceptWith(2.0, "frames"), "changed"]
        assert ada.context.cover_for(None) == SAVER
        assert ada.context.plan.reduced_count == 1
        assert await ada.store.write(lambda tx: tx.settings.get("budget")) == str(2 * GIGABYTE)
        covers.follow()
        assert len(told) == 2
        await covers.set_budget(SetDataBudget(None))
        assert told[2:] == [AcceptWith(0.5, "frames"), "changed"]

    play(tmp_path, story, linked=False)


def test_a_budget_leaves_the_mode_and_what_is_slower(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        covers, _ = covers_of(ada)
        await covers.set_budget(SetDataBudget(8 * GIGABYTE))
        contact = ada.conversation.contact
        quick = replace(contact, cover=Cover(0.125, CoverMode.POISSON))
        slow = replace(contact, cover=SAVER)
        assert ada.context.cover_for(quick) == Cover(0.5, CoverMode.POISSON)
        assert ada.context.cover_for(slow) == SAVER

    play(tmp_path, story, linked=False)


def test_the_wire_is_told_which_callers_have_a_cover_of_their_own(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        covers, told = covers_of(ada)
        await ada.contacts.set_cover(SetContactCover(ada.contact, LIVELY))
        covers.follow()
        key = ben.own.public
        mine = AcceptFromWith([AcceptedCover(key, LIVELY.interval_s, "frames")])
        assert told == ["changed", mine]
        covers.follow()
        assert len(told) == 2
        await covers.set_budget(SetDataBudget(2 * GIGABYTE))
        assert AcceptFromWith([AcceptedCover(key, SAVER.interval_s, "frames")]) in told
        await ada.contacts.set_cover(SetContactCover(ada.contact, None))
        covers.follow()
        assert told[-1] == AcceptFromWith([])

    play(tmp_path, story, linked=False)


def test_somebody_new_is_counted_before_they_are_dialled(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        ada.context.plan = plan_for([BALANCED], 10 * GIGABYTE)
        assert ada.context.cover_for(None) == BALANCED
        assert ada.context.cover_for_one_more() == SAVER  # 2 at 6.4 GB a month

    play(tmp_path, story, linked=False)


def test_a_budget_that_was_kept_counts_from_the_first_link_on(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        covers, told = covers_of(ada)
        covers.begin(str(2 * GIGABYTE), ada.contacts.wanted())
        assert ada.context.cover_for(None) == SAVER
        covers.begin("no number", ada.contacts.wanted())
        assert ada.context.plan.budget is None
        assert not told

    play(tmp_path, story, linked=False)


def test_an_estimate_follows_the_cover_of_the_contact(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        await ada.contacts.set_cover(SetContactCover(ada.contact, LIVELY))
        estimate = await ada.transfers.estimate(EstimateFile(ada.contact, size=100_000))
        assert estimate.seconds == transfer_s(100_000, LIVELY.interval_s)

    play(tmp_path, story, linked=False)
