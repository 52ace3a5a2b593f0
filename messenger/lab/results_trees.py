"""The tables of tree parity machines for ``docs/lab``."""

import math
from typing import Final

import numpy as np

from messenger.lab.charts import Axis, Series, line_chart
from messenger.lab.results import SEED, Section, Sizes
from messenger.lab.tree_attackers import attack, genetic_attack
from messenger.lab.tree_parity import RULES, Shape, synchronise

_GROUP: Final = 50  # attackers that work on one run
_HERD: Final = 512  # largest population of the genetic attacker
_HERDS: Final = 10  # runs of it; each is slow
_SLOW_RULE_LIMIT: Final = 4  # anti-Hebbian beyond takes many thousand steps


def trees_section(sizes: Sizes) -> Section:
    """Synchronisation and attacks, by the size of the weights."""
    steps = {limit: _steps(limit, sizes.tree_runs) for limit in sizes.tree_limits}
    single = {
        limit: attack(Shape(limit=limit), "geometric", sizes.tree_runs, 1, SEED).each
        for limit in sizes.tree_limits
    }
    lines = [
        "| L | random walk, steps | steps/L² | Hebbian | anti-Hebbian | one geometric attacker "
        f"| {_GROUP} geometric, any | majority of {_GROUP}, any | one simple attacker |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        *(_row(limit, steps[limit], single[limit], sizes) for limit in sizes.tree_limits),
    ]
    genetic = genetic_attack(Shape(limit=sizes.tree_limits[0]), _HERDS, _HERD, SEED).each
    slope = _slope(single)
    text = (
        f"K = 3, N = 100, seed {SEED}, {sizes.tree_runs} runs a row ({sizes.tree_groups} for the "
        "groups of attackers); an attacker succeeds when it has exactly the weights at the moment "
        "both sides have them.\n\n"
        + "\n".join(lines)
        + f"\n\nSlope of ln P for one geometric attacker: {slope:.2f} per unit of L: success falls "
        "exponentially while the steps grow with the square, as published. "
        f"A genetic attacker with at most {_HERD} guesses has the key in {genetic:.0%} of {_HERDS} "
        f"runs at L = {sizes.tree_limits[0]}. But groups of attackers, which cost nobody much, "
        "have the key most of the time at every L of this table: it protects nothing.\n\n"
        "![Steps](tree-steps.svg)\n\n![Attackers](tree-attackers.svg)"
    )
    files = {
        "tree-steps.svg": line_chart(
            "Steps until both are equal",
            Axis("L squared"),
            Axis("steps"),
            [Series("random walk", [(limit**2, steps[limit]["random walk"]) for limit in steps])],
        ),
        "tree-attackers.svg": line_chart(
            "One geometric attacker",
            Axis("L"),
            Axis("probability of success", logarithmic=True),
            [Series("geometric", [(limit, max(single[limit], 1e-4)) for limit in single])],
        ),
    }
    return Section("Tree parity machines", text, files)


def _steps(limit: int, runs: int) -> dict[str, float]:
    """Mean steps by rule; NaN where the rule takes too long to be worth it."""
    shape = Shape(limit=limit)
    return {
        rule: math.nan
        if rule == "anti-hebbian" and limit > _SLOW_RULE_LIMIT
        else synchronise(shape, rule, runs, SEED).mean
        for rule in RULES
    }


def _row(limit: int, steps: dict[str, float], single: float, sizes: Sizes) -> str:
    shape = Shape(limit=limit)
    group = attack(shape, "geometric", sizes.tree_groups, _GROUP, SEED).any
    majority = attack(shape, "majority", sizes.tree_groups, _GROUP, SEED).any
    simple = attack(shape, "simple", sizes.tree_runs, 1, SEED).each
    slow = steps["anti-hebbian"]
    return (
        f"| {limit} | {steps['random walk']:,.1f} | {steps['random walk'] / limit**2:.1f} "
        f"| {steps['hebbian']:,.0f} | {'not run' if math.isnan(slow) else f'{slow:,.0f}'} "
        f"| {single:.3f} | {group:.2f} | {majority:.2f} | {simple:.3f} |"
    )


def _slope(single: dict[int, float]) -> float:
    """Fit the slope of ln P over L, where there was any success."""
    won = {limit: chance for limit, chance in single.items() if chance > 0}
    if len(won) < 2:
        return math.nan
    return float(np.polyfit(list(won), np.log(list(won.values())), 1)[0])
