"""The local network: two real nodes that know fingerprints only, and what a finder may say."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from messenger.net import line_process
from messenger.net.lan import LanFinder, Sighting, Wish
from tests.net.nat_house import run_inside, why_not

REASON = why_not()
TAG = "AAECAwQFBgcICQoLDA0ODw=="  # base64 of bytes 0 to 15
HEARD = {"tag": TAG, "addresses": ["192.0.2.1"], "port": 4567}


@pytest.mark.skipif(REASON is not None, reason=str(REASON))
def test_two_find_each_other_without_an_address_and_again_after_a_move(tmp_path: Path) -> None:
    run_inside("tests.net.lan_story", tmp_path)


@pytest.mark.skipif(REASON is not None, reason=str(REASON))
def test_a_message_comes_when_the_path_has_healed(tmp_path: Path) -> None:
    run_inside("tests.net.heal_story", tmp_path)


@pytest.mark.skipif(REASON is not None, reason=str(REASON))
def test_when_one_address_goes_the_other_carries_the_link(tmp_path: Path) -> None:
    run_inside("tests.net.roam_story", tmp_path)


def finder_saying(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """A process that says some lines and then repeats its input."""
    code = f"import sys\nprint({chr(10).join(lines)!r}, flush=True)\nsys.stdin.read()"
    monkeypatch.setattr(line_process, "helper_command", lambda _: (sys.executable, "-c", code))


def test_a_sighting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        heard: asyncio.Queue[Sighting] = asyncio.Queue()
        finder_saying(monkeypatch, json.dumps(HEARD))
        finder = LanFinder(heard.put_nowait)
        finder.start(after_s=0)
        assert await heard.get() == Sighting(bytes(range(16)), ("192.0.2.1",), 4567)
        assert finder.is_running
        finder.announce(Wish(bytes(16), 1))
        await finder.stop()
        assert not finder.is_running

    asyncio.run(scene())


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        json.dumps(HEARD | {"tag": "AAEC"}),
        json.dumps(HEARD | {"port": 0}),
        json.dumps(HEARD | {"addresses": ["192.0.2.1"] * 5}),
        json.dumps(HEARD | {"name": "Mara"}),
        "x" * 5000,
    ],
)
def test_a_finder_that_says_something_else_is_ended(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, line: str
) -> None:
    async def scene() -> None:
        heard: list[Sighting] = []
        finder_saying(monkeypatch, line)
        finder = LanFinder(heard.append)
        finder.start(after_s=0)
        while "never would" not in caplog.text:  # noqa: ASYNC110 - it tells its log only
            await asyncio.sleep(0.01)
        await finder.stop()
        assert not heard

    asyncio.run(scene())
