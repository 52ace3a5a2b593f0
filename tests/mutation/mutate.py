"""Mutation testing: changes Hum's code one place at a time and looks whether a test notices.

    python tests/mutation/mutate.py run --group ratchet --count 60   # goes on where it stopped
    python tests/mutation/mutate.py run --again                      # only what survived
    python tests/mutation/mutate.py report --verbose                 # the table, and the survivors

The mutants of a group come in an order that a fixed seed shuffles; ``--count`` says how many of
them are tried, so a larger count adds to a smaller one. Results are kept in build/mutation.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import covering
import forked_trial as trial
from mutants import MutatedModule
from mutation_plan import GROUPS, ROOT, Group, group_named
from mutation_results import TABLE_HEAD, Result, Results, table_row

SEED: Final = "hum"
EVERYTHING: Final = 10**9
FOLDER: Final = ROOT / "build/mutation"
RESULTS: Final = Results(FOLDER / "results.jsonl")
TESTS_S: Final = 25.0  # of tests a mutant, the quickest first; what is beyond is left out
SLOW_S: Final = 15.0  # a kill that took longer is believed only if the tests pass without it
POLL_S: Final = 0.02


def main() -> int:
    """Do what the command line says."""
    options = _options()
    groups = [group_named(name) for name in options.group] or list(GROUPS)
    if options.command == "run":
        trial.load_foreign()
        FOLDER.mkdir(parents=True, exist_ok=True)
        trees = [trial.Tree(ROOT, FOLDER / f"tree{number}") for number in range(options.jobs)]
        for group in groups:
            _run(group, trees, options)
    return _report(groups, verbose=options.verbose)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="mutation testing of Hum")
    parser.add_argument("command", choices=("run", "report"))
    parser.add_argument("--group", action="append", default=[], help="all where none is named")
    parser.add_argument("--count", type=int, default=EVERYTHING, help="mutants of each group")
    parser.add_argument("--again", action="store_true", help="only those that survived last time")
    parser.add_argument("--jobs", type=int, default=2, help="side by side")
    parser.add_argument("--pause", type=Path, help="wait for as long as this file exists")
    parser.add_argument("--verbose", action="store_true", help="the survivors too")
    return parser.parse_args()


# -- choosing ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Job:
    """One mutant with the tests that may kill it."""

    group: str
    module: MutatedModule
    index: int
    tests: list[str]
    seconds: float

    def ended(self, outcome: trial.Outcome) -> Result:
        """Return what is kept of it."""
        mutant = self.module.mutants[self.index]
        return Result(
            self.group,
            mutant.path,
            self.module.digest,
            self.index,
            mutant.line,
            mutant.operator,
            mutant.before,
            mutant.after,
            outcome.verdict,
            outcome.seconds,
            len(self.tests),
        )


def _sample(group: Group, count: int, root: Path) -> list[tuple[MutatedModule, int]]:
    """Return ``count`` mutants of a group, drawn with the seed."""
    modules = [MutatedModule(path, (root / path).read_text()) for path in group.module_paths(root)]
    everything = [(module, index) for module in modules for index in range(len(module.mutants))]
    random.Random(f"{SEED} {group.name}").shuffle(everything)
    return everything[:count]


def _jobs(group: Group, trees: list[trial.Tree], options: argparse.Namespace) -> Iterator[Job]:
    """Yield what is still to be tried; with ``again`` what is to be tried once more."""
    known = RESULTS.known()
    root = trees[0].folder
    reached = [_measured(trees[0], path, options.pause) for path in group.test_paths(root)]
    for module, index in _sample(group, options.count, root):
        before = known.get((module.path, module.digest, index))
        if before.alive and options.again if before else not options.again:
            yield Job(group.name, module, index, *_tests_for(module, index, reached))


def _tests_for(
    module: MutatedModule, index: int, reached: list[covering.TestFile]
) -> tuple[list[str], float]:
    """Return the quickest tests that reach the line, and how long they take together.

    What runs at import (constants, classes) may be seen by every test that runs any line of the
    module or names it in an import.
    """
    lines = covering.statement_lines(module.source, module.mutants[index].line)
    possible = set[tuple[float, str]]()
    for file in reached:
        possible.update(file.reaching(module.path, lines or module.all_lines))
        if not lines and covering.imports((ROOT / file.path).read_text(), module.path):
            possible.update((seconds, name) for name, seconds in file.seconds.items())
    names: list[str] = []
    total = 0.0
    for seconds, name in sorted(possible):
        if total + seconds > TESTS_S and names:
            break
        names.append(name)
        total += seconds
    return names, total


# -- running ----------------------------------------------------------------------------------


def _measured(tree: trial.Tree, path: str, pause: Path | None) -> covering.TestFile:
    """Return what a test file reaches, measured now if anything of it changed."""
    place = FOLDER / "covering" / f"{path.replace('/', '.')}.json"
    if place.exists() and (known := covering.load(place)).is_of(tree.folder):
        return known
    place.parent.mkdir(exist_ok=True)

    def measure() -> int:
        measuring = covering.Measuring(tree.folder)
        if status := trial.pytest_here([path], [measuring]):
            return status
        place.write_text(json.dumps(asdict(measuring.result(path))))
        return 0

    for _ in range(2):  # the machine may have been too busy for a test the first time
        _wait(pause)
        ran = trial.Trial(tree, measure, expected_s=60)
        while (outcome := ran.outcome()) is None:
            time.sleep(POLL_S)
        if outcome.verdict == "survived":
            return covering.load(place)
    print(ran.log.read_text()[-4000:], file=sys.stderr)
    raise RuntimeError(f"{path} {outcome.verdict} without any mutant")


def _run(group: Group, trees: list[trial.Tree], options: argparse.Namespace) -> None:
    """Try the mutants of a group, as many side by side as there are trees."""
    waiting = list(_jobs(group, trees, options))
    print(f"\n{group.name}: {len(waiting)} to try", flush=True)
    waiting.reverse()
    free = list(trees)
    running: list[tuple[trial.Tree, Iterator[None]]] = []
    while running or waiting:
        while free and waiting:
            _wait(options.pause)
            tree = free.pop()
            running.append((tree, _attempt(waiting.pop(), tree)))
        for tree, attempt in list(running):
            if next(attempt, attempt) is attempt:  # it is over
                running.remove((tree, attempt))
                free.append(tree)
        time.sleep(POLL_S)


def _attempt(job: Job, tree: trial.Tree) -> Iterator[None]:
    """Try one mutant in a tree; yields for as long as that lasts."""
    if not job.tests:
        _keep(job.ended(trial.Outcome("unreached", 0.0)))
        return
    with tree.changed(job.module.path, job.module.source_of(job.index)):
        outcome = yield from _tried(job, tree)
    if outcome.verdict in {"killed", "timeout"} and outcome.seconds > SLOW_S:
        control = yield from _tried(job, tree)
        if control.verdict != "survived":
            print("?", end="", flush=True)  # a busy machine; the mutant stays untried
            return
    _keep(job.ended(outcome))


def _tried(job: Job, tree: trial.Tree) -> Generator[None, None, trial.Outcome]:
    """Run the tests of a job in a tree as it stands."""
    ran = trial.run_tests(tree, job.tests, expected_s=job.seconds)
    try:
        while (outcome := ran.outcome()) is None:
            yield
    finally:
        ran.end()
    return outcome


def _keep(result: Result) -> None:
    RESULTS.add(result)
    print(f"\n{result}\n" if result.alive else ".", end="", flush=True)


def _wait(pause: Path | None) -> None:
    while pause is not None and pause.exists():
        time.sleep(2)


def _report(groups: list[Group], *, verbose: bool) -> int:
    """Print the table of what is known of the present sources."""
    known = RESULTS.known()
    left: list[Result] = []
    print(f"\n{TABLE_HEAD}")
    for group in groups:
        sample = _sample(group, EVERYTHING, ROOT)
        keys = [(module.path, module.digest, index) for module, index in sample]
        tried = [known[key] for key in keys if key in known]
        left += [one for one in tried if one.alive]
        print(table_row(group.name, len(sample), tried), flush=True)
    for one in left if verbose else ():
        print(one)
    return 0


if __name__ == "__main__":
    sys.exit(main())
