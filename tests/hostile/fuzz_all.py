"""Fuzz all targets, as many side by side as there are processors, and print one table.

python tests/hostile/fuzz_all.py --seconds 60
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
STARTING_S = 300  # of one process, beyond its own time


@dataclass(frozen=True)
class Result:
    """One target's run."""

    target: str
    code: int
    executions: int
    edges: int  # of the branches of Hum's own code that were taken
    output: str


def main() -> int:
    """Run; 1 if anything was found."""
    parser = argparse.ArgumentParser(description="fuzz all of Hum's parsers")
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    print("| target | inputs tried | coverage, edges | |\n|---|---:|---:|---|", flush=True)
    found = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for result in pool.map(lambda target: _run(target, options.seconds), _targets()):
            verdict = "clean" if result.code == 0 else f"FOUND, exit {result.code}"
            print(f"| {result.target} | {result.executions:,} | {result.edges} | {verdict} |")
            sys.stdout.flush()
            if result.code:
                found += 1
                print(result.output[-4000:], file=sys.stderr)
    return 1 if found else 0


def _targets() -> list[str]:
    listed = subprocess.run(
        [sys.executable, HERE / "fuzz.py", "--list"], check=True, capture_output=True, text=True
    )
    return listed.stdout.split()


def _run(target: str, seconds: int) -> Result:
    command = [sys.executable, HERE / "fuzz.py", target, "--seconds", str(seconds)]
    done = subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=seconds + STARTING_S,
    )
    executions = re.findall(r"number_of_executed_units: (\d+)", done.stdout)
    edges = re.findall(r"cov: (\d+)", done.stdout)
    return Result(
        target,
        done.returncode,
        int(executions[-1]) if executions else 0,
        int(edges[-1]) if edges else 0,
        done.stdout,
    )


if __name__ == "__main__":
    sys.exit(main())
