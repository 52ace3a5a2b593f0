"""The clock of a computer leaps, forwards and back: messages neither mind nor are shuffled."""

import sys
from pathlib import Path

import pytest
from trial import Pair, play

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
JUMPS = ["+1d", "-2y", "+20y", "+0"]


@pytest.mark.skipif(
    not LIBRARIES, reason=f"libfaketime is not here ({sys.platform}): `make test` installs it"
)
def test_a_clock_that_jumps_costs_nothing(tmp_path: Path) -> None:
    """Both processes of Ada live with the wrong time; Ben's is right."""
    offset = tmp_path / "offset"
    offset.write_text("+0")

    async def story(pair: Pair) -> None:
        pair.ada.env = {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        await pair.meet()
        for jump in JUMPS:
            offset.write_text(jump)
            await pair.say(pair.ada, f"from a clock at {jump}")
            await pair.say(pair.ben, f"to a clock at {jump}")
        # A new link under a clock that is a day off, then one under the right time.
        for jump in ("+1d", "-1d"):
            offset.write_text(jump)
            pair.ada.kill()
            await pair.ada.bury()
            await pair.ada.start()
            await pair.say(pair.ada, f"from a new link at {jump}")
            await pair.say(pair.ben, f"to a new link at {jump}")
        # Two months: Ben refuses what may be a replay, so all waits until the clock is right.
        offset.write_text("+60d")
        pair.ada.kill()
        await pair.ada.bury()
        await pair.ada.start()
        sent = await pair.ada.write("from a clock nobody believes")
        assert sent is not None
        pair.ada.kill()
        await pair.ada.bury()
        offset.write_text("+0")
        await pair.ada.start()
        verdict = await pair.judge()
        assert verdict.good, verdict.details()
        assert not verdict.waiting, verdict.details()

    play(tmp_path, story)
