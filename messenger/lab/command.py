"""``hum lab …``: the experiments, and Alice, Bob and Eve as processes.

``add_arguments`` is cheap and imports nothing heavy; numpy is loaded when a command runs.
"""

import argparse
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from messenger.core.errors import InputError

PROTECTS_NOTHING: Final = (
    "An experiment to look at. It protects nothing real; Hum itself uses none of it."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands of the laboratory."""
    parser.description = PROTECTS_NOTHING
    commands = parser.add_subparsers(metavar="EXPERIMENT", title="experiments", required=True)
    train = _command(commands, "train", "train Alice and Bob against Eve", "run_train")
    _add_training(train)
    alice = _command(commands, "alice", "send lines of standard input to Bob", "run_alice")
    alice.add_argument("--connect", required=True, metavar="HOST:PORT", help="Bob, or Eve")
    alice.add_argument("--patience", type=float, default=30.0, metavar="S", help="seconds")
    bob = _command(commands, "bob", "listen and read what Alice sends", "run_bob")
    bob.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    for side in (alice, bob):
        side.add_argument("--pair", type=Path, required=True, metavar="FILE", help="pair.hum-lab")
    eve = _command(commands, "eve", "stand between them and guess", "run_eve")
    eve.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT")
    eve.add_argument("--connect", required=True, metavar="HOST:PORT", help="where Bob listens")
    eve.add_argument("--eve", type=Path, required=True, metavar="FILE", help="eve.hum-lab")
    eve.add_argument("--referee", type=Path, metavar="FILE", help="pair.hum-lab, to score only")
    agree = _command(commands, "agree", "agree on a key by tree parity machines", "run_agree")
    inside = _command(commands, "session", "mix such a key into a real session", "run_session")
    inside.add_argument("--withhold", type=int, metavar="N", help="fall silent after N steps")
    for machine in (agree, inside):
        ends = machine.add_mutually_exclusive_group(required=True)
        ends.add_argument("--listen", metavar="HOST:PORT")
        ends.add_argument("--connect", metavar="HOST:PORT")
        machine.add_argument("--limit", type=int, default=3, metavar="L", help="largest weight")
    trees = _command(commands, "trees", "tables of tree parity machines", "run_trees")
    trees.add_argument("--runs", type=int, default=1000)
    forge = _command(commands, "forge", "sign by hidden states, and forge", "run_forge")
    forge.add_argument("--pair", type=Path, required=True, metavar="FILE")
    timing = _command(commands, "timing", "time the toy beside real cryptography", "run_timing")
    timing.add_argument("--pair", type=Path, required=True, metavar="FILE")
    timing.add_argument("--rounds", type=int, default=100)
    _command(commands, "museum", "the old cipher and its attackers", "run_museum")


def _add_training(train: argparse.ArgumentParser) -> None:
    train.add_argument("--out", type=Path, required=True, metavar="DIR", help="gets the files")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--steps", type=int, default=6000)
    train.add_argument("--batch", type=int, default=512)
    train.add_argument("--rate", type=float, default=0.0008)
    train.add_argument("--every", type=int, default=50, help="steps between two points")
    train.add_argument("--optimizer", choices=("adam", "adagrad", "momentum"), default="adam")
    train.add_argument("--objective", choices=("adversarial", "plaintext"), default="adversarial")
    train.add_argument("--any", action="store_true", help="keep the first start, however bad")
    train.add_argument("--watched", action="store_true", help="start again when it is killed")


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    words: str,
    function: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=f"{words}. {PROTECTS_NOTHING}")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run_lab, experiment=function)
    return parser


def run_lab(options: argparse.Namespace) -> int:
    """Run one experiment.

    Raises:
        InputError: The extra ``lab`` is not installed.
    """
    if importlib.util.find_spec("numpy") is None:
        raise InputError("the laboratory needs numpy: pip install 'hum-messenger[lab]'")
    from messenger.lab import experiments  # noqa: PLC0415  loads numpy

    if not options.json:
        print(PROTECTS_NOTHING, file=sys.stderr)
    experiment: Callable[[argparse.Namespace], int] = getattr(experiments, options.experiment)
    return experiment(options)
