"""Drive one fuzz target with coverage, until time is up or something breaks.

    python tests/hostile/fuzz.py body --seconds 60
    python tests/hostile/fuzz.py --list

Needs atheris (extra ``fuzz``). A finding is written to the folder of findings, and belongs into
``corpus/TARGET`` together with its mend. Inputs with new coverage go with the run unless a folder
for them is named.
"""

import argparse
import sys
import tempfile
import types
from itertools import chain
from pathlib import Path

from fuzz_subjects import SUBJECTS

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
MOST_LEN = 8192  # bytes of one input; enough for every form that is not a plain long text
MOST_S = 10  # for one input: a hang
MOST_MIB = 1024  # of memory, the interpreter and all modules included


def main() -> int:
    """Run; the exit code is libFuzzer's, 0 when nothing was found."""
    parser = argparse.ArgumentParser(description="fuzz one of Hum's parsers")
    parser.add_argument("target", nargs="?")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--findings", type=Path, default=Path("build/fuzz/findings"))
    parser.add_argument("--corpus", type=Path, help="where inputs with new coverage are kept")
    parser.add_argument("--list", action="store_true", help="name the targets")
    options = parser.parse_args()
    if options.list:
        print(*chain.from_iterable(SUBJECTS.values()), sep="\n")
        return 0
    if options.target is None:
        parser.error("name a target; --list shows them")
    _fuzz(options)
    return 0


def _fuzz(options: argparse.Namespace) -> None:
    """Import what is fuzzed for the first time here: only then is its coverage seen."""
    atheris = _atheris()
    with atheris.instrument_imports(
        include=["messenger", "tuf", "fuzz_plain", "fuzz_sealed", "fuzz_files", "fuzz_helpers"]
    ):
        from fuzz_files import FILES
        from fuzz_helpers import HELPERS
        from fuzz_plain import PLAIN
        from fuzz_sealed import SEALED
        from fuzz_seeds import seeds
        from fuzz_updates import UPDATES
    targets = PLAIN | SEALED | FILES | HELPERS | UPDATES
    if options.target not in targets:
        sys.exit(f"{options.target} is no target; --list shows them")
    findings = options.findings / options.target
    findings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as emptied:
        folder = options.corpus or Path(emptied)
        folder.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds(options.target)):
            (folder / f"seed-{number}").write_bytes(seed)
        kept = CORPUS / options.target
        arguments = [
            sys.argv[0],
            f"-max_total_time={options.seconds}",
            f"-seed={options.seed}",
            f"-max_len={MOST_LEN}",
            f"-timeout={MOST_S}",
            f"-rss_limit_mb={MOST_MIB}",
            f"-artifact_prefix={findings}/",
            "-print_final_stats=1",
            str(folder),
            *([str(kept)] if kept.is_dir() else []),
        ]
        atheris.Setup(arguments, targets[options.target])
        atheris.Fuzz()


def _atheris() -> types.ModuleType:
    try:
        import atheris
    except ImportError:
        sys.exit("This needs atheris: make fuzz-smoke installs it.")
    return atheris


if __name__ == "__main__":
    sys.exit(main())
