"""The tables and plots of ``docs/lab``: every figure with its seed, baseline and attacker.

A section is computed from sizes and a seed, and becomes Markdown with its plots beside it. The
sizes of a test take seconds, those of the document minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from messenger.lab.attackers import Effort, fresh_eve, linear_eve, reused_key
from messenger.lab.checks import Checked, check
from messenger.lab.experiments import accepts, ed25519_forgeries
from messenger.lab.healing import leak_and_heal
from messenger.lab.hidden_signature import Forger, HiddenSigner
from messenger.lab.shared_state import Shared
from messenger.lab.timing import (
    Contender,
    contenders,
    measure,
    timing_chart,
    timing_csv,
    timing_table,
)
from messenger.lab.training import Settings, Trained, train, without_bars
from messenger.lab.tuning import GRID, sweep, training_chart, tuning_chart, tuning_table

SEED: Final = 1
_LENGTHS: Final = (1, 16, 100, 2000)  # bytes of the texts that are signed
_FORGER_SEES: Final = 64


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    training: Settings = field(default_factory=lambda: Settings(seed=SEED))
    effort: Effort = field(default_factory=Effort)
    sweep_steps: int = 1500
    sweep_effort: Effort = field(default_factory=lambda: Effort(tries=1, steps=2000))
    plain_steps: int = 1000
    changed_bits: int = 10_000
    forgeries: int = 1000
    timing_rounds: int = 1000
    tree_runs: int = 1000
    tree_groups: int = 60  # runs with 50 attackers each
    tree_limits: tuple[int, ...] = (3, 4, 5, 6)


QUICK: Final = Sizes(
    training=without_bars(Settings(seed=SEED, steps=40, batch=64, every=10)),
    effort=Effort(tries=1, steps=20, batch=64),
    sweep_steps=10,
    sweep_effort=Effort(tries=1, steps=10, batch=64),
    plain_steps=20,
    changed_bits=40,
    forgeries=20,
    timing_rounds=2,
    tree_runs=40,
    tree_groups=4,
    tree_limits=(2, 3),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the document, and the files it shows, by name."""

    title: str
    text: str
    files: dict[str, str] = field(default_factory=dict)


def train_pair(sizes: Sizes) -> Trained:
    """Train the pair that the other sections use."""
    return train(sizes.training)


def cipher_section(trained: Trained, sizes: Sizes) -> Section:
    """The learnt cipher, its attackers, and the objective of the study beside it."""
    settings = trained.settings
    plain = Settings(
        seed=SEED, steps=sizes.plain_steps, batch=128, rate=0.002, objective="plaintext"
    )
    study = train(without_bars(plain))
    rows = [_judged(trained, sizes.effort), _judged(study, sizes.effort)]
    names = ("adversarial (ours)", "Alice fitted to the plaintext (the study's)")
    lines = [
        "| objective | Bob | Eve of the training | fresh Eve | fresh wide Eve | least squares "
        "| one key used for 64 known blocks | wrong key | sign(C) = P | a cipher? |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
        *(f"| {name} | {row} |" for name, row in zip(names, rows, strict=True)),
    ]
    text = (
        f"Seed {settings.seed}, {settings.steps} steps of {settings.batch} blocks, "
        f"{settings.optimizer} at {settings.rate:g}; starts needed: {trained.starts}. Wrong bits "
        f"of 16; the baseline is 8, which is guessing. Fresh Eves: the best of "
        f"{sizes.effort.tries} with {sizes.effort.steps} steps each.\n\n"
        + "\n".join(lines)
        + "\n\n![Training](training.svg)\n\n"
        "An ordinary attacker reads about one bit of sixteen without any key, and everything as "
        "soon as a key is used twice: least squares on 64 known blocks is enough. Whoever holds "
        "the networks may also try all 65,536 keys of a block. It protects nothing."
    )
    return Section("The learnt cipher", text, {"training.svg": _curve(trained)})


def tuning_section(sizes: Sizes) -> Section:
    """Six ways to train."""
    base = replace(sizes.training, steps=sizes.sweep_steps)
    rows = list(sweep(base, sizes.sweep_effort, GRID))
    text = (
        f"{sizes.sweep_steps} steps each, one start, seed {base.seed}; wrong bits of 16, guessing "
        f"is 8. A low Eve in the last columns is a cipher that was not learnt.\n\n"
        f"{tuning_table(rows)}\n\n![Tuning](tuning.svg)"
    )
    return Section("Tuning", text, {"tuning.svg": tuning_chart(rows)})


