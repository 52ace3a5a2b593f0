"""What the self-test plays, and how its command line is read."""

import argparse

import pytest

from messenger.core.errors import InputError
from messenger.wiretest.command import add_arguments, series_of
from messenger.wiretest.plan import Condition, Kind, Settings, blocks_of, kinds_of

ALL = (Condition.CHAT, Condition.SEARCH, Condition.BACKUP, Condition.GUI)


def series(*arguments: str) -> list[Settings]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return series_of(parser.parse_args(arguments))


def test_every_block_has_every_condition_once_in_an_order_of_chance() -> None:
    settings = Settings(10, 2, 0.02, ALL, 1, (60,))
    blocks = blocks_of(settings, 0, Kind.NODES)
    wanted = {Condition.IDLE, Condition.CHAT, Condition.SEARCH, Condition.BACKUP}
    assert all(set(block) == wanted and len(block) == 4 for block in blocks)
    assert {block.index(Condition.IDLE) for block in blocks} == {0, 1, 2, 3}
    assert blocks == blocks_of(settings, 0, Kind.NODES)
    assert blocks != blocks_of(settings, 1, Kind.NODES)
    window = blocks_of(settings, 1, Kind.WINDOW)
    assert all(set(block) == {Condition.IDLE, Condition.GUI} for block in window)


def test_a_series_has_controls_enough_to_be_judged_by() -> None:
    for settings in series(
        "--minutes", "17", "--scale", "balanced", "--pairs", "12", "--conditions", "chat"
    ):
        kinds = kinds_of(settings)
        assert kinds.count(Kind.NODES) == 12
        for kind in (Kind.NAIVE, Kind.BARE):
            assert kinds.count(kind) * len(blocks_of(settings, 0, kind)) >= 40


def test_one_pair_is_the_window_if_it_is_asked_for() -> None:
    (settings,) = series("--pairs", "3", "--conditions", "chat,gui")
    assert kinds_of(settings)[:3] == [Kind.NODES, Kind.NODES, Kind.WINDOW]
    (settings,) = series("--pairs", "2", "--conditions", "gui")
    assert kinds_of(settings)[:2] == [Kind.WINDOW, Kind.WINDOW]


def test_several_series_play_at_once() -> None:
    first, second = series("--scale", "T=0.1", "--also", "lively:3:60:chat", "--minutes", "9")
    assert (first.name, first.is_scaled) == ("T=0.1", True)
    assert (second.name, second.is_scaled, second.pairs) == ("lively", False, 3)
    assert second.minutes == first.minutes == 9


@pytest.mark.parametrize(
    "arguments",
    [
        "--scale fast",
        "--scale T=0",
        "--pairs 0",
        "--pairs 1 --conditions chat,gui",
        "--cells 5",
        "--conditions idle",
        "--conditions tea",
        "--also lively",
        "--also lively:x:60:chat",
        "--scale lively --also lively:1:60:chat",
        "--scale balanced",  # two blocks of two runs do not fit into two minutes
    ],
)
def test_nonsense_is_refused_before_anything_starts(arguments: str) -> None:
    with pytest.raises(InputError):
        series(*arguments.split())
