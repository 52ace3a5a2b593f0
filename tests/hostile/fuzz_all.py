"""Fuzz all targets, as many side by side as there are processors, and print one table.

python tests/hostile/fuzz_all.py --seconds 60

With ``--share`` the time is a subject's (``fuzz_subjects.py``), and its targets share it: those of
one subject read the same kind of bytes. With ``--book FILE`` it goes on where earlier runs stopped,
on whatever machine: the file has a line for each target, how long it was fuzzed in seconds of
processor time, how many inputs it read, and between which days, whatever version of the program it
was; one that broke begins anew. ``--keep FOLDER`` is where the inputs stay that showed something
new. One run at a time.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from fuzz_subjects import SUBJECTS

HERE = Path(__file__).parent
SLICE_S = 300  # of one process: what is lost at most when somebody stops the run


@dataclass(frozen=True)
class Result:
    """What is known of one target."""

    target: str
    seconds: float = 0.0  # of processor time
    executions: int = 0
    edges: int = 0  # of the branches of Hum's own code that were taken
    code: int = 0
    since: str = ""  # day of the first run
    until: str = ""  # of the last one

    def __add__(self, other: "Result") -> "Result":
        return Result(
            self.target,
            self.seconds + other.seconds,
            self.executions + other.executions,
            max(self.edges, other.edges),
            self.code or other.code,
            min(filter(None, (self.since, other.since)), default=""),
            max(self.until, other.until),
        )

    def row(self) -> str:
        """Return it as a line of the table."""
        verdict = "clean" if self.code == 0 else f"FOUND, exit {self.code}"
        return (
            f"| {self.target} | {self.seconds / 60:.1f} | {self.executions:,} |"
            f" {self.edges or ''} | {verdict} |"
        )


def main() -> int:
    """Run; 1 if anything was found."""
    parser = argparse.ArgumentParser(description="fuzz all of Hum's parsers")
    parser.add_argument("--seconds", type=int, default=60, help="of processor time, a target")
    parser.add_argument("--share", action="store_true", help="a subject; its targets share them")
    parser.add_argument("--book", type=Path, metavar="FILE", help="go on where this one stopped")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep what showed something")
    options = parser.parse_args()
    goals = _goals(options.seconds, share=options.share)
    with _folder(options.keep) as folder:
        results = _fuzz_all(folder, options.book or folder / "fuzzed.jsonl", goals)
    if options.share:
        results += _by_subject(results)
    print("| target | minutes | inputs tried | coverage, edges | |\n|---|---:|---:|---:|---|")
    print(*(result.row() for result in results), sep="\n")
    return 1 if any(result.code for result in results) else 0


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)


def _goals(seconds: int, *, share: bool) -> dict[str, int]:
    """Return the seconds that each target shall have."""
    return {
        target: seconds // len(targets) if share else seconds
        for targets in SUBJECTS.values()
        for target in targets
    }


def _by_subject(results: Sequence[Result]) -> list[Result]:
    """Return what the targets of each subject have come to; their edges overlap and stay apart."""
    of = {result.target: result for result in results}
    return [
        replace(sum((of[target] for target in targets), Result(subject)), edges=0)
        for subject, targets in SUBJECTS.items()
    ]


def _fuzz_all(folder: Path, book: Path, goals: Mapping[str, int]) -> list[Result]:
    """Give whoever had the least the next slice, until all had enough or a target broke."""
    known = {target: Result(target) for target in goals} | _read(book, goals)
    processors = os.cpu_count() or 1
    running: dict[Future[Result], str] = {}
    with ThreadPoolExecutor(processors) as pool:
        while True:
            waiting = [
                r
                for r in known.values()
                if r.seconds < goals[r.target] and not r.code and r.target not in running.values()
            ]
            for result in sorted(waiting, key=lambda r: r.seconds)[: processors - len(running)]:
                length = min(SLICE_S, goals[result.target] - int(result.seconds))
                running[pool.submit(_run, result.target, length, folder)] = result.target
            if not running:
                return list(known.values())
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                target = running.pop(future)
                known[target] = result = known[target] + future.result()
                _write(book, known.values())
                print(f"{target}: {result.seconds:.0f} s", file=sys.stderr)


def _read(book: Path, goals: Mapping[str, int]) -> dict[str, Result]:
    """Return what is known of those targets that there are still; what broke begins anew."""
    lines = book.read_text().splitlines() if book.exists() else []
    known = (Result(**json.loads(line)) for line in lines)
    return {r.target: r for r in known if r.target in goals and not r.code}


def _write(book: Path, results: Iterable[Result]) -> None:
    lines = [json.dumps(asdict(result)) + "\n" for result in results if result.seconds]
    unfinished = book.with_name(book.name + ".new")
    unfinished.write_text("".join(lines))
    unfinished.replace(book)


def _run(target: str, seconds: int, folder: Path) -> Result:
    log = folder / f"{target}.log"
    command = [
        *(sys.executable, HERE / "fuzz.py", target, "--seconds", str(seconds)),
        *("--corpus", folder / target),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    text = log.read_text(errors="replace")
    if process.returncode:
        print(text[-4000:], file=sys.stderr)
    executions = re.findall(r"number_of_executed_units: (\d+)", text)
    edges = re.findall(r"cov: (\d+)", text)
    return Result(
        target,
        round(usage.ru_utime + usage.ru_stime, 1),
        int(executions[-1]) if executions else 0,
        int(edges[-1]) if edges else 0,
        process.returncode,
        *2 * (datetime.now(UTC).date().isoformat(),),
    )


if __name__ == "__main__":
    sys.exit(main())
