"""What a self-test says: a table for people and for docs/wire.md."""

from typing import Final

from messenger.wiretest.findings import Findings

EXTRA: Final = (
    "scikit-learn is not installed, so the attackers that learn did not run. It comes with the "
    "extra wiretest: pip install 'hum-messenger[wiretest]'."
)
PROVED_NOTHING: Final = (
    "THIS TEST PROVED NOTHING: an attacker must find the positive controls with an AUC above 0.95, "
    "and did not. Run it for longer, or on a quieter machine."
)


def table(findings: Findings) -> str:
    """Return everything as Markdown."""
    lines = [
        f"Captured by {findings.capture}; {findings.pairs} pairs side by side, "
        f"{findings.minutes:g} minutes, one cell each {findings.interval_s:g} s "
        f"({findings.mode}), seed {findings.seed}. {_clock(findings)}",
        "",
        "| condition | attacker | cells | idle | busy | AUC [95 %] |",
        "|---|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {f.condition} | {f.attacker} | {f.cells or '–'} | {f.idle_count} | {f.busy_count} "
        f"| {f.area} |"
        for f in findings.findings
    ]
    lines += ["", f"TCP payloads: {findings.payload_count}, of which "
              f"{findings.odd_payload_count} were not whole cells."]  # fmt: skip
    lines += [f"Cells against the clock, {n}: {share:.2%}" for n, share in findings.rate.items()]
    lines += [
        f"Packet behind its instant, {n}: {ms:.3f} ms" for n, ms in findings.lateness_ms.items()
    ]
    return "\n".join(lines)


def _clock(findings: Findings) -> str:
    if findings.interval_s >= 0.125:
        return "The clock is a real one."
    return "The clock is scaled: a faster clock makes lateness easier to see, so this is harder."


def verdict(findings: Findings) -> str:
    """Return what it means."""
    lines = [] if findings.learners else [EXTRA]
    if not findings.controls_found:
        lines.append(PROVED_NOTHING)
    elif findings.breaches:
        lines += ["The controls were found, and so was this:", *findings.breaches]
    else:
        lines.append("The controls were found; of Hum nothing was told apart from idle.")
    return "\n".join(lines)
