"""Port mapping with a real router, and what happens where there is none."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from messenger.core.types import Address, PortMapping
from messenger.net import line_process
from messenger.net.line_process import helper_command
from messenger.net.port_mapping import PortMapper
from tests.net.nat_house import inside, run_inside, why_not

REASON = why_not()
needs_namespaces = pytest.mark.skipif(REASON is not None, reason=str(REASON))


@needs_namespaces
def test_a_port_of_the_router_lets_somebody_in_from_outside(tmp_path: Path) -> None:
    run_inside("tests.net.nat_story", tmp_path)


@needs_namespaces
def test_without_a_router_the_mapper_says_so_and_waits() -> None:
    command = [*inside(), *helper_command("port-mapper"), "4567", "3600"]
    with subprocess.Popen(
        command,
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as mapper:
        assert mapper.stdout is not None
        assert json.loads(mapper.stdout.readline()) == {"reason": "no_router"}
        assert mapper.stdin is not None
        mapper.stdin.close()
        assert mapper.wait() == 0


# -- the engine's side, with a mapper that says what a test wants ---------------------------------

OPEN = {"host": "9.9.9.1", "port": 4567, "lease_s": 3600}


@contextlib.contextmanager
def mapper_saying(monkeypatch: pytest.MonkeyPatch, *lines: str) -> Iterator[None]:
    """A process that says some lines and then reads its input to the end."""
    code = f"import sys\nprint({chr(10).join(lines)!r}, flush=True)\nsys.stdin.read()"
    monkeypatch.setattr(line_process, "helper_command", lambda _: (sys.executable, "-c", code))
    yield


@pytest.mark.parametrize(
    ("line", "state"),
    [
        (json.dumps(OPEN), PortMapping("open", Address("9.9.9.1", 4567))),
        (json.dumps({"reason": "refused"}), PortMapping("failed", reason="refused")),
        (json.dumps(OPEN | {"port": 70_000}), PortMapping("failed")),
    ],
)
def test_what_the_mapper_says_is_told(
    monkeypatch: pytest.MonkeyPatch, line: str, state: PortMapping
) -> None:
    async def scene() -> None:
        told: list[PortMapping] = []
        news = asyncio.Event()

        def on_change(new: PortMapping) -> None:
            told.append(new)
            news.set()

        mapper = PortMapper(on_change)
        with mapper_saying(monkeypatch, line):
            mapper.start(4567, after_s=0)
            while mapper.state.state == "asking":
                news.clear()
                await news.wait()
            await mapper.stop()
        assert told == [PortMapping("asking"), state, PortMapping()]

    asyncio.run(scene())


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        '{"command": "rm"}',
        "x" * 10_000,
        json.dumps(OPEN | {"host": "some.host"}),
    ],
)
def test_a_mapper_that_talks_nonsense_is_ended(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    async def scene() -> None:
        ended = asyncio.Event()

        def on_change(new: PortMapping) -> None:
            if new.reason == "ended":
                ended.set()

        mapper = PortMapper(on_change)
        with mapper_saying(monkeypatch, line):
            mapper.start(4567, after_s=0)
            await ended.wait()
            await mapper.stop()

    asyncio.run(scene())


def test_a_router_can_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import sys\n"
        f"print({json.dumps({'reason': 'refused'})!r}, flush=True)\n"
        "assert sys.stdin.readline() == 'again\\n'\n"
        f"print({json.dumps(OPEN)!r}, flush=True)\n"
        "sys.stdin.read()"
    )
    monkeypatch.setattr(line_process, "helper_command", lambda _: (sys.executable, "-c", code))

    async def scene() -> None:
        refused = asyncio.Event()
        mapper = PortMapper(lambda new: refused.set() if new.state == "failed" else None)
        assert (await mapper.ask_again()).state == "off"
        mapper.start(4567, after_s=0)
        await refused.wait()
        assert await mapper.ask_again() == PortMapping("open", Address("9.9.9.1", 4567))
        await mapper.stop()

    asyncio.run(scene())


def test_what_was_never_started_stops_at_once() -> None:
    async def scene() -> None:
        mapper = PortMapper(lambda _: None)
        mapper.start(4567)
        await mapper.stop()
        await mapper.stop()
        assert mapper.state == PortMapping()

    asyncio.run(scene())
