"""Two engines agree on a fast lane, or do not."""

from pathlib import Path
from unittest.mock import patch

import pytest
from two_people import Person, connect, play, until

from messenger.core.errors import InputError, NotAllowedError
from messenger.core.types import LaneState
from messenger.engine import commands as c
from messenger.engine import fast_lane
from messenger.engine.events import FastLaneChanged
from messenger.protocol.channels import Channel
from messenger.protocol.control import LaneAnswer, LaneAsk, encode_control
from messenger.protocol.lane import LANE_MINUTES, lane_instants, lane_minutes
from messenger.wire.messages import FastLane

AT_ONCE = patch.object(fast_lane, "ASK_AFTER_S", (0.0, 0.0))
MEGABYTE = 1_000_000


async def in_lane(person: Person, state: LaneState) -> None:
    async def there() -> bool:
        return person.conversation.lane.state is state

    await until(there)


async def ready(*people: Person) -> None:
    for person in people:

        async def agreed(person: Person = person) -> bool:
            return person.conversation.file_link is not None

        await until(agreed)
        person.orders = []  # type: ignore[attr-defined]
        plain = person.end.send

        def send(message: object, person: Person = person, plain: object = plain) -> None:
            if isinstance(message, FastLane):
                person.orders.append(message)  # type: ignore[attr-defined]
            plain(message)  # type: ignore[operator]

        person.context.wire.send = send  # type: ignore[method-assign]


def orders(person: Person) -> list[FastLane]:
    found: list[FastLane] = person.orders  # type: ignore[attr-defined]
    return found


def test_the_length_is_one_of_few_and_has_some_to_spare() -> None:
    assert [lane_minutes(s) for s in (0, 54, 54.1, 400, 3240, 3241)] == [1, 1, 2, 10, 60, None]
    assert lane_instants(2) == 12_000


def test_both_run_when_the_other_person_agrees(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ready(ada, ben)
        await ada.transfers.open_lane(c.OpenFastLane(ada.contact, 5 * MEGABYTE))
        await in_lane(ben, LaneState.ASKED)
        assert orders(ada) == orders(ben) == []
        await ben.transfers.answer_lane(c.AnswerFastLane(ben.contact, accept=True))
        await in_lane(ada, LaneState.RUNNING)
        assert orders(ada) == orders(ben) == [FastLane(ada.end.link, 0.01, 12_000)]
        states = [(e.state, e.minutes) for e in ada.of(FastLaneChanged)]
        assert states == [(s, 2) for s in (LaneState.WAITING, LaneState.ASKING, LaneState.RUNNING)]
        ada.end.cut()  # the peer is gone in the middle
        await in_lane(ada, LaneState.CLOSED)
        await in_lane(ben, LaneState.CLOSED)
        connect(ada, ben)
        await ready(ada, ben)
        with pytest.raises(NotAllowedError, match="60 seconds"):
            await ada.transfers.open_lane(c.OpenFastLane(ada.contact, MEGABYTE))

    with AT_ONCE:
        play(tmp_path, story)


def test_who_could_not_hear_the_question_is_asked_again(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ready(ada, ben)
        await ada.transfers.open_lane(c.OpenFastLane(ada.contact, MEGABYTE))
        await in_lane(ben, LaneState.ASKED)
        ben.events.clear()  # they went to a locked window
        await ben.conversation.call(ben.conversation.tell_presence)
        assert FastLaneChanged(ben.contact, LaneState.ASKED, 1) in ben.events

    with AT_ONCE:
        play(tmp_path, story)


def test_no_means_no_and_asking_again_at_once_is_not_shown(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ready(ada, ben)
        await ada.transfers.open_lane(c.OpenFastLane(ada.contact, MEGABYTE))
        await in_lane(ben, LaneState.ASKED)
        await ben.transfers.answer_lane(c.AnswerFastLane(ben.contact, accept=False))
        await in_lane(ada, LaneState.CLOSED)
        shown = len(ben.of(FastLaneChanged))
        ada.end.inject(Channel.CONTROL, encode_control(LaneAsk(60)))  # arrives at Ben
        ada.end.inject(Channel.CONTROL, encode_control(LaneAnswer(accept=True)))
        await ada.write("behind it")

        async def arrived() -> bool:
            return "behind it" in await ben.texts()

        await until(arrived)
        assert len(ben.of(FastLaneChanged)) == shown
        assert orders(ada) == orders(ben) == []

    with AT_ONCE:
        play(tmp_path, story)


def test_two_who_ask_at_once_have_agreed_to_the_longer_lane(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ready(ada, ben)
        for person, size in ((ada, MEGABYTE), (ben, 20 * MEGABYTE)):
            person.conversation.lane._change(LaneState.WAITING, lane_minutes(size // 50_000) or 0)
        for person in (ada, ben):
            person.conversation.lane._ask()
        await in_lane(ada, LaneState.RUNNING)
        await in_lane(ben, LaneState.RUNNING)
        assert orders(ada) == orders(ben) == [FastLane(ada.end.link, 0.01, lane_instants(10))]

    with AT_ONCE:
        play(tmp_path, story)


@pytest.mark.parametrize("minutes", [m for m in (3, 59) if m not in LANE_MINUTES])
def test_a_length_off_the_list_is_answered_with_no(tmp_path: Path, minutes: int) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ready(ada, ben)
        ben.conversation.lane._on_ask(minutes)
        assert ben.end.sent[-1].body == encode_control(LaneAnswer(accept=False))
        assert ben.conversation.lane.state is LaneState.CLOSED

    play(tmp_path, story)


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        with pytest.raises(NotAllowedError, match="connection"):
            await ada.transfers.open_lane(c.OpenFastLane(ada.contact, MEGABYTE))
        with pytest.raises(NotAllowedError, match="does not ask"):
            await ada.transfers.answer_lane(c.AnswerFastLane(ada.contact, accept=True))
        with pytest.raises(InputError):
            await ada.transfers.open_lane(c.OpenFastLane(ada.contact, 0))

    play(tmp_path, story, linked=False)
