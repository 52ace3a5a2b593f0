"""Some dozens of kills at random moments; ``make soak`` does the same a thousand times."""

from pathlib import Path

from kills import Toll, torment
from trial import Pair, play

KILL_COUNT = 36
FILE_COUNT = 5  # far fewer than there are even on a busy machine
SEED = 11  # of the plan: the moments themselves are the scheduler's


def test_nodes_killed_at_random_lose_and_double_nothing(tmp_path: Path) -> None:
    async def story(pair: Pair) -> Toll:
        await pair.meet()
        toll = await torment(pair, KILL_COUNT, SEED)
        verdict = await pair.judge()
        assert verdict.good, verdict.details()
        assert not verdict.waiting, verdict.details()
        assert verdict.message_count > KILL_COUNT  # or nothing was put to the test
        assert verdict.file_count > FILE_COUNT
        left_over = [pid for node in pair.nodes for pid in node.wires if _runs(pid)]
        assert left_over == []  # a wire process never outlives its engine
        return toll

    toll = play(tmp_path, story)
    assert toll.total == KILL_COUNT
    assert toll.engines
    assert toll.wires


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123  tells a zombie too
            return b"messenger.wire" in file.read()
    except OSError:
        return False
