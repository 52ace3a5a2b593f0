"""What a self-test says: tables for people and for docs/wire.md."""

from typing import Final

from messenger.wiretest.findings import OTHERS_BAR, Check, Findings, SeriesFacts

EXTRA: Final = (
    "scikit-learn is not installed, so the attackers that learn did not run. It comes with the "
    "extra wiretest: pip install 'hum-messenger[wiretest]'."
)
PROVED_NOTHING: Final = (
    "THIS TEST PROVED NOTHING: gradient boosting must find the positive controls with an AUC above "
    "0.95, and did not. Run it for longer, or on a quieter machine."
)
DISTURBED: Final = (
    "Other programs, or other machines of the same host, took {percent:.0f} % of the processors "
    "meanwhile, which makes cells late whatever Hum does. A quiet machine may tell another story."
)
TOO_FEW_RUNS: Final = (
    "There were too few runs for any row to stand out: this test could not have found anything."
)


def table(findings: Findings) -> str:
    """Return everything as Markdown."""
    lines = [f"Captured by {findings.capture}; {findings.minutes:g} minutes, seed {findings.seed}."]
    if findings.others_percent is not None:
        lines[0] += f" Others took {findings.others_percent:.1f} % of the processors meanwhile."
    for facts in findings.series:
        lines += ["", _head(facts), "", *_rows(findings, facts.name)]
    lines += ["", "| clock | check | measured | bar | |", "|---|---|---:|---:|---|"]
    lines += [_check(check) for check in (*findings.control_checks, *findings.checks)]
    above, count = findings.above
    lines += ["", f"Of the {count} rows that are about Hum and whole windows or runs, {above} "
              f"have an interval wholly above 0.5; chance alone gives {0.025 * count:.1f}. "
              "p after Holm holds for all of them together."]  # fmt: skip
    lines += [
        f"Packet behind its instant, {n}: {ms:.3f} ms" for n, ms in findings.lateness_ms.items()
    ]
    return "\n".join(lines)


def _head(facts: SeriesFacts) -> str:
    clock = (
        "The clock is scaled: a faster clock makes lateness easier to see, so this is harder."
        if facts.is_scaled
        else "The clock is a real one."
    )
    return (
        f"**{facts.name}**: one cell each {facts.interval_s:g} s; {facts.pairs} pairs side by side "
        f"and {facts.controls} of each control. {clock}"
    )


def _rows(findings: Findings, series: str) -> list[str]:
    adjusted = findings.adjusted
    lines = [
        "| condition | attacker | cells | idle | busy | AUC [95 %] | p | p after Holm |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for number, f in enumerate(findings.findings):
        if f.series == series:
            holm = f"{adjusted[number]:.2g}" if number in adjusted else "–"
            lines.append(
                f"| {f.condition} | {f.attacker} | {f.cells or '–'} | {f.idle_count} "
                f"| {f.busy_count} | {f.area} | {f.area.p:.2g} | {holm} |"
            )
    return lines


def _check(check: Check) -> str:
    return f"| {check.series} | {check.name} | {check.measured} | {check.bar} | {check.outcome} |"


def verdict(findings: Findings) -> str:
    """Return what it means."""
    lines = [] if findings.learners else [EXTRA]
    if not findings.controls_found:
        lines.append(PROVED_NOTHING)
    elif findings.breaches:
        lines += ["The controls were found, and so was this:", *findings.breaches]
    else:
        lines.append("The controls were found; of Hum nothing was told apart from idle.")
    others = findings.others_percent or 0.0
    if others > OTHERS_BAR and (findings.breaches or not findings.controls_found):
        lines.append(DISTURBED.format(percent=others))
    if not findings.sharp_enough:
        lines.append(TOO_FEW_RUNS)
    return "\n".join(lines)
