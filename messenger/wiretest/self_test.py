"""The whole self-test, from an empty folder to a verdict."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from messenger.core.errors import InputError
from messenger.wiretest.attackers import has_learners
from messenger.wiretest.capture import Capture, start_capture
from messenger.wiretest.command import say
from messenger.wiretest.findings import Findings, find
from messenger.wiretest.packets import Line, Way
from messenger.wiretest.plan import Condition, Kind, Run, Settings
from messenger.wiretest.report import table, verdict
from messenger.wiretest.stage import Control, Nodes, Pair, play

PROGRESS_S: Final = 5.0  # seconds between two lines of progress
BEGIN: Final = "<!-- wiretest {} -->"
END: Final = "<!-- end of wiretest {} -->"


def run(settings: Settings, *, as_json: bool, document: Path | None) -> int:
    """Run it; 0 if the controls were found, else 1."""
    with tempfile.TemporaryDirectory(prefix="hum-wiretest-") as folder:
        try:
            findings = asyncio.run(_run(settings, Path(folder), as_json))
        except (ConnectionError, TimeoutError) as error:
            raise InputError(f"The two nodes of the self-test did not meet: {error}") from error
    if as_json:
        print(json.dumps({"result": findings.as_json(), "verdict": verdict(findings)}))
    else:
        print(table(findings), verdict(findings), sep="\n\n")
    if document is not None:
        write_table(document, f"T={settings.interval_s:g}", table(findings))
    return 0 if findings.controls_found else 1


async def _run(settings: Settings, folder: Path, as_json: bool) -> Findings:
    say(as_json, 0.0, "starting the nodes")
    capture = await start_capture(folder, proxy=settings.proxy)
    pairs: list[Pair] = []
    try:
        await _set_up(settings, folder, capture, pairs)
        runs = await _play(settings, pairs, as_json)
    finally:
        ends = await asyncio.gather(*(pair.stop() for pair in pairs), return_exceptions=True)
        await capture.stop()
    for end in ends:
        if end is not None:
            raise end
    say(as_json, 0.8, "reading the capture")
    findings = Findings(
        capture=capture.name,
        minutes=settings.minutes,
        interval_s=settings.interval_s,
        mode=settings.mode,
        pairs=settings.pairs,
        seed=settings.seed,
        learners=has_learners(),
    )
    find(
        settings,
        _lines(capture, pairs),
        pairs,
        runs,
        findings=findings,
        say=lambda text: say(as_json, 0.9, text),
    )
    return findings


async def _set_up(settings: Settings, folder: Path, capture: Capture, pairs: list[Pair]) -> None:
    for number in range(settings.pairs):
        windowed = Condition.GUI in settings.conditions and number == settings.pairs - 1
        nodes = Nodes(Kind.WINDOW if windowed else Kind.NODES, folder, number, settings)
        pairs.append(nodes)
        await nodes.start(capture)
    pairs += [await Control.start(kind, settings, capture) for kind in (Kind.NAIVE, Kind.BARE)]


async def _play(settings: Settings, pairs: Sequence[Pair], as_json: bool) -> list[Run]:
    plays = [asyncio.create_task(play(p, n, settings)) for n, p in enumerate(pairs)]
    total = settings.run_count * (settings.run_s + settings.settle_s)
    passed = 0.0
    while not all(task.done() for task in plays):
        await asyncio.wait(plays, timeout=PROGRESS_S, return_when=asyncio.FIRST_EXCEPTION)
        passed += PROGRESS_S
        failed = next((t.exception() for t in plays if t.done() and t.exception()), None)
        if failed is not None:
            for task in plays:
                task.cancel()
            raise failed
        say(as_json, min(0.8, 0.8 * passed / total), f"{min(passed, total):.0f} of {total:.0f} s")
    return [run for task in plays for run in await task]


def _lines(capture: Capture, pairs: Sequence[Pair]) -> dict[int, Line]:
    ports: dict[int, tuple[int, Way]] = {
        port: (number, way) for number, pair in enumerate(pairs) for port, way in pair.ports.items()
    }
    return capture.lines(ports)


def write_table(document: Path, name: str, text: str) -> None:
    """Put a table between its marks in a document; new marks stand at its end."""
    begin, end = BEGIN.format(name), END.format(name)
    old = document.read_text(encoding="utf-8") if document.exists() else ""
    block = f"{begin}\n{text}\n{end}"
    if begin in old and end in old:
        new = old[: old.index(begin)] + block + old[old.index(end) + len(end) :]
    else:
        new = f"{old.rstrip()}\n\n{block}\n".lstrip()
    document.write_text(new, encoding="utf-8")
