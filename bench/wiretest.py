"""The wire self-test: is a conversation found on real packets, and are the controls?

    python -m bench wiretest               # HUM_WIRETEST_MINUTES makes it longer than five

A short run at 50 cells a second; the long ones and all their attackers are in docs/wire.md. Chance
is an AUC of 0.5, and it is within an interval exactly where the interval's lower end is not above
it. Every interval in forty lies wholly above it by chance, so the last row counts what is
left after Holm's correction.
"""

import json
import os
import subprocess
import sys
from typing import Any, Final

from bench.bars import Bar
from bench.report import Row
from messenger.wiretest.findings import CONTROL_BAR, CONTROL_CONDITIONS, JUDGE_OF_CONTROLS

_MINUTES: Final = "5"
_CHANCE: Final = 0.5
_CONTROLS: Final = {condition.value for condition in CONTROL_CONDITIONS}


def run() -> list[Row]:
    """Run it once, in a process of its own."""
    minutes = os.environ.get("HUM_WIRETEST_MINUTES", _MINUTES)
    command = [sys.executable, "-m", "messenger", "wiretest", "--json", "--minutes", minutes]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    result = next((line["result"] for line in lines if "result" in line), None)
    if result is None:
        raise RuntimeError("the wire self-test ended without a result")
    print(*result["breaches"], sep="\n", file=sys.stderr)
    return rows_of(result)


def rows_of(result: dict[str, Any]) -> list[Row]:
    """Turn what the self-test found into rows."""
    judged = [f for f in result["findings"] if f["attacker"] == JUDGE_OF_CONTROLS]
    rows = [_row(finding) for finding in judged]
    found = len(result["breaches"])
    return [
        *rows,
        Row("rows that stand out, and bars missed", "limit", found, 0, "", 1.0, bar=Bar.WIRE),
    ]


def _row(finding: dict[str, Any]) -> Row:
    area, condition = finding["area"], finding["condition"]
    low, value, high = (area[name] for name in ("low", "value", "high"))
    what = f"{JUDGE_OF_CONTROLS}, {condition}, windows of {finding['cells']}: AUC {value:.3f}"
    if condition in _CONTROLS:
        work = f"a bad scheme must be found: {what}"
        return Row(work, "limit", value, CONTROL_BAR, "AUC", 1.0, more_is_better=True, bar=Bar.WIRE)
    work = f"{what} [{low:.3f}, {high:.3f}], lower end"
    return Row(work, "chance", low, _CHANCE, "AUC", 1.0, bar=Bar.WIRE)
