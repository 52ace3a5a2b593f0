"""A relay that lies: what another path delivers is not lost, is shown once, and it is said."""

from pathlib import Path

import pytest
from lying_relays import (
    Babbling,
    Doubling,
    Dropping,
    Liar,
    Mute,
    Planted,
    Refusing,
    Reversing,
    Swapping,
    Truncating,
)
from mail_people import Scene, play, until

from messenger.core.types import MailTrouble, MessageState, RelayState
from messenger.engine import relay_visit
from messenger.engine.events import RelaysChanged

TEXTS = [f"text {number}" for number in range(6)]


def tell_lies(tmp_path: Path, kind: type[Liar], *, least: int) -> Scene:
    """Let Ada write through a liar until it has lied so often, and then meet Ben."""
    planted = Planted(kind)
    scenes: list[Scene] = []

    async def story(scene: Scene) -> None:
        scenes.append(scene)
        ada, ben, liar = scene.ada, scene.ben, planted.liar
        await scene.acquaint()
        liar.awake = True
        await ben.write("from Ben")
        for text in TEXTS:
            await ada.write(text)
        await until(lambda: liar.lies >= least)
        await ada.meet()
        await ada.until_all(MessageState.DELIVERED)
        await ben.until_all(MessageState.DELIVERED)
        assert sorted(await ben.texts(outgoing=False)) == TEXTS
        assert await ada.texts(outgoing=False) == ["from Ben"]

    play(tmp_path, story, make_service=planted)
    return scenes[0]


def overviews(scene: Scene) -> list[RelaysChanged]:
    return [*scene.ada.of(RelaysChanged), *scene.ben.of(RelaysChanged)]


@pytest.mark.parametrize(("kind", "least"), [(Dropping, 2), (Doubling, 4), (Reversing, 4)])
def test_what_is_dropped_doubled_or_reordered_is_there_once(
    tmp_path: Path, kind: type[Liar], least: int
) -> None:
    tell_lies(tmp_path, kind, least=least)


@pytest.mark.parametrize("kind", [Doubling, Swapping, Truncating])
def test_envelopes_that_do_not_open_are_counted(tmp_path: Path, kind: type[Liar]) -> None:
    scene = tell_lies(tmp_path, kind, least=4)
    counts = [relay.refused_count for e in overviews(scene) for relay in e.overview.own]
    assert max(counts) > 0


def test_refusals_are_told_and_nothing_is_given_up(tmp_path: Path) -> None:
    scene = tell_lies(tmp_path, Refusing, least=6)
    troubles = {route.trouble for e in overviews(scene) for route in e.overview.routes}
    assert troubles & {MailTrouble.FULL, MailTrouble.BUSY, MailTrouble.DENIED}


@pytest.mark.parametrize(("kind", "least"), [(Babbling, 2), (Mute, 4)])
def test_a_relay_that_breaks_the_rules_is_left_for_a_while(
    tmp_path: Path, kind: type[Liar], least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_visit, "ANSWER_MIN_S", 0.3)
    monkeypatch.setattr(relay_visit, "ANSWER_INTERVALS", 10)
    scene = tell_lies(tmp_path, kind, least=least)
    states = {relay.state for e in overviews(scene) for relay in e.overview.own}
    assert RelayState.FAILING in states
