"""The laboratory as a program: killed in mid-training, small, and without Qt."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lab_processes import Files, lab

pytestmark = pytest.mark.timeout(300)

PEAK_MIB = 300  # row S2-15

_MEASURE = """
import sys
from pathlib import Path
from messenger.__main__ import main
code = main(sys.argv[1:])
qt = [name for name in sys.modules if name.startswith("PySide6")]
# Not ru_maxrss: a child begins with that of the process it was forked from.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(code, int(status["VmHWM"].split()[0]) // 1024, qt, file=sys.stderr)
"""


def test_a_killed_training_goes_on_where_it_was(tmp_path: Path) -> None:
    out = ("--out", tmp_path, "--steps", "300", "--batch", "64", "--any")
    with lab("train", *out, "--watched") as watched:
        worker = watched.wait_for("worker")["pid"]
        step = watched.wait_for("point")["step"]
        os.kill(worker, signal.SIGKILL)
        assert "goes on" in watched.wait_for("failure")["reason"]
        resumed = watched.wait_for("training")
        assert watched.wait_for("point")["step"] > step
        watched.wait_for("attacked")
        assert watched.process.wait(timeout=60) == 0
    assert resumed["resumed_at"] >= step
    assert sorted(path.name for path in tmp_path.iterdir()) == ["eve.hum-lab", "pair.hum-lab"]


def test_training_needs_no_qt_and_little_memory(tmp_path: Path) -> None:
    training = ["lab", "train", "--out", str(tmp_path), "--steps", "60", "--any"]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *training],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    code, peak, qt = done.stderr.splitlines()[-1].split(maxsplit=2)
    assert code == "0"
    assert qt == "[]"
    assert int(peak) <= PEAK_MIB
    assert "protects nothing real" in done.stderr


@pytest.mark.parametrize("experiment", [["museum"], ["trees", "--runs", "10"]])
def test_the_small_experiments_run(experiment: list[str]) -> None:
    with lab(*experiment) as process:
        assert process.finish() == 0
        assert len(process.rest()) >= 2


@pytest.mark.parametrize("experiment", [["forge"], ["timing", "--rounds", "3"]])
def test_the_experiments_on_a_pair_run(experiment: list[str], files: Files) -> None:
    with lab(*experiment, "--pair", files.pair) as process:
        assert process.finish() == 0
        told = process.rest()
    if experiment == ["forge"]:
        assert [one["accepted"] for one in told] == [1.0, 0.0]
    else:
        assert len(told) == 21


def test_hum_knows_the_laboratory_without_loading_numpy() -> None:
    code = "import sys; from messenger.__main__ import main\n"
    code += "try: main(['lab', '--help'])\nexcept SystemExit: pass\n"
    code += "print([name for name in ('numpy', 'PySide6') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "protects nothing real" in " ".join(done.stdout.split())