def signature_section(shared: Shared, sizes: Sizes) -> Section:
    """Hidden states as a signature, and who else can make it."""
    signer = HiddenSigner(shared)
    random = np.random.default_rng([SEED, 6])
    lines = [
        "| text, bytes | signature, bytes | valid ones accepted | one changed bit refused |",
        "|---:|---:|---:|---:|",
        *(_signed_row(signer, length, sizes.changed_bits // 4, random) for length in _LENGTHS),
    ]
    seen, fresh = (
        [random.bytes(40) for _ in range(count)] for count in (_FORGER_SEES, sizes.forgeries)
    )
    forger = Forger.learn([(text, signer.sign(text)) for text in seen])
    forged = sum(accepts(signer, text, forger.sign(text)) for text in fresh)
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    text = (
        f"**This is not a signature.** Seed {SEED}.\n\n"
        + "\n".join(lines)
        + f"\n\nCan Eve make it? Yes. After {_FORGER_SEES} seen pairs of text and signature a "
        f"forger by least squares had {forged} of {sizes.forgeries} texts of her own accepted. "
        f"The same forger against Ed25519: {ed25519_forgeries(key, seen, fresh)} of "
        f"{sizes.forgeries}. And Bob, who verifies, can sign as Alice anyway."
    )
    return Section("The signature from hidden states", text)


def healing_section(trained: Trained, shared: Shared, sizes: Sizes) -> Section:
    """A leak, the alarm, and the recovery."""
    again = replace(sizes.training, seed=sizes.training.seed + 2)
    healing, _ = leak_and_heal(shared, trained.eve, lambda: train(again).pair, SEED)
    text = (
        "| act | Eve, wrong bits of 16 |\n|---|---:|\n"
        f"| before: Eve has her own network | {healing.before:.2f} |\n"
        f"| leak: Eve has networks and secret | {healing.leaked:.2f} |\n"
        f"| healed: retrained (seed {again.seed}) and reissued, Eve has the old copy "
        f"| {healing.healed:.2f} |\n\n"
        f"The alarm came after {healing.noticed_after} texts of 128 blocks; Bob errs in "
        f"{healing.bob:.2f} bits afterwards. Somebody looked at Eve's score to raise it, which "
        "nobody can do outside a laboratory: the messenger heals on a clock instead."
    )
    return Section("Healing", text)


def timing_section(shared: Shared, sizes: Sizes, more: Sequence[Contender] = ()) -> Section:
    """The toy beside real cryptography."""
    timed = measure([*contenders(shared), *more], sizes.timing_rounds)
    text = (
        f"Medians of {sizes.timing_rounds} calls in turns, one thread; "
        f"[as CSV](timing.csv). The study reported encryption 19 to 55 times slower than Fernet "
        f"and signing 75 to 111 times slower than HMAC-SHA256.\n\n{timing_table(timed)}\n\n"
        "![Timing](timing.png)"
    )
    files = {"timing.csv": timing_csv(timed), "timing.svg": timing_chart(timed)}
    return Section("Timing", text, files)


def document(sections: Sequence[Section], head: str) -> str:
    """Put the sections into one Markdown text."""
    parts = [f"## {section.title}\n\n{section.text}\n" for section in sections]
    return "\n".join(["# Results of the laboratory\n", head + "\n", *parts])


def _judged(trained: Trained, effort: Effort) -> str:
    """Write a row of figures about a pair, attackers included."""
    pair, seed = trained.pair, trained.settings.seed
    found: Checked = check(pair, seed)
    figures = [
        f"{found.right_key:.3f}",
        f"{trained.last.eve:.2f}",
        f"{fresh_eve(pair, seed, effort):.2f}",
        f"{fresh_eve(pair, seed, replace(effort, wide=True)):.2f}",
        f"{linear_eve(pair, seed):.2f}",
        f"{reused_key(pair, seed):.2f}",
        f"{found.wrong_key:.2f}",
        f"{found.identity:.2f}",
        "yes" if found.is_cipher else "no",
    ]
    return " | ".join(figures)


def _curve(trained: Trained) -> str:
    return training_chart("Wrong bits while learning", trained.curve)


def _signed_row(signer: HiddenSigner, length: int, count: int, random: np.random.Generator) -> str:
    valid = refused = 0
    for _ in range(count):
        text = random.bytes(length)
        signature = signer.sign(text)
        changed = bytearray(text)
        place = int(random.integers(8 * length))
        changed[place // 8] ^= 1 << place % 8
        valid += accepts(signer, text, signature)
        refused += not accepts(signer, bytes(changed), signature)
    return f"| {length:,} | 32 | {valid} of {count} | {refused} of {count} |"
