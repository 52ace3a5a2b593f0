"""The hook: the host's own command, once for each call and in their order."""

import asyncio
import logging
import sys
from pathlib import Path

import pytest

from messenger.relay.hook import HookCommand

WRITE = "import sys; open(sys.argv[1], 'a').write(repr(sys.argv[2:]) + '\\n')"


def test_it_runs_once_for_each_call_in_order_and_no_shell_reads_the_words(tmp_path: Path) -> None:
    async def run() -> None:
        hook = HookCommand([sys.executable, "-c", WRITE, str(tmp_path / "heard")])
        hook("opened", "5 calls failed: $(false); *")
        hook("closed", "the store answers")
        await hook.close()

    asyncio.run(run())
    assert (tmp_path / "heard").read_text().splitlines() == [
        "['opened', '5 calls failed: $(false); *']",
        "['closed', 'the store answers']",
    ]


@pytest.mark.parametrize(
    ("argv", "limit_s", "said"),
    [
        (["/nowhere/at/all"], 10.0, "did not run to its end: FileNotFoundError"),
        ([sys.executable, "-c", "raise SystemExit(3)"], 10.0, "ended with the status 3"),
        ([sys.executable, "-c", "input()"], 10.0, "ended with the status 1"),  # nobody types
        ([sys.executable, "-c", "import time; time.sleep(99)"], 0.1, "TimeoutExpired"),
    ],
    ids=["missing", "failing", "asking", "hanging"],
)
def test_a_hook_that_fails_is_noted_and_the_next_one_runs(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    argv: list[str],
    limit_s: float,
    said: str,
) -> None:
    async def run() -> None:
        hook = HookCommand(argv, limit_s=limit_s)
        hook("opened", "a reason")
        await hook.close()
        hook("closed", "a reason")
        await hook.close()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert [said in record.getMessage() for record in caplog.records] == [True, True]
    assert "a reason" not in caplog.text


def test_the_loop_goes_on_while_a_hook_runs(tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    wait = (
        "import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(.01)"
    )

    async def run() -> None:
        hook = HookCommand([sys.executable, "-c", wait, str(go_on)])
        hook("opened", "a reason")
        for _ in range(100):
            await asyncio.sleep(0)  # each of them would stand still
        go_on.touch()
        await hook.close()

    asyncio.run(run())


def test_a_hook_needs_a_program() -> None:
    with pytest.raises(ValueError, match="program"):
        HookCommand([])
