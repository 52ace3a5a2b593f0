"""The whole self-test, from an empty folder to a verdict."""

import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from messenger.core.errors import InputError
from messenger.wiretest.attackers import has_learners
from messenger.wiretest.capture import Capture, start_capture
from messenger.wiretest.command import say
from messenger.wiretest.findings import Findings
from messenger.wiretest.hunt import Played, hunt
from messenger.wiretest.others import OthersShare
from messenger.wiretest.packets import Line, Way
from messenger.wiretest.plan import CONTROLS, Run, Settings, kinds_of
from messenger.wiretest.report import table, verdict
from messenger.wiretest.stage import Control, Nodes, Pair, play

PROGRESS_S: Final = 5.0  # seconds between two lines of progress
STARTS_AT_ONCE: Final = 4  # pairs of nodes: each takes a core and some memory to make its profiles
BEGIN: Final = "<!-- wiretest {} -->"
END: Final = "<!-- end of wiretest {} -->"


@dataclass(frozen=True, slots=True)
class Cast:
    """A pair and the series it plays in."""

    settings: Settings
    pair: Pair


def run(series: Sequence[Settings], *, proxy: bool, as_json: bool, document: Path | None) -> int:
    """Run all series side by side; 0 if the controls were found and nothing else was, else 1."""
    with tempfile.TemporaryDirectory(prefix="hum-wiretest-") as folder:
        try:
            findings = asyncio.run(_run(series, Path(folder), proxy=proxy, as_json=as_json))
        except (ConnectionError, TimeoutError) as error:
            raise InputError(f"The two nodes of the self-test did not meet: {error}") from error
    if as_json:
        print(json.dumps({"result": findings.as_json(), "verdict": verdict(findings)}))
    else:
        print(table(findings), verdict(findings), sep="\n\n")
    if document is not None:
        name = ", ".join(settings.name for settings in series)
        write_table(document, name, f"{table(findings)}\n\n{verdict(findings)}")
    return 0 if findings.controls_found and not findings.breaches else 1


async def _run(series: Sequence[Settings], folder: Path, *, proxy: bool, as_json: bool) -> Findings:
    say(as_json, 0.0, "starting the nodes")
    others = OthersShare()
    capture = await start_capture(folder, proxy=proxy)
    casts: dict[int, Cast] = {}
    try:
        await _set_up(series, folder, capture, casts)
        runs = await _play(casts, as_json)
    finally:
        stops = (cast.pair.stop() for cast in casts.values())
        ends = await asyncio.gather(*stops, return_exceptions=True)
        await capture.stop()
    for end in ends:
        if end is not None:
            raise end
    percent = others.percent()
    say(as_json, 0.8, "reading the capture")
    findings = Findings(capture.name, series[0].minutes, series[0].seed, has_learners(), percent)
    lines = _lines(capture, casts)
    for settings in series:
        pairs = {n: cast.pair for n, cast in casts.items() if cast.settings is settings}
        played = Played(settings, pairs, [run for run in runs if run.pair in pairs], lines)
        hunt(played, findings, say=lambda text: say(as_json, 0.9, text))
    return findings


async def _set_up(
    series: Sequence[Settings], folder: Path, capture: Capture, casts: dict[int, Cast]
) -> None:
    """Start all pairs; ``casts`` has every one that has to be stopped."""
    turns = asyncio.Semaphore(STARTS_AT_ONCE)

    async def start(nodes: Nodes) -> None:
        async with turns:
            await nodes.start(capture)

    starts = []
    for settings in series:
        for kind in kinds_of(settings):
            number = len(casts)
            if kind in CONTROLS:
                control = await Control.start(kind, settings, capture, f"{settings.seed} {number}")
                casts[number] = Cast(settings, control)
            else:
                nodes = Nodes(kind, folder, number, settings)
                casts[number] = Cast(settings, nodes)
                starts.append(start(nodes))
    await asyncio.gather(*starts)


async def _play(casts: Mapping[int, Cast], as_json: bool) -> list[Run]:
    plays = [
        asyncio.create_task(play(cast.pair, number, cast.settings))
        for number, cast in casts.items()
    ]
    total = max(c.settings.run_count * (c.settings.run_s + c.settings.settle_s)
                for c in casts.values())  # fmt: skip
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


def _lines(capture: Capture, casts: Mapping[int, Cast]) -> dict[int, Line]:
    ports: dict[int, tuple[int, Way]] = {
        port: (number, way)
        for number, cast in casts.items()
        for port, way in cast.pair.ports.items()
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
