"""The learnt cipher: it works, the key matters, and honest attackers are named beside it.

Bars are those of the short run; docs/lab/results.md has the long ones.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from messenger.core.errors import InputError
from messenger.lab.attackers import Effort, eve_error, fresh_eve, linear_eve, reused_key
from messenger.lab.charts import Axis, Series, line_chart
from messenger.lab.checkpoint import resume_training, save_training
from messenger.lab.checks import check
from messenger.lab.network import Floats
from messenger.lab.shared_state import Shared
from messenger.lab.training import (
    MAX_STARTS,
    Settings,
    Trained,
    Training,
    TrainingFailedError,
    train,
    without_bars,
)
from messenger.lab.tuning import sweep, training_chart, tuning_chart, tuning_table

pytestmark = pytest.mark.timeout(300)  # the short run, on a machine that does other things

TINY = Settings(seed=3, steps=20, batch=32, every=5)


def test_a_short_training_goes_the_right_way(trained: Trained) -> None:
    assert trained.curve[0].bob > 3
    assert trained.last.bob <= 0.3
    assert trained.last.eve >= 6.5
    assert check(trained.pair, seed=1).is_cipher


def test_the_long_run_is_a_cipher(shared: Shared, eve: Floats) -> None:
    found = check(shared.pair, seed=1)
    assert found.right_key <= 0.05
    assert found.identity <= 0.70
    assert found.wrong_key >= 6.0
    assert found.is_cipher
    assert eve_error(shared.pair, eve, seed=1) >= 7.2


def test_attackers_who_come_afterwards_do_better_but_do_not_read(
    shared: Shared, eve: Floats
) -> None:
    trained_beside = eve_error(shared.pair, eve, seed=1)
    fresh = fresh_eve(shared.pair, 1, Effort(tries=1, steps=1000))
    assert 6.5 <= fresh < trained_beside
    assert 6.5 <= linear_eve(shared.pair, 1) < trained_beside


def test_whoever_knows_64_blocks_under_one_key_reads_the_rest(shared: Shared) -> None:
    assert reused_key(shared.pair, 1) <= 0.1


def test_the_objective_of_the_study_makes_no_cipher() -> None:
    settings = Settings(steps=1000, batch=128, rate=0.002, objective="plaintext")
    found = check(train(without_bars(settings)).pair, seed=1)
    assert found.right_key <= 0.01  # and yet, by its own loss, it is perfect
    assert found.identity >= 0.999
    assert found.wrong_key <= 0.01
    assert not found.is_cipher


def test_the_same_seed_gives_the_same_numbers_and_another_does_not() -> None:
    settings = without_bars(TINY)
    assert train(settings).curve == train(settings).curve
    assert train(settings).curve != train(replace(settings, seed=4)).curve


def test_failed_starts_are_noticed_and_made_anew() -> None:
    starts: list[int] = []
    with pytest.raises(TrainingFailedError, match=f"{MAX_STARTS} starts"):
        train(TINY, lambda _, point: starts.append(point.start))
    assert sorted(set(starts)) == list(range(MAX_STARTS))
    assert starts.count(0) == 2  # given up at half time


def test_a_training_that_was_killed_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    settings = without_bars(TINY)
    killed = Training(settings)
    next(killed.run())
    save_training(killed, tmp_path / "t")
    resumed = resume_training(settings, tmp_path / "t")
    assert resumed is not None
    assert resumed.step == 5
    whole, rest = train(settings), train(settings, resumed=resumed)
    assert np.array_equal(whole.pair.alice, rest.pair.alice)
    assert np.array_equal(whole.eve, rest.eve)
    assert resume_training(replace(settings, seed=9), tmp_path / "t") is None
    assert resume_training(settings, tmp_path / "none") is None


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b"\x80\x04not a pickle either")
    with pytest.raises(InputError, match="not the file"):
        resume_training(TINY, tmp_path / "t")


def test_a_sweep_gives_a_row_and_a_line_each() -> None:
    grid: tuple[dict[str, object], ...] = (
        {"optimizer": "adagrad", "rate": 0.01},
        {"optimizer": "momentum", "seed": 8},
    )
    rows = list(sweep(TINY, Effort(tries=1, steps=5, batch=32), grid))
    assert [row.settings.optimizer for row in rows] == ["adagrad", "momentum"]
    assert tuning_table(rows).count("\n") == 3
    assert tuning_chart(rows).count("<polyline") == 2
    assert training_chart("One", rows[0].curve).count("<polyline") == 2


def test_charts_escape_names_and_count_in_powers() -> None:
    lines = [Series("a<b", [(1, 0.1), (2, 0.01)])]
    svg = line_chart("T", Axis("x"), Axis("y", logarithmic=True), lines)
    assert "a&lt;b" in svg
    assert ">0.1<" in svg
    assert ">0.01<" in svg
